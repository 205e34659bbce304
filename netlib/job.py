"""Long work for many visitors: one thread, shared fairly; progress while it runs, an end when nobody looks any more.

Each piece of work is an iterator of results, with None between small steps. Whoever looks at a key says so again and
again (`watch`), and sees what there is so far; the same key is worked on once, however many look at it.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from netlib.i18n import N_
from netlib.problem import Problem

ABREAST = 4
"""So many pieces of work share the thread at a time, each with its memory; the others wait."""

PLACES = 32
PATIENCE = 15.0
"""Seconds without a look after which a visitor is taken to be gone; a busy server may be late by some."""

SLICE = 0.05
"""Seconds until another piece of work may have its turn."""

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress(Generic[Item]):
    """How far a piece of work is: its `results` so far, in the order of the work, `done` of `total`.

    place: 0 where it is worked on, n where it waits as the nth, None where it does neither: all is done, or `problem`
    says why it is not.
    """

    done: int
    total: int
    results: tuple[Item, ...]
    place: int | None
    problem: Problem | None = None

    @property
    def finished(self) -> bool:
        """Whether there is nothing more to wait for."""
        return self.place is None


@dataclass(eq=False)
class _Piece(Generic[Key, Item]):
    key: Key
    total: int
    watchers: dict[str, float]
    steps: Iterator[Item | None] | None = None
    served: float = 0.0
    results: list[Item] = field(default_factory=list)
    problem: Problem | None = None


class Jobs(Generic[Key, Item]):
    """Pieces of work for many visitors; each visitor has one at a time.

    `work` takes a key and yields its results, `total` says how many these will be. All of a key's results go to `kept`,
    which says how much is kept. Up to `places` pieces of work are there at a time, `abreast` of them begun, first come,
    first served; of those the one that has had the least time so far is next, so that a small one never waits for the
    end of a large one (least attained service: Kleinrock 1976). `clock` counts the seconds of `patience`.
    """

    def __init__(
        self,
        work: Callable[[Key], Iterator[Item | None]],
        total: Callable[[Key], int],
        kept: MutableMapping[Key, tuple[Item, ...]],
        *,
        abreast: int = ABREAST,
        places: int = PLACES,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._work = work
        self._total = total
        self._kept = kept
        self._abreast = abreast
        self._places = places
        self._patience = patience
        self._clock = clock
        self._lock = threading.Lock()
        self._pieces: list[_Piece[Key, Item]] = []
        self._thread: threading.Thread | None = None

    def watch(self, key: Key, visitor: str) -> Progress[Item]:
        """How far the work on a key is; the visitor's look starts it or keeps it going, and gives up any other key."""
        with self._lock:
            results = self._kept.get(key)
            self._leave(visitor, but=key if results is None else None)
            self._forget_the_gone()
            if results is not None:
                return Progress(len(results), len(results), results, None)
            piece = next((piece for piece in self._pieces if piece.key == key), None)
            if piece is None:
                if len(self._pieces) >= self._places:
                    return Progress(0, self._total(key), (), None, _too_many())
                piece = _Piece(key, self._total(key), {})
                self._pieces.append(piece)
            piece.watchers[visitor] = self._clock()
            if self._thread is None and piece.problem is None:
                self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
                self._thread.start()
            return Progress(len(piece.results), piece.total, tuple(piece.results), self._place(piece), piece.problem)

    def cancel(self, key: Key, visitor: str) -> None:
        """The visitor looks no more: where nobody else does, the work on a key ends after its present step."""
        with self._lock:
            for piece in self._pieces:
                if piece.key == key:
                    piece.watchers.pop(visitor, None)
            self._forget_the_gone()

    def close(self) -> None:
        """Gives everything up and waits for the end of the present step: torch must not outlive Python."""
        with self._lock:
            self._pieces, thread = [], self._thread
        if thread is not None:
            thread.join(self._patience)

    def _place(self, piece: _Piece[Key, Item]) -> int | None:
        if piece.problem is not None:
            return None
        return max(self._open().index(piece) - self._abreast + 1, 0)

    def _open(self) -> list[_Piece[Key, Item]]:
        return [piece for piece in self._pieces if piece.problem is None]

    def _leave(self, visitor: str, but: Key | None) -> None:
        for piece in self._pieces:
            if but is None or piece.key != but:
                piece.watchers.pop(visitor, None)

    def _forget_the_gone(self) -> None:
        long_ago = self._clock() - self._patience
        for piece in self._pieces:
            for visitor in [visitor for visitor, last in piece.watchers.items() if last < long_ago]:
                del piece.watchers[visitor]
        self._pieces = [piece for piece in self._pieces if piece.watchers]

    def _run(self) -> None:
        while (piece := self._next()) is not None:
            began = time.perf_counter()
            while self._step(piece) and time.perf_counter() - began < SLICE:
                time.sleep(0)  # whoever waits for the interpreter gets it now
            piece.served += time.perf_counter() - began

    def _next(self) -> _Piece[Key, Item] | None:
        with self._lock:
            self._forget_the_gone()
            begun = self._open()[: self._abreast]
            if not begun:
                self._thread = None
                return None
            return min(begun, key=lambda piece: piece.served)

    def _step(self, piece: _Piece[Key, Item]) -> bool:
        """One step of a piece of work; False where it has come to its end."""
        problem = None
        try:
            if piece.steps is None:
                piece.steps = self._work(piece.key)
            for item in piece.steps:  # the next one alone
                if item is not None:
                    with self._lock:
                        piece.results.append(item)
                return True
        except Problem as found:
            problem = found.with_traceback(None)  # it would hold the frames of the work, and their arrays
        except Exception:  # noqa: BLE001 - whatever it is, the others are worth their time
            _log.exception("a job failed: %r", piece.key)
            problem = Problem(N_("The computation failed; the server's log says why."))
        with self._lock:
            piece.steps, piece.problem = None, problem
            if problem is None:
                self._kept[piece.key] = tuple(piece.results)
                piece.watchers.clear()
                self._forget_the_gone()
        return False


def _too_many() -> Problem:
    return Problem(N_("Too many computations are waiting already; yours can begin when one of them is done."))
