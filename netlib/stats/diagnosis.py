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
    found = [Verdict(kind, *proof) for kind, look in _LOOKS.items() if (proof := look(case)) is not None]
    return tuple(found) or (Verdict("keeps", case.flow.layers[-1].name, case.signal, case.gradient),)


def severity(verdict: Verdict) -> int:
    """How bad: 0 for `keeps`, most for what comes first."""
    return len(_LOOKS) - KINDS.index(verdict.kind)


Proof = tuple[str, float] | tuple[str, float, float]


def _overflows(case: Case) -> Proof | None:
    beyond = (layer for layer in case.flow.layers if layer.signal.finite < layer.signal.count)
    return next((_about(layer, math.nan) for layer in beyond), None)


def _symmetric(case: Case) -> Proof | None:
    # Equal units stay equal where the next layer listens to them equally: else their gradients differ.
    for layer, after in zip(case.trace.hidden, case.trace.layers[1:], strict=True):
        same = (layer.weight == layer.weight[:1]).all() and (layer.bias == layer.bias[:1]).all()
        if same and (after.weight == after.weight[:, :1]).all() and len(layer.bias) > 1:
            return layer.name, float(len(layer.bias))
    return None


def _no_gradient(case: Case) -> Proof | None:
    layers = case.flow.layers
    without = [layer for layer in layers if layer.weight.norm == 0 and layer.weight.finite == layer.weight.count]
    return _about(without[-1], 0.0) if without and without[0] is layers[0] else None


def _dies(case: Case) -> Proof | None:
    worst = max(case.hidden, key=lambda layer: layer.dead, default=None)
    least = DEAD if len(case.trace.images) >= FEW_IMAGES else 1.0
    return _about(worst, worst.dead) if worst is not None and worst.dead >= least else None


def _saturates(case: Case) -> Proof | None:
    worst = max(case.hidden, key=lambda layer: layer.saturated or 0.0, default=None)
    share = worst.saturated if worst is not None else None
    return _about(worst, share) if worst is not None and share is not None and share >= SATURATED else None


def _explodes(case: Case) -> Proof | None:
    return _about(case.flow.layers[-1], case.signal) if case.signal > EXPLODES else None


def _vanishes(case: Case) -> Proof | None:
    return _about(case.flow.layers[-1], case.signal) if case.signal < VANISHES else None


def _gradient_fades(case: Case) -> Proof | None:
    return _about(case.flow.layers[0], case.gradient) if case.gradient < FADES else None


def _gradient_grows(case: Case) -> Proof | None:
    return _about(case.flow.layers[0], case.gradient) if case.gradient > GROWS else None


def _alike(case: Case) -> Proof | None:
    last = case.flow.layers[-1]
    alike = last.signal.correlation
    return _about(last, alike) if alike is not None and alike >= ALIKE else None


def _sure(case: Case) -> Proof | None:
    top = case.top_probability
    return _about(case.flow.layers[-1], top) if top >= SURE else None


def _linear(case: Case) -> Proof | None:
    if not case.hidden or any(layer.activation != "identity" for layer in case.hidden):
        return None
    return case.hidden[-1].name, float(len(case.flow.layers))


_LOOKS: dict[str, Callable[[Case], Proof | None]] = {
    "overflows": _overflows,
    "symmetric": _symmetric,
    "no_gradient": _no_gradient,
    "dies": _dies,
    "explodes": _explodes,
    "saturates": _saturates,
    "vanishes": _vanishes,
    "gradient_fades": _gradient_fades,
    "gradient_grows": _gradient_grows,
    "alike": _alike,
    "sure": _sure,
    "linear": _linear,
}

KINDS = (*_LOOKS, "keeps")
"""What may be found, worst first."""


def number(kind: str, layer: str, case: Case) -> float:
    """The number that a kind is judged by, of any network: what the remedied one has where the first had too much."""
    at = next(each for each in case.flow.layers if each.name == layer)
    return {
        "dies": at.dead,
        "saturates": math.nan if at.saturated is None else at.saturated,
        "explodes": case.signal,
        "vanishes": case.signal,
        "gradient_fades": case.gradient,
        "gradient_grows": case.gradient,
        "alike": math.nan if at.signal.correlation is None else at.signal.correlation,
        "sure": case.top_probability,
    }.get(kind, math.nan)


def std(layer: LayerFlow) -> float:
    """The standard deviation of a layer's pre-activations, of those that are finite."""
    return math.sqrt(max(layer.signal.second_moment - layer.signal.mean**2, 0.0)) if layer.signal.finite else math.nan


def _about(layer: LayerFlow, value: float) -> Proof:
    return layer.name, value, std(layer)
