"""Many seeds of one network at once: every layer of all of them is one batched product, over [seed, image, unit].

Thirty networks one by one take some four times as long at the default size.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from netlib.activations import ACTIVATIONS
from netlib.distributions import Distribution
from netlib.forward import Digits
from netlib.initializers import SCHEMES, fill, generator
from netlib.network import one_thread
from netlib.population import Ensemble, joined
from netlib.spec import LayerSpec, NetworkSpec
from netlib.stats.curves import saturated_zones
from netlib.stats.flow import ROUNDING
from netlib.trace import Array, frozen

CHUNK_BYTES = 64 * 2**20
"""So much is held at once, for as many seeds as fit: weights, their gradient, signals and Gram matrices."""


def ensemble(spec: NetworkSpec, seeds: Sequence[int], batch: Digits, *, ranks: bool = False) -> Ensemble:
    """The numbers of a spec's networks with each of these seeds, instead of its own, on one batch.

    The weights are those of `build`, bit for bit. The numbers are those of `stats.flow` on `run` and `gradients`: up to
    the order of sums, within 1e-6 of the largest of a layer while the signal stays within float32. `ranks` also finds
    the effective ranks, which cost another product a layer.
    """
    return joined(list(parts(spec, seeds, batch, ranks=ranks)))


def parts(spec: NetworkSpec, seeds: Sequence[int], batch: Digits, *, ranks: bool = False) -> Iterator[Ensemble]:
    """The same, some seeds at a time, as many as fit into `CHUNK_BYTES`."""
    with one_thread():
        data = Data.of(batch)
    names = tuple(layer.name for layer in spec.layers)
    for some in chunks(spec, seeds, len(data.labels)):
        with one_thread():
            stacks = [
                Stack(layer.activation, draw_weights(layer, layer.weight_distribution, some), draw_biases(layer, some))
                for layer in spec.layers
            ]
            numbers = measure(stacks, data, ranks=ranks)
            del stacks  # before the next seeds are drawn
        frozen_numbers = {name: frozen(array) for name, array in (numbers.layers | numbers.outputs).items()}
        yield Ensemble(seeds=tuple(some), names=names, **frozen_numbers)


def chunks(spec: NetworkSpec, seeds: Sequence[int], images: int) -> Iterator[Sequence[int]]:
    """The seeds, so many at a time that they need no more than `CHUNK_BYTES`; at least one at a time."""
    units = sum(layer.fan_out for layer in spec.layers)
    each = 8 * spec.parameters + 40 * images * units + 32 * images * images
    most = max(CHUNK_BYTES // each, 1)
    for start in range(0, len(seeds), most):
        yield seeds[start : start + most]


def draw_weights(layer: LayerSpec, distribution: Distribution, seeds: Sequence[int]) -> Tensor:
    """A layer's weights (seeds, out, in), each seed's drawn as `build` draws them, but from this distribution."""
    made = torch.empty(len(seeds), layer.fan_out, layer.fan_in)
    for one, seed in zip(made, seeds, strict=True):
        fill(one, SCHEMES[layer.weight_init.scheme], distribution, generator(seed, f"{layer.name}.weight"))
    return made


def draw_biases(layer: LayerSpec, seeds: Sequence[int]) -> Tensor:
    """A layer's biases (seeds, 1, out), each seed's those of `build`."""
    made = torch.empty(len(seeds), 1, layer.fan_out)
    for one, seed in zip(made, seeds, strict=True):
        source = generator(seed, f"{layer.name}.bias")
        fill(one[0], SCHEMES[layer.bias_init.scheme], layer.bias_distribution, source)
    return made


@dataclass(frozen=True, eq=False)
class Data:
    """A batch as all networks get it: inputs (n, 784), labels (n,), the inputs' products with each other (n, n)."""

    inputs: Tensor
    labels: Tensor
    gram: Tensor

    @classmethod
    def of(cls, batch: Digits) -> "Data":
        """The batch's images flattened; the products in float64."""
        inputs = torch.tensor(batch.images).flatten(start_dim=1)
        exact = inputs.double()
        return cls(inputs, torch.tensor(batch.labels), exact @ exact.T)


@dataclass(frozen=True, eq=False)
class Stack:
    """One layer of all networks: factor * weight (seeds, out, in), bias (seeds, 1, out), its activation.

    product (seeds, n, out), where it is known already: what the inputs times the weights are, without the factor.
    """

    activation: str
    weight: Tensor
    bias: Tensor
    factor: float = 1.0
    product: Tensor | None = None


@dataclass(frozen=True, eq=False)
class Numbers:
    """The numbers of some seeds: [seed, layer] or [seed], by their names in `Ensemble`."""

    layers: dict[str, Array]
    outputs: dict[str, Array]


def measure(stacks: Sequence[Stack], data: Data, *, ranks: bool = False) -> Numbers:
    """Forward and back through all networks of some stacks, and the numbers on the way."""
    seeds = len(stacks[0].weight)
    rows: dict[str, list[Tensor]] = {}

    def note(**numbers: Tensor) -> None:
        for name, number in numbers.items():
            rows.setdefault(name, []).append(number)

    received = [data.inputs.expand(seeds, *data.inputs.shape)]
    signals = []
    for stack in stacks:
        before = _before(stack, received[-1])
        if stack is stacks[0]:
            before.requires_grad_()  # what comes behind it is recorded, and its weights are not: they have no gradient
        after = before.softmax(dim=2) if stack is stacks[-1] else _module(stack.activation)(before)
        signals.append(before)
        received.append(after)
        with torch.no_grad():
            note(**_moments(before.double()), saturated=_saturated(stack.activation, before), dead=_dead(after))
            if ranks:
                note(rank=_ranks(after.double()))
    gradients = torch.autograd.grad(_loss(signals[-1], data.labels), signals)
    with torch.no_grad():
        for i, gradient in enumerate(gradients):
            before_norm, weight_norm = _gradient_norms(gradient, received[i], data.gram if i == 0 else None)
            note(before_gradient=before_norm, weight_gradient=weight_norm)
        layers = {name: torch.stack(found, dim=1).numpy() for name, found in rows.items()}
        outputs = {name: found.numpy() for name, found in _outputs(signals[-1], data.labels).items()}
    overflowed = ~np.isfinite(layers["second_moment"])
    for name in ("mean", "second_moment", "correlation", "saturated"):
        layers[name][overflowed] = math.nan
    return Numbers(layers, outputs)


