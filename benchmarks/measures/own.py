"""Our own Python of one change, and what all of its CPU time goes into; how both grow with the network."""

import time
from statistics import fmean
from typing import Any

from benchmarks.clients.line import TROUBLE, Line, line
from benchmarks.effort import Effort
from benchmarks.machine import circumstances
from benchmarks.pages import PAGES, Page
from benchmarks.result import CROSS, Result, Row
from benchmarks.servers.launch import Observed, observed
from benchmarks.servers.sampler import ELSEWHERE, OTHERS, OURS
from benchmarks.spread import steepest_step
from netlib.bounds import count_parameters
from netlib.query import DEFAULTS, read_sizes

BAR = 40.0
LINEAR = 1.0

# From the default to just below the cap of 2,000,000 parameters.
SIZES = (DEFAULTS["hidden"], "256-128", "512-256", "1024-256", "1024-1024-128")
_WARM_UP = 3
_AFTERWARDS = 0.1  # Streamlit collects garbage after it has said that the script has ended

Report = dict[str, Any]


def measure(effort: Effort) -> tuple[Result, ...]:
    """Changes the seed of every page's numbers again and again, for five sizes of network; a sampler looks on."""
    now = circumstances(quick=effort.quick)
    notes: list[str] = []
    found: dict[str, list[list[Report]]] = {}
    with observed(sample=True) as server:
        for page in PAGES:
            try:
                found[page.name] = [reports(server, page, hidden, effort.changes) for hidden in SIZES]
            except TROUBLE as problem:
                notes.append(f"{page.name} was not measured: {problem}")
    parameters = [count_parameters(read_sizes(hidden)) for hidden in SIZES]
    rows, growth = [], {}
    for name, sizes in found.items():
        costs = [fmean(ours(report) for report in made) for made in sizes]
        growth[name] = [round(cost, 2) for cost in costs]
        rows += [
            Row.within(f"{name}, default network ({parameters[0]:,} parameters)", costs[0], "ms", BAR),
            Row.within(f"{name}, {parameters[-1]:,} parameters", costs[-1], "ms"),
            Row.within(
                f"{name}, steepest growth of cost per growth of size", steepest_step(parameters, costs), "", LINEAR
            ),
        ]
    common: dict[str, Any] = {"reference": "", "circumstances": now, "notes": tuple(notes)}
    return (
        Result(
            name="own",
            question="Our own Python in one change",
            rows=tuple(rows),
            detail={"parameters": parameters, "milliseconds": growth},
            **common,
        ),
        profile({name: sizes[0] for name, sizes in found.items()}, common),
    )


def reports(server: Observed, page: Page, hidden: str, times: int) -> list[Report]:
    """One report of the sampler for each change of the seed, with a network of these hidden sizes."""
    with line(server.server.url, page, hidden=hidden, seed="0") as visitor:
        return [_report(server, visitor, seed) for seed in range(1, times + _WARM_UP + 1)][_WARM_UP:]


def _report(server: Observed, visitor: Line, seed: int) -> Report:
    server.report()
    visitor.reseed(seed)
    time.sleep(_AFTERWARDS)
    return server.report()


def ours(report: Report) -> float:
    """Milliseconds of CPU that are ours."""
    return 1000 * sum(float(report["places"].get(place, 0.0)) for place in OURS)


def profile(found: dict[str, list[Report]], common: dict[str, Any]) -> Result:
    """Where the CPU time of one change of the default network goes, and which of our functions take most of it."""
    rows, detail = [], {}
    for name, made in found.items():
        each = {p: 1000 * sum(r["places"].get(p, 0.0) for r in made) / len(made) for p in (*OURS, *OTHERS, ELSEWHERE)}
        functions: dict[str, float] = {}
        for report in made:
            for function, seconds in report["functions"].items():
                functions[function] = functions.get(function, 0.0) + 1000 * seconds / len(made)
        most = sorted(functions.items(), key=lambda item: -item[1])[:12]
        detail[name] = {
            "places": {place: round(value, 2) for place, value in each.items()},
            "functions": {function: round(value, 2) for function, value in most},
        }
        rows += [Row.within(f"{place}{CROSS}{name}", value, "ms") for place, value in each.items()]
        rows += [
            Row.within(f"ours{CROSS}{name}", sum(each[place] for place in OURS), "ms"),
            Row.within(f"all{CROSS}{name}", sum(each.values()), "ms"),
        ]
    return Result(
        name="profile", question="Where the CPU time of one change goes", rows=tuple(rows), detail=detail, **common
    )
