"""Memory of the server's process: its first visitor, more of them, many Setups, and visitors who come and go."""

import json
import subprocess
import sys
import time
from contextlib import ExitStack
from itertools import cycle, islice

from benchmarks.clients.line import answering, line
from benchmarks.effort import Effort
from benchmarks.machine import circumstances
from benchmarks.pages import PAGES, Page
from benchmarks.result import Result, Row
from benchmarks.servers.launch import Observed, memory_mb, observed
from tests.e2e.server import ROOT

FIRST_BAR = 1.15
VISITOR_BAR = 3.0
FLAT_BAR = 10.0

Pages = tuple[Page, ...]

_KEPT_SECONDS = 1
_POINTS = 20
_BARE = """
import numpy, pandas, plotly.graph_objects, torch, streamlit.web.cli
from pathlib import Path
import os
print(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6)
"""
_BOUNDS = """
import json
from netlib.ui import cached
print(json.dumps({name: value for name, value in vars(cached).items() if name.endswith("_BYTES")}))
"""


def measure(effort: Effort) -> tuple[Result, ...]:
    """One server from its first visitor on; resident memory (RSS) after each step."""
    now = circumstances(quick=effort.quick)
    notes: list[str] = []
    bare = float(_python(_BARE))
    bounds = sum(json.loads(_python(_BOUNDS)).values()) / 1e6
    # Streamlit keeps a closed tab's session for two minutes, in case it comes back: here one second, or each round
    # would be measured together with the ones before.
    with observed("nothing", STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL=str(_KEPT_SECONDS)) as server:
        first = after_first_visitor(server)
        pages = answering(server.server.url, notes)
        each = for_each_visitor(server, pages, effort.visitors)
        setups = over_setups(server, pages, effort.setups)
        rounds = over_rounds(server, pages, effort.rounds, effort.visitors)
    grown = max(setups) - setups[0]
    kept, trimmed = ([step[index] for step in rounds[1:]] for index in (0, 1))
    rows = (
        Row.against("after the first visitor", first, bare, "MB", FIRST_BAR),
        Row.within("each further visitor", each, "MB", VISITOR_BAR),
        Row.within(f"growth over {effort.setups} Setups; the bar is what the caches may hold", grown, "MB", bounds),
        Row.within(f"growth from round 2 to {effort.rounds} of visitors", max(kept) - kept[0], "MB", FLAT_BAR),
        Row.within("the same, with free memory given back after each round", max(trimmed) - trimmed[0], "MB", FLAT_BAR),
    )
    result = Result(
        name="memory",
        question="Memory of the server",
        reference="bare imports",
        rows=rows,
        circumstances=now,
        notes=tuple(notes),
        detail={
            "bare": round(bare, 1),
            "first": round(first, 1),
            "bounds": round(bounds, 1),
            "setups": effort.setups,
            "over setups": [round(value, 1) for value in setups],
            "rounds": [round(value, 1) for value, _ in rounds],
            "rounds, trimmed": [round(value, 1) for _, value in rounds],
        },
    )
    return (result,)


def after_first_visitor(server: Observed) -> float:
    """MB after one visit to Home."""
    with line(server.server.url, PAGES[0]) as visitor:
        visitor.slide()
        return memory_mb(server.server)


def for_each_visitor(server: Observed, pages: Pages, count: int) -> float:
    """MB for each of so many visitors who are there at once, beyond one on each page; all see the same Setup."""
    with ExitStack() as stack:
        for page in pages:
            stack.enter_context(line(server.server.url, page)).slide()
        before = memory_mb(server.server)
        for page in islice(cycle(pages), count):
            stack.enter_context(line(server.server.url, page)).slide()
        return (memory_mb(server.server) - before) / count


def over_setups(server: Observed, pages: Pages, count: int) -> list[float]:
    """MB before, and while visitors, one on each page, see so many different Setups."""
    with ExitStack() as stack:
        # Behind a menu there is the same Setup again.
        visitors = [stack.enter_context(line(server.server.url, page)) for page in pages if not page.menu]
        found = [memory_mb(server.server)]
        for seed, visitor in islice(enumerate(cycle(visitors), start=1), count):
            visitor.renew(seed)
            if seed % max(count // _POINTS, 1) == 0:
                found.append(memory_mb(server.server))
    return found


def over_rounds(server: Observed, pages: Pages, rounds: int, count: int) -> list[tuple[float, float]]:
    """MB after each round of so many visitors who come, move a slider and go: plain, and after a trim."""
    found = []
    for _ in range(rounds):
        with ExitStack() as stack:
            for page in islice(cycle(pages), count):
                stack.enter_context(line(server.server.url, page)).slide()
        time.sleep(2 * _KEPT_SECONDS)
        with line(server.server.url, PAGES[0]):
            pass  # sessions that are over are let go when the next one closes
        time.sleep(1)
        kept = memory_mb(server.server)
        server.trim()
        found.append((kept, memory_mb(server.server)))
    return found


def _python(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
