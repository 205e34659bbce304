"""A clock hand that each thread moves from part to part of the program as it goes: exact CPU time, no sampling."""

import gc
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from typing import Any

from benchmarks.servers.places import EVENTS, GARBAGE, STREAMLIT

Function = Callable[..., Any]
Key = tuple[str, str]
Seconds = dict[Key, float]

_NOWHERE: Key = (STREAMLIT, "")


class _Hand(threading.local):
    """Where one thread is, since when on its own CPU clock, and what it has spent so far."""

    def __init__(self, everybody: list[tuple[int, Seconds]]) -> None:
        self.at = self.interrupted = _NOWHERE
        self.since = time.thread_time()
        self.spent: Seconds = defaultdict(float)
        everybody.append((threading.get_ident(), self.spent))


class Clock:
    """CPU seconds by part and by function; `read` says those since the last reading."""

    def __init__(self) -> None:
        # One dictionary a thread, written by that thread alone: no lock that a signal's handler might wait for.
        self._everybody: list[tuple[int, Seconds]] = []
        self._hand = _Hand(self._everybody)
        self._gone: Seconds = defaultdict(float)  # what threads that have ended spent
        self._last: dict[str, float] = {}
        self._reading = 0.0
        gc.callbacks.append(self._collecting)

    def read(self) -> dict[str, dict[str, float]]:
        """Seconds since the last reading, by part and by function, without those of reading; for the main thread."""
        began = time.thread_time()
        process, main = time.process_time() - self._reading, began - self._reading
        alive = sys._current_frames().keys()  # takes no lock, for this runs in a signal's handler
        # Each run of a script is a thread: to go through all that there ever were takes longer each time.
        for pair in [pair for pair in self._everybody if pair[0] not in alive]:
            self._everybody.remove(pair)
            for key, seconds in pair[1].items():
                self._gone[key] += seconds
        totals: dict[str, float] = defaultdict(float)
        charged = {True: 0.0, False: 0.0}
        here = threading.get_ident()
        everybody = [(ident == here, spent.copy()) for ident, spent in list(self._everybody)]
        for is_main, spent in [*everybody, (False, self._gone)]:
            for (part, function), seconds in spent.items():
                totals[part] += seconds
                charged[is_main] += seconds
                if function:
                    totals[f"{part}/{function}"] += seconds
        # What nobody was charged with: of the main thread it is the event loop's, of the others Streamlit's.
        totals[EVENTS] = main - charged[True]
        totals[STREAMLIT] = process - main - charged[False]
        found = {name: seconds - self._last.get(name, 0.0) for name, seconds in totals.items()}
        self._last = totals
        read = {
            "parts": {name: seconds for name, seconds in found.items() if "/" not in name},
            "functions": {name: seconds for name, seconds in found.items() if "/" in name},
        }
        self._reading += time.thread_time() - began
        return read

    def inside(self, function: Function, part: str, name: str = "") -> Function:
        """The function, with the thread's hand on a part while it runs."""
        to = (part, name)

        @wraps(function)
        def moved(*arguments: Any, **options: Any) -> Any:
            was = self._move(to)
            try:
                return function(*arguments, **options)
            finally:
                self._move(was)

        return moved

    def _move(self, to: Key) -> Key:
        hand, now = self._hand, time.thread_time()
        was = hand.at
        if was[0] != STREAMLIT:
            hand.spent[was] += now - hand.since
        hand.at, hand.since = to, now
        return was

    def _collecting(self, phase: str, _: dict[str, int]) -> None:
        if phase == "start":
            self._hand.interrupted = self._move((GARBAGE, ""))
        else:
            self._move(self._hand.interrupted)
