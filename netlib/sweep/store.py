"""Results on disk: a folder of Parquet files, one a chunk, each whole or not there at all. No torch.

A file is called after what it holds: `part-<hash of its keys>-<hash of its bytes>.parquet`. So it is checked by reading
it, two commands that compute the same chunk write the same file, and nothing is ever written over. What is torn goes to
`torn/` in a hidden folder, where readers of Parquet folders do not look.
"""

import hashlib
import io
import os
import re
import secrets
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pandas as pd

from netlib.i18n import N_
from netlib.problem import Problem
from netlib.sweep.rows import DTYPES, empty

ASIDE = Path(".layerscope", "torn")
_PART = re.compile(r"part-([0-9a-f]{16})-([0-9a-f]{16})\.parquet")
_STALE = 3_600.0
"""Seconds after which a file half written belongs to nobody any more."""


class Store:
    """The rows under a folder, which is made where there is none; several processes may use it at once.

    Raises `Problem` where the folder cannot be written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._keys: dict[str, frozenset[bytes]] = {}
        self._torn: list[str] = []
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._tidy()
        except OSError as error:
            raise self._trouble(error) from error

    def parts(self) -> list[str]:
        """Names of all part files, sorted."""
        try:
            return sorted(entry.name for entry in os.scandir(self.folder) if _PART.fullmatch(entry.name))
        except OSError as error:
            raise self._trouble(error) from error

    def keys(self) -> set[bytes]:
        """The keys (`packed`) of all rows; every file that is new to us is read and checked, torn ones moved aside."""
        names = self.parts()
        for name in set(names) - self._keys.keys():
            if (rows := self._rows(name, ["key"])) is not None:
                self._keys[name] = frozenset(map(packed, rows["key"]))
        return set().union(*(self._keys[name] for name in names if name in self._keys))

    def torn(self) -> list[str]:
        """Names of the files that were found torn and moved aside since this was last asked."""
        found, self._torn = self._torn, []
        return found

    def add(self, rows: pd.DataFrame) -> None:
        """Keeps the rows of one chunk; raises `Problem` where they cannot be written."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        written = io.BytesIO()
        pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), written, compression="zstd")
        content = written.getvalue()
        keys = hashlib.sha256("\n".join(sorted(rows["key"])).encode())
        name = f"part-{keys.hexdigest()[:16]}-{_sum(content)}.parquet"
        temporary = self.folder / f".{name}.{secrets.token_hex(4)}"
        try:
            try:
                temporary.write_bytes(content)
                temporary.replace(self.folder / name)
            finally:
                temporary.unlink(missing_ok=True)
        except OSError as error:
            raise self._trouble(error) from error
        self._keys[name] = frozenset(map(packed, rows["key"]))

    def read(self, keys: Collection[str] | None = None) -> pd.DataFrame:
        """All rows, each once, as a table of `netlib.sweep.rows`; or those with some keys, in the order of these."""
        wanted = None if keys is None else set(map(packed, keys))
        found = [rows for rows in self._tables(wanted) if len(rows)]
        if not found:
            return empty()
        table = pd.concat(found, ignore_index=True).drop_duplicates("key", ignore_index=True)
        if keys is None:
            return table
        place = pd.Series(range(len(table)), index=table["key"])
        return table.iloc[place.reindex(list(keys)).dropna().astype(int)].reset_index(drop=True)

    def _tables(self, wanted: set[bytes] | None) -> Iterator[pd.DataFrame]:
        for name in self.parts():
            held = self._keys.get(name)
            if wanted is not None and held is not None and held.isdisjoint(wanted):
                continue
            if (rows := self._rows(name)) is not None:
                rows = rows.reindex(columns=list(DTYPES)).astype(DTYPES)
                yield rows if wanted is None else rows[[packed(key) in wanted for key in rows["key"]]]

    def _rows(self, name: str, columns: list[str] | None = None) -> pd.DataFrame | None:
        """A part's rows; None where it is torn, or gone meanwhile."""
        try:
            content = (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._trouble(error) from error
        if not _whole(name, content):
            self._put_aside(name)
            return None
        return pd.read_parquet(io.BytesIO(content), columns=columns)

    def _put_aside(self, name: str) -> None:
        aside = self.folder / ASIDE / f"{name}.{secrets.token_hex(4)}"
        try:
            aside.parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).replace(aside)
            if _whole(name, aside.read_bytes()):  # another command had put the torn one aside, and this is its new one
                aside.replace(self.folder / name)
                return
        except FileNotFoundError:  # another command was faster
            return
        except OSError as error:
            raise self._trouble(error) from error
        self._keys.pop(name, None)
        self._torn.append(name)

    def _tidy(self) -> None:
        """Takes away what commands that were killed had half written."""
        for entry in self.folder.glob(".part-*"):
            with suppress(FileNotFoundError):
                if time.time() - entry.stat().st_mtime > _STALE:
                    entry.unlink()

    def _trouble(self, error: OSError) -> Problem:
        return Problem(
            N_("The results cannot be kept in {folder}: {reason}."),
            folder=str(self.folder),
            reason=error.strerror or type(error).__name__,
        )


def write_csv(rows: pd.DataFrame, path: Path) -> None:
    """The table as CSV, a layer's numbers with spaces between them; raises `Problem` where it cannot be written."""
    listed = {name: rows[name].map(_spaced) for name, dtype in DTYPES.items() if dtype == "object"}
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        try:
            with temporary.open("w", encoding="utf-8", newline="") as file:
                rows.assign(**listed).to_csv(file, index=False)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise Problem(
            N_("{file} cannot be written: {reason}."), file=str(path), reason=error.strerror or type(error).__name__
        ) from error


def _spaced(values: Iterable[float]) -> str:
    return " ".join(repr(float(value)) for value in values)


def packed(key: str) -> bytes:
    """Half of a key: 128 bits tell all networks apart, and a million of them stay small."""
    return bytes.fromhex(key[:32])


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _whole(name: str, content: bytes) -> bool:
    match = _PART.fullmatch(name)
    return match is not None and _sum(content) == match.group(2)
