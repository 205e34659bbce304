"""Touching a network: units and layers scaled, biases shifted, weights blurred or pruned; each one only other weights.

As text, the field `touch` of a link: `fc1.5:off,fc1.3:shift0.5,fc2:x2,weights:noise0.1,weights:prune0.3,temperature2`.
They are carried out in the order in which they stand.
"""

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from netlib.bounds import check_word, shown
from netlib.i18n import N_
from netlib.problem import Problem
from netlib.spec import NetworkSpec
from netlib.trace import Array, frozen

Weights = tuple[tuple[Array, Array], ...]

NAME = "touch"
MOST = 32
LONGEST = 1_000
DECIMALS = 4
WHOLE = "weights"

# What may be done: the smallest and the largest amount, and the amount that changes nothing.
BOUNDS = {
    "scale": (-100.0, 100.0, 1.0),
    "shift": (-100.0, 100.0, 0.0),
    "noise": (0.0, 10.0, 0.0),
    "prune": (0.0, 1.0, 0.0),
    "temperature": (0.01, 100.0, 1.0),
}
_OF_A_PLACE = ("scale", "shift")
_OF_ALL_WEIGHTS = ("noise", "prune")
_WORDS = {"scale": "x", "shift": "shift", "noise": "noise", "prune": "prune", "temperature": "temperature"}
_KINDS = {word: kind for kind, word in _WORDS.items()}
_PART = re.compile(r"(?:([a-z0-9.]{1,20}):)?(off|x|shift|noise|prune|temperature)(-?[0-9]{1,6}(?:\.[0-9]{1,12})?)?")


@dataclass(frozen=True)
class Touch:
    """One thing done to a network, by an amount that is rounded to four decimals.

    `scale`: what a unit, or every unit of a layer, gives away is multiplied; 0 switches it off. Of `output` it is the
    logit: one that is off is 0, which is not a probability of 0. `shift`: added to the bias of a unit, or of all of a
    layer. `noise`: a normal number added to each weight, its std this share of the layer's own. `prune`: this share of
    all weights, the smallest in size, becomes 0. `temperature`: the logits are divided by it.
    `layer` is "" for the whole network, `unit` None for the whole layer. Raises `Problem` for an amount out of bounds.
    """

    kind: str
    amount: float
    layer: str = ""
    unit: int | None = None

    def __post_init__(self) -> None:
        check_word(NAME, self.kind, BOUNDS)
        if (self.kind in _OF_A_PLACE) != bool(self.layer) or (self.unit is not None and not self.layer):
            raise _malformed(f"{self.kind} {self.layer}")
        low, high, _ = BOUNDS[self.kind]
        if not low <= self.amount <= high:
            raise Problem(
                N_("{word} in touch must be a number from {low} to {high}; given: {given}."),
                word=_WORDS[self.kind],
                low=f"{low:g}",
                high=f"{high:g}",
                given=f"{self.amount:g}",
            )
        object.__setattr__(self, "amount", round(float(self.amount), DECIMALS) + 0.0)  # no minus zero

    @property
    def place(self) -> str:
        """`fc1.5` for a unit, `fc1` for a layer, `weights` for those of all layers, nothing for the softmax."""
        if self.kind in _OF_ALL_WEIGHTS:
            return WHOLE
        return self.layer if self.unit is None else write_unit(self.layer, self.unit)

    @property
    def subject(self) -> tuple[str, str]:
        """What it turns: a network has each of these once."""
        return self.kind, self.place

    @property
    def is_nothing(self) -> bool:
        """Whether it leaves everything as it is."""
        return self.amount == BOUNDS[self.kind][2]


def write(touches: Sequence[Touch]) -> str:
    """Touches as the text of a link; `read(write(touches), network) == touches`."""
    return ",".join(_write(touch) for touch in touches)


