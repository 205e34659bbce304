"""The training itself: forward, back and update, one step after the other, over tensors already in memory.

The way back is written out in the very operations that autograd would run, and the optimiser's fused kernels are called
as `torch.optim` calls them: the same bits as the plain loop, without what the two spend on finding out what to do.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import hypot, inf, isfinite, nan

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from netlib.i18n import N_
from netlib.initializers import generator
from netlib.network import build, one_thread
from netlib.problem import Problem
from netlib.slopes import ACTIVATION_PAIRS
from netlib.spec import NetworkSpec
from netlib.trace import frozen
from netlib.training.material import Material
from netlib.training.ring import Weights
from netlib.training.spec import OPTIMIZERS, TrainSpec

WINDOW = 50
"""Loss and accuracy of training are means over so many last steps."""

_aten = torch.ops.aten


class Diverged(Problem):
    """The loss or the weights are no finite numbers any more; the sentence says since which step."""


@dataclass(frozen=True)
class Watched:
    """What one step did: a gradient norm and |change| / |weights| a layer, over its weights and biases together."""

    gradient_norms: tuple[float, ...]
    update_ratios: tuple[float, ...]


class Trainer:
    """One network in training. `start` takes the place of the initial weights that the spec would draw.

    Images of an epoch are in the order of `torch.randperm` from the generator `seed:shuffle`; a hidden layer's dropout
    keeps what `bernoulli_` of the generator `seed:dropout` says and divides it by what it keeps on average.
    Raises `RuntimeError` where a shape of `start` is not the spec's. One thread at a time may use it.
    """

    def __init__(self, spec: TrainSpec, digits: Material, start: Weights | None = None) -> None:
        self.spec = spec
        self._digits = digits
        self._pairs = [ACTIVATION_PAIRS[layer.activation] for layer in spec.network.layers[:-1]]
        self.start = start if start is not None else initial_weights(spec.network)
        _check_shapes(spec.network, self.start)
        self.learning_rate, self.batch_size = spec.rate, spec.batch_size
        self.reset()

    def reset(self) -> None:
        """The very same initial weights, order of images and masks again; learning rate and batch size stay."""
        self._parameters = [torch.tensor(array) for layer in self.start for array in layer]
        self._update = UPDATES[self.spec.optimizer](self.spec, self._parameters)
        self._shuffle = generator(self.spec.seed, "shuffle")
        self._masks = generator(self.spec.seed, "dropout")
        self.step_count = self.epochs_done = self._at = 0
        self._order: Tensor | None = None
        self._last: deque[tuple[float, Tensor, Tensor]] = deque(maxlen=WINDOW)

    @property
    def epoch(self) -> float:
        """Epochs done, the present one as a share: 1.25 is a quarter into the second."""
        return self.epochs_done + self._at / len(self._digits)

    @property
    def images(self) -> int:
        """Training digits an epoch."""
        return len(self._digits)

    @property
    def steps_to_go(self) -> int:
        """Steps until the end of the present epoch, at the present batch size."""
        return -(-(len(self._digits) - self._at) // self.batch_size)

    def step(self, *, watch: bool = False) -> Watched | None:
        """One batch forward, back, and the update; with `watch`, what it did.

        Raises `Diverged` where the loss is no finite number: then nothing is updated and no step is counted.
        """
        with one_thread(), torch.inference_mode():
            images, labels = self._next()
            logits, saved = self._forward(images)
            logarithms = torch.log_softmax(logits, dim=1)
            loss, weight = _aten.nll_loss_forward(logarithms, labels, None, 1, -100)
            value = loss.item()
            if not isfinite(value):
                raise Diverged(
                    N_("Training has diverged: at step {step} the loss is {loss}, no finite number."),
                    step=self.step_count + 1,
                    loss=value,
                )
            slope = _aten.nll_loss_backward(_ONE, logarithms, labels, None, 1, -100, weight)
            slope = _aten._log_softmax_backward_data(slope, logarithms, 1, torch.float32)
            gradients = self._backward(slope, saved)
            before = [parameter.clone() for parameter in self._parameters] if watch else []
            self._update(gradients, self.learning_rate)
            self._last.append((value, logits, labels))
            self._count(len(labels))
            return self._watched(gradients, before) if watch else None

    def _next(self) -> tuple[Tensor, Tensor]:
        if self._order is None:
            self._order = torch.randperm(len(self._digits), generator=self._shuffle)
        return self._digits.batch(self._order[self._at : self._at + self.batch_size])

    def _count(self, images: int) -> None:
        self.step_count += 1
        self._at += images
        if self._at >= len(self._digits):
            self.epochs_done, self._at, self._order = self.epochs_done + 1, 0, None

    def _forward(self, x: Tensor) -> tuple[Tensor, list[tuple[Tensor, Tensor, Tensor, Tensor | None]]]:
        saved = []
        keep = 1.0 - self.spec.dropout
        for index, (activation, _) in enumerate(self._pairs):
            before = functional.linear(x, self._parameters[2 * index], self._parameters[2 * index + 1])
            after = activation(before)
            mask = None
            if keep < 1.0:
                mask = torch.empty_like(after).bernoulli_(keep, generator=self._masks).div_(keep)
            saved.append((x, before, after, mask))
            x = after if mask is None else after * mask
        saved.append((x, x, x, None))
        return functional.linear(x, self._parameters[-2], self._parameters[-1]), saved

    def _backward(self, slope: Tensor, saved: list[tuple[Tensor, Tensor, Tensor, Tensor | None]]) -> list[Tensor]:
        gradients: list[Tensor] = []
        for index in range(len(self._pairs), -1, -1):
            gradients += [slope.sum(0), slope.t() @ saved[index][0]]
            if index:
                _, before, after, mask = saved[index - 1]
                slope = slope @ self._parameters[2 * index]
                if mask is not None:
                    slope = slope * mask
                slope = self._pairs[index - 1][1](slope, before, after)
        return gradients[::-1]

    def _watched(self, gradients: list[Tensor], before: list[Tensor]) -> Watched:
        changes = [now - old for now, old in zip(self._parameters, before, strict=True)]
        sizes = _norms(before)
        ratios = tuple(
            change / size if size else inf if change else 0.0
            for change, size in zip(_norms(changes), sizes, strict=True)
        )
        return Watched(_norms(gradients), ratios)

    def check_weights(self) -> None:
        """Raises `Diverged` where a weight is no finite number."""
        if not all(isfinite(norm) or bool(p.isfinite().all()) for p, norm in self._each_norm()):
            raise Diverged(
                N_("Training has diverged: after step {step} some weights are no finite numbers."),
                step=self.step_count,
            )

    def _each_norm(self) -> list[tuple[Tensor, float]]:
        return [(p, float(p.sum())) for p in self._parameters]

    def weights(self) -> Weights:
        """One (weight (out, in), bias (out,)) a layer: copies, float32, read-only."""
        arrays = [frozen(np.array(parameter.numpy())) for parameter in self._parameters]
        return tuple(zip(arrays[::2], arrays[1::2], strict=True))

    @property
    def parameters(self) -> list[Tensor]:
        """Weight and bias of each layer in turns, as they are now: to be read alone."""
        return self._parameters

    def recent(self) -> tuple[float, float, int]:
        """Mean loss and accuracy over the images of the last steps, and how many images these are; nan for none."""
        count = sum(len(labels) for _, _, labels in self._last)
        if not count:
            return nan, nan, 0
        loss = sum(value * len(labels) for value, _, labels in self._last) / count
        right = sum(int((logits.argmax(1) == labels).sum()) for _, logits, labels in self._last)
        return loss, right / count, count


def initial_weights(network: NetworkSpec) -> Weights:
    """The weights that a spec's network starts with, read-only."""
    arrays = [frozen(np.array(parameter.detach().numpy())) for parameter in build(network).parameters()]
    return tuple(zip(arrays[::2], arrays[1::2], strict=True))


