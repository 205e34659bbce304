"""Training beside the notebook's own loop, a bare PyTorch loop and a NumPy trainer, in turns; and beside a class."""

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.clients.crowd import Outcome, send
from benchmarks.clients.line import answering
from benchmarks.effort import Effort
from benchmarks.machine import circumstances
from benchmarks.result import Result, Row
from benchmarks.servers.launch import dashboard
from benchmarks.spread import median
from benchmarks.trainers import PACKAGE, RACES, SPEC, NumpyTrainer, Race, bare, notebook, ours, raced
from netlib.digits import full_available
from netlib.network import one_thread
from netlib.training.fleet import Fleet
from netlib.training.loop import Trainer
from netlib.training.material import material
from netlib.training.measure import Meter
from netlib.training.spec import Command, TrainSpec

NOTEBOOK_BAR = 1 / 8
BARE_BAR = 1 / 0.9
RIVAL_BAR = 1.0

OTHERS, EVERY = 30, 4.0
ABOUT = (
    "784-128-64-10, ReLU, batch 64; CPU time of one thread, a step with everything that belongs to it. Ours is a whole "
    "session: it measures, keeps checkpoints, and but for one row somebody looks all the time."
)
ACCURACY, EPOCHS, LOOK_EVERY_STEPS = 0.9, 20, 9
REPORTED = (1, 3, 10, 20)


@dataclass(frozen=True)
class Turn:
    """Milliseconds of CPU a step of all that is compared, measured one after the other."""

    notebook: float
    bare: float
    fused: float
    live: float
    unseen: float
    ours: Race
    rival: Race | None


def measure(effort: Effort) -> tuple[Result, ...]:
    """All of them in turns, so that whatever else the machine does meets each; then beside thirty busy visitors."""
    now = circumstances(quick=effort.quick)
    notes = []
    with TemporaryDirectory() as folder:
        try:
            rival = NumpyTrainer(Path(folder))
            notes.append(f"{PACKAGE} {rival.version}, from PyPI, in an environment of its own, one BLAS thread.")
        except (OSError, subprocess.SubprocessError) as trouble:
            rival = None
            notes.append(f"{PACKAGE} is not compared: pip could not get it ({type(trouble).__name__}).")
        turns = [_turn(effort.steps, rival) for _ in range(effort.rounds)]
    rows = [
        _beside("the notebook's loop", [(turn.live, turn.notebook) for turn in turns], NOTEBOOK_BAR),
        _beside("a bare loop, Adam as it comes", [(turn.live, turn.bare) for turn in turns]),
        _beside("a bare loop, fused Adam", [(turn.live, turn.fused) for turn in turns], BARE_BAR),
        _beside("the same, nobody looks", [(turn.unseen, turn.fused) for turn in turns]),
    ]
    races = [(turn.ours, turn.rival) for turn in turns if turn.rival is not None]
    if races:
        pairs = [(own.each, other.each) for own, other in races]
        times = [(own.seconds, other.seconds) for own, other in races]
        rows += [
            _beside("a NumPy trainer, momentum", pairs, RIVAL_BAR),
            _beside(f"the same, {len(RACES)} times to {ACCURACY:.0%} right of the held-out", times, RIVAL_BAR, "s"),
        ]
        notes.append(
            f"{len(RACES)} times to {ACCURACY:.0%}, from the same weights by the same rule with the same batches: "
            f"{races[0][0].steps} steps of ours, {races[0][1].steps} of the NumPy trainer."
        )
    adam = raced(SPEC, EPOCHS, ACCURACY, LOOK_EVERY_STEPS)
    rows.append(
        Row.within(f"Adam, once to {ACCURACY:.0%} right of the held-out digits ({adam.steps} steps)", adam.seconds, "s")
    )
    rows += _crowded(effort, notes)
    rows += _reference(SPEC, notes)
    result = Result(
        name="training",
        question="Training: what a step costs, beside other ways to take it",
        reference="the other",
        rows=tuple(rows),
        circumstances=now,
        notes=(ABOUT, *notes),
        detail={
            "milliseconds": {
                "notebook's loop": [round(turn.notebook, 3) for turn in turns],
                "bare loop": [round(turn.bare, 3) for turn in turns],
                "bare loop, fused": [round(turn.fused, 3) for turn in turns],
                "NumPy trainer": [round(turn.rival.each, 3) for turn in turns if turn.rival is not None],
                "ours, live": [round(turn.live, 3) for turn in turns],
            }
        },
    )
    return (result,)


