"""Finds everything inside of a value that somebody could write."""

import dataclasses
import enum
import types

import numpy as np
import pandas as pd

from netlib.problem import Problem

PLAIN = (str, int, float, bool, bytes, complex, type(None), np.generic, enum.Enum)


def writable(value, path="", seen=None):
    """The path of everything inside of a value that somebody could write."""
    seen = set() if seen is None else seen
    if isinstance(value, PLAIN) or id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, np.ndarray):
        owner = value
        while isinstance(owner, np.ndarray):
            if owner.flags.writeable:
                yield f"{path}: an array, or the one that it is a view of"
            owner = owner.base
        if value.dtype.hasobject:
            yield f"{path}: an array of objects"
    elif dataclasses.is_dataclass(value) and value.__dataclass_params__.frozen:
        inside = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        for name, part in {**vars(value), **inside}.items():
            yield from writable(part, f"{path}.{name}", seen)
    elif isinstance(value, tuple | frozenset | types.MappingProxyType):
        for index, part in enumerate(value.items() if isinstance(value, types.MappingProxyType) else value):
            yield from writable(part, f"{path}[{index}]", seen)
    elif isinstance(value, pd.DataFrame):  # whoever asks gets a copy, which tests/sweep/test_shipped.py writes to
        for name in value.columns[value.dtypes.astype(str) == "object"]:
            for index, part in enumerate(value[name]):
                yield from writable(part, f"{path}[{name!r}][{index}]", seen)
    elif isinstance(value, Problem):  # an exception can always be written to; ours is only ever read, and holds words
        assert value.__traceback__ is None, "a kept traceback keeps every local variable of its frames"
        said = value.values.items()  # noqa: PD011 - a Problem's own
        yield from (found for name, part in said for found in writable(part, f"{path}.{name}", seen))
    else:
        yield f"{path}: {type(value).__name__}"


def problems(value):
    return list(writable(value, type(value).__name__))