def _check_shapes(network: NetworkSpec, weights: Weights) -> None:
    found = [(weight.shape, bias.shape) for weight, bias in weights]
    expected = [((layer.fan_out, layer.fan_in), (layer.fan_out,)) for layer in network.layers]
    if found != expected:
        raise RuntimeError(f"weights of shape {expected} were expected, not {found}")


def _norms(tensors: list[Tensor]) -> tuple[float, ...]:
    each = [float(torch.linalg.vector_norm(tensor, dtype=torch.float64)) for tensor in tensors]
    return tuple(hypot(weight, bias) for weight, bias in zip(each[::2], each[1::2], strict=True))


_ONE = torch.ones(())
Update = Callable[[list[Tensor], float], None]


def _sgd(spec: TrainSpec, parameters: list[Tensor]) -> Update:
    momentum = float(OPTIMIZERS[spec.optimizer].keywords.get("momentum", 0.0))
    speeds = [torch.zeros_like(parameter) for parameter in parameters] if momentum else []
    first = [True]

    def update(gradients: list[Tensor], rate: float) -> None:
        torch._fused_sgd_(
            parameters,
            gradients,
            speeds,
            weight_decay=spec.weight_decay,
            momentum=momentum,
            lr=rate,
            dampening=0.0,
            nesterov=False,
            maximize=False,
            is_first_step=first[0],
        )
        first[0] = False

    return update


def _adam(spec: TrainSpec, parameters: list[Tensor]) -> Update:
    kernel = torch._fused_adamw_ if spec.optimizer == "adamw" else torch._fused_adam_
    means = [torch.zeros_like(parameter) for parameter in parameters]
    squares = [torch.zeros_like(parameter) for parameter in parameters]
    steps = [torch.zeros(()) for _ in parameters]

    def update(gradients: list[Tensor], rate: float) -> None:
        torch._foreach_add_(steps, 1)
        kernel(
            parameters,
            gradients,
            means,
            squares,
            [],
            steps,
            lr=rate,
            beta1=0.9,
            beta2=0.999,
            weight_decay=spec.weight_decay,
            eps=1e-8,
            amsgrad=False,
            maximize=False,
        )

    return update


UPDATES = {"sgd": _sgd, "momentum": _sgd, "adam": _adam, "adamw": _adam}
