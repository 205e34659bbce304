"""From the key press on a slider to the painted picture, in a real browser."""

from contextlib import ExitStack
from dataclasses import asdict

from playwright.sync_api import Error as BrowserError

from benchmarks.clients.painting import NotPainted, Press, Tab, open_tab, side_by_side
from benchmarks.effort import Effort
from benchmarks.machine import circumstances
from benchmarks.pages import EMPTY, PAGES
from benchmarks.result import Result, Row
from benchmarks.spread import median, slow

MEDIAN_BAR = 1.5
SLOW_BAR = 2.0


def measure(effort: Effort) -> tuple[Result, ...]:
    """Presses on every page and on an empty one in turns, one after the other, each page in a tab of one browser."""
    now = circumstances(quick=effort.quick)
    notes: list[str] = []
    with ExitStack() as stack:
        browser, ours, reference = stack.enter_context(side_by_side())
        tabs = {EMPTY.name: stack.enter_context(open_tab(browser, reference.url, EMPTY))}
        for page in PAGES:
            try:
                tabs[page.name] = stack.enter_context(open_tab(browser, ours.url, page))
            except (BrowserError, NotPainted) as problem:
                notes.append(f"{page.name} was not measured: {str(problem).splitlines()[0]}")
        presses = in_turns(tabs, effort.presses, notes)
    result = Result(
        name="press",
        question="From a key press on a slider to the painted picture",
        reference="empty page",
        rows=rows(presses),
        circumstances=now,
        notes=tuple(notes),
        detail={
            name: [{part: round(value, 1) for part, value in asdict(press).items()} for press in made]
            for name, made in presses.items()
        },
    )
    return (result,)


def in_turns(tabs: dict[str, Tab], times: int, notes: list[str]) -> dict[str, list[Press]]:
    """One press in each tab, then the next round: whatever else the machine does meets all of them alike."""
    presses: dict[str, list[Press]] = {name: [] for name in tabs}
    for _ in range(times):
        for name, tab in tabs.items():
            try:
                presses[name].append(tab.press())
            except (BrowserError, NotPainted) as problem:
                notes.append(f"{name}: one press was not followed: {str(problem).splitlines()[0]}")
    return presses


def rows(presses: dict[str, list[Press]]) -> tuple[Row, ...]:
    """Median and 95th percentile of the main picture, and the median of the page's last one, against the empty page."""
    reference = [press.main for press in presses[EMPTY.name]]
    found = []
    for page in PAGES:
        made = presses.get(page.name)
        if not made:
            continue
        main, last = [press.main for press in made], [press.last for press in made]
        found += [
            Row.against(f"{page.name}, median", median(main), median(reference), "ms", MEDIAN_BAR),
            Row.against(f"{page.name}, 95th percentile", slow(main), slow(reference), "ms", SLOW_BAR),
            Row.against(f"{page.name}, median, every picture of the page", median(last), median(reference), "ms"),
        ]
    return tuple(found)
