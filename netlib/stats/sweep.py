"""A sweep's table as a grid: its axes, any metric over two of them with the seeds' spread, the best and the worst."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from netlib.i18n import N_
from netlib.population import bands
from netlib.query import write_init
from netlib.stats.evaluation import wilson
from netlib.sweep.metrics import METRICS, Metric
from netlib.sweep.spec import Sweep
from netlib.trace import Array, frozen

KEEPS = Metric(
    "keeps",
    N_("Keeps signal and gradient"),
    N_("Share of the seeds whose verdict is that signal and gradient survive."),
    "high",
    share=True,
)
"""The verdict as a number: how many seeds of a network keep their signal and their gradient."""

MOSTLY = 0.5
"""A cell has a number where at least this share of its seeds has a finite one."""

_CLOSE = 1e-5
_TELLING = ("depth", "hidden_sizes", "sigma_w", "weight_init", "width", "sigma_b", "bias_init", "activation")
_FIRST = ("held_out_accuracy", "gradient_ratio", "keeps", "signal_ratio")


@dataclass(frozen=True)
class Axis:
    """What varies in a grid: the column's name and its options, numbers in rising order, words as listed."""

    name: str
    options: tuple[Any, ...]

    @property
    def varies(self) -> bool:
        """Whether there is more than one value."""
        return len(self.options) > 1

    @property
    def numeric(self) -> bool:
        """Whether the values are numbers."""
        return not isinstance(self.options[0], str)


@dataclass(frozen=True, eq=False)
class Grid:
    """A table laid out along its axes: `numbers` of each metric and `rows`, both (values of each axis..., seeds).

    A metric is nan where there is no number; a row is the index of the table's row, -1 where there is none yet.
    """

    axes: tuple[Axis, ...]
    numbers: Mapping[str, Array]
    rows: Array

    @property
    def nbytes(self) -> int:
        """Memory of all arrays together, in bytes."""
        return self.rows.nbytes + sum(each.nbytes for each in self.numbers.values())

    @property
    def count(self) -> int:
        """The networks that are there, each once, wherever it stands."""
        return len(np.unique(self.rows[self.rows >= 0]))

    def axis(self, name: str) -> Axis:
        """The axis of this name; raises `KeyError`."""
        return self.axes[self.place(name)]

    def place(self, name: str) -> int:
        """Which of the axes has this name; raises `KeyError`."""
        for place, axis in enumerate(self.axes):
            if axis.name == name:
                return place
        raise KeyError(name)


@dataclass(frozen=True, eq=False)
class Plane:
    """One metric over two axes, each (values of y, values of x): over the seeds the 10th percentile, median and 90th.

    A share of seeds (`KEEPS`) has its mean for a median, and its 95 % interval (Wilson 1927) for the other two.
    counted: seeds with a finite number; seen: those computed. Of any other metric all three are nan where fewer than
    half of the seeds seen have a finite number.
    """

    metric: Metric
    x: Axis
    y: Axis
    low: Array
    middle: Array
    high: Array
    counted: Array
    seen: Array

    @property
    def spread(self) -> Array:
        """From the 10th percentile to the 90th: their difference, or of a logarithmic metric decades between them."""
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.metric.logarithmic:
                decades: Array = np.log10(self.high) - np.log10(self.low)
                return np.where(np.isfinite(decades), decades, np.nan)
            return self.high - self.low


@dataclass(frozen=True)
class Extreme:
    """A network of the grid by its values on the axes, its median, and the table's row of the seed nearest to that.

    value is nan where most of its seeds have no finite number. equals: how many others are as good or as bad.
    """

    where: Mapping[str, Any]
    value: float
    row: int
    equals: int


def axes(sweep: Sweep) -> tuple[Axis, ...]:
    """What a sweep lists, in the words of its table; an axis of one value is what all networks share."""
    weights = (
        Axis("sigma_w", tuple(sorted(sweep.sigma_w)))
        if sweep.sigma_w
        else Axis("weight_init", tuple(map(write_init, sweep.weight_init)))
    )
    biases = (
        Axis("sigma_b", tuple(sorted(sweep.sigma_b)))
        if sweep.sigma_b
        else Axis("bias_init", tuple(map(write_init, sweep.bias_init)))
    )
    shape = (
        (Axis("hidden_sizes", tuple("-".join(map(str, sizes)) or "none" for sizes in sweep.hidden_sizes)),)
        if sweep.hidden_sizes
        else (Axis("depth", tuple(sorted(sweep.depth))), Axis("width", tuple(sorted(sweep.width))))
    )
    return (*shape, Axis("activation", sweep.activation), weights, biases)


