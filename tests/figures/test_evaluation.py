"""The pictures of answers carry the numbers that they should, for difficult answers too, and Plotly accepts them."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import evaluation as figures
from netlib.figures import theme
from netlib.i18n import LANGUAGES, translator
from netlib.stats import evaluation as stats
from tests.judged import CASES

EN = translator("en")
BYTES = {"confusion": 18_000, "digits": 12_000, "calibration": 13_000, "thresholds": 32_000}


def all_figures(answers, text):
    return {
        "confusion": figures.confusion(stats.confuse(answers), (4, 9), text),
        "digits": figures.digit_accuracy(stats.accuracy_of_digits(answers), answers.accuracy, text),
        "calibration": figures.calibration(stats.calibrate(answers), text),
        "thresholds": figures.thresholds(stats.threshold_curve(answers), stats.at_threshold(answers, 0.9), text),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_figure_is_finite_and_weighs_little(name, language):
    for kind, figure in all_figures(stats.judge(*CASES[name]), translator(language)).items():
        go.Figure(figure.to_dict())
        assert len(figure.to_json()) < BYTES[kind], kind
        for trace in figure.data:
            values = trace.z if trace.type == "heatmap" else trace.y
            assert np.isfinite(np.asarray(values, dtype=float)).all(), kind
        for part, axis in figure.to_dict()["layout"].items():
            if "axis" in part and "range" in axis:
                assert np.isfinite(axis["range"]).all(), kind
                assert axis["range"][0] != axis["range"][1], kind
            if "axis" in part:
                assert axis["title"]["text"], kind


class TestConfusion:
    """Ten by ten cells with their counts."""

    answers = stats.judge(*CASES["plain"])
    found = stats.confuse(answers)

    def drawn(self, chosen=None):
        return figures.confusion(self.found, chosen, EN)

    def test_the_colour_is_the_logarithm_of_the_count(self):
        cells = self.drawn().data[0]
        assert np.expm1(cells.z.astype(float)) == pytest.approx(self.found.counts, abs=1e-4)
        assert cells.zmax == pytest.approx(np.log(1 + self.found.counts.max()))

    def test_a_single_mistake_is_seen_and_none_is_the_page(self):
        scale = dict(self.drawn().data[0].colorscale[:2])
        assert scale[0.0].endswith(",0)")
        assert scale[1e-6].endswith(",0.1)")

    def test_every_cell_has_its_number_once(self):
        written = {}
        for trace in self.drawn().data[1:]:
            for x, y, word, about in zip(trace.x, trace.y, trace.text, trace.customdata, strict=True):
                assert (y, x) not in written
                written[int(y), int(x)] = 0 if word == "·" else int(word.removeprefix("<b>").removesuffix("</b>"))
                assert list(about[:3]) == [y, x, written[int(y), int(x)]]
                assert about[4] == pytest.approx(about[2] / max(about[3], 1))
        assert [[written[true, said] for said in range(10)] for true in range(10)] == self.found.counts.tolist()

    def test_the_first_row_is_on_top_and_right_answers_on_the_diagonal(self):
        layout = self.drawn().layout
        assert list(layout.yaxis.range) == [9.5, -0.5]
        assert list(layout.xaxis.range) == [-0.5, 9.5]

    @pytest.mark.parametrize("chosen", [(0, 0), (4, 9), (9, 1)])
    def test_the_chosen_cell_is_framed(self, chosen):
        frame = self.drawn(chosen).layout.shapes[0]
        assert ((frame.y0 + frame.y1) / 2, (frame.x0 + frame.x1) / 2) == chosen
        assert not self.drawn().layout.shapes

    def test_white_numbers_stand_on_the_full_hue_alone(self):
        pale, strong = self.drawn().data[1:]
        assert (pale.textfont.color, strong.textfont.color) == (None, "#ffffff")
        most = np.log1p(self.found.counts.max())
        assert all(np.log1p(about[2]) >= 0.8 * most for about in strong.customdata)
        assert all(np.log1p(about[2]) < 0.8 * most for about in pale.customdata)


@pytest.mark.parametrize("name", ["plain", "one digit", "two digits", "some no numbers"])
def test_each_digit_that_occurs_has_its_share_and_interval(name):
    answers = stats.judge(*CASES[name])
    found = stats.accuracy_of_digits(answers)
    points = figures.digit_accuracy(found, answers.accuracy, EN).data[0]
    assert list(points.x) == sorted(set(answers.labels.tolist()))
    for digit, share, up, down in zip(points.x, points.y, points.error_y.array, points.error_y.arrayminus, strict=True):
        own = answers.labels == digit
        assert share == pytest.approx(answers.right[own].mean())
        assert (share - down, share + up) == pytest.approx((found.low[digit], found.high[digit]))


def test_the_line_is_the_accuracy_of_all_and_a_guess_is_dashed():
    answers = stats.judge(*CASES["always 3"])
    layout = figures.digit_accuracy(stats.accuracy_of_digits(answers), answers.accuracy, EN).layout
    overall, guess = layout.shapes
    assert (overall.y0, overall.line.dash) == (answers.accuracy, "solid")
    assert (guess.y0, guess.line.dash) == (0.1, "dash")


def test_calibration_is_drawn_at_the_mean_confidence_beside_the_diagonal():
    found = stats.calibrate(stats.judge(*CASES["plain"]))
    bars, diagonal, points = figures.calibration(found, EN).data
    full = found.count > 0
    assert list(bars.y) == found.count.tolist()
    assert (diagonal.x, diagonal.y, diagonal.line.dash) == ((0, 1), (0, 1), "dash")
    assert points.x == pytest.approx(found.confidence[full])
    assert points.y == pytest.approx((found.right / found.count.clip(1))[full])


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.97])
def test_the_chosen_threshold_is_marked_on_both_curves(threshold):
    answers = stats.judge(*CASES["plain"])
    chosen = stats.at_threshold(answers, threshold)
    figure = figures.thresholds(stats.threshold_curve(answers), chosen, EN)
    coverage, right, *marks = figure.data
    assert [(mark.x[0], mark.y[0]) for mark in marks] == [(threshold, chosen.coverage), (threshold, chosen.share)]
    assert [note.text for note in figure.layout.annotations] == [EN.percent(chosen.coverage), EN.percent(chosen.share)]
    assert (figure.layout.shapes[0].x0, coverage.line.color, right.line.color) == (
        threshold,
        theme.SIZE,
        theme.POSITIVE,
    )
    # A step of "vh" holds a value back to the step before: at least as sure as the next confidence that occurs.
    assert coverage.line.shape == right.line.shape == "vh"
    place = np.searchsorted(coverage.x, threshold)
    assert coverage.y[place] == pytest.approx(chosen.coverage, abs=1e-6)


def test_without_an_answer_it_says_so():
    answers = stats.judge(*CASES["no numbers"])
    figure = figures.thresholds(stats.threshold_curve(answers), stats.at_threshold(answers, 0.5), EN)
    assert [note.text for note in figure.layout.annotations] == ["It answers nothing."]
