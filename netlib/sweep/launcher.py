"""Several sweeps on the same workers, in turns: `python -m netlib.sweep.launcher` is that in a process of its own.

Messages come as tuples, the first word says which: ("set", Settings), ("begin", run, sweep, here), ("cancel", run),
("measure", key, sweep, here), ("end",). It answers with ("report", run, Report), and ("measured", key, (seconds that
the work of one second takes, workers)) or ("measured", key, Report). No torch here; dask from the first sweep on.
"""

import itertools
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from netlib.i18n import N_
from netlib.launch import Inbox, Message, cores, leave, serve
from netlib.problem import Problem
from netlib.sweep import estimate, rows
from netlib.sweep.engine import Away, Done, Engine, Place, place
from netlib.sweep.messages import Report, Settings
from netlib.sweep.spec import Sweep, Task
from netlib.sweep.store import Store, packed

MOST_ROWS = 5_000
"""Rows of one chunk, however small its networks are."""

_FIRST = 0.1
"""Seconds for which the first chunks of an engine are meant to last, whose speed is not known yet."""

_LEAST = 0.02
"""Work for which it is worth to speak with a worker."""

_SAMPLE, _SAMPLE_MOST, _SAMPLES = 2.0, 0.5, 12
_log = logging.getLogger(__name__)


def of_server(*, threads: bool) -> Settings:
    """Those of a web server: its pages keep a core, results are kept where `LAYERSCOPE_SWEEPS` names a folder."""
    named = os.environ.get("LAYERSCOPE_SWEEPS", "").strip()
    return Settings(
        workers=1 if threads else max(1, cores() - 1),
        threads=threads,
        folder=Path(named).expanduser() if named else None,
    )


@dataclass(eq=False)
class _Run:
    """A sweep under way: what is still to be handed out, and how much work has come back."""

    total: float
    began: float
    tasks: Iterator[Task] = field(default_factory=lambda: iter(()))
    rest: Task | None = None
    held: Engine | None = None
    done: float = 0.0
    flying: dict[int, float] = field(default_factory=dict)
    all_out: bool = False

    @property
    def engine(self) -> Engine:
        """Who computes it, from when there is something to compute."""
        assert self.held is not None
        return self.held

    def chunk(self, enough: float) -> tuple[list[Task], float]:
        """The next tasks that are enough work, seeds of a long one apart; none where all are handed out."""
        chunk: list[Task] = []
        work = count = 0.0
        while work < enough and count < MOST_ROWS and (task := self.rest or next(self.tasks, None)) is not None:
            each = estimate.work_of(task) / len(task.seeds)
            most = min(max(1, int(enough / each)), MOST_ROWS)
            self.rest = replace(task, seeds=task.seeds[most:]) if len(task.seeds) > most else None
            chunk.append(replace(task, seeds=task.seeds[:most]))
            work += each * len(chunk[-1].seeds)
            count += len(chunk[-1].seeds)
        return chunk, work

    def left(self) -> float | None:
        """Seconds until it is done, by what has come back so far."""
        spent = time.monotonic() - self.began
        return max(self.total - self.done, 0.0) * spent / self.done if self.done else None


@dataclass(eq=False)
class _Measure:
    key: object
    engine: Engine
    tasks: Iterator[Task]
    work: float
    until: float
    seconds: float = 0.0
    done: float = 0.0


