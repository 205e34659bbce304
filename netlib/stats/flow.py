"""How a signal flows forward through a network and its gradient back: a few numbers a layer, from Trace and Gradients.

Everything is computed in float64 from what is finite: float32 ends at 3.4e38, a signal beyond it is infinite or nan.
The moments and the correlation are those of mean-field theory (Poole et al. 2016, Schoenholz et al. 2017), not centred.
"""

import math
from dataclasses import dataclass

import numpy as np

from netlib.gradients import Gradients
from netlib.stats.units import dead_units, saturated_share
from netlib.trace import Array, LayerTrace, Trace, frozen

LEVELS = (0, 5, 25, 50, 75, 95, 100)
ROUNDING = 1e-6
"""Images that differ by less than this share of their size differ by float32's last bits, which have no directions."""

_BINS_A_DECADE = 4
_REST_OF_BITS = 18


@dataclass(frozen=True, eq=False)
class Moments:
    """The numbers of a batch (n, units): mean and mean square of the finite ones, and the mean cosine of two images.

    finite: how many of `count` are finite. mean and second_moment are nan where none is; correlation is None where
    fewer than two images have a direction: a batch of one, or rows of zeros.
    """

    mean: float
    second_moment: float
    correlation: float | None
    finite: int
    count: int


@dataclass(frozen=True, eq=False)
class Sizes:
    """How large the entries of a gradient are.

    norm: the Euclidean norm of the finite entries; rms: its root mean square; percentiles (7,) at `LEVELS` of the sizes
    |g| that are finite and not zero, nan where there are none; zeros: the share of exact zeros among the finite
    entries; finite: how many of `count` are finite.
    """

    norm: float
    rms: float
    percentiles: Array
    zeros: float
    finite: int
    count: int


@dataclass(frozen=True, eq=False)
class LayerFlow:
    """One layer: the moments of its pre-activations, how many units work, the directions it keeps, its gradients.

    saturated: share of its pre-activations (None for `output`); dead: share of its units that are exactly zero for
    every image; rank: the effective rank of what leaves it (None where all images leave it alike); weight, before,
    after: the sizes of the gradients there (`after` None for `output`).
    """

    name: str
    activation: str
    units: int
    signal: Moments
    saturated: float | None
    dead: float
    rank: float | None
    weight: Sizes
    before: Sizes
    after: Sizes | None


@dataclass(frozen=True, eq=False)
class Flow:
    """A batch's way through a network and back: the inputs' moments, the layers first to last, the loss in nats."""

    inputs: Moments
    input_rank: float | None
    layers: tuple[LayerFlow, ...]
    loss: float


def flow(trace: Trace, gradients: Gradients) -> Flow:
    """The numbers of one Trace and its Gradients."""
    return Flow(
        inputs=moments(trace.inputs),
        input_rank=effective_rank(trace.inputs),
        layers=tuple(_layer(layer, gradients) for layer in trace.layers),
        loss=gradients.loss,
    )


def _layer(layer: LayerTrace, gradients: Gradients) -> LayerFlow:
    gradient = gradients.layer(layer.name)
    return LayerFlow(
        name=layer.name,
        activation=layer.activation,
        units=len(layer.bias),
        signal=moments(layer.before),
        saturated=saturated_share(layer),
        dead=float(dead_units(layer).mean()),
        rank=effective_rank(layer.after),
        weight=sizes(gradient.weight),
        before=sizes(gradient.before),
        after=None if gradient.after is None else sizes(gradient.after),
    )


def moments(values: Array) -> Moments:
    """Mean, mean square and mean correlation of a batch (n, units)."""
    exact = values.astype(np.float64)
    usable = np.isfinite(exact)
    finite = int(np.count_nonzero(usable))
    some = exact.ravel() if finite == exact.size else exact[usable]
    return Moments(
        mean=float(some.mean()) if finite else math.nan,
        second_moment=float(some @ some) / finite if finite else math.nan,
        correlation=_correlation(exact if finite == exact.size else exact[usable.all(axis=1)]),
        finite=finite,
        count=exact.size,
    )


def correlation(values: Array) -> float | None:
    """The mean of x_a.x_b / (|x_a| |x_b|) over all pairs a < b of the rows of a batch (n, units) that have a direction.

    None where fewer than two have one: a row of zeros, or with an entry that is not finite, has none.
    """
    exact = values.astype(np.float64)
    return _correlation(exact[np.isfinite(exact).all(axis=1)])


