"""The parts that every page is made of: question, picture, tiles, table, things to try."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import pandas as pd
import streamlit as st

from netlib.ui import controls, guard, host
from netlib.draft import Draft, from_setup
from netlib.figures import theme
from netlib.i18n import Text
from netlib.spec import Setup
from netlib.ui.components.chart import Point, chart
from netlib.views import Picture

T = TypeVar("T")

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def plain(sentence: str) -> str:
    """A sentence that may carry a visitor's words, so that Markdown shows it as it is: no link, image or formula."""
    return re.sub(r"([\\`*_{}\[\]()#+\-.!|<>~$:^&])", r"\\\1", sentence)


def title(question: str, answer: str) -> None:
    """The page's question, and the sentence that answers it for this network on this batch."""
    st.title(question, anchor=False)
    st.markdown(answer)


def picture(
    question: str,
    figure: "Figure",
    alt: str,
    *,
    key: str,
    note: str = "",
    choose: Callable[[Point], None] | None = None,
) -> None:
    """A chart under the question that it answers; `alt` states its finding, `note` how to read it.

    `choose` is called with a point that is chosen.
    """
    with st.container(gap="xsmall"):
        st.markdown(f"**{question}**")
        # Where points are chosen, Plotly's own buttons would cover some.
        config = theme.CONFIG if choose is None else {"displayModeBar": False}
        chart(figure, alt=alt, key=key, config=config, choose=choose)
        if note:
            st.caption(note)
    host.picture_is_there()


def tiles(figures: Sequence[tuple[str, str, str]]) -> None:
    """At most five number tiles: label, value, and the one line that explains it on hover."""
    with st.grid(len(figures), min_column_width=150, gap="small"):
        for label, value, meaning in figures:
            st.metric(label, value, help=meaning, border=True, height="stretch")


def row(
    *pictures: Picture,
    widths: Sequence[int] | None = None,
    choose: Mapping[str, Callable[[Point], None]] | None = None,
) -> None:
    """Pictures side by side, on a phone one below the other; `widths` are their relative widths.

    `choose` names what is called with a point that is chosen in the picture of that key.
    """
    if not pictures:
        return
    columns = st.columns(widths or len(pictures))
    # The widest first: it is what is waited for, and the browser draws one chart after the other.
    for place in sorted(range(len(pictures)), key=lambda place: -(widths[place] if widths else 1)):
        shown = pictures[place]
        with columns[place]:
            chosen = (choose or {}).get(shown.key)
            picture(shown.question, shown.figure, shown.alt, key=shown.key, note=shown.note, choose=chosen)


def choice(label: str, options: Mapping[T, str], *, key: str) -> T:
    """One of a few words, chosen for this visit; the first at the start."""
    st.session_state.setdefault(key, next(iter(options)))
    chosen: T | None = st.segmented_control(
        label, list(options), key=key, format_func=options.__getitem__, required=True, persist_state="session"
    )
    return next(iter(options)) if chosen is None else chosen


def tabs(key: str, parts: Sequence[tuple[str, Callable[[], Sequence[Picture] | None]]]) -> None:
    """Details in tabs, each a label and a function that returns pictures to stand side by side, or draws by itself.

    Only the open tab is computed and sent.
    """
    for tab, (_, draw) in zip(st.tabs([label for label, _ in parts], key=key, on_change="rerun"), parts, strict=True):
        if tab.open:
            with tab:
                row(*(draw() or ()))


def table(
    label: str,
    frame: pd.DataFrame,
    text: Text,
    *,
    name: str,
    column_names: Mapping[str, str] | None = None,
    note: str = "",
) -> None:
    """A table that opens on demand, with its numbers as CSV; nothing is computed while it is closed."""
    box = st.expander(label, key=f"table_{name}", on_change="rerun")
    if not box.open:
        return
    with box:
        st.dataframe(
            frame,
            hide_index=True,
            alt=label,
            column_config=dict(column_names or {}),
        )
        if note:
            st.caption(note)
        csv(frame, text, name=name)


def csv(frame: pd.DataFrame, text: Text, *, name: str) -> None:
    """The button that saves a table as CSV; written when it is pressed."""
    st.download_button(
        text("Save as CSV"),
        lambda: frame.to_csv(index=False),
        file_name=f"layerscope-{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"csv_{name}",
        on_click="ignore",
    )


def try_next(setup: Setup, text: Text, changes: Sequence[tuple[str, Callable[[Draft], Draft]]]) -> None:
    """Two or three one-click changes of the Setup that make the page's point."""
    draft = from_setup(setup)
    try_buttons(text, [(label, controls.use, (change(draft),)) for label, change in changes])


def try_buttons(text: Text, buttons: Sequence[tuple[str, Callable[..., None], tuple[object, ...]]]) -> None:
    """The same for changes of more than the Setup: label, callback, its arguments."""
    heading = text("What to try")
    st.markdown(f"**{heading}**")
    with st.container(horizontal=True):
        for index, (label, press, given) in enumerate(buttons):
            st.button(label, key=f"try_{index}", on_click=guard.callback(press), args=given)
