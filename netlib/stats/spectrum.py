"""Singular values of a layer's weights, and what random-matrix theory expects of them.

A singular value is the factor by which the layer stretches one direction of its input. For a large matrix of
independent entries with mean 0 and one variance their distribution does not depend on the entries' own: Marchenko and
Pastur 1967.
"""

import math
from dataclasses import dataclass

import numpy as np

from netlib.distributions import Distribution, SparseNormal, UnitVectorEntry
from netlib.stats.weights import point_mass
from netlib.trace import Array, frozen

INDEPENDENT = "independent"
SPARSE = "sparse"
ORTHOGONAL = "orthogonal"
RANK_ONE = "rank one"
ZERO = "zero"

_STEPS = 4_000
_CURVE_STEPS = 120
_EDGE_SPREAD = 0.64
_CHEAP = 100_000_000


@dataclass(frozen=True)
class SpectralLaw:
    """What is expected of the singular values of a layer.

    kind: `independent` (Marchenko-Pastur holds), `sparse` (independent, but mostly zeros: it holds roughly),
    `orthogonal` (all equal), `rank one` (all entries equal), `zero`. lower, upper: the edges between which the values
    lie; expected (min(out, in),): the values themselves, largest first; edge_error: how far the largest value of such
    a matrix is from the edge by chance, 0 where there is no chance.
    """

    kind: str
    lower: float
    upper: float
    expected: Array
    edge_error: float
    std: float
    shape: tuple[int, int]

    @property
    def has_density(self) -> bool:
        """Whether the values spread over a range, so that a density can be drawn."""
        return self.kind in (INDEPENDENT, SPARSE)

    def density(self) -> tuple[Array, Array]:
        """Points between the edges and the Marchenko-Pastur density of the singular values there."""
        ratio, scale = _ratio(self.shape), self.std * math.sqrt(max(self.shape))
        x = 1 + ratio + 2 * math.sqrt(ratio) * np.cos(np.linspace(math.pi, 0, _CURVE_STEPS + 1))
        low, high = (1 - math.sqrt(ratio)) ** 2, (1 + math.sqrt(ratio)) ** 2
        below = np.sqrt(np.clip((x - low) / np.where(x > 0, x, 1.0), 0, 1))
        if low == 0:
            below = np.ones_like(x)  # a square matrix: the quarter circle, which does not fall to 0 at 0
        density = np.sqrt(np.clip(high - x, 0, None)) * below / (math.pi * ratio)
        return np.sqrt(np.clip(x, 0, None)) * scale, density / scale


def singular_values(weight: Array) -> Array:
    """The singular values of a matrix (out, in), largest first, (min(out, in),), float64 and read-only."""
    return frozen(np.linalg.svd(weight.astype(np.float64), compute_uv=False))


def is_expensive(shape: tuple[int, int]) -> bool:
    """Whether the singular values of this shape take long enough to be felt: 30 ms and more."""
    return shape[0] * shape[1] * min(shape) > _CHEAP


def rank(values: Array, shape: tuple[int, int]) -> int:
    """How many directions are not flattened to nothing, beyond what rounding leaves (as `numpy.linalg.matrix_rank`)."""
    tolerance = float(values[0]) * max(shape) * float(np.finfo(np.float64).eps)
    return int(np.count_nonzero(values > tolerance))


def spectral_law(distribution: Distribution, shape: tuple[int, int]) -> SpectralLaw:
    """What is expected of the singular values of a (out, in) matrix drawn from this distribution.

    Edges std |sqrt(in) -+ sqrt(out)| (Bai and Yin 1993); the spread of the largest value around its edge is that of the
    Tracy-Widom law, 1.27 times the scale of Johnstone 2001.
    """
    units, inputs = shape
    count = min(shape)
    value = point_mass(distribution)
    std = distribution.std
    if value is not None:
        largest = abs(value) * math.sqrt(units * inputs)
        expected = np.zeros(count)
        expected[0] = largest
        return SpectralLaw(RANK_ONE if value else ZERO, 0.0, largest, expected, 0.0, 0.0, shape)
    if isinstance(distribution, UnitVectorEntry):
        gain = distribution.gain
        return SpectralLaw(ORTHOGONAL, gain, gain, np.full(count, gain), 0.0, std, shape)
    kind = SPARSE if isinstance(distribution, SparseNormal) else INDEPENDENT
    lower = std * abs(math.sqrt(inputs) - math.sqrt(units))
    upper = std * (math.sqrt(inputs) + math.sqrt(units))
    error = _EDGE_SPREAD * std * (1 / math.sqrt(inputs) + 1 / math.sqrt(units)) ** (1 / 3)
    return SpectralLaw(kind, lower, upper, std * _quantiles(shape), error, std, shape)


def _ratio(shape: tuple[int, int]) -> float:
    return min(shape) / max(shape)


def _quantiles(shape: tuple[int, int]) -> Array:
    """Where the singular values of unit-variance entries are expected, largest first.

    With x = 1 + c + 2 sqrt(c) cos(t) the eigenvalues' law becomes 2 sin^2(t) / (pi x) dt, which has no walls; the
    middles of the steps stay away from x = 0.
    """
    ratio, count = _ratio(shape), min(shape)
    step = math.pi / _STEPS
    t = (np.arange(_STEPS) + 0.5) * step
    x = 1 + ratio + 2 * math.sqrt(ratio) * np.cos(t)
    below = np.cumsum(2 * np.sin(t) ** 2 / (math.pi * x)) * step
    at = np.interp((np.arange(count) + 0.5) / count, below / below[-1], t + 0.5 * step)
    eigenvalues = 1 + ratio + 2 * math.sqrt(ratio) * np.cos(at)
    values: Array = np.sqrt(np.clip(eigenvalues, 0, None) * max(shape))
    return values
