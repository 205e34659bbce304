"""What may be chosen: the bounds of every field, and checks that say in one sentence what is wrong. No torch."""

from collections.abc import Iterable
from itertools import pairwise
from typing import TypeGuard

from netlib.activations import ACTIVATIONS
from netlib.i18n import N_
from netlib.problem import Problem

INPUTS = 784
CLASSES = 10
MAX_LAYERS = 30
MAX_UNITS = 1_024
MAX_PARAMETERS = 2_000_000
MAX_SEED = 2**32 - 1
MAX_BATCH = 256
SOURCES = ("bundled", "full")
SPLITS = ("train", "test")
DEFAULT_SIZES = (128, 64)


def shown(given: object) -> str:
    """What was given, short enough for a sentence."""
    try:
        written = given if isinstance(given, str) else repr(given)
    except Exception:  # noqa: BLE001 - a number of 5,000 digits, a broken __repr__: the sentence must be said
        written = type(given).__name__
    return written if len(written) <= 40 else written[:39] + "…"  # one line of a phone


def check_word(name: str, given: object, allowed: Iterable[str]) -> str:
    """The word itself; raises `Problem` where it is not one of those allowed."""
    words = tuple(allowed)
    if not isinstance(given, str) or given not in words:
        raise Problem(
            N_("{name} must be one of {allowed}; given: {given}."),
            name=name,
            allowed=", ".join(words),
            given=shown(given),
        )
    return given


def check_whole(name: str, given: object, low: int, high: int) -> int:
    """The whole number itself; raises `Problem` where it is none or out of bounds."""
    if not _is_whole(given) or not low <= given <= high:
        raise Problem(
            N_("{name} must be a whole number from {low} to {high}; given: {given}."),
            name=name,
            low=low,
            high=high,
            given=shown(given),
        )
    return given


def _is_whole(given: object) -> TypeGuard[int]:
    return isinstance(given, int) and not isinstance(given, bool)


def check_seed(name: str, given: object) -> int:
    """The seed itself; raises `Problem` unless it is a whole number below 2^32."""
    return check_whole(name, given, 0, MAX_SEED)


def check_activation(given: object) -> str:
    """The activation's name itself; raises `Problem` for one that is not in the registry."""
    return check_word("activation", given, ACTIVATIONS)


def check_digits(given: object) -> tuple[int, ...] | None:
    """The classes, sorted and each once; None for all ten; raises `Problem`."""
    if given is None:
        return None
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise Problem(N_("digits must be some of the digits 0 to 9; given: {given}."), given=shown(given))
    chosen = tuple(given)
    if not chosen or not all(_is_whole(digit) and 0 <= digit < CLASSES for digit in chosen):
        raise Problem(N_("digits must be some of the digits 0 to 9; given: {given}."), given=shown(chosen))
    unique = tuple(sorted({int(digit) for digit in chosen}))
    return None if len(unique) == CLASSES else unique


def check_sizes(given: object) -> tuple[int, ...]:
    """The hidden sizes as a tuple; raises `Problem` for too many layers or a width out of bounds."""
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise Problem(N_("hidden_sizes must be whole numbers such as 128-64; given: {given}."), given=shown(given))
    sizes = tuple(given)
    if len(sizes) > MAX_LAYERS:
        raise Problem(
            N_("hidden_sizes must name at most {high} layers; given: {given}."),
            high=MAX_LAYERS,
            given=len(sizes),
        )
    return tuple(check_whole("hidden_sizes", size, 1, MAX_UNITS) for size in sizes)


def count_parameters(hidden_sizes: tuple[int, ...]) -> int:
    """Weights and biases of the network with these hidden sizes, by arithmetic alone."""
    return sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise((INPUTS, *hidden_sizes, CLASSES)))


def check_parameters(hidden_sizes: tuple[int, ...]) -> None:
    """Raises `Problem`, naming the count and the largest layer, for more than 2,000,000 parameters."""
    count = count_parameters(hidden_sizes)
    if count <= MAX_PARAMETERS:
        return
    sizes = (INPUTS, *hidden_sizes, CLASSES)
    each = [(fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes)]
    largest = max(range(len(each)), key=each.__getitem__)
    raise Problem(
        N_(
            "The network would have {count} parameters and at most {allowed} are allowed; "
            "its largest layer is {layer} with {fan_in} × {fan_out} weights and {parameters} parameters."
        ),
        count=count,
        allowed=MAX_PARAMETERS,
        layer="output" if largest == len(each) - 1 else f"fc{largest + 1}",
        fan_in=sizes[largest],
        fan_out=sizes[largest + 1],
        parameters=each[largest],
    )
