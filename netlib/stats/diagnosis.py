"""What is wrong with a network before it learns, if anything, judged by numbers measured on a batch."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from netlib.stats.flow import Flow, LayerFlow
from netlib.stats.schemes import ALIKE, DEAD, EXPLODES, FADES, GROWS, SATURATED, VANISHES
from netlib.trace import Trace

SURE = 0.5
"""A mean top probability from which on an untrained network is too sure."""

FEW_IMAGES = 8
"""One image leaves half of all relu units at zero: of fewer images than this, only a whole layer at zero is dead."""


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

    @property
    def hidden(self) -> tuple[LayerFlow, ...]:
        """The layers before `output`."""
        return self.flow.layers[:-1]

    @property
    def signal(self) -> float:
        """The size of the pre-activations in the last layer over that in the first; nan for one layer, and from 0."""
        first, last = (math.sqrt(self.flow.layers[place].signal.second_moment) for place in (0, -1))
        return last / first if len(self.flow.layers) > 1 and first > 0 else math.nan

    @property
    def gradient(self) -> float:
        """The norm of the weights' gradient in the first layer over that in the last; nan for one layer, and from 0."""
        first, last = (self.flow.layers[place].weight.norm for place in (0, -1))
        return first / last if len(self.flow.layers) > 1 and last > 0 else math.nan

    @property
    def top_probability(self) -> float:
        """The largest of an image's ten probabilities, the batch's mean."""
        return float(self.trace.probabilities.max(axis=1).astype(np.float64).mean())


def judge(case: Case) -> tuple[Verdict, ...]:
    """Every finding about a batch's way through a network, worst first; only `keeps` where nothing is wrong."""
    found = []
    for kind, look in _LOOKS.items():
        layer = look.where(case)
        if layer is not None and look.bad(value := look.number(case, layer), case):
            found.append(Verdict(kind, layer.name, value, std(layer)))
    return tuple(found) or (Verdict("keeps", case.flow.layers[-1].name, case.signal, case.gradient),)


def severity(verdict: Verdict) -> int:
    """How bad: 0 for `keeps`, most for what comes first."""
    return len(_LOOKS) - KINDS.index(verdict.kind)


def number(kind: str, layer: str, case: Case) -> float:
    """The number that a kind is judged by, of any network: what the remedied one has where the first had too much."""
    return _LOOKS[kind].number(case, next(each for each in case.flow.layers if each.name == layer))


def std(layer: LayerFlow) -> float:
    """The standard deviation of a layer's pre-activations, of those that are finite."""
    return math.sqrt(max(layer.signal.second_moment - layer.signal.mean**2, 0.0)) if layer.signal.finite else math.nan


@dataclass(frozen=True)
class _Look:
    """Where a kind shows, None where it cannot; the number there; from where on that is bad (nan never is)."""

    where: Callable[[Case], LayerFlow | None]
    number: Callable[[Case, LayerFlow], float]
    bad: Callable[[float, Case], bool]


def _first(case: Case) -> LayerFlow:
    return case.flow.layers[0]


def _last(case: Case) -> LayerFlow:
    return case.flow.layers[-1]


def _overflowing(case: Case) -> LayerFlow | None:
    return next((layer for layer in case.flow.layers if layer.signal.finite < layer.signal.count), None)


def _symmetric(case: Case) -> LayerFlow | None:
    # Equal units stay equal where the next layer listens to them equally: else their gradients differ.
    for place, (layer, after) in enumerate(zip(case.trace.hidden, case.trace.layers[1:], strict=True)):
        same = (layer.weight == layer.weight[:1]).all() and (layer.bias == layer.bias[:1]).all()
        if same and (after.weight == after.weight[:, :1]).all() and len(layer.bias) > 1:
            return case.flow.layers[place]
    return None


def _without_gradient(case: Case) -> LayerFlow | None:
    """The last layer whose gradient is exactly zero, where that of the first one is."""
    layers = case.flow.layers
    without = [layer for layer in layers if layer.weight.norm == 0 and layer.weight.finite == layer.weight.count]
    return without[-1] if without and without[0] is layers[0] else None


def _dead(_: Case, layer: LayerFlow) -> float:
    return layer.dead


def _saturated(_: Case, layer: LayerFlow) -> float:
    return math.nan if layer.saturated is None else layer.saturated


def _worst(number: Callable[[Case, LayerFlow], float]) -> Callable[[Case], LayerFlow | None]:
    """The hidden layer that has most of a share."""
    return lambda case: max(case.hidden, key=lambda layer: np.nan_to_num(number(case, layer)), default=None)


def _linear(case: Case) -> LayerFlow | None:
    linear = case.hidden and all(layer.activation == "identity" for layer in case.hidden)
    return case.hidden[-1] if linear else None


def _always(*_: object) -> bool:
    return True  # being there is the fault


_LOOKS: dict[str, _Look] = {
    "overflows": _Look(_overflowing, lambda case, layer: math.nan, _always),
    "symmetric": _Look(_symmetric, lambda case, layer: float(layer.units), _always),
    "no_gradient": _Look(_without_gradient, lambda case, layer: layer.weight.norm, _always),
    "dies": _Look(
        _worst(_dead), _dead, lambda value, case: value >= (DEAD if len(case.trace.images) >= FEW_IMAGES else 1.0)
    ),
    "explodes": _Look(_last, lambda case, layer: case.signal, lambda value, case: value > EXPLODES),
    "saturates": _Look(_worst(_saturated), _saturated, lambda value, case: value >= SATURATED),
    "vanishes": _Look(_last, lambda case, layer: case.signal, lambda value, case: value < VANISHES),
    "gradient_fades": _Look(_first, lambda case, layer: case.gradient, lambda value, case: value < FADES),
    "gradient_grows": _Look(_first, lambda case, layer: case.gradient, lambda value, case: value > GROWS),
    "alike": _Look(
        _last,
        lambda case, layer: math.nan if layer.signal.correlation is None else layer.signal.correlation,
        lambda value, case: value >= ALIKE,
    ),
    "sure": _Look(_last, lambda case, layer: case.top_probability, lambda value, case: value >= SURE),
    "linear": _Look(_linear, lambda case, layer: float(len(case.flow.layers)), _always),
}

KINDS = (*_LOOKS, "keeps")
"""What may be found, worst first."""
