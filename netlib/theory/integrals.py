"""Gaussian integrals of the activations, right to about ten digits for any width of the bell.

Gauss-Hermite nodes lie a tenth of a standard deviation apart, and a tanh of pre-activations of size 30 is a step of a
thirtieth; so the line is cut into panels instead, fine around zero where activations bend, fine around the bell's mean,
with Gauss-Legendre nodes in each. A kink at zero is a panel's edge and costs nothing. relu, leaky_relu and identity
have closed forms. gelu is right to 2e-7, for its registry's function is.
"""

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from netlib.activations import ACTIVATIONS, LEAK
from netlib.distributions import Array

# Slope below zero of the activations that are two straight lines; above zero it is 1.
LEAKS = {"relu": 0.0, "leaky_relu": LEAK, "identity": 1.0}

Function = Callable[[Array], Array]

_BENDS = np.array([0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 36.0])
_BELL = np.array([0.75, 1.5, 2.5, 3.5, 5.0, 7.0, 9.0])
_SMOOTHED = np.array([1.0, 3.0, 7.0])
_NODES = 16
_NESTED_NODES = 8
_INDEPENDENT = 1e-9


def second_moment(activation: str, mean: float, variance: float) -> float:
    """E[f(u)^2] where u is normal with this mean and variance (0 or more)."""
    if activation in LEAKS:
        leak = LEAKS[activation]
        return leak**2 * (mean**2 + variance) + (1 - leak**2) * _rectified(mean, variance)
    function = ACTIVATIONS[activation].function
    return _expectation(lambda u: np.square(function(u)), mean, math.sqrt(variance))


def squared_slope(activation: str, mean: float, variance: float) -> float:
    """E[f'(u)^2] where u is normal with this mean and variance (0 or more)."""
    if activation in LEAKS:
        leak = LEAKS[activation]
        return leak**2 + (1 - leak**2) * _share_above_zero(mean, variance)
    slope = ACTIVATIONS[activation].derivative
    return _expectation(lambda u: np.square(slope(u)), mean, math.sqrt(variance))


def moment_growth(activation: str, variance: float) -> float:
    """The derivative of E[f(u)^2] by the variance (more than 0) where the mean is 0: E[f(u) f'(u) u] / variance."""
    if activation in LEAKS:
        return 0.5 * (1 + LEAKS[activation] ** 2)
    known = ACTIVATIONS[activation]
    return _expectation(lambda u: known.function(u) * known.derivative(u) * u, 0.0, math.sqrt(variance)) / variance


def product(activation: str, mean: float, variance: float, correlation: float) -> float:
    """E[f(u) f(v)] where u and v are normal with this mean and variance, and correlated.

    With mean 0 and two straight lines it is the arc-cosine kernel of Cho and Saul 2009.
    """
    if correlation >= 1:
        return second_moment(activation, mean, variance)
    if activation == "identity":
        return mean**2 + correlation * variance
    if activation in LEAKS and not mean:
        leak = LEAKS[activation]
        both = (1 - leak) ** 2 * variance * arc_cosine(correlation)
        return both + leak * correlation * variance  # leak^2 c + 2 leak (1 - leak) c / 2
    return _nested(ACTIVATIONS[activation].function, mean, math.sqrt(variance), correlation)


def slope_product(activation: str, mean: float, variance: float, correlation: float) -> float:
    """E[f'(u) f'(v)], as `product`; it is the derivative of `product` by the covariance (Price 1958)."""
    if correlation >= 1:
        return squared_slope(activation, mean, variance)
    if activation in LEAKS and not mean:
        leak = LEAKS[activation]
        both_above = 0.25 + math.asin(max(correlation, -1.0)) / (2 * math.pi)
        return leak + (1 - leak) ** 2 * both_above  # leak^2 + 2 leak (1 - leak) / 2
    return _nested(ACTIVATIONS[activation].derivative, mean, math.sqrt(variance), correlation)


