"""docs/performance.md and its pictures from the results that are kept, so that words and figures cannot drift apart.

The file's own text stays; what stands between `<!-- name -->` and `<!-- end of name -->` is written anew.
"""

import re
from collections.abc import Callable
from statistics import fmean

from benchmarks.measures.own import BAR as OWN_BAR
from benchmarks.measures.press import MEDIAN_BAR
from benchmarks.measures.schemes import BAR as SCHEMES_BAR
from benchmarks.measures.sent import BAR as SENT_BAR
from benchmarks.measures.start import BAR as START_BAR
from benchmarks.measures.sweep_floor import BAR as FLOOR_BAR
from benchmarks.measures.threads import BAR as THREADS_BAR
from benchmarks.measures.training import NOTEBOOK_BAR
from benchmarks.measures.visitors import CLASS_BAR
from benchmarks.pictures import bars, curves
from benchmarks.result import RESULTS, Result
from benchmarks.servers.places import EVENTS, GARBAGE, OURS, PROTOBUF, STREAMLIT
from benchmarks.spread import median, slow
from tests.e2e.server import ROOT

REPORT = ROOT / "docs" / "performance.md"
PICTURES = ROOT / "docs" / "pictures"


def write_report() -> str:
    """Writes the pictures and the blocks of docs/performance.md; returns its path below the repository."""
    PICTURES.mkdir(exist_ok=True)
    text = REPORT.read_text(encoding="utf-8")
    for result in kept():
        (PICTURES / f"{result.name}.svg").write_text(DRAWINGS[result.name](result), encoding="utf-8")
        text = replaced(text, result.name, block(result))
    REPORT.write_text(text, encoding="utf-8")
    return str(REPORT.relative_to(ROOT))


def kept() -> list[Result]:
    """Every result in benchmarks/results/."""
    return [Result.load(path) for path in sorted(RESULTS.glob("*.json"))]


def block(result: Result) -> str:
    """Picture, table, notes and circumstances of one result."""
    return f"![{result.question}](pictures/{result.name}.svg)\n\n{result.block()}"


