"""The sweep that comes with the project, computed before, so that its page is alive at once. No torch."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from netlib.sweep import grid
from netlib.sweep.spec import Sweep
from netlib.trace import frozen

FOLDER = Path(__file__).parent / "shipped"
GRID, TABLE = FOLDER / "grid.toml", FOLDER / "table.parquet"
_LISTS = ("signal", "gradient")


@dataclass(frozen=True, eq=False)
class Shipped:
    """What was asked, the table that came of it, and the versions that computed it."""

    sweep: Sweep
    rows: pd.DataFrame
    versions: str

    @property
    def nbytes(self) -> int:
        """Memory of the table, its lists included, in bytes."""
        lists = sum(int(each.nbytes) for name in _LISTS for each in self.rows[name])
        return lists + int(self.rows.memory_usage(deep=True).sum())

    def handed_out(self) -> "Shipped":
        """The same with a table of its own: what is written to it stays there, and its lists cannot be written."""
        return replace(self, rows=self.rows.copy(deep=False))  # pandas copies a column when it is written to


def load() -> Shipped:
    """Reads grid and table; 10 ms."""
    import pyarrow.parquet as pq

    # Arrow's threads, which pandas' own reader wakes, would stay as long as the server does.
    file = pq.ParquetFile(TABLE, pre_buffer=False)
    rows: pd.DataFrame = file.read(use_threads=False).to_pandas(use_threads=False)
    for name in _LISTS:
        rows[name] = rows[name].map(lambda each: frozen(np.array(each)))
    return Shipped(grid.read(GRID), rows, rows.attrs.get("versions", ""))