def grid(table: pd.DataFrame, sweep: Sweep) -> Grid:
    """A sweep's table, whole or as far as it is, along its axes.

    Without a hidden layer width and activation mean nothing: such a network stands at every value of both.
    """
    along = axes(sweep)
    frame = table.assign(row=np.arange(len(table)))
    if "keeps" not in frame and "verdict" in frame:
        frame["keeps"] = (frame["verdict"] == "keeps").astype(float)
    for axis in along:
        if axis.name in ("width", "activation"):
            flat = frame["depth"] == 0
            if flat.any():
                everywhere = pd.DataFrame({axis.name: axis.options})
                copies = frame[flat].drop(columns=axis.name).merge(everywhere, how="cross")
                frame = pd.concat([frame[~flat], copies], ignore_index=True)
    places = [_places(axis, frame[axis.name].to_numpy()) for axis in along]
    places.append(frame["seed"].to_numpy(dtype=np.int64) - sweep.first_seed)
    sizes = (*(len(axis.options) for axis in along), sweep.seeds)
    known = np.logical_and.reduce([(place >= 0) & (place < size) for place, size in zip(places, sizes, strict=True)])
    at = tuple(place[known] for place in places)
    rows = np.full(sizes, -1, dtype=np.int64)
    rows[at] = frame["row"].to_numpy()[known]
    values = {}
    for name in (KEEPS.name, *METRICS):
        if name in frame and not (METRICS.get(name, KEEPS).trained and sweep.training is None):
            laid = np.full(sizes, np.nan)
            laid[at] = frame[name].to_numpy(dtype=np.float64, na_value=np.nan)[known]
            values[name] = frozen(laid)
    return Grid(along, MappingProxyType(values), frozen(rows))


def _places(axis: Axis, given: Any) -> Array:
    """Where each of the given values stands on the axis; -1 where it does not."""
    if not axis.numeric:
        found: Array = pd.Index(axis.options).get_indexer(pd.Index(given))
        return found
    values, numbers = np.array(axis.options, dtype=np.float64), np.asarray(given, dtype=np.float64)
    nearest = np.abs(numbers[:, np.newaxis] - values).argmin(axis=1) if len(numbers) else np.empty(0, dtype=np.int64)
    close = np.abs(numbers - values[nearest]) <= _CLOSE * np.maximum(np.abs(values[nearest]), _CLOSE)
    return np.where(close, nearest, -1)


def metrics(found: Grid) -> dict[str, Metric]:
    """What can be shown of a grid, the most telling first."""
    order = [*_FIRST, *METRICS]
    return {name: METRICS.get(name, KEEPS) for name in sorted(found.numbers, key=order.index)}


def pair(found: Grid) -> tuple[str, str]:
    """The two axes to begin with, x and y: depth against what else varies, words on y, where they can be read."""
    first, second = sorted(found.axes, key=lambda axis: (not axis.varies, _TELLING.index(axis.name)))[:2]
    return (first.name, second.name) if second.varies and not second.numeric else (second.name, first.name)


def plane(found: Grid, metric: str, x: str, y: str, chosen: Mapping[str, int]) -> Plane:
    """A metric over the axes x and y, where every other axis stands at the index that `chosen` says, or at its first.

    Raises `KeyError` for a metric or an axis that the grid has not.
    """
    places = found.place(y), found.place(x)
    index = tuple(
        slice(None) if place in places else min(chosen.get(axis.name, 0), len(axis.options) - 1)
        for place, axis in enumerate(found.axes)
    )
    values, rows = found.numbers[metric][index], found.rows[index]
    if places[0] > places[1]:
        values, rows = values.swapaxes(0, 1), rows.swapaxes(0, 1)
    kind = METRICS.get(metric, KEEPS)
    return Plane(kind, found.axis(x), found.axis(y), *_over_seeds(kind, values, rows))


def _over_seeds(metric: Metric, values: Array, rows: Array) -> tuple[Array, Array, Array, Array, Array]:
    """Low, middle, high, counted and seen over the last axis."""
    seen = (rows >= 0).sum(axis=-1)
    counted = (np.isfinite(values) & (rows >= 0)).sum(axis=-1)
    if metric.name == KEEPS.name:
        kept = np.nansum(values, axis=-1)
        share, *ends = (
            np.where(counted, each, np.nan) for each in (kept / np.maximum(counted, 1), *wilson(kept, counted))
        )
        return ends[0], share, ends[1], counted, seen
    found = bands(np.moveaxis(values, -1, 0).reshape(values.shape[-1], -1))
    enough = (counted > 0) & (counted >= MOSTLY * seen)
    low, middle, high = (
        np.where(enough, each.reshape(seen.shape), np.nan) for each in (found.low, found.middle, found.high)
    )
    return low, middle, high, counted, seen


