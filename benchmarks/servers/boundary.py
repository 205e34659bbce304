"""A clock on the border between our Python and Streamlit's: it counts what is spent on our side of it.

Our side is the script and the callbacks of widgets, minus every call of `st`, of a container, of the session's state or
of the URL's parameters; plus Plotly's way from a figure to JSON, though Streamlit is the one to ask for it. What is
left in though it is Streamlit's (running a page's file, a fragment's frame) is counted as ours. CPU time of the thread,
so waiting for other threads costs nothing.
"""

import inspect
import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import plotly.io
import plotly.tools
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import script_runner

Function = Callable[..., Any]

_CALLBACKS = ("on_change", "on_click", "on_chosen_change")
_STATE = ("__getitem__", "__setitem__", "__delitem__", "__contains__", "__iter__", "__len__", "to_dict")


class Boundary(threading.local):
    """One thread's side of the border, and since when it has been there."""

    ours = False
    since = 0.0


class Clock:
    """Seconds on our side, of all threads together; `read` says them and starts anew."""

    def __init__(self) -> None:
        self._here = Boundary()
        self._lock = threading.Lock()
        self._spent = 0.0

    def read(self) -> float:
        """Seconds since it was read last."""
        with self._lock:
            spent, self._spent = self._spent, 0.0
        return spent

    def entering(self, function: Function, *, ours: bool) -> Function:
        """The function, with the thread on that side of the border while it runs."""

        @wraps(function)
        def crossing(*arguments: Any, **options: Any) -> Any:
            if not ours:
                options = {
                    name: self.entering(value, ours=True) if name in _CALLBACKS and callable(value) else value
                    for name, value in options.items()
                }
            before = self._cross(ours=ours)
            try:
                return function(*arguments, **options)
            finally:
                self._cross(ours=before)

        return crossing

    def _cross(self, *, ours: bool) -> bool:
        before, now = self._here.ours, time.thread_time()
        if before:
            with self._lock:
                self._spent += now - self._here.since
        self._here.ours, self._here.since = ours, now
        return before

    def install(self) -> None:
        """Puts the border around `st` in this process, before any page is imported."""
        for owner in (st, DeltaGenerator):
            for name in dir(owner):
                if not name.startswith("_") and inspect.isroutine(getattr(owner, name)):
                    self._theirs(owner, name)
        for owner, names in (
            (DeltaGenerator, ("__enter__", "__exit__")),
            (type(st.session_state), _STATE),
            (type(st.query_params), _STATE),
            (st.Page, ("__init__",)),
        ):
            for name in names:
                if name in vars(owner):
                    self._theirs(owner, name)
        self._theirs_when_made(st.components.v2, "component")
        self._ours(plotly.io, "to_json")
        self._ours(plotly.tools, "return_figure_from_figure_or_data")
        # Where Streamlit steps into the script; a module's own `exec` goes before the built-in one.
        vars(script_runner)["exec"] = self.entering(exec, ours=True)

    def _ours(self, owner: Any, name: str) -> None:
        setattr(owner, name, self.entering(getattr(owner, name), ours=True))

    def _theirs(self, owner: Any, name: str) -> None:
        setattr(owner, name, self.entering(getattr(owner, name), ours=False))

    def _theirs_when_made(self, owner: Any, name: str) -> None:
        make = getattr(owner, name)

        @wraps(make)
        def made(*arguments: Any, **options: Any) -> Any:
            return self.entering(make(*arguments, **options), ours=False)

        setattr(owner, name, made)
