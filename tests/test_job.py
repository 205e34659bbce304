"""Jobs with work that the test holds in its hands: order, sharing, bounds, ends; and eight at once against one by one."""

import subprocess
import sys
import threading
import time

import pytest

from netlib.job import Jobs, Progress
from netlib.problem import Problem

TOTAL = 4


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class Work:
    """Four results a key; each waits for the test's permission where the key is held."""

    def __init__(self, *held):
        self.gates = {key: threading.Semaphore(0) for key in held}
        self.begun = []
        self.ended = []
        self.busy = threading.Lock()
        self.overlaps = 0

    def __call__(self, key):
        self.begun.append(key)
        try:
            for index in range(TOTAL):
                yield None
                while key in self.gates and not self.gates[key].acquire(timeout=0.002):
                    yield None
                alone = self.busy.acquire(blocking=False)
                time.sleep(0.001)
                self.overlaps += not alone
                if alone:
                    self.busy.release()
                yield key, index
        finally:
            self.ended.append(key)


def soon(condition):
    """Waits until something is so; fails after five seconds."""
    end = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.002)


def until_finished(jobs, key, visitor="a"):
    soon(lambda: jobs.watch(key, visitor).finished)
    return jobs.watch(key, visitor)


@pytest.fixture
def made():
    """Makes Jobs, and lets all of their work go to its end afterwards."""
    works = []

    def make(*held, **options):
        work, kept, clock = Work(*held), {}, Clock()
        works.append(work)
        return Jobs(work, lambda key: TOTAL, kept, clock=clock, **{"abreast": 1, **options}), work, kept, clock

    yield make
    for work in works:
        for gate in work.gates.values():
            gate.release(2 * TOTAL)
    soon(lambda: not any(thread.name == "jobs" for thread in threading.enumerate()))


def test_the_results_come_one_by_one_and_are_kept(made):
    jobs, work, kept, _ = made("k")
    assert jobs.watch("k", "a") == Progress(0, TOTAL, (), 0)
    for index in range(TOTAL):
        work.gates["k"].release()
        soon(lambda done=index + 1: jobs.watch("k", "a").done == done)
        assert jobs.watch("k", "a").results == tuple(("k", i) for i in range(index + 1))
    found = until_finished(jobs, "k")
    assert found == Progress(TOTAL, TOTAL, tuple(("k", i) for i in range(TOTAL)), None)
    assert kept == {"k": found.results}
    assert jobs.watch("k", "somebody else") == found
    assert work.begun == ["k"]


def test_who_asks_for_the_same_shares_the_work_and_one_who_leaves_does_not_end_it(made):
    jobs, work, *_ = made("k")
    jobs.watch("k", "a")
    soon(lambda: work.begun == ["k"])
    jobs.watch("k", "b")
    jobs.cancel("k", "a")
    time.sleep(0.03)
    assert work.ended == []
    work.gates["k"].release(TOTAL)
    until_finished(jobs, "k", "b")
    assert work.begun == ["k"]


def test_work_that_nobody_wants_any_more_ends_after_its_step_and_is_not_kept(made):
    jobs, work, kept, _ = made("k")
    work.gates["k"].release()
    soon(lambda: jobs.watch("k", "a").done == 1)
    jobs.cancel("k", "a")
    soon(lambda: work.ended == ["k"])
    assert kept == {}
    work.gates["k"].release(TOTAL)
    assert until_finished(jobs, "k").done == TOTAL
    assert work.begun == ["k", "k"]


def test_a_visitor_who_is_silent_is_gone(made):
    jobs, work, kept, clock = made("k", "l", patience=10.0)
    jobs.watch("k", "a")
    jobs.watch("l", "b")
    soon(lambda: work.begun == ["k"])
    clock.now = 9.0
    jobs.watch("l", "b")
    time.sleep(0.03)
    assert work.ended == []
    clock.now = 11.0
    soon(lambda: work.begun == ["k", "l"])
    assert work.ended == ["k"]
    clock.now = 30.0
    soon(lambda: work.ended == ["k", "l"])
    assert kept == {}


def test_first_come_first_served_and_everybody_knows_the_place(made):
    jobs, work, *_ = made("a", "b", "c")
    assert [jobs.watch(key, key).place for key in "abc"] == [0, 1, 2]
    assert [jobs.watch(key, key).place for key in "abc"] == [0, 1, 2]
    jobs.cancel("b", "b")
    assert [jobs.watch(key, key).place for key in "ac"] == [0, 1]
    work.gates["a"].release(TOTAL)
    soon(lambda: jobs.watch("c", "c").place == 0)
    work.gates["c"].release(TOTAL)
    until_finished(jobs, "c", "c")
    assert work.begun == ["a", "c"]