def replaced(text: str, name: str, new: str) -> str:
    """The text with what stands between the two marks of a name replaced; raises `ValueError` without them."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"docs/performance.md has no place for {name}")
    return pattern.sub(lambda match: f"{match.group(1)}\n{new}\n{match.group(2)}", text)


def _press(result: Result) -> str:
    rows, slowest = {}, {}
    for name, presses in result.detail.items():
        parts = [
            {
                "until it is sent": press["sent"],
                "server and websocket": min(press["received"], press["main"]) - press["sent"],
                "browser": max(press["main"] - press["received"], 0.0),
            }
            for press in presses
        ]
        rows[name] = {part: fmean(each[part] for each in parts) for part in parts[0]}
        slowest[name] = slow([press["main"] for press in presses])
    empty = median([press["main"] for press in result.detail["empty"]])
    limits = {f"{MEDIAN_BAR:g} x the empty page's median": MEDIAN_BAR * empty}
    title = "Key press to painted picture: mean of its parts (bar), 95th percentile (tick)"
    return bars(title, rows, "ms", marks=slowest, limits=limits)


def _sent(result: Result) -> str:
    rows = {row.what: {"": row.measured} for row in result.rows if "of it" not in row.what}
    return bars("What one change sends to the browser", rows, "kB", limits={f"{SENT_BAR:g} kB": SENT_BAR})


def _own(result: Result) -> str:
    lines = result.detail["milliseconds"]
    return curves(
        "Our own Python in one change, by size of the network", result.detail["parameters"], lines, ("parameters", "ms")
    )


def _profile(result: Result) -> str:
    rows = {}
    for name, found in result.detail.items():
        parts = found["parts"]
        rows[name] = {
            "ours": sum(parts[part] for part in OURS),
            STREAMLIT: parts[STREAMLIT],
            f"{PROTOBUF}, {EVENTS}": parts[PROTOBUF] + parts[EVENTS],
            GARBAGE: parts[GARBAGE],
        }
    return bars("CPU time of one change, default network", rows, "ms", limits={f"{OWN_BAR:g} ms of ours": OWN_BAR})


def _start(result: Result) -> str:
    rows = {name: {"": median(seconds)} for name, seconds in result.detail.items()}
    slowest = {name: max(seconds) for name, seconds in result.detail.items()}
    limits = {f"{START_BAR:g} x the empty page": START_BAR * median(result.detail["empty"])}
    title = "Process start to first picture: median (bar), slowest (tick)"
    return bars(title, rows, "s", marks=slowest, limits=limits)


def _memory(result: Result) -> str:
    found = result.detail
    over = found["over setups"]
    setups = [found["setups"] * index / (len(over) - 1) for index in range(len(over))]
    limit = {"what the caches may hold, on top of the start": over[0] + found["bounds"]}
    return curves("Memory while different Setups are seen", setups, {"server": over}, ("Setups", "MB"), limits=limit)


def _visitors(result: Result) -> str:
    latencies = {count: values for count, values in result.detail["latencies"].items() if values}
    found = {f"{count} visitor{'s' if count != '1' else ''}": values for count, values in latencies.items()}
    rows = {name: {"": median(values)} for name, values in found.items()}
    slowest = {name: slow(values) for name, values in found.items()}
    limits = {}
    if alone := latencies.get("1"):
        limits = {f"{CLASS_BAR:g} x the 95th percentile of one": CLASS_BAR * slow(alone)}
    title = "Change to end of script, everybody one in 4 s: median (bar), 95th percentile (tick)"
    return bars(title, rows, "ms", marks=slowest, limits=limits)


def _threads(result: Result) -> str:
    rows = {row.what: {"": row.ratio or 0.0} for row in result.rows if not row.what.endswith("CPU")}
    limits = {f"{THREADS_BAR:g}, for the default network": THREADS_BAR}
    return bars("Forward and back on 64 digits: the time with one thread, in times with two", rows, "x", limits=limits)


def _schemes(result: Result) -> str:
    found = result.detail
    rows = {"floor": found["floor"], "plain floor": found["plain"], "ours": {"all of ours": found["ours"]}}
    limits = {f"{SCHEMES_BAR:g} x the floor": SCHEMES_BAR * sum(found["floor"].values())}
    return bars("Every initialisation with every activation", rows, "ms", limits=limits)


def _training(result: Result) -> str:
    each = {name: values for name, values in result.detail["milliseconds"].items() if values}
    rows = {name: {"": median(values)} for name, values in each.items()}
    slowest = {name: max(values) for name, values in each.items()}
    limits = {f"1 / {1 / NOTEBOOK_BAR:g} of the notebook's loop": NOTEBOOK_BAR * median(each["notebook's loop"])}
    return bars("CPU time of one step: median (bar), slowest turn (tick)", rows, "ms", marks=slowest, limits=limits)


def _sweeps(result: Result) -> str:
    found = result.detail["networks a second"]
    rows = {name: {"": median(values)} for name, values in found.items()}
    return bars("Networks a second, 784-128-64-10 at 30 seeds: median", rows, "")


def _sweep_floor(result: Result) -> str:
    found = result.detail["networks a second"]
    rows = {what: {"": each["floor"] / each["ours"]} for what, each in found.items()}
    loops = {what: each["floor"] / each["loop"] for what, each in found.items()}
    title = "A network of a sweep, in floors: ours (bar), the plain loop (tick)"
    return bars(title, rows, "x", marks=loops, limits={"1 / 0.6 of the floor": FLOOR_BAR})


DRAWINGS: dict[str, Callable[[Result], str]] = {
    "press": _press,
    "sent": _sent,
    "own": _own,
    "profile": _profile,
    "start": _start,
    "memory": _memory,
    "visitors": _visitors,
    "threads": _threads,
    "schemes": _schemes,
    "training": _training,
    "sweep_floor": _sweep_floor,
    "sweeps": _sweeps,
}
