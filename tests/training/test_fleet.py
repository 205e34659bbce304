"""The parent's side: eight at once as alone, turns and places, patience, deaths, ends; in processes and in a thread."""

import gc
import os
import threading
import time
import weakref
from pathlib import Path

import numpy as np
import pytest

from netlib.problem import Problem
from netlib.spec import NetworkSpec
from netlib.training.crew import ProcessCrew, ThreadCrew
from netlib.training.fleet import Fleet
from netlib.training.loop import initial_weights
from netlib.training.session import Session
from netlib.training.spec import Command, TrainSpec
from tests.training.oracles import alive, equal, plain, same, soon

SPEC = TrainSpec(NetworkSpec((8,)), batch_size=400)
LONG = TrainSpec(NetworkSpec((256, 256)))


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


def megabytes(pid):
    """What a process has in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.fixture
def fleets():
    """Makes fleets and closes them; by default in a thread, which starts at once."""
    made = []

    def make(**options):
        made.append(Fleet(**{"threads": True, **options}))
        return made[-1]

    yield make
    for fleet in made:
        fleet.close()
    soon(lambda: not any(thread.name.startswith("training-") for thread in threading.enumerate()))


def until(fleet, run, *states):
    return soon(lambda: (look := fleet.look(run)).state in states and look)


def ready(fleet, run):
    return soon(lambda: (look := fleet.look(run)).snapshot and look)


@pytest.mark.parametrize("threads", [True, False], ids=["thread", "process"])
def test_a_run_from_its_beginning_to_its_end(threads, fleets, digits):
    fleet = fleets(threads=threads, workers=1)
    run = fleet.begin(SPEC)
    assert fleet.look(run).state in ("waiting", "paused")
    look = ready(fleet, run)
    assert (look.state, look.step, look.snapshot.step, look.checkpoints) == ("paused", 0, 0, (0,))
    assert equal(fleet.checkpoint(run, 0), initial_weights(SPEC.network))
    fleet.command(run, Command("step"))
    soon(lambda: fleet.look(run).step == 1)
    fleet.command(run, Command("start", 3))
    look = until(fleet, run, "done")
    assert (look.step, look.epoch, look.target, look.snapshot.step) == (30, 3, 3, 30)
    assert look.history.steps[0] == 0
    assert look.history.steps[-1] == 30
    assert look.fresh
    assert not fleet.look(run, since_step=30).fresh
    weights = fleet.checkpoint(run, 30)
    assert same(weights, plain(SPEC, digits, 30))
    assert not any(array.flags.writeable for layer in weights for array in layer)
    with pytest.raises(Problem, match="The weights of step 31 are not kept any more"):
        fleet.checkpoint(run, 31)
    fleet.command(run, Command("reset"))
    look = until(fleet, run, "paused")
    assert (look.step, look.history.steps.tolist()) == (0, [0])
    fleet.leave(run)
    assert fleet.look(run).state == "gone"
    assert fleet.spec(run) is None


@pytest.mark.parametrize("options", [{"threads": True}, {"threads": False, "workers": 2}], ids=["thread", "processes"])
def test_eight_at_once_are_as_each_would_be_alone(options, fleets, digits):
    fleet = fleets(**options, abreast=3)
    optimizers = ("sgd", "momentum", "adam", "adamw")
    specs = [
        TrainSpec(NetworkSpec((12,), seed=i % 3), optimizers[i % 4], batch_size=200, dropout=0.1 * (i % 2), seed=i)
        for i in range(8)
    ]
    found = {}

    def visit(index):
        run = fleet.begin(specs[index])
        fleet.command(run, Command("start", 2))
        for _ in range(index):
            fleet.look(run)
        if index % 2:
            fleet.command(run, Command("pause"))
            fleet.command(run, Command("start", 2))
        until(fleet, run, "done")
        found[index] = fleet.checkpoint(run, 40)

    threads = [threading.Thread(target=visit, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    for index, spec in enumerate(specs):
        assert same(found[index], plain(spec, digits, 40)), index


def test_the_same_seed_is_the_same_run_in_a_process_and_in_a_thread(fleets):
    ends = []
    for threads in (True, False):
        fleet = fleets(threads=threads, workers=1)
        run = fleet.begin(TrainSpec(dropout=0.1, seed=7))
        fleet.command(run, Command("epoch"))
        soon(lambda fleet=fleet, run=run: fleet.look(run).epoch == 1)
        ends.append(fleet.checkpoint(run, 63))
    assert equal(*ends)


def test_it_starts_from_weights_of_ones_own(fleets, digits):
    fleet = fleets()
    start = tuple((weight * 0.5, bias) for weight, bias in initial_weights(SPEC.network))
    run = fleet.begin(SPEC, start)
    fleet.command(run, Command("epoch"))
    soon(lambda: fleet.look(run).epoch == 1)
    assert same(fleet.checkpoint(run, 10), plain(SPEC, digits, 10, start=start))
    with pytest.raises(Problem, match="not of this network's shape"):
        fleet.begin(TrainSpec(NetworkSpec((9,))), start)


def test_digits_that_are_not_here_are_said_at_once(fleets, monkeypatch, tmp_path):
    monkeypatch.setenv("LAYERSCOPE_MNIST", str(tmp_path))
    fleet = fleets()
    with pytest.raises(Problem, match="holds no"):
        fleet.begin(TrainSpec(source="full"))
    assert fleet._teams == []


@pytest.mark.parametrize("run", ["", "x", "../etc", "a" * 10_000])
def test_an_unknown_run_is_gone(run, fleets):
    fleet = fleets()
    assert fleet.look(run).state == "gone"
    fleet.command(run, Command("start"))
    fleet.leave(run)
    with pytest.raises(Problem):
        fleet.checkpoint(run, 0)


def test_ids_cannot_be_guessed(fleets):
    fleet = fleets(places=30)
    runs = {fleet.begin(SPEC) for _ in range(30)}
    assert len(runs) == 30
    assert min(len(run) for run in runs) >= 22, "128 bits"


def test_a_run_ends_when_nobody_has_looked_for_its_patience(fleets):
    clock = Clock()
    fleet = fleets(clock=clock, patience=60)
    run, other = fleet.begin(LONG), fleet.begin(LONG)
    ready(fleet, run)
    fleet.command(run, Command("start", 1000))
    until(fleet, run, "running")
    clock.now += 59
    assert fleet.look(run).state == "running"
    clock.now += 59
    assert fleet.look(run).state == "running"
    assert fleet.look(other).state == "gone", "nobody looked at this one"
    clock.now += 61
    assert fleet.look(run).state == "gone"


def test_nobody_needs_to_ask_for_that():
    fleet = Fleet(threads=True, patience=0.3, idle=0.1)
    run = fleet.begin(LONG)
    fleet.command(run, Command("start", 1000))
    soon(lambda: not any(thread.name == "training-crew" for thread in threading.enumerate()))
    assert fleet._runs == {}
    assert fleet._teams == []
    fleet.close()


def test_those_who_wait_have_places_and_move_up(fleets):
    fleet = fleets(abreast=1, clock=Clock())
    runs = [fleet.begin(LONG) for _ in range(3)]

    def stand(*expected):
        """Waits until the three are so: a busy machine may hear a command late."""
        found = []

        def so():
            found[:] = [(look.state, look.place) for look in map(fleet.look, runs)]
            return found == list(expected)

        try:
            soon(so)
        except AssertionError:
            assert found == list(expected)

    for run in runs:
        ready(fleet, run)
        fleet.command(run, Command("start", 1000))
    stand(("running", 0), ("waiting", 1), ("waiting", 2))
    assert fleet.look(runs[1]).seconds_left is None
    assert fleet.look(runs[2]).step == 0
    fleet.command(runs[2], Command("step"))
    stand(("running", 0), ("waiting", 1), ("paused", 0))
    assert fleet.look(runs[2]).step == 1, "a single step need not wait"
    fleet.command(runs[2], Command("start"))
    stand(("running", 0), ("waiting", 1), ("waiting", 2))
    fleet.leave(runs[1])
    stand(("running", 0), ("gone", 0), ("waiting", 1))
    fleet.command(runs[0], Command("pause"))
    stand(("paused", 0), ("gone", 0), ("running", 0))
    soon(lambda: fleet.look(runs[2]).step > 1)
    fleet.command(runs[0], Command("start"))
    stand(("waiting", 1), ("gone", 0), ("running", 0))
    fleet.command(runs[0], Command("pause"))
    stand(("paused", 0), ("gone", 0), ("running", 0))


def test_a_command_that_a_busy_worker_has_not_heard_is_waited_for(fleets):
    """Otherwise a page would take a training for paused, and never look again."""
    fleet = fleets()
    run = fleet.begin(SPEC)
    ready(fleet, run)
    fleet._runs[run].asked += 1
    assert (fleet.look(run).state, fleet.look(run).place) == ("waiting", 0)
    fleet._runs[run].asked -= 1
    assert fleet.look(run).state == "paused"


def test_a_long_run_gives_its_turn_up_where_others_wait_and_none_is_changed_by_it(fleets, digits):
    clock = Clock()
    fleet = fleets(abreast=1, clock=clock, turn=10)
    one, other = fleet.begin(LONG), fleet.begin(LONG)
    for run in (one, other):
        ready(fleet, run)
        fleet.command(run, Command("start", 1))
    turns = 0
    while fleet.look(one).state != "done" or fleet.look(other).state != "done":
        clock.now += 11
        fleet.look(one)
        turns += fleet.look(other).state == "running"
        time.sleep(0.02)
    assert turns
    expected = plain(LONG, digits, 63)
    assert same(fleet.checkpoint(one, 63), expected)
    assert same(fleet.checkpoint(other, 63), expected)


def test_a_run_that_ends_gives_its_turn_to_the_next(fleets):
    fleet = fleets(abreast=1)
    runs = [fleet.begin(SPEC) for _ in range(4)]
    for run in runs:
        fleet.command(run, Command("start", 2))
    for run in runs:
        assert until(fleet, run, "done").epoch == 2


def test_there_are_so_many_places_and_no_more(fleets):
    fleet = fleets(places=2)
    first = fleet.begin(SPEC)
    fleet.begin(SPEC)
    with pytest.raises(Problem) as caught:
        fleet.begin(SPEC)
    assert str(caught.value) == "2 trainings are on this server already; yours can begin when one of them ends."
    fleet.leave(first)
    fleet.begin(SPEC)


def test_a_run_that_diverges_says_so_and_gives_its_turn_up(fleets):
    fleet = fleets(abreast=1)
    bad = fleet.begin(TrainSpec(NetworkSpec((16, 16), "identity"), "sgd", learning_rate=100))
    good = fleet.begin(SPEC)
    for run in (bad, good):
        fleet.command(run, Command("start", 2))
    look = until(fleet, bad, "diverged")
    assert f"at step {look.step + 1} the loss is" in str(look.problem)
    assert until(fleet, good, "done").epoch == 2


def test_a_worker_that_dies_takes_its_runs_along_and_nothing_else(fleets):
    fleet = fleets(threads=False, workers=2)
    one, other = fleet.begin(LONG), fleet.begin(LONG)
    for run in (one, other):
        ready(fleet, run)
        fleet.command(run, Command("start", 1000))
    assert len(fleet._teams) == 2, "each has a process of its own"
    fleet._runs[one].team.crew.process.kill()
    look = until(fleet, one, "gone")
    assert str(look.problem) == "The process that trained this network has ended. Start the training anew."
    step = fleet.look(other).step
    soon(lambda: fleet.look(other).step > step)
    with pytest.raises(Problem):
        fleet.checkpoint(one, 0)
    fleet.command(one, Command("step"))
    again = fleet.begin(SPEC)
    assert ready(fleet, again).state == "paused"


def test_leaving_gives_back_memory_process_and_threads(fleets):
    fleet = fleets(threads=False, workers=1, idle=0.0)
    small = fleet.begin(SPEC)
    ready(fleet, small)
    pid = fleet._teams[0].crew.process.pid
    before = megabytes(pid)
    large = fleet.begin(TrainSpec(NetworkSpec((1024, 1000)), batch_size=32))
    fleet.command(large, Command("start", 1000))
    soon(lambda: fleet.look(small) and fleet.look(large).step > 8)
    assert megabytes(pid) > before + 50, "weights, gradients, two means and checkpoints, 7 MB each"
    fleet.leave(large)
    soon(lambda: fleet.look(small) and megabytes(pid) < before + 25)
    fleet.leave(small)
    soon(lambda: not alive(pid))
    soon(lambda: not any(thread.name.startswith("training-") for thread in threading.enumerate()))


def test_a_thread_gives_its_memory_back(fleets, monkeypatch):
    # Not `gc.get_objects`: a thread can't finish a tuple that somebody else has got hold of (SystemError).
    made = weakref.WeakSet()
    begin = Session.__init__
    monkeypatch.setattr(
        Session, "__init__", lambda session, *rest, **named: made.add(session) or begin(session, *rest, **named)
    )
    fleet = fleets(clock=Clock())  # at rest: the thread stays, and what it holds would stay with it
    run = fleet.begin(LONG)
    fleet.command(run, Command("start", 1000))
    soon(lambda: fleet.look(run).step)
    assert len(made) == 1
    fleet.leave(run)
    soon(lambda: gc.collect() >= 0 and not made)
    assert any(thread.name.startswith("training-") for thread in threading.enumerate())


def test_a_closed_fleet_takes_nobody_and_can_be_closed_again(fleets):
    fleet = fleets()
    run = fleet.begin(LONG)
    fleet.command(run, Command("start", 1000))
    fleet.close()
    assert fleet.look(run).state == "gone"
    with pytest.raises(Problem):
        fleet.begin(SPEC)
    fleet.close()


def test_a_look_is_answered_at_once_while_a_worker_starts(fleets):
    fleet = fleets(threads=False, workers=1)
    began = time.perf_counter()
    run = fleet.begin(SPEC)
    look = fleet.look(run)
    assert time.perf_counter() - began < 1.0
    assert (look.state, look.place, look.learning_rate, look.batch_size) == ("waiting", 0, 0.001, 400)
    ready(fleet, run)


@pytest.mark.parametrize(("public", "kind"), [("1", ThreadCrew), ("0", ProcessCrew), ("", ProcessCrew)])
def test_a_public_host_trains_in_a_thread(public, kind, monkeypatch):
    monkeypatch.setenv("LAYERSCOPE_PUBLIC", public)
    fleet = Fleet()
    assert fleet._threads == (kind is ThreadCrew)
    fleet.close()


@pytest.mark.parametrize(("cores", "workers"), [(1, 1), (2, 1), (8, 7)])
def test_one_core_is_left_to_the_pages(cores, workers, monkeypatch):
    monkeypatch.setattr("netlib.training.fleet.cores", lambda: cores)
    fleet = Fleet(threads=False)
    assert fleet._workers == workers
    fleet.close()


def test_curves_grow_while_it_trains(fleets):
    fleet = fleets()
    run = fleet.begin(LONG)
    fleet.command(run, Command("start", 1000))
    soon(lambda: len(fleet.look(run).history) > 8)
    curves = fleet.look(run).history
    assert np.all(np.diff(curves.steps) > 0)
    assert np.isfinite(curves.held_out_loss).all()
    assert curves.gradient_norms.shape == (len(curves), 3)
