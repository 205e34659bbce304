"""A server's sweeps, in a thread: begun, looked at, cancelled, forgotten; places, patience, room; estimates."""

import threading
from dataclasses import replace

import pytest

from netlib.problem import Problem
from netlib.sweep import engine
from netlib.sweep.limits import OWN
from netlib.sweep.runs import Runs
from netlib.sweep.spec import Sweep
from tests.sweep.cluster import free_port
from tests.sweep.serial import SMALL, SWEEP, same, serial
from tests.training.oracles import soon
from tests.training.test_fleet import Clock

LONG = Sweep(depth=tuple(range(10, 31)), width=(64,), sigma_w=tuple(range(1, 20)), seeds=20)


@pytest.fixture
def make():
    made, others = [], set(threading.enumerate())  # a page that was drawn in this process may have started some

    def make(**options):
        made.append(Runs(**{"threads": True, **options}))
        return made[-1]

    yield make
    for runs in made:
        runs.close()
    soon(lambda: not any(thread.name.startswith("sweeps") for thread in set(threading.enumerate()) - others))


def until(runs, run, *states):
    return soon(lambda: (look := runs.look(run)).state in states and look)


def test_a_sweep_from_its_beginning_to_its_end(make):
    runs = make()
    assert runs._beside is None, "nothing is started before somebody asks"
    run = runs.begin(SWEEP)
    seen = [runs.look(run)]
    while not seen[-1].finished:
        seen.append(runs.look(run))
    assert {look.state for look in seen} == {"running", "done"}
    assert all(look.total == 320 for look in seen)
    assert [look.done for look in seen] == sorted(look.done for look in seen)
    assert len({look.done for look in seen}) > 3, "rows come as they are there"
    assert all(len(look.rows) == look.done for look in seen)
    assert any(look.seconds_left for look in seen)
    assert same(seen[-1].rows, serial(SWEEP))
    assert runs.look(run).rows is seen[-1].rows, "a look is cheap"


def test_an_estimate_comes_when_it_is_measured(make):
    runs = make()
    first = runs.estimate(SWEEP)
    assert (first.networks, first.seconds, first.problem) == (320, None, None)
    found = soon(lambda: (seen := runs.estimate(SWEEP)).seconds and seen)
    assert found.workers == 1
    assert 0.01 < found.seconds < 60
    alike = runs.estimate(replace(SWEEP, seeds=8))
    assert alike.seconds is None or alike.seconds == pytest.approx(2 * found.seconds)


def test_turns_places_and_cancelling(make):
    runs = make(limits=replace(OWN, abreast=1, places=2))
    one, two = runs.begin(LONG), runs.begin(SMALL)
    assert (runs.look(one).state, runs.look(one).place) == ("running", 0)
    assert (runs.look(two).state, runs.look(two).place) == ("waiting", 1)
    with pytest.raises(Problem, match="2 sweeps are on this server already"):
        runs.begin(SMALL)
    soon(lambda: runs.look(one).done)
    runs.cancel(one)
    stopped = runs.look(one)
    assert stopped.state == "cancelled"
    assert len(stopped.rows) == stopped.done > 0, "rows so far stay"
    assert same(until(runs, two, "done").rows, serial(SMALL))
    assert runs.look(one) is not stopped
    assert runs.look(one).done == stopped.done
    runs.cancel(two)
    assert runs.look(two).state == "done"
    runs.cancel("nobody")
    gone = runs.look("nobody")
    assert (gone.state, gone.done, len(gone.rows), gone.finished) == ("gone", 0, 0, True)


def test_nobody_looks(make):
    clock = Clock()
    runs = make(clock=clock, patience=60, kept=1800, idle=180)
    run, other = runs.begin(LONG), runs.begin(SMALL)
    until(runs, other, "done")
    clock.now += 59
    assert runs.look(run).state == "running"
    clock.now += 61
    assert runs.look(other).state == "done"
    assert runs.look(run).state == "cancelled"
    assert runs._beside is not None
    clock.now += 181
    runs.look(run)
    assert runs._beside is None, "the launcher has ended"
    clock.now += 1801
    assert runs.look(run).state == "gone"
    again = runs.begin(SMALL)
    assert same(until(runs, again, "done").rows, serial(SMALL))


def test_the_oldest_gives_room(make):
    runs = make(limits=replace(OWN, rows=40))
    first = runs.begin(SMALL)
    until(runs, first, "done")
    second = runs.begin(SMALL)
    until(runs, second, "done")
    assert runs.look(first).state == "done"
    third = runs.begin(SMALL)
    assert [runs.look(run).state == "gone" for run in (first, second, third)] == [False, True, False]
    with pytest.raises(Problem, match="too many networks together"):
        runs.begin(replace(SMALL, seeds=9))
    with pytest.raises(Problem, match="at most 50000 networks"):
        runs.begin(replace(LONG, seeds=1000))


def test_a_scheduler_that_is_away_and_this_machine_in_its_place(make, monkeypatch):
    import dask.config

    monkeypatch.setattr(engine, "REACH", 0.5)
    runs = make()
    with dask.config.set({"scheduler-address": f"tcp://127.0.0.1:{free_port()}"}):
        found = soon(lambda: (seen := runs.estimate(SMALL)).problem and seen)
        assert found.away
        assert "cannot be reached" in str(found.problem)
        look = until(runs, runs.begin(SMALL), "failed")
        assert look.away
        assert str(look.problem) == str(found.problem)
        assert same(until(runs, runs.begin(SMALL, here=True), "done").rows, serial(SMALL))


def test_results_are_kept_where_the_operator_says(make, monkeypatch, tmp_path):
    monkeypatch.setenv("LAYERSCOPE_SWEEPS", str(tmp_path))
    runs = make()
    until(runs, runs.begin(SMALL), "done")
    parts = sorted(path.name for path in tmp_path.glob("*.parquet"))
    assert parts
    assert same(until(runs, runs.begin(SMALL), "done").rows, serial(SMALL))
    assert sorted(path.name for path in tmp_path.glob("*.parquet")) == parts


def test_a_process_that_is_killed_is_one_sentence(make):
    runs = make(threads=False)
    run = runs.begin(LONG)
    runs.estimate(SMALL)
    runs._beside.process.kill()
    look = until(runs, run, "failed")
    assert str(look.problem) == "The process that ran this sweep has ended. Start the sweep anew."
    assert str(runs.estimate(SMALL).problem) == str(look.problem)
    assert runs._beside is None, "the next one starts another"


def test_after_its_close_nothing_begins(make):
    runs = make()
    runs.close()
    with pytest.raises(Problem, match="sweeps are on this server already"):
        runs.begin(SMALL)
    assert runs.estimate(SMALL).seconds is None
