"""What a batch does inside each layer, before and after its non-linearity: spread, saturation, distributions, maps.

Everything is computed in float64 from what is finite: float32 ends at 3.4e38, a signal beyond it is infinite or nan.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from netlib.stats.outputs import order_by_label
from netlib.stats.scale import Scale, fit_scale
from netlib.stats.units import dead_units, saturated_share, silent_images
from netlib.stats.weights import Pooled, pooled
from netlib.trace import Array, LayerTrace, Trace

LEVELS = (0, 5, 25, 50, 75, 95, 100)
"""The percentiles of a `Spread`."""

MAP_COLUMNS = 96
"""Images side by side in a map before they are pooled: with 128 units that is 66 kB on the wire."""

MOST_RIDGES = 8
_BINS = 60


@dataclass(frozen=True)
class Spread:
    """How a layer's numbers are spread over all images and units: mean, std, and the percentiles of `LEVELS`.

    The std has n in its denominator. `finite` of `count` numbers are counted in; with none the others are nan.
    `from_images` is the share of the variance that is due to the images, the rest being differences between units
    that are the same for every image; None where nothing varies, something is not finite, or there is one image.
    """

    count: int
    finite: int
    mean: float
    std: float
    percentiles: tuple[float, ...]
    from_images: float | None

    @property
    def size(self) -> float:
        """How far from zero nine tenths of the numbers reach."""
        return max(abs(self.percentiles[1]), abs(self.percentiles[5]))

    @property
    def is_finite(self) -> bool:
        """Whether every number is finite."""
        return self.finite == self.count


def spread(values: Array) -> Spread:
    """The spread of a batch's numbers (n, units)."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return Spread(values.size, 0, np.nan, np.nan, (np.nan,) * len(LEVELS), None)
    exact = finite.astype(np.float64)
    percentiles = tuple(float(level) for level in np.percentile(exact, LEVELS))
    mean, std = float(exact.mean()), float(exact.std())
    if percentiles[0] == percentiles[-1]:  # a mean rounds: equal numbers must not show a spread of 1e-18
        mean, std = percentiles[0], 0.0
    share = None
    if std > 0 and len(values) > 1 and finite.size == values.size:
        within = float(exact.reshape(values.shape).var(axis=0).mean())
        share = min(within / std**2, 1.0)
    return Spread(values.size, finite.size, mean, std, percentiles, share)


@dataclass(frozen=True)
class LayerSignal:
    """One layer on a batch: the spread before and after its activation, and who does not take part.

    `saturated` is a share, None where the activation has no slope of its own; `dead` of `units` and `silent` of
    `images` are counts.
    """

    name: str
    activation: str
    units: int
    images: int
    before: Spread
    after: Spread
    saturated: float | None
    dead: int
    silent: int


@dataclass(frozen=True)
class Signal:
    """The way of a batch through all layers: the pixels, then layer by layer."""

    inputs: Spread
    layers: tuple[LayerSignal, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The layers' names, first to last."""
        return tuple(layer.name for layer in self.layers)

    @property
    def hidden(self) -> tuple[LayerSignal, ...]:
        """The layers before `output`."""
        return self.layers[:-1]

    @property
    def scale(self) -> Scale:
        """The one scale on which pixels, pre-activations and activations of all layers are seen."""
        spreads = [spread for layer in self.layers for spread in (layer.before, layer.after)]
        return fit_scale([spread.size for spread in (self.inputs, *spreads)])

    def layer(self, name: str) -> LayerSignal:
        """The layer of this name; raises `KeyError`."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)

    @property
    def saturated(self) -> float | None:
        """The share of all hidden pre-activations that are saturated; None where there are none."""
        counted = [(layer.saturated, layer.before.finite) for layer in self.hidden if layer.saturated is not None]
        total = sum(count for _, count in counted)
        return sum(share * count for share, count in counted) / total if total else None


def summarise_signal(trace: Trace) -> Signal:
    """The spread of a trace's numbers, layer by layer."""
    return Signal(
        inputs=spread(trace.inputs),
        layers=tuple(
            LayerSignal(
                name=layer.name,
                activation=layer.activation,
                units=layer.before.shape[1],
                images=layer.before.shape[0],
                before=spread(layer.before),
                after=spread(layer.after),
                saturated=saturated_share(layer),
                dead=int(dead_units(layer).sum()),
                silent=int(silent_images(layer).sum()),
            )
            for layer in trace.layers
        ),
    )


@dataclass(frozen=True, eq=False)
class Ridge:
    """One layer's numbers, binned: `shares` (bins,) of all finite ones, without those that are exactly zero."""

    name: str
    shares: Array
    zero_share: float


@dataclass(frozen=True, eq=False)
class Distributions:
    """Some layers before and after their activations in the same bins; edges (bins + 1,) are places on the scale."""

    scale: Scale
    edges: Array
    before: tuple[Ridge, ...]
    after: tuple[Ridge, ...]


def layers_shown(count: int, looked_at: int, most: int = MOST_RIDGES) -> list[int]:
    """Indices of at most `most` layers, evenly chosen from first to last; the one looked at is always among them."""
    chosen = np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))
    if looked_at not in chosen:
        inner = chosen[1:-1] if len(chosen) > 2 else chosen
        chosen[chosen == inner[np.abs(inner - looked_at).argmin()]] = looked_at
    return sorted(chosen.tolist())


