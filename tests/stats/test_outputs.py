"""Numbers about the ten outputs against torch, scipy and cases small enough for a pencil."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats as scipy_stats

import netlib
from netlib.stats import outputs
from netlib.stats.outputs import LN10
from netlib.trace import LayerTrace, Trace

logits_of_a_batch = st.integers(1, 6).flatmap(
    lambda n: arrays(np.float32, (n, 10), elements=st.floats(-1e9, 1e9, width=32))
)


def made(logits, labels) -> Trace:
    """A trace with these logits and labels, its probabilities by torch."""
    logits = np.asarray(logits, dtype=np.float32)
    after = torch.softmax(torch.tensor(logits), dim=1).numpy()
    layer = LayerTrace("output", "softmax", np.zeros((10, 784)), np.zeros(10), logits, after)
    return Trace(np.zeros((len(logits), 1, 28, 28), np.float32), np.asarray(labels), (layer,))


def rows(*hot):
    """Logits with a clear winner each."""
    return np.eye(10, dtype=np.float32)[list(hot)] * 3


def trace_of(spec, **batch):
    return netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec(**batch)))


@given(logits_of_a_batch)
def test_log_softmax_and_cross_entropy_are_torchs(logits):
    wide = torch.tensor(logits, dtype=torch.float64)
    np.testing.assert_allclose(outputs.log_softmax(logits), torch.log_softmax(wide, dim=1).numpy(), atol=1e-9)
    labels = np.arange(len(logits))
    expected = torch.nn.functional.cross_entropy(wide, torch.tensor(labels), reduction="none").numpy()
    np.testing.assert_allclose(outputs.cross_entropy(logits, labels), expected, atol=1e-9)


@given(logits_of_a_batch)
def test_entropy_is_scipys_and_lies_between_0_and_ln_10(logits):
    probabilities = torch.softmax(torch.tensor(logits), dim=1).numpy()
    found = outputs.entropy(probabilities)
    np.testing.assert_allclose(found, scipy_stats.entropy(probabilities.astype(np.float64), axis=1), atol=1e-5)
    assert (found >= 0).all()
    assert (found <= LN10 + 1e-6).all()


def test_entropy_of_the_two_extremes():
    assert outputs.entropy(np.full((1, 10), 0.1))[0] == pytest.approx(math.log(10))
    assert outputs.entropy(np.eye(10)[:1])[0] == 0


def test_the_summary_by_hand():
    summary = outputs.summarise_outputs(made(rows(2, 2, 7, 2), [2, 3, 7, 0]))
    top = math.exp(3) / (math.exp(3) + 9)
    other = 1 / (math.exp(3) + 9)
    assert summary.top_probability == pytest.approx(top)
    assert summary.cross_entropy == pytest.approx(-(2 * math.log(top) + 2 * math.log(other)) / 4)
    assert summary.entropy == pytest.approx(-(top * math.log(top) + 9 * other * math.log(other)))
    assert (summary.correct, summary.count, summary.accuracy) == (2, 4, 0.5)
    assert (summary.favourite, summary.favourite_count) == (2, 3)


def test_ties_are_counted_and_the_first_is_the_prediction():
    trace = made([[0] * 10, [0, 5, 5, *[0] * 7], [0, 1, *[0] * 8]], [0, 1, 1])
    assert outputs.ties(trace) == 2
    assert outputs.predictions(trace).tolist() == [0, 1, 1]


def test_logits_that_are_no_numbers_are_counted():
    logits = rows(1, 2, 3)
    logits[0, 4], logits[2, 0] = np.inf, np.nan
    assert outputs.finite(made(logits, [0, 0, 0])) == 1


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40))
def test_images_of_a_label_stand_together_in_the_batchs_order(labels):
    order = outputs.order_by_label(np.array(labels))
    assert order.tolist() == [i for digit in range(10) for i, label in enumerate(labels) if label == digit]


@pytest.mark.parametrize("count", [1, 2, 64, 256])
def test_chance_is_the_binomial_distribution(count):
    binomial = scipy_stats.binom(count, 0.1)
    mean, error = outputs.chance(count)
    assert (mean, error) == pytest.approx((binomial.mean(), binomial.std()))
    np.testing.assert_allclose(outputs.chance_distribution(count), binomial.pmf(range(count + 1)), rtol=1e-9)


def test_sixty_four_images_are_guessed_as_the_page_says():
    assert outputs.chance(64) == pytest.approx((6.4, 2.4))


def test_classes_by_hand():
    trace = made(rows(2, 2, 7, 2), [2, 3, 7, 2])
    found = outputs.summarise_classes(trace)
    assert found.predicted.tolist() == [0, 0, 3, 0, 0, 0, 0, 1, 0, 0]
    assert found.true.tolist() == [0, 0, 2, 1, 0, 0, 0, 1, 0, 0]
    assert found.label_share.tolist() == [0, 0, 0.5, 0.25, 0, 0, 0, 0.25, 0, 0]
    np.testing.assert_allclose(found.mean_probability, torch.tensor(trace.probabilities).mean(dim=0).numpy(), rtol=1e-6)
    assert found.mean_probability.sum() == pytest.approx(1)


class TestLogits:
    """Percentiles and means a class, and what all images have in common."""

    @given(arrays(np.float32, (5, 10), elements=st.floats(-1e9, 1e9, width=32)))
    def test_percentiles_and_means_are_torchs(self, logits):
        found = outputs.summarise_logits(logits)
        wide = torch.tensor(logits, dtype=torch.float64)
        levels = torch.tensor(outputs.LEVELS, dtype=torch.float64) / 100
        np.testing.assert_allclose(found.percentiles, torch.quantile(wide, levels, dim=0).numpy(), rtol=1e-9, atol=1e-3)
        np.testing.assert_allclose(found.means, wide.mean(dim=0).numpy(), rtol=1e-9, atol=1e-3)
        assert found.shared is None or -1e-9 <= found.shared <= 1 + 1e-9

    def test_the_same_logits_for_every_image_are_all_shared(self):
        assert outputs.summarise_logits(np.tile(np.arange(10.0), (4, 1))).shared == pytest.approx(1)

    def test_nothing_is_shared_where_the_means_are_equal(self):
        row = np.arange(10.0)
        assert outputs.summarise_logits(np.stack([row, -row])).shared == pytest.approx(0, abs=1e-12)

    def test_one_number_for_all_ten_changes_nothing(self):
        logits = np.random.default_rng(0).normal(size=(20, 10))
        moved = logits + np.arange(20.0)[:, np.newaxis]
        assert outputs.summarise_logits(moved).shared == pytest.approx(outputs.summarise_logits(logits).shared)

    def test_a_quarter_by_hand(self):
        # Two images, two classes away from zero: shared part (1, -1), own part ±sqrt(3) of it: 1 / (1 + 3).
        offset = np.array([1.0, -1.0, *[0.0] * 8])
        own = math.sqrt(3) * offset
        assert outputs.summarise_logits(np.stack([offset + own, offset - own])).shared == pytest.approx(0.25)

    @pytest.mark.parametrize("logits", [np.ones((1, 10)) * range(10), np.zeros((3, 10)), np.full((4, 10), 1e9)])
    def test_nothing_to_compare(self, logits):
        assert outputs.summarise_logits(logits).shared is None


class TestHistograms:
    """Entropies binned on the whole scale and close up."""

    @given(arrays(np.float64, st.integers(1, 50), elements=st.floats(0, LN10 * (1 + 1e-7))))
    def test_every_image_is_counted_once_in_each(self, entropies):
        whole, close = outputs.entropy_histograms(entropies)
        assert whole.counts.sum() == close.counts.sum() == len(entropies)
        assert (whole.edges[0], whole.edges[-1]) == (0, LN10)
        assert close.edges[0] <= max(min(entropies), 0) + 1e-9
        assert close.edges[-1] >= min(max(entropies), LN10) - 1e-9
        assert close.edges[-1] - close.edges[0] >= 0.01 - 1e-9

    def test_equal_ones_stand_in_the_middle(self):
        close = outputs.entropy_histograms(np.full(7, LN10))[1]
        filled = np.flatnonzero(close.counts)
        assert filled.tolist() == [len(close.counts) // 2]
        assert close.edges[filled[0]] < LN10 < close.edges[filled[0] + 1]


def test_the_table_has_every_image_with_its_numbers():
    trace = trace_of(netlib.NetworkSpec((5,)), size=12)
    table = outputs.image_table(trace)
    assert list(table) == ["image", "label", "predicted", "entropy", "cross-entropy", *(f"p{d}" for d in range(10))]
    assert table["image"].tolist() == list(range(12))
    assert table["label"].tolist() == trace.labels.tolist()
    probabilities = table[[f"p{d}" for d in range(10)]].to_numpy()
    np.testing.assert_array_equal(probabilities, trace.probabilities)
    assert table["predicted"].tolist() == probabilities.argmax(axis=1).tolist()
    true = probabilities[np.arange(12), trace.labels].astype(np.float64)
    np.testing.assert_allclose(table["cross-entropy"], -np.log(true), rtol=1e-5)


# The notebook's claim "an untrained network gives a uniform distribution", tested over seeds of weights and of digits.
RANDN = netlib.Init("normal", std=1.0)
CLAIMS = {
    "exercise 1 is sure of itself": (netlib.NetworkSpec((256,), "sigmoid", RANDN, RANDN), (0.8, 1.0), (8, 40)),
    "torch's default is nearly uniform": (netlib.NetworkSpec(), (0.105, 0.14), (2.24, 2.40)),
    "normal(0.01) is uniform": (
        netlib.NetworkSpec((128, 64), "relu", netlib.Init("normal", std=0.01), "zeros"),
        (0.1, 0.1005),
        (2.301, 2.304),
    ),
    "Kaiming leans": (netlib.NetworkSpec((128, 64), "relu", "kaiming_normal", "zeros"), (0.15, 0.65), (2.2, 4.8)),
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_what_an_untrained_network_says(claim):
    spec, tops, losses = CLAIMS[claim]
    for seed in range(8):
        seeded = netlib.NetworkSpec(spec.hidden_sizes, spec.activation, spec.weight_init, spec.bias_init, seed)
        summary = outputs.summarise_outputs(trace_of(seeded, seed=seed))
        assert tops[0] - 1e-6 <= summary.top_probability <= tops[1]
        assert losses[0] <= summary.cross_entropy <= losses[1]
