"""Several trainings in one thread, in turns: the worker's side. `python -m netlib.training.worker` is one in a process.

Messages come as tuples, the first word says which: ("begin", run, spec, start), ("command", run, Command),
("hold", run, bool), ("look", run), ("checkpoint", run, step, ticket), ("leave", run), ("end",). It answers with
("report", run, Report), ("weights", ticket, weights), ("failed", run, Problem).
"""

import ctypes
import logging
import queue
import sys
from collections.abc import Callable
from typing import Any

import torch

from netlib.channel import Closed
from netlib.i18n import N_
from netlib.launch import Inbox, Message, leave, serve
from netlib.problem import Problem
from netlib.training.ring import Ring
from netlib.training.session import Session

SLICE = 0.02
"""Seconds until another training has its turn, and until a message is heard."""

_log = logging.getLogger(__name__)


class Worker:
    """Trains what `inbox` asks for, says how it goes by `send`, until the message `("end",)` comes.

    `send` may raise `Closed`: then it ends too. `ring_bytes` bounds the checkpoints of each training.
    """

    def __init__(self, inbox: Inbox, send: Callable[[Message], None], ring_bytes: int) -> None:
        self._inbox, self._send, self._ring_bytes = inbox, send, ring_bytes
        self._sessions: dict[str, Session] = {}
        self._held: set[str] = set()
        self._turns: list[str] = []

    def run(self) -> None:
        """Works until it is told to end."""
        torch.set_num_threads(1)  # of this thread alone where it is one of several
        try:
            while self._listen():
                self._turn()
        except Closed:
            pass
        finally:
            self._sessions.clear()

    def _listen(self) -> bool:
        """Hears all that has come; waits where there is nothing to do. False where it shall end."""
        wait = not self._ready()
        while True:
            try:
                message = self._inbox.get(block=wait)
            except queue.Empty:
                return True
            if message[0] == "end":
                return False
            self._hear(*message)
            wait = False

    def _ready(self) -> list[str]:
        return [run for run in self._turns if run not in self._held and self._sessions[run].busy]

    def _turn(self) -> None:
        """One slice for the training that has waited longest."""
        if not (ready := self._ready()):
            return
        run = ready[0]
        self._turns.remove(run)
        self._turns.append(run)
        session = self._sessions[run]
        self._try(run, lambda: session.advance(SLICE))
        if run in self._sessions and (session.news or not session.busy):
            self._tell(run)

    def _hear(self, word: str, run: str, *values: Any) -> None:
        match (word, *values):
            case ("begin", spec, start):
                self._try(run, lambda: self._begin(run, spec, start))
            case ("checkpoint", step, ticket):
                session = self._sessions.get(run)
                self._send(("weights", ticket, session.checkpoint(step) if session else None))
            case ("leave",):
                self._forget(run)
            case _ if run not in self._sessions:
                pass
            case ("look",):
                self._sessions[run].looked_at()
            case ("hold", held):
                (self._held.add if held else self._held.discard)(run)
                self._sessions[run].rested()
            case ("command", command):
                self._try(run, lambda: self._sessions[run].command(command))
                self._tell(run)

    def _begin(self, run: str, spec: Any, start: Any) -> None:
        self._sessions[run] = Session(spec, start, ring=Ring(nbytes=self._ring_bytes))
        self._turns.append(run)
        self._sessions[run].looked_at()
        self._tell(run)

    def _tell(self, run: str) -> None:
        if run in self._sessions:
            self._send(("report", run, self._sessions[run].report()))

    def _forget(self, run: str) -> None:
        self._held.discard(run)
        self._turns = [other for other in self._turns if other != run]
        if run in self._sessions:
            del self._sessions[run]
            _give_back()

    def _try(self, run: str, work: Callable[[], None]) -> None:
        """Does a piece of work; where it fails its training ends with a reason, and no other one does."""
        try:
            work()
        except Closed:
            raise
        except Problem as found:
            problem = found.with_traceback(None)
        except Exception:  # noqa: BLE001 - whatever it is, the others are worth their time
            _log.exception("a training failed")
            problem = Problem(N_("The computation failed; the server's log says why."))
        else:
            return
        self._forget(run)
        self._send(("failed", run, problem))


def _give_back() -> None:
    """Hands freed memory to the system: glibc would keep it, some 15 MB a training."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library, another system
        return
    trim(0)


def main() -> None:
    """A worker of its own process, which its parent speaks with."""
    serve(lambda inbox, send: Worker(inbox, send, int(sys.argv[1])).run())


if __name__ == "__main__":
    main()
    leave()
