"""Softmax step by step as a figure: the numbers written are those on paper, the bars those computed."""

import re
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import theme
from netlib.figures.softmax import looked_at, softmax_panels
from netlib.i18n import LANGUAGES, translator
from netlib.stats.softmax import TEMPERATURES, on_paper, softmax_steps

LOGITS = {
    "usual": np.array([0.21286, 0.0286, 0.02442, -0.01724, 0.1244, -0.14798, -0.08555, -0.10989, -0.1055, -0.1826]),
    "sure": np.array([11.3, -3.0, -23.4, -14.0, 14.6, 6.7, 5.1, -3.8, -9.6, -2.8]),
    "all zero": np.zeros(10),
    "all equal": np.full(10, -3.5),
    "tiny": np.linspace(-1.2, 1.2, 10) * 1e-9,
    "huge": np.linspace(-1, 1, 10) * 1e9,
    "at the end of float32": np.linspace(-3e38, 3e38, 10),
    "close together, far away": 2e6 + np.arange(10.0),
}
BYTES = 18_000  # 7,000 of them are the template that Plotly adds to any figure


def drawn(name, temperature=1.0, label=7, language="en"):
    steps = softmax_steps(LOGITS[name].astype(np.float32), temperature)
    return steps, softmax_panels(steps, label, translator(language))


def panels(figure):
    """The bars of each panel: their values, where they begin and how long they are across the picture."""
    return [(np.asarray(bars.customdata), bars.base, np.asarray(bars.x)) for bars in figure.data[:5]]


def columns(figure):
    """The numbers written in each panel, a list each: its ten rows, and the one below the line where there is one."""
    words = figure.data[-1]
    right_aligned = [
        (x, y, said)
        for x, y, said, position in zip(words.x, words.y, words.text, words.textposition, strict=True)
        if position == "middle left"
    ]
    places = sorted({x for x, _, _ in right_aligned})
    assert len(places) == 5
    return [[said for _, said in sorted((y, said) for x, y, said in right_aligned if x == place)] for place in places]


