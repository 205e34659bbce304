"""What the tests compare with: PyTorch's own functions, scipy's distributions, and arbitrary valid Setups.

Nothing here calls the code that it judges: `netlib` is imported for its dataclasses alone.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from scipy import stats
from torch import nn

from netlib.spec import BatchSpec, Init, NetworkSpec, Setup

ACTIVATION_NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "identity")
NUMBER_NAMES = {
    "constant": "value",
    "normal": "std",
    "uniform": "bound",
    "trunc_normal": "std",
    "orthogonal": "gain",
    "sparse": "std",
}
PLAIN_SCHEMES = (
    "pytorch",
    "zeros",
    "xavier_uniform",
    "xavier_normal",
    "kaiming_uniform",
    "kaiming_normal",
    "lecun_normal",
)
BIAS_WORDS = ("pytorch", "zeros", "constant", "normal")

# torch.nn.init.calculate_gain, by our words; its documentation has no entry for the others.
TORCH_GAIN_WORDS = {
    "sigmoid": ("sigmoid", None),
    "tanh": ("tanh", None),
    "relu": ("relu", None),
    "leaky_relu": ("leaky_relu", 0.01),
    "identity": ("linear", None),
}


@dataclass(frozen=True)
class Layer:
    """A linear layer as an oracle sees it: a shape, the word of its activation and that activation's gain."""

    fan_in: int
    fan_out: int
    activation: str = "relu"

    @property
    def gain(self) -> float:
        word, slope = TORCH_GAIN_WORDS[self.activation]
        return float(nn.init.calculate_gain(word, slope))  # type: ignore[arg-type]


def _kaiming(fill: Callable[..., Any]) -> Callable[..., Any]:
    def with_gain_of(weight: torch.Tensor, layer: Layer, number: float | None, generator: torch.Generator) -> None:
        word, slope = TORCH_GAIN_WORDS[layer.activation]
        fill(weight, a=slope or 0, mode="fan_in", nonlinearity=word, generator=generator)

    return with_gain_of


# One line a scheme: how torch.nn.init fills (fan_out, fan_in) from a generator. LeCun's and the sparse one are missing
# there (torch's `sparse_` cannot be seeded by a generator): None, and tests of their own.
TORCH_FILL: dict[str, Callable[..., Any] | None] = {
    # what nn.Linear.reset_parameters calls
    "pytorch": lambda w, layer, number, g: nn.init.kaiming_uniform_(w, a=math.sqrt(5), generator=g),
    "zeros": lambda w, layer, number, g: nn.init.zeros_(w),
    "constant": lambda w, layer, number, g: nn.init.constant_(w, number),
    "normal": lambda w, layer, number, g: nn.init.normal_(w, std=number, generator=g),
    "uniform": lambda w, layer, number, g: nn.init.uniform_(w, -number, number, generator=g),
    "trunc_normal": lambda w, layer, number, g: nn.init.trunc_normal_(w, 0.0, number, -2 * number, 2 * number, g),
    "xavier_uniform": lambda w, layer, number, g: nn.init.xavier_uniform_(w, gain=1.0, generator=g),
    "xavier_normal": lambda w, layer, number, g: nn.init.xavier_normal_(w, gain=1.0, generator=g),
    "kaiming_uniform": _kaiming(nn.init.kaiming_uniform_),
    "kaiming_normal": _kaiming(nn.init.kaiming_normal_),
    "lecun_normal": None,
    "orthogonal": lambda w, layer, number, g: nn.init.orthogonal_(w, gain=number, generator=g),
    "sparse": None,
}

# One line a scheme: the textbook's distribution of one weight, as scipy has it. None: a single number, no density.
# Glorot and Bengio 2010 eq. 16 (Xavier), He et al. 2015 eq. 10 (Kaiming), LeCun et al. 1998 sec. 4.6; a coordinate of a
# random unit vector in n dimensions is 2 Beta((n - 1)/2, (n - 1)/2) - 1 (Saxe et al. 2014 draw such matrices).
CLOSED_FORM: dict[str, Callable[[Layer, float], Any]] = {
    "pytorch": lambda layer, number: _box(1 / math.sqrt(layer.fan_in)),
    "zeros": lambda layer, number: None,
    "constant": lambda layer, number: None,
    "normal": lambda layer, number: stats.norm(0, number),
    "uniform": lambda layer, number: _box(number),
    "trunc_normal": lambda layer, number: stats.truncnorm(-2, 2, 0, number),
    "xavier_uniform": lambda layer, number: _box(math.sqrt(6 / (layer.fan_in + layer.fan_out))),
    "xavier_normal": lambda layer, number: stats.norm(0, math.sqrt(2 / (layer.fan_in + layer.fan_out))),
    "kaiming_uniform": lambda layer, number: _box(layer.gain * math.sqrt(3 / layer.fan_in)),
    "kaiming_normal": lambda layer, number: stats.norm(0, layer.gain / math.sqrt(layer.fan_in)),
    "lecun_normal": lambda layer, number: stats.norm(0, 1 / math.sqrt(layer.fan_in)),
    "orthogonal": lambda layer, number: _unit_vector_entry(max(layer.fan_in, layer.fan_out), number),
    "sparse": lambda layer, number: stats.norm(0, number),  # of what is not zero
}


