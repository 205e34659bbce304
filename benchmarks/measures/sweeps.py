"""Sweeps: one worker against two, processes against threads, a scheduler against none; and what all that costs."""

import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil

from benchmarks.effort import Effort
from benchmarks.machine import circumstances
from benchmarks.result import Result, Row
from benchmarks.servers.launch import cpu_seconds_of
from benchmarks.spread import median
from netlib.launch import Process
from netlib.sweep.__main__ import CHUNK
from netlib.sweep.estimate import count
from netlib.sweep.messages import Report, Settings
from netlib.sweep.spec import Sweep
from netlib.sweep.store import Store
from tests.sweep.cluster import Cluster

SPECS, WORKERS, SEEDS = 1_000_000, 50, 10
WORK = Sweep(
    hidden_sizes=((128, 64),),
    activation=("relu", "tanh"),
    sigma_w=tuple(0.5 + 0.01 * step for step in range(200)),
    seeds=30,
)
WARM = Sweep(hidden_sizes=((4,),), sigma_w=tuple(0.01 * step for step in range(1, 65)), seeds=4)
_SHORT, _IDLE = 0.1, 3.0
ABOUT = (
    "784-128-64-10 at 30 seeds, no training. Workers are started and have torch loaded before the clock starts; it "
    "stops when the last row is in its file. Every chunk is written as it is by the command. Overhead is workers x "
    "seconds on the wall, less the seconds for which they evaluated; its specs have one seed, one hidden layer of 4. "
    "What a scheduler does for a chunk is measured with chunks of a tenth of a second, less what it does when idle."
)


@dataclass(frozen=True)
class Ran:
    """A sweep that was timed: seconds on the wall and of evaluations, networks, and bytes of its files.

    client: CPU seconds of the process that hands out and writes; its memory, and the scheduler's, in MB at the most.
    """

    seconds: float
    busy: float
    networks: int
    parts: int
    nbytes: int
    client: float
    client_mb: float
    scheduler: float = 0.0
    scheduler_mb: tuple[float, float] = (0.0, 0.0)

    def overhead(self, workers: int) -> float:
        """Milliseconds of a worker a network beside its evaluation."""
        return 1000 * (workers * self.seconds - self.busy) / self.networks


