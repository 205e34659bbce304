"""The sweeps of a server: who runs, who waits, what has come. Thread-safe; knows neither Streamlit nor torch nor dask.

The work is done beside the server, by a launcher (`netlib.sweep.launcher`) that is started when somebody first asks and
ends some minutes after the last sweep.
"""

import atexit
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, cast

import pandas as pd
from cachetools import LRUCache

from netlib.digits.folders import on_public_host
from netlib.i18n import N_
from netlib.launch import Beside, Inbox, Message, Process, Thread
from netlib.problem import Problem
from netlib.sweep import estimate as reckoning
from netlib.sweep.estimate import Estimate
from netlib.sweep.limits import Limits, of_server
from netlib.sweep.messages import Report
from netlib.sweep.rows import empty
from netlib.sweep.spec import Sweep

PATIENCE = 60.0
"""Seconds without a look after which a sweep that runs or waits is cancelled."""

KEPT = 1_800.0
"""Seconds without a look after which one that has ended is forgotten, rows and all."""

IDLE = 180.0
"""Seconds without any work after which the launcher ends."""

RATES = 256
"""So many kinds of sweep are remembered by how long they take."""

_TIDY = 1.0
_NAME = "sweeps"

State = Literal["waiting", "running", "done", "cancelled", "failed", "gone"]


@dataclass(frozen=True, eq=False)
class Look:
    """How a sweep is. done and total in networks; rows: the table so far, never to be written to.

    place: 0 where it has its turn, n where it waits as the nth. away: it failed, for the scheduler cannot be reached.
    """

    state: State
    place: int = 0
    done: int = 0
    total: int = 0
    rows: pd.DataFrame = field(default_factory=empty)
    seconds_left: float | None = None
    problem: Problem | None = None
    away: bool = False

    @property
    def finished(self) -> bool:
        """Whether nothing more will come."""
        return self.state not in ("waiting", "running")


@dataclass(eq=False)
class _Run:
    sweep: Sweep
    here: bool
    total: int
    seen: float
    state: State = "waiting"
    done: int = 0
    parts: list[pd.DataFrame] = field(default_factory=list)
    seconds_left: float | None = None
    problem: Problem | None = None
    away: bool = False

    @property
    def finished(self) -> bool:
        return self.state not in ("waiting", "running")

    def rows(self) -> pd.DataFrame:
        """All that has come, as one table: put together when somebody looks, once."""
        if len(self.parts) > 1:
            self.parts = [pd.concat(self.parts, ignore_index=True)]
        return self.parts[0] if self.parts else empty()


Rate = tuple[float, int]
"""Seconds that the work of one second takes on one worker, and how many workers there are."""


