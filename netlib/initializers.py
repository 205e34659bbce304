"""The initialisations: one registry entry each, with the distribution that it draws from and how it fills a tensor.

Formulas are those of `torch.nn.init`, to the last bit where torch has the scheme. Sources: Glorot and Bengio 2010
(Xavier), He et al. 2015 (Kaiming), LeCun et al. 1998, Saxe et al. 2014 (orthogonal), Martens 2010 (sparse).
"""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netlib.distributions import (
    Constant,
    Distribution,
    Normal,
    SparseNormal,
    TruncatedNormal,
    Uniform,
    UnitVectorEntry,
)
from netlib.i18n import N_

if TYPE_CHECKING:
    from torch import Generator, Tensor

SPARSITY = 0.9
_DEFAULT_GAIN = math.sqrt(2.0 / (1 + math.sqrt(5) ** 2))  # nn.Linear starts with kaiming_uniform_(a=sqrt(5))


@dataclass(frozen=True)
class Fan:
    """What a scheme may know of a layer: inputs a unit, units, and the gain of the activation that follows."""

    fan_in: int
    fan_out: int
    gain: float


@dataclass(frozen=True)
class Number:
    """The one number that a scheme takes: its name in `Init`, its default, and its bounds."""

    name: str
    default: float
    low: float = 0.0
    high: float = 100.0


Fill = Callable[["Tensor", "Generator", Distribution], None]


@dataclass(frozen=True)
class Scheme:
    """A way to fill a tensor: the distribution that it implies for a layer, its formula, its number if it has one."""

    name: str
    distribution: Callable[[Fan, float], Distribution]
    formula: str
    summary: str
    number: Number | None = None
    fill: Fill | None = None


def generator(seed: int, name: str) -> "Generator":
    """A generator of its own for one tensor, seeded by the first 63 bits of SHA-256 of `seed:name`."""
    import torch

    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def fill(tensor: "Tensor", scheme: Scheme, distribution: Distribution, source: "Generator") -> None:
    """Fills a tensor in place from a scheme's distribution, drawing from `source` alone."""
    (scheme.fill or _draw)(tensor, source, distribution)


def _draw(tensor: "Tensor", source: "Generator", distribution: Distribution) -> None:
    match distribution:
        case Constant(value):
            tensor.fill_(value)
        case Uniform(bound):
            tensor.uniform_(-bound, bound, generator=source)
        case Normal(std):
            tensor.normal_(0.0, std, generator=source)
        case TruncatedNormal(scale):
            from torch.nn.init import trunc_normal_

            if scale:
                trunc_normal_(tensor, std=scale, a=-2 * scale, b=2 * scale, generator=source)
            else:
                tensor.zero_()
        case _:
            raise TypeError(f"{type(distribution).__name__} needs a fill of its own")


def _fill_orthogonal(tensor: "Tensor", source: "Generator", distribution: Distribution) -> None:
    from torch.nn.init import orthogonal_

    assert isinstance(distribution, UnitVectorEntry)
    orthogonal_(tensor, gain=distribution.gain, generator=source)


def _fill_sparse(tensor: "Tensor", source: "Generator", distribution: Distribution) -> None:
    # Not torch's own `sparse_`: it shuffles with the global generator even when it is given one.
    import torch

    assert isinstance(distribution, SparseNormal)
    units = tensor.shape[0]
    tensor.normal_(0.0, distribution.scale, generator=source)
    order = torch.rand(tensor.shape, generator=source).argsort(dim=0)
    tensor.scatter_(0, order[: _zeros_a_column(units)], 0.0)


def _zeros_a_column(units: int) -> int:
    return math.ceil(SPARSITY * units)


def _xavier_std(fan: Fan) -> float:
    return math.sqrt(2.0 / float(fan.fan_in + fan.fan_out))


def _kaiming_std(fan: Fan) -> float:
    return fan.gain / math.sqrt(fan.fan_in)


