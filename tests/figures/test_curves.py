"""Curves over a layer's real pre-activations: shared axis, zones, every activation."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.activations import ACTIVATIONS
from netlib.figures import curves as figures
from netlib.i18n import LANGUAGES, translator
from netlib.stats.activations import pre_activation_histogram
from netlib.stats.curves import REACH, curve, saturated_zones
from tests.figures.test_activations import TRACES

both_languages = pytest.mark.parametrize("language", LANGUAGES)


def panels_of(layer, text):
    binned = pre_activation_histogram(layer, REACH)
    return figures.curve_panels(curve(layer.activation, binned.edges[0], binned.edges[-1]), binned, text), binned


@both_languages
@pytest.mark.parametrize("name", TRACES)
def test_every_hidden_layer_has_its_curve(name, language):
    hidden = TRACES[name].hidden
    for layer in {layer.name: layer for layer in (*hidden[:2], *hidden[-1:])}.values():
        drawn, binned = panels_of(layer, translator(language))
        go.Figure(drawn.to_dict())
        assert len(drawn.to_json()) < 18_000
        value, slope, bars = drawn.data
        assert tuple(drawn.layout.xaxis.range) == (binned.edges[0], binned.edges[-1])
        for shown in drawn.data:
            assert np.isfinite(shown.x).all()
            assert np.isfinite(shown.y).all()
        np.testing.assert_array_equal(value.x, slope.x)
        assert sum(bars.y) == pytest.approx(1, abs=1e-5) or not np.isfinite(layer.before).any()


def test_the_bars_beneath_are_the_layers_own_pre_activations():
    layer = TRACES["the notebook's"].layers[0]
    drawn, binned = panels_of(layer, translator("en"))
    counts, _ = np.histogram(layer.before, binned.edges)
    np.testing.assert_allclose(drawn.data[2].y[1:-1], counts / layer.before.size, atol=1.01 / layer.before.size)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_saturated_zones_are_grey_behind_both(name):
    layer = TRACES["the notebook's"].layers[0]
    binned = pre_activation_histogram(layer, REACH)
    drawn = figures.curve_panels(curve(name, -REACH, REACH), binned, translator("en"))
    shaded = [(shape.x0, shape.x1) for shape in drawn.layout.shapes]
    assert shaded == [(max(a, -REACH), min(b, REACH)) for a, b in saturated_zones(name)]
    assert all((shape.yref, shape.y0, shape.y1) == ("paper", 0, 1) for shape in drawn.layout.shapes)


@both_languages
@pytest.mark.parametrize("name", TRACES)
def test_softmax_is_a_point_for_each_logit(name, language):
    output = TRACES[name].layers[-1]
    finite = np.isfinite(output.before) & np.isfinite(output.after)
    logits, probabilities = output.before[finite], output.after[finite]
    drawn = figures.softmax_panels(logits, probabilities, pre_activation_histogram(output, 0.0), translator(language))
    go.Figure(drawn.to_dict())
    assert len(drawn.to_json()) < 45_000
    np.testing.assert_array_equal(drawn.data[0].x, logits)
    np.testing.assert_array_equal(drawn.data[0].y, probabilities)
    low, high = drawn.layout.xaxis.range
    assert low < high


@both_languages
def test_the_gallery_has_every_activation_in_one_frame(language):
    drawn = figures.gallery({"relu", "elu"}, translator(language))
    go.Figure(drawn.to_dict())
    assert len(drawn.to_json()) < 60_000
    titles = [note.text for note in drawn.layout.annotations]
    assert [title.removeprefix("<b>").removesuffix("</b>") for title in titles] == list(ACTIVATIONS)
    assert [title for title in titles if title.startswith("<b>")] == ["<b>relu</b>", "<b>elu</b>"]
    assert len(drawn.data) == 2 * len(ACTIVATIONS)
    layout = drawn.layout.to_plotly_json()
    for kind in ("xaxis", "yaxis"):
        ranges = {tuple(axis["range"]) for name, axis in layout.items() if name.startswith(kind)}
        assert len(ranges) == 1
