"""Where the clock's hand is moved: the border between our Python and Streamlit's, and the parts on our side of it.

Our side is the script and the callbacks of widgets, minus every call of `st`, of a container, of the session's state
or of the URL's parameters; Plotly's way from a figure to JSON is a part by itself. What is left in though it is
Streamlit's (running a page's file, the frame of a fragment) counts as ours.
"""

import inspect
import sys
from collections.abc import Sequence
from functools import wraps
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

import plotly.io.json
import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import script_runner
from streamlit.runtime.scriptrunner_utils import script_run_context
from streamlit.web.server.starlette import starlette_websocket

from benchmarks.servers.clock import Clock, Function
from benchmarks.servers.places import JSON, PAGE, PROTOBUF, STREAMLIT, place

_CALLBACKS = ("on_change", "on_click", "on_chosen_change")
_STATE = ("__getitem__", "__setitem__", "__delitem__", "__contains__", "__iter__", "__len__", "to_dict")


def draw(clock: Clock) -> None:
    """Moves the hand at every crossing in this process; to be called before any page is imported."""
    _outside(clock)
    for owner, name, part in (
        (plotly.io.json, "to_json_plotly", JSON),
        (script_run_context, "populate_hash_if_needed", PROTOBUF),
        (starlette_websocket, "serialize_forward_msg", PROTOBUF),
    ):
        _put(owner, name, clock.inside(getattr(owner, name), part))
    # Where Streamlit steps into the script; a module's own `exec` goes before the built-in one.
    _put(script_runner, "exec", clock.inside(exec, PAGE))
    sys.meta_path.insert(0, _Marking(clock))


class _Marking(MetaPathFinder):
    """Sees netlib's modules when they are imported, and has their public functions move the hand."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The module's usual spec, whose loader marks the functions afterwards; None where it is not one of ours."""
        part = place(name)
        spec = PathFinder.find_spec(name, path, target) if part else None
        if part and spec and spec.loader:
            load = spec.loader.exec_module

            def load_and_mark(module: ModuleType) -> None:
                load(module)
                self._mark(module, name, part)

            _put(spec.loader, "exec_module", load_and_mark)
        return spec

    def _mark(self, module: ModuleType, name: str, part: str) -> None:
        spoken = module.Text if name == "netlib.i18n" else None
        for owner in filter(None, (module, spoken)):
            for function, value in list(vars(owner).items()):
                public = not function.startswith("_") or function == "__call__"
                if public and inspect.isfunction(value) and value.__module__ == name:
                    _put(owner, function, self._clock.inside(value, part, f"{name.removeprefix('netlib.')}.{function}"))


def _outside(clock: Clock) -> None:
    for owner in (st, DeltaGenerator):
        for name in dir(owner):
            if not name.startswith("_") and inspect.isroutine(getattr(owner, name)):
                _put(owner, name, _theirs(clock, getattr(owner, name)))
    proxies: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (DeltaGenerator, ("__enter__", "__exit__")),
        (type(st.session_state), _STATE),
        (type(st.query_params), _STATE),
        (st.Page, ("__init__",)),
    )
    for owner, names in proxies:
        for name in names:
            if name in vars(owner):
                _put(owner, name, _theirs(clock, getattr(owner, name)))
    make = st.components.v2.component

    @wraps(make)
    def component(*arguments: Any, **options: Any) -> Any:
        return _theirs(clock, make(*arguments, **options))

    _put(st.components.v2, "component", component)


def _theirs(clock: Clock, function: Function) -> Function:
    outside = clock.inside(function, STREAMLIT)

    @wraps(function)
    def called(*arguments: Any, **options: Any) -> Any:
        for name in _CALLBACKS:
            if callable(options.get(name)):
                options[name] = clock.inside(options[name], PAGE)
        return outside(*arguments, **options)

    return called


def _put(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)