def read(text: str, network: NetworkSpec) -> tuple[Touch, ...]:
    """The touches that a link says, none for an empty text; raises `Problem`.

    At most 32 in at most 1,000 characters, each of a unit or layer that the network has, none said twice.
    """
    if len(text) > LONGEST:
        raise Problem(
            N_("{name} must be at most {high} characters long; given: {given}."),
            name=NAME,
            high=LONGEST,
            given=len(text),
        )
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    if len(parts) > MOST:
        raise Problem(N_("touch must name at most {high} changes; given: {given}."), high=MOST, given=len(parts))
    touches = tuple(_read(part, network) for part in parts)
    subjects = [touch.subject for touch in touches]
    for touch in touches:
        if subjects.count(touch.subject) > 1:
            raise Problem(N_("touch may say a thing once only; given twice: {given}."), given=_write(touch))
    return touches


def with_touch(touches: Sequence[Touch], touch: Touch) -> tuple[Touch, ...]:
    """The touches and one more, in the place of the one that turns the same; without it where it changes nothing.

    Raises `Problem` where they would be more than a link holds.
    """
    there = [other.subject == touch.subject for other in touches]
    if touch.is_nothing:
        return tuple(other for other, same in zip(touches, there, strict=True) if not same)
    if any(there):
        return tuple(touch if same else other for other, same in zip(touches, there, strict=True))
    if len(touches) >= MOST:
        raise Problem(N_("touch must name at most {high} changes; given: {given}."), high=MOST, given=len(touches) + 1)
    return (*touches, touch)


def amount(touches: Sequence[Touch], kind: str, layer: str = "", unit: int | None = None) -> float:
    """By how much this is turned now: the amount that changes nothing where it is not."""
    low = BOUNDS[kind][0]
    subject = Touch(kind, low, layer, unit).subject
    return next((touch.amount for touch in touches if touch.subject == subject), BOUNDS[kind][2])


def read_unit(text: str, network: NetworkSpec) -> tuple[str, int]:
    """The layer and index of a unit such as `fc1.5` or `output.3`; raises `Problem`."""
    layer, dot, digits = text.strip().partition(".")
    sizes = _sizes(network)
    if not dot:
        raise Problem(N_("A unit must be written as fc1.5 or output.3; given: {given}."), given=shown(text))
    check_word("layer", layer, sizes)
    if not re.fullmatch("[0-9]{1,6}", digits) or int(digits) >= sizes[layer]:
        raise Problem(
            N_("{layer} has the units 0 to {high}; given: {given}."),
            layer=layer,
            high=sizes[layer] - 1,
            given=shown(digits),
        )
    return layer, int(digits)


def write_unit(layer: str, unit: int) -> str:
    """`fc1.5`."""
    return f"{layer}.{unit}"


def apply(touches: Sequence[Touch], weights: Weights, network: NetworkSpec, seed: int) -> Weights:
    """The weights of a network after the touches, in their order; the arrays given stay as they are.

    weights: one (weight float32 (out, in), bias float32 (out,)) a layer, as `Trace` has them; so are those that come
    back, read-only, shared with the given ones where nothing was done. `seed` is the noise's own.
    """
    names = [layer.name for layer in network.layers]
    now = list(weights)
    with np.errstate(over="ignore", invalid="ignore"):  # uploaded weights may be near the end of float32
        for touch in touches:
            match touch.kind:
                case "scale":
                    _scale(touch, now, names)
                case "shift":
                    _shift(touch, now, names)
                case "noise":
                    _noise(touch, now, names, seed)
                case "prune":
                    _prune(touch, now)
                case _:
                    now[-1] = now[-1][0] / np.float32(touch.amount), now[-1][1] / np.float32(touch.amount)
    return tuple((frozen(weight), frozen(bias)) for weight, bias in now)


