"""Singular values against torch, and the law of Marchenko and Pastur against its eigenvalue form and against matrices."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

import netlib
from netlib.distributions import Constant, Normal, SparseNormal, Uniform, UnitVectorEntry
from netlib.spec import Init, NetworkSpec
from netlib.stats import spectrum

FORMS = [(128, 784), (784, 128), (64, 64), (10, 64), (300, 310), (1, 784), (1, 1), (1024, 784)]
every_shape = pytest.mark.parametrize("shape", FORMS)


def marchenko_pastur(x, ratio):
    """The density of the eigenvalues of X X^T / n, X (m, n) with unit variance, m / n = ratio <= 1, as it is printed."""
    low, high = (1 - math.sqrt(ratio)) ** 2, (1 + math.sqrt(ratio)) ** 2
    return math.sqrt(max(high - x, 0) * max(x - low, 0)) / (2 * math.pi * ratio * x)


def drawn(init, width=96):
    spec = NetworkSpec((width,), weight_init=init)
    return spec.layers[0], netlib.build(spec).fc1.weight.detach().numpy()


@pytest.mark.parametrize("shape", [(5, 9), (9, 5), (1, 7), (40, 40)])
def test_singular_values_are_torchs(shape):
    weight = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    values = spectrum.singular_values(weight)
    np.testing.assert_allclose(values, torch.linalg.svdvals(torch.tensor(weight).double()).numpy())
    assert not values.flags.writeable
    assert (np.diff(values) <= 0).all()


@every_shape
def test_the_edges_are_those_of_the_law(shape):
    law = spectrum.spectral_law(Normal(0.5), shape)
    ratio, longest = min(shape) / max(shape), max(shape)
    assert law.lower == pytest.approx(0.5 * math.sqrt(longest) * (1 - math.sqrt(ratio)), abs=1e-12)
    assert law.upper == pytest.approx(0.5 * math.sqrt(longest) * (1 + math.sqrt(ratio)))
    assert law.kind == spectrum.INDEPENDENT


@every_shape
def test_the_density_is_the_eigenvalues_law_in_other_units(shape):
    """s = std sqrt(n x), so g(s) ds = f(x) dx with dx/ds = 2 s / (n std^2)."""
    std, ratio, longest = 0.3, min(shape) / max(shape), max(shape)
    s, density = spectrum.spectral_law(Normal(std), shape).density()
    inside = slice(3, -3)  # f itself has a pole at 0 where the matrix is square
    x = s[inside] ** 2 / (longest * std**2)
    wanted = [marchenko_pastur(one, ratio) * 2 * at / (longest * std**2) for one, at in zip(x, s[inside], strict=True)]
    np.testing.assert_allclose(density[inside], wanted, rtol=1e-6)
    assert np.isfinite(density).all()
    assert np.trapezoid(density, s) == pytest.approx(1, abs=4e-3)


@pytest.mark.parametrize("shape", [(128, 784), (64, 64), (300, 310)])
def test_the_expected_values_are_the_laws_quantiles(shape):
    ratio, longest = min(shape) / max(shape), max(shape)
    expected = spectrum.spectral_law(Uniform(math.sqrt(3)), shape).expected
    top = (1 + math.sqrt(ratio)) ** 2
    for rank in (0, len(expected) // 3, len(expected) - 2):
        above, _ = integrate.quad(marchenko_pastur, expected[rank] ** 2 / longest, top, (ratio,), limit=200)
        assert above == pytest.approx((rank + 0.5) / len(expected), abs=2e-3)


@pytest.mark.parametrize("shape", [(128, 784), (200, 200)])
@pytest.mark.parametrize("kind", ["normal", "uniform"])
def test_real_matrices_follow_the_law(shape, kind):
    rng = np.random.default_rng(3)
    weight = rng.normal(size=shape) if kind == "normal" else rng.uniform(-math.sqrt(3), math.sqrt(3), shape)
    law = spectrum.spectral_law(Normal(1.0), shape)
    values = spectrum.singular_values(weight)
    assert np.abs(values - law.expected).max() < 0.02 * law.upper
    assert abs(values[0] - law.upper) < 4 * law.edge_error


def test_the_largest_value_moves_as_tracy_and_widom_say():
    law = spectrum.spectral_law(Normal(1.0), (60, 240))
    rng = np.random.default_rng(0)
    largest = [np.linalg.svd(rng.normal(size=(60, 240)), compute_uv=False)[0] for _ in range(300)]
    assert np.std(largest) == pytest.approx(law.edge_error, rel=0.2)


@pytest.mark.parametrize(
    "scheme",
    [
        "pytorch",
        "normal",
        "uniform",
        "trunc_normal",
        "xavier_uniform",
        "xavier_normal",
        "kaiming_uniform",
        "kaiming_normal",
        "lecun_normal",
    ],
)
def test_every_independent_scheme_obeys(scheme):
    layer, weight = drawn(scheme)
    law = spectrum.spectral_law(layer.weight_distribution, weight.shape)
    assert law.kind == spectrum.INDEPENDENT
    assert law.has_density
    values = spectrum.singular_values(weight)
    assert abs(values[0] - law.upper) < 4 * law.edge_error
    assert np.abs(values - law.expected).max() < 0.03 * law.upper


def test_a_sparse_layer_obeys_roughly():
    layer, weight = drawn("sparse", 200)
    law = spectrum.spectral_law(layer.weight_distribution, weight.shape)
    assert law.kind == spectrum.SPARSE
    assert np.abs(spectrum.singular_values(weight) - law.expected).max() < 0.1 * law.upper


@pytest.mark.parametrize("gain", [1.0, 2.5])
def test_an_orthogonal_layer_has_one_value_only(gain):
    layer, weight = drawn(Init("orthogonal", gain=gain))
    law = spectrum.spectral_law(layer.weight_distribution, weight.shape)
    assert law.kind == spectrum.ORTHOGONAL
    assert not law.has_density
    np.testing.assert_allclose(spectrum.singular_values(weight), law.expected, rtol=1e-5)


def test_equal_weights_have_rank_one():
    layer, weight = drawn(Init("constant", value=-0.1))
    law = spectrum.spectral_law(layer.weight_distribution, weight.shape)
    values = spectrum.singular_values(weight)
    assert law.kind == spectrum.RANK_ONE
    assert values[0] == pytest.approx(law.expected[0], rel=1e-6)
    assert law.upper == pytest.approx(0.1 * math.sqrt(784 * 96))
    assert spectrum.rank(values, weight.shape) == np.linalg.matrix_rank(weight.astype(float)) == 1


@pytest.mark.parametrize("init", ["zeros", Init("normal", std=0.0), Init("orthogonal", gain=0.0)])
def test_no_weights_no_values(init):
    layer, weight = drawn(init, 5)
    law = spectrum.spectral_law(layer.weight_distribution, weight.shape)
    values = spectrum.singular_values(weight)
    assert law.kind == spectrum.ZERO
    assert not values.any()
    assert not law.expected.any()
    assert spectrum.rank(values, weight.shape) == 0


@given(st.integers(1, 60), st.integers(1, 60))
def test_the_expected_values_lie_between_the_edges_and_have_the_right_sum(units, inputs):
    law = spectrum.spectral_law(Normal(1.0), (units, inputs))
    assert len(law.expected) == min(units, inputs)
    assert (law.expected >= law.lower - 1e-6).all()
    assert (law.expected <= law.upper + 1e-6).all()
    assert (np.diff(law.expected) <= 0).all()
    # The squares of all entries add up to units x inputs, and so do the squares of the singular values.
    assert np.square(law.expected).sum() == pytest.approx(units * inputs, rel=0.35 / min(units, inputs) + 0.01)


@pytest.mark.parametrize(
    "distribution", [Normal(100.0), Constant(100.0), UnitVectorEntry(784, 100.0), SparseNormal(100.0, 0.1)]
)
@every_shape
def test_any_law_is_finite(distribution, shape):
    law = spectrum.spectral_law(distribution, shape)
    assert np.isfinite([law.lower, law.upper, law.edge_error]).all()
    assert np.isfinite(law.expected).all()


def test_only_wide_layers_are_expensive():
    assert not spectrum.is_expensive((128, 784))
    assert not spectrum.is_expensive((10, 1024))
    assert spectrum.is_expensive((1024, 784))
    assert spectrum.is_expensive((1024, 1024))
