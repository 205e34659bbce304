"""From a `NetworkSpec` to `nn.Sequential`, with every tensor drawn from a generator of its own."""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn.utils import skip_init

from netlib.activations import ACTIVATIONS
from netlib.initializers import SCHEMES, fill, generator
from netlib.spec import LayerSpec, NetworkSpec


def build(spec: NetworkSpec) -> nn.Sequential:
    """The network as the notebook writes it: `fc1`, `relu1`, ..., `output`, `softmax`, float32, on the CPU.

    The same spec gives the same bits, in any thread, whatever else runs: no global generator is read or moved.
    """
    modules: OrderedDict[str, nn.Module] = OrderedDict()
    with one_thread():
        for layer in spec.layers:
            modules[layer.name] = _linear(layer, spec.seed)
            modules[layer.activation_name] = (
                nn.Softmax(dim=1) if layer.is_output else getattr(nn, ACTIVATIONS[layer.activation].module)()
            )
    return nn.Sequential(modules)


def _linear(layer: LayerSpec, seed: int) -> nn.Linear:
    # Linear's own initialisation must not run: it would move the global generator that all visitors share.
    linear: nn.Linear = skip_init(nn.Linear, layer.fan_in, layer.fan_out)  # type: ignore[no-untyped-call]
    with torch.no_grad():
        for name, init, distribution in (
            ("weight", layer.weight_init, layer.weight_distribution),
            ("bias", layer.bias_init, layer.bias_distribution),
        ):
            source = generator(seed, f"{layer.name}.{name}")
            fill(getattr(linear, name), SCHEMES[init.scheme], distribution, source)
    return linear


_lock = threading.Lock()
_inside = 0
_outside_threads = 1


@contextmanager
def one_thread() -> Iterator[None]:
    """One intra-op thread while any caller is inside: QR and large sums give other bits with two.

    The setting belongs to the process, so callers are counted: the first one in changes it, the last one out restores
    it. A process that has set one thread itself, as the dashboard does at its start, sees no change at all.
    """
    global _inside, _outside_threads  # noqa: PLW0603 - the setting that it guards is global too
    with _lock:
        if not _inside:
            _outside_threads = torch.get_num_threads()
        _inside += 1
        if _outside_threads > 1:
            torch.set_num_threads(1)
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside and _outside_threads > 1:
                torch.set_num_threads(_outside_threads)
