"""Our own Python of one change, and what all of its CPU time goes into; how ours grows with the network."""

import time
from statistics import fmean
from typing import Any

from benchmarks.clients.line import TROUBLE, Line, line
from benchmarks.effort import Effort
from benchmarks.machine import circumstances
from benchmarks.pages import PAGES, Page
from benchmarks.result import CROSS, Result, Row
from benchmarks.servers.launch import Observed, observed
from benchmarks.servers.places import OTHERS, OURS
from benchmarks.spread import steepest_step
from netlib.bounds import count_parameters
from netlib.query import DEFAULTS, read_sizes

BAR = 40.0
LINEAR = 1.0

# From the default to just below the cap of 2,000,000 parameters.
SIZES = (DEFAULTS["hidden"], "256-128", "512-256", "1024-256", "1024-1024-128")
_WARM_UP = 3
_AFTERWARDS = 0.1  # Streamlit collects garbage after it has said that the script has ended
_FUNCTIONS = 10

Reading = dict[str, dict[str, float]]


def measure(effort: Effort) -> tuple[Result, ...]:
    """Changes the seed of every page's numbers again and again, for five sizes of network, with a clock inside."""
    now = circumstances(quick=effort.quick)
    notes: list[str] = []
    found: dict[str, list[list[Reading]]] = {}
    with observed("clock") as server:
        for page in PAGES:
            try:
                found[page.name] = [readings(server, page, hidden, effort.changes) for hidden in SIZES]
            except TROUBLE as trouble:
                notes.append(f"{page.name} was not measured: {trouble}")
    parameters = [count_parameters(read_sizes(hidden)) for hidden in SIZES]
    rows, growth = [], {}
    for name, sizes in found.items():
        costs = [fmean(ours(reading) for reading in made) for made in sizes]
        growth[name] = [round(cost, 2) for cost in costs]
        steepest = steepest_step(parameters, costs)
        rows += [
            Row.within(f"{name}, default network ({parameters[0]:,} parameters)", costs[0], "ms", BAR),
            Row.within(f"{name}, {parameters[-1]:,} parameters", costs[-1], "ms"),
            Row.within(f"{name}, steepest growth of cost per growth of size", steepest, "", LINEAR),
        ]
    common: dict[str, Any] = {"reference": "", "circumstances": now, "notes": tuple(notes)}
    detail = {"parameters": parameters, "milliseconds": growth}
    own = Result(name="own", question="Our own Python in one change", rows=tuple(rows), detail=detail, **common)
    return own, profile({name: sizes[0] for name, sizes in found.items()}, common)


def readings(server: Observed, page: Page, hidden: str, times: int) -> list[Reading]:
    """What the clock says of each change of the seed, with a network of these hidden sizes."""
    with line(server.server.url, page, hidden=hidden, seed="0") as visitor:
        return [_reading(server, visitor, seed) for seed in range(1, times + _WARM_UP + 1)][_WARM_UP:]


def _reading(server: Observed, visitor: Line, seed: int) -> Reading:
    server.read()
    visitor.renew(seed)
    time.sleep(_AFTERWARDS)
    return server.read()


def ours(reading: Reading) -> float:
    """Milliseconds of CPU that are ours."""
    return 1000 * sum(reading["parts"].get(part, 0.0) for part in OURS)


def profile(found: dict[str, list[Reading]], common: dict[str, Any]) -> Result:
    """Where the CPU time of one change of the default network goes, and which of our functions take most of it."""
    rows, detail = [], {}
    for name, made in found.items():
        each = {part: mean(made, "parts", part) for part in (*OURS, *OTHERS)}
        names = {function for reading in made for function in reading["functions"]}
        functions = {function: mean(made, "functions", function) for function in names}
        most = sorted(functions, key=functions.__getitem__, reverse=True)[:_FUNCTIONS]
        detail[name] = {
            "parts": {part: round(value, 2) for part, value in each.items()},
            "functions": {function: round(functions[function], 2) for function in most},
        }
        rows += [Row.within(f"{part}{CROSS}{name}", value, "ms") for part, value in each.items()]
        rows += [
            Row.within(f"**ours**{CROSS}{name}", sum(each[part] for part in OURS), "ms"),
            Row.within(f"**all**{CROSS}{name}", sum(each.values()), "ms"),
        ]
    question = "Where the CPU time of one change goes"
    return Result(name="profile", question=question, rows=tuple(rows), detail=detail, **common)


def mean(made: list[Reading], kind: str, name: str) -> float:
    """Milliseconds of one part or function, on average."""
    return 1000 * fmean(reading[kind].get(name, 0.0) for reading in made)
