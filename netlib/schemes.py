"""Every initialisation with every activation on one architecture and batch, many seeds each, one result after another.

What costs most is shared. A tensor's generator knows its seed and its name alone, so all normal schemes scale the same
draws, and all uniform ones: `normal_(0, s)` is s times `normal_(0, 1)`, bit for bit, and `uniform_(-b, b)` is b times
`uniform_(-1, 1)`. So those draws are made once, and multiplied with the images once.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from netlib.activations import ACTIVATIONS
from netlib.distributions import Distribution, Normal, Uniform
from netlib.ensemble import Data, Numbers, Stack, chunks, draw_biases, draw_weights, measure
from netlib.forward import Digits
from netlib.initializers import SCHEMES
from netlib.network import one_thread
from netlib.population import Band, Combination, Grid, bands
from netlib.spec import LayerSpec, NetworkSpec
from netlib.trace import Array


def combinations(grid: Grid, batch: Digits) -> Iterator[Combination | None]:
    """All initialisations x activations, each as soon as it is done: schemes one after another, activations within.

    None comes between pieces of work of some milliseconds to tenths of a second: a place to look up, or to stop.
    Raises `Problem` for a grid whose networks cannot be built.
    """
    with one_thread():
        data = Data.of(batch)
    parts = list(chunks(grid.spec("pytorch", "relu"), grid.seeds, len(data.labels)))
    draws: _Draws | None = None
    for scheme in SCHEMES:
        found: dict[str, Numbers] = {}
        done = 0
        for part in parts:
            # Where all seeds fit at once, what is drawn serves the next scheme too.
            if draws is None or len(parts) > 1:
                draws = _Draws(data, part)
            for activation in ACTIVATIONS:
                spec = grid.spec(scheme, activation)
                stacks = []
                for layer in spec.layers:
                    stacks.append(draws.stack(layer))
                    yield None
                with one_thread():
                    numbers = measure(stacks, data)
                del stacks
                if activation not in found:
                    found[activation] = _room(numbers, len(grid.seeds))
                _write(found[activation], numbers, done)
                yield _combination(scheme, spec, found[activation], data) if part is parts[-1] else None
            done += len(part)
            draws.forget()


def _room(numbers: Numbers, seeds: int) -> Numbers:
    # Written into, not collected: small arrays left between large ones that come and go would keep the heap apart.
    layers = {name: np.full((seeds, *values.shape[1:]), np.nan) for name, values in numbers.layers.items()}
    return Numbers(layers, {name: np.full(seeds, np.nan) for name in numbers.outputs})


def _write(room: Numbers, numbers: Numbers, start: int) -> None:
    for table, rows in ((room.layers, numbers.layers), (room.outputs, numbers.outputs)):
        for name, values in rows.items():
            table[name][start : start + len(values)] = values


class _Draws:
    """The weights and biases of some seeds, kept as long as another combination can use them."""

    def __init__(self, data: Data, seeds: Sequence[int]) -> None:
        self._data = data
        self._seeds = seeds
        self._weights: dict[tuple[int, str, Distribution], Tensor] = {}
        self._products: dict[tuple[int, str, Distribution], Tensor] = {}
        self._biases: dict[int, Tensor] = {}

    def stack(self, layer: LayerSpec) -> Stack:
        """One layer of all networks."""
        with one_thread():
            return self._stack(layer)

    def forget(self) -> None:
        """Lets go of all weights but the unit draws, which most schemes share."""
        for kept in (self._weights, self._products):
            for key in [key for key in kept if key[1]]:
                del kept[key]

    def _stack(self, layer: LayerSpec) -> Stack:
        distribution = layer.weight_distribution
        unit, factor = _unit(distribution)
        key = (layer.index, "" if unit else layer.weight_init.scheme, unit or distribution)
        if key not in self._weights:
            self._weights[key] = draw_weights(layer, unit or distribution, self._seeds)
        weight = self._weights[key]
        if layer.index == 0 and key not in self._products:
            images = self._data.inputs.expand(len(self._seeds), *self._data.inputs.shape)
            self._products[key] = torch.bmm(images, weight.mT)
        if layer.index not in self._biases:
            self._biases[layer.index] = draw_biases(layer, self._seeds)
        return Stack(layer.activation, weight, self._biases[layer.index], factor, self._products.get(key))


def _unit(distribution: Distribution) -> tuple[Distribution | None, float]:
    match distribution:
        case Uniform(bound):
            return Uniform(1.0), bound
        case Normal(std):
            return Normal(1.0), std
    return None, 1.0


def _combination(scheme: str, spec: NetworkSpec, found: Numbers, data: Data) -> Combination:
    layers, outputs = found.layers, found.outputs
    gradient = layers["weight_gradient"]
    first, last = gradient[:, 0], gradient[:, -1]
    columns = {
        "signal": layers["second_moment"] / (float(data.gram.trace()) / data.inputs.numel()),
        "correlation": layers["correlation"],
        "gradient": gradient,
        "gradient_ratio": np.divide(first, last, out=np.full_like(first, np.nan), where=last > 0),
        "saturated": _over_units(layers["saturated"], spec),
        "dead": _over_units(layers["dead"], spec),
        "entropy": outputs["entropy"],
        "cross_entropy": outputs["cross_entropy"],
    }
    every = np.column_stack([*columns.values()])
    whole = bands(every)
    measured, start = {}, 0
    for name, values in columns.items():
        place = start if values.ndim == 1 else slice(start, start + values.shape[1])
        measured[name] = Band(whole.low[place, ...], whole.middle[place, ...], whole.high[place, ...])
        start += 1 if values.ndim == 1 else values.shape[1]
    finite = np.isfinite(columns["signal"]).all(axis=1) & np.isfinite(gradient).all(axis=1)
    activation = spec.activation if isinstance(spec.activation, str) else spec.activation[0]
    return Combination(scheme, activation, len(every), int(finite.sum()), **measured)


def _over_units(shares: Array, spec: NetworkSpec) -> Array:
    units = np.array([layer.fan_out for layer in spec.layers[:-1]], dtype=np.float64)
    return shares[:, :-1] @ units / units.sum() if units.size else np.full(len(shares), np.nan)
