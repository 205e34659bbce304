"""The parent's side: who trains where, who waits, who has left. Thread-safe; knows neither Streamlit nor torch.

A run that trains takes one of `abreast` turns; the others wait in the order in which they asked, and a long one gives
its turn up after a while where others wait (round robin). A run that is paused takes no turn, only memory, of which
`places` bounds how much there is.
"""

import atexit
import itertools
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from netlib.digits import full_available, load
from netlib.digits.folders import on_public_host
from netlib.i18n import N_
from netlib.launch import Message, cores
from netlib.problem import Problem
from netlib.training.crew import Crew, ProcessCrew, ThreadCrew
from netlib.training.ring import Weights
from netlib.training.snapshot import GONE, History, Look, Report, Snapshot
from netlib.training.spec import EPOCHS, Command, TrainSpec

PATIENCE = 60.0
"""Seconds without a look after which a run ends."""

IDLE = 30.0
"""Seconds without any run after which a worker ends."""

TURN = 10.0
"""Seconds for which a run may train while others wait."""

_ABREAST, _ABREAST_THREADS = 4, 2
_PLACES, _PLACES_THREADS = 40, 12
_RING, _RING_THREADS = 48 * 2**20, 8 * 2**20
_ANSWER = 0.3
_SLOW_ANSWER = 15.0
_TIDY = 0.5
_LOOK = 0.2


@dataclass(eq=False)
class _Team:
    """A worker and the runs that it has."""

    crew: Crew | None
    idle_since: float
    runs: set[str] = field(default_factory=set)


@dataclass(eq=False)
class _Run:
    spec: TrainSpec
    team: _Team
    seen: float
    report: Report | None = None
    snapshot: Snapshot | None = None
    history: History = field(default_factory=History)
    problem: Problem | None = None
    gone: bool = False
    asked: int = 0
    wants: bool = False
    held: bool = False
    since: float = 0.0
    told: float = 0.0

    def look(self, place: int, since_step: int) -> Look:
        if self.gone:
            return replace(GONE, problem=self.problem)
        report = self.report
        if report is None:
            return Look("waiting", target=EPOCHS, learning_rate=self.spec.rate, batch_size=self.spec.batch_size)
        # A command that a busy worker has not heard yet: whoever looks shall look again.
        unheard = report.served < self.asked and report.state != "running"
        waits = unheard or (self.held and report.state == "running")
        return Look(
            state="waiting" if waits else report.state,
            place=place,
            problem=report.problem,
            step=report.step,
            epoch=report.epoch,
            steps_per_second=report.steps_per_second,
            target=report.target,
            seconds_left=None if waits else report.seconds_left,
            history=self.history.curves,
            snapshot=self.snapshot,
            checkpoints=report.checkpoints,
            learning_rate=report.learning_rate,
            batch_size=report.batch_size,
            fresh=self.snapshot is not None and self.snapshot.step != since_step,
        )


