"""The numbers of many networks that differ in their seed, or in how they start, as read-only arrays. Numpy only."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from netlib.trace import Array, frozen

SEEDS = tuple(range(30))
AROUND = tuple(range(20))
"""The seeds around one network that a page shows at once: two thirds of the time of 30, for a band as wide."""

PERCENTILES = (10, 50, 90)
"""A band reaches from the first to the last of them, its middle is the median."""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """What one batch does in the networks of one spec and many seeds; the numbers of `netlib.stats.flow`, seed by seed.

    Each (seeds, layers), float64, read-only. second_moment, mean, correlation: of the pre-activations; saturated: share
    of them where the activation is flat, nan for `output`; dead: share of the units that are zero for every image;
    rank: the effective rank of what leaves the layer, None where it was not asked for; weight_gradient,
    before_gradient: the Euclidean norms of the gradients of the mean cross-entropy. Each (seeds,): entropy,
    cross_entropy (nats) and top_probability, the batch's means. nan where the signal overflows, and where there is no
    such number: a correlation of fewer than two images, the rank of images that do not differ.
    """

    seeds: tuple[int, ...]
    names: tuple[str, ...]
    second_moment: Array
    mean: Array
    correlation: Array
    saturated: Array
    dead: Array
    weight_gradient: Array
    before_gradient: Array
    entropy: Array
    cross_entropy: Array
    top_probability: Array
    rank: Array | None = None

    @property
    def nbytes(self) -> int:
        """Memory of all arrays together, in bytes."""
        values = [getattr(self, field.name) for field in fields(self)]
        return sum(value.nbytes for value in values if isinstance(value, np.ndarray))


def joined(parts: Sequence[Ensemble]) -> Ensemble:
    """Several seeds' numbers and several others' as one; at least one part."""
    if len(parts) == 1:
        return parts[0]
    values = {field.name: [getattr(part, field.name) for part in parts] for field in fields(Ensemble)}
    arrays = {name: frozen(np.concatenate(found)) for name, found in values.items() if isinstance(found[0], np.ndarray)}
    return Ensemble(seeds=tuple(seed for part in parts for seed in part.seeds), names=parts[0].names, **arrays)


@dataclass(frozen=True, eq=False)
class Band:
    """The 10th percentile, median and 90th percentile over the seeds, of one shape; nan where no seed counts."""

    low: Array
    middle: Array
    high: Array


def bands(values: Array) -> Band:
    """The band of each column of numbers (seeds, columns), over the seeds whose number there is finite.

    Percentiles are interpolated between neighbours, as `numpy.percentile` does.
    """
    ordered = np.sort(np.where(np.isfinite(values), values, np.nan), axis=0)  # nan comes last
    counts = (~np.isnan(ordered)).sum(axis=0)
    places = np.array(PERCENTILES)[:, np.newaxis] / 100 * np.maximum(counts - 1, 0)
    below = np.floor(places).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(counts - 1, 0))
    lower, upper = (np.take_along_axis(ordered, rows, axis=0) for rows in (below, above))
    low, middle, high = frozen(lower + (upper - lower) * (places - below))  # the whole: a row's base could be written
    return Band(low, middle, high)


@dataclass(frozen=True)
class Population:
    """One network with many seeds on one batch. A key for caches: the spec's own seed counts for nothing."""

    network: NetworkSpec
    batch: BatchSpec = BatchSpec()
    seeds: tuple[int, ...] = AROUND

    @classmethod
    def of(cls, setup: Setup) -> "Population":
        """The population around a Setup."""
        return cls(replace(setup.network, seed=0), replace(setup.batch, image=0))


@dataclass(frozen=True)
class Grid:
    """All initialisations x activations of one architecture: what is the same for all of them. A key for caches."""

    hidden_sizes: tuple[int, ...]
    bias_init: Init | str | tuple[Init | str, ...] = "pytorch"
    batch: BatchSpec = BatchSpec()
    seeds: tuple[int, ...] = SEEDS

    @classmethod
    def of(cls, setup: Setup) -> "Grid":
        """The grid around a Setup: its architecture, its biases and its batch."""
        return cls(setup.network.hidden_sizes, setup.network.bias_init, replace(setup.batch, image=0))

    def spec(self, scheme: str, activation: str) -> NetworkSpec:
        """The network of one combination, with the first seed; raises `Problem` for what cannot be built."""
        return NetworkSpec(self.hidden_sizes, activation, scheme, self.bias_init, self.seeds[0])


@dataclass(frozen=True, eq=False)
class Combination:
    """One initialisation with one activation over all seeds of a `Grid`: medians and 10 to 90 % bands, read-only.

    Each (layers,): signal, the second moment of the pre-activations over that of the inputs; correlation, of two
    images' pre-activations; gradient, the norm of the weights' gradient. Each (): gradient_ratio, that of the first
    layer over that of the last; saturated, dead: shares of all hidden pre-activations and units, nan without hidden
    layers; entropy, cross_entropy: nats. A seed counts where its number is finite; `finite` of `seeds` networks stay
    within float32 from the first layer to the last and back.
    """

    scheme: str
    activation: str
    seeds: int
    finite: int
    signal: Band
    correlation: Band
    gradient: Band
    gradient_ratio: Band
    saturated: Band
    dead: Band
    entropy: Band
    cross_entropy: Band

    @property
    def nbytes(self) -> int:
        """Memory of all arrays together, in bytes."""
        found = [getattr(self, field.name) for field in fields(self)]
        kept = [band for band in found if isinstance(band, Band)]
        return sum(array.nbytes for band in kept for array in (band.low, band.middle, band.high))
