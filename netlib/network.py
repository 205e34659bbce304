"""From a `NetworkSpec` to `nn.Sequential`, with every tensor drawn from a generator of its own."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import nn

from netlib.activations import ACTIVATIONS
from netlib.initializers import SCHEMES, fill, generator
from netlib.spec import LayerSpec, NetworkSpec
from netlib.trace import Array


def build(spec: NetworkSpec) -> nn.Sequential:
    """The network as the notebook writes it: `fc1`, `relu1`, ..., `output`, `softmax`, float32, on the CPU.

    The same spec gives the same bits, in any thread, whatever else runs: no global generator is read or moved.
    """
    with one_thread():
        return _sequential(spec, lambda layer: _linear(layer, spec.seed))


def restore(spec: NetworkSpec, tensors: Sequence[tuple[Array, Array]]) -> nn.Sequential:
    """The network of a spec with weights of its own: one (weight (out, in), bias (out,)) a layer, copied.

    Raises `RuntimeError` where a shape is not the spec's.
    """

    def linear(layer: LayerSpec) -> nn.Linear:
        made = unfilled(layer.fan_in, layer.fan_out)
        weight, bias = tensors[layer.index]
        made.load_state_dict({"weight": torch.tensor(weight), "bias": torch.tensor(bias)})
        return made

    return _sequential(spec, linear)


class _Unfilled(nn.Linear):
    def reset_parameters(self) -> None:
        pass


def unfilled(fan_in: int, fan_out: int) -> nn.Linear:
    """An `nn.Linear` with whatever its memory held: its own initialisation would move the generator that all share.

    As `torch.nn.utils.skip_init`, which makes every tensor twice and takes eight times as long.
    """
    linear = _Unfilled(fan_in, fan_out)
    linear.__class__ = nn.Linear  # type: ignore[assignment]  # it differs from ours in nothing but that
    return linear


def _sequential(spec: NetworkSpec, linear: Callable[[LayerSpec], nn.Linear]) -> nn.Sequential:
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    for layer in spec.layers:
        modules[layer.name] = linear(layer)
        modules[layer.activation_name] = (
            nn.Softmax(dim=1) if layer.is_output else getattr(nn, ACTIVATIONS[layer.activation].module)()
        )
    return nn.Sequential(modules)


def _linear(layer: LayerSpec, seed: int) -> nn.Linear:
    linear = unfilled(layer.fan_in, layer.fan_out)
    with torch.no_grad():
        for name, init, distribution in (
            ("weight", layer.weight_init, layer.weight_distribution),
            ("bias", layer.bias_init, layer.bias_distribution),
        ):
            source = generator(seed, f"{layer.name}.{name}")
            fill(getattr(linear, name), SCHEMES[init.scheme], distribution, source)
    return linear


@contextmanager
def one_thread() -> Iterator[None]:
    """One intra-op thread for the caller while it is inside: QR gives other bits with two.

    PyTorch keeps the setting for each thread by itself, so callers that overlap do not meet. A thread that
    has one already, as all of the dashboard's have, sees no change at all.
    """
    outside = torch.get_num_threads()  # asked first: only from then on does a thread keep what it is set to
    if outside > 1:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        if outside > 1:
            torch.set_num_threads(outside)
