"""Measures a training for those who look at it: held-out digits, layers, distributions against their start."""

import math
import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from netlib.activations import ACTIVATIONS
from netlib.network import one_thread
from netlib.slopes import ACTIVATION_PAIRS
from netlib.spec import LayerSpec
from netlib.trace import Array, frozen
from netlib.training.loop import Trainer, Watched
from netlib.training.material import Material
from netlib.training.snapshot import LayerLook, Point, Snapshot

BINS = 49  # odd: where a range has two sides, zero is in the middle of a bin
PICTURES = 16
_AT_START = 512
_STEP = math.sqrt(2)
_SMALL, _LARGE = 1e-30, 1e37


@dataclass(frozen=True, eq=False)
class _Layer:
    spec: LayerSpec
    weight: Tensor
    before: Tensor
    after: Tensor


class Meter:
    """Measures one trainer. What it knows of step 0 it keeps as histograms, so that a snapshot costs one pass."""

    def __init__(self, trainer: Trainer, digits: Material) -> None:
        self._trainer, self._digits = trainer, digits
        self._start_weights = [torch.tensor(array) for layer in trainer.start for array in layer]
        self._start_layers: list[_Layer] | None = None
        self._start_ends: dict[tuple[int, str], tuple[float, float]] = {}
        self._start_counts: dict[tuple[int, str], tuple[tuple[float, float], Array]] = {}

    def snapshot(self, watched: Watched | None) -> Snapshot:
        """The trainer as it is now; `watched` is what its last step did, None before the first."""
        began = time.perf_counter()
        with one_thread(), torch.inference_mode():
            layers = self._layers(self._trainer.parameters, self._digits.held_images)
            loss, accuracy = _quality(layers[-1].before, self._digits.held_labels)
            looks = tuple(self._look(index, layer, watched) for index, layer in enumerate(layers))
            training = self._training()
        self._start_layers = None  # its activations are large; only new edges need them again
        trainer = self._trainer
        first = trainer.parameters[0][:PICTURES]
        return Snapshot(
            step=trainer.step_count,
            epoch=trainer.epoch,
            training_loss=training[0],
            training_accuracy=training[1],
            training_digits=training[2],
            held_out_loss=loss,
            held_out_accuracy=accuracy,
            held_out_digits=len(self._digits.held_labels),
            held_out_of=self._digits.held_of,
            layers=looks,
            pictures=np.array(first.numpy()).reshape(-1, 28, 28),
            learning_rate=trainer.learning_rate,
            batch_size=trainer.batch_size,
            seconds=time.perf_counter() - began,
        )

    def point(self, watched: Watched) -> Point:
        """The single numbers alone, for half the price."""
        with one_thread(), torch.inference_mode():
            layers = self._layers(self._trainer.parameters, self._digits.held_images)
            quality = _quality(layers[-1].before, self._digits.held_labels)
            dead = tuple(_dead(layer) for layer in layers)
            loss, accuracy, _ = self._training()
        return Point(
            self._trainer.step_count,
            self._trainer.epoch,
            loss,
            accuracy,
            *quality,
            watched.gradient_norms,
            watched.update_ratios,
            tuple(math.nan if units is None else float(units) for units in dead),
        )

    def _training(self) -> tuple[float, float, int]:
        if self._trainer.step_count:
            return self._trainer.recent()
        images, labels = self._digits.batch(torch.arange(min(_AT_START, len(self._digits))))
        return *_quality(self._layers(self._trainer.parameters, images)[-1].before, labels), len(labels)

    def _layers(self, parameters: list[Tensor], x: Tensor) -> list[_Layer]:
        layers = []
        for spec, weight, bias in zip(
            self._trainer.spec.network.layers, parameters[::2], parameters[1::2], strict=True
        ):
            before = functional.linear(x, weight, bias)
            x = before if spec.is_output else ACTIVATION_PAIRS[spec.activation][0](before)
            layers.append(_Layer(spec, weight, before, x))
        return layers

    def _start(self, index: int) -> _Layer:
        if self._start_layers is None:
            self._start_layers = self._layers(self._start_weights, self._digits.held_images)
        return self._start_layers[index]

    def _look(self, index: int, layer: _Layer, watched: Watched | None) -> LayerLook:
        weight_edges, weight_counts, weight_start = self._histogram(index, "weight", layer.weight)
        edges, counts, start = self._histogram(index, "after", layer.after)
        return LayerLook(
            name=layer.spec.name,
            activation=layer.spec.activation,
            units=layer.spec.fan_out,
            gradient_norm=watched.gradient_norms[index] if watched else math.nan,
            update_ratio=watched.update_ratios[index] if watched else math.nan,
            dead=_dead(layer),
            weight_edges=weight_edges,
            weight_counts=weight_counts,
            weight_start=weight_start,
            activation_edges=edges,
            activation_counts=counts,
            activation_start=start,
        )

    def _histogram(self, index: int, what: str, values: Tensor) -> tuple[Array, Array, Array]:
        key = (index, what)
        if key not in self._start_ends:
            self._start_ends[key] = _extremes(getattr(self._start(index), what))
        (low, high), (start_low, start_high) = _extremes(values), self._start_ends[key]
        low, high = _range(min(low, start_low), max(high, start_high))
        if key not in self._start_counts or self._start_counts[key][0] != (low, high):
            self._start_counts[key] = (low, high), _counts(getattr(self._start(index), what), low, high)
        return frozen(np.linspace(low, high, BINS + 1)), _counts(values, low, high), self._start_counts[key][1]


def _quality(logits: Tensor, labels: Tensor) -> tuple[float, float]:
    loss = float(functional.cross_entropy(logits, labels))
    return loss, float((logits.argmax(1) == labels).double().mean())


def _dead(layer: _Layer) -> int | None:
    if layer.spec.is_output or not ACTIVATIONS[layer.spec.activation].is_rectifier:
        return None
    return int((layer.before.amax(0) <= 0).sum())


def _extremes(values: Tensor) -> tuple[float, float]:
    """The smallest and largest finite value; 0, 0 where there is none."""
    low, high = (float(end) for end in torch.aminmax(values))
    if not (math.isfinite(low) and math.isfinite(high)):
        values = values[values.isfinite()]
        if not len(values):
            return 0.0, 0.0
        low, high = (float(end) for end in torch.aminmax(values))
    return low, high


def _range(low: float, high: float) -> tuple[float, float]:
    """Round ends that hold both, so that they stay the same over many snapshots: powers of the root of two."""
    reach = max(-low, high)
    if reach == 0:
        return -1.0, 1.0
    end = _STEP ** math.ceil(math.log(max(reach, _SMALL), _STEP))
    end = end if end >= reach else end * _STEP  # a logarithm rounds
    return (0.0 if low >= 0 else -end), (0.0 if high <= 0 else end)


def _counts(values: Tensor, low: float, high: float) -> Array:
    if not values.isfinite().all():
        values = values[values.isfinite()]
    if high - low > _LARGE:  # float32 has no room for the difference
        values = values.double()
    return frozen(torch.histc(values, BINS, low, high).numpy().astype(np.int64))
