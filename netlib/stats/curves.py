"""An activation as a curve: values and slopes on a grid, where it is saturated; and what a network is without it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from netlib.activations import ACTIVATIONS
from netlib.trace import Array, Trace

REACH = 6.0
"""A curve is shown at least from -REACH to REACH: there every activation has bent."""

_POINTS = 121
_SEARCHED = 2_001
_HALVINGS = 60
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, eq=False)
class Curve:
    """An activation on a grid: z, f(z), slope f'(z), each (points,) float32; the zones on it that are saturated."""

    name: str
    z: Array
    value: Array
    slope: Array
    zones: tuple[tuple[float, float], ...]


def curve(name: str, low: float = -REACH, high: float = REACH) -> Curve:
    """The activation of this name between two numbers; denser where it bends, around zero."""
    activation = ACTIVATIONS[name]
    low, high = max(low, -_LARGEST), min(high, _LARGEST)
    bend = np.linspace(max(low, -REACH), min(high, REACH), _POINTS)
    jump = [0.0, 1e-6 * (high - low)]  # relu's slope is a step, not a ramp between two points
    z = np.concatenate([np.linspace(low, high, _POINTS), bend, jump]).clip(low, high)
    z = np.unique(z.astype(np.float32)).astype(np.float64)  # the numbers that the picture gets, each once
    return Curve(
        name,
        z.astype(np.float32),
        activation.function(z).astype(np.float32),
        activation.derivative(z).astype(np.float32),
        tuple((max(a, low), min(b, high)) for a, b in saturated_zones(name) if a < high and b > low),
    )


@lru_cache(maxsize=len(ACTIVATIONS))
def saturated_zones(name: str) -> tuple[tuple[float, float], ...]:
    """The intervals, infinite ones too, where the activation's slope is below 5 % of the steepest one."""
    saturated = ACTIVATIONS[name].saturated
    z = np.linspace(-2 * REACH, 2 * REACH, _SEARCHED)  # beyond it no slope of ours turns again
    is_flat = saturated(z)
    turns = np.flatnonzero(is_flat[1:] != is_flat[:-1])
    left, right, was = z[turns], z[turns + 1], is_flat[turns]
    for _ in range(_HALVINGS):  # bisection, all turns at once
        middle = (left + right) / 2
        same = saturated(middle) == was
        left, right = np.where(same, middle, left), np.where(same, right, middle)
    found = (left + right) / 2
    found[np.abs(found) < 1e-12] = 0.0  # halving comes near the kink of relu and never to it
    ends = [*([-np.inf] if is_flat[0] else []), *found, *([np.inf] if is_flat[-1] else [])]
    return tuple((float(start), float(end)) for start, end in zip(ends[::2], ends[1::2], strict=True))


@dataclass(frozen=True)
class Collapse:
    """A network without its activations: `layers` linear maps with `parameters` numbers, multiplied into one.

    difference: how far the logits of the one map are from those of the stack, in units of the largest logit.
    """

    layers: int
    parameters: int
    single: int
    difference: float


def collapse(trace: Trace) -> Collapse:
    """Multiplies the weights of all layers into one matrix and tries both ways on the batch, in float64.

    W2 (W1 x + b1) + b2 = (W2 W1) x + (W2 b1 + b2): without a non-linearity a deep network says no more than one layer.
    """
    inputs = trace.inputs.astype(np.float64)
    stacked = inputs
    for layer in trace.layers:
        stacked = stacked @ layer.weight.T.astype(np.float64) + layer.bias
    # From the output backwards, so that the product never has more than ten rows.
    matrix, bias = np.eye(len(trace.layers[-1].bias)), np.zeros(len(trace.layers[-1].bias))
    for layer in reversed(trace.layers):
        bias = bias + matrix @ layer.bias.astype(np.float64)
        matrix = matrix @ layer.weight.astype(np.float64)
    single = inputs @ matrix.T + bias
    largest = float(np.abs(stacked).max())
    return Collapse(
        layers=len(trace.layers),
        parameters=sum(layer.parameters for layer in trace.layers),
        single=matrix.size + bias.size,
        difference=float(np.abs(single - stacked).max()) / largest if largest else 0.0,
    )
