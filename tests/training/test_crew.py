"""A worker process and a worker thread, spoken to as their fleet does; and that neither outlives its parent."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from contextlib import contextmanager

import pytest

from netlib.launch import ROOT
from netlib.spec import NetworkSpec
from netlib.training.crew import ProcessCrew, ThreadCrew
from netlib.training.spec import Command, TrainSpec
from tests.training.oracles import alive, plain, same, soon

SPEC = TrainSpec(NetworkSpec((8,)), batch_size=400)
KINDS = {"process": ProcessCrew, "thread": ThreadCrew}


@contextmanager
def hired(kind):
    said, died = [], threading.Event()
    crew = KINDS[kind](said.append, died.set, 2**20)
    try:
        yield crew, said, died
    finally:
        crew.close()


def epoch(crew, said, run="a"):
    crew.send(("begin", run, SPEC, None))
    crew.send(("command", run, Command("epoch")))
    soon(lambda: any(w == "report" and key == run and value.epoch == 1 for w, key, value in list(said)))
    crew.send(("checkpoint", run, 10, run))
    return soon(lambda: next((value for word, key, value in list(said) if (word, key) == ("weights", run)), None))


@pytest.mark.parametrize("kind", KINDS)
def test_it_trains_as_torch_does_and_ends_when_it_is_told(kind, digits):
    with hired(kind) as (crew, said, died):
        assert same(epoch(crew, said), plain(SPEC, digits, 10))
        crew.close()
        crew.send(("look", "a"))  # nobody hears it
        assert not died.is_set(), "an end that was asked for is no accident"
    if kind == "process":
        assert not alive(crew.process.pid)
        assert crew.process.returncode == 0
    assert not any(thread.name == "training-crew" for thread in threading.enumerate())


def test_a_process_that_is_killed_is_noticed():
    with hired("process") as (crew, said, died):
        epoch(crew, said)
        crew.process.kill()
        assert died.wait(20)
        crew.send(("look", "a"))


def test_control_c_is_for_the_parent():
    with hired("process") as (crew, said, died):
        epoch(crew, said)
        os.kill(crew.process.pid, signal.SIGINT)
        epoch(crew, said, "b")
        assert not died.is_set()


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), 9)", "sys.exit()"])
@pytest.mark.parametrize("when", ["at once", "while it trains"])
def test_a_worker_ends_with_its_parent_however_that_ends(end, when):
    code = textwrap.dedent(
        f"""
        import os, sys, time
        from netlib.training.crew import ProcessCrew
        from netlib.training.spec import Command, TrainSpec
        said = []
        crew = ProcessCrew(said.append, lambda: None, 2**20)
        print(crew.process.pid, flush=True)
        if {when!r} != "at once":
            crew.send(("begin", "a", TrainSpec(), None))
            crew.send(("command", "a", Command("start", 1000)))
            while len(said) < 5:
                time.sleep(0.01)
        {end}
        """
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60
    )
    pid = int(done.stdout)
    soon(lambda: not alive(pid))
    assert "Traceback" not in done.stderr, done.stderr
    assert "Fatal" not in done.stderr, done.stderr


def test_what_a_library_prints_does_not_come_between():
    """Standard output carries the messages; whatever prints in a worker goes where errors go."""
    code = "from netlib.training import worker; worker.main(); print('noise', flush=True)"
    command = [sys.executable, "-c", code, "1000"]
    done = subprocess.run(command, input=b"", capture_output=True, cwd=ROOT, timeout=60, check=True)
    assert (done.stdout, done.stderr) == (b"", b"noise\n")


def test_a_thread_that_dies_is_noticed(monkeypatch):
    from netlib.training import worker

    monkeypatch.setattr(worker.Worker, "run", lambda self: None)
    with hired("thread") as (_, _, died):
        assert died.wait(10)
