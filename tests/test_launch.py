"""A child and a thread that echo, spoken to as a server does; that none outlives its parent is in training and sweep."""

import os
import subprocess
import sys
import threading

import pytest

from netlib.launch import ROOT, Process, Thread, cores
from tests.training.oracles import alive, soon

ECHO = """
import os, sys
from netlib.launch import leave, serve
def work(inbox, send):
    while (message := inbox.get())[0] != "end":
        if message[0] == "die":
            os._exit(3)
        print("noise")
        send((*message, os.nice(0), os.environ["OMP_NUM_THREADS"], sys.stdin.read()))
serve(work)
leave()
"""


@pytest.fixture
def echo(tmp_path, monkeypatch):
    (tmp_path / "echo_of_test_launch.py").write_text(ECHO)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    said, died = [], threading.Event()
    child = Process("echo_of_test_launch", heard=said.append, died=died.set, name="echo")
    yield child, said, died
    child.close()


def test_a_child_answers_and_ends_when_it_is_told(echo):
    child, said, died = echo
    child.send(("hello", 3))
    soon(lambda: said)
    assert said == [("hello", 3, 15, "1", "")], "nice, one thread, nothing on standard input, and no noise between"
    child.close()
    assert child.process.returncode == 0
    child.send(("hello", 4))
    assert not died.is_set(), "an end that was asked for is no accident"
    assert not alive(child.process.pid)


def test_a_child_that_dies_is_noticed(echo):
    child, said, died = echo
    child.send(("die",))
    assert died.wait(20)
    child.send(("hello",))
    assert said == []


def test_one_that_does_not_end_is_ended(tmp_path, monkeypatch):
    (tmp_path / "deaf_of_test_launch.py").write_text("import time; print('up', flush=True); time.sleep(1000)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    child = Process("deaf_of_test_launch", heard=print, died=lambda: None, name="deaf", patience=0.1)
    child.close()
    assert child.process.returncode == -9


def test_a_thread_does_the_same():
    said, died = [], threading.Event()

    def work(inbox, send):
        while (message := inbox.get())[0] != "end":
            send(message)
            if message[0] == "die":
                return

    one = Thread(work, heard=said.append, died=died.set, name="echo")
    one.send(("hello", 3))
    soon(lambda: said == [("hello", 3)])
    one.close()
    assert not died.is_set()
    other = Thread(work, heard=said.append, died=died.set, name="echo")
    other.send(("die",))
    assert died.wait(20)


def test_cores_are_those_that_we_may_use():
    code = "import os; from netlib.launch import cores; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]); print(cores())"
    if not hasattr(os, "sched_setaffinity"):
        assert cores() >= 1
        return
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "1\n"
