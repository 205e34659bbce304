"""A sweep as one text of a link: `depth:1/2/4,sigma_w:0.5..3..0.1,seeds:10`; what it does not say is the Setup's.

Parts are parted by commas and their values by `/`; `1..9..2` are the numbers from 1 to 9 in steps of 2. The batch is
always the Setup's. A released version's words keep their meaning here as in `query`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from netlib import query
from netlib.bounds import MAX_UNITS, check_activation, check_parameters, check_whole, shown
from netlib.i18n import N_
from netlib.problem import Problem
from netlib.query import Note, read_init, read_sizes, write_init
from netlib.spec import Init, Setup, check_bias_init, check_weight_init
from netlib.sweep.spec import ShortTraining, Sweep

NAME = "grid"
LONGEST = 2 * query.LONGEST
PARTS = (
    *("hidden", "depth", "width", "activation", "weights", "sigma_w", "biases", "sigma_b"),
    *("seeds", "epochs", "optimizer", "rate", "threshold"),
)

_DEPTHS = (1, 2, 4, 8, 16)
_WIDEST = 128
_SCHEMES = ("pytorch", "xavier_normal", "kaiming_normal", "orthogonal")
_SEEDS = 10
_MOST = 200
_RANGE = 4
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}")
# Either of each pair, never both: what is said last takes the other's place.
_INSTEAD = {
    "hidden": ("depth", "width"),
    "depth": ("hidden",),
    "width": ("hidden",),
    "weights": ("sigma_w",),
    "sigma_w": ("weights",),
    "biases": ("sigma_b",),
    "sigma_b": ("biases",),
}


@dataclass(frozen=True)
class Reading:
    """The sweep that a text says beside a Setup; `said` are its parts as they stand, a note for each that is not used.

    `problem` is what is wrong with the whole, where its parts are right: a network that cannot be built.
    """

    sweep: Sweep
    said: Mapping[str, str]
    notes: tuple[Note, ...] = ()
    problem: Problem | None = None

    def part(self, name: str) -> str:
        """A part as it is written, or as it would be; empty where the other of a pair is listed in its place."""
        return self.said.get(name) or parts(self.sweep).get(name, "")


def changed(text: str, name: str, written: str) -> str:
    """A text with this part said otherwise: without the part that it stands in for, or, empty, without itself."""
    said, _ = _parts(text)
    tidy = re.sub(r"[,;\s/]+", "/", written.strip()).strip("/")
    kept = {one: value for one, value in said.items() if one != name and one not in _INSTEAD.get(name, ())}
    return _joined({**kept, name: tidy} if tidy else kept)


def default(setup: Setup) -> Sweep:
    """The sweep around a Setup: its widest layer at several depths, its activations, its initialisation and others."""
    network = setup.network
    width = min(max(network.hidden_sizes, default=64), _WIDEST)
    hidden = network.layers[:-1]
    return Sweep(
        depth=_DEPTHS,
        width=(width,),
        activation=tuple(layer.activation for layer in hidden) or ("relu",),
        weight_init=(network.layers[0].weight_init, *map(Init, _SCHEMES)),
        bias_init=(network.layers[0].bias_init,),
        seeds=_SEEDS,
        batch=setup.batch,
    )


def read(text: str, setup: Setup) -> Reading:
    """The sweep that a text says; a part that cannot be read is as if it were not there, and has a note."""
    said, notes = _parts(text)
    base = default(setup)
    values: dict[str, Any] = {}
    for name, written in said.items():
        try:
            values[name] = _READ[name](written)
        except Problem as problem:
            notes.append(Note(name, problem.with_traceback(None), parts(base).get(name, "")))  # it would hold frames
    try:
        sweep = _with(base, values)
        for sizes in sweep.architectures():
            check_parameters(sizes)
    except Problem as problem:
        return Reading(base, said, tuple(notes), problem.with_traceback(None))
    return Reading(sweep, said, tuple(notes))


def write(sweep: Sweep) -> str:
    """The text that says all of a sweep but its batch: `read(write(s), setup).sweep == s` for a Setup of that batch."""
    return _joined(parts(sweep))


def parts(sweep: Sweep) -> dict[str, str]:
    """Every part of a sweep as it is written."""
    found = {
        "hidden": "/".join("-".join(map(str, sizes)) or "none" for sizes in sweep.hidden_sizes),
        "depth": numbers(sweep.depth),
        "width": numbers(sweep.width),
        "activation": "/".join(sweep.activation),
        "weights": "/".join(map(write_init, sweep.weight_init)),
        "sigma_w": numbers(sweep.sigma_w),
        "biases": "/".join(map(write_init, sweep.bias_init)),
        "sigma_b": numbers(sweep.sigma_b),
        "seeds": str(sweep.seeds),
    }
    if training := sweep.training:
        found |= {
            "epochs": str(training.epochs),
            "optimizer": training.optimizer,
            "rate": _plain(training.learning_rate or 0.0),
            "threshold": _plain(training.threshold),
        }
    return {name: written for name, written in found.items() if written}


def numbers(values: tuple[float, ...]) -> str:
    """Numbers as they are written: one by one, or as a range where that says the very same."""
    each = "/".join(map(_plain, values))
    if len(values) > _RANGE:
        step = _plain(float(f"{values[1] - values[0]:.6g}"))
        short = f"{_plain(values[0])}..{_plain(values[-1])}" + ("" if step == "1" else f"..{step}")
        try:
            if _numbers("", short) == tuple(map(float, values)):
                return short
        except Problem:
            pass
    return each


def _plain(value: float) -> str:
    return format(value, ".9f").rstrip("0").rstrip(".")


def _parts(text: str) -> tuple[dict[str, str], list[Note]]:
    said: dict[str, str] = {}
    notes: list[Note] = []
    if len(text) > LONGEST:
        problem = Problem(
            N_("{name} must be at most {high} characters long; given: {given}."),
            name=NAME,
            high=LONGEST,
            given=len(text),
        )
        return said, [Note(NAME, problem, "")]
    for part in filter(None, map(str.strip, text.split(","))):
        name, colon, written = part.partition(":")
        if name not in PARTS or not colon or not written:
            problem = Problem(
                N_("{name} must be parts such as depth:1/2/4, with commas between them; given: {given}."),
                name=NAME,
                given=shown(part),
            )
            notes.append(Note(NAME, problem, ""))
            continue
        for other in _INSTEAD.get(name, ()):
            said.pop(other, None)
        said[name] = written
    return said, notes


def _joined(said: Mapping[str, str]) -> str:
    return ",".join(f"{name}:{said[name]}" for name in PARTS if name in said)


def _numbers(name: str, text: str) -> tuple[float, ...]:
    """The numbers of a list, each once, to nine decimals; raises `Problem`."""
    found: list[float] = []
    for word in text.split("/"):
        ends = word.split("..")
        if not 1 <= len(ends) <= 3 or not all(_NUMBER.fullmatch(end) for end in ends):
            raise Problem(
                N_("{name} must be numbers such as 1/2/4 or 0.5..3..0.1; given: {given}."), name=name, given=shown(text)
            )
        low, high, step = (*map(float, ends), *(0.0, 1.0)[len(ends) - 1 :])[:3]
        count = int((high - low) / step + 1e-6) + 1 if len(ends) > 1 and step > 0 and high >= low else 1
        if count > _MOST or (len(ends) > 1 and (step <= 0 or high < low)):
            raise Problem(
                N_("A range of {name} goes upwards in at most {high} steps; given: {given}."),
                name=name,
                high=_MOST,
                given=shown(word),
            )
        found += [round(low + place * step, 9) for place in range(count)]
        if len(found) > _MOST:  # a link must not ask for a million
            raise Problem(
                N_("{name} lists at most {high} numbers; given: {given}."), name=name, high=_MOST, given=len(found)
            )
    return tuple(dict.fromkeys(found))


def _wholes(name: str, text: str) -> tuple[int, ...]:
    found = _numbers(name, text)
    return tuple(check_whole(name, int(one) if one.is_integer() else one, 0, MAX_UNITS) for one in found)


def _each(read_one: Callable[[str], Any]) -> Callable[[str], tuple[Any, ...]]:
    return lambda text: tuple(map(read_one, text.split("/")))


def _one(name: str) -> Callable[[str], float]:
    return lambda text: _numbers(name, text)[0]


def _whole(name: str) -> Callable[[str], int]:
    return lambda text: _wholes(name, text)[0]


_READ: dict[str, Callable[[str], Any]] = {
    "hidden": _each(read_sizes),
    "depth": lambda text: Sweep(depth=_wholes("depth", text), width=(1,)).depth,
    "width": lambda text: Sweep(depth=(1,), width=_wholes("width", text)).width,
    "activation": _each(check_activation),
    "weights": _each(lambda text: check_weight_init(read_init(text))),
    "sigma_w": lambda text: Sweep(sigma_w=_numbers("sigma_w", text)).sigma_w,
    "biases": _each(lambda text: check_bias_init(read_init(text))),
    "sigma_b": lambda text: Sweep(sigma_b=_numbers("sigma_b", text)).sigma_b,
    "seeds": lambda text: Sweep(seeds=_whole("seeds")(text)).seeds,
    "epochs": lambda text: ShortTraining(epochs=_whole("epochs")(text)).epochs if text != "0" else 0,
    "optimizer": lambda text: ShortTraining(optimizer=text).optimizer,
    "rate": lambda text: ShortTraining(learning_rate=_one("learning_rate")(text)).learning_rate,
    "threshold": lambda text: ShortTraining(threshold=_one("threshold")(text)).threshold,
}


def _with(base: Sweep, said: Mapping[str, Any]) -> Sweep:
    fields: dict[str, Any] = {
        name: said[part]
        for part, name in (
            ("activation", "activation"),
            ("depth", "depth"),
            ("width", "width"),
            ("seeds", "seeds"),
            ("weights", "weight_init"),
            ("biases", "bias_init"),
        )
        if part in said
    }
    if "hidden" in said:
        fields |= {"hidden_sizes": said["hidden"], "depth": (), "width": ()}
    if "sigma_w" in said:
        fields |= {"sigma_w": said["sigma_w"], "weight_init": ()}
    if "sigma_b" in said:
        fields |= {"sigma_b": said["sigma_b"], "bias_init": ()}
    if said.get("epochs"):
        names = {"epochs": "epochs", "optimizer": "optimizer", "rate": "learning_rate", "threshold": "threshold"}
        fields["training"] = ShortTraining(**{names[part]: said[part] for part in names if part in said})
    return replace(base, **fields)
