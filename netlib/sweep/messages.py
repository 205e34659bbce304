"""What a launcher is told, and what it says of a sweep. No torch, no dask."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from netlib.problem import Problem


@dataclass(frozen=True)
class Settings:
    """What an operator says: workers of this machine, a scheduler's address, the folder of results.

    seconds: how long a chunk is meant to last, after which its rows are there. rows: whether reports carry them.
    """

    workers: int | None = None
    address: str | None = None
    threads: bool = False
    folder: Path | None = None
    seconds: float = 1.0
    rows: bool = True


@dataclass(frozen=True)
class Report:
    """What is new: networks done and their rows, how many seconds are left, whether it has ended and why.

    busy: the seconds for which a worker was busy with them. away: it has failed, for the scheduler cannot be reached.
    """

    state: Literal["running", "done", "failed"]
    done: int = 0
    rows: pd.DataFrame | None = None
    seconds_left: float | None = None
    busy: float = 0.0
    problem: Problem | None = None
    away: bool = False
