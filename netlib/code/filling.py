"""The line that fills one tensor as its initialisation says, in the notebook's style or in today's.

Both give `netlib.build`'s bits: a bound or a width is written as the formula that a student knows where that formula
gives the same number, and as the plain number where it does not.
"""

import math
import struct
from typing import Literal

from netlib.activations import ACTIVATIONS, LEAK
from netlib.code.layout import call
from netlib.distributions import Constant, Distribution, Normal, SparseNormal, TruncatedNormal, Uniform, UnitVectorEntry
from netlib.spec import Init, LayerSpec

Style = Literal["notebook", "modern"]
STYLES: tuple[Style, ...] = ("notebook", "modern")

# What nn.init's `nonlinearity` calls our activations; for the others its `calculate_gain` has no answer.
_NONLINEARITY = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "relu", "leaky_relu": "leaky_relu", "identity": "linear"}


def weight_lines(layer: LayerSpec, tensor: str, style: Style) -> list[str]:
    """Fills the weight of a layer; `tensor` is the expression that names it, such as `model.fc1.weight`."""
    return _lines(layer, "weight", layer.weight_init, layer.weight_distribution, tensor, style)


def bias_lines(layer: LayerSpec, tensor: str, style: Style) -> list[str]:
    """Fills the bias of a layer."""
    return _lines(layer, "bias", layer.bias_init, layer.bias_distribution, tensor, style)


def draws(init: Init, distribution: Distribution) -> bool:
    """Whether random numbers are needed."""
    return not isinstance(distribution, Constant) and not (isinstance(distribution, TruncatedNormal) and not init.std)


def _lines(layer: LayerSpec, part: str, init: Init, distribution: Distribution, tensor: str, style: Style) -> list[str]:
    source = f'generator=generator("{layer.name}.{part}")'
    if style == "modern":
        named = _by_name(layer, part, init, tensor)
        if named is not None:
            function, arguments = named
            return call(f"nn.init.{function}(", [*arguments, source])
    match distribution:
        case TruncatedNormal(scale) if scale:
            cut = 2 * scale
            arguments = [tensor, f"std={scale!r}", f"a={-cut!r}", f"b={cut!r}", source]
            return call("nn.init.trunc_normal_(", arguments)
        case UnitVectorEntry(gain=gain):
            return call("nn.init.orthogonal_(", [tensor, f"gain={gain!r}", source])
        case SparseNormal(scale):
            return call("sparse_(", [tensor, f"std={scale!r}", source])
    name, numbers = _plain(layer, init, distribution)
    arguments = [*numbers, *([source] if draws(init, distribution) else [])]
    if style == "notebook":
        return call(f"{tensor}.data.{name}_(" if "." in tensor or "[" in tensor else f"{tensor}.{name}_(", arguments)
    if name == "fill":
        constant = float(numbers[0])
        return call("nn.init.constant_(", [tensor, numbers[0]]) if constant else call("nn.init.zeros_(", [tensor])
    return call(f"nn.init.{name}_(", [tensor, *arguments])


def _by_name(layer: LayerSpec, part: str, init: Init, tensor: str) -> tuple[str, list[str]] | None:
    if part == "bias":
        return None
    match init.scheme:
        case "pytorch":
            return "kaiming_uniform_", [tensor, "a=math.sqrt(5)"]
        case "xavier_uniform" | "xavier_normal":
            return f"{init.scheme}_", [tensor]
        case "kaiming_uniform" | "kaiming_normal":
            word = "linear" if layer.is_output else _NONLINEARITY.get(layer.activation)
            if word is None:
                return None
            slope = [f"a={LEAK!r}"] if word == "leaky_relu" else []
            return f"{init.scheme}_", [tensor, *slope, f'nonlinearity="{word}"']
    return None


def _plain(layer: LayerSpec, init: Init, distribution: Distribution) -> tuple[str, list[str]]:
    match distribution:
        case Constant(value):
            return "fill", [_number(value)]
        case TruncatedNormal():
            return "fill", ["0"]
        case Uniform(bound):
            written = _bound(layer, init, bound)
            return "uniform", [f"-{written}", written]
        case Normal(std):
            return "normal", ["0", _std(layer, init, std)]
    raise TypeError(f"{type(distribution).__name__} has no line of its own")


def _bound(layer: LayerSpec, init: Init, bound: float) -> str:
    inputs, units, gain = layer.fan_in, layer.fan_out, layer.fan.gain
    formulas = {
        "pytorch": (f"1 / math.sqrt({inputs})", 1 / math.sqrt(inputs)),
        "xavier_uniform": (f"math.sqrt(6 / ({inputs} + {units}))", math.sqrt(6 / (inputs + units))),
        "kaiming_uniform": (f"{_gain(layer)} * math.sqrt(3 / {inputs})", gain * math.sqrt(3 / inputs)),
    }
    formula, value = formulas.get(init.scheme, ("", math.nan))
    # uniform_ works with float32 bounds, so that is where the two must agree.
    return formula if _single(value) == _single(bound) else _number(bound)


def _std(layer: LayerSpec, init: Init, std: float) -> str:
    inputs, units, gain = layer.fan_in, layer.fan_out, layer.fan.gain
    formulas = {
        "xavier_normal": (f"math.sqrt(2 / ({inputs} + {units}))", math.sqrt(2 / (inputs + units))),
        "kaiming_normal": (f"{_gain(layer)} / math.sqrt({inputs})", gain / math.sqrt(inputs)),
        "lecun_normal": (f"1 / math.sqrt({inputs})", 1 / math.sqrt(inputs)),
    }
    formula, value = formulas.get(init.scheme, ("", math.nan))
    return formula if value == std else _number(std)


def _gain(layer: LayerSpec) -> str:
    if layer.is_output or layer.activation in ("sigmoid", "identity"):
        return "1"
    known = {"relu": "math.sqrt(2)", "tanh": "5 / 3", "leaky_relu": f"math.sqrt(2 / (1 + {LEAK!r}**2))"}
    return known.get(layer.activation) or repr(ACTIVATIONS[layer.activation].gain)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _single(value: float) -> float:
    rounded: float = struct.unpack("f", struct.pack("f", value))[0]
    return rounded
