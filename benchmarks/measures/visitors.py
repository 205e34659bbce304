"""A class on one process: how long a change takes when 1, 30, 60 or 100 visitors change something every 4 seconds."""

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.clients.crowd import Outcome, send
from benchmarks.clients.line import answering
from benchmarks.effort import Effort
from benchmarks.machine import circumstances
from benchmarks.result import Result, Row
from benchmarks.servers.launch import dashboard
from benchmarks.spread import median, slow

EVERY = 4.0
CLASS, CLASS_BAR = 60, 3.0
CROWD, CROWD_AIM = 100, 1000.0
AT_ONCE = 8

_ALONE_EVERY = 1.0  # alone nobody waits for anybody, so a quicker rhythm changes nothing but the time it takes


def measure(effort: Effort) -> tuple[Result, ...]:
    """One server: a visitor alone on each page, then crowds on all pages, then as many changes as it can serve."""
    now = circumstances(quick=effort.quick)
    notes: list[str] = []
    with TemporaryDirectory() as folder, dashboard(Path(folder) / "log.txt") as server:
        pages = tuple(page.name for page in answering(server.url, notes))
        each = {name: send(server, 1, effort.seconds / len(pages), _ALONE_EVERY, pages=(name,)) for name in pages}
        alone = together(list(each.values()))
        crowds = {
            count: send(server, count, effort.seconds, EVERY, first_seed=1000 * count, pages=pages)
            for count in effort.crowds
        }
        flat_out = send(server, AT_ONCE, effort.seconds / 2, 0.0, first_seed=500, pages=pages)
        logged = server.logged.count("Traceback")
    rows = [*rows_of(1, alone, alone)]
    for count, outcome in crowds.items():
        rows += rows_of(count, outcome, alone)
    rows += [
        Row.within("changes a second that one process serves at most", flat_out.rate, ""),
        Row.within("the server's CPU for each of them", flat_out.cpu_each, "ms"),
        Row.within("tracebacks in the server's log", logged, "", 0.0),
    ]
    everybody = {1: alone, **crowds}
    problems = [error for outcome in (*everybody.values(), flat_out) for error in outcome.errors]
    result = Result(
        name="visitors",
        question="A class at once: from a change to the end of the script",
        reference="one visitor",
        rows=tuple(rows),
        circumstances=now,
        notes=(*notes, *(f"{problems.count(problem)} x {problem}" for problem in dict.fromkeys(problems))),
        detail={
            "latencies": {str(count): [round(1000 * s) for s in sorted(o.latencies)] for count, o in everybody.items()},
            "cpu": {name: round(outcome.cpu_each, 1) for name, outcome in each.items()},
        },
    )
    return (result,)


def together(outcomes: list[Outcome]) -> Outcome:
    """Several visits one after the other as one."""
    return Outcome(
        latencies=[latency for outcome in outcomes for latency in outcome.latencies],
        errors=[error for outcome in outcomes for error in outcome.errors],
        cpu=sum(outcome.cpu for outcome in outcomes),
        seconds=sum(outcome.seconds for outcome in outcomes),
    )


def rows_of(count: int, outcome: Outcome, alone: Outcome) -> list[Row]:
    """Latencies of a crowd against those of a visitor alone, its errors, and what a change costs the server."""
    who = f"{count} visitor{'s' if count > 1 else ''}"
    rows = []
    if outcome.latencies and alone.latencies:
        middle, slowest = 1000 * median(outcome.latencies), 1000 * slow(outcome.latencies)
        rows += [
            Row.against(f"{who}, median", middle, 1000 * median(alone.latencies), "ms"),
            Row.against(
                f"{who}, 95th percentile",
                slowest,
                1000 * slow(alone.latencies),
                "ms",
                CLASS_BAR if count == CLASS else None,
            ),
        ]
        if count == CROWD:
            rows.append(Row.within(f"{who}, 95th percentile; the bar is an aim", slowest, "ms", CROWD_AIM))
    return [
        *rows,
        Row.within(f"{who}, errors", len(outcome.errors), "", 0.0 if count >= CLASS else None),
        Row.within(f"{who}, the server's CPU for a change", outcome.cpu_each, "ms"),
    ]