def extremes(found: Grid, metric: str) -> tuple[Extreme, Extreme] | None:
    """The best and the worst network of the whole grid by their medians; None where all are alike or nothing is known.

    Of equals the best is the deepest, the worst the least deep: the hardest that holds, the easiest that fails. Where
    most seeds have no finite number, nothing is worse.
    """
    order = _ranked(found, metric)
    if order is None:
        return None
    best, worst = (_extreme(found, metric, order[place]) for place in (-1, 0))
    return None if best.value == worst.value else (best, worst)


def deepest(found: Grid, metric: str) -> Extreme | None:
    """The best of the networks with the most hidden layers; None unless depth and more vary, or nothing is known."""
    axis = found.axes[0]
    others = any(other.varies for other in found.axes[1:])
    if axis.name != "depth" or not axis.varies or not others:
        return None
    order = _ranked(found, metric)
    share = found.rows[0].size // found.rows.shape[-1]
    of_them = [] if order is None else [flat for flat in order if flat >= (len(axis.options) - 1) * share]
    best = _extreme(found, metric, of_them[-1]) if of_them else None
    return best if best is not None and math.isfinite(best.value) else None


def _ranked(found: Grid, metric: str) -> Array | None:
    """The networks that are there, worst first, as indices of the grid laid flat."""
    kind = METRICS.get(metric, KEEPS)
    _, middle, _, _, seen = _over_seeds(kind, found.numbers[metric], found.rows)
    if not kind.good or not np.isfinite(middle).any():
        return None
    score = _score(kind, middle)
    depth = np.broadcast_to(_depths(found), score.shape)
    places = np.flatnonzero(seen)
    # The last of the best scores is the deepest, the first of the worst the least deep.
    ranked: Array = places[np.lexsort((depth.flat[places], score.flat[places]))]
    return ranked


def _score(metric: Metric, middle: Array) -> Array:
    """More is better; minus infinity where there is no number."""
    with np.errstate(divide="ignore", invalid="ignore"):
        score = {"high": middle, "low": -middle, "one": -np.abs(np.log10(middle))}[metric.good]
    return np.where(np.isnan(middle) | np.isnan(score), -np.inf, score)


def _depths(found: Grid) -> Array:
    """The number of hidden layers of every network, to be broadcast over the grid without its seeds."""
    axis = found.axes[0]
    depth = [
        value if axis.name == "depth" else 0 if value == "none" else value.count("-") + 1 for value in axis.options
    ]
    return np.array(depth).reshape(-1, *(1,) * (len(found.axes) - 1))


def _extreme(found: Grid, metric: str, flat: int) -> Extreme:
    kind, values = METRICS.get(metric, KEEPS), found.numbers[metric]
    _, middle, _, _, seen = _over_seeds(kind, values, found.rows)
    score = np.where(seen, _score(kind, middle), np.nan)
    at = np.unravel_index(flat, middle.shape)
    names = {axis.name: axis.options[place] for axis, place in zip(found.axes, at, strict=True)}
    row = _middle_row(values[at], found.rows[at], float(middle[at]))
    alike = np.unique(found.rows.max(axis=-1)[score == score[at]])  # one that stands in several places is one
    return Extreme(names, float(middle[at]), row, len(alike) - 1)


def _middle_row(values: Array, rows: Array, median: float) -> int:
    """The row of the seed nearest to the median; of the first seed that is there where there is none."""
    distance = np.where(rows >= 0, np.abs(values - median), np.nan)
    return int(rows[np.nanargmin(distance) if np.isfinite(distance).any() else np.argmax(rows >= 0)])


def row_at(found: Grid, metric: str, at: Mapping[str, int]) -> int | None:
    """The table's row of the seed nearest to the median of the network at these indices; None where there is none."""
    index = tuple(min(at.get(axis.name, 0), len(axis.options) - 1) for axis in found.axes)
    rows = found.rows[index]
    if not (rows >= 0).any():
        return None
    _, middle, _, _, _ = _over_seeds(METRICS.get(metric, KEEPS), found.numbers[metric][index], rows)
    return _middle_row(found.numbers[metric][index], rows, float(middle))


def shares(table: pd.DataFrame) -> dict[str, float]:
    """The share of the networks that has each verdict, the commonest first."""
    return {str(name): float(share) for name, share in table["verdict"].value_counts(normalize=True).items()}
