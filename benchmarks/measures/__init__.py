"""One file for each question; each has `measure(effort)`, which returns what it found as one `Result` or two."""

from collections.abc import Callable

from benchmarks.effort import Effort
from benchmarks.measures import (
    memory,
    own,
    press,
    schemes,
    sent,
    start,
    sweep_floor,
    sweeps,
    threads,
    training,
    visitors,
)
from benchmarks.result import Result

MEASURES: dict[str, Callable[[Effort], tuple[Result, ...]]] = {
    "press": press.measure,
    "sent": sent.measure,
    "own": own.measure,
    "start": start.measure,
    "memory": memory.measure,
    "visitors": visitors.measure,
    "threads": threads.measure,
    "schemes": schemes.measure,
    "training": training.measure,
    "sweep_floor": sweep_floor.measure,
    "sweeps": sweeps.measure,
}
