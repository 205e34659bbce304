"""Units that sleep through a whole batch: which they are, and which images come nearest to waking one."""

from dataclasses import dataclass

import numpy as np

from netlib.stats.curves import saturated_zones
from netlib.stats.units import dead_units
from netlib.trace import Array, LayerTrace

MOST = 200
CLOSEST = 10
NEAREST = 5


@dataclass(frozen=True, eq=False)
class Sleepers:
    """The units of one hidden layer, and how far each is from waking.

    silent (units,): exactly zero for every image; saturated (units,): every pre-activation where the slope is below 5 %
    of its steepest. awake (units,): for how many of `images` it is neither; nearest (units,): the smallest of its
    margins. chosen: the units to be looked at, at most 200: those asleep for the whole batch, the nearest to waking
    first; where there are none, the ten that are awake for the fewest images.
    """

    layer: str
    activation: str
    images: int
    silent: Array
    saturated: Array
    awake: Array
    nearest: Array
    chosen: Array

    @property
    def asleep(self) -> Array:
        """Units that are silent or saturated for the whole batch, (units,)."""
        either: Array = self.silent | self.saturated
        return either

    @property
    def count(self) -> int:
        """How many units sleep."""
        return int(self.asleep.sum())


@dataclass(frozen=True, eq=False)
class Unit:
    """One unit: weights (in,), bias, pre-activations (n,), margin (n,) as in `margins`; images: the nearest ones."""

    index: int
    weight: Array
    bias: float
    before: Array
    margin: Array
    images: Array


def margins(layer: LayerTrace, units: Array | slice = slice(None)) -> Array:
    """How far each pre-activation lies from where the activation's slope is not flat, (n, units), in units of z.

    Positive where it is saturated: so much is missing. Negative where it is awake: so much until it would be flat,
    -inf for an activation that is flat nowhere. nan where there is no number.
    """
    before = layer.before[:, units]
    exact = before.astype(np.float64)
    zones = saturated_zones(layer.activation)
    ends = np.array([end for zone in zones for end in zone if np.isfinite(end)])
    if not ends.size:
        nowhere: Array = np.where(np.isnan(exact), np.nan, -np.inf)
        return nowhere
    distance = np.abs(exact - ends[0])
    for end in ends[1:]:
        np.minimum(distance, np.abs(exact - end), out=distance)
    flat = np.zeros(before.shape, dtype=bool)
    for start, end in zones:
        flat |= (before >= start) & (before <= end)
    margin: Array = np.where(flat, distance, -distance)
    return margin


def sleepers(layer: LayerTrace) -> Sleepers:
    """Who sleeps in a hidden layer."""
    margin = margins(layer)
    awake = (margin < 0).sum(axis=0)
    known = ~np.isnan(margin).any(axis=0)
    nearest = np.where(np.isnan(margin), np.inf, margin).min(axis=0)
    silent, saturated = dead_units(layer), known & (awake == 0)
    if (silent | saturated).any():
        asleep = np.flatnonzero(silent | saturated)
        chosen = asleep[np.argsort(nearest[asleep], kind="stable")][:MOST]
    else:
        chosen = np.lexsort((-nearest, awake))[:CLOSEST]
    return Sleepers(layer.name, layer.activation, len(layer.before), silent, saturated, awake, nearest, chosen)


def unit(layer: LayerTrace, index: int) -> Unit:
    """One unit of a layer, and the images that come nearest to waking it; of those that wake it, the most awake."""
    margin = margins(layer, slice(index, index + 1))[:, 0]
    return Unit(
        index=index,
        weight=layer.weight[index],
        bias=float(layer.bias[index]),
        before=layer.before[:, index],
        margin=margin,
        images=np.argsort(margin, kind="stable")[:NEAREST],
    )
