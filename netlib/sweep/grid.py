"""A sweep as a TOML file: the keys of `Sweep`, of `BatchSpec` under [batch], of `ShortTraining` under [training].

A list may be written as a list, as one value, or as a range: `{from = 1, to = 30}`, `{from = 0, to = 1, step = 0.1}`,
`{from = 0.5, to = 3, count = 11}`. Whatever is wrong, the sentence about it names the line.
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from netlib.bounds import check_parameters, shown
from netlib.i18n import N_
from netlib.problem import Problem
from netlib.query import read_init, read_sizes
from netlib.spec import BatchSpec, check_bias_init, check_weight_init
from netlib.sweep.spec import ShortTraining, Sweep

MOST = 10_000
"""Values of one list."""

_DECIMALS = 9
_KEY = re.compile(r"""\s*(?:\[\s*(?P<table>[\w."'-]+)\s*\]|(?P<key>[\w."'-]+)\s*=)""")
_WHERE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def read(path: Path) -> Sweep:
    """The sweep that a file says; raises `Problem` with the file's name and the line of what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Problem(
            N_("{file} cannot be read: {reason}."), file=str(path), reason=error.strerror or type(error).__name__
        ) from error
    except UnicodeDecodeError as error:
        raise Problem(N_("{file} is not a text in UTF-8."), file=str(path)) from error
    return parse(text, str(path))


def parse(text: str, file: str) -> Sweep:
    """The sweep that a text says; `file` is what sentences call it."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        where = _WHERE.search(str(error))
        line = int(where.group(1)) if where and where.group(1) else max(text.rstrip().count("\n") + 1, 1)
        raise Problem(
            N_("{file}, line {line}: this is not TOML: {reason}."),
            file=file,
            line=line,
            reason=_WHERE.sub("", str(error)),
        ) from error
    return _Reader(file, text).sweep(said)


class _Reader:
    """Checks key by key, so that a fault has a line."""

    def __init__(self, file: str, text: str) -> None:
        self._file, self._text, self._lines = file, text.splitlines(), _lines(text)

    def sweep(self, said: Mapping[str, Any]) -> Sweep:
        self._known("", said, _SWEEP)
        given: dict[str, Any] = {}
        for name, value in said.items():
            if name in _TABLES:
                given[name] = self._table(name, value)
            else:
                given[name] = self._at(name, partial(_SWEEP[name], name, value))
        try:
            found = Sweep(**given)
            for sizes in found.architectures():
                check_parameters(sizes)
        except Problem as problem:
            named = str(problem.values.get("name", ""))
            candidates = [named, "hidden_sizes", "width", "depth", *given]
            raise self._said(next((name for name in candidates if name in given), ""), problem) from problem
        return found

    def _table(self, name: str, said: Any) -> Any:
        kind, checks = _TABLES[name]
        if not isinstance(said, dict):
            raise self._said(
                name,
                Problem(
                    N_("{name} must be a table such as {example}; given: {given}."),
                    name=name,
                    example=f"[{name}]",
                    given=shown(said),
                ),
            )
        self._known(f"{name}.", said, checks)
        for key, value in said.items():
            self._at(f"{name}.{key}", partial(kind, **{key: value}))
        return self._at(name, lambda: kind(**said))

    def _known(self, table: str, said: Mapping[str, Any], allowed: Iterable[str]) -> None:
        for name in said:
            if name not in allowed:
                near = difflib.get_close_matches(name, list(allowed), n=len(list(allowed)), cutoff=0.6)
                raise self._said(
                    table + name,
                    Problem(
                        N_("{name} is not known here; allowed: {allowed}."),
                        name=shown(table + name),
                        allowed=", ".join([*near, *(other for other in allowed if other not in near)]),
                    ),
                )

    def _at(self, name: str, check: Callable[[], Any]) -> Any:
        try:
            return check()
        except Problem as problem:
            raise self._said(name, problem) from problem

    def _said(self, name: str, problem: Problem) -> Problem:
        line = self._lines.get(name) or self._lines.get(name.split(".", maxsplit=1)[0], 1)
        # A list may go over several lines: the one that has the value in it, before the next key.
        end = min((other for other in self._lines.values() if other > line), default=len(self._text) + 1)
        value = str(problem.values.get("given", ""))
        line = next((number for number in range(line, end) if value in self._text[number - 1]), line)
        return Problem(
            N_("{file}, line {line}: {problem}"), file=self._file, line=line, problem=problem.with_traceback(None)
        )


def _lines(text: str) -> dict[str, int]:
    """Where each key and each table stands, by its dotted name, counted from 1."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := _KEY.match(line):
            name = re.sub(r"[\"']", "", match.group("table") or match.group("key"))
            if match.group("table"):
                table = f"{name}."
            found.setdefault(name if match.group("table") else table + name, number)
    return found


def _list(name: str, given: Any) -> tuple[Any, ...]:
    """The values of a list, of a range, or one alone."""
    if isinstance(given, dict):
        return _range(name, given)
    values = tuple(given) if isinstance(given, list) else (given,)
    if not 0 < len(values) <= MOST:
        raise Problem(
            N_("{name} must list 1 to {high} values; given: {given}."), name=name, high=MOST, given=len(values)
        )
    return values


def _range(name: str, given: Mapping[str, Any]) -> tuple[float, ...]:
    low, high, step, count = (given.get(key) for key in ("from", "to", "step", "count"))
    numbers = [value for value in given.values() if isinstance(value, int | float) and not isinstance(value, bool)]
    if (
        low is None
        or high is None
        or len(numbers) != len(given)
        or given.keys() - {"from", "to", "step", "count"}
        or (step is not None and count is not None)
    ):
        raise Problem(
            N_("A range of {name} has from, to and either step or count, all of them numbers; given: {given}."),
            name=name,
            given=shown(dict(given)),
        )
    if count is None:
        step = 1 if step is None else step
        length = int((high - low) / step + 1e-6) + 1 if step > 0 and high >= low and (high - low) / step < MOST else 0
    else:
        length = count if isinstance(count, int) else 0
        step = (high - low) / max(length - 1, 1)
    if not 0 < length <= MOST or high < low:
        raise Problem(
            N_("A range of {name} goes upwards in at most {high} steps; given: {given}."),
            name=name,
            high=MOST,
            given=shown(dict(given)),
        )
    whole = all(isinstance(value, int) for value in (low, step))
    return tuple(low + index * step if whole else round(low + index * step, _DECIMALS) for index in range(length))


def _values(name: str, given: Any) -> tuple[Any, ...]:
    values = _list(name, given)
    given_too: dict[str, Any] = {"depth": {"width": (1,)}, "width": {"depth": (1,)}}.get(name, {})
    return tuple(getattr(Sweep(**{name: values, **given_too}), name))


def _sizes(name: str, given: Any) -> tuple[Any, ...]:
    listed = _list(name, given)
    if isinstance(given, list) and given and all(isinstance(size, int) for size in given):
        listed = (given,)  # one architecture, written as a list of widths
    return Sweep(hidden_sizes=tuple(read_sizes(one) if isinstance(one, str) else one for one in listed)).hidden_sizes


def _inits(check: Callable[[object], Any]) -> Callable[[str, Any], tuple[Any, ...]]:
    def read_each(name: str, given: Any) -> tuple[Any, ...]:
        return tuple(
            check(read_init(one) if isinstance(one, str) and ":" in one else one) for one in _list(name, given)
        )

    return read_each


def _plain(name: str, given: Any) -> Any:
    return getattr(Sweep(**{name: given}), name)


_SWEEP: dict[str, Callable[[str, Any], Any]] = {
    "hidden_sizes": _sizes,
    "depth": _values,
    "width": _values,
    "activation": _values,
    "weight_init": _inits(check_weight_init),
    "sigma_w": _values,
    "bias_init": _inits(check_bias_init),
    "sigma_b": _values,
    "seeds": _plain,
    "first_seed": _plain,
    "batch": _plain,
    "training": _plain,
}
_TABLES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "batch": (BatchSpec, tuple(field.name for field in fields(BatchSpec) if field.name != "image")),
    "training": (ShortTraining, tuple(field.name for field in fields(ShortTraining))),
}
