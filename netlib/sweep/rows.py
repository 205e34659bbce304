"""The table of a sweep: its columns, what a network's row says before anything is computed, and its key. No torch."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl, urlencode

import numpy as np
import pandas as pd

from netlib import query
from netlib.digits import known
from netlib.spec import Setup
from netlib.sweep.metrics import METRICS
from netlib.sweep.spec import Task

FORMAT = 1
"""Goes up whenever a network's numbers, their names or their meaning change: rows of another format are other rows."""


@dataclass(frozen=True)
class Column:
    """One column: its name, pandas' dtype, and what stands in it."""

    name: str
    dtype: str
    summary: str


COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("key", "str", "SHA-256 of all that the row depends on: two rows with one key are the same row."),
        Column("hidden_sizes", "str", "Hidden sizes as in a link: 128-64, or none."),
        Column("depth", "int64", "Hidden layers."),
        Column("width", "int64", "Units of the largest hidden layer, 0 without any."),
        Column("activation", "str", "Activations as in a link."),
        Column("weight_init", "str", "The weights' initialisations as in a link."),
        Column("bias_init", "str", "The biases' initialisations as in a link."),
        Column("sigma_w", "float64", "Weights' standard deviation x sqrt(fan_in); nan where the sweep did not set it."),
        Column("sigma_b", "float64", "Biases' standard deviation; nan where the sweep did not set it."),
        Column("seed", "int64", "The network's seed."),
        Column("parameters", "int64", "Weights and biases of the whole network."),
        Column("link", "str", "The whole Setup as the query of a link."),
        Column("epochs", "int64", "Epochs of training, 0 without one."),
        Column("optimizer", "str", "The training's optimiser, empty without one."),
        Column("learning_rate", "float64", "The training's learning rate, nan without one."),
        Column("batch_size", "int64", "The training's batch size, 0 without one."),
        Column(
            "threshold", "float64", "The held-out accuracy that steps_to_threshold counts to, nan without training."
        ),
        Column("signal", "object", "Root mean square of the pre-activations, one a layer; nan where it overflows."),
        Column("gradient", "object", "Norm of the weights' gradient, one a layer; inf or nan where it overflows."),
        *(Column(metric.name, "float64", metric.summary) for metric in METRICS.values()),
        Column("verdict", "str", "The worst that is found before any training: a kind of netlib.stats.diagnosis."),
        Column("diverged", "bool", "Whether the loss or the weights stopped being finite numbers while it trained."),
    )
}

DTYPES: dict[str, str] = {column.name: column.dtype for column in COLUMNS.values()}


def keys(task: Task) -> tuple[str, ...]:
    """One key a seed: SHA-256 (hexadecimal) of everything that the row is computed from.

    That is the network and the batch as their link says them, the sigmas, the training, the digits' own checksums, and
    the versions of our numbers, torch and numpy.
    """
    training = task.training
    said = [
        *identity(task.batch.source),
        *(f"{name}={value!r}" for name, value in (("sigma_w", task.sigma_w), ("sigma_b", task.sigma_b))),
        *([f"{name}={value!r}" for name, value in sorted(vars(training).items())] if training else ["untrained"]),
    ]
    begun = "\n".join(said)
    return tuple(hashlib.sha256(f"{begun}\n{link}".encode()).hexdigest() for link in links(task))


@lru_cache(maxsize=2)
def identity(source: str) -> tuple[str, ...]:
    """What numbers depend on beside the spec: our format, the versions of torch and numpy, the digits' checksums."""
    manifest = known.BUNDLED if source == "bundled" else known.FULL
    versions = (f"format={FORMAT}", *(f"{name}={version(name)}" for name in ("torch", "numpy")))
    return (*versions, *(f"{file.name}={file.sha256}" for file in manifest.files))


def links(task: Task) -> tuple[str, ...]:
    """The query of a link to each network, as the pages write it."""
    texts = query.write(Setup(task.network, task.batch))
    before, after = urlencode({"v": query.VERSION, **texts, "seed": ""}, safe=":").split("&seed=", 1)
    return tuple(f"{before}&seed={seed}{after}" for seed in task.seeds)


def setup_of(row: Mapping[str, Any]) -> Setup:
    """The Setup that a row's link says; raises `Problem` where it is none of ours."""
    reading = query.read(dict(parse_qsl(row["link"], keep_blank_values=True)))
    if reading.notes:
        raise reading.notes[0].problem
    return reading.draft.setup()


def given(task: Task) -> dict[str, Any]:
    """What a task's rows say before anything is computed, by column: one value for all, or a sequence of one a seed."""
    network, training = task.network, task.training
    texts = query.write(Setup(network, task.batch))
    return {
        "key": keys(task),
        "hidden_sizes": texts["hidden"],
        "depth": len(network.hidden_sizes),
        "width": max(network.hidden_sizes, default=0),
        "activation": texts["activation"],
        "weight_init": texts["weights"],
        "bias_init": texts["biases"],
        "sigma_w": math.nan if task.sigma_w is None else task.sigma_w,
        "sigma_b": math.nan if task.sigma_b is None else task.sigma_b,
        "seed": task.seeds,
        "parameters": network.parameters,
        "link": links(task),
        "epochs": training.epochs if training else 0,
        "optimizer": training.optimizer if training else "",
        "learning_rate": training.rate if training else math.nan,
        "batch_size": training.batch_size if training else 0,
        "threshold": training.threshold if training else math.nan,
    }


def table(*parts: tuple[Mapping[str, Any], int]) -> pd.DataFrame:
    """Columns by name and their count of rows, part after part, as one table: every column, in order, of its dtype.

    A column of a part is one value for all its rows, or a sequence of one a row.
    """
    arrays: dict[str, Any] = {}
    for name, dtype in DTYPES.items():
        if dtype in ("str", "object"):
            values = [value for columns, count in parts for value in _each(columns[name], count)]
            if dtype == "str":
                arrays[name] = pd.array(values, dtype="str")
            else:
                arrays[name] = np.empty(len(values), dtype=object)
                arrays[name][:] = values
        else:
            arrays[name] = np.concatenate([np.full(count, columns[name], dtype=dtype) for columns, count in parts])
    return pd.DataFrame(arrays, copy=False)


def _each(given: Any, count: int) -> Sequence[Any]:
    alike = isinstance(given, str) or not isinstance(given, Sequence | np.ndarray)
    return [given] * count if alike else list(given)


def empty() -> pd.DataFrame:
    """The table without a row."""
    return table((dict.fromkeys(DTYPES, ()), 0))
