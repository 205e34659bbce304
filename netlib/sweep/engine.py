"""Who computes: dask's workers on this machine, in processes or threads, or those of a scheduler. No torch here.

The unit that travels is a chunk of tasks; what comes back is its table. dask is imported when an engine is made.
"""

import hashlib
import itertools
import logging
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pandas as pd

from netlib.i18n import N_
from netlib.launch import ROOT, cores
from netlib.problem import Problem
from netlib.spec import BatchSpec, NetworkSpec
from netlib.sweep.rows import identity
from netlib.sweep.spec import Task

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

_log = logging.getLogger(__name__)

REACH = 5.0
"""Seconds for which a scheduler, and then its first worker, is waited for."""

AHEAD = 2
"""Chunks in flight for each worker's thread: one that it computes, one that waits for it."""

_COUNT = 3.0
_SOURCES = ("", "digits", "stats", "sweep", "training")
_DEATHS = 3
_LOUD = ("distributed", "distributed.client", "distributed.comm", "distributed.nanny", "distributed.scheduler")
_QUIET = {
    # Nobody looks at dask's own pages: they would be open ports, and the profile is taken a hundred times a second.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.scheduler.allowed-failures": _DEATHS,
    # A worker never waits for memory: what is in flight is bounded, and a network's size is.
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.pause": False,
}

Told = Callable[[int, "Done | Problem"], None]


class Away(Problem):
    """A scheduler that cannot be reached, or can no more: the same work could be done on this machine."""


@dataclass(frozen=True)
class Place:
    """Where the work runs: at a scheduler's `address`, or with `workers` of this machine, which may be `threads`."""

    workers: int = 1
    address: str | None = None
    threads: bool = False


@dataclass(frozen=True)
class Done:
    """A chunk's rows, and the seconds for which a worker was busy with it."""

    rows: pd.DataFrame
    seconds: float


def place(
    workers: int | None = None, address: str | None = None, *, threads: bool = False, here: bool = False
) -> Place:
    """Where the work runs, by what an operator has set.

    That is an address given here, or else dask's own configuration (`DASK_SCHEDULER_ADDRESS`, or `scheduler-address` in
    a file of it), or else, and with `here` in any case, workers of this machine: all its cores unless said otherwise.
    """
    import dask.config

    address = address or dask.config.get("scheduler-address", None)
    return Place(workers or cores(), None if here else address, threads)


class Engine:
    """dask's client, and the cluster of this machine where it has one of its own.

    `told` gets (ticket, Done or Problem) for every chunk, in a thread of dask's. Raises `Away` where no scheduler
    answers, `Problem` where its workers would compute something else than we do.
    """

    def __init__(self, place: Place, told: Told) -> None:
        self.place = place
        self._told, self._tickets = told, itertools.count()
        self._futures: dict[int, Future[Done]] = {}
        self._cluster = None if place.address else _local(place)
        self._client = self._connected()
        self._counted, self._workers = 0.0, place.workers
        if place.address:
            try:
                self._check()
            except BaseException:
                self.close()
                raise

    @property
    def workers(self) -> int:
        """Threads that compute, now: workers may come and go."""
        if self.place.address and time.monotonic() - self._counted > _COUNT:
            self._counted = time.monotonic()
            self._workers = sum(self._alive().nthreads().values())
        return max(self._workers, 1)

    @property
    def free(self) -> int:
        """How many more chunks may be in flight: so many as keep all workers busy, for each stays in memory."""
        return AHEAD * self.workers - len(self._futures)

    def submit(self, tasks: Sequence[Task]) -> int:
        """Has a chunk computed; returns its ticket."""
        ticket = next(self._tickets)
        # Workers of this machine read the files that we read.
        expected = (sources(), *identity(tasks[0].batch.source)) if self.place.address else ()
        future = self._alive().submit(compute, tuple(tasks), expected, key=f"sweep-{self._client.id}-{ticket}")
        self._futures[ticket] = future
        future.add_done_callback(lambda _: self._finished(ticket))
        return ticket

    def cancel(self, ticket: int) -> None:
        """Gives a chunk up; nothing more is told of it."""
        if (future := self._futures.pop(ticket, None)) is not None:
            future.cancel()

    def close(self) -> None:
        """Ends the workers of this machine, or takes leave of the scheduler."""
        self._futures.clear()
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()

    def _alive(self) -> "Client":
        if self._client.status != "running":
            raise _gone(str(self.place.address))
        return self._client

    def _finished(self, ticket: int) -> None:
        if (future := self._futures.get(ticket)) is None:
            return
        try:
            found: Done | Problem = future.result()
        except Problem as problem:
            found = problem.with_traceback(None)
        except BaseException as error:  # noqa: BLE001 - whatever it is, one sentence says it
            if ticket not in self._futures:  # it was cancelled meanwhile
                return
            found = self._trouble(error)
        if self._futures.pop(ticket, None) is not None:
            self._told(ticket, found)

    def _trouble(self, error: BaseException) -> Problem:
        from distributed import KilledWorker

        if isinstance(error, KilledWorker):
            return Problem(
                N_("Workers ended {count} times over the same networks; is there enough memory for them?"),
                count=_DEATHS + 1,
            )
        if self.place.address and (self._client.status != "running" or type(error).__name__ == "FutureCancelledError"):
            return _gone(self.place.address)
        _log.error("a chunk of a sweep failed", exc_info=error)
        return Problem(N_("The computation failed; the server's log says why."))

    def _connected(self) -> "Client":
        from distributed import Client

        for name in _LOUD:  # what they have to say is said by one sentence of ours
            logging.getLogger(name).setLevel(logging.CRITICAL)
        target = self._cluster or self.place.address
        try:
            return Client(target, set_as_default=False, timeout=REACH, heartbeat_interval="5s")
        except (OSError, ValueError, RuntimeError) as error:  # a wrong word for an address is none of ours either
            if self._cluster is not None:
                raise
            raise Away(N_("The scheduler at {address} cannot be reached."), address=str(self.place.address)) from error

    def _check(self) -> None:
        """Raises `Problem` where a scheduler has no worker, or one that has not our sources and versions."""
        address = str(self.place.address)
        deadline = time.monotonic() + REACH
        while not self._client.nthreads():
            if time.monotonic() > deadline:
                raise Away(N_("The scheduler at {address} has no workers."), address=address)
            time.sleep(0.1)
        ours = (sources(), *identity("bundled"))
        for worker, theirs in self._client.run(_who, on_error="return").items():
            if theirs != ours:
                raise _other(str(worker), theirs, ours)


