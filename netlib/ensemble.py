"""Many seeds of one network at once: every layer of all of them is one batched product, over [seed, image, unit].

Thirty networks one by one take some four times as long at the default size.
"""

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from netlib.distributions import Distribution
from netlib.forward import Digits
from netlib.initializers import SCHEMES, fill, generator
from netlib.network import one_thread
from netlib.population import Ensemble, joined
from netlib.slopes import ACTIVATION_PAIRS
from netlib.spec import LayerSpec, NetworkSpec
from netlib.stats.curves import saturated_zones
from netlib.stats.flow import ROUNDING
from netlib.trace import Array, frozen

_aten = torch.ops.aten
_kept = threading.local()

CHUNK_BYTES = 64 * 2**20
"""So much is held at once, for as many seeds as fit: weights, their gradient, signals and Gram matrices."""

CACHE_BYTES = 16 * 2**20
"""So much where all seeds are wanted at once: fresh memory, which the system clears first, is seldom asked for."""

KEPT = 2 * 2**20
"""For so many floats of weights, 8 MiB, a thread keeps the memory from one ensemble to the next."""

LINE = 16
"""Floats of a cache line: the last bits of a product depend on whether its matrices start at the start of one."""


def ensemble(spec: NetworkSpec, seeds: Sequence[int], batch: Digits, *, ranks: bool = False) -> Ensemble:
    """The numbers of a spec's networks with each of these seeds, instead of its own, on one batch.

    The weights are those of `build`, bit for bit. The numbers are those of `stats.flow` on `run` and `gradients`: up to
    the order of sums, within 1e-6 of the largest of a layer while the signal stays within float32. `ranks` also finds
    the effective ranks, which cost another product a layer.
    """
    return joined(list(parts(spec, seeds, batch, ranks=ranks, room_for=CACHE_BYTES)))


def parts(
    spec: NetworkSpec, seeds: Sequence[int], batch: Digits, *, ranks: bool = False, room_for: int | None = None
) -> Iterator[Ensemble]:
    """The same, some seeds at a time, as many as fit into so many bytes, or else into `CHUNK_BYTES`."""
    with one_thread():
        data = Data.of(batch)
    names = tuple(layer.name for layer in spec.layers)
    for some in chunks(spec, seeds, len(data.labels), room_for):
        with one_thread():
            stacks = [
                Stack(
                    layer.activation,
                    draw_weights(layer, layer.weight_distribution, some, made),
                    draw_biases(layer, some),
                )
                for layer, made in zip(spec.layers, _rooms(spec, len(some)), strict=True)
            ]
            numbers = measure(stacks, data, ranks=ranks)
            del stacks  # before the next seeds are drawn
        frozen_numbers = {name: frozen(array) for name, array in (numbers.layers | numbers.outputs).items()}
        yield Ensemble(seeds=tuple(some), names=names, **frozen_numbers)