def _correlation(rows: Array) -> float | None:
    lengths = np.sqrt(np.einsum("nu,nu->n", rows, rows))
    pointing = lengths > 0
    n = int(np.count_nonzero(pointing))
    if n < 2:
        return None
    # With unit vectors u: |sum of u|^2 = n + 2 x the sum over pairs, so no matrix of all pairs is needed.
    total = (1 / lengths[pointing]) @ rows[pointing]
    mean = (float(total @ total) - n) / (n * (n - 1))
    return min(max(mean, -1.0), 1.0)


def effective_rank(values: Array) -> float | None:
    """How many directions the images of a batch (n, units) differ in: the participation ratio of their covariance.

    With its eigenvalues v: (sum of v)^2 / sum of v^2, from 1 (all differences along one line) to min(n - 1, units) (the
    same in all directions): Gao et al. 2017, "A theory of multineuronal dimensionality, dynamics and measurement".
    Centred, for what all images share is no difference. None where they do not differ by more than rounding.
    """
    exact = values.astype(np.float64)
    exact = exact[np.isfinite(exact).all(axis=1)]
    if len(exact) < 2:
        return None
    largest = float(np.abs(exact).max())
    if not largest:
        return None
    exact = exact / largest
    centred = exact - exact.mean(axis=0)
    total = float(np.einsum("nu,nu->", centred, centred))
    if total <= ROUNDING**2 * float(np.einsum("nu,nu->", exact, exact)):
        return None
    gram = centred @ centred.T if centred.shape[0] <= centred.shape[1] else centred.T @ centred
    return total**2 / float(np.einsum("ij,ij->", gram, gram))


def sizes(gradient: Array) -> Sizes:
    """How large the entries of a gradient of any shape are."""
    flat = gradient.ravel()
    usable = np.isfinite(flat)
    finite = int(np.count_nonzero(usable))
    some = flat if finite == flat.size else flat[usable]
    size = np.abs(some[some != 0])
    exact = size.astype(np.float64)
    norm = math.sqrt(float(exact @ exact))
    return Sizes(
        norm=norm,
        rms=norm / math.sqrt(finite) if finite else math.nan,
        percentiles=_percentiles(size),
        zeros=1 - size.size / finite if finite else 0.0,
        finite=finite,
        count=flat.size,
    )


def _percentiles(size: Array) -> Array:
    """The percentiles of positive float32 numbers, interpolated as `numpy.percentile` does, and three times as quick.

    A positive float's bits are in the order of its value: counting their first 14 finds the bins that hold the few
    numbers needed, and only those bins are sorted.
    """
    if not size.size:
        return frozen(np.full(len(LEVELS), math.nan))
    places = np.array(LEVELS) / 100 * (size.size - 1)
    below = np.floor(places).astype(np.int64)
    above = np.minimum(below + 1, size.size - 1)
    bins = size.astype(np.float32).view(np.int32) >> _REST_OF_BITS
    ends = np.cumsum(np.bincount(bins))
    ranks = np.unique([below, above])
    homes = np.searchsorted(ends, ranks, side="right")
    found: dict[int, float] = {}
    for home in np.unique(homes):
        members = np.sort(size[bins == home])
        start = int(ends[home]) - len(members)
        found |= {int(rank): float(members[rank - start]) for rank in ranks[homes == home]}
    lower, upper = (np.array([found[int(rank)] for rank in row]) for row in (below, above))
    return frozen(lower + (upper - lower) * (places - below))


@dataclass(frozen=True, eq=False)
class Decades:
    """The sizes |g| of a gradient in bins of equal factors.

    exponents (bins + 1,): the edges as powers of ten; shares (bins,) of all finite entries; zeros: the share of exact
    zeros, which have no place on a log scale. Empty where nothing is finite and not zero.
    """

    exponents: Array
    shares: Array
    zeros: float


def decades(gradient: Array) -> Decades:
    """A gradient's sizes in quarters of a decade, between whole quarters around the smallest and the largest."""
    flat = gradient[np.isfinite(gradient)]
    size = np.abs(flat[flat != 0]).astype(np.float64)
    zeros = 1 - size.size / flat.size if flat.size else 0.0
    if not size.size:
        return Decades(np.empty(0), np.empty(0), zeros)
    places = np.floor(np.log10(size) * _BINS_A_DECADE).astype(np.int64)
    low = int(places.min())
    counts = np.bincount(places - low)
    exponents = np.arange(low, low + len(counts) + 1) / _BINS_A_DECADE
    return Decades(exponents, counts / flat.size, zeros)
