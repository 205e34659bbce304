"""A class of thirty on one process: nobody meets anybody else, from the first second on."""

import threading
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from netlib.activations import ACTIVATIONS
from netlib.initializers import SCHEMES
from tests.e2e.server import serve
from tests.soundness.client import CLASS, at_once, delivered, show, visiting
from tests.soundness.scratch import scratch
from tests.soundness.source import PAGES

# Threads that are not a visitor's: Python's own few, and those that Streamlit keeps for serving its static files.
OTHER_THREADS = 12
STATIC_THREADS = 12

# What the dashboard's script is made to add to the log at the end of each run: torch's threads, and those of numpy's
# BLAS, which wait for work by spinning.
SAY_INTRA_OP = """
import ctypes
import sys
import torch
with open("/proc/self/maps", encoding="utf-8") as lines:
    blas = {line.split()[-1] for line in lines if "openblas" in line}
threads = [ctypes.CDLL(path).scipy_openblas_get_num_threads64_() for path in blas]
sys.stderr.write(f"intra-op {torch.get_num_threads()} {threads}\\n")
"""


def link(visitor, change=0):
    """Visitor 0 to 29's own Setup: no two have the same network or the same digits."""
    return {
        "hidden": f"{20 + visitor}-{17 + change}",
        "weights": list(SCHEMES)[visitor % len(SCHEMES)],
        "activation": list(ACTIVATIONS)[visitor % len(ACTIVATIONS)],
        "seed": str(visitor),
        "batch_seed": str(visitor + change),
        "lang": "en" if visitor % 2 else "ru",
    }


def page(visitor):
    """The page that this visitor starts on."""
    return PAGES[visitor % len(PAGES)]


def threads(server):
    """How many threads the server's process has now."""
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("Threads:")))


@contextmanager
def most_threads(server):
    """Watches the server; afterwards the list's only number is the largest count seen."""
    seen = [threads(server)]
    done = threading.Event()

    def watch():
        while not done.wait(0.02):
            with suppress(OSError):
                seen[0] = max(seen[0], threads(server))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory):
    """What each visitor sees who is alone on a server, one after the other."""
    with serve(tmp_path_factory.mktemp("alone") / "log.txt") as server:
        return [show(server.url, page(visitor), link(visitor)) for visitor in range(CLASS)]


@pytest.mark.parametrize("start", [pytest.param(i, marks=[] if i < 3 else pytest.mark.long) for i in range(10)])
def test_thirty_first_visitors_of_a_fresh_server_see_what_each_sees_alone(tmp_path, one_by_one, start):
    """Bit by bit: every chart, word, table and widget; and no exception while thirty threads import at once."""
    with serve(tmp_path / "log.txt") as server:
        seen = at_once([lambda v=v: show(server.url, page(v), link(v)) for v in range(CLASS)])
        for visitor, (together, alone) in enumerate(zip(seen, one_by_one, strict=True)):
            assert not together.failed, together.words
            assert together.of("heading"), f"visitor {visitor} sees no title"
            assert delivered(together) == delivered(alone), f"visitor {visitor} on {page(visitor)}"
        assert "Traceback" not in server.logged
        assert server.process.poll() is None


def test_all_visitors_differ_in_what_they_see(one_by_one):
    """Otherwise the comparison above would compare nothing."""
    with_charts = [shown for shown in one_by_one if shown.charts]
    assert len(with_charts) >= CLASS // 2
    # All that they see: the charts of Code and Sweep alone do not depend on all of a Setup.
    assert len({repr(delivered(shown)) for shown in with_charts}) == len(with_charts)


def test_threads_stay_bounded_with_thirty_visitors(tmp_path):
    """One a visitor whose page is being drawn, and those of Streamlit; torch computes in the visitor's own."""
    script = scratch(tmp_path / "tree")
    with script.open("a", encoding="utf-8") as lines:
        lines.write(SAY_INTRA_OP)
    with serve(tmp_path / "log.txt", script=script) as server:
        show(server.url)
        idle = threads(server)
        assert idle <= OTHER_THREADS

        def whole_visit(visitor):
            with urllib.request.urlopen(f"{server.url}/{page(visitor)}", timeout=30) as answer:
                assert b"<html" in answer.read()
            wide = {**link(visitor), "hidden": "512-256", "weights": "orthogonal", "size": "256"}
            with visiting(server.url, page(visitor), wide) as tab:
                return [tab.run(), tab.run()]

        with most_threads(server) as most:
            for shown in at_once([lambda v=v: whole_visit(v) for v in range(CLASS)]):
                assert not any(run.failed for run in shown)
        assert most[0] <= idle + CLASS + STATIC_THREADS

        end = time.monotonic() + 20
        while threads(server) > idle + STATIC_THREADS and time.monotonic() < end:
            time.sleep(0.2)
        assert threads(server) <= idle + STATIC_THREADS, "threads of visitors who have left"
        said = [line for line in server.logged.splitlines() if line.startswith("intra-op")]
        assert len(said) > CLASS
        assert set(said) == {"intra-op 1 [1]"}


@pytest.mark.long
def test_thirty_visitors_who_go_on_changing_see_what_each_sees_alone(tmp_path):
    """Five changes each, on every page, against the same walk one by one on a server of its own."""

    def walk(url, visitor):
        return [delivered(show(url, name, link(visitor, change))) for change, name in enumerate(PAGES)]

    with serve(tmp_path / "together.txt") as server:
        together = at_once([lambda v=v: walk(server.url, v) for v in range(CLASS)])
    with serve(tmp_path / "alone.txt") as server:
        assert together == [walk(server.url, visitor) for visitor in range(CLASS)]