def compute(tasks: Sequence[Task], expected: tuple[str, ...]) -> Done:
    """The rows of a chunk; what a worker does. Raises `Problem` where other sources or versions are `expected`."""
    if expected and (ours := (sources(), *identity(tasks[0].batch.source))) != expected:
        raise _other(platform.node(), ours, expected)
    from netlib.sweep.evaluate import evaluate

    _warm()
    began = time.perf_counter()
    rows = evaluate(*tasks)
    return Done(rows, time.perf_counter() - began)


@lru_cache(maxsize=1)
def _warm() -> None:
    """Has torch and the digits loaded: a worker's first chunk says how long the others will last."""
    from netlib.sweep.evaluate import evaluate

    evaluate(Task(NetworkSpec((1,)), (0,), BatchSpec(size=1)))


@lru_cache(maxsize=1)
def sources() -> str:
    """A hash of the Python that numbers come from: workers with another one might compute others under our keys."""
    found = hashlib.sha256()
    for path in sorted(path for folder in _SOURCES for path in (ROOT / "netlib" / folder).glob("*.py")):
        found.update(f"{path.relative_to(ROOT).as_posix()}\n".encode() + path.read_bytes())
    return f"netlib={found.hexdigest()[:16]}"


def _who() -> tuple[str, ...]:
    return (sources(), *identity("bundled"))


def _other(worker: str, theirs: object, ours: tuple[str, ...]) -> Problem:
    if not isinstance(theirs, tuple):
        return Problem(
            N_("The worker {worker} cannot import netlib; start it in this project's folder, with its environment."),
            worker=worker,
        )
    differing = next((pair for pair in zip(theirs, ours, strict=False) if pair[0] != pair[1]), ("", ""))
    return Problem(
        N_("The worker {worker} has {theirs} where we have {ours}: its numbers would not be ours."),
        worker=worker,
        theirs=differing[0],
        ours=differing[1],
    )


def _gone(address: str) -> Away:
    return Away(N_("The connection to the scheduler at {address} was lost; what was done is kept."), address=address)


def _local(place: Place) -> "LocalCluster":
    """Workers of this machine, which end with this process however it ends; only this machine can speak with them."""
    import dask.config
    from distributed import LocalCluster
    from distributed.security import Security

    # Any user of this machine can reach a port of it, and a worker does what it is told: so they need a key, where
    # there is a library that makes one.
    secured = not place.threads and find_spec("cryptography") is not None
    with dask.config.set(_QUIET):
        return LocalCluster(
            n_workers=1 if place.threads else place.workers,
            threads_per_worker=place.workers if place.threads else 1,
            processes=not place.threads,
            security=Security.temporary() if secured else None,
            host=None if place.threads else "127.0.0.1",
            dashboard_address=None,
            scheduler_kwargs={"dashboard": False, "dashboard_address": "127.0.0.1:0"},
            # A worker in a thread would otherwise open its port to all.
            worker_dashboard_address="127.0.0.1:0" if place.threads else None,
            silence_logs=logging.ERROR,
            memory_limit=0,
        )