def distributions(trace: Trace, indices: Sequence[int], scale: Scale) -> Distributions:
    """Pre-activations and activations of the layers with these indices, binned alike on one scale."""
    layers = [trace.layers[index] for index in indices]
    arrays = [array[np.isfinite(array)] for layer in layers for array in (layer.before, layer.after)]
    edges = _edges(np.concatenate([_ends(array) for array in arrays]), scale)
    return Distributions(
        scale=scale,
        edges=edges,
        before=tuple(_ridge(layer.name, layer.before, edges, scale) for layer in layers),
        after=tuple(_ridge(layer.name, layer.after, edges, scale) for layer in layers),
    )


def _ends(array: Array) -> Array:
    return np.array([array.min(), array.max()] if array.size else [], dtype=np.float64)


def _edges(values: Array, scale: Scale) -> Array:
    """Equal bins between the ends of some values, in places; a frame around a single one."""
    places = scale.place(values) if values.size else np.zeros(1)
    low, high = float(places.min()), float(places.max())
    if not high - low > 1e-9 * max(abs(low), abs(high)):
        room = 0.5 * abs(low) or 1.0
        low, high = low - room, high + room
    return _bin_edges(low, high)


def _bin_edges(low: float, high: float) -> Array:
    """Edges of about 60 equal bins; one edge is zero where it lies inside, so that no bin mixes the two signs."""
    if not low < 0 < high:
        return np.linspace(low, high, _BINS + 1)
    step = (high - low) / _BINS
    first, last = math.floor(low / step), math.ceil(high / step)
    first -= first * step > low  # a product may round inwards, and the outermost number would be lost
    last += last * step < high
    return np.arange(first, last + 1) * step


def _ridge(name: str, values: Array, edges: Array, scale: Scale) -> Ridge:
    finite = values[np.isfinite(values)]
    some = finite[finite != 0]
    count = max(finite.size, 1)
    counts, _ = np.histogram(scale.place(some), len(edges) - 1, (edges[0], edges[-1]))
    return Ridge(name, (counts / count).astype(np.float32), (finite.size - some.size) / count)


@dataclass(frozen=True, eq=False)
class Binned:
    """Finite numbers in equal bins: edges (bins + 1,) in their own unit, shares (bins,) of all of them."""

    edges: Array
    shares: Array


def pre_activation_histogram(layer: LayerTrace, reach: float) -> Binned:
    """A layer's finite pre-activations in about 60 bins that span them, zero, and at least -reach to reach."""
    finite = layer.before[np.isfinite(layer.before)].astype(np.float64)
    low, high = float(min(finite.min(initial=0.0), -reach)), float(max(finite.max(initial=0.0), reach))
    edges = _bin_edges(low, high) if high > low else np.linspace(-1.0, 1.0, _BINS + 1)
    counts, _ = np.histogram(finite, len(edges) - 1, (edges[0], edges[-1]))
    return Binned(edges, counts / max(finite.size, 1))


@dataclass(frozen=True, eq=False)
class ActivationMap:
    """A layer's activations, units by images, at most 128 x 96 cells of block means.

    unit_order (out,) and image_order (n,) say which unit and image stand where before pooling: images by label, units
    by mean activation, the largest first, or by index. dead_share (rows, 1) is that of the units in each row, and dead
    counts them all. What is not finite is nan.
    """

    cells: Pooled
    unit_order: Array
    image_order: Array
    dead_share: Pooled
    dead: int
    by_mean: bool


def activation_map(layer: LayerTrace, labels: Array, by_mean: bool) -> ActivationMap:
    """Units by index or by mean activation, the largest first; images by label."""
    images = order_by_label(labels)
    values = np.where(np.isfinite(layer.after), layer.after, np.nan).T
    means = values.mean(axis=1, dtype=np.float64)
    units = np.argsort(-means, kind="stable") if by_mean else np.arange(len(means))
    cells = pooled(values[np.ix_(units, images)], most_columns=MAP_COLUMNS)
    dead = dead_units(layer)
    return ActivationMap(cells, units, images, pooled(dead[units, np.newaxis]), int(dead.sum()), by_mean)


def signal_table(signal: Signal) -> pd.DataFrame:
    """One row a layer: spread before and after, shares and counts; `saturated` is empty for the output."""
    rows = []
    for layer in signal.layers:
        row: dict[str, object] = {"layer": layer.name, "activation": layer.activation, "units": layer.units}
        for when, numbers in (("before", layer.before), ("after", layer.after)):
            row[f"{when} mean"], row[f"{when} std"] = numbers.mean, numbers.std
            for level, number in zip(LEVELS, numbers.percentiles, strict=True):
                row[f"{when} {level}%"] = number
        row["from images"] = layer.before.from_images
        row |= {"saturated": layer.saturated, "dead": layer.dead, "silent": layer.silent}
        rows.append(row)
    return pd.DataFrame(rows)
