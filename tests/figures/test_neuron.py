"""A unit's pictures carry its own numbers, over difficult networks, and Plotly accepts them."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import neuron as figures
from netlib.figures import theme
from netlib.i18n import LANGUAGES, translator
from netlib.stats import neuron as stats
from tests.stats.test_neuron import DIFFICULT, trace_of

EN = translator("en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DIFFICULT)
def test_every_picture_is_accepted_and_weighs_little(name, language):
    text = translator(language)
    trace = trace_of(DIFFICULT[name], size=256)
    for layer in {trace.layers[0].name, trace.layers[len(trace.layers) // 2].name, "output"}:
        found = stats.look_into(trace, layer, 0, 2)
        pixels = stats.as_pixels(trace, layer, 0)
        drawn = [
            figures.of_units(pixels, found, text) if found.source else figures.of_pixels(pixels, found.products, text),
            figures.answers(stats.response(trace, layer, 0), 2, "logit", text),
        ]
        given = stats.fed(trace, found)
        drawn.append(
            figures.fed_bars(given, found, text)
            if given
            else figures.logit_bars(trace.logits[2], 0, trace.probabilities[2], text)
        )
        for figure in drawn:
            go.Figure(figure.to_dict())
        assert sum(len(figure.to_json()) for figure in drawn) < 90_000
        assert drawn[1].layout.separators == text.separators


def test_a_unit_of_the_first_layer_is_two_pictures_of_the_input():
    trace = trace_of(size=4)
    found = stats.look_into(trace, "fc1", 3, 1)
    left, right = figures.of_pixels(found.weights, found.products, EN).data
    np.testing.assert_array_equal(np.asarray(left.z).ravel(), found.weights)
    np.testing.assert_allclose(np.asarray(right.z).ravel(), found.products, rtol=1e-6)
    for panel in (left, right):
        assert panel.zmax == -panel.zmin == pytest.approx(np.abs(panel.z).max(), rel=1e-6)


def test_a_unit_of_a_later_layer_has_one_bar_a_weight():
    trace = trace_of(size=4)
    found = stats.look_into(trace, "fc2", 3, 1)
    picture, above, below = figures.of_units(stats.as_pixels(trace, "fc2", 3), found, EN).data
    heights = np.asarray(above.y)[1:-1] + np.asarray(below.y)[1:-1]
    np.testing.assert_allclose(heights, found.weights, rtol=1e-6)
    assert list(np.asarray(above.x)[1:-1]) == list(range(9))
    np.testing.assert_allclose(np.asarray(above.customdata)[1:-1, 1], found.products, rtol=1e-5)
    assert above.fillcolor == theme.POSITIVE
    assert below.fillcolor == theme.NEGATIVE
    assert np.asarray(picture.z).shape == (28, 28)


def test_bars_are_what_the_next_layer_gets_by_sign():
    trace = trace_of(size=4)
    unit = int(trace.layer("fc2").after[1].argmax())
    found = stats.look_into(trace, "fc2", unit, 1)
    given = stats.fed(trace, found)
    bars = figures.fed_bars(given, found, EN).data[0]
    np.testing.assert_allclose(bars.x, given.given, rtol=1e-6)
    assert list(bars.y) == [f"output[{unit}]" for unit in given.units]
    assert [color == theme.NEGATIVE for color in bars.marker.color] == list(given.given < 0)
    assert "pre-activation" in figures.fed_bars(given, found, EN).layout.xaxis.title.text


def test_a_silent_unit_shows_its_weights_and_says_so():
    trace = trace_of(DIFFICULT["dead"])
    found = stats.look_into(trace, "fc1", 0, 0)
    given = stats.fed(trace, found)
    drawn = figures.fed_bars(given, found, EN)
    np.testing.assert_allclose(drawn.data[0].x, given.weights, rtol=1e-6)
    assert drawn.layout.xaxis.title.text == "weight, times nothing"


def test_the_unit_is_marked_among_the_logits():
    trace = trace_of(size=4)
    bars = figures.logit_bars(trace.logits[1], 7, trace.probabilities[1], EN).data[0]
    assert [name for name in bars.y if "<b>" in name] == ["<b>7</b>"]
    np.testing.assert_array_equal(bars.x, trace.logits[1])


def test_each_image_is_a_point_above_its_digit():
    trace = trace_of(size=50)
    found = stats.response(trace, "fc1", 2)
    others, means, here = figures.answers(found, 9, "after tanh", EN).data
    numbers = np.concatenate([others.customdata[:, 0], here.customdata[:, 0]])
    assert sorted(numbers) == list(range(50))
    assert list(here.customdata[:, 0]) == [9]
    for x, y, (image, label) in zip(others.x, others.y, others.customdata, strict=True):
        assert round(float(x)) == label == trace.labels[image]
        assert y == pytest.approx(float(trace.layer("fc1").after[image, 2]), rel=1e-6)
    digits = np.asarray(means.x).astype(int)
    assert set(digits) == set(trace.labels)
    np.testing.assert_allclose(means.y, found.mean[digits], rtol=1e-5)
    np.testing.assert_allclose(means.error_y.array, found.std[digits], rtol=1e-5)


def test_what_is_beyond_float32_is_not_drawn():
    trace = trace_of(DIFFICULT["beyond float32"], size=5)
    drawn = figures.answers(stats.response(trace, "output", 0), 0, "logit", EN)
    finite = np.isfinite(trace.logits[:, 0]).sum()
    assert len(drawn.data[0].x) + len(drawn.data[2].x) == finite
    assert all(math.isfinite(y) for y in drawn.data[0].y)
