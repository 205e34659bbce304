"""What was drawn into a layer, beside what its scheme implies: moments, histograms, norms, pooled pictures.

Everything is computed in float64, so that the sums of a million weights do not round.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from netlib.distributions import (
    Distribution,
    Normal,
    SparseNormal,
    TruncatedNormal,
    Uniform,
    UnitVectorEntry,
)
from netlib.spec import LayerSpec
from netlib.trace import Array, Trace

SMALLEST_STD = 1e-36
"""A width below this is none: float32 has no full-precision numbers there, and a density would overflow."""

_BINS_AT_LEAST, _BINS_AT_MOST = 9, 61
_CURVE_POINTS = 121
_SMALL_CURVE_POINTS = 61
_MANY = 8
_NORMAL_REACH = 4.0
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Moments:
    """What some numbers are together: how many, mean, std (n - 1, as `tensor.std()` has it), extremes, norm.

    `frobenius` is the square root of the sum of squares. One number alone has std 0.
    """

    count: int
    mean: float
    std: float
    low: float
    high: float
    frobenius: float


def moments(values: Array) -> Moments:
    """The moments of an array of any shape; raises `ValueError` for an empty one."""
    count = values.size
    mean = float(values.mean(dtype=np.float64))
    std = float(values.std(dtype=np.float64, ddof=1)) if count > 1 else 0.0
    low, high = float(values.min()), float(values.max())
    if low == high:  # a mean rounds: equal numbers must not show a spread of 1e-18
        mean, std = low, 0.0
    squares = np.square(values, dtype=np.float64)
    return Moments(count, mean, std, low, high, math.sqrt(float(squares.sum())))


def point_mass(distribution: Distribution) -> float | None:
    """The number that every entry is, or None where the entries vary."""
    return distribution.mean if distribution.std < SMALLEST_STD else None


def implied_norm(distribution: Distribution, count: int) -> float:
    """The norm that `count` entries together are expected to have: sqrt(count) times their root mean square."""
    return math.sqrt(count) * math.hypot(distribution.mean, distribution.std)


def sampling_error(distribution: Distribution, count: int) -> float:
    """How far the std of `count` entries lies from the implied one by chance alone: its standard error.

    std sqrt((kurtosis - 1) / (4 count)); for a normal distribution that is std / sqrt(2 count) (Kenney and Keeping
    1951, sec. 7.10). Zeros placed in fixed numbers add no chance of their own. The squares of an orthogonal matrix add
    up to the same number always: what is left is the square of the mean, about std / count.
    """
    if isinstance(distribution, UnitVectorEntry):
        return distribution.std / count
    return distribution.std * math.sqrt(_spread_of_squares(distribution) / (4 * count))


def _spread_of_squares(distribution: Distribution) -> float:
    """Variance of x^2 over the squared variance of x."""
    match distribution:
        case Uniform():
            return 0.8  # kurtosis 9/5
        case Normal():
            return 2.0  # kurtosis 3
        case TruncatedNormal():
            # One integration by parts more than the variance: E z^4 = 3 E z^2 - 2 c^3 phi(c) / P, with c = 2.
            variance = (distribution.std / distribution.scale) ** 2 if distribution.scale else 1.0
            edge = 2 * math.exp(-2) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2))
            return (3 * variance - 8 * edge) / variance**2 - 1
        case SparseNormal():
            return 2.0 / distribution.kept if distribution.kept else 0.0
    return 0.0


@dataclass(frozen=True)
class Histogram:
    """A binned density with the theory over it.

    edges (bins + 1,), density (bins,): share of all values per unit of x, without those that sit exactly on `spike`;
    spike: a value that many entries share, or None, with `spike_share` of them on it; curve_x, curve: the theory's
    density, both empty where there is none.
    """

    edges: Array
    density: Array
    spike: float | None
    spike_share: float
    curve_x: Array
    curve: Array

    @property
    def bin_width(self) -> float:
        """Width of a bin, in the unit of the values."""
        return float(self.edges[1] - self.edges[0])


def histogram(values: Array, distribution: Distribution) -> Histogram:
    """The density of a layer's weights or biases in equal bins, symmetric around the implied mean."""
    low, high = extent([values], [distribution])
    return _histogram(values, distribution, low, high, _bins(values.size), _CURVE_POINTS)


