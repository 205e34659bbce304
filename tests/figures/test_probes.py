"""Figures of probes carry the numbers that were found, whatever the network."""

import numpy as np
import plotly.graph_objects as go
import pytest

import netlib
from netlib import saliency
from netlib.figures import probes as figures
from netlib.figures import theme
from netlib.i18n import LANGUAGES, translator
from netlib.stats.probes import Occlusion

NETWORKS = {
    "plain": netlib.NetworkSpec(),
    "no hidden layer": netlib.NetworkSpec(()),
    "one unit": netlib.NetworkSpec((1,), "tanh"),
    "zero": netlib.NetworkSpec((32, 16), "relu", "zeros", "zeros"),
    "huge": netlib.NetworkSpec((64,) * 6, "identity", netlib.Init("normal", std=100.0)),
    "beyond float32": netlib.NetworkSpec((64,) * 25, "identity", netlib.Init("normal", std=100.0)),
}
IMAGE = netlib.sample(netlib.BatchSpec()).images[3, 0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_figure_is_drawn_for_a_difficult_network(name, language):
    text, model = translator(language), netlib.build(NETWORKS[name])
    slopes, hidden = saliency.saliency(model, IMAGE, 3), saliency.occlusion(model, IMAGE, 3)
    drawn = [figures.saliency(slopes, IMAGE, text), figures.occlusion(hidden, IMAGE, text)]
    if flip := saliency.smallest_change(model, IMAGE):
        drawn.append(figures.flip(flip, text))
    for figure in drawn:
        go.Figure(figure.to_dict())
        assert len(figure.to_json()) < 27_000
        assert figure.data[1].zmax > 0
        assert np.isfinite(figure.data[1].zmax)


def test_the_colours_end_at_the_largest_slope():
    found = saliency.saliency(netlib.build(netlib.NetworkSpec()), IMAGE, 3)
    drawn = figures.saliency(found, IMAGE, translator("en"))
    image, slopes = drawn.data
    np.testing.assert_array_equal(image.z, IMAGE)
    np.testing.assert_array_equal(slopes.z, found.gradient)
    assert slopes.zmax == -slopes.zmin == pytest.approx(np.abs(found.gradient).max())


def test_the_square_that_costs_most_is_framed_in_the_image():
    falls = np.zeros((12, 12))
    falls[2, 5] = 0.3
    found = Occlusion(3, 5, np.arange(0, 24, 2), falls, 0.9, 0)
    frames = [s for s in figures.occlusion(found, IMAGE, translator("en")).layout.shapes if s.xref == "x"]
    (frame,) = frames  # from the first to behind the last of its five rows and columns
    assert (frame.y0, frame.y1, frame.x0, frame.x1) == (3.5, 8.5, 9.5, 14.5)
    nothing = Occlusion(3, 5, np.arange(0, 24, 2), falls * 0, 0.9, 0)
    assert not [s for s in figures.occlusion(nothing, IMAGE, translator("en")).layout.shapes if s.xref == "x"]


def test_the_change_is_on_a_scale_of_its_own():
    found = saliency.smallest_change(netlib.build(netlib.NetworkSpec()), IMAGE)
    before, change, after = figures.flip(found, translator("en")).data
    np.testing.assert_allclose(before.z + change.z, after.z, atol=1e-6)
    assert change.zmax == pytest.approx(np.abs(found.change).max())
    assert (before.zmin, before.zmax, after.zmin, after.zmax) == (-1, 1, -1, 1)


@pytest.mark.parametrize("label", [None, 4])
def test_before_and_after(label):
    before, after = np.linspace(0, 0.2, 10), np.linspace(0.2, 0, 10)
    drawn = figures.before_after(before, after, label, translator("en"))
    go.Figure(drawn.to_dict())
    now, was = drawn.data
    np.testing.assert_allclose(now.x, after, atol=1e-7)
    np.testing.assert_allclose(now.customdata, before, atol=1e-7)
    np.testing.assert_allclose(was.x[::3], before, atol=1e-7)  # a mark across each bar
    assert (was.y[0], was.y[1]) == pytest.approx((-0.36, 0.36))
    hues = [color == theme.POSITIVE for color in now.marker.color]
    assert hues == [digit == label for digit in range(10)]
    assert drawn.layout.yaxis.range[0] > drawn.layout.yaxis.range[1]  # 0 on top


def test_probabilities_that_are_no_numbers_are_drawn_as_nothing():
    bad = np.full(10, np.nan, np.float32)
    go.Figure(figures.before_after(bad, bad, 3, translator("ru")).to_dict())
