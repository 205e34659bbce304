"""Softmax step by step as a figure: the numbers written are those on paper, the bars those computed."""

import re

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


def axes(figure, kind):
    """The figure's x or y axes, first to fifth panel."""
    return [figure.layout[f"{kind}axis{number}"] for number in ("", 2, 3, 4, 5)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("temperature", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("name", LOGITS)
def test_it_is_a_small_figure_of_finite_numbers(name, temperature, language):
    _, figure = drawn(name, temperature, language=language)
    go.Figure(figure.to_dict())
    assert len(figure.to_json()) < BYTES
    for trace in figure.data:
        assert np.isfinite(np.asarray(trace.x)).all()
    for axis in axes(figure, "x"):
        assert np.isfinite(axis.range).all()
        assert axis.range[0] < axis.range[1]
    assert "nan" not in figure.to_json().lower()


@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_the_bars_are_the_computed_steps(temperature):
    steps, figure = drawn("sure", temperature)
    computed = (steps.logits, steps.scaled, steps.shifted, steps.exponentials, steps.probabilities)
    for bars, values in zip(figure.data[:5], computed, strict=True):
        np.testing.assert_array_equal(bars.x, values)
        assert list(bars.y) == list(range(10))


@pytest.mark.parametrize("name", LOGITS)
def test_the_numbers_written_add_up(name):
    _, figure = drawn(name, 0.5)
    columns = [
        [float(re.sub("</?b>", "", label).replace("−", "-").replace(",", "")) for label in axis.ticktext]
        for axis in axes(figure, "y")
    ]
    logits, scaled, shifted, exponentials, probabilities = columns
    assert len(logits) == len(shifted) == 10
    assert max(scaled[:10]) == scaled[10]
    assert sum(exponentials[:10]) == pytest.approx(exponentials[10], abs=1e-9)
    assert sum(probabilities[:10]) == pytest.approx(1, abs=1e-9)
    assert probabilities[10] == 1


def test_the_numbers_are_those_on_paper_in_both_languages():
    for language, sign in (("en", "."), ("ru", ",")):
        steps, figure = drawn("usual", language=language)
        written = axes(figure, "y")[0].ticktext
        assert written[0] == f"0{sign}21286"
        assert written[3] == f"−0{sign}01724"
        assert [float(n.replace(sign, ".").replace("−", "-")) for n in written] == on_paper(
            steps
        ).logits.written.tolist()


def test_a_unit_stands_in_the_heading():
    for name, unit in (("huge", "× 10<sup>9</sup>"), ("tiny", "× 10<sup>−9</sup>")):
        headings = [note.text for note in drawn(name)[1].layout.annotations if "<br>" in note.text]
        assert [unit in heading for heading in headings] == [True, True, True, False, False]
    assert "sup" not in drawn("usual")[1].to_json()


def test_the_first_three_panels_have_one_scale_and_the_last_two_another():
    for name in LOGITS:
        ranges = [axis.range[1] - axis.range[0] for axis in axes(drawn(name, 0.3)[1], "x")]
        widths = [axis.domain[1] - axis.domain[0] for axis in axes(drawn(name, 0.3)[1], "x")]
        assert ranges[:3] == pytest.approx([ranges[0]] * 3)
        assert ranges[3] == ranges[4]
        assert widths == pytest.approx([widths[0]] * 5)


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
    assert [(y, said) for y, said in zip(words.y, words.text, strict=True) if said.startswith("<b>")] == [
        (label, f"<b>{label}</b>")
    ]


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
        np.testing.assert_array_equal(figure.data[5].x, softmax_steps(steps.logits).probabilities)
