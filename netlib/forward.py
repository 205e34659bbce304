"""The only door from torch to numpy: a model and a batch go in, a `Trace` comes out."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import torch
from torch import nn

from netlib.network import one_thread
from netlib.trace import Array, LayerTrace, Trace, frozen

_PART = 250


class Digits(Protocol):
    """What `run` needs of a batch: images (n, 1, 28, 28) in [-1, 1] and labels (n,)."""

    @property
    def images(self) -> Array:
        """Float32."""

    @property
    def labels(self) -> Array:
        """Whole numbers 0 to 9."""


def run(model: nn.Sequential, batch: Digits) -> Trace:
    """What every layer holds and does on a batch: the images are flattened and sent through layer by layer.

    `model` alternates `nn.Linear` and an activation, as `build` makes it. Raises `ValueError` for another shape.
    """
    layers = []
    with one_thread(), torch.no_grad():
        x = torch.tensor(batch.images).flatten(start_dim=1)
        for name, linear, activation in _pairs(model):
            before = linear(x)
            x = activation(before)
            layers.append(
                LayerTrace(
                    name=name,
                    activation=_registered_name(activation),
                    weight=_copy(linear.weight),
                    bias=_copy(linear.bias),
                    before=_copy(before),
                    after=_copy(x),
                )
            )
    return Trace(images=_kept(batch.images), labels=_kept(batch.labels), layers=tuple(layers))


def logits(model: nn.Sequential, images: Array) -> Array:
    """The logits (n, 10) alone, without a trace: for more images (n, ...) in [-1, 1] than a batch has, part by part."""
    with one_thread(), torch.no_grad():
        parts = torch.split(torch.tensor(images).flatten(start_dim=1), _PART)
        return frozen(torch.cat([model[:-1](part) for part in parts]).numpy())


def _pairs(model: nn.Module) -> Iterator[tuple[str, nn.Linear, nn.Module]]:
    children = list(model.named_children()) if isinstance(model, nn.Sequential) else []
    if not children or len(children) % 2 or not isinstance(children[-1][1], nn.Softmax):
        raise ValueError("model must be an nn.Sequential: nn.Linear and activation in turns, softmax last")
    for (name, linear), (_, activation) in zip(children[::2], children[1::2], strict=True):
        has_bias = len(list(linear.parameters())) == 2
        if not isinstance(linear, nn.Linear) or not has_bias or isinstance(activation, nn.Linear):
            raise ValueError(f"model must have an nn.Linear with a bias, then an activation; {name}: {linear}")
        yield name, linear, activation


def _kept(array: Array) -> Array:
    # The caller goes on owning what is writable: a copy; what is frozen already is shared.
    return frozen(array.copy() if array.flags.writeable else array)


def _copy(tensor: torch.Tensor) -> Array:
    return frozen(np.array(tensor.detach().numpy()))


def _registered_name(module: nn.Module) -> str:
    from netlib.activations import ACTIVATIONS

    kind = type(module).__name__
    return next((a.name for a in ACTIVATIONS.values() if a.module == kind), kind.lower())
