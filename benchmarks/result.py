"""What a benchmark says: rows of a measured value beside its reference and its bar, kept as JSON, shown as a table."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.machine import Circumstances

CROSS = " x "  # a row called "a x b" stands in line a, column b of a table, where all rows do
RESULTS = Path(__file__).parent / "results"

# 1234.5 -> 1,234; 12.34 -> 12.3; 0.1234 -> 0.123
_DECIMALS = ((100.0, 0), (10.0, 1), (1.0, 2), (0.0, 3))


@dataclass(frozen=True)
class Row:
    """A measured value; `ratio` is measured / reference; `bar` bounds the ratio where there is one, else the value."""

    what: str
    measured: float
    unit: str
    reference: float | None = None
    ratio: float | None = None
    bar: float | None = None
    holds: bool | None = None

    @classmethod
    def against(cls, what: str, measured: float, reference: float, unit: str, bar: float | None = None) -> "Row":
        """A value beside one that was measured in the same run; the bar is on their ratio."""
        ratio = measured / reference
        return cls(what, measured, unit, reference, ratio, bar, None if bar is None else ratio <= bar)

    @classmethod
    def within(cls, what: str, measured: float, unit: str, bar: float | None = None) -> "Row":
        """A value by itself; the bar, if any, is on the value."""
        return cls(what, measured, unit, bar=bar, holds=None if bar is None else measured <= bar)


@dataclass(frozen=True)
class Result:
    """All rows of one benchmark, and under which circumstances they came about; `detail` is what its picture needs."""

    name: str
    question: str
    reference: str
    rows: tuple[Row, ...]
    circumstances: Circumstances
    notes: tuple[str, ...] = ()
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Its JSON."""
        return RESULTS / f"{self.name}.json"

    def save(self) -> None:
        """Writes the JSON, and the table beside it."""
        RESULTS.mkdir(exist_ok=True)
        written = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        self.path.write_text(written + "\n", encoding="utf-8")
        self.path.with_suffix(".md").write_text(self.page(), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Result":
        """The result that a JSON file holds."""
        kept = json.loads(path.read_text(encoding="utf-8"))
        kept["rows"] = tuple(Row(**row) for row in kept["rows"])
        kept["notes"] = tuple(kept["notes"])
        kept["circumstances"] = Circumstances(**kept["circumstances"])
        return cls(**kept)

    def page(self) -> str:
        """The result as a Markdown page of its own."""
        return f"# {self.question}\n\n{self.block()}"

    def block(self) -> str:
        """Table, notes and circumstances as Markdown."""
        notes = "\n".join(f"- {note}" for note in self.notes)
        crossed = all(CROSS in row.what for row in self.rows)
        rows = matrix(self.rows) if crossed else table(self.rows, self.reference)
        parts = [rows.rstrip(), notes, self.circumstances.sentence()]
        return "\n\n".join(part for part in parts if part) + "\n"


def shown(value: float | None, unit: str = "") -> str:
    """A number to about three digits with its unit; a dash where there is none."""
    if value is None:
        return "–"
    decimals = next(decimals for least, decimals in _DECIMALS if abs(value) >= least)
    if value == int(value) and abs(value) < 1000:
        decimals = 0
    written = f"{value:,.{decimals}f}"
    return f"{written} {unit}".strip()


def table(rows: Sequence[Row], reference: str) -> str:
    """The rows as a Markdown table."""
    compared = any(row.reference is not None for row in rows)
    head = ["", "measured", *([reference, "ratio"] if compared else []), "bar", "holds"]
    lines = [head, ["---", "---:", *(["---:", "---:"] if compared else []), "---:", ":---:"]]
    for row in rows:
        bar = "–" if row.bar is None else f"≤ {shown(row.bar, '×' if row.ratio is not None else row.unit)}"
        holds = {None: "", True: "yes", False: "**no**"}[row.holds]
        beside = [shown(row.reference, row.unit), shown(row.ratio, "×" if row.ratio is not None else "")]
        lines.append([row.what, shown(row.measured, row.unit), *(beside if compared else []), bar, holds])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def matrix(rows: Sequence[Row]) -> str:
    """Rows called `a x b` as a Markdown table with a line for each `a` and a column for each `b`."""
    cells = {tuple(row.what.split(CROSS)): shown(row.measured, row.unit) for row in rows}
    columns = list(dict.fromkeys(column for _, column in cells))
    lines = [["", *columns], ["---", *["---:"] * len(columns)]]
    names = dict.fromkeys(name for name, _ in cells)
    lines += [[name, *(cells.get((name, column), "–") for column in columns)] for name in names]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
