"""What a browser tab keeps over a reload: the id of its training, in `sessionStorage`, never in the link."""

import re
from collections.abc import Callable

import streamlit as st

from netlib.ui import guard
from netlib.ui.components import source

_memory = st.components.v2.component("layerscope_tab_memory", js=source("tab_memory", "js"))
_KEY = "tab_memory"
_ID = re.compile(r"[A-Za-z0-9_-]{16,64}")


def tab_memory(keep: str | None, *, forget: bool, on_found: Callable[[str], None]) -> None:
    """Keeps an id, forgets it, or, with neither, calls `on_found` with the one that the tab has kept. It draws nothing.

    A tab may hold anything under our name: what is not written like an id is not handed on.
    """

    def found() -> None:
        said = st.session_state[_KEY]["found"]
        if isinstance(said, str) and _ID.fullmatch(said):
            on_found(said)

    _memory(
        key=_KEY,
        data={"keep": keep or "", "forget": forget},
        on_found_change=guard.callback(found),
        width="content",
        height="content",
    )