def headings(figure):
    words = figure.data[-1]
    return [said for said in words.text if "<br>" in said]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("temperature", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("name", LOGITS)
def test_it_is_a_small_figure_of_finite_numbers(name, temperature, language):
    _, figure = drawn(name, temperature, language=language)
    go.Figure(figure.to_dict())
    assert len(figure.to_json()) < BYTES
    for trace in figure.data:
        assert np.isfinite(np.asarray(trace.x)).all()
        assert ((np.asarray(trace.x) >= -1) & (np.asarray(trace.x) <= 1)).all()  # the picture runs from 0 to 1
    assert "nan" not in figure.to_json().lower()


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_the_bars_are_the_computed_steps(temperature):
    steps, figure = drawn("sure", temperature)
    computed = (steps.logits, steps.scaled, steps.shifted, steps.exponentials, steps.probabilities)
    assert [list(bars.y) for bars in figure.data[:5]] == [list(range(10))] * 5
    for (hovered, _, lengths), values in zip(panels(figure), computed, strict=True):
        np.testing.assert_array_equal(hovered, values)
        largest = np.abs(values).argmax()
        np.testing.assert_allclose(lengths / lengths[largest], values / values[largest], atol=1e-12)


@pytest.mark.parametrize("name", LOGITS)
def test_the_numbers_written_add_up(name):
    _, figure = drawn(name, 0.5)
    logits, scaled, shifted, exponentials, probabilities = [
        [float(re.sub("</?b>", "", number).replace("−", "-").replace(",", "")) for number in column]
        for column in columns(figure)
    ]
    assert len(logits) == len(shifted) == 10
    assert max(scaled[:10]) == scaled[10]
    assert sum(exponentials[:10]) == pytest.approx(exponentials[10], abs=1e-9)
    assert sum(probabilities[:10]) == pytest.approx(1, abs=1e-9)
    assert probabilities[10] == 1


def test_the_numbers_are_those_on_paper_in_both_languages():
    for language, sign in (("en", "."), ("ru", ",")):
        steps, figure = drawn("usual", language=language)
        written = columns(figure)[0]
        assert written[0] == f"0{sign}21286"
        assert written[3] == f"−0{sign}01724"
        assert [float(n.replace(sign, ".").replace("−", "-")) for n in written] == on_paper(
            steps
        ).logits.written.tolist()


def test_a_unit_stands_in_the_heading():
    for name, unit in (("huge", "× 10<sup>9</sup>"), ("tiny", "× 10<sup>−9</sup>")):
        assert [unit in heading for heading in headings(drawn(name)[1])] == [True, True, True, False, False]
    assert "sup" not in drawn("usual")[1].to_json()


def test_the_first_three_panels_have_one_scale_and_the_last_two_another():
    for name in LOGITS:
        scales = []
        for values, _, lengths in panels(drawn(name, 0.3)[1]):
            largest = np.abs(values).argmax()
            scales.append(lengths[largest] / values[largest] if values[largest] else None)
        first, last = {s for s in scales[:3] if s}, scales[3:]
        assert list(first) == pytest.approx([max(first)] * len(first)) if first else name == "all zero"
        assert last == pytest.approx([last[0]] * 2)


def test_each_panel_keeps_to_its_own_place():
    for name in LOGITS:
        figure = drawn(name, 0.3)[1]
        spans = [(min(b, (b + n).min()), max(b, (b + n).max())) for _, b, n in panels(figure)]
        for (_, end), (start, _) in pairwise(spans):
            assert end + 0.08 < start  # the next panel's numbers stand between
        assert spans[0][0] > 0.1
        assert spans[4][1] < 1


def test_the_ticks_stand_where_bars_of_their_size_would_end():
    _, figure = drawn("usual")
    words = figure.data[-1]
    ticks = [
        (x, said)
        for x, said, position in zip(words.x, words.text, words.textposition, strict=True)
        if position == "bottom center"
    ]
    assert [said for _, said in ticks] == ["0", "0", "0", "0", "1", "1/10", "1"]
    size = {"0": 0.0, "1": 1.0, "1/10": 0.1}
    places = [panel for panel, count in zip(panels(figure), (1, 1, 1, 2, 2), strict=True) for _ in range(count)]
    for (x, said), (values, base, lengths) in zip(ticks, places, strict=True):
        largest = np.abs(values).argmax()
        assert x == pytest.approx(base + size[said] * lengths[largest] / values[largest])


def test_signs_have_their_hues():
    steps, figure = drawn("usual")
    for bars, values in zip(figure.data[:3], (steps.logits, steps.scaled, steps.shifted), strict=True):
        assert list(bars.marker.color) == [theme.NEGATIVE if value < 0 else theme.POSITIVE for value in values]
    assert {bars.marker.color for bars in figure.data[3:5]} == {theme.SIZE}


@pytest.mark.parametrize("label", [0, 7, 9])
def test_the_true_digits_row_is_marked(label):
    _, figure = drawn("usual", label=label)
    band = figure.layout.shapes[0]
    assert (band.y0, band.y1) == (label - 0.5, label + 0.5)
    words = figure.data[-1]
    assert words.mode == "text"
    digits = [(y, said) for x, y, said in zip(words.x, words.y, words.text, strict=True) if x == words.x[0]]
    assert digits == [(digit, f"<b>{digit}</b>" if digit == label else str(digit)) for digit in range(10)]


def test_the_digit_stands_at_the_top_of_its_place():
    image = np.linspace(-1, 1, 784, dtype=np.float32).reshape(28, 28)
    figure = looked_at(image, translator("en"))
    go.Figure(figure.to_dict())
    np.testing.assert_array_equal(figure.data[0].z, image)
    assert figure.layout.yaxis.constraintoward == "top"


def test_the_networks_own_probabilities_are_marked_where_the_temperature_is_another():
    assert len(drawn("usual")[1].data) == 6  # five columns and the words
    for temperature in (0.1, 10.0):
        steps, figure = drawn("usual", temperature)
        own = softmax_steps(steps.logits).probabilities
        np.testing.assert_array_equal(figure.data[5].customdata, own)
        values, base, lengths = panels(figure)[4]
        largest = values.argmax()
        np.testing.assert_allclose(figure.data[5].x, base + own * lengths[largest] / values[largest])