SCHEMES: dict[str, Scheme] = {
    scheme.name: scheme
    for scheme in (
        Scheme(
            "pytorch",
            lambda fan, _: Uniform(math.sqrt(3.0) * (_DEFAULT_GAIN / math.sqrt(fan.fan_in))),
            r"U\left(-\tfrac{1}{\sqrt{n_{in}}},\ \tfrac{1}{\sqrt{n_{in}}}\right)",
            N_("What nn.Linear does by itself: uniform within 1/√fan_in, for weights and biases."),
        ),
        Scheme(
            "zeros",
            lambda fan, _: Constant(0.0),
            "0",
            N_("All zero: every unit of a layer computes the same and learns the same."),
        ),
        Scheme(
            "constant",
            lambda fan, number: Constant(number),
            "c",
            N_("One number everywhere: the units of a layer stay equal for ever."),
            Number("value", 0.1, low=-100.0),
        ),
        Scheme(
            "normal",
            lambda fan, number: Normal(number),
            r"\mathcal{N}(0,\ \sigma^2)",
            N_("A bell curve of a width that you choose, whatever the layer's size."),
            Number("std", 0.01),
        ),
        Scheme(
            "uniform",
            lambda fan, number: Uniform(number),
            r"U(-b,\ b)",
            N_("Evenly between −b and b, whatever the layer's size."),
            Number("bound", 0.05),
        ),
        Scheme(
            "trunc_normal",
            lambda fan, number: TruncatedNormal(number),
            r"\mathcal{N}(0,\ \sigma^2)\ \text{cut at}\ \pm 2\sigma",
            N_("A bell curve without its tails: what lies beyond two standard deviations is drawn again."),
            Number("std", 0.02),
        ),
        Scheme(
            "xavier_uniform",
            lambda fan, _: Uniform(math.sqrt(3.0) * _xavier_std(fan)),
            r"U\left(\pm\sqrt{\tfrac{6}{n_{in}+n_{out}}}\right)",
            N_("Keeps the size of the signal and of the gradient for activations that are linear near zero."),
        ),
        Scheme(
            "xavier_normal",
            lambda fan, _: Normal(_xavier_std(fan)),
            r"\mathcal{N}\left(0,\ \tfrac{2}{n_{in}+n_{out}}\right)",
            N_("Xavier's width with a bell curve in place of a box."),
        ),
        Scheme(
            "kaiming_uniform",
            lambda fan, _: Uniform(math.sqrt(3.0) * _kaiming_std(fan)),
            r"U\left(\pm g\sqrt{\tfrac{3}{n_{in}}}\right)",
            N_("Keeps the size of the signal through the activation that follows, by its gain g."),
        ),
        Scheme(
            "kaiming_normal",
            lambda fan, _: Normal(_kaiming_std(fan)),
            r"\mathcal{N}\left(0,\ \tfrac{g^2}{n_{in}}\right)",
            N_("Kaiming's width with a bell curve in place of a box."),
        ),
        Scheme(
            "lecun_normal",
            lambda fan, _: Normal(1.0 / math.sqrt(fan.fan_in)),
            r"\mathcal{N}\left(0,\ \tfrac{1}{n_{in}}\right)",
            N_("Every unit's weighted sum of unit-size inputs has size one."),
        ),
        Scheme(
            "orthogonal",
            lambda fan, number: UnitVectorEntry(max(fan.fan_in, fan.fan_out), number),
            r"g\,Q,\quad Q^{\top}Q=I\ \text{or}\ QQ^{\top}=I",
            N_("A random rotation: as many directions as fit keep their length, multiplied by the gain."),
            Number("gain", 1.0),
            _fill_orthogonal,
        ),
        Scheme(
            "sparse",
            lambda fan, number: SparseNormal(number, 1 - _zeros_a_column(fan.fan_out) / fan.fan_out),
            r"90\,\%\ \text{zeros, else}\ \mathcal{N}(0,\ \sigma^2)",
            N_("Each input reaches only one unit in ten; the other weights are zero."),
            Number("std", 0.01),
            _fill_sparse,
        ),
    )
}

BIAS_SCHEMES = ("pytorch", "zeros", "constant", "normal")
