"""The few steps of training that the lesson needs: units that start equal, and a loss that begins to fall.

Torch is imported inside, so that the rest of the lesson starts without it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from netlib.spec import Init, NetworkSpec
from netlib.trace import Array, Trace, frozen

if TYPE_CHECKING:
    from torch import Tensor, nn

UNITS = 16
STARTS: dict[str, Init] = {
    "zeros": Init("zeros"),
    "constant": Init("constant", value=-0.01),
    "xavier_uniform": Init("xavier_uniform"),
}
RATES = (0.001, 0.01, 0.03, 0.1, 0.3, 1.0)
_IMAGES = 64
_SYMMETRY_STEPS, _SYMMETRY_RATE = 6, 0.1
_STEPS = 15
_SAME = 1e-9


@dataclass(frozen=True, eq=False)
class Separation:
    """Which units of one hidden layer are equal, before training and after each step: groups (steps + 1, units).

    Units of one row with the same number have the same weights and biases, counted from 0 in order of first appearance;
    `moved` is how far the hidden weights went in all, as the largest change of one.
    """

    groups: Array
    moved: float

    @property
    def nbytes(self) -> int:
        """Memory, in bytes."""
        return int(self.groups.nbytes)

    @property
    def different(self) -> Array:
        """How many different units there are after each step (steps + 1,)."""
        count: Array = self.groups.max(axis=1) + 1
        return count


def symmetry(trace: Trace, start: str, activation: str, seed: int) -> Separation:
    """784-16-10 with all weights from `start`, biases of zero, trained a few steps of gradient descent in float64."""
    from netlib.network import build, one_thread

    spec = NetworkSpec((UNITS,), activation, STARTS[start], Init("zeros"), seed)
    with one_thread():
        model = build(spec).double()
        hidden = model.get_submodule("fc1")
        before = hidden.get_parameter("weight").detach().clone()
        rows = [_groups(hidden)]
        rows += [_groups(hidden) for _ in _descend(model, trace, _SYMMETRY_RATE, _SYMMETRY_STEPS)]
        moved = float((hidden.get_parameter("weight").detach() - before).abs().max())
    return Separation(frozen(np.array(rows, dtype=np.int8)), moved)


def training(trace: Trace, network: NetworkSpec, rate: float) -> Array:
    """The mean loss of up to 64 images before each of 15 steps of gradient descent and after the last one (16,).

    In nats, float64; it ends early where the loss is no number any more.
    """
    from netlib.network import build, one_thread

    with one_thread():
        model = build(network)
        losses = []
        for loss in _descend(model, trace, rate, _STEPS + 1):
            if not math.isfinite(loss):
                break
            losses.append(loss)
    return frozen(np.array(losses, dtype=np.float64))


def functional(trace: Trace) -> Array:
    """The probabilities (n, 10) of a trace's images and weights by torch.nn.functional alone, float32."""
    import torch

    from netlib.network import one_thread

    with one_thread(), torch.no_grad():
        x = torch.tensor(trace.inputs)
        for layer in trace.layers:
            x = torch.nn.functional.linear(x, torch.tensor(layer.weight), torch.tensor(layer.bias))
            x = torch.softmax(x, dim=1) if layer.is_output else getattr(torch, layer.activation)(x)
    return frozen(x.numpy())


def _descend(model: "nn.Sequential", trace: Trace, rate: float, steps: int) -> Iterator[float]:
    import torch

    weights = list(model.parameters())
    images = torch.tensor(trace.inputs[:_IMAGES], dtype=weights[0].dtype)
    labels = torch.tensor(trace.labels[:_IMAGES])
    before_softmax = model[:-1]
    for _ in range(steps):
        loss = torch.nn.functional.cross_entropy(before_softmax(images), labels)
        gradients = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            for weight, gradient in zip(weights, gradients, strict=True):
                weight.sub_(rate * gradient)
        yield float(loss.detach())


def _groups(hidden: "nn.Module") -> list[int]:
    weight: Tensor = hidden.get_parameter("weight").detach()
    bias: Tensor = hidden.get_parameter("bias").detach()
    units = np.concatenate([weight.numpy(), bias.numpy()[:, np.newaxis]], axis=1)
    near = _SAME * max(float(np.abs(units).max()), 1e-300)
    found: list[Array] = []
    numbers = []
    for unit in units:
        known = next((i for i, other in enumerate(found) if np.abs(unit - other).max() <= near), None)
        if known is None:
            found.append(unit)
        numbers.append(len(found) - 1 if known is None else known)
    return numbers