def _turn(steps: int, rival: NumpyTrainer | None) -> Turn:
    return Turn(
        notebook=notebook(max(steps // 10, 63)),
        bare=bare(steps, fused=False),
        fused=bare(steps, fused=True),
        live=ours(steps, live=True),
        unseen=ours(steps, live=False),
        ours=Race.of(raced(spec, EPOCHS, ACCURACY, LOOK_EVERY_STEPS) for spec in RACES),
        rival=Race.of(rival.race(spec, EPOCHS, ACCURACY, LOOK_EVERY_STEPS) for spec in RACES) if rival else None,
    )


def _beside(what: str, pairs: list[tuple[float, float]], bar: float | None = None, unit: str = "ms") -> Row:
    """The pair with the ratio in the middle: what slows a turn down slows both sides of it."""
    own, other = sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]
    return Row.against(f"against {what}", own, other, unit, bar)


def _crowded(effort: Effort, notes: list[str]) -> list[Row]:
    """Steps a second of a training in its process, alone and while a class uses the pages; and what the class feels."""
    fleet = Fleet(threads=False, patience=1_000)
    try:
        run = fleet.begin(SPEC)
        fleet.command(run, Command("start", 1_000))
        alone = _speed(fleet, run, effort.seconds / 2)
        fleet.command(run, Command("pause"))
        with TemporaryDirectory() as folder, dashboard(Path(folder) / "log.txt") as server:
            pages = tuple(page.name for page in answering(server.url, notes))

            def crowd(first_seed: int) -> Outcome:
                # Networks that nobody has seen yet: nothing is in the server's caches for either crowd.
                return send(server, OTHERS, effort.seconds, EVERY, pages=pages, first_seed=first_seed)

            crowd(1_000)  # the server's first visitors pay for its imports
            without = crowd(2_000)
            fleet.command(run, Command("start", 1_000))
            with ThreadPoolExecutor() as pool:
                visitors = pool.submit(crowd, 3_000)
                crowded = _speed(fleet, run, effort.seconds)
                beside = visitors.result()
    finally:
        fleet.close()
    rows = [
        Row.within("steps a second on the wall, in a process, one visitor who looks", alone, ""),
        Row.within(f"the same beside {OTHERS} busy visitors", crowded, ""),
    ]
    if beside.latencies and without.latencies:
        found = 1000 * median(beside.latencies), 1000 * median(without.latencies)
        rows.append(Row.against(f"{OTHERS} visitors' median change, against no training", *found, "ms"))
    return rows


def _speed(fleet: Fleet, run: str, seconds: float) -> float:
    while not fleet.look(run).step:
        time.sleep(0.02)
    began, first = time.monotonic(), fleet.look(run).step
    while time.monotonic() - began < seconds:
        fleet.look(run)
        time.sleep(0.25)
        if fleet.look(run).state == "done":  # a thousand epochs are over
            fleet.command(run, Command("reset"))
            fleet.command(run, Command("start", 1_000))
            began, first = time.monotonic(), 0
    return (fleet.look(run).step - first) / max(time.monotonic() - began, 1e-9)


def _reference(spec: TrainSpec, notes: list[str]) -> list[Row]:
    """Held-out accuracy after some epochs, on the bundled digits and, where it is here, on the full set."""
    rows = _accuracies(spec)
    if full_available():
        return rows + _accuracies(TrainSpec(source="full"))
    notes.append("The full MNIST is not on this machine, so its accuracy was not measured here.")
    return rows


def _accuracies(spec: TrainSpec) -> list[Row]:
    digits = material(spec.source)
    trainer = Trainer(spec, digits)
    meter, rows = Meter(trainer, digits), []
    with one_thread():
        for epochs in REPORTED:
            while trainer.epochs_done < epochs:
                trainer.step()
            share = 100 * meter.snapshot(None).held_out_accuracy
            measured_on = f"{len(digits.held_labels):,} held-out digits"
            rows.append(Row.within(f"{spec.source} set, Adam: {measured_on} right after {epochs} epochs", share, "%"))
    return rows