def arc_cosine(correlation: float) -> float:
    """E[relu(u) relu(v)] for u, v of mean 0 and variance 1: (sin t + (pi - t) cos t) / 2 pi, cos t = correlation."""
    angle = math.acos(min(max(correlation, -1.0), 1.0))
    return (math.sin(angle) + (math.pi - angle) * math.cos(angle)) / (2 * math.pi)


def _share_above_zero(mean: float, variance: float) -> float:
    if not variance:
        return float(mean > 0)
    if not mean:
        return 0.5
    return 0.5 * math.erfc(-mean / math.sqrt(2 * variance))


def _rectified(mean: float, variance: float) -> float:
    """E[relu(u)^2]."""
    if not mean:
        return 0.5 * variance
    moment = (mean**2 + variance) * _share_above_zero(mean, variance)
    if variance:
        moment += mean * math.sqrt(variance) * math.exp(-0.5 * mean**2 / variance) / math.sqrt(2 * math.pi)
    return max(moment, 0.0)


@lru_cache(maxsize=2)
def _legendre(count: int) -> tuple[Array, Array]:
    nodes, weights = np.polynomial.legendre.leggauss(count)
    return nodes, weights


def _cut(edges: Array, mean: Array, std: float, count: int) -> tuple[Array, Array]:
    """Nodes and weights (..., m) of a bell around each mean (..., 1), its panels cut at edges (..., e) in its reach."""
    around = np.concatenate([-_BELL[::-1], [0.0], _BELL])
    low, high = mean - _BELL[-1] * std, mean + _BELL[-1] * std
    inside = np.clip(
        np.concatenate([np.broadcast_to(edges, (*mean.shape[:-1], edges.shape[-1])), mean + around * std], axis=-1),
        low,
        high,
    )
    inside.sort(axis=-1)
    nodes, weights = _legendre(count)
    half = 0.5 * np.diff(inside, axis=-1)[..., np.newaxis]
    middle = 0.5 * (inside[..., :-1] + inside[..., 1:])[..., np.newaxis]
    u = middle + half * nodes
    bell = np.exp(-0.5 * np.square((u - mean[..., np.newaxis]) / std)) / (math.sqrt(2 * math.pi) * std)
    flat = (*mean.shape[:-1], -1)
    return u.reshape(flat), (half * weights * bell).reshape(flat)


_ABOUT_ZERO = np.concatenate([-_BENDS[::-1], [0.0], _BENDS])


def _expectation(function: Function, mean: float, std: float) -> float:
    if not std:
        return float(function(np.array([mean]))[0])
    u, weights = _cut(_ABOUT_ZERO, np.array([mean]), std, _NODES)
    return float(weights @ function(u))


def _nested(function: Function, mean: float, std: float, correlation: float) -> float:
    """E[f(u) E[f(v) | u]]: the inner bell has mean `m + c (u - m)` and std `sqrt(1 - c^2) std`."""
    if not std:
        return float(function(np.array([mean]))[0]) ** 2
    if abs(correlation) < _INDEPENDENT:
        return _expectation(function, mean, std) ** 2
    rest = math.sqrt(max(1 - correlation**2, 0.0)) * std
    # Seen from u, the inner mean of f bends where the inner bell stands over zero.
    turn, width = mean - mean / correlation, rest / abs(correlation)
    bends = turn + width * np.concatenate([-_SMOOTHED[::-1], [0.0], _SMOOTHED])
    u, weights = _cut(np.concatenate([_ABOUT_ZERO, bends]), np.array([mean]), std, _NESTED_NODES)
    inner_mean = mean + correlation * (u - mean)
    if not rest:
        return float(weights @ (function(u) * function(inner_mean)))
    v, inner_weights = _cut(_ABOUT_ZERO, inner_mean[:, np.newaxis], rest, _NESTED_NODES)
    inner = np.einsum("ij,ij->i", inner_weights, function(v))
    return float(weights @ (function(u) * inner))
