"""One training as a state machine: commands go in, time to train in is given, reports come out.

It knows nothing of processes, threads or visitors; whoever owns it gives it slices of time.
"""

import time
from collections.abc import Callable

from netlib.training.loop import Diverged, Trainer, Watched
from netlib.training.material import Material, material
from netlib.training.measure import Meter
from netlib.training.ring import NBYTES, Ring, Weights
from netlib.training.snapshot import Point, Report, Snapshot
from netlib.training.spec import EPOCHS, MAX_EPOCHS, Command, TrainSpec

LIVE = 0.25
"""Seconds between two snapshots while somebody looks; it may take longer where measuring does."""

UNSEEN = 1.0
"""The same while nobody looks: the curves go on."""

LOOKED = 1.5
"""Seconds for which one look counts."""

SNAPSHOT_COST, POINT_COST = 12, 25
"""Snapshots may take one part of so many of its own time, and points of the curves between them another one."""

POINT = 0.05
"""Seconds of its own between two points of the curves at least; besides, one after 1, 2, 4, 8, ... steps."""


class Session:
    """One run. States: `paused`, `running`, `done` at its target or after `stop`, `diverged` until a reset.

    Raises `Problem` where the digits are not here, `RuntimeError` where a shape of `start` is not the spec's.
    """

    def __init__(
        self,
        spec: TrainSpec,
        start: Weights | None = None,
        *,
        digits: Material | None = None,
        ring: Ring | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        digits = material(spec.source) if digits is None else digits
        self._clock = clock
        self._trainer = Trainer(spec, digits, start)
        self._meter = Meter(self._trainer, digits)
        self._ring = Ring(nbytes=NBYTES) if ring is None else ring
        self._served = 0
        self._snapshot: Snapshot | None = None
        self._points: list[Point] = []
        self._looked = -LOOKED
        self._target, self._until = EPOCHS, 0
        self._own = 0.0  # seconds that it has had
        self._begin()

    def _begin(self) -> None:
        self.state = "paused"
        self._problem: Diverged | None = None
        self._watched: Watched | None = None
        self._rate = 0.0
        self._until = 0
        self._ring.clear()
        self._measured_step, self._measured_at, self._counted_from = -1, self._clock(), 0
        self._snapshot_due = self._point_due = self._own
        self._points.clear()
        self._measure()

    @property
    def busy(self) -> bool:
        """Whether it has use for time."""
        return self.state == "running"

    @property
    def news(self) -> bool:
        """Whether there is something that no report has said."""
        return bool(self._points)

    def looked_at(self) -> None:
        """Somebody looks now: for a while there will be more snapshots."""
        self._looked = self._clock()

    def command(self, command: Command) -> None:
        """Does what is asked: at once, or as its next slices allow; what makes no sense in its state does nothing."""
        self._served += 1
        trainer = self._trainer
        match command.action, command.value:
            case "reset", _:
                trainer.reset()
                self._target = EPOCHS
                self._begin()
            case "learning_rate", value if value is not None:
                trainer.learning_rate = value
            case "batch_size", value if value is not None:
                trainer.batch_size = int(value)
            case _ if self.state == "diverged":
                pass
            case "start", value:
                self._start(None if value is None else int(value))
            case "epoch", _:
                self._run_until(trainer.epochs_done + 1)
            case "step", _:
                self._until = 0
                self.state = "paused"
                self._step(measure=True)
            case "pause", _ if self.busy:
                self._halt("paused")
            case "stop", _:
                self._halt("done")

    def advance(self, seconds: float) -> None:
        """Trains for about so long, at least one step, or until it need not any more."""
        now = self._clock()
        end = now + seconds
        while self.busy:
            before = now
            self._step(
                measure=self._last_step or (self._own >= self._snapshot_due and now >= self._seen_due(now)),
                point=self._own >= self._point_due or self._is_early,
            )
            now = self._clock()
            self._own += now - before
            if now >= end:
                break

    def rested(self) -> None:
        """It has not had its turn for a while: its speed is counted from now on."""
        self._measured_at, self._counted_from = self._clock(), self._trainer.step_count

    def checkpoint(self, step: int) -> Weights | None:
        """The weights after a step; None where they are not kept."""
        return self._ring.get(step)

    def report(self) -> Report:
        """How it is; a snapshot is said once."""
        snapshot, self._snapshot = self._snapshot, None
        points, self._points = tuple(self._points), []
        trainer = self._trainer
        return Report(
            state=self.state,
            problem=self._problem,
            step=trainer.step_count,
            epoch=trainer.epoch,
            steps_per_second=self._rate,
            target=self._target,
            seconds_left=self._seconds_left(),
            snapshot=snapshot,
            points=points,
            checkpoints=self._ring.steps,
            learning_rate=trainer.learning_rate,
            batch_size=trainer.batch_size,
            served=self._served,
        )

    def _start(self, target: int | None) -> None:
        done = self._trainer.epochs_done
        if target is not None:
            self._target = target
        elif done >= self._target:
            self._target = min(done + EPOCHS, MAX_EPOCHS)
        self._run_until(self._target)

    def _run_until(self, epochs: int) -> None:
        self._until, self._target = epochs, max(self._target, epochs)
        if self._trainer.epochs_done >= epochs:
            self.state = "done"
            return
        if not self.busy:
            self.state = "running"
            self.rested()

    def _halt(self, state: str) -> None:
        # The numbers of its last step are wanted, so one more is watched: whoever pauses cannot tell.
        if self.busy and self._trainer.step_count != self._measured_step:
            self._step(measure=True)
        if self.state != "diverged" and not (state == "paused" and self.state == "done"):
            self.state = state

    @property
    def _last_step(self) -> bool:
        trainer = self._trainer
        return trainer.steps_to_go == 1 and trainer.epochs_done + 1 >= self._until

    @property
    def _is_early(self) -> bool:
        step = self._trainer.step_count + 1
        return step & (step - 1) == 0  # powers of two

    def _step(self, *, measure: bool, point: bool = False) -> None:
        trainer = self._trainer
        try:
            watched = trainer.step(watch=measure or point)
            if watched is not None:
                self._watched = watched
                trainer.check_weights()
        except Diverged as problem:
            self.state, self._problem = "diverged", problem.with_traceback(None)
            if trainer.step_count != self._measured_step:
                self._measure()
            return
        if measure:
            self._measure()
        else:
            if watched is not None:
                self._point(watched)
            if self._ring.wants(trainer.step_count):
                self._ring.put(trainer.step_count, trainer.weights())
        if self.busy and trainer.epochs_done >= self._until:
            self.state = "done" if self._until >= self._target else "paused"

    def _seen_due(self, now: float) -> float:
        return self._measured_at + (LIVE if now - self._looked < LOOKED else UNSEEN)

    def _measure(self) -> None:
        trainer, before = self._trainer, self._clock()
        self._ring.put(trainer.step_count, trainer.weights())
        self._snapshot = self._meter.snapshot(self._watched)
        self._points.append(self._snapshot.point)
        now = self._clock()
        if self.busy and now > self._measured_at and self._measured_step >= 0:
            speed = (trainer.step_count - self._counted_from) / (now - self._measured_at)
            self._rate = speed if not self._rate else 0.5 * (self._rate + speed)
        self._snapshot_due = self._own + SNAPSHOT_COST * (now - before)
        self._point_due = self._own + max(POINT, POINT_COST * (now - before))
        self._measured_step, self._measured_at = trainer.step_count, now
        self._counted_from = trainer.step_count

    def _point(self, watched: Watched) -> None:
        before = self._clock()
        self._points.append(self._meter.point(watched))
        self._point_due = self._own + max(POINT, POINT_COST * (self._clock() - before))

    def _seconds_left(self) -> float | None:
        if not self.busy or not self._rate:
            return None
        trainer = self._trainer
        images = (self._until - trainer.epoch) * trainer.images
        return max(images / trainer.batch_size / self._rate, 0.0)
