"""Moments, histograms and block means against torch, numpy and scipy, and over everything that can be drawn."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats as scipys

import netlib
from netlib.distributions import Constant, Normal, SparseNormal, TruncatedNormal, Uniform, UnitVectorEntry
from netlib.spec import Init, NetworkSpec
from netlib.stats import weights as stats
from tests.oracles import networks

SCHEMES = (
    "pytorch",
    "uniform",
    "normal",
    "trunc_normal",
    "xavier_uniform",
    "xavier_normal",
    "kaiming_uniform",
    "kaiming_normal",
    "lecun_normal",
    "orthogonal",
    "sparse",
)
# Ours and scipy's; the kurtosis that scipy reports is the excess over a normal's 3.
SHAPES = {
    "uniform": (Uniform(0.3), scipys.uniform(-0.3, 0.6)),
    "normal": (Normal(0.02), scipys.norm(0, 0.02)),
    "trunc_normal": (TruncatedNormal(5.0), scipys.truncnorm(-2, 2, 0, 5)),
}
# A width of 1e-36 and less counts as none; each of these is allowed by `Init`.
NO_WIDTH = [Normal(0.0), Normal(5e-324), Uniform(1e-310), TruncatedNormal(0.0), SparseNormal(1.0, 0.0), Constant(0.0)]


def drawn(spec):
    model = netlib.build(spec)
    return [getattr(model, layer.name).weight.detach().numpy() for layer in spec.layers]


def trace_of(spec):
    return netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec(size=2)))


class TestMoments:
    @given(
        arrays.arrays(
            np.float32, arrays.array_shapes(max_dims=2, max_side=20), elements=st.floats(-(2**60), 2**60, width=32)
        )
    )
    def test_they_are_torchs(self, values):
        ours, theirs = stats.moments(values), torch.tensor(values, dtype=torch.float64)
        assert ours.count == theirs.numel()
        assert ours.mean == pytest.approx(theirs.mean().item(), rel=1e-6, abs=1e-9 * float(theirs.abs().max()))
        if theirs.numel() > 1:
            assert ours.std == pytest.approx(theirs.std().item(), rel=1e-6, abs=1e-9 * float(theirs.abs().max()))
        assert (ours.low, ours.high) == (theirs.min().item(), theirs.max().item())
        assert ours.frobenius == pytest.approx(theirs.norm().item(), rel=1e-12)

    def test_equal_numbers_have_no_spread_at_all(self):
        ours = stats.moments(np.full((30, 41), 0.1, np.float32))
        assert ours.std == 0
        assert ours.mean == ours.low == ours.high == float(np.float32(0.1))

    def test_one_number_has_no_spread(self):
        assert stats.moments(np.array([[3.0]], np.float32)) == stats.Moments(1, 3.0, 0.0, 3.0, 3.0, 3.0)


class TestSamplingError:
    @pytest.mark.parametrize(("ours", "scipys_own"), SHAPES.values(), ids=SHAPES)
    def test_it_follows_from_the_kurtosis(self, ours, scipys_own):
        kurtosis = float(scipys_own.stats("k")) + 3
        assert stats.sampling_error(ours, 1000) == pytest.approx(ours.std * math.sqrt((kurtosis - 1) / 4000), rel=1e-9)

    def test_for_a_normal_it_is_the_textbooks(self):
        assert stats.sampling_error(Normal(2.0), 50) == pytest.approx(2 / math.sqrt(100))

    @pytest.mark.parametrize("scheme", SCHEMES)
    def test_it_is_what_many_seeds_show(self, scheme):
        """60 drawn layers: the spread of their stds, in units of the error that is claimed."""
        scores = []
        for seed in range(60):
            spec = NetworkSpec((60,), weight_init=scheme, seed=seed)
            layer, weight = spec.layers[0], drawn(spec)[0]
            error = stats.sampling_error(layer.weight_distribution, weight.size)
            scores.append((stats.moments(weight).std - layer.weight_distribution.std) / error)
        assert max(map(abs, scores)) < 6  # the squared mean of an orthogonal layer has a long tail
        assert 0.35 < np.sqrt(np.mean(np.square(scores))) < 1.4

    @pytest.mark.parametrize("still", NO_WIDTH)
    def test_what_does_not_vary_has_none(self, still):
        assert stats.sampling_error(still, 10) < 1e-300
        assert stats.point_mass(still) == 0


class TestHistogram:
    @pytest.mark.parametrize("scheme", SCHEMES)
    @pytest.mark.parametrize("width", [1, 12, 200])
    def test_bins_and_spike_hold_every_weight(self, scheme, width):
        spec = NetworkSpec((width,), weight_init=scheme)
        for layer, weight in zip(spec.layers, drawn(spec), strict=True):
            hist = stats.histogram(weight, layer.weight_distribution)
            assert hist.density.sum() * hist.bin_width + hist.spike_share == pytest.approx(1)
            assert hist.edges[0] == pytest.approx(-hist.edges[-1])
            assert len(hist.density) % 2 == 1
            assert np.isfinite(hist.curve).all()

    def test_a_bin_counts_what_lies_in_it(self):
        weight = drawn(NetworkSpec((40,), weight_init="normal"))[0]
        hist = stats.histogram(weight, Normal(0.01))
        for i in (0, 20, len(hist.density) - 1):
            inside = ((weight >= hist.edges[i]) & (weight < hist.edges[i + 1])).mean()
            assert hist.density[i] * hist.bin_width == pytest.approx(inside, abs=2 / weight.size)

    @pytest.mark.parametrize(("ours", "scipys_own"), SHAPES.values(), ids=SHAPES)
    def test_the_curve_is_the_density(self, ours, scipys_own):
        values = scipys_own.rvs(5000, random_state=1).astype(np.float32)
        hist = stats.histogram(values, ours)
        inside = np.abs(hist.curve_x) < 0.999 * min(scipys_own.support()[1], hist.edges[-1])
        np.testing.assert_allclose(hist.curve[inside], scipys_own.pdf(hist.curve_x[inside]), rtol=1e-6)
        assert np.trapezoid(hist.curve, hist.curve_x) == pytest.approx(1, abs=2e-3)
        # Measured and theory are the same unit: near each other, bin by bin, within what chance does.
        middles = (hist.edges[:-1] + hist.edges[1:]) / 2
        wanted = scipys_own.pdf(middles)
        error = np.sqrt(wanted / (len(values) * hist.bin_width)) + 0.02 * wanted.max()
        assert (np.abs(hist.density - wanted) < 5 * error).all()

    def test_a_wall_is_steep(self):
        hist = stats.histogram(np.array([-0.1, 0.2], np.float32), Uniform(0.3))
        assert hist.curve[hist.curve_x < -0.3].max(initial=0) == 0
        assert hist.curve[np.abs(hist.curve_x) <= 0.3].min() == pytest.approx(1 / 0.6)

    @pytest.mark.parametrize("still", [*NO_WIDTH, Constant(-100.0), Constant(0.1)])
    def test_what_does_not_vary_is_a_spike(self, still):
        hist = stats.histogram(np.full((3, 4), still.mean, np.float32), still)
        assert hist.spike_share == 1
        assert hist.spike == still.mean
        assert not hist.density.any()
        assert hist.curve.size == 0
        assert hist.edges[0] < still.mean < hist.edges[-1]
        assert hist.edges[-1] - hist.edges[0] >= 0.5 * abs(still.mean)

    def test_the_zeros_of_a_sparse_layer_stand_apart(self):
        spec = NetworkSpec((128,), weight_init="sparse")
        weight = drawn(spec)[0]
        hist = stats.histogram(weight, spec.layers[0].weight_distribution)
        assert hist.spike == 0
        assert hist.spike_share == (weight == 0).mean() == pytest.approx(116 / 128)
        assert hist.density.sum() * hist.bin_width == pytest.approx(12 / 128)
        assert np.trapezoid(hist.curve, hist.curve_x) == pytest.approx(12 / 128, rel=1e-3)

    def test_a_unit_vector_of_two_has_no_curve(self):
        assert stats.histogram(np.array([0.6, -0.8], np.float32), UnitVectorEntry(2, 1.0)).curve.size == 0

    def test_layers_that_are_compared_share_their_bins(self):
        spec = NetworkSpec((30, 5), weight_init=(Init("normal", std=3.0), "pytorch", Init("constant", value=-0.5)))
        pairs = [(w, layer.weight_distribution) for w, layer in zip(drawn(spec), spec.layers, strict=True)]
        found = stats.histograms(pairs)
        for hist in found:
            np.testing.assert_array_equal(hist.edges, found[0].edges)
            assert hist.density.sum() * hist.bin_width + hist.spike_share == pytest.approx(1)
        assert len(stats.histograms(pairs * 4)[0].density) < len(found[0].density)

    @given(networks(most_layers=4, most_units=40))
    def test_any_network_has_its_histograms(self, spec):
        pairs = [(w, layer.weight_distribution) for w, layer in zip(drawn(spec), spec.layers, strict=True)]
        for hist in [*stats.histograms(pairs), *(stats.histogram(w, d) for w, d in pairs)]:
            assert np.isfinite(hist.density).all()
            assert np.isfinite(hist.curve).all()
            assert (np.diff(hist.edges) > 0).all()
            assert hist.density.sum() * hist.bin_width + hist.spike_share == pytest.approx(1)


class TestUnits:
    def test_norms_are_numpys(self):
        weight = drawn(NetworkSpec((20,)))[0]
        np.testing.assert_allclose(stats.unit_norms(weight), np.linalg.norm(weight.astype(float), axis=1))

    def test_no_overflow_and_no_loss(self):
        weight = np.array([[3e30, 4e30], [3e-30, 4e-30]], np.float32)
        np.testing.assert_allclose(stats.unit_norms(weight), [5e30, 5e-30], rtol=1e-6)

    def test_longest_first_and_equal_ones_as_they_are_numbered(self):
        weight = np.array([[1, 0], [0, 3], [0, -1], [2, 2]], np.float32)
        assert list(stats.unit_order(weight, by_norm=True)) == [1, 3, 0, 2]
        assert list(stats.unit_order(weight, by_norm=False)) == [0, 1, 2, 3]

    def test_the_table(self):
        weight = np.array([[3, -4], [0, 0]], np.float32)
        table = stats.unit_table(weight)
        assert table.to_dict("list") == {
            "unit": [0, 1],
            "norm": [5, 0],
            "mean": [-0.5, 0],
            "std": [pytest.approx(7 / math.sqrt(2)), 0],
            "min": [-4, 0],
            "max": [3, 0],
        }
        assert list(stats.unit_table(weight[:, :1])["std"]) == [0, 0]


class TestNeighbours:
    def test_it_is_numpys_correlation(self):
        weight = np.random.default_rng(0).normal(size=(50, 784)).astype(np.float32)
        images = weight.reshape(-1, 28, 28)
        left, right = images[:, :, :-1].ravel(), images[:, :, 1:].ravel()
        found, error = stats.neighbour_correlation(weight)
        assert found == pytest.approx(np.corrcoef(left, right)[0, 1], abs=1e-3)
        assert error == pytest.approx(1 / math.sqrt(50 * 28 * 27))

    def test_its_error_is_what_many_seeds_show(self):
        scores = []
        for seed in range(60):
            weight = drawn(NetworkSpec((20,), weight_init="sparse", seed=seed))[0]
            found, error = stats.neighbour_correlation(weight)
            scores.append(found / error)
        assert 0.75 < np.std(scores) < 1.25
        assert abs(np.mean(scores)) < 0.5

    def test_strokes_are_seen(self):
        slopes = np.tile(np.linspace(-1, 1, 28), (3, 28)).astype(np.float32)
        assert stats.neighbour_correlation(slopes)[0] > 0.8

    @pytest.mark.parametrize("value", [0.0, 0.1, -100.0])
    def test_equal_weights_have_none(self, value):
        assert stats.neighbour_correlation(np.full((5, 784), value, np.float32)) == (0, 0)


class TestPooled:
    def test_a_small_matrix_stays_as_it_is(self):
        weight = drawn(NetworkSpec((128, 10)))[1]
        found = stats.pooled(weight)
        assert not found.is_pooled
        np.testing.assert_array_equal(found.values, weight)

    def test_the_first_layers_pixels_come_in_sevens(self):
        weight = drawn(NetworkSpec((128,)))[0]
        found = stats.pooled(weight)
        assert (found.rows, found.columns, found.shape) == (1, 7, (128, 784))
        np.testing.assert_allclose(found.values, weight.reshape(128, 112, 7).mean(axis=2), atol=1e-8)

    def test_the_last_block_may_be_smaller(self):
        found = stats.pooled(np.arange(5, dtype=np.float32)[:, None], most=3)
        assert found.values[:, 0].tolist() == [0.5, 2.5, 4]

    @given(st.integers(1, 1024), st.integers(1, 1024), st.integers(1, 128))
    def test_every_weight_counts_once(self, units, inputs, most):
        weight = np.random.default_rng(units * inputs).normal(size=(units, inputs)).astype(np.float32)
        found = stats.pooled(weight, most)
        assert max(found.values.shape) <= most
        heights = np.full(found.values.shape[0], found.rows)
        heights[-1] = units - heights[:-1].sum()
        lengths = np.full(found.values.shape[1], found.columns)
        lengths[-1] = inputs - lengths[:-1].sum()
        assert (heights > 0).all()
        assert (lengths > 0).all()
        total = (found.values * np.outer(heights, lengths)).sum(dtype=np.float64)
        assert total == pytest.approx(weight.sum(dtype=np.float64), abs=1e-6 * weight.size)

    def test_means_are_as_much_narrower_as_the_page_says(self):
        weight = np.random.default_rng(0).normal(size=(1024, 784)).astype(np.float32)
        found = stats.pooled(weight)
        assert found.values.std() == pytest.approx(1 / math.sqrt(found.rows * found.columns), rel=0.05)


def test_the_table_of_layers_is_torchs_numbers():
    spec = NetworkSpec((12, 7), weight_init=("pytorch", Init("normal", std=0.5), "zeros"), bias_init="normal")
    table = stats.weight_table(trace_of(spec), spec.layers)
    model = netlib.build(spec)
    assert list(table["layer"]) == ["fc1", "fc2", "output"]
    assert list(table["scheme"]) == ["pytorch", "normal:0.5", "zeros"]
    assert list(table["fan_in"]) == [784, 12, 7]
    assert list(table["fan_out"]) == [12, 7, 10]
    assert list(table["implied std"]) == [pytest.approx(1 / math.sqrt(3 * 784)), 0.5, 0]
    for row, linear in zip(table.to_dict("records"), (model.fc1, model.fc2, model.output), strict=True):
        weight, bias = linear.weight.double(), linear.bias.double()
        assert row["weights"] == weight.numel()
        for name, mine in (("mean", "mean"), ("std", "std"), ("min", "min"), ("max", "max")):
            assert row[name] == pytest.approx(getattr(weight, mine)().item(), abs=1e-12)
            assert row[f"bias {name}"] == pytest.approx(getattr(bias, mine)().item(), abs=1e-12)
        assert row["frobenius"] == pytest.approx(weight.norm().item())
        assert row["largest unit norm"] == pytest.approx(weight.norm(dim=1).max().item())


def test_the_implied_norm_is_what_a_wide_layer_has():
    for init in ("pytorch", "orthogonal", "sparse", Init("constant", value=-0.3)):
        spec = NetworkSpec((300,), weight_init=init)
        implied = stats.implied_norm(spec.layers[0].weight_distribution, 784 * 300)
        assert stats.moments(drawn(spec)[0]).frobenius == pytest.approx(implied, rel=0.02)


@pytest.mark.parametrize(
    ("init", "written"),
    [(Init("pytorch"), "pytorch"), (Init("normal", std=0.01), "normal:0.01"), (Init("orthogonal"), "orthogonal:1")],
)
def test_a_scheme_is_written_as_in_a_link(init, written):
    assert stats.scheme_words(init.scheme, init.number) == written
