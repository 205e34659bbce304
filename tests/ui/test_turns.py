"""One script at a time: in a row, given back whatever ends it, had already inside of itself, and never waited for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from netlib.ui import turns


def test_thirty_scripts_run_in_a_row():
    inside, most = [], []

    def script(_):
        with turns.turn():
            inside.append(threading.get_ident())
            most.append(len(inside))
            threading.Event().wait(0.002)
            inside.pop()

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(script, range(60)))
    assert set(most) == {1}


def test_a_turn_is_given_back_whatever_ends_the_script():
    for _ in range(2):
        with pytest.raises(KeyError), turns.turn():
            raise KeyError
    with turns.turn(), turns.turn():
        assert not turns._free.acquire(blocking=False)
    assert turns._free.acquire(blocking=False)
    turns._free.release()


def test_a_script_that_hangs_stops_nobody(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    went_on = threading.Event()

    def other():
        with turns.turn():
            went_on.set()

    with turns.turn():
        thread = threading.Thread(target=other)
        thread.start()
        assert went_on.wait(5)
        thread.join()
        assert not turns._free.acquire(blocking=False)  # what was never had is not given back
    with turns.turn():
        pass