def histograms(layers: Sequence[tuple[Array, Distribution]]) -> list[Histogram]:
    """One histogram a layer, all with the same bins from the smallest to the largest value of any layer."""
    bins = _BINS_AT_MOST if len(layers) > _MANY else 2 * _BINS_AT_MOST - 1
    low, high = extent([values for values, _ in layers], [distribution for _, distribution in layers])
    return [_histogram(values, distribution, low, high, bins, _SMALL_CURVE_POINTS) for values, distribution in layers]


def _histogram(values: Array, distribution: Distribution, low: float, high: float, bins: int, points: int) -> Histogram:
    spike = 0.0 if isinstance(distribution, SparseNormal) else point_mass(distribution)
    density, share = _density(values, low, high, bins, spike)
    curve_x, curve = _curve(distribution, low, high, points)
    return Histogram(np.linspace(low, high, bins + 1), density, spike, share, curve_x, curve)


def extent(arrays: Sequence[Array], distributions: Sequence[Distribution]) -> tuple[float, float]:
    """The range that holds all values and the theory's bulk; symmetric around the mean of a single distribution."""
    lows, highs = [], []
    for values, distribution in zip(arrays, distributions, strict=True):
        mean = distribution.mean
        reach = max(float(values.max()) - mean, mean - float(values.min()), _reach(distribution))
        lows.append(mean - reach)
        highs.append(mean + reach)
    low, high = min(lows), max(highs)
    if high - low < max(SMALLEST_STD, _ROUNDING * abs(low)):  # nothing varies: a frame around the one value
        room = 0.5 * abs(low) if abs(low) > SMALLEST_STD else 0.5
        return low - room, high + room
    return low, high


def _reach(distribution: Distribution) -> float:
    match distribution:
        case Uniform(bound):
            return bound
        case TruncatedNormal(scale):
            return 2 * scale
        case SparseNormal(scale):
            return _NORMAL_REACH * scale
        case UnitVectorEntry(_, gain):
            return min(_NORMAL_REACH * distribution.std, gain)
    return _NORMAL_REACH * distribution.std


def _bins(count: int) -> int:
    """An odd number, so that zero sits inside a bin; about 2 count^(1/3) (Rice's rule), within bounds."""
    return min(max(int(2 * count ** (1 / 3)), _BINS_AT_LEAST), _BINS_AT_MOST) | 1


def _density(values: Array, low: float, high: float, bins: int, spike: float | None) -> tuple[Array, float]:
    flat = values.ravel()
    share = 0.0
    if spike is not None:
        on_spike = flat == np.float32(spike)
        share = float(on_spike.mean())
        flat = flat[~on_spike]
    counts, _ = np.histogram(flat.astype(np.float64), bins, (low, high))
    return counts * (bins / (values.size * (high - low))), share


def _curve(distribution: Distribution, low: float, high: float, points: int) -> tuple[Array, Array]:
    if point_mass(distribution) is not None:
        return np.empty(0), np.empty(0)
    reach = _reach(distribution)
    x = np.concatenate([[low, high], np.linspace(-reach, reach, points)])
    if isinstance(distribution, Uniform | TruncatedNormal):  # a wall needs a point on either side
        x = np.concatenate([x, np.nextafter([-reach, reach], [-np.inf, np.inf])])
    x = np.unique(x)
    density = distribution.density(x)
    return (x, density) if density is not None else (np.empty(0), np.empty(0))


def unit_norms(weight: Array) -> Array:
    """Length of each unit's weight vector, (out,): sqrt of the sum of its squared weights."""
    norms: Array = np.sqrt(np.square(weight, dtype=np.float64).sum(axis=1))
    return norms


def unit_order(weight: Array, by_norm: bool) -> Array:
    """Indices of the units, (out,): as they are numbered, or the longest first; equal ones keep their order."""
    norms = unit_norms(weight)
    return np.argsort(-norms, kind="stable") if by_norm else np.arange(len(norms))