class Runs:
    """All sweeps of a server; nothing is started before the first `begin` or `estimate`.

    limits: by default those of this server. threads: the launcher in a thread of this process instead of in one of its
    own, by default where `LAYERSCOPE_PUBLIC` is set. patience, kept and idle in seconds of `clock`.
    """

    def __init__(
        self,
        threads: bool | None = None,
        *,
        limits: Limits | None = None,
        patience: float = PATIENCE,
        kept: float = KEPT,
        idle: float = IDLE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.limits = of_server() if limits is None else limits
        self._threads = on_public_host() if threads is None else threads
        self._patience, self._kept, self._idle, self._clock = patience, kept, idle, clock
        self._runs: dict[str, _Run] = {}
        self._rates: LRUCache[object, Rate | Report] = LRUCache(RATES)
        self._measured: set[object] = set()
        self._lock = threading.RLock()
        self._told = threading.Condition(self._lock)
        self._beside: Beside | None = None
        self._busy_at = 0.0
        self._keeper: threading.Thread | None = None
        self._closed = False

    def begin(self, sweep: Sweep, *, here: bool = False) -> str:
        """A new sweep; returns its id. here: on this machine, even where a scheduler is configured.

        Raises `Problem` where it is too large, or where there are too many.
        """
        self.limits.check(sweep, self._one_worker(sweep, here))
        with self._lock:
            self._tidy()
            open_runs = [run for run in self._runs.values() if not run.finished]
            if self._closed or len(open_runs) >= self.limits.places:
                raise Problem(
                    N_("{count} sweeps are on this server already; yours can begin when one of them ends."),
                    count=self.limits.places,
                )
            total = reckoning.count(sweep)
            self._make_room(total)
            name = secrets.token_urlsafe(16)
            self._runs[name] = _Run(sweep, here, total, self._clock())
            self._admit()
            return name

    def look(self, run: str) -> Look:
        """How a sweep is; at once. Each look is a sign that somebody is there."""
        with self._lock:
            self._tidy()
            found = self._runs.get(run)
            if found is None:
                return Look("gone")
            found.seen = self._clock()
            waiting = [name for name, other in self._runs.items() if other.state == "waiting"]
            return Look(
                found.state,
                waiting.index(run) + 1 if found.state == "waiting" else 0,
                found.done,
                found.total,
                found.rows(),
                found.seconds_left if found.state == "running" else None,
                found.problem,
                found.away,
            )

    def cancel(self, run: str) -> None:
        """Ends a sweep; its rows so far stay to be looked at."""
        with self._lock:
            if (found := self._runs.get(run)) is not None and not found.finished:
                self._send(("cancel", run))
                found.state = "cancelled"
                self._admit()

    def estimate(self, sweep: Sweep, *, here: bool = False) -> Estimate:
        """What a sweep would take; at once. Its seconds are there at some later call, when a sample is measured."""
        networks, key = reckoning.count(sweep), (reckoning.kind(sweep), here)
        with self._lock:
            self._tidy()
            rate = self._rates.get(key)
            if isinstance(rate, Report):
                del self._rates[key]  # who asks again has it tried again
                return Estimate(networks, None, 0, rate.problem, rate.away)
            if rate is None:
                if key not in self._measured and not self._closed and len(self._measured) < self.limits.places:
                    self._measured.add(key)
                    self._send(("measure", key, sweep, here))
                return Estimate(networks, None, 0)
            seconds, workers = rate
            return Estimate(networks, seconds * reckoning.work(sweep) / max(workers, 1), workers)

    def close(self) -> None:
        """Ends everything and waits for it."""
        with self._lock:
            self._closed = True
            beside, self._beside = self._beside, None
            for run in self._runs.values():
                run.state = run.state if run.finished else "cancelled"
            keeper = self._keeper
            self._told.notify_all()
        if beside is not None:
            beside.close()
        if keeper is not None and keeper is not threading.current_thread():
            keeper.join(5)
        atexit.unregister(self.close)

    # --- who runs, who waits, who is forgotten ---

    def _one_worker(self, sweep: Sweep, here: bool) -> float | None:
        with self._lock:
            rate = self._rates.get((reckoning.kind(sweep), here))
        return None if rate is None or isinstance(rate, Report) else rate[0] * reckoning.work(sweep)

    def _make_room(self, total: int) -> None:
        """Forgets sweeps that have ended, the one longest unseen first; raises `Problem` where that is not enough."""
        ended = sorted((run.seen, name) for name, run in self._runs.items() if run.finished)
        held = sum(len(run.rows()) if run.finished else run.total for run in self._runs.values())
        while held + total > self.limits.rows and ended:
            held -= len(self._runs.pop(ended.pop(0)[1]).rows())
        if held + total > self.limits.rows:
            raise Problem(
                N_("The sweeps on this server have too many networks together; yours can begin when one of them ends.")
            )

    def _admit(self) -> None:
        free = self.limits.abreast - sum(run.state == "running" for run in self._runs.values())
        for name in [name for name, run in self._runs.items() if run.state == "waiting"][: max(free, 0)]:
            run = self._runs[name]
            run.state = "running"
            self._send(("begin", name, run.sweep, run.here))

    def _tidy(self) -> None:
        now = self._clock()
        for name, run in list(self._runs.items()):
            if not run.finished and now - run.seen > self._patience:
                self.cancel(name)
            elif run.finished and now - run.seen > self._kept:
                del self._runs[name]
        if self._measured or any(run.state == "running" for run in self._runs.values()):
            self._busy_at = now
        elif self._beside is not None and now - self._busy_at > self._idle:
            beside, self._beside = self._beside, None
            threading.Thread(target=beside.close, name=f"{_NAME}-farewell", daemon=True).start()

    def _keep(self) -> None:
        while True:
            with self._lock:
                self._tidy()
                if self._closed or not (self._runs or self._beside):
                    self._keeper = None
                    return
                self._told.wait(_TIDY)

    # --- the launcher ---

    def _send(self, message: Message) -> None:
        self._busy_at = self._clock()
        if self._beside is None:
            if message[0] == "cancel":
                return
            self._beside = self._launch()
            atexit.register(self.close)
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep, name=f"{_NAME}-keeper", daemon=True)
            self._keeper.start()
        self._beside.send(message)

    def _launch(self) -> Beside:
        holder: list[Beside] = []

        def heard(message: Message) -> None:
            self._heard(*message)

        def died() -> None:
            self._died(holder)

        beside: Beside = (
            Thread(_work, heard=heard, died=died, name=_NAME)
            if self._threads
            else Process("netlib.sweep.launcher", heard=heard, died=died, name=_NAME)
        )
        holder.append(beside)
        return beside

    def _heard(self, word: str, key: object, value: object) -> None:
        with self._lock:
            if word == "measured":
                self._measured.discard(key)
                self._rates[key] = cast("Rate | Report", value)
            elif isinstance(value, Report) and (run := self._runs.get(str(key))) is not None and not run.finished:
                run.done += value.done
                run.seconds_left = value.seconds_left
                if value.rows is not None:
                    run.parts.append(value.rows)
                run.state, run.problem, run.away = value.state, value.problem, value.away
                self._admit()
            self._told.notify_all()

    def _died(self, beside: list[Beside]) -> None:
        with self._lock:  # whoever started it holds the lock until it is there
            if self._beside is not beside[0]:
                return
            self._beside = None
            ended = Problem(N_("The process that ran this sweep has ended. Start the sweep anew."))
            for key in self._measured:
                self._rates[key] = Report("failed", problem=ended)
            self._measured.clear()
            for run in self._runs.values():
                if run.state == "running":
                    run.state = "failed"
                    run.problem = ended
            self._admit()
            self._told.notify_all()


def _work(inbox: Inbox, send: Callable[[Message], None]) -> None:
    from netlib.sweep.launcher import work

    work(inbox, send, threads=True)
