"""Two networks on the same batch: the numbers of both, and what is theirs together or between them. B minus A."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from netlib.stats.activations import ActivationMap, LayerSignal, Signal, summarise_signal
from netlib.stats.flow import Sizes
from netlib.stats.outputs import OutputSummary, order_by_label, predictions, summarise_outputs
from netlib.stats.scale import Scale, fit_scale
from netlib.stats.units import count_dead, dead_units
from netlib.stats.weights import Pooled, pooled
from netlib.trace import Array, LayerTrace, Trace

MOST_CELLS = 64
"""Rows and columns of a heatmap here, of which three stand side by side."""


@dataclass(frozen=True)
class OnScale(Signal):
    """A Signal that is seen on a scale which is not only its own."""

    seen_on: Scale

    @property
    def scale(self) -> Scale:
        """The scale that it shares."""
        return self.seen_on


@dataclass(frozen=True)
class Side:
    """One network of the two: what comes out, what becomes of the signal, and how many hidden units never fire."""

    outputs: OutputSummary
    signal: Signal
    dead: int
    units: int

    @property
    def is_finite(self) -> bool:
        """Whether all its logits are numbers."""
        return self.outputs.finite == self.outputs.count

    @property
    def overflows_in(self) -> LayerSignal | None:
        """The first layer whose pre-activations are not all numbers."""
        return next((layer for layer in self.signal.layers if not layer.before.is_finite), None)

    @property
    def logit_std(self) -> float:
        """How far the logits are spread; nan where none is a number."""
        return self.signal.layers[-1].before.std


@dataclass(frozen=True)
class Effect:
    """Both sides; of `count` images, `moved` get another prediction, None where a side has no numbers to predict from.

    Both signals are seen on one scale.
    """

    a: Side
    b: Side
    moved: int | None
    count: int


def effect(a: Trace, b: Trace) -> Effect:
    """The numbers of both networks, signals on one scale; raises `ValueError` for two batches."""
    if len(a.labels) != len(b.labels):
        raise ValueError(f"one batch for both: {len(a.labels)} and {len(b.labels)} images")
    of_a, of_b = side(a), side(b)
    sizes = [
        spread.size
        for signal in (of_a.signal, of_b.signal)
        for spread in (signal.inputs, *(s for layer in signal.layers for s in (layer.before, layer.after)))
    ]
    common = fit_scale(sizes)
    moved = int((predictions(a) != predictions(b)).sum()) if of_a.is_finite and of_b.is_finite else None
    return Effect(_seen_on(of_a, common), _seen_on(of_b, common), moved, len(a.labels))


def side(trace: Trace) -> Side:
    """The numbers of one network."""
    return Side(summarise_outputs(trace), summarise_signal(trace), *count_dead(trace))


def _seen_on(of: Side, scale: Scale) -> Side:
    return Side(of.outputs, OnScale(of.signal.inputs, of.signal.layers, scale), of.dead, of.units)


@dataclass(frozen=True, eq=False)
class Factors:
    """For the layers that both networks have: some size in A and in B, each (layers,), float64.

    `decades` is log10(B / A): 0 where both are equal, infinite where one of them is zero, nan where both are or where
    one is not a number.
    """

    names: tuple[str, ...]
    a: Array
    b: Array
    decades: Array


def factors(found: Effect) -> Factors:
    """By what factor the pre-activations of B are wider than those of A, layer by layer: their std."""
    stds = [{layer.name: layer.before.std for layer in each.signal.layers} for each in (found.a, found.b)]
    return _factors(*stds)


def gradient_factors(a: Mapping[str, Sizes], b: Mapping[str, Sizes]) -> Factors:
    """By what factor the weights' gradients of B are larger than those of A, layer by layer: root mean squares."""
    return _factors({name: each.rms for name, each in a.items()}, {name: each.rms for name, each in b.items()})


def _factors(a: Mapping[str, float], b: Mapping[str, float]) -> Factors:
    names = tuple(name for name in a if name in b)
    mine, other = np.array([a[name] for name in names]), np.array([b[name] for name in names])
    with np.errstate(divide="ignore", invalid="ignore"):
        decades = np.log10(other) - np.log10(mine)
    return Factors(names, mine, other, decades)


def counterpart(name: str, other: Trace) -> str:
    """The layer of another network to be shown beside this one: of the same name, else its last hidden one."""
    names = [layer.name for layer in other.layers]
    return name if name in names else names[max(len(names) - 2, 0)]


def minus(b: Array, a: Array) -> Array:
    """B - A entry by entry in float64, nan where either is no finite number; None of it overflows."""
    known = np.isfinite(a) & np.isfinite(b)
    difference: Array = np.where(known, np.where(known, b, 0).astype(np.float64) - np.where(known, a, 0), np.nan)
    return difference


def coarse_map(layer: LayerTrace, labels: Array) -> ActivationMap:
    """A layer's activations, units by index and images by label, in few enough cells that three maps fit a page."""
    images = order_by_label(labels)
    units = np.arange(layer.after.shape[1])
    values = np.where(np.isfinite(layer.after), layer.after, np.nan).T[:, images]
    dead = dead_units(layer)
    return ActivationMap(
        coarse(values), units, images, pooled(dead[:, np.newaxis], MOST_CELLS), int(dead.sum()), by_mean=False
    )


def map_difference(a: LayerTrace, b: LayerTrace, labels: Array) -> Pooled:
    """B's activations minus A's, units by index and images by label, in the cells of `coarse_map`."""
    return coarse(minus(b.after, a.after).T[:, order_by_label(labels)])


def coarse(values: Array) -> Pooled:
    """Block means of a matrix, few enough that three of them fit a page; what float32 cannot hold stays at its ends."""
    most = np.finfo(np.float32).max
    return pooled(np.clip(values, -most, most), MOST_CELLS, MOST_CELLS)
