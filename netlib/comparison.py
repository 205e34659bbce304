"""B of a comparison: what one field of a link, `b=weights:zeros`, says of a second network beside the link's own, A.

Its parts are the network's fields, written as the link writes them and parted by commas. What B does not say it takes
from A, and goes on taking when A changes; with all five parts it stands by itself. An empty text is the suggestion to
change the weights. A released version's words keep their meaning here as in `query`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from netlib import query
from netlib.activations import ACTIVATIONS
from netlib.bounds import MAX_SEED, check_parameters, shown
from netlib.draft import Draft, resized
from netlib.i18n import N_
from netlib.initializers import BIAS_SCHEMES, SCHEMES
from netlib.problem import Problem
from netlib.query import NETWORK_FIELDS, Note
from netlib.spec import Init

NAME = "b"
LONGEST = 2 * query.LONGEST
SUGGESTED = "kaiming_normal"

# What a field chooses for one layer; the two others are of the whole network.
_CHOICES = {"activation": "activation", "weights": "weight_init", "biases": "bias_init"}
_HIDDEN, _SEED = "hidden", "seed"


@dataclass(frozen=True)
class Comparison:
    """A and B on one batch; `said` are the fields that B says itself, and a note for each part that is not used.

    `suggested` is whether the text is empty, so that B is only an example.
    """

    a: Draft
    b: Draft
    said: tuple[str, ...]
    notes: tuple[Note, ...] = ()
    suggested: bool = False

    @property
    def differences(self) -> tuple[str, ...]:
        """The fields in which B differs from A."""
        return differences(self.a, self.b)

    @property
    def follows(self) -> bool:
        """Whether a change of A can change B as well."""
        return set(self.said) != set(NETWORK_FIELDS)


def read(text: str, a: Draft) -> Comparison:
    """The B that a text says beside A; a part that cannot be used is A's own, and has a note."""
    parts, notes = _parts(text.strip())
    if text.strip() and not parts and not notes:  # only commas
        notes = [Note(NAME, _not_read(text), "")]
    suggested = not text.strip() or bool(notes and not parts)
    if suggested:
        parts = _suggestion(a)
    while True:
        draft, problems = _resolved(parts, a)
        if not problems:
            break
        for name, problem in problems.items():
            notes.append(Note(NAME, problem, _part(name, a)))
            del parts[name]
    whole = write(draft)
    notes = [note if note.used else replace(note, used=whole) for note in notes]
    return Comparison(a, draft, tuple(name for name in NETWORK_FIELDS if name in parts), tuple(notes), suggested)


def write(b: Draft, fields: tuple[str, ...] = NETWORK_FIELDS) -> str:
    """These fields of B as text; with all of them, `read(write(b), a).b` is b for every A of the same batch."""
    return ",".join(_part(name, b) for name in NETWORK_FIELDS if name in fields)


def differences(a: Draft, b: Draft) -> tuple[str, ...]:
    """The fields in which two networks differ: layers that both have are compared one by one, output with output.

    What a layer is that only one of them has belongs to `hidden`. Empty where both are the same network.
    """
    found = []
    if _sizes(a) != _sizes(b):
        found.append(_HIDDEN)
    pairs: list[tuple[Any, Any]] = [*zip(a.hidden, b.hidden, strict=False), (a.output, b.output)]
    for field, choice in _CHOICES.items():
        if any(getattr(mine, choice, None) != getattr(other, choice, None) for mine, other in pairs):
            found.append(field)
    if a.seed != b.seed:
        found.append(_SEED)
    return tuple(found)


def with_only(a: Draft, b: Draft, field: str) -> Draft:
    """A with this one field of B: of several differences only this one is left."""
    if field == _SEED:
        return replace(a, seed=b.seed)
    if field == _HIDDEN:
        return _sized(a, _sizes(b))
    choice = _CHOICES[field]
    hidden = [
        replace(mine, **{choice: getattr(other, choice)}) for mine, other in zip(a.hidden, b.hidden, strict=False)
    ]
    output = a.output if field == "activation" else replace(a.output, **{choice: getattr(b.output, choice)})
    return replace(a, hidden=(*hidden, *a.hidden[len(hidden) :]), output=output)


