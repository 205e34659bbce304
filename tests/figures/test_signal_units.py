"""One unit drawn: its weights by sign around zero, its pre-activations in rising order, the images as they are."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import signal_units as figures
from netlib.i18n import LANGUAGES, translator
from netlib.stats.signal_units import unit
from tests.figures.test_activations import TRACES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("count", "pixels"), [(784, True), (64, False), (1, False), (1023, False)])
def test_weights_have_one_scale_around_zero(count, pixels, language):
    weight = np.linspace(-0.3, 0.2, count).astype(np.float32)
    figure = figures.unit_weights(weight, pixels, translator(language))
    go.Figure(figure.to_dict())
    (shown,) = [each for each in figure.data if each.type == "heatmap"]
    low = shown.zmin if shown.zmin is not None else figure.layout.coloraxis.cmin
    high = shown.zmax if shown.zmax is not None else figure.layout.coloraxis.cmax
    assert low == pytest.approx(-high)
    assert high >= 0.3 - 1e-6 or count == 1
    assert len(figure.to_json()) < 30_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TRACES)
def test_the_pre_activations_of_any_unit(name, language):
    trace = TRACES[name]
    for layer in trace.hidden[:2]:
        figure = figures.unit_signal(unit(layer, 0), layer.activation, trace.labels, "#123456", translator(language))
        go.Figure(figure.to_dict())


def test_the_images_are_drawn_as_they_are():
    images = np.random.default_rng(1).uniform(-1, 1, (5, 28, 28)).astype(np.float32)
    figure = figures.nearest_images(images, [f"image {i}" for i in range(5)], translator("en"))
    go.Figure(figure.to_dict())
    assert figure.to_json().count("image 4") >= 1
    assert len(figure.to_json()) < 60_000
