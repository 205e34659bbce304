"""The Outputs pictures carry the numbers that they should, for difficult batches too, and Plotly accepts them."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest

import netlib
from netlib.figures import outputs as figures
from netlib.figures import theme
from netlib.i18n import LANGUAGES, translator
from netlib.stats import outputs as stats
from netlib.stats.outputs import LN10

RANDN = netlib.Init("normal", std=1.0)
SETUPS = {
    "the notebook's": (netlib.NetworkSpec(), netlib.BatchSpec()),
    "sure": (netlib.NetworkSpec((256,), "sigmoid", RANDN, RANDN), netlib.BatchSpec(size=256)),
    "no hidden layer, one image": (netlib.NetworkSpec(()), netlib.BatchSpec(size=1)),
    "one unit, two images": (netlib.NetworkSpec((1,), "tanh"), netlib.BatchSpec(size=2)),
    "thirty layers": (netlib.NetworkSpec((64,) * 30, "tanh"), netlib.BatchSpec(size=256)),
    "all zero": (netlib.NetworkSpec((32, 16), "relu", "zeros", "zeros"), netlib.BatchSpec(size=256)),
    "all equal": (netlib.NetworkSpec((32, 16), "softplus", "constant", "constant"), netlib.BatchSpec()),
    "dead": (netlib.NetworkSpec((9,), "relu", "zeros", netlib.Init("constant", value=-1.0)), netlib.BatchSpec()),
    "huge": (netlib.NetworkSpec((64,) * 6, "identity", netlib.Init("normal", std=100.0)), netlib.BatchSpec(size=256)),
    "one class": (netlib.NetworkSpec((16,)), netlib.BatchSpec(digits=(3,), size=9)),
}
# What a figure may weigh, at 256 images; 7,000 of it are the template that Plotly adds to any figure.
BYTES = {
    "heatmap": 35_000,
    "means": 10_000,
    "counts": 10_000,
    "entropies": 16_000,
    "losses": 23_000,
    "guesses": 10_000,
    "logits": 14_000,
}


@pytest.fixture(scope="module")
def traces():
    return {name: netlib.run(netlib.build(spec), netlib.sample(batch)) for name, (spec, batch) in SETUPS.items()}


def all_figures(trace, text):
    classes, losses = stats.summarise_classes(trace), stats.cross_entropy(trace.logits, trace.labels)
    entropies, count = stats.entropy(trace.probabilities), len(trace.labels)
    order, correct = stats.order_by_label(trace.labels), int((stats.predictions(trace) == trace.labels).sum())
    return {
        "heatmap": figures.batch_heatmap(trace.probabilities, trace.labels, order, 0, text),
        "means": figures.mean_probabilities(classes, text),
        "counts": figures.class_counts(classes, text),
        "entropies": figures.entropy_panels(*stats.entropy_histograms(entropies), float(entropies.mean()), text),
        "losses": figures.loss_curve(losses, trace.labels, float(losses.mean()), text),
        "guesses": figures.guess_distribution(stats.chance_distribution(count), correct, text),
        "logits": figures.logit_bands(stats.summarise_logits(trace.logits), text),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SETUPS)
def test_every_figure_is_finite_and_weighs_little(traces, name, language):
    for kind, figure in all_figures(traces[name], translator(language)).items():
        go.Figure(figure.to_dict())
        assert len(figure.to_json()) < BYTES[kind], kind
        for trace in figure.data:
            whiskers = kind == "logits" and trace.type == "scatter"  # gaps between lines are nan
            values = np.asarray(
                trace.z if trace.type == "heatmap" else trace.x if kind == "logits" else trace.y, dtype=float
            )
            assert np.isfinite(values[~np.isnan(values)] if whiskers else values).all(), kind
        for part, axis in figure.to_dict()["layout"].items():
            if "axis" in part and "range" in axis:
                assert np.isfinite(axis["range"]).all(), kind
                assert axis["range"][0] != axis["range"][1], kind


class TestHeatmap:
    """All probabilities, ordered by label."""

    labels = np.array([4, 1, 4, 0])
    probabilities = np.random.default_rng(0).dirichlet(np.ones(10), 4).astype(np.float32)

    def drawn(self, image=2):
        order = stats.order_by_label(self.labels)
        return figures.batch_heatmap(self.probabilities, self.labels, order, image, translator("en"))

    def test_a_column_is_an_image_and_a_row_a_class(self):
        cells = self.drawn().data[0]
        assert cells.z.shape == (10, 4)
        for column, image in enumerate((3, 1, 0, 2)):
            np.testing.assert_array_equal(cells.z[:, column], self.probabilities[image])
            assert (cells.customdata[:, column] == [image, self.labels[image]]).all()

    def test_each_group_of_labels_is_named_and_its_true_class_framed(self):
        figure = self.drawn()
        frames = [(s.x0, s.x1, s.y0, s.y1) for s in figure.layout.shapes]
        assert frames == [(-0.5, 0.5, -0.5, 0.5), (0.5, 1.5, 0.5, 1.5), (1.5, 3.5, 3.5, 4.5)]
        assert [(n.x, n.text) for n in figure.layout.annotations[:3]] == [(0, "0"), (1, "1"), (2.5, "4")]

    @pytest.mark.parametrize(("image", "column"), [(3, 0), (1, 1), (0, 2), (2, 3)])
    def test_the_image_looked_at_is_marked(self, image, column):
        mark = self.drawn(image).layout.annotations[-1]
        assert (mark.text, mark.x) == ("▲", column)

    @pytest.mark.parametrize(("largest", "end"), [(0.1, 0.2), (0.2, 0.2), (0.21, 0.5), (0.7, 1.0), (1.0, 1.0)])
    def test_the_scale_ends_at_a_round_number_that_no_probability_exceeds(self, largest, end):
        assert figures.scale_end(np.array([[0.0, largest]])) == end


def test_classes_are_drawn_as_counted(traces):
    trace = traces["the notebook's"]
    found = stats.summarise_classes(trace)
    means, shares = figures.mean_probabilities(found, translator("en")).data
    np.testing.assert_array_equal(means.y, found.mean_probability)
    np.testing.assert_array_equal(shares.y, np.bincount(trace.labels, minlength=10) / 64)
    predicted, true = figures.class_counts(found, translator("en")).data
    assert sum(predicted.y) == sum(true.y) == 64
    np.testing.assert_array_equal(true.y, np.bincount(trace.labels, minlength=10))
    assert (predicted.marker.color, true.marker.color) == (theme.SIZE, theme.POSITIVE)


@pytest.mark.parametrize("name", ["the notebook's", "huge", "all zero"])
def test_ln_10_is_dashed_in_the_entropies(traces, name):
    entropies = stats.entropy(traces[name].probabilities)
    figure = figures.entropy_panels(*stats.entropy_histograms(entropies), float(entropies.mean()), translator("en"))
    assert sum(figure.data[0].y) == sum(figure.data[1].y) == len(entropies)
    dashed = [shape for shape in figure.layout.shapes if shape.line.dash == "dash"]
    assert all(shape.x0 == shape.x1 == LN10 for shape in dashed)
    close_up = figure.layout.xaxis2.range
    assert len(dashed) == 1 + (close_up[0] <= LN10 <= close_up[1])
    assert (len(dashed) == 2) == (name != "huge")  # near ln 10 it is in the close-up, too


def test_losses_stand_in_order_against_ln_10():
    losses, labels = np.array([3.0, 1.0, 2.5]), np.array([7, 8, 9])
    figure = figures.loss_curve(losses, labels, float(losses.mean()), translator("en"))
    assert list(figure.data[0].y) == [1.0, 2.5, 3.0]
    assert figure.data[0].customdata.tolist() == [[1, 8, 1.0], [2, 9, 2.5], [0, 7, 3.0]]
    assert figure.layout.yaxis.type is None
    assert [shape.y0 for shape in figure.layout.shapes] == [LN10, losses.mean()]


def test_losses_over_many_decades_are_on_a_log_axis_that_says_so():
    losses = np.array([0.0, 1e9, 5.0])
    figure = figures.loss_curve(losses, np.array([1, 2, 3]), float(losses.mean()), translator("en"))
    assert figure.layout.yaxis.type == "log"
    assert "log scale" in figure.layout.yaxis.title.text
    assert list(figure.data[0].y) == [figures.LOG_FLOOR, 5.0, 1e9]
    assert list(figure.data[0].customdata[:, 2]) == [0.0, 5.0, 1e9]
    low, high = figure.layout.yaxis.range
    assert 10**low < figures.LOG_FLOOR
    assert 10**high > 1e9
    assert figure.layout.annotations[0].y == pytest.approx(math.log10(LN10))


@pytest.mark.parametrize(("count", "correct"), [(1, 0), (1, 1), (64, 9), (64, 64), (256, 0)])
def test_guessing_is_dashed_theory_and_the_network_a_solid_line(count, correct):
    chances = stats.chance_distribution(count)
    figure = figures.guess_distribution(chances, correct, translator("en"))
    theory, line = figure.data[0], figure.layout.shapes[0]
    np.testing.assert_allclose(theory.y, chances[: len(theory.y)], rtol=1e-6, atol=1e-30)
    assert theory.y.sum() == pytest.approx(1, abs=0.002)
    assert theory.line.dash == "dash"
    assert (line.x0, line.line.dash) == (correct, "solid")
    assert figure.layout.xaxis.range[0] < correct < figure.layout.xaxis.range[1]


def test_logits_are_boxes_of_their_percentiles(traces):
    logits = traces["the notebook's"].logits
    summary = stats.summarise_logits(logits)
    whiskers, light, dark, means = figures.logit_bands(summary, translator("en")).data
    for bars, low, high in ((light, 5, 95), (dark, 25, 75)):
        ends = np.percentile(logits.astype(np.float64), (low, high), axis=0)
        np.testing.assert_allclose(bars.base, ends[0])
        np.testing.assert_allclose(bars.base + bars.x, ends[1])
    np.testing.assert_allclose(means.x, logits.mean(axis=0, dtype=np.float64))
    np.testing.assert_array_equal(whiskers.x.reshape(10, 3)[:, 0], logits.min(axis=0))
    np.testing.assert_array_equal(whiskers.x.reshape(10, 3)[:, 1], logits.max(axis=0))


def test_counts_have_ticks_at_whole_numbers():
    for correct in (0, 1):
        figure = figures.guess_distribution(stats.chance_distribution(1), correct, translator("en"))
        assert figure.layout.xaxis.dtick == 1
    big = figures.guess_distribution(stats.chance_distribution(256), 256, translator("en"))
    assert big.layout.xaxis.dtick == 50