def swapped(comparison: Comparison) -> tuple[Draft, str]:
    """A and the text of B after the two have changed places; twice, and both are as they were."""
    return comparison.b, write(comparison.a)


def alternatives(field: str, a: Draft) -> tuple[str, ...]:
    """Texts worth choosing for a field of B, the most telling first, none of which is what A has."""
    own = query.write_draft(a)[field]
    options = [text for text in dict.fromkeys(_ALTERNATIVES[field](a)) if text != own]
    return tuple(text for text in options if field != _HIDDEN or _may_be_built(text))


def _may_be_built(hidden: str) -> bool:
    try:
        check_parameters(query.read_sizes(hidden))
    except Problem:
        return False
    return True


def _hidden_alternatives(a: Draft) -> list[str]:
    sizes = list(_sizes(a))
    last = sizes[-1] if sizes else 128
    options = [
        [*sizes, last],
        [2 * units for units in sizes],
        [max(units // 2, 1) for units in sizes],
        sizes[:-1],
        [],
    ]
    return ["-".join(map(str, option)) or "none" for option in options]


def _init_alternatives(first: str, second: str, schemes: tuple[str, ...]) -> list[str]:
    return [query.write_init(Init(scheme)) for scheme in dict.fromkeys((first, second, *schemes))]


_ALTERNATIVES: dict[str, Callable[[Draft], list[str]]] = {
    "hidden": _hidden_alternatives,
    "activation": lambda a: ["tanh", *ACTIVATIONS],
    "weights": lambda a: _init_alternatives(SUGGESTED, "pytorch", tuple(SCHEMES)),
    "biases": lambda a: _init_alternatives("zeros", "pytorch", BIAS_SCHEMES),
    "seed": lambda a: [str((a.seed + step) % (MAX_SEED + 1)) for step in range(1, 11)],
}


def _suggestion(a: Draft) -> dict[str, str]:
    return {"weights": alternatives("weights", a)[0]}


def _parts(text: str) -> tuple[dict[str, str], list[Note]]:
    """The parts of a text by their names, and a note for the first that is none."""
    if len(text) > LONGEST:
        problem = Problem(
            N_("{name} must be at most {high} characters long; given: {given}."),
            name=NAME,
            high=LONGEST,
            given=len(text),
        )
        return {}, [Note(NAME, problem, "")]
    parts: dict[str, str] = {}
    notes: list[Note] = []
    for piece in filter(None, map(str.strip, text.split(","))):
        name, colon, value = (word.strip() for word in piece.partition(":"))
        if name in NETWORK_FIELDS and colon and name not in parts:
            parts[name] = value
        elif not notes:
            notes.append(Note(NAME, _not_read(piece), ""))
    return parts, notes


def _not_read(given: str) -> Problem:
    return Problem(
        N_("{name} must be parts such as weights:zeros, with commas between them; given: {given}."),
        name=NAME,
        given=shown(given),
    )


def _resolved(parts: dict[str, str], a: Draft) -> tuple[Draft, dict[str, Problem]]:
    """A with these parts in place of its own, and what is wrong with which of them."""
    sizes = _sizes(a)
    if _HIDDEN in parts:
        try:
            sizes = query.read_sizes(parts[_HIDDEN])
            check_parameters(sizes)
        except Problem as problem:
            return a, {_HIDDEN: problem.with_traceback(None)}  # it would hold every frame
    base = _sized(a, sizes)
    reading = query.read({**query.write_draft(base), **parts})
    return replace(reading.draft, batch=a.batch), {note.field: note.problem for note in reading.notes}


def _part(name: str, draft: Draft) -> str:
    return f"{name}:{query.write_draft(draft)[name]}"


def _sizes(draft: Draft) -> tuple[int, ...]:
    return tuple(layer.units for layer in draft.hidden)


def _sized(draft: Draft, sizes: tuple[int, ...]) -> Draft:
    """The draft with these hidden sizes; a new layer is like the last one."""
    layers = resized(draft, len(sizes)).hidden
    return replace(draft, hidden=tuple(replace(layer, units=units) for layer, units in zip(layers, sizes, strict=True)))
