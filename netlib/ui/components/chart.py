"""A chart that keeps its place: a change is drawn into what stands there, where `st.plotly_chart` draws a new one.

That takes half the time. The script, and with it Plotly's library, are files that the browser fetches once, under an
address that changes with the script's text.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.components.v1 import declare_component

from netlib.ui import guard
from netlib.figures.wire import packed, sent

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Point = Mapping[str, Any]
"""A point as the browser says it: `x`, `y`, `index` in its trace, `hovertext`, `customdata` as a list."""

NAME = "layerscope_chart"
FOLDER = Path(__file__).parent / "chart"
SCRIPT = FOLDER / "chart.js"

# Never drawn: Streamlit serves files of a folder of ours in this way alone, or else a folder beside dashboard.py.
_files = declare_component("files", path=str(FOLDER))
_version = hashlib.sha256(SCRIPT.read_bytes()).hexdigest()[:12]
_load = (FOLDER / "load.js").read_text(encoding="utf-8").replace("FOLDER", _files.name).replace("VERSION", _version)
# Not in a shadow root: Plotly's own style sheet is the page's.
_chart = st.components.v2.component(NAME, js=_load, isolate_styles=False)


def chart(
    figure: "Figure",
    *,
    alt: str,
    key: str,
    config: Mapping[str, Any],
    choose: Callable[[Point], None] | None = None,
) -> None:
    """A figure with its finding in words, and Plotly's settings; as high as it says, as wide as there is room.

    `choose` is called with a point that is clicked.
    """

    def chosen() -> None:
        point = st.session_state[key]["chosen"]
        # It comes from a browser, so it may be anything.
        if choose is not None and isinstance(point, dict):
            choose(point)

    shown = sent(figure)
    _chart(
        key=key,
        data=packed(shown, alt=alt, config=dict(config), chosen=choose is not None),
        height=int(shown["layout"]["height"]),
        on_chosen_change=guard.callback(chosen) if choose else None,
    )
