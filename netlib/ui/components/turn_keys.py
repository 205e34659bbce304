"""The keys of a remote: PageDown and PageUp press two buttons, whatever has the focus but a text field."""

import streamlit as st

from netlib.ui.components import source

_keys = st.components.v2.component("layerscope_turn_keys", js=source("turn_keys", "js"))


def turn_keys(*, on: str, back: str) -> None:
    """`on` and `back` are the keys of the buttons. It draws nothing; without it a slider swallows both keys."""
    _keys(key="turn_keys", data={"on": on, "back": back}, width="content", height="content")