def measure(effort: Effort) -> tuple[Result, ...]:
    """All in turns; the specs are counted once."""
    now = circumstances(quick=effort.quick)
    work = replace(WORK, sigma_w=WORK.sigma_w[::4]) if effort.quick else WORK
    specs = _many(1_000 if effort.quick else 10_000)
    found: dict[str, list[float]] = {"1 worker": [], "2 workers": [], "2 threads": [], "scheduler, 2 workers": []}
    with TemporaryDirectory() as folder, Cluster(Path(folder)) as cluster:
        settings = {
            "1 worker": Settings(1),
            "2 workers": Settings(2),
            "2 threads": Settings(2, threads=True),
            "scheduler, 2 workers": Settings(address=cluster.address),
        }
        for _ in range(max(effort.rounds // 2, 1)):
            for name, where in settings.items():
                found[name].append(_ran(where, work).seconds)
        local = _ran(Settings(2), specs)
        remote = _ran(settings["scheduler, 2 workers"], specs, cluster.scheduler.pid)
        short = _ran(settings["scheduler, 2 workers"], specs, cluster.scheduler.pid, chunk=_SHORT)
    middle = {name: median(values) for name, values in found.items()}
    rows = (
        Row.against("2 local workers beside 1", middle["2 workers"], middle["1 worker"], "s"),
        Row.against("2 threads beside 2 processes", middle["2 threads"], middle["2 workers"], "s"),
        Row.against(
            "2 workers of a scheduler beside 2 local", middle["scheduler, 2 workers"], middle["2 workers"], "s"
        ),
        Row.within("networks a second, 2 local workers", count(work) / middle["2 workers"], ""),
        Row.within(f"{local.networks:,} specs, 2 local workers: overhead a spec", local.overhead(2), "ms"),
        Row.within(f"{remote.networks:,} specs, a scheduler's 2 workers: overhead a spec", remote.overhead(2), "ms"),
        Row.within("the scheduler's CPU time a chunk", 1000 * short.scheduler / short.parts, "ms"),
        Row.within("the command's CPU time a spec, writing included", 1000 * remote.client / remote.networks, "ms"),
        Row.within("memory of the scheduler before", remote.scheduler_mb[0], "MB"),
        Row.within("– at its most", remote.scheduler_mb[1], "MB"),
        Row.within("memory of the command's process at its most", remote.client_mb, "MB"),
        Row.within("disk a network", remote.nbytes / remote.networks, "bytes"),
    )
    each = middle["2 workers"] * 2 / count(work)
    result = Result(
        name="sweeps",
        question="Sweeps: what workers bring, and what it costs to have them",
        reference="the other",
        rows=rows,
        circumstances=now,
        notes=(ABOUT, *on_paper(each, remote, short.scheduler / short.parts)),
        detail={"networks a second": {name: [count(work) / value for value in all_] for name, all_ in found.items()}},
    )
    return (result,)


def on_paper(each: float, remote: Ran, chunk: float) -> tuple[str, ...]:
    """What a million specs would cost, from what was measured; `each`: seconds of a worker a network.

    chunk: seconds of the scheduler a chunk.
    """
    networks = SPECS * SEEDS
    hours = networks * each / WORKERS / 3600
    chunks = networks * each / CHUNK
    gigabytes = networks * remote.nbytes / remote.networks / 1e9
    client = networks * remote.client / remote.networks / 3600
    scheduler = chunks * chunk / 3600
    fed = each * remote.networks / remote.client
    told = CHUNK / max(chunk, 1e-5)
    cost = (
        f"On paper, {SPECS:,} specs of 784-128-64-10 at {SEEDS} seeds on {WORKERS} workers like these: "
        f"{hours:.1f} hours in {chunks:,.0f} chunks of {CHUNK:g} s, {gigabytes:.1f} GB of files."
    )
    first = (
        f"The one process that hands out and writes would be busy for {60 * client:.0f} minutes of that, and could "
        f"keep some {fed:,.0f} workers busy; the scheduler for {60 * scheduler:.0f} minutes, and could {told:,.0f}. "
        f"So {'the first' if fed < told else 'the scheduler'} is what breaks first."
    )
    resumed = (
        f"To resume it, the keys of {networks:,} networks take some {networks * 100 / 1e9:.1f} GB in that process; and "
        "the table as one CSV, or one DataFrame, is more than a laptop holds: read the folder part by part."
    )
    return cost, first, resumed


def _many(specs: int) -> Sweep:
    """So many specs of one seed, as small as networks are."""
    return Sweep(
        hidden_sizes=((4,),),
        sigma_w=tuple(0.01 * step for step in range(1, 101)),
        sigma_b=tuple(0.01 * step for step in range(specs // 100)),
        seeds=1,
    )


def _ran(settings: Settings, sweep: Sweep, scheduler: int | None = None, chunk: float = CHUNK) -> Ran:
    """A sweep by a launcher of its own, after one that warms the workers up; chunk: its seconds."""
    settings = replace(settings, rows=False, seconds=chunk)
    with TemporaryDirectory() as name, _launcher(settings) as (child, said):
        folder = Path(name)
        child.send(("begin", "warm", WARM, False))
        _until_done(said)
        child.send(("set", replace(settings, folder=folder)))
        before, idle = _memory(scheduler), _idle(scheduler)
        spent = cpu_seconds_of(child.process.pid), _cpu(scheduler)
        began = time.perf_counter()
        child.send(("begin", "run", sweep, False))
        busy, most, most_scheduler = _until_done(said, child.process.pid, scheduler)
        seconds = time.perf_counter() - began
        parts = Store(folder).parts()
        return Ran(
            seconds,
            busy,
            count(sweep),
            len(parts),
            sum((folder / part).stat().st_size for part in parts),
            cpu_seconds_of(child.process.pid) - spent[0],
            most,
            max(_cpu(scheduler) - spent[1] - idle * seconds, 0.0),
            (before, max(most_scheduler, before)),
        )


@contextmanager
def _launcher(settings: Settings) -> Iterator[tuple[Process, "queue.SimpleQueue[tuple[Any, ...]]"]]:
    said: queue.SimpleQueue[tuple[Any, ...]] = queue.SimpleQueue()
    child = Process(
        "netlib.sweep.launcher", heard=said.put, died=lambda: said.put(("died",)), name="sweeps", patience=30
    )
    try:
        child.send(("set", settings))
        yield child, said
    finally:
        child.close()


def _until_done(
    said: "queue.SimpleQueue[tuple[Any, ...]]", client: int | None = None, scheduler: int | None = None
) -> tuple[float, float, float]:
    """Seconds of evaluations, and the most memory seen of the launcher and of the scheduler; raises `RuntimeError`."""
    busy = most = most_scheduler = 0.0
    while True:
        try:
            message = said.get(timeout=0.25)
        except queue.Empty:
            message = None
        most, most_scheduler = max(most, _memory(client)), max(most_scheduler, _memory(scheduler))
        match message:
            case None:
                pass
            case ("report", _, Report(state="running") as report):
                busy += report.busy
            case ("report", _, Report(state="done")):
                return busy, most, most_scheduler
            case _:
                raise RuntimeError(f"the sweep ended: {message}")


def _memory(process: int | None) -> float:
    return 0.0 if process is None else psutil.Process(process).memory_info().rss / 1e6


def _idle(process: int | None) -> float:
    """The share of a core that a process takes with nothing to do."""
    if process is None:
        return 0.0
    before = _cpu(process)
    time.sleep(_IDLE)
    return (_cpu(process) - before) / _IDLE


def _cpu(process: int | None) -> float:
    return 0.0 if process is None else cpu_seconds_of(process)
