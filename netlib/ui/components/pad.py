"""The drawing pad: mouse, pen, finger or keys make strokes; they are sent while they are drawn."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from netlib.ui import guard
from netlib.drawing import FULL, PENS, Stroke
from netlib.drawing.strokes import MOST_POINTS, MOST_STROKES
from netlib.ui.components import source

_pad = st.components.v2.component("layerscope_pad", css=source("pad", "css"), js=source("pad", "js"))
_KEY = "pad"


def pad(
    strokes: Sequence[Stroke],
    *,
    under: str,
    pen: int,
    edition: int,
    answered: int,
    words: Mapping[str, str],
    on_draw: Callable[[Any], None],
) -> None:
    """A square to draw on, with undo, clear and pen widths; calls `on_draw` with whatever the browser has sent.

    It takes `strokes` and the picture `under` them, a `data:` address or "", only where `edition` is another one than
    it has, or where it is new: while a hand draws, the browser knows best. `answered` is the number of the last
    message that was read: the next one waits for it. words: label, undo, clear, pen, thin, middle, thick, keys, down,
    up, full.
    """

    def drawn() -> None:
        message = st.session_state[_KEY]["drawn"]
        if message is not None:
            on_draw(message)

    _pad(
        key=_KEY,
        data={
            "words": dict(words),
            "strokes": [
                {"width": stroke.width, "points": [place for point in stroke.points for place in point]}
                for stroke in strokes
            ],
            "under": under,
            "pen": pen,
            "edition": edition,
            "answered": answered,
            "pens": PENS,
            "side": FULL,
            "mostStrokes": MOST_STROKES,
            "mostPoints": MOST_POINTS,
        },
        on_drawn_change=guard.callback(drawn),
    )