def chunks(
    spec: NetworkSpec, seeds: Sequence[int], images: int, room_for: int | None = None
) -> Iterator[Sequence[int]]:
    """The seeds, so many at a time that they need no more bytes than there is room for; at least one at a time."""
    units = sum(layer.fan_out for layer in spec.layers)
    each = 8 * spec.parameters + 40 * images * units + 32 * images * images
    most = max((CHUNK_BYTES if room_for is None else room_for) // each, 1)
    for start in range(0, len(seeds), most):
        yield seeds[start : start + most]


def room(seeds: int, rows: int, columns: int) -> Tensor:
    """Memory for matrices (seeds, rows, columns), each of which starts at the start of a cache line."""
    return matrices(torch.empty(seeds * padded(rows * columns)), seeds, rows, columns)


def matrices(flat: Tensor, seeds: int, rows: int, columns: int) -> Tensor:
    """A tensor of seeds * padded(rows * columns) as such matrices."""
    return flat.view(seeds, padded(rows * columns))[:, : rows * columns].view(seeds, rows, columns)


def padded(count: int) -> int:
    """The next multiple of `LINE`."""
    return -(-count // LINE) * LINE


def _rooms(spec: NetworkSpec, seeds: int) -> list[Tensor]:
    """Memory for the weights of all layers: where that is little, this thread's own, over and over."""
    sizes = [seeds * padded(layer.fan_out * layer.fan_in) for layer in spec.layers]
    flat: Tensor | None = getattr(_kept, "flat", None)
    if flat is None or len(flat) < sum(sizes):
        flat = torch.empty(sum(sizes))
        if len(flat) <= KEPT:
            _kept.flat = flat
    pieces = zip(torch.split(flat[: sum(sizes)], sizes), spec.layers, strict=True)
    return [matrices(piece, seeds, layer.fan_out, layer.fan_in) for piece, layer in pieces]


def draw_weights(
    layer: LayerSpec, distribution: Distribution, seeds: Sequence[int], made: Tensor | None = None
) -> Tensor:
    """A layer's weights (seeds, out, in), each seed's drawn as `build` draws them, but from this distribution.

    made: what they are written into, if not memory of their own.
    """
    made = room(len(seeds), layer.fan_out, layer.fan_in) if made is None else made
    scheme = SCHEMES[layer.weight_init.scheme]
    for one, seed in zip(made, seeds, strict=True):
        fill(one, scheme, distribution, generator(seed, f"{layer.name}.weight"))
    return made


def draw_biases(layer: LayerSpec, seeds: Sequence[int]) -> Tensor:
    """A layer's biases (seeds, 1, out), each seed's those of `build`."""
    made = torch.empty(len(seeds), 1, layer.fan_out)
    scheme, distribution = SCHEMES[layer.bias_init.scheme], layer.bias_distribution
    for one, seed in zip(made, seeds, strict=True):
        fill(one[0], scheme, distribution, generator(seed, f"{layer.name}.bias"))
    return made


@dataclass(frozen=True, eq=False)
class Data:
    """A batch as all networks get it: inputs (n, 784), labels (n,), the inputs' products with each other (n, n).

    count: how many of the n images are the batch; the others, the first one again, fill whole cache lines.
    """

    inputs: Tensor
    labels: Tensor
    gram: Tensor
    count: int

    @classmethod
    def of(cls, batch: Digits, *, filled: bool = False) -> "Data":
        """The batch's images flattened; the products in float64. filled: up to a multiple of `LINE`."""
        inputs, labels = torch.tensor(batch.images).flatten(start_dim=1), torch.tensor(batch.labels)
        count = len(labels)
        if filled:
            chosen = torch.arange(padded(count))
            chosen[count:] = 0
            inputs, labels = inputs[chosen], labels[chosen]
        exact = inputs.double()
        return cls(inputs, labels, exact @ exact.T, count)


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


def measure(stacks: Sequence[Stack], data: Data, *, ranks: bool = False, whole: bool = True) -> Numbers:
    """Forward and back through all networks of some stacks, and the numbers on the way.

    whole: else mean, before_gradient and, but for the last layer, correlation are left out.
    """
    count = data.count
    rows: dict[str, list[Tensor]] = {}

    def note(**numbers: Tensor) -> None:
        for name, number in numbers.items():
            rows.setdefault(name, []).append(number)

    with torch.inference_mode():
        received = [data.inputs.expand(len(stacks[0].weight), *data.inputs.shape)]
        signals = []
        for stack in stacks:
            last = stack is stacks[-1]
            before = _before(stack, received[-1])
            after = _softmax(before, like_torch=ranks) if last else ACTIVATION_PAIRS[stack.activation][0](before)
            signals.append(before)
            received.append(after)
            if count < len(data.labels):
                before, after = before[:, :count], after[:, :count]
            note(**_moments(before, whole=whole, last=last))
            note(saturated=_saturated(stack.activation, before), dead=_dead(after))
            if ranks:
                note(rank=_ranks(after))
        outputs = _outputs(signals[-1][:, :count], data.labels[:count])
        slope = _slope(signals[-1], data.labels, count)
        for i in reversed(range(len(stacks))):
            note(weight_gradient=_weight_gradient(slope, received[i], data.gram if i == 0 else None))
            if whole:
                note(before_gradient=_norm(slope))
            if i:
                slope = _through(stacks[i], slope)
                slope = ACTIVATION_PAIRS[stacks[i - 1].activation][1](slope, signals[i - 1], received[i])
        for name in rows.keys() & {"weight_gradient", "before_gradient"}:
            rows[name].reverse()
        layers = {name: torch.stack(found, dim=1).numpy() for name, found in rows.items()}
    overflowed = ~np.isfinite(layers["second_moment"])
    for name in layers.keys() & {"mean", "second_moment", "saturated"}:
        layers[name][overflowed] = math.nan
    layers["correlation"][overflowed[:, -layers["correlation"].shape[1] :]] = math.nan
    return Numbers(layers, {name: found.numpy() for name, found in outputs.items()})


def _before(stack: Stack, received: Tensor) -> Tensor:
    if stack.product is not None:
        return torch.add(stack.bias, stack.product, alpha=stack.factor)
    return torch.baddbmm(stack.bias, received, stack.weight.mT, alpha=stack.factor)


def _through(stack: Stack, slope: Tensor) -> Tensor:
    back = torch.bmm(slope, stack.weight)
    return back if stack.factor == 1.0 else back.mul_(stack.factor)


def _norm(values: Tensor) -> Tensor:
    # In float64, for a gradient of 1e-25 has no square in float32.
    norms: Tensor = torch.linalg.vector_norm(values, dim=(1, 2), dtype=torch.float64)
    return norms


def _moments(before: Tensor, *, whole: bool, last: bool) -> dict[str, Tensor]:
    count = before[0].numel()
    if not whole and not last:
        return {"second_moment": _norm(before).square_().div_(count)}
    exact = before.double()
    squares = torch.linalg.vecdot(exact, exact)
    found = {"second_moment": squares.sum(dim=1) / count, "correlation": _correlation(exact, squares)}
    return {**found, "mean": exact.sum(dim=(1, 2)) / count} if whole else found


def _correlation(exact: Tensor, squares: Tensor) -> Tensor:
    lengths = squares.sqrt()
    inverse = torch.where(lengths > 0, 1 / lengths, 0.0)
    pointing = (lengths > 0).sum(dim=1)
    total = torch.bmm(inverse[:, None], exact)[:, 0]
    pairs = (pointing * (pointing - 1)).double()
    # With unit vectors u: |sum of u|^2 = n + 2 x the sum over pairs; 0 / 0 where there is no pair.
    correlation = ((total * total).sum(dim=1) - pointing) / pairs
    return torch.where(pairs > 0, correlation.clamp(-1, 1), math.nan)


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
    # A sum of sizes is zero where each of them is, and many times as quick as comparisons.
    dead = after.abs().sum(dim=1) == 0
    return dead.double().mean(dim=1)


def _ranks(after: Tensor) -> Tensor:
    exact = after.to(torch.float64, copy=True)  # written over below: each matrix more is fresh memory
    largest = exact.abs().amax(dim=(1, 2), keepdim=True)
    exact.div_(torch.where(largest > 0, largest, 1.0))
    whole = (exact * exact).sum(dim=(1, 2))
    centred = exact.sub_(exact.mean(dim=1, keepdim=True))
    total = (centred * centred).sum(dim=(1, 2))
    gram = centred @ centred.mT if centred.shape[1] <= centred.shape[2] else centred.mT @ centred
    ranks = total**2 / (gram * gram).sum(dim=(1, 2))
    return torch.where(total > ROUNDING**2 * whole, ranks, math.nan)


def _weight_gradient(slope: Tensor, received: Tensor, gram: Tensor | None) -> Tensor:
    """The norms of d^T x, the weights' gradient, from d (seeds, n, out) and x (seeds, n, in).

    |d^T x|^2 = sum over pairs of images of (d_a . d_b) (x_a . x_b): two matrices (n, n) in place of one (out, in),
    where that is less work.
    """
    n, units, inputs = slope.shape[1], slope.shape[2], received.shape[2]
    if gram is not None or 2 * n * (units + inputs) < units * inputs:
        exact = slope.double()
        each = exact @ exact.mT
        pairs = gram if gram is not None else received.double() @ received.double().mT
        return each.mul_(pairs).sum(dim=(1, 2)).clamp_(min=0).sqrt_()
    return _norm(torch.bmm(slope.mT, received, out=room(len(slope), units, inputs)))


# Of ten numbers in the last of three dimensions a softmax takes ten times as long as in the second.


def _softmax(logits: Tensor, *, like_torch: bool) -> Tensor:
    # The rank of probabilities that hardly differ is made of their last bits: there they are those of nn.Softmax.
    return logits.softmax(dim=2) if like_torch else logits.mT.softmax(dim=1).mT


def _outputs(logits: Tensor, labels: Tensor) -> dict[str, Tensor]:
    """The numbers of the logits (seeds, n, 10)."""
    logarithms = logits.mT.double().log_softmax(dim=1)
    probabilities = logarithms.exp()
    entropy = -(probabilities * torch.where(probabilities > 0, logarithms, 0.0)).sum(dim=1)
    return {
        "entropy": entropy.mean(dim=1),
        "cross_entropy": -logarithms[:, labels, torch.arange(len(labels))].mean(dim=1),
        "top_probability": probabilities.amax(dim=1).mean(dim=1),
    }


def _slope(logits: Tensor, labels: Tensor, count: int) -> Tensor:
    """Each network's gradient of its mean cross-entropy over the first images at its logits, as autograd finds it."""
    # To the last bit: behind equal weights the classes' slopes cancel, and what is left of them is those bits.
    logarithms = logits.log_softmax(dim=2)
    received = torch.zeros(logarithms.shape[1:])
    received[torch.arange(count), labels[:count]] = -1 / count
    slope: Tensor = _aten._log_softmax_backward_data(received.expand(logarithms.shape), logarithms, 2, torch.float32)
    return slope