class Fleet:
    """All trainings of a server. Nothing is started before the first `begin`.

    workers: processes at most, by default one fewer than the cores and at least one; `threads` puts one worker into a
    thread of this process instead, by default where `LAYERSCOPE_PUBLIC` is set. abreast: trainings that run at a time;
    places: trainings that are there at all; patience, idle in seconds of `clock`.
    """

    def __init__(
        self,
        workers: int | None = None,
        threads: bool | None = None,
        *,
        abreast: int | None = None,
        places: int | None = None,
        patience: float = PATIENCE,
        idle: float = IDLE,
        turn: float = TURN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._threads = on_public_host() if threads is None else threads
        self._workers = 1 if self._threads else max(1, workers or cores() - 1)
        each = _ABREAST_THREADS if self._threads else _ABREAST * self._workers
        self._abreast = max(1, each if abreast is None else abreast)
        self._places = max(1, (_PLACES_THREADS if self._threads else _PLACES) if places is None else places)
        self._patience, self._idle, self._turn, self._clock = patience, idle, turn, clock
        self._runs: dict[str, _Run] = {}
        self._queue: list[str] = []
        self._teams: list[_Team] = []
        self._tickets = itertools.count()
        self._answers: dict[int, Weights | None] = {}
        self._lock = threading.RLock()
        self._told = threading.Condition(self._lock)
        self._keeper: threading.Thread | None = None
        self._closed = False
        atexit.register(self.close)

    def begin(self, spec: TrainSpec, start: Weights | None = None) -> str:
        """A new run, paused at step 0; returns its id. `start` stands in for the initial weights, (weight, bias) each.

        Raises `Problem` where there are too many already, where the digits are not here, or where a shape of `start` is
        not the network's.
        """
        _check(spec, start)
        with self._lock:
            self._tidy()
            if self._closed or sum(not run.gone for run in self._runs.values()) >= self._places:
                raise Problem(
                    N_("{count} trainings are on this server already; yours can begin when one of them ends."),
                    count=self._places,
                )
            name = secrets.token_urlsafe(16)
            team = self._team()
            team.runs.add(name)
            self._runs[name] = _Run(spec, team, self._clock())
            self._send(team, ("begin", name, spec, start))
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="training-keeper", daemon=True)
                self._keeper.start()
            return name

    def command(self, run: str, command: Command) -> None:
        """Tells a run what to do, and waits a moment for it to be done; a run that is gone does nothing."""
        with self._lock:
            self._tidy()
            found = self._runs.get(run)
            if found is None or found.gone:
                return
            found.seen = self._clock()
            found.asked += 1
            asked = found.asked
            if command.action in ("start", "epoch"):
                self._want(run, found)
            self._send(found.team, ("command", run, command))
            if command.action in ("pause", "stop", "reset", "step"):
                self._want_not(run, found)
            self._told.wait_for(lambda: found.gone or self._served(found) >= asked, _ANSWER)

    def look(self, run: str, since_step: int = -1) -> Look:
        """How a run is; at once. Each look is a sign that somebody is there."""
        with self._lock:
            self._tidy()
            found = self._runs.get(run)
            if found is None:
                return GONE
            found.seen = now = self._clock()
            if not found.gone and now - found.told >= _LOOK:
                found.told = now
                self._send(found.team, ("look", run))
            return found.look(self._place(run), since_step)

    def spec(self, run: str) -> TrainSpec | None:
        """What a run was begun with; None where it is gone."""
        with self._lock:
            found = self._runs.get(run)
            return None if found is None or found.gone else found.spec

    def checkpoint(self, run: str, step: int) -> Weights:
        """The weights after a step, (weight, bias) a layer, read-only; raises `Problem` where they are not kept."""
        with self._lock:
            self._tidy()
            found = self._runs.get(run)
            if found is not None and not found.gone:
                found.seen = self._clock()
                ticket = next(self._tickets)
                self._send(found.team, ("checkpoint", run, step, ticket))
                self._told.wait_for(lambda: found.gone or ticket in self._answers, _SLOW_ANSWER)
                if (weights := self._answers.pop(ticket, None)) is not None:
                    return _read_only(weights)
        raise Problem(N_("The weights of step {step} are not kept any more."), step=step)

    def leave(self, run: str) -> None:
        """Ends a run: its memory and its place come back."""
        with self._lock:
            self._forget(run)
            self._tidy()

    def close(self) -> None:
        """Ends everything and waits for it."""
        with self._lock:
            self._closed = True
            for run in list(self._runs):
                self._forget(run)
            crews = [team.crew for team in self._teams if team.crew is not None]
            self._teams.clear()
            keeper = self._keeper
            self._told.notify_all()
        for crew in crews:
            crew.close()
        if keeper is not None and keeper is not threading.current_thread():
            keeper.join(5)
        atexit.unregister(self.close)

    # --- who trains, who waits ---

    def _place(self, run: str) -> int:
        return self._queue.index(run) + 1 if run in self._queue else 0

    def _training(self) -> list[tuple[str, _Run]]:
        return [(name, run) for name, run in self._runs.items() if run.wants and not run.held]

    def _want(self, name: str, run: _Run) -> None:
        if run.wants:
            return
        run.wants, run.since = True, self._clock()
        if len(self._training()) > self._abreast:
            self._hold(name, run)

    def _want_not(self, name: str, run: _Run) -> None:
        run.wants = False
        if run.held:
            run.held = False
            self._queue.remove(name)
            self._send(run.team, ("hold", name, False))
        self._admit()

    def _hold(self, name: str, run: _Run) -> None:
        run.held = True
        self._queue.append(name)
        self._send(run.team, ("hold", name, True))

    def _admit(self) -> None:
        """Gives free turns to those who wait; a turn that has lasted long enough goes to the end of the queue."""
        now = self._clock()
        if self._queue:
            long = [(name, run) for name, run in self._training() if now - run.since >= self._turn]
            for name, run in sorted(long, key=lambda each: each[1].since)[: len(self._queue)]:
                self._hold(name, run)
        while self._queue and len(self._training()) < self._abreast:
            name = self._queue.pop(0)
            run = self._runs[name]
            run.held, run.since = False, now
            self._send(run.team, ("hold", name, False))

    # --- who is there ---

    def _team(self) -> _Team:
        least = min(self._teams, key=lambda team: len(team.runs), default=None)
        if least is not None and (not least.runs or len(self._teams) >= self._workers):
            return least
        team = _Team(None, self._clock())
        kind = ThreadCrew if self._threads else ProcessCrew
        team.crew = kind(
            lambda message: self._heard(team, message),
            lambda: self._died(team),
            _RING_THREADS if self._threads else _RING,
        )
        self._teams.append(team)
        return team

    def _send(self, team: _Team, message: Message) -> None:
        if team.crew is not None:
            team.crew.send(message)

    def _served(self, run: _Run) -> int:
        return 0 if run.report is None else run.report.served

    def _forget(self, name: str) -> None:
        if (run := self._runs.pop(name, None)) is None:
            return
        self._drop(name, run)
        self._send(run.team, ("leave", name))

    def _drop(self, name: str, run: _Run) -> None:
        run.gone, run.wants, run.held = True, False, False
        run.report = run.snapshot = None
        run.history = History()
        if name in self._queue:
            self._queue.remove(name)
        run.team.runs.discard(name)
        if not run.team.runs:
            run.team.idle_since = self._clock()
        self._told.notify_all()

    def _tidy(self) -> None:
        now = self._clock()
        for name in [name for name, run in self._runs.items() if now - run.seen > self._patience]:
            self._forget(name)
        self._admit()
        for team in [team for team in self._teams if not team.runs and now - team.idle_since > self._idle]:
            self._teams.remove(team)
            if team.crew is not None:  # it may have to be waited for, which nobody here should
                threading.Thread(target=team.crew.close, name="training-farewell", daemon=True).start()

    def _keep(self) -> None:
        while True:
            with self._lock:
                self._tidy()
                if self._closed or not (self._runs or self._teams):
                    self._keeper = None
                    return
                self._told.wait(_TIDY)

    # --- what workers say ---

    def _heard(self, team: _Team, message: Message) -> None:
        word, key, value = message
        with self._lock:
            if word == "weights":
                self._answers[key] = value
                if len(self._answers) > 2 * self._places:  # nobody waited for the oldest
                    del self._answers[next(iter(self._answers))]
            elif (run := self._runs.get(key)) is not None and run.team is team:
                if word == "failed":
                    run.problem = value
                    self._drop(key, run)
                    self._admit()
                else:
                    self._take(key, run, value)
            self._told.notify_all()

    def _take(self, name: str, run: _Run, report: Report) -> None:
        if report.snapshot is not None:
            run.snapshot = report.snapshot
        for point in report.points:
            run.history.add(point)
        run.report = replace(report, snapshot=None, points=())
        if report.state != "running" and report.served >= run.asked and run.wants:
            self._want_not(name, run)

    def _died(self, team: _Team) -> None:
        with self._lock:
            if team in self._teams:
                self._teams.remove(team)
            for name in list(team.runs):
                run = self._runs[name]
                run.problem = Problem(N_("The process that trained this network has ended. Start the training anew."))
                self._drop(name, run)
            team.crew = None
            self._admit()
            self._told.notify_all()


def _check(spec: TrainSpec, start: Weights | None) -> None:
    if spec.source == "full" and not full_available():
        load("full", "train")  # raises with the reason
    if start is None:
        return
    found = [(tuple(weight.shape), tuple(bias.shape)) for weight, bias in start]
    if found != [((layer.fan_out, layer.fan_in), (layer.fan_out,)) for layer in spec.network.layers]:
        raise Problem(N_("The weights to start from are not of this network's shape."))


def _read_only(weights: Any) -> Weights:
    for array in itertools.chain.from_iterable(weights):
        array.flags.writeable = False
    return tuple(weights)
