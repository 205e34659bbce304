"""Whose script runs: one visitor's at a time, first come, first served.

The interpreter lets one thread compute at a time in any case. Sixty scripts that take it from each other every few
milliseconds cost twice the CPU time of sixty in a row, and all of them end last.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 5.0
"""Seconds after which a visitor goes on without a turn: one script that hangs must not stop the others."""

_free = threading.Semaphore(1)
_mine = threading.local()


@contextmanager
def turn() -> Iterator[None]:
    """Waits for a turn and gives it back, whatever ends the script; inside of a turn it is had already."""
    if getattr(_mine, "turn", False):
        yield
        return
    had = _free.acquire(timeout=PATIENCE)
    _mine.turn = True
    try:
        yield
    finally:
        _mine.turn = False
        if had:
            _free.release()