def _module(activation: str) -> nn.Module:
    module: nn.Module = getattr(nn, ACTIVATIONS[activation].module)()
    return module


def _loss(logits: Tensor, labels: Tensor) -> Tensor:
    # The sum of every network's mean: each network's gradient is its own.
    seeds, n, _ = logits.shape
    return functional.cross_entropy(logits.flatten(0, 1), labels.repeat(seeds), reduction="sum") / n


def _before(stack: Stack, received: Tensor) -> Tensor:
    if stack.product is not None:
        return torch.add(stack.bias, stack.product, alpha=stack.factor)
    return torch.baddbmm(stack.bias, received, stack.weight.mT, alpha=stack.factor)


def _moments(exact: Tensor) -> dict[str, Tensor]:
    squares = torch.linalg.vecdot(exact, exact)
    lengths = squares.sqrt()
    inverse = torch.where(lengths > 0, 1 / lengths, 0.0)
    pointing = (lengths > 0).sum(dim=1)
    total = torch.bmm(inverse[:, None], exact)[:, 0]
    pairs = (pointing * (pointing - 1)).double()
    # With unit vectors u: |sum of u|^2 = n + 2 x the sum over pairs; 0 / 0 where there is no pair.
    correlation = ((total * total).sum(dim=1) - pointing) / pairs
    correlation = torch.where(pairs > 0, correlation.clamp(-1, 1), math.nan)
    count = exact[0].numel()
    return {
        "mean": exact.sum(dim=(1, 2)) / count,
        "second_moment": squares.sum(dim=1) / count,
        "correlation": correlation,
    }


def _saturated(activation: str, before: Tensor) -> Tensor:
    if activation == "softmax":
        return torch.full((len(before),), math.nan, dtype=torch.float64)
    flat = before.flatten(start_dim=1)
    counts = torch.zeros(len(flat))
    told = torch.empty_like(flat)  # 0 and 1 as float32: exact up to 2^24, and far quicker to add up than booleans
    for start, end in saturated_zones(activation):
        if start > -math.inf:
            counts += torch.ge(flat, start, out=told).sum(dim=1)
        if end < math.inf:
            counts += torch.le(flat, end, out=told).sum(dim=1)
        if -math.inf < start and end < math.inf:
            counts -= flat.shape[1]  # inside of an interval both hold, outside of it one
    return counts.double() / flat.shape[1]


def _dead(after: Tensor) -> Tensor:
    # Two passes of largest and smallest are seven times as quick as one of comparisons.
    dead = (after.amax(dim=1) == 0) & (after.amin(dim=1) == 0)
    return dead.double().mean(dim=1)


def _ranks(exact: Tensor) -> Tensor:
    largest = exact.abs().amax(dim=(1, 2), keepdim=True)
    exact = exact / torch.where(largest > 0, largest, 1.0)
    centred = exact - exact.mean(dim=1, keepdim=True)
    total = (centred * centred).sum(dim=(1, 2))
    gram = centred @ centred.mT if centred.shape[1] <= centred.shape[2] else centred.mT @ centred
    ranks = total**2 / (gram * gram).sum(dim=(1, 2))
    return torch.where(total > ROUNDING**2 * (exact * exact).sum(dim=(1, 2)), ranks, math.nan)


def _gradient_norms(gradient: Tensor, received: Tensor, gram: Tensor | None) -> tuple[Tensor, Tensor]:
    """Norms of d (seeds, n, out) and of d^T x, the weights' gradient.

    |d^T x|^2 = sum over pairs of images of (d_a . d_b) (x_a . x_b): two matrices (n, n) in place of one (out, in),
    where that is less work. In float64, for a gradient of 1e-25 has no square in float32.
    """
    exact = gradient.double()
    n, units, inputs = gradient.shape[1], gradient.shape[2], received.shape[2]
    if gram is not None or 2 * n * (units + inputs) < units * inputs:
        each = exact @ exact.mT
        pairs = gram if gram is not None else received.double() @ received.double().mT
        squares = (each * pairs).sum(dim=(1, 2)).clamp(min=0)
        return each.diagonal(dim1=1, dim2=2).sum(dim=1).sqrt(), squares.sqrt()
    weights = torch.bmm(gradient.mT, received).double()
    return (exact * exact).sum(dim=(1, 2)).sqrt(), (weights * weights).sum(dim=(1, 2)).sqrt()


def _outputs(logits: Tensor, labels: Tensor) -> dict[str, Tensor]:
    logarithms = logits.double().log_softmax(dim=2)
    probabilities = logarithms.exp()
    entropy = -(probabilities * torch.where(probabilities > 0, logarithms, 0.0)).sum(dim=2)
    return {
        "entropy": entropy.mean(dim=1),
        "cross_entropy": -logarithms[:, torch.arange(len(labels)), labels].mean(dim=1),
        "top_probability": probabilities.amax(dim=2).mean(dim=1),
    }