def neighbour_correlation(weight: Array, width: int = 28) -> tuple[float, float]:
    """How alike the weights of neighbouring pixels in a row are, and how far from 0 chance alone takes that number.

    weight (out, width * height). The correlation over all units: 0 for noise, towards 1 for strokes, both 0 where
    nothing varies; the error is one standard deviation, 1 / sqrt(pairs).
    """
    images = weight.reshape(len(weight), -1, width).astype(np.float64)
    images = images - images.mean()
    variance = float(np.square(images).mean())
    if images.min() == images.max() or not variance:
        return 0.0, 0.0
    products = images[:, :, 1:] * images[:, :, :-1]
    return float(products.mean()) / variance, 1 / math.sqrt(products.size)


@dataclass(frozen=True)
class Pooled:
    """A matrix small enough to look at: each cell the mean of a block of `rows` x `columns` weights, float32.

    values (ceil(out / rows), ceil(in / columns)); blocks at the far edges may be smaller.
    """

    values: Array
    rows: int
    columns: int
    shape: tuple[int, int]

    @property
    def is_pooled(self) -> bool:
        """Whether a cell stands for more than one weight."""
        return self.rows * self.columns > 1


def pooled(weight: Array, most: int = 128, most_columns: int | None = None) -> Pooled:
    """Block means of a matrix, at most `most` cells high and wide (or `most_columns` wide); a small one as it is."""
    units, inputs = weight.shape
    rows, columns = math.ceil(units / most), math.ceil(inputs / (most_columns or most))
    row_starts, column_starts = np.arange(0, units, rows), np.arange(0, inputs, columns)
    sums = np.add.reduceat(weight.astype(np.float64), row_starts, axis=0)
    sums = np.add.reduceat(sums, column_starts, axis=1)
    cells = np.outer(np.diff(row_starts, append=units), np.diff(column_starts, append=inputs))
    return Pooled((sums / cells).astype(np.float32), rows, columns, (units, inputs))


def weight_table(trace: Trace, specs: Sequence[LayerSpec]) -> pd.DataFrame:
    """One row a layer: scheme, fans, what it implies and what was measured, weights first, then biases."""
    rows = []
    for layer, spec in zip(trace.layers, specs, strict=True):
        weight, bias = moments(layer.weight), moments(layer.bias)
        rows.append(
            {
                "layer": layer.name,
                "scheme": scheme_words(spec.weight_init.scheme, spec.weight_init.number),
                "fan_in": spec.fan_in,
                "fan_out": spec.fan_out,
                "weights": weight.count,
                "implied mean": spec.weight_distribution.mean,
                "mean": weight.mean,
                "implied std": spec.weight_distribution.std,
                "std": weight.std,
                "min": weight.low,
                "max": weight.high,
                "frobenius": weight.frobenius,
                "largest unit norm": float(unit_norms(layer.weight).max()),
                "bias scheme": scheme_words(spec.bias_init.scheme, spec.bias_init.number),
                "bias implied std": spec.bias_distribution.std,
                "bias mean": bias.mean,
                "bias std": bias.std,
                "bias min": bias.low,
                "bias max": bias.high,
            }
        )
    return pd.DataFrame(rows)


def unit_table(weight: Array) -> pd.DataFrame:
    """One row a unit: index, norm, mean, std, min and max of its weights."""
    wide = weight.astype(np.float64)
    return pd.DataFrame(
        {
            "unit": np.arange(len(wide)),
            "norm": unit_norms(weight),
            "mean": wide.mean(axis=1),
            "std": wide.std(axis=1, ddof=1) if wide.shape[1] > 1 else np.zeros(len(wide)),
            "min": wide.min(axis=1),
            "max": wide.max(axis=1),
        }
    )


def scheme_words(scheme: str, number: float | None) -> str:
    """A scheme as a link writes it: `pytorch`, `normal:0.01`."""
    return scheme if number is None else f"{scheme}:{number:g}"
