"""What a person chooses: frozen, checked once where it is made, equal when it means the same. No torch."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

from netlib.activations import ACTIVATIONS
from netlib.bounds import (
    CLASSES,
    DEFAULT_SIZES,
    INPUTS,
    MAX_BATCH,
    SOURCES,
    SPLITS,
    check_activation,
    check_digits,
    check_parameters,
    check_seed,
    check_sizes,
    check_whole,
    check_word,
    count_parameters,
    shown,
)
from netlib.distributions import Distribution
from netlib.i18n import N_
from netlib.initializers import BIAS_SCHEMES, SCHEMES, Fan
from netlib.problem import Problem

NUMBERS = ("std", "value", "bound", "gain")


@dataclass(frozen=True)
class Init:
    """An initialisation: a scheme and, where the scheme takes one, its number; left out, the number is the default.

    `Init("normal", std=0.01)`, `Init("constant", value=0.1)`, `Init("orthogonal", gain=1)`.
    Raises `Problem` for an unknown scheme, a number that the scheme does not take, or one out of bounds.
    """

    scheme: str
    std: float | None = None
    value: float | None = None
    bound: float | None = None
    gain: float | None = None

    def __post_init__(self) -> None:
        if self.scheme not in tuple(SCHEMES):  # a tuple can be asked about a list, too: it has no hash
            raise Problem(
                N_("An initialisation must be one of {allowed}; given: {given}."),
                allowed=", ".join(SCHEMES),
                given=shown(self.scheme),
            )
        number = SCHEMES[self.scheme].number
        for name in NUMBERS:
            given = getattr(self, name)
            if number is None or name != number.name:
                if given is not None:
                    raise Problem(
                        N_("{scheme} takes no {name}; given: {given}."),
                        scheme=self.scheme,
                        name=name,
                        given=shown(given),
                    )
                continue
            chosen = number.default if given is None else given
            if not _is_number(chosen) or not number.low <= chosen <= number.high:
                raise Problem(
                    N_("{name} of {scheme} must be a number from {low} to {high}; given: {given}."),
                    name=name,
                    scheme=self.scheme,
                    low=f"{number.low:g}",
                    high=f"{number.high:g}",
                    given=shown(given),
                )
            object.__setattr__(self, name, float(chosen) + 0.0)  # + 0.0: minus zero and zero are one choice

    @property
    def number(self) -> float | None:
        """The number that the scheme takes, or None."""
        number = SCHEMES[self.scheme].number
        return None if number is None else float(getattr(self, number.name))

    def with_number(self, value: float) -> "Init":
        """The same scheme with another number; raises `Problem` where the scheme takes none."""
        number = SCHEMES[self.scheme].number
        choice: dict[str, Any] = {number.name if number else "std": value}
        return replace(self, **choice)

    def distribution(self, fan: Fan) -> Distribution:
        """The closed form that it draws from in a layer of this fan."""
        return SCHEMES[self.scheme].distribution(fan, self.number if self.number is not None else math.nan)


@dataclass(frozen=True)
class LayerSpec:
    """One `nn.Linear` of the network and the activation behind it (`softmax` behind the last)."""

    index: int
    name: str
    fan_in: int
    fan_out: int
    activation: str
    weight_init: Init
    bias_init: Init

    @property
    def activation_name(self) -> str:
        """The activation's name in `nn.Sequential`: `relu1`, and `softmax` for the last."""
        return self.activation if self.is_output else f"{self.activation}{self.index + 1}"

    @property
    def is_output(self) -> bool:
        """Whether its outputs are the logits."""
        return self.name == "output"

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return (self.fan_in + 1) * self.fan_out

    @property
    def fan(self) -> Fan:
        """What its initialisation may know: the gain before the softmax is 1."""
        return Fan(self.fan_in, self.fan_out, 1.0 if self.is_output else ACTIVATIONS[self.activation].gain)

    @property
    def weight_distribution(self) -> Distribution:
        """What its weights are drawn from."""
        return self.weight_init.distribution(self.fan)

    @property
    def bias_distribution(self) -> Distribution:
        """What its biases are drawn from."""
        return self.bias_init.distribution(self.fan)


def check_weight_init(given: object) -> Init:
    """An `Init`, made from a bare word where one is given; raises `Problem`."""
    return given if isinstance(given, Init) else Init(check_word("weight_init", given, SCHEMES))


