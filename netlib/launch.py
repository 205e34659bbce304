"""Work beside a server: a child process that runs a module of ours, or a thread where memory is short.

Never `multiprocessing` from a server: a process that it spawns runs the server's script once more. Both kinds take and
give messages, tuples whose first word says which; `("end",)` is the last that a work hears.
"""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Protocol, cast

from netlib.channel import Channel, Closed

ROOT = Path(__file__).parents[1]
PATIENCE = 5.0
"""Seconds for which a work that was told to end is waited for."""

Message = tuple[Any, ...]
Inbox = queue.SimpleQueue[Message]
Work = Callable[[Inbox, Callable[[Message], None]], None]


class Beside(Protocol):
    """A work beside this process, as whoever started it sees it."""

    def send(self, message: Message) -> None:
        """Says something; a work that is gone hears nothing."""

    def close(self) -> None:
        """Lets it end after its present step, and waits for that."""


class Process:
    """A child: `python -m module arguments`, which must call `serve`; it ends with this process, however that ends.

    `heard` gets each of its messages, `died` is called once where it ends by itself; both in a thread called `name`.
    """

    def __init__(
        self,
        module: str,
        *arguments: str,
        heard: Callable[[Message], None],
        died: Callable[[], None],
        name: str,
        patience: float = PATIENCE,
    ) -> None:
        self._heard, self._died, self._patience, self._closing = heard, died, patience, False
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._channel = Channel(_raw(self.process.stdout), _raw(self.process.stdin))
        self._thread = threading.Thread(target=self._listen, name=name, daemon=True)
        self._thread.start()

    def send(self, message: Message) -> None:
        """Says something; a child that is gone hears nothing."""
        with suppress(Closed):  # the listener notices, too
            self._channel.send(message)

    def close(self) -> None:
        """Lets it end after its present step; one that does not is ended."""
        self._closing = True
        with suppress(OSError):
            self._channel.close()
        try:
            self.process.wait(self._patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if threading.current_thread() is not self._thread:
            self._thread.join(self._patience)

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


class Thread:
    """A work in a thread of this process: the same messages, through queues."""

    def __init__(
        self,
        work: Work,
        *,
        heard: Callable[[Message], None],
        died: Callable[[], None],
        name: str,
        patience: float = PATIENCE,
    ) -> None:
        self._inbox: Inbox = queue.SimpleQueue()
        self._work, self._heard, self._died = work, heard, died
        self._patience, self._closing = patience, False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def send(self, message: Message) -> None:
        """Says something."""
        self._inbox.put(message)

    def close(self) -> None:
        """Lets it end after its present step: torch must not outlive Python."""
        self._closing = True
        self._inbox.put(("end",))
        if threading.current_thread() is not self._thread:
            self._thread.join(self._patience)

    def _run(self) -> None:
        try:
            self._work(self._inbox, self._heard)
        finally:
            if not self._closing:
                self._died()


def serve(work: Work) -> None:
    """The child's side: `work` hears on standard input and answers on standard output, until its parent's end.

    Its `send` raises `Closed` where the parent is gone. Whatever a library prints goes where errors go.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent; its end is ours
    if hasattr(os, "nice"):
        os.nice(15)  # where the cores are busy the pages come first
    incoming = open(os.dup(0), "rb", buffering=0)  # noqa: SIM115, PTH123 - descriptors, open for good
    outgoing = open(os.dup(1), "wb", buffering=0)  # noqa: SIM115, PTH123
    os.dup2(2, 1)  # whatever a library prints must not come between the messages
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)  # children of this process must not hold the pipe open
    os.close(null)
    channel = Channel(incoming, outgoing)
    inbox: Inbox = queue.SimpleQueue()
    threading.Thread(target=_read, args=(channel, inbox), name="inbox", daemon=True).start()
    with suppress(Closed):
        work(inbox, channel.send)


def leave() -> None:
    """Ends a child at once: nothing is left to be done, and taking torch down by the rules lasts half a second."""
    sys.stderr.flush()
    os._exit(0)


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read(channel: Channel, inbox: Inbox) -> None:
    try:
        while True:
            inbox.put(channel.receive())
    except Closed:
        inbox.put(("end",))


def _raw(stream: IO[bytes]) -> Any:
    return cast("Any", stream)  # unbuffered, as asked