def _box(bound: float) -> Any:
    return stats.uniform(-bound, 2 * bound)


def _unit_vector_entry(size: int, length: float) -> Any:
    return stats.beta((size - 1) / 2, (size - 1) / 2, -length, 2 * length)


def numbers(value: Any) -> np.ndarray:
    """A tensor as float64, so that sums of it do not round."""
    return np.asarray(value.detach() if isinstance(value, torch.Tensor) else value, dtype=np.float64)


# Arbitrary valid choices. The words stand here once more, so that a word lost from the registry is noticed.

seeds = st.integers(0, 2**32 - 1)


def inits(words: tuple[str, ...] = (*PLAIN_SCHEMES, *NUMBER_NAMES)) -> st.SearchStrategy[Init]:
    """Any Init, with any number that its scheme allows, subnormal ones too."""

    def of(word: str) -> st.SearchStrategy[Init]:
        if word not in NUMBER_NAMES:
            return st.just(Init(word))
        low = -100.0 if word == "constant" else 0.0
        return st.floats(low, 100.0).map(lambda number: Init(word, **{NUMBER_NAMES[word]: number}))

    return st.sampled_from(words).flatmap(of)


@st.composite
def networks(draw: st.DrawFn, most_layers: int = 30, most_units: int = 1_024) -> NetworkSpec:
    """Any NetworkSpec that may be built: one value for all layers, or one a layer."""
    count = draw(st.integers(0, most_layers))
    width = st.integers(1, most_units)
    sizes, left = [], 2_000_000
    fan_in = 784
    for i in range(count):
        # What is still to come needs at least one unit a layer, and ten outputs.
        room = (left - 2 * (count - i) - 10 * (most_units + 1)) // (fan_in + 1)
        sizes.append(min(draw(width), max(room, 1)))
        left -= (fan_in + 1) * sizes[-1]
        fan_in = sizes[-1]

    def alike_or_each(one: st.SearchStrategy[Any], n: int) -> Any:
        return draw(one | st.tuples(*[one] * n)) if n else draw(one)

    return NetworkSpec(
        hidden_sizes=tuple(sizes),
        activation=alike_or_each(st.sampled_from(ACTIVATION_NAMES), count),
        weight_init=alike_or_each(inits(), count + 1),
        bias_init=alike_or_each(inits(BIAS_WORDS), count + 1),
        seed=draw(seeds),
    )


@st.composite
def batches(draw: st.DrawFn) -> BatchSpec:
    """Any BatchSpec."""
    size = draw(st.integers(1, 256))
    return BatchSpec(
        source=draw(st.sampled_from(("bundled", "full"))),
        split=draw(st.sampled_from(("train", "test"))),
        size=size,
        seed=draw(seeds),
        digits=draw(st.none() | st.sets(st.integers(0, 9), min_size=1).map(tuple)),
        image=draw(st.integers(0, size - 1)),
    )


def setups(**limits: int) -> st.SearchStrategy[Setup]:
    """Any Setup."""
    return st.builds(Setup, networks(**limits), batches())


@dataclass(frozen=True)
class Digits:
    """Random images that stand in for a batch; the bundled digits have their turn in test_notebook.py."""

    images: np.ndarray
    labels: np.ndarray


def noise(n: int, seed: int = 0, high: float = 1.0) -> Digits:
    """n images of numbers from -1 to `high`: below 1 they have a mean, as handwriting has."""
    rng = np.random.default_rng(seed)
    return Digits(rng.uniform(-1, high, (n, 1, 28, 28)).astype(np.float32), rng.integers(0, 10, n))
