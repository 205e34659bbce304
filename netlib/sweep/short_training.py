"""All seeds of one network trained together, every layer of all of them one batched product. Needs torch.

Each network gets what `netlib.training.loop.Trainer` would give it: its own order of images, the same steps, the same
fused update; the numbers are the Trainer's up to the order of sums.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from netlib.ensemble import LINE, matrices, padded, room
from netlib.initializers import generator
from netlib.slopes import ACTIVATION_PAIRS
from netlib.spec import BatchSpec, NetworkSpec
from netlib.sweep.spec import ShortTraining
from netlib.trace import Array
from netlib.training.loop import UPDATES, WINDOW
from netlib.training.material import Material

LOOK_EVERY = 10
"""Steps between two looks whether the threshold is reached."""

NEAR, RECENT = 0.05, 4
"""Held-out digits are read at a look only where the last so many training batches came so near the threshold."""

_aten = torch.ops.aten
_PART = 256


@dataclass(frozen=True, eq=False)
class Trained:
    """What became of each network, each (seeds,): what `netlib.sweep.metrics` says, and whether it diverged.

    A network that has diverged has no loss and no held-out accuracy, nan; the others go on.
    """

    loss: Array
    held_out_accuracy: Array
    steps_to_threshold: Array
    diverged: Array


def train(
    network: NetworkSpec,
    training: ShortTraining,
    seeds: Sequence[int],
    tensors: Sequence[tuple[Tensor, Tensor]],
    digits: Material,
) -> Trained:
    """Trains the networks that start with these weights: one (weight (seeds, out, in), bias (seeds, 1, out)) a layer.

    steps_to_threshold is the first multiple of `LOOK_EVERY` after which the held-out accuracy is at least the
    threshold, nan for none; it is looked at where the last `RECENT` training batches came as near as `NEAR`. loss is
    the mean over the last `WINDOW` steps. The tensors given stay as they are.
    """
    with torch.inference_mode():
        return _Training(network, training, seeds, tensors, digits).run()


class _Training:
    def __init__(
        self,
        network: NetworkSpec,
        training: ShortTraining,
        seeds: Sequence[int],
        tensors: Sequence[tuple[Tensor, Tensor]],
        digits: Material,
    ) -> None:
        self._training, self._seeds, self._digits = training, seeds, digits
        self._pairs = [ACTIVATION_PAIRS[layer.activation] for layer in network.layers[:-1]]
        # One tensor of all parameters, so that the optimiser takes one step and not one a layer.
        flat, self._parameters = _together([tensor.shape for pair in tensors for tensor in pair])
        slopes, self._gradients = _together([tensor.shape for pair in tensors for tensor in pair])
        for parameter, given in zip(self._parameters, (tensor for pair in tensors for tensor in pair), strict=True):
            parameter.copy_(given)
        self._flat, self._flat_gradients = [flat], [slopes]
        self._update = UPDATES[training.optimizer](training.of(network, BatchSpec()), self._flat)
        self._shuffles = [generator(seed, "shuffle") for seed in seeds]
        self._sums: list[tuple[int, Tensor]] = []
        self._recent: deque[tuple[Tensor, Tensor]] = deque(maxlen=RECENT)
        self._room = torch.empty(len(seeds) * padded(training.batch_size), digits.images.shape[1])
        self._reached = np.full(len(seeds), math.nan)
        self._finite = np.full(len(seeds), True)

    def run(self) -> Trained:
        """All epochs."""
        step = 0
        for _ in range(self._training.epochs):
            orders = torch.stack([torch.randperm(len(self._digits), generator=shuffle) for shuffle in self._shuffles])
            for chosen in torch.split(orders, self._training.batch_size, dim=1):
                self._step(chosen)
                step += 1
                if step % LOOK_EVERY == 0:
                    self._look(step)
        self._check_losses()
        self._check_weights()
        accuracy = np.full(len(self._finite), math.nan)
        accuracy[self._finite] = self._held_out(self._finite)
        last = self._sums[-WINDOW:]
        loss = -torch.cat([sums for _, sums in last], dim=1).double().sum(dim=1).numpy() / sum(n for n, _ in last)
        return Trained(np.where(self._finite, loss, math.nan), accuracy, self._reached, ~self._finite)

    def _step(self, chosen: Tensor) -> None:
        seeds, count = chosen.shape
        if count % LINE:  # whole cache lines, filled by an image that is there anyway and counts only once
            chosen = torch.cat([chosen, chosen[:, :1].expand(-1, padded(count) - count)], dim=1)
        images, labels = self._batch(chosen.flatten())
        x = images.view(seeds, -1, images.shape[1])
        labels = labels.view(seeds, 1, -1)[:, :, :count]
        received, befores = [x], []
        for index, (activation, _) in enumerate(self._pairs):
            before = torch.baddbmm(self._parameters[2 * index + 1], x, self._parameters[2 * index].mT)
            x = activation(before)
            befores.append(before)
            received.append(x)
        # Classes before images: over the last of two dimensions a softmax of ten takes ten times as long.
        logits = torch.baddbmm(self._parameters[-1].mT, self._parameters[-2], x.mT)
        logarithms = logits.log_softmax(dim=1)
        self._sums.append((count, logarithms.gather(1, labels).sum(dim=2)))
        self._recent.append((logits[:, :, :count], labels))
        slope = logarithms.exp_().scatter_(1, labels, -1.0, reduce="add").mul_(1 / count)
        if count < slope.shape[2]:
            slope[:, :, count:] = 0
        torch.sum(slope, dim=2, out=self._gradients[-1][:, 0])
        torch.bmm(slope, x, out=self._gradients[-2])
        slope = slope.mT
        for index in range(len(self._pairs) - 1, -1, -1):
            slope = torch.bmm(slope, self._parameters[2 * index + 2])
            slope = self._pairs[index][1](slope, befores[index], received[index + 1])
            torch.sum(slope, dim=1, keepdim=True, out=self._gradients[2 * index + 1])
            torch.bmm(slope.mT, received[index], out=self._gradients[2 * index])
        self._update(self._flat_gradients, self._training.rate)

    def _batch(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        if self._digits.images.dtype != torch.float32:
            return self._digits.batch(chosen)
        # Into memory that is there already: a fresh megabyte costs more than what is copied into it.
        room = self._room[: len(chosen)]
        return torch.index_select(self._digits.images, 0, chosen, out=room), self._digits.labels.index_select(0, chosen)

    def _look(self, step: int) -> None:
        waiting = np.isnan(self._reached) & self._finite
        if not waiting.any():
            return
        right = [
            (logits.gather(1, labels) == logits.amax(dim=1, keepdim=True)).sum(dim=2) for logits, labels in self._recent
        ]
        share = torch.cat(right, dim=1).sum(dim=1).numpy() / sum(labels.shape[2] for _, labels in self._recent)
        waiting &= share >= self._training.threshold - NEAR
        if not waiting.any():
            return
        self._check_losses()
        waiting &= self._finite
        there = self._held_out(waiting) >= self._training.threshold
        self._reached[np.flatnonzero(waiting)[there]] = step

    def _check_losses(self) -> None:
        self._finite &= torch.cat([sums for _, sums in self._sums], dim=1).isfinite().all(dim=1).numpy()

    def _check_weights(self) -> None:
        # A sum is quicker than asking each number; where it is finite, so are they all.
        for parameter in self._parameters:
            rows = parameter.flatten(1)
            finite = rows.sum(dim=1).isfinite()
            if not finite.all():
                finite = rows.isfinite().all(dim=1)
            self._finite &= finite.numpy()

    def _held_out(self, which: Array) -> Array:
        """The held-out accuracy of some of the networks, (some,)."""
        digits = self._digits
        parameters = self._parameters if which.all() else [_some(each, which) for each in self._parameters]
        seeds = len(parameters[0])
        right = np.zeros(seeds)
        for start in range(0, len(digits.held_labels), _PART):
            labels = digits.held_labels[start : start + _PART]
            images = digits.held_images[start : start + _PART]
            if len(labels) % LINE:
                images = torch.cat([images, images[:1].expand(padded(len(labels)) - len(labels), -1)])
            x = images.expand(seeds, *images.shape)
            for index, (activation, _) in enumerate(self._pairs):
                x = activation(torch.baddbmm(parameters[2 * index + 1], x, parameters[2 * index].mT))
            logits = torch.baddbmm(parameters[-1].mT, parameters[-2], x.mT)[:, :, : len(labels)]
            right += (logits.mT.contiguous().argmax(dim=2) == labels).sum(dim=1).numpy()
        right /= len(digits.held_labels)
        return right


def _some(parameter: Tensor, which: Array) -> Tensor:
    count, rows, columns = int(which.sum()), *parameter.shape[1:]
    return room(count, rows, columns).copy_(parameter[torch.tensor(which)])


def _together(shapes: Sequence[torch.Size]) -> tuple[Tensor, list[Tensor]]:
    """One tensor of zeros, and parts of it of these shapes (seeds, rows, columns), one matrix a seed."""
    sizes = [seeds * padded(rows * columns) for seeds, rows, columns in shapes]
    flat = torch.zeros(sum(sizes))
    return flat, [matrices(part, *shape) for part, shape in zip(torch.split(flat, sizes), shapes, strict=True)]
