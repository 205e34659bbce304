"""Gaussian integrals against scipy's quadrature, closed forms, and laws that hold for every function."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special
from scipy import stats as scipy_stats

from netlib.activations import ACTIVATIONS
from netlib.theory import integrals
from tests.oracles import ACTIVATION_NAMES

# Plain scipy, not the registry: exact where the registry's gelu has a table.
FUNCTIONS = {
    "sigmoid": (special.expit, lambda z: special.expit(z) * special.expit(-z)),
    "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2 if abs(z) < 300 else 0.0),
    "relu": (lambda z: max(z, 0.0), lambda z: float(z > 0)),
    "leaky_relu": (lambda z: max(z, 0.01 * z), lambda z: 1.0 if z > 0 else 0.01),
    "elu": (lambda z: z if z > 0 else math.expm1(z), lambda z: 1.0 if z > 0 else math.exp(z)),
    "gelu": (lambda z: z * special.ndtr(z), lambda z: special.ndtr(z) + z * scipy_stats.norm.pdf(z)),
    "silu": (
        lambda z: z * special.expit(z),
        lambda z: special.expit(z) * (1 + z * special.expit(-z)),
    ),
    "softplus": (lambda z: float(np.logaddexp(z, 0.0)), special.expit),
    "identity": (lambda z: z, lambda z: 1.0),
}
CLOSE = {"gelu": 2e-6}  # the registry's gelu is right to 2e-7
every_activation = pytest.mark.parametrize("name", ACTIVATION_NAMES)
both_means = pytest.mark.parametrize("mean", [0.0, -0.7, 2.5])


def quadrature(function, mean, std):
    """E[function(u)] by adaptive quadrature, told where the bell and the kink are."""
    reach = 12.0
    marks = sorted({mean + k * std for k in (-reach, -6, -3, -1, 0, 1, 3, 6, reach)} | {0.0, -1.0, 1.0, -5.0, 5.0})
    marks = [mark for mark in marks if abs(mark - mean) <= 1.001 * reach * std]
    bell = scipy_stats.norm(mean, std).pdf
    parts = [
        integrate.quad(lambda u: function(u) * bell(u), low, high, epsabs=1e-14, epsrel=1e-12, limit=200)[0]
        for low, high in pairwise(marks)
    ]
    return sum(parts)


@every_activation
@both_means
@pytest.mark.parametrize("variance", [1e-4, 0.3, 50.0])
def test_moments_and_slopes_are_those_of_scipys_quadrature(name, mean, variance):
    function, slope = FUNCTIONS[name]
    close = CLOSE.get(name, 1e-9)
    moment = quadrature(lambda u: function(u) ** 2, mean, math.sqrt(variance))
    squared = quadrature(lambda u: slope(u) ** 2, mean, math.sqrt(variance))
    assert integrals.second_moment(name, mean, variance) == pytest.approx(
        moment, rel=close, abs=max(1e-2 * close, 1e-12)
    )
    assert integrals.squared_slope(name, mean, variance) == pytest.approx(
        squared, rel=close, abs=max(1e-2 * close, 1e-12)
    )


@every_activation
def test_a_wide_bell_sees_a_step_or_two_lines(name):
    """Far out every activation is a constant or a line on each side of zero; Gauss-Hermite nodes would miss the bend."""
    variance = 1e8
    left, right = (float(ACTIVATIONS[name].function(np.array([sign * 1e9]))[0]) for sign in (-1.0, 1.0))
    if abs(right) < 2:
        expected = 0.5 * (left**2 + right**2)
    else:
        expected = 0.5 * variance * ((left / 1e9) ** 2 + (right / 1e9) ** 2)
    assert integrals.second_moment(name, 0.0, variance) == pytest.approx(expected, rel=3e-4)
    if abs(right) < 2:  # E[f'^2] is the integral of f'^2 over the line, times the bell's height at zero
        slope = FUNCTIONS[name][1]
        area = integrate.quad(lambda u: slope(u) ** 2, -40, 40, points=[0.0])[0]
        assert integrals.squared_slope(name, 0.0, variance) == pytest.approx(
            area / math.sqrt(2 * math.pi * variance), rel=1e-6
        )


@pytest.mark.parametrize("variance", [1e-200, 1e-6, 1.0, 3.7, 1e200])
def test_relu_and_identity_are_exact(variance):
    assert integrals.second_moment("relu", 0.0, variance) == variance / 2
    assert integrals.squared_slope("relu", 0.0, variance) == 0.5
    assert integrals.second_moment("identity", 0.0, variance) == variance
    assert integrals.squared_slope("identity", 0.0, variance) == 1.0
    assert integrals.second_moment("leaky_relu", 0.0, variance) == pytest.approx(variance * (1 + 1e-4) / 2, rel=1e-15)


@pytest.mark.parametrize("name", ["tanh", "elu", "softplus", "gelu"])
@pytest.mark.parametrize(("mean", "variance", "correlation"), [(0.0, 1.3, 0.6), (0.8, 0.4, -0.5), (-1.0, 2.0, 0.97)])
def test_products_are_those_of_a_double_quadrature(name, mean, variance, correlation):
    function, _ = FUNCTIONS[name]
    u, v, weights = _grid(mean, variance, correlation)
    expected = float((weights * np.vectorize(function)(u) * np.vectorize(function)(v)).sum())
    assert integrals.product(name, mean, variance, correlation) == pytest.approx(expected, rel=3e-6)


def _grid(mean, variance, correlation, count=801, reach=8.5):
    """The trapezoidal rule on a fine square: for smooth functions as good as any."""
    z = np.linspace(-reach, reach, count)
    bell = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    first, second = np.meshgrid(z, z, indexing="ij")
    std = math.sqrt(variance)
    other = correlation * first + math.sqrt(1 - correlation**2) * second
    return mean + std * first, mean + std * other, np.outer(bell, bell)


@pytest.mark.parametrize("correlation", [-1.0, -0.8, 0.0, 0.3, 0.9999, 1.0])
def test_relus_product_is_the_arc_cosine_kernel(correlation):
    """Cho and Saul 2009, degree 1: |x| |y| (sin t + (pi - t) cos t) / pi, for weights of variance 1 and twice E[f f]."""
    angle = np.arccos(correlation)
    kernel = (np.sin(angle) + (np.pi - angle) * np.cos(angle)) / np.pi
    assert 2 * integrals.product("relu", 0.0, 2.5, correlation) == pytest.approx(2.5 * kernel, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("name", ["relu", "leaky_relu"])
@pytest.mark.parametrize("correlation", [-0.7, 0.2, 0.95])
def test_closed_forms_are_what_the_nested_rule_finds(name, correlation):
    """A mean too small to matter takes the general way, the mean 0 the closed form."""
    for integral in (integrals.product, integrals.slope_product):
        assert integral(name, 1e-13, 1.7, correlation) == pytest.approx(integral(name, 0.0, 1.7, correlation), rel=1e-6)


@pytest.mark.parametrize("correlation", [-0.9, 0.0, 0.5])
def test_relu_with_a_mean_is_right_by_simulation(correlation):
    source = torch.Generator().manual_seed(0)
    first, second = torch.randn((2, 4_000_000), generator=source, dtype=torch.float64)
    other = correlation * first + math.sqrt(1 - correlation**2) * second
    u, v = 0.5 + 1.2 * first, 0.5 + 1.2 * other
    products = torch.relu(u) * torch.relu(v)
    error = float(products.std()) / math.sqrt(len(products))
    assert integrals.product("relu", 0.5, 1.44, correlation) == pytest.approx(float(products.mean()), abs=5 * error)


@given(
    st.sampled_from(ACTIVATION_NAMES),
    st.floats(-2, 2),
    st.floats(1e-3, 1e3),
    st.floats(-0.999, 0.999),
)
def test_laws_of_products(name, mean, variance, correlation):
    """Cauchy and Schwarz; and at correlation 0 and 1 what it must be."""
    moment = integrals.second_moment(name, mean, variance)
    found = integrals.product(name, mean, variance, correlation)
    assert abs(found) <= moment * (1 + 1e-6)
    assert integrals.product(name, mean, variance, 1.0) == moment
    assert integrals.product(name, mean, variance, 1 - 1e-12) == pytest.approx(moment, rel=2e-5)
    independent = integrals.product(name, mean, variance, 0.0)
    assert independent == pytest.approx(integrals.product(name, mean, variance, 1e-7), rel=1e-4, abs=1e-6 * moment)
    assert independent >= -1e-12 * moment


@given(st.sampled_from(ACTIVATION_NAMES), st.floats(-1, 1), st.floats(0.01, 100), st.floats(-0.95, 0.95))
def test_the_slopes_product_is_the_derivative_by_the_covariance(name, mean, variance, correlation):
    """Price's theorem, by central differences."""
    step = 1e-4
    above, below = (integrals.product(name, mean, variance, correlation + sign * step) for sign in (1, -1))
    expected = (above - below) / (2 * step * variance)
    found = integrals.slope_product(name, mean, variance, correlation)
    assert found == pytest.approx(expected, rel=1e-3, abs=2e-4)


@given(st.sampled_from(ACTIVATION_NAMES), st.floats(1e-3, 1e4))
def test_growth_is_the_derivative_of_the_moment(name, variance):
    step = 1e-4 * variance
    above, below = (integrals.second_moment(name, 0.0, variance + sign * step) for sign in (1, -1))
    assert integrals.moment_growth(name, variance) == pytest.approx((above - below) / (2 * step), rel=1e-3, abs=1e-8)


@every_activation
def test_without_variance_there_is_one_value(name):
    value = float(ACTIVATIONS[name].function(np.array([-0.4]))[0])
    assert integrals.second_moment(name, -0.4, 0.0) == pytest.approx(value**2)
    assert integrals.product(name, -0.4, 0.0, 0.3) == pytest.approx(value**2)
    slope = float(ACTIVATIONS[name].derivative(np.array([-0.4]))[0])
    assert integrals.squared_slope(name, -0.4, 0.0) == pytest.approx(slope**2)
