"""The fleet's hands: a worker in a process of its own, or in a thread where memory is short. No torch here.

Never `multiprocessing`: a process that it spawns runs the script of the server once more.
"""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Protocol, cast

from netlib.training.channel import Channel, Closed

ROOT = Path(__file__).parents[2]
_PATIENCE = 5.0

Message = tuple[Any, ...]


class Crew(Protocol):
    """A worker as its fleet sees it."""

    def send(self, message: Message) -> None:
        """Says something; a worker that is gone hears nothing."""

    def close(self) -> None:
        """Lets it end after its present slice, and waits for that."""


class ProcessCrew:
    """A worker process; `heard` gets each of its messages, `died` is called once where it ends by itself."""

    def __init__(self, heard: Callable[[Message], None], died: Callable[[], None], ring_bytes: int) -> None:
        self._heard, self._died, self._closing = heard, died, False
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "netlib.training.worker", str(ring_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._channel = Channel(_raw(self.process.stdout), _raw(self.process.stdin))
        self._thread = threading.Thread(target=self._listen, name="training-crew", daemon=True)
        self._thread.start()

    def send(self, message: Message) -> None:
        """Says something; a worker that is gone hears nothing."""
        with suppress(Closed):  # the listener notices, too
            self._channel.send(message)

    def close(self) -> None:
        """Lets it end after its present slice; one that does not is ended."""
        self._closing = True
        with suppress(OSError):
            self._channel.close()
        try:
            self.process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if threading.current_thread() is not self._thread:
            self._thread.join(_PATIENCE)

    def _listen(self) -> None:
        try:
            while True:
                self._heard(self._channel.receive())
        except Closed:
            pass
        self.process.wait()
        with suppress(OSError):
            self._channel.close()
        assert self.process.stdout is not None
        self.process.stdout.close()
        if not self._closing:
            self._died()


class ThreadCrew:
    """A worker in a thread of this process: the same messages, through queues."""

    def __init__(self, heard: Callable[[Message], None], died: Callable[[], None], ring_bytes: int) -> None:
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._arguments = heard, ring_bytes
        self._died, self._closing = died, False
        self._thread = threading.Thread(target=self._run, name="training-crew", daemon=True)
        self._thread.start()

    def send(self, message: Message) -> None:
        """Says something."""
        self._inbox.put(message)

    def close(self) -> None:
        """Lets it end after its present slice: torch must not outlive Python."""
        self._closing = True
        self._inbox.put(("end",))
        if threading.current_thread() is not self._thread:
            self._thread.join(_PATIENCE)

    def _run(self) -> None:
        from netlib.training.worker import Worker

        heard, ring_bytes = self._arguments
        try:
            Worker(self._inbox, heard, ring_bytes).run()
        finally:
            if not self._closing:
                self._died()


def _raw(stream: IO[bytes]) -> Any:
    return cast("Any", stream)  # unbuffered, as asked