def _scale(touch: Touch, now: list[tuple[Array, Array]], names: list[str]) -> None:
    index = names.index(touch.layer)
    factor = np.float32(touch.amount)
    units = slice(None) if touch.unit is None else touch.unit
    if index == len(names) - 1:
        weight, bias = now[index][0].copy(), now[index][1].copy()
        weight[units] *= factor
        bias[units] *= factor
        now[index] = weight, bias
    else:  # what the unit gives away goes through its column in the next layer
        weight = now[index + 1][0].copy()
        weight[:, units] *= factor
        now[index + 1] = weight, now[index + 1][1]


def _shift(touch: Touch, now: list[tuple[Array, Array]], names: list[str]) -> None:
    index = names.index(touch.layer)
    bias = now[index][1].copy()
    bias[slice(None) if touch.unit is None else touch.unit] += np.float32(touch.amount)
    now[index] = now[index][0], bias


def _noise(touch: Touch, now: list[tuple[Array, Array]], names: list[str], seed: int) -> None:
    for index, (weight, bias) in enumerate(now):
        std = touch.amount * float(weight.std(dtype=np.float64))
        if std and math.isfinite(std):
            noise = _normal(weight.size, f"{seed}:touch:{names[index]}").reshape(weight.shape)
            now[index] = (weight + std * noise).astype(np.float32), bias


def _prune(touch: Touch, now: list[tuple[Array, Array]]) -> None:
    sizes = np.concatenate([np.abs(weight).ravel() for weight, _ in now])
    count = round(touch.amount * sizes.size)
    if not count:
        return
    last = np.partition(sizes, count - 1)[count - 1]
    gone = sizes < last
    equal = np.flatnonzero(sizes == last)
    gone[equal[: count - int(gone.sum())]] = True  # of equal ones the first in the order of the layers
    start = 0
    for index, (weight, bias) in enumerate(now):
        mask = gone[start : start + weight.size].reshape(weight.shape)
        now[index] = np.where(mask, np.float32(0), weight), bias
        start += weight.size


def _normal(count: int, name: str) -> Array:
    """Standard normal numbers, float64 (count,), the same for a name for ever: Box and Muller 1958 on PCG64's own bits.

    numpy promises the bits, but not what `Generator.normal` makes of them (NEP 19).
    """
    digest = hashlib.sha256(name.encode()).digest()
    source = np.random.PCG64(int.from_bytes(digest[:8], "big") >> 1)
    half = (count + 1) // 2
    uniform = ((source.random_raw(2 * half) >> np.uint64(11)) + 0.5) * 2.0**-53  # in (0, 1), never at its ends
    radius, angle = np.sqrt(-2 * np.log(uniform[:half])), 2 * np.pi * uniform[half:]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])[:count]


def _write(touch: Touch) -> str:
    if touch.kind == "scale" and touch.amount == 0:
        return f"{touch.place}:off"
    number = format(Decimal(repr(touch.amount)), "f").removesuffix(".0")
    word = f"{_WORDS[touch.kind]}{number}"
    return f"{touch.place}:{word}" if touch.place else word


def _read(part: str, network: NetworkSpec) -> Touch:
    match = _PART.fullmatch(part)
    if not match or (match[3] is None) != (match[2] == "off"):
        raise _malformed(part)
    place, kind, value = match[1] or "", _KINDS.get(match[2], "scale"), float(match[3] or 0)
    if kind not in _OF_A_PLACE:
        if place != (WHOLE if kind in _OF_ALL_WEIGHTS else ""):
            raise _malformed(part)
        return Touch(kind, value)
    if "." in place:
        return Touch(kind, value, *read_unit(place, network))
    return Touch(kind, value, check_word("layer", place, _sizes(network)) if place else "")


def _malformed(given: str) -> Problem:
    return Problem(
        N_(
            "touch must be a list such as fc1.5:off, fc1.5:shift0.5, fc1:x2, weights:noise0.1, weights:prune0.3, "
            "temperature2; given: {given}."
        ),
        given=shown(given),
    )


def _sizes(network: NetworkSpec) -> dict[str, int]:
    return {layer.name: layer.fan_out for layer in network.layers}
