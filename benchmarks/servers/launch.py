"""The servers of a benchmark: the dashboard as it is, the same with a clock inside, and the empty pages."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.e2e.server import ROOT, Server, serve

EMPTY_PAGE = Path(__file__).parent / "empty_page.py"
EMPTY_IMPORTS = Path(__file__).parent / "empty_imports.py"
TICKS = os.sysconf("SC_CLK_TCK")


def dashboard(log: Path) -> AbstractContextManager[Server]:
    """The dashboard on a free port, as `make run` starts it."""
    return serve(log)


def empty(log: Path, script: Path) -> AbstractContextManager[Server]:
    """One of the two empty pages, under the same settings of Streamlit."""
    return serve(log, script=script)


def cpu_seconds(server: Server) -> float:
    """User and system time of the server's process since its start, in steps of 10 ms."""
    return cpu_seconds_of(server.process.pid)


def cpu_seconds_of(process: int) -> float:
    """The same by the process's number."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(server: Server) -> float:
    """Resident memory of the server's process, in MB of 10^6 bytes."""
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@dataclass
class Observed:
    """A server that answers two signals: `read` asks what CPU time was spent on, `trim` gives free memory back."""

    server: Server
    answer: Path

    def read(self) -> dict[str, Any]:
        """What was spent since the last reading: see `clock.Clock.read`."""
        return self._ask(signal.SIGUSR1)

    def trim(self) -> None:
        """Collects garbage and has the C library return what it keeps for later."""
        self._ask(signal.SIGUSR2)

    def _ask(self, number: signal.Signals) -> dict[str, Any]:
        self.answer.unlink(missing_ok=True)
        self.server.process.send_signal(number)
        end = time.monotonic() + 30
        while not self.answer.exists():
            if time.monotonic() > end:
                raise TimeoutError("the server does not answer a signal")
            time.sleep(0.005)
        return dict(json.loads(self.answer.read_text(encoding="utf-8")))


@contextmanager
def observed(watch: str, script: Path = ROOT / "dashboard.py", **environment: str) -> Iterator[Observed]:
    """The dashboard in a process that can be asked; `watch` is what looks on there: see `observed.py`."""
    with TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = (sys.executable, "-m", "benchmarks.servers.observed", str(answer), watch)
        with serve(Path(folder) / "log.txt", script=script, command=command, **environment) as server:
            yield Observed(server, answer)
