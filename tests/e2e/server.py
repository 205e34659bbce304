"""The real dashboard on a free port of this machine, as `make run` starts it."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.serve import COMMAND

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Server:
    """A running dashboard: its address, its process, and the file that it logs to."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def logged(self) -> str:
        """What it has said so far."""
        return self.log.read_text(encoding="utf-8")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(
    log: Path,
    *,
    port: int | None = None,
    script: Path = ROOT / "dashboard.py",
    command: Sequence[str] = COMMAND,
    **environment: str,
) -> Iterator[Server]:
    """Starts a server, waits until it answers, and ends its process afterwards."""
    port = port or free_port()
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*command, str(script), "--server.port", str(port), "--server.address", "127.0.0.1"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", process, log)
    try:
        wait_until_healthy(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_healthy(server: Server, seconds: float = 60) -> None:
    """Returns when the server answers; raises with its log when it does not within the time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the server does not answer:\n{server.logged}")
