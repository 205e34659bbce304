"""From the start of the process to the first picture in a browser."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from benchmarks.clients.painting import watch
from benchmarks.effort import Effort
from benchmarks.machine import circumstances
from benchmarks.result import Result, Row
from benchmarks.servers.launch import EMPTY_IMPORTS, dashboard, empty
from benchmarks.spread import median
from tests.e2e.server import Server
from tests.e2e.visitor import launch

BAR = 1.25
_PATIENCE = 60_000

Start = Callable[[Path], AbstractContextManager[Server]]


def measure(effort: Effort) -> tuple[Result, ...]:
    """Home and the empty page that imports torch and plotly, started in turns, each with an empty browser cache."""
    now = circumstances(quick=effort.quick)
    seconds: dict[str, list[float]] = {"home": [], "empty": []}
    starts: dict[str, Start] = {"home": dashboard, "empty": lambda log: empty(log, EMPTY_IMPORTS)}
    with sync_playwright() as playwright, TemporaryDirectory() as folder:
        browser = launch(playwright)
        for turn in range(effort.starts + 1):
            for name, start in starts.items():
                taken = first_picture(browser, start, Path(folder) / f"{name}-{turn}.txt")
                if turn:  # the first start reads the libraries from the disk
                    seconds[name].append(taken)
        browser.close()
    row = Row.against("home, median", median(seconds["home"]), median(seconds["empty"]), "s", BAR)
    slowest = Row.against("home, slowest start", max(seconds["home"]), max(seconds["empty"]), "s")
    result = Result(
        name="start",
        question="From the start of the process to the first picture on Home",
        reference="empty page with the imports",
        rows=(row, slowest),
        circumstances=now,
        detail={name: [round(taken, 3) for taken in all_taken] for name, all_taken in seconds.items()},
    )
    return (result,)


def first_picture(browser: Browser, start: Start, log: Path) -> float:
    """Seconds from the start of a server's process until its first visitor sees a picture."""
    began = time.time()
    with start(log) as server, watch(browser, server.url) as visitor:
        visitor.page.goto(server.url)
        painted = "() => window.painting.painted().filter(Boolean)"
        visitor.page.wait_for_function(f"() => ({painted})().length", timeout=_PATIENCE)
        first = min(visitor.page.evaluate(painted))
        return float(visitor.page.evaluate("window.painting.origin()") + first) / 1000 - began
