"""What is wrong with a network before it learns, if anything, judged by numbers measured on a batch."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from netlib.stats.flow import Flow, LayerFlow
from netlib.stats.schemes import ALIKE, DEAD, EXPLODES, FADES, GROWS, SATURATED, VANISHES
from netlib.trace import Array, Trace

SURE = 0.5
"""A mean top probability from which on an untrained network is too sure."""

FEW_IMAGES = 8
"""One image leaves half of all relu units at zero: of fewer images than this, only a whole layer at zero is dead."""

SMALLEST = float(np.finfo(np.float32).smallest_subnormal)
"""A gradient below it is zero: no entry of it is a float32 that is not, however its norm was computed."""


@dataclass(frozen=True)
class Verdict:
    """One finding: its kind, the layer that shows it, and the numbers that prove it; nan where a kind has none.

    number: what is compared with the kind's threshold; std: of that layer's pre-activations. For `keeps` they are the
    signal's size in the last layer over that in the first, and the gradient's in the first over that in the last.
    """

    kind: str
    layer: str
    number: float
    std: float = math.nan


@dataclass(frozen=True, eq=False)
class Case:
    """What is judged: a batch in a network, and its way there and back in numbers."""

    trace: Trace
    flow: Flow

    @cached_property
    def measured(self) -> "Measured":
        """Its numbers, as those of the only seed."""
        layers = self.flow.layers

        def each(number: Callable[[LayerFlow], float | None]) -> Array:
            found = [number(layer) for layer in layers]
            return np.array([[math.nan if one is None else one for one in found]], dtype=np.float64)

        return Measured(
            activations=tuple(layer.activation for layer in layers),
            units=tuple(layer.units for layer in layers),
            images=len(self.trace.images),
            second_moment=each(lambda layer: layer.signal.second_moment),
            overflows=np.array([[layer.signal.finite < layer.signal.count for layer in layers]]),
            symmetric=np.array([[*map(self._symmetric, range(len(layers) - 1)), False]]),
            correlation=each(lambda layer: layer.signal.correlation),
            saturated=each(lambda layer: layer.saturated),
            dead=each(lambda layer: layer.dead),
            weight_gradient=each(
                lambda layer: layer.weight.norm if layer.weight.finite == layer.weight.count else math.inf
            ),
            top_probability=self.trace.probabilities.max(axis=1).astype(np.float64).mean(keepdims=True),
        )

    def _symmetric(self, place: int) -> bool:
        # Equal units stay equal where the next layer listens to them equally: else their gradients differ.
        layer, after = self.trace.layers[place : place + 2]
        same = (layer.weight == layer.weight[:1]).all() and (layer.bias == layer.bias[:1]).all()
        return bool(same and (after.weight == after.weight[:, :1]).all() and len(layer.bias) > 1)


@dataclass(frozen=True, eq=False)
class Measured:
    """What networks of one architecture are judged by, seed by seed; all but the shapes as in `population.Ensemble`.

    activations, units: one a layer, `output` too; images: of the batch. Each (seeds, layers): second_moment,
    correlation, saturated, dead, weight_gradient (inf where an entry of the gradient is not finite), overflows: whether
    a pre-activation is not finite, symmetric: whether all units are equal, and what listens to them. top_probability
    (seeds,).
    """

    activations: tuple[str, ...]
    units: tuple[int, ...]
    images: int
    second_moment: Array
    overflows: Array
    symmetric: Array
    correlation: Array
    saturated: Array
    dead: Array
    weight_gradient: Array
    top_probability: Array

    @cached_property
    def signal(self) -> Array:
        """The size of the pre-activations in the last layer over that in the first; nan for one layer, and from 0."""
        moments = np.sqrt(self.second_moment)
        return _over(moments[:, -1], moments[:, 0], len(self.units))

    @cached_property
    def gradient(self) -> Array:
        """The norm of the weights' gradient in the first layer over that in the last; nan for one layer, and from 0."""
        return _over(self.weight_gradient[:, 0], self.weight_gradient[:, -1], len(self.units))


def _over(above: Array, below: Array, layers: int) -> Array:
    ratio = np.full(len(above), math.nan)
    if layers > 1:
        # inf / inf is no number, whatever the two have been
        usable = (below > 0) & ~(np.isinf(above) & np.isinf(below))
        np.divide(above, below, out=ratio, where=usable)
    return ratio


def kinds(measured: Measured) -> list[str]:
    """The worst that is found of each seed's network: what `judge` says first, `keeps` where nothing is wrong."""
    worst = np.full(len(measured.signal), "keeps", dtype=object)
    for kind in reversed(_LOOKS):
        worst[_bad(kind, measured)[0]] = kind
    return list(worst)