class Launcher:
    """Hands out chunks of tasks, one sweep after the other, and says what comes back."""

    def __init__(self, inbox: Inbox, send: Callable[[Message], None], settings: Settings) -> None:
        self._inbox, self._send, self._settings = inbox, send, settings
        self._engines: dict[Place, Engine] = {}
        self._speeds: dict[Place, float] = {}
        self._runs: dict[str, _Run] = {}
        self._turns: deque[str] = deque()
        self._measures: dict[tuple[Place, int], _Measure] = {}
        self._store: Store | None = None

    def run(self) -> None:
        """Works until it is told to end."""
        try:
            while (message := self._inbox.get())[0] != "end":
                self._hear(*message)
                self._hand_out()
        finally:
            for engine in self._engines.values():
                engine.close()

    def _hear(self, word: str, *values: object) -> None:
        match (word, *values):
            case ("set", Settings() as settings):
                self._settings = settings
            case ("begin", str(run), Sweep() as sweep, bool(here)):
                self._try(partial(self._begin, run, sweep, here), partial(self._fail, run))
            case ("measure", key, Sweep() as sweep, bool(here)):
                self._try(partial(self._measure, key, sweep, here), partial(self._not_measured, key))
            case ("cancel", str(run)):
                self._forget(run)
            case ("told", Place() as where, int(ticket), (Done() | Problem()) as found):
                self._told(where, ticket, found)

    def _try(self, work: Callable[[], None], failed: Callable[[Problem], None]) -> None:
        try:
            work()
        except Problem as problem:
            failed(problem.with_traceback(None))
        except Exception:  # noqa: BLE001 - whatever it is, the other sweeps are worth their time
            _log.exception("a sweep failed")
            failed(Problem(N_("The computation failed; the server's log says why.")))

    # --- sweeps ---

    def _begin(self, run: str, sweep: Sweep, here: bool) -> None:
        found = _Run(estimate.work(sweep), time.monotonic())
        found.tasks = self._missing(run, sweep, found)
        found.rest = next(found.tasks, None)
        if found.rest is None:  # all is kept already: no worker, and no scheduler, is needed
            self._send(("report", run, Report("done")))
            return
        found.held = self._engine(here)
        found.began = time.monotonic()
        self._runs[run] = found
        self._turns.append(run)

    def _missing(self, run: str, sweep: Sweep, found: _Run) -> Iterator[Task]:
        """The tasks of a sweep without the networks whose rows are kept already; those are reported at once."""
        if self._settings.folder is None:
            yield from sweep.tasks()
            return
        if self._store is None:
            self._store = Store(self._settings.folder)
        kept = self._store.keys()
        if torn := self._store.torn():
            _log.warning("torn files of results were moved aside: %s", ", ".join(torn))
            self._send(("torn", run, torn))
        if not kept:
            yield from sweep.tasks()
            return
        here: list[str] = []
        for task in sweep.tasks():
            keys = rows.keys(task)
            missing = tuple(seed for seed, key in zip(task.seeds, keys, strict=True) if packed(key) not in kept)
            if len(missing) < len(keys):
                here += [key for key in keys if packed(key) in kept]
                found.total -= estimate.work_of(task) * (1 - len(missing) / len(keys))
            if len(here) >= MOST_ROWS:
                self._again(run, here)
            if missing:
                yield replace(task, seeds=missing)
        self._again(run, here)

    def _again(self, run: str, keys: list[str]) -> None:
        if keys:
            assert self._store is not None
            table = self._store.read(keys) if self._settings.rows else None
            self._send(("report", run, Report("running", len(keys), table)))
            keys.clear()

    def _hand_out(self) -> None:
        """Fills what is free with chunks of the sweeps in turn."""
        idle = 0
        while self._turns and idle < len(self._turns):
            run = self._turns[0]
            self._turns.rotate(-1)
            found = self._runs[run]
            if found.all_out or found.engine.free <= 0:
                idle += 1
                continue
            idle = 0
            self._try(partial(self._next, run, found), partial(self._fail, run))

    def _next(self, run: str, found: _Run) -> None:
        chunk, work = found.chunk(self._enough(found))
        if chunk:
            found.flying[found.engine.submit(chunk)] = work
        else:
            found.all_out = True
            self._end_where_done(run, found)

    def _enough(self, found: _Run) -> float:
        """How much work a chunk should be: its seconds at the speed so far, and a part for every worker."""
        speed = self._speeds.get(found.engine.place)
        enough = self._settings.seconds / speed if speed else _FIRST
        return min(enough, max(found.total / (2 * found.engine.workers), _LEAST))

    def _told(self, where: Place, ticket: int, found: Done | Problem) -> None:
        if (measure := self._measures.pop((where, ticket), None)) is not None:
            self._sampled(measure, found)
            return
        run = next((name for name, run in self._runs.items() if run.engine.place == where and ticket in run.flying), "")
        if not run:
            return
        if isinstance(found, Problem):
            self._fail(run, found)
        else:
            self._try(partial(self._take, run, ticket, found), partial(self._fail, run))

    def _take(self, run: str, ticket: int, found: Done) -> None:
        sweep = self._runs[run]
        work = sweep.flying.pop(ticket)
        sweep.done += work
        speed = found.seconds / work
        self._speeds[sweep.engine.place] = (speed + self._speeds.get(sweep.engine.place, speed)) / 2
        if self._store is not None:
            self._store.add(found.rows)
        table = found.rows if self._settings.rows else None
        self._send(("report", run, Report("running", len(found.rows), table, sweep.left(), found.seconds)))
        self._end_where_done(run, sweep)

    def _end_where_done(self, run: str, found: _Run) -> None:
        if found.all_out and not found.flying:
            self._forget(run)
            self._send(("report", run, Report("done")))

    def _fail(self, run: str, problem: Problem) -> None:
        self._forget(run)
        self._send(("report", run, Report("failed", problem=problem, away=isinstance(problem, Away))))
        self._part_from_the_gone(problem)

    def _forget(self, run: str) -> None:
        if run in self._turns:
            self._turns.remove(run)
        if (found := self._runs.pop(run, None)) is not None:
            for ticket in found.flying:
                found.engine.cancel(ticket)

    # --- engines ---

    def _engine(self, here: bool) -> Engine:
        settings = self._settings
        where = place(settings.workers, settings.address, threads=settings.threads, here=here)
        if where not in self._engines:
            self._engines[where] = Engine(where, lambda ticket, found: self._inbox.put(("told", where, ticket, found)))
        return self._engines[where]

    def _part_from_the_gone(self, problem: Problem) -> None:
        """Forgets a scheduler that went away, and fails what it had: whoever begins anew finds it again, or not."""
        if not isinstance(problem, Away):
            return
        for where in [where for where in self._engines if where.address]:
            engine = self._engines.pop(where)
            for run in [run for run, found in self._runs.items() if found.engine is engine]:
                self._fail(run, problem)
            for key in [key for key in self._measures if key[0] == where]:
                self._not_measured(self._measures.pop(key).key, problem)
            engine.close()

    # --- measuring ---

    def _measure(self, key: object, sweep: Sweep, here: bool) -> None:
        tasks = itertools.islice(estimate.sample(sweep, _SAMPLE_MOST), _SAMPLES)
        self._sample(_Measure(key, self._engine(here), tasks, 0.0, time.monotonic() + 10 * _SAMPLE))

    def _sample(self, measure: _Measure) -> None:
        task = next(measure.tasks, None)
        if task is None or measure.seconds > _SAMPLE or time.monotonic() > measure.until:
            rate = measure.seconds / measure.done if measure.done else 1.0
            self._send(("measured", measure.key, (rate, measure.engine.workers)))
            return
        measure.work = estimate.work_of(task)
        self._measures[measure.engine.place, measure.engine.submit([task])] = measure

    def _sampled(self, measure: _Measure, found: Done | Problem) -> None:
        if isinstance(found, Problem):
            self._not_measured(measure.key, found)
            self._part_from_the_gone(found)
            return
        measure.seconds += found.seconds
        measure.done += measure.work
        self._sample(measure)

    def _not_measured(self, key: object, problem: Problem) -> None:
        self._send(("measured", key, Report("failed", problem=problem, away=isinstance(problem, Away))))


def work(inbox: Inbox, send: Callable[[Message], None], *, threads: bool = False) -> None:
    """A launcher's whole life; `threads` where it is in a server's own process."""
    Launcher(inbox, send, of_server(threads=threads)).run()


if __name__ == "__main__":
    serve(work)
    leave()
