"""The activations: one registry entry each, with its torch module's name, its formula, its slope and its gain.

Numpy only, so that figures and statistics need no torch; `tests/test_activations.py` holds each against autograd.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from netlib.i18n import N_

Array = NDArray[Any]
Function = Callable[[Array], Array]

LEAK = 0.01
FLAT = 0.05
_FAR = 1e3


@dataclass(frozen=True)
class Activation:
    """A non-linearity: `module` names it in `torch.nn`, `function` and `derivative` take arrays of any shape."""

    name: str
    module: str
    function: Function
    derivative: Function
    formula: str
    summary: str
    torch_gain: float | None = None

    @property
    def gain(self) -> float:
        """The factor that keeps the signal's size: torch's where it has one, else 1/sqrt(E[f(z)^2])."""
        return self.torch_gain if self.torch_gain is not None else _gain_for_standard_normal(self.name)

    @property
    def far_slopes(self) -> tuple[float, float]:
        """Its slope far to the left and far to the right: (0, 1) for relu, (0, 0) for tanh."""
        left, right = self.derivative(np.array([-_FAR, _FAR]))
        return float(left), float(right)

    @property
    def is_rectifier(self) -> bool:
        """Whether one side goes on and the other is cut off, all but a leak."""
        left, right = self.far_slopes
        return abs(left) < 0.5 * abs(right)

    def saturated(self, pre_activation: Array) -> NDArray[np.bool_]:
        """Where the slope is below 5 % of the steepest one: a unit there passes almost no gradient on."""
        return np.abs(self.derivative(pre_activation)) < FLAT * _steepest(self.name)


def sigmoid(z: Array) -> Array:
    """1 / (1 + exp(-z)), without overflow for large |z|."""
    half: Array = 0.5 * (1 + np.tanh(0.5 * z))
    return half


def softplus(z: Array) -> Array:
    """log(1 + exp(z)), without overflow."""
    bent: Array = np.logaddexp(z, 0.0)
    return bent


@lru_cache(maxsize=1)
def _erf_table() -> tuple[Array, Array]:
    grid = np.linspace(-6.0, 6.0, 12_001)
    return grid, np.array([math.erf(x) for x in grid])


def normal_cdf(z: Array) -> Array:
    """The probability that a standard normal number is below z, from a table of `math.erf`: right to 2e-7."""
    probability: Array = 0.5 * (1 + np.interp(z / math.sqrt(2), *_erf_table()))
    return probability


def normal_density(z: Array) -> Array:
    """exp(-z^2/2) / sqrt(2 pi)."""
    density: Array = np.exp(-0.5 * np.square(z)) / math.sqrt(2 * math.pi)
    return density


def _elu(z: Array) -> Array:
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


def _elu_slope(z: Array) -> Array:
    return np.where(z > 0, 1.0, np.exp(np.minimum(z, 0)))


def _within_reach(z: Array) -> Array:
    # Beyond it every slope has reached its limit, while z * z overflows and infinity * 0 is no number.
    return np.clip(z, -100, 100)


def _gelu_slope(z: Array) -> Array:
    z = _within_reach(z)
    slope: Array = normal_cdf(z) + z * normal_density(z)
    return slope


def _silu_slope(z: Array) -> Array:
    z = _within_reach(z)
    s = sigmoid(z)
    slope: Array = s * (1 + z * (1 - s))
    return slope


def _sigmoid_slope(z: Array) -> Array:
    s = sigmoid(z)
    slope: Array = s * (1 - s)
    return slope


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        Activation(
            "sigmoid",
            "Sigmoid",
            sigmoid,
            _sigmoid_slope,
            r"\frac{1}{1+e^{-z}}",
            N_("Squeezes every number into (0, 1); far from zero its slope vanishes."),
            torch_gain=1.0,
        ),
        Activation(
            "tanh",
            "Tanh",
            np.tanh,
            lambda z: 1 - np.tanh(z) ** 2,
            r"\tanh z",
            N_("Squeezes every number into (−1, 1) and keeps zero at zero."),
            torch_gain=5 / 3,
        ),
        Activation(
            "relu",
            "ReLU",
            lambda z: np.maximum(z, 0),
            lambda z: np.where(z > 0, 1.0, 0.0),
            r"\max(0, z)",
            N_("Lets positive numbers through and silences the rest; the usual choice for hidden layers."),
            torch_gain=math.sqrt(2),
        ),
        Activation(
            "leaky_relu",
            "LeakyReLU",
            lambda z: np.where(z > 0, z, LEAK * z),
            lambda z: np.where(z > 0, 1.0, LEAK),
            r"\max(0.01 z, z)",
            N_("Like ReLU, but a silent unit still passes on one hundredth."),
            torch_gain=math.sqrt(2 / (1 + LEAK**2)),
        ),
        Activation(
            "elu",
            "ELU",
            _elu,
            _elu_slope,
            r"z \text{ if } z>0 \text{ else } e^{z}-1",
            N_("Like ReLU above zero, and bends smoothly to −1 below it."),
        ),
        Activation(
            "gelu",
            "GELU",
            lambda z: z * normal_cdf(z),
            _gelu_slope,
            r"z\,\Phi(z)",
            N_("Weighs each number by the chance that a normal one is smaller; usual in transformers."),
        ),
        Activation(
            "silu",
            "SiLU",
            lambda z: z * sigmoid(z),
            _silu_slope,
            r"\frac{z}{1+e^{-z}}",
            N_("Weighs each number by its own sigmoid; dips a little below zero."),
        ),
        Activation(
            "softplus",
            "Softplus",
            softplus,
            sigmoid,
            r"\log(1+e^{z})",
            N_("A smooth ReLU; its output is never exactly zero."),
        ),
        Activation(
            "identity",
            "Identity",
            lambda z: z,
            np.ones_like,
            r"z",
            N_("No non-linearity at all: the stack of layers is one linear map."),
            torch_gain=1.0,
        ),
    )
}


@lru_cache(maxsize=len(ACTIVATIONS))
def _gain_for_standard_normal(name: str) -> float:
    z = np.linspace(-12.0, 12.0, 48_001)
    second_moment = float(np.sum(ACTIVATIONS[name].function(z) ** 2 * normal_density(z)) * (z[1] - z[0]))
    return 1 / math.sqrt(second_moment)


@lru_cache(maxsize=len(ACTIVATIONS))
def _steepest(name: str) -> float:
    return float(np.abs(ACTIVATIONS[name].derivative(np.linspace(-20.0, 20.0, 40_001))).max())
