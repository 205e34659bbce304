"""Setup <-> {name: text}: what a link says, field by field.

Lists are compact: `hidden=128-64`, `activation=relu-tanh`, `weights=normal:0.01-pytorch`, `digits=1-7`. A list that is
shorter than the network repeats its last word. The names, words and defaults of a released version never change.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from netlib.bounds import MAX_BATCH, check_activation, check_seed, check_sizes, check_whole, shown
from netlib.draft import Draft, HiddenLayer, OutputLayer, from_setup
from netlib.i18n import N_
from netlib.initializers import SCHEMES
from netlib.problem import Problem
from netlib.spec import BatchSpec, Init, Setup, check_bias_init, check_weight_init

T = TypeVar("T")

VERSION = "1"
LONGEST = 2_000
LONGEST_NUMBER = 24
NETWORK_FIELDS = ("hidden", "activation", "weights", "biases", "seed")
BATCH_FIELDS = ("source", "split", "size", "batch_seed", "digits", "image")
FIELDS = (*NETWORK_FIELDS, *BATCH_FIELDS)

_BETWEEN = re.compile(r"(?<!:)(?<!\d[eE])-")
_WHOLE = re.compile(r"[0-9]{1,12}")
_NUMBER = re.compile(r"-?(?:[0-9]{1,20}(?:\.[0-9]{0,330})?|\.[0-9]{1,330})(?:[eE][+-]?[0-9]{1,3})?")


@dataclass(frozen=True)
class Note:
    """One field of a link that could not be used, why, and the text that stands in for it."""

    field: str
    problem: Problem
    used: str


@dataclass(frozen=True)
class Reading:
    """What a link says: a draft whose fields are all valid, and a note for each field that was not."""

    draft: Draft
    notes: tuple[Note, ...]


def write(setup: Setup) -> dict[str, str]:
    """Every field of a Setup as text; `read(write(s)).draft.setup() == s`."""
    return write_draft(from_setup(setup))


def write_draft(draft: Draft) -> dict[str, str]:
    """Every field of a draft as text."""
    layers = draft.layers
    batch = draft.batch
    return {
        "hidden": "-".join(str(layer.units) for layer in draft.hidden) or "none",
        "activation": _list([layer.activation for layer in draft.hidden]) or "relu",
        "weights": _list([write_init(layer.weight_init) for layer in layers]),
        "biases": _list([write_init(layer.bias_init) for layer in layers]),
        "seed": str(draft.seed),
        "source": batch.source,
        "split": batch.split,
        "size": str(batch.size),
        "batch_seed": str(batch.seed),
        "digits": "all" if batch.digits is None else "-".join(map(str, batch.digits)),
        "image": str(batch.image),
    }


def read(parameters: Mapping[str, str]) -> Reading:
    """The draft that a link says; a field that is missing has its default, one that is wrong falls back by itself."""
    notes: list[Note] = []

    def field(name: str, parse: Callable[[str], T]) -> T:
        given = parameters.get(name, DEFAULTS[name])
        try:
            if len(given) > LONGEST:
                raise Problem(
                    N_("{name} must be at most {high} characters long; given: {given}."),
                    name=name,
                    high=LONGEST,
                    given=len(given),
                )
            return parse(given.strip())
        except Problem as problem:
            notes.append(Note(name, problem.with_traceback(None), DEFAULTS[name]))  # it would hold every frame
            return parse(DEFAULTS[name])

    sizes = field("hidden", read_sizes)
    activations = field("activation", lambda text: _read_list("activation", text, len(sizes), check_activation))
    weights = field("weights", lambda text: _read_list("weights", text, len(sizes) + 1, _read_weight_init))
    biases = field("biases", lambda text: _read_list("biases", text, len(sizes) + 1, _read_bias_init))
    size = field("size", lambda text: check_whole("size", _whole(text), 1, MAX_BATCH))
    batch = BatchSpec(
        source=field("source", lambda text: BatchSpec(source=text).source),
        split=field("split", lambda text: BatchSpec(split=text).split),
        size=size,
        seed=field("batch_seed", lambda text: check_seed("batch_seed", _whole(text))),
        digits=field("digits", _read_digits),
        image=field("image", lambda text: check_whole("image", _whole(text), 0, size - 1)),
    )
    hidden = tuple(map(HiddenLayer, sizes, activations, weights, biases))
    seed = field("seed", lambda text: check_seed("seed", _whole(text)))
    draft = Draft(hidden, OutputLayer(weights[-1], biases[-1]), seed, batch)
    return Reading(draft, tuple(notes))


def read_sizes(text: str) -> tuple[int, ...]:
    """`128-64` as (128, 64); `none`, `0` or nothing as no hidden layer; commas, spaces and × part as well."""
    if text.lower() in ("", "0", "none"):
        return ()
    parts = [part for part in re.split(r"[-,;\s×x]+", text) if part]
    sizes = [_whole(part) for part in parts]
    if not sizes or any(isinstance(size, str) for size in sizes):
        raise Problem(N_("hidden_sizes must be whole numbers such as 128-64; given: {given}."), given=shown(text))
    return check_sizes(sizes)


def write_init(init: Init) -> str:
    """`pytorch`, or `normal:0.01` for a scheme that takes a number."""
    if init.number is None:
        return init.scheme
    number = format(Decimal(repr(init.number)), "f").removesuffix(".0")
    # 1e-300 written out has 300 zeros, and thirty layers of that are no link any more.
    return f"{init.scheme}:{number if len(number) <= LONGEST_NUMBER else repr(init.number)}"


def read_init(text: str) -> Init:
    """The Init that `normal:0.01` or a bare word says; raises `Problem`."""
    scheme, colon, number = text.partition(":")
    if not colon:
        return Init(scheme)
    if not _NUMBER.fullmatch(number):
        raise Problem(
            N_("{name} of {scheme} must be a number; given: {given}."),
            name=_number_name(scheme),
            scheme=shown(scheme),
            given=shown(number),
        )
    return Init(scheme).with_number(float(number))


def _number_name(scheme: str) -> str:
    known = SCHEMES.get(scheme)
    return known.number.name if known and known.number else "number"


def _read_weight_init(text: str) -> Init:
    return check_weight_init(read_init(text))


def _read_bias_init(text: str) -> Init:
    return check_bias_init(read_init(text))


def _read_digits(text: str) -> tuple[int, ...] | None:
    if text in ("", "all"):
        return None
    if not re.fullmatch(r"[0-9](?:-[0-9])*", text):
        raise Problem(N_("digits must be some of the digits 0 to 9; given: {given}."), given=shown(text))
    return BatchSpec(digits=tuple(int(digit) for digit in text.split("-"))).digits


def _whole(text: str) -> int | str:
    return int(text) if _WHOLE.fullmatch(text) else text


def _list(words: list[str]) -> str:
    return words[0] if len(set(words)) == 1 else "-".join(words)


def _read_list(name: str, text: str, count: int, parse: Callable[[str], T]) -> tuple[T, ...]:
    words = [word.strip() for word in _BETWEEN.split(text)]
    values = [parse(word) for word in words]
    if len(values) > max(count, 1):
        raise Problem(
            N_("{name} must name at most {high} values, one a layer; given: {given}."),
            name=name,
            high=count,
            given=len(values),
        )
    return tuple(values + [values[-1]] * (count - len(values)))


DEFAULTS = write(Setup())