def judge(case: Case) -> tuple[Verdict, ...]:
    """Every finding about a batch's way through a network, worst first; only `keeps` where nothing is wrong."""
    found = []
    for kind in _LOOKS:
        (bad,), (place,), (value,) = _bad(kind, case.measured)
        if bad:
            layer = case.flow.layers[place]
            found.append(Verdict(kind, layer.name, float(value), std(layer)))
    if found:
        return tuple(found)
    signal, gradient = float(case.measured.signal[0]), float(case.measured.gradient[0])
    return (Verdict("keeps", case.flow.layers[-1].name, signal, gradient),)


def severity(verdict: Verdict) -> int:
    """How bad: 0 for `keeps`, most for what comes first."""
    return len(_LOOKS) - KINDS.index(verdict.kind)


def number(kind: str, layer: str, case: Case) -> float:
    """The number that a kind is judged by, of any network: what the remedied one has where the first had too much."""
    place = next(place for place, each in enumerate(case.flow.layers) if each.name == layer)
    return float(_LOOKS[kind].number(case.measured, np.array([place]))[0])


def std(layer: LayerFlow) -> float:
    """The standard deviation of a layer's pre-activations, of those that are finite."""
    return math.sqrt(max(layer.signal.second_moment - layer.signal.mean**2, 0.0)) if layer.signal.finite else math.nan


@dataclass(frozen=True)
class _Look:
    """Each of all seeds: the layer where a kind shows, -1 where none does; the number there; whether that is bad."""

    where: Callable[[Measured], Array]
    number: Callable[[Measured, Array], Array]
    bad: Callable[[Array, Measured], Array]


def _bad(kind: str, measured: Measured) -> tuple[Array, Array, Array]:
    """Which seeds' networks show it, where, and the number there."""
    look = _LOOKS[kind]
    places = look.where(measured)
    values = look.number(measured, places)
    return (places >= 0) & look.bad(values, measured), places, values


def _at(layers: Array, places: Array) -> Array:
    return layers[np.arange(len(places)), places]


def _everywhere(measured: Measured, place: int) -> Array:
    return np.full(len(measured.top_probability), place)


def _first(measured: Measured) -> Array:
    return _everywhere(measured, 0)


def _last(measured: Measured) -> Array:
    return _everywhere(measured, len(measured.units) - 1)


def _first_true(layers: Array) -> Array:
    return np.where(layers.any(axis=1), layers.argmax(axis=1), -1)


def _without_gradient(measured: Measured) -> Array:
    """The last layer whose gradient is zero, where that of the first one is."""
    without = measured.weight_gradient < SMALLEST
    last = without.shape[1] - 1 - without[:, ::-1].argmax(axis=1)
    return np.where(without[:, 0], last, -1)


def _most(measured: Measured, layers: Array) -> Array:
    """The hidden layer that has most of a share."""
    hidden = np.nan_to_num(layers[:, :-1])
    return hidden.argmax(axis=1) if hidden.shape[1] else _everywhere(measured, -1)


def _linear(measured: Measured) -> Array:
    hidden = measured.activations[:-1]
    linear = hidden and all(activation == "identity" for activation in hidden)
    return _everywhere(measured, len(hidden) - 1 if linear else -1)


def _always(values: Array, *_: Measured) -> Array:
    return np.full(values.shape, True)  # being there is the fault


_LOOKS: dict[str, _Look] = {
    "overflows": _Look(lambda m: _first_true(m.overflows), lambda m, places: np.full(places.shape, math.nan), _always),
    "symmetric": _Look(
        lambda m: _first_true(m.symmetric), lambda m, places: np.array(m.units, dtype=np.float64)[places], _always
    ),
    "no_gradient": _Look(_without_gradient, lambda m, places: _at(m.weight_gradient, places), _always),
    "dies": _Look(
        lambda m: _most(m, m.dead),
        lambda m, places: _at(m.dead, places),
        lambda values, m: values >= (DEAD if m.images >= FEW_IMAGES else 1.0),
    ),
    "explodes": _Look(_last, lambda m, places: m.signal, lambda values, m: values > EXPLODES),
    "saturates": _Look(
        lambda m: _most(m, m.saturated),
        lambda m, places: _at(m.saturated, places),
        lambda values, m: values >= SATURATED,
    ),
    "vanishes": _Look(_last, lambda m, places: m.signal, lambda values, m: values < VANISHES),
    "gradient_fades": _Look(_first, lambda m, places: m.gradient, lambda values, m: values < FADES),
    "gradient_grows": _Look(_first, lambda m, places: m.gradient, lambda values, m: values > GROWS),
    "alike": _Look(_last, lambda m, places: _at(m.correlation, places), lambda values, m: values >= ALIKE),
    "sure": _Look(_last, lambda m, places: m.top_probability, lambda values, m: values >= SURE),
    "linear": _Look(_linear, lambda m, places: np.full(places.shape, float(len(m.units))), _always),
}

KINDS = (*_LOOKS, "keeps")
"""What may be found, worst first."""