def test_a_small_piece_never_waits_for_the_end_of_a_large_one(made):
    jobs, work, *_ = made("large", abreast=2)
    assert jobs.watch("large", "a").place == 0
    soon(lambda: work.begun == ["large"])
    assert jobs.watch("small", "b").place == 0
    assert jobs.watch("third", "c").place == 1
    until_finished(jobs, "small", "b")
    until_finished(jobs, "third", "c")
    assert jobs.watch("large", "a").done == 0
    assert work.begun == ["large", "small", "third"]
    work.gates["large"].release(TOTAL)
    until_finished(jobs, "large", "a")
    assert work.begun.count("large") == 1


def test_a_visitor_who_moves_a_slider_has_one_place_not_many(made):
    jobs, work, *_ = made("busy")
    jobs.watch("busy", "other")
    for key in range(50):
        assert jobs.watch(key, "a").place == 1
    work.gates["busy"].release(TOTAL)
    until_finished(jobs, 49)
    assert set(work.begun) <= {"busy", 49}


def test_the_queue_is_bounded_and_says_so(made):
    jobs, work, *_ = made("a", "b", places=2)
    jobs.watch("a", "a")
    jobs.watch("b", "b")
    refused = jobs.watch("c", "c")
    assert (refused.place, refused.done) == (None, 0)
    assert "Too many computations" in str(refused.problem)
    assert jobs.watch("b", "d").place == 1  # who asks for what is there already needs no place
    work.gates["a"].release(TOTAL)
    soon(lambda: jobs.watch("c", "c").problem is None)


def test_a_problem_is_told_to_those_who_look_and_not_tried_again_until_they_leave():
    tried = []

    def work(key):
        tried.append(key)
        raise Problem("No digit of this split matches.")
        yield

    jobs = Jobs(work, lambda key: TOTAL, {})
    found = until_finished(jobs, "k")
    assert str(found.problem) == "No digit of this split matches."
    assert jobs.watch("k", "a") == found
    assert tried == ["k"]
    jobs.cancel("k", "a")
    assert until_finished(jobs, "k").problem is not None
    assert tried == ["k", "k"]


def test_what_fails_is_logged_and_the_next_one_has_its_turn(caplog):
    def work(key):
        if key == "bad":
            raise RuntimeError("a bug of ours")
        yield from range(TOTAL)

    jobs = Jobs(work, lambda key: TOTAL, {})
    jobs.watch("bad", "a")
    jobs.watch("good", "b")
    assert "log says why" in str(until_finished(jobs, "bad", "a").problem)
    assert until_finished(jobs, "good", "b").done == TOTAL
    assert "a bug of ours" in caplog.text


def test_eight_at_once_get_what_each_would_get_alone_and_never_two_steps_at_a_time(made):
    keys = [f"k{index % 5}" for index in range(8)]
    jobs, work, *_ = made(abreast=3)
    alone, *_ = made()
    serial = {key: until_finished(alone, key).results for key in keys}
    found = {}

    def visit(index):
        found[index] = until_finished(jobs, keys[index], f"visitor {index}").results

    threads = [threading.Thread(target=visit, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {index: serial[key] for index, key in enumerate(keys)} == found
    assert sorted(work.begun) == sorted(set(keys))
    assert work.overlaps == 0


def test_when_python_ends_the_present_step_is_waited_for_and_nothing_else():
    work = Work("held")
    jobs = Jobs(work, lambda key: TOTAL, {})
    jobs.watch("held", "a")
    jobs.watch("other", "b")
    soon(lambda: work.begun)
    thread = jobs._thread
    jobs.close()
    assert not thread.is_alive()
    assert jobs._thread is None
    jobs.close()  # with nothing to do


def test_a_process_that_ends_in_the_middle_of_the_work_ends_well():
    """Torch aborts the whole process where a thread is inside of it as Python goes."""
    code = (
        "from netlib.ui import background\n"
        "from netlib.population import Population\n"
        "from netlib.spec import BatchSpec, NetworkSpec, Setup\n"
        "background._visitor = lambda: 'a'\n"
        "background.watch(Population.of(Setup(NetworkSpec((1024, 1024, 128)), BatchSpec(size=256))))\n"
        "import time; time.sleep(0.2)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "terminate" in done.stderr) == (0, False), done.stderr