def check_bias_init(given: object) -> Init:
    """An `Init` that biases can have; raises `Problem`."""
    scheme = given.scheme if isinstance(given, Init) else given
    check_word("bias_init", scheme, BIAS_SCHEMES)
    return given if isinstance(given, Init) else Init(str(given))


def _is_number(given: Any) -> bool:
    # No isfinite: it overflows for a whole number of 400 digits; the bounds refuse infinity and nan.
    return isinstance(given, int | float) and not isinstance(given, bool)


def _one_each(name: str, given: Any, count: int, check: Any) -> tuple[Any, ...]:
    if isinstance(given, str | Init):
        return (check(given),) * count
    if not isinstance(given, Iterable):
        check(given)  # raises, in the words of the one value
    values = tuple(given)
    if len(values) != count:
        raise Problem(
            N_("{name} must be one value or {count} values, one a layer; given: {given}."),
            name=name,
            count=count,
            given=len(values),
        )
    return tuple(check(value) for value in values)


def _collapsed(values: tuple[Any, ...]) -> Any:
    return values[0] if len(set(values)) == 1 else values


InitChoice = Init | str


@dataclass(frozen=True)
class NetworkSpec:
    """784 inputs, hidden layers, 10 outputs. One value for all layers, or a tuple with one a layer.

    `activation` has one value a hidden layer; `weight_init` and `bias_init` one a hidden layer and one for the output.
    Raises `Problem` for a value out of bounds, or for more than 2,000,000 parameters, before anything is allocated.
    """

    hidden_sizes: tuple[int, ...] = DEFAULT_SIZES
    activation: str | tuple[str, ...] = "relu"
    weight_init: InitChoice | tuple[InitChoice, ...] = "pytorch"
    bias_init: InitChoice | tuple[InitChoice, ...] = "pytorch"
    seed: int = 0

    def __post_init__(self) -> None:
        sizes = check_sizes(self.hidden_sizes)
        check_seed("seed", self.seed)
        hidden = len(sizes)
        activations = _one_each("activation", self.activation, hidden, check_activation)
        weights = _one_each("weight_init", self.weight_init, hidden + 1, check_weight_init)
        biases = _one_each("bias_init", self.bias_init, hidden + 1, check_bias_init)
        object.__setattr__(self, "hidden_sizes", sizes)
        object.__setattr__(self, "activation", _collapsed(activations) if hidden else "relu")
        object.__setattr__(self, "weight_init", _collapsed(weights))
        object.__setattr__(self, "bias_init", _collapsed(biases))
        check_parameters(sizes)

    @cached_property
    def layers(self) -> tuple[LayerSpec, ...]:
        """Every linear layer, first to last: `fc1`, `fc2`, ..., `output`."""
        sizes = (INPUTS, *self.hidden_sizes, CLASSES)
        hidden = len(self.hidden_sizes)
        activations = (*_one_each("activation", self.activation, hidden, str), "softmax")
        weights = _one_each("weight_init", self.weight_init, hidden + 1, check_weight_init)
        biases = _one_each("bias_init", self.bias_init, hidden + 1, check_bias_init)
        return tuple(
            LayerSpec(
                index=i,
                name="output" if i == hidden else f"fc{i + 1}",
                fan_in=fan_in,
                fan_out=fan_out,
                activation=activations[i],
                weight_init=weights[i],
                bias_init=biases[i],
            )
            for i, (fan_in, fan_out) in enumerate(pairwise(sizes))
        )

    @property
    def parameters(self) -> int:
        """Weights and biases of the whole network."""
        return count_parameters(self.hidden_sizes)


@dataclass(frozen=True)
class BatchSpec:
    """Which digits: `source`, `split`, how many, which seed, which classes (None: all), and the image looked at.

    `image` is an index in the batch. Raises `Problem` for a value out of bounds.
    """

    source: str = "bundled"
    split: str = "train"
    size: int = 64
    seed: int = 0
    digits: tuple[int, ...] | None = None
    image: int = 0

    def __post_init__(self) -> None:
        check_word("source", self.source, SOURCES)
        check_word("split", self.split, SPLITS)
        check_whole("size", self.size, 1, MAX_BATCH)
        check_seed("batch_seed", self.seed)
        check_whole("image", self.image, 0, self.size - 1)
        object.__setattr__(self, "digits", check_digits(self.digits))


@dataclass(frozen=True)
class Setup:
    """All that a person can choose: a network and a batch. A URL is a Setup."""

    network: NetworkSpec = NetworkSpec()
    batch: BatchSpec = BatchSpec()
