"""All schemes at once, as the Compare page shows them: a bar while they are computed, tiles and rows that open."""

from functools import partial
from typing import Any

import streamlit as st

from netlib.ui import address, background, guard, page
from netlib.activations import ACTIVATIONS
from netlib.draft import changed
from netlib.figures.schemes import SEPARATOR
from netlib.i18n import Text
from netlib.initializers import SCHEMES
from netlib.job import Progress
from netlib.population import Combination, Grid
from netlib.spec import Init
from netlib.stats.schemes import NO_ACTIVATION, distinct
from netlib.ui.components.chart import Point, chart
from netlib.ui.shell import View
from netlib.views import schemes as views
from netlib.words import schemes as words

EVERY = 0.5

_CANCELLED, _OPENED = "schemes_cancelled", "schemes_opened"
_TILES, _ROWS, _ORDER = "schemes_tiles", "schemes_rows", "schemes_order"


def draw(view: View) -> None:
    """The grid of the current architecture: computed beside the page, again each time that it becomes another one."""
    grid = Grid.of(view.setup)
    if st.session_state.get(_CANCELLED) == grid:
        st.info(view.text("Cancelled; what was computed is not kept."))
        st.button(view.text("Start again"), key="schemes_start", on_click=_again)
        return
    running = not background.watch(grid).finished
    guard.fragment(_draw, run_every=EVERY if running else None)(view, grid, running)


def _draw(view: View, grid: Grid, running: bool) -> None:
    now = background.watch(grid)
    opened = st.session_state.pop(_OPENED, False)
    if opened or (running and now.finished):
        st.rerun()  # of the whole page: another network, or nothing to ask for every half a second any more
    text = view.text
    if now.problem is not None:
        st.warning(page.plain(text.problem(now.problem)), icon=":material/block:")
        return
    orders = words.orders(text)
    left, right = st.columns([1, 3], vertical_alignment="bottom")
    with left:
        order = st.selectbox(
            text("Order"), tuple(orders), key=_ORDER, format_func=orders.__getitem__, persist_state="session"
        )
    with right:
        if now.finished:
            st.markdown(views.answer(now.results, grid, text))
        else:
            _progress(grid, now, text)
    shown = views.multiples(now.results, _chosen(view), order, now.finished, grid, text)
    st.markdown(f"**{shown.question}**")
    st.caption(text("Choose a tile, or a row of the table, and it becomes the network of the sidebar."))
    with st.container(key="schemes_picture"):
        chart(shown.figure, alt=shown.alt, key=_TILES, choose=_open_tile, config={"displayModeBar": False})
    st.caption(shown.note)
    with st.expander(text("When is which verdict given?")):
        st.markdown(words.thresholds(text))
    if now.finished:
        _table(now.results, text)


def _progress(grid: Grid, now: Progress[Combination], text: Text) -> None:
    bar, button = st.columns([3, 1], vertical_alignment="bottom")
    bar.progress(now.done / now.total, text=words.progress(now.done, now.total, now.place, text))
    button.button(text("Cancel"), key="schemes_cancel", icon=":material/close:", on_click=_cancel, args=(grid,))


@guard.callback
def _again() -> None:
    st.session_state.pop(_CANCELLED)


@guard.callback
def _cancel(grid: Grid) -> None:
    background.cancel(grid)
    st.session_state[_CANCELLED] = grid


def _table(found: tuple[Combination, ...], text: Text) -> None:
    frame = views.table(found, text)
    label = text("All combinations: signal, gradient, entropy, verdict")
    st.dataframe(
        frame,
        hide_index=True,
        alt=label,
        key=_ROWS,
        on_select=partial(_open_row, [(each.scheme, each.activation) for each in distinct(found)]),
        selection_mode="single-row",
        column_config=dict(words.columns(text)),
    )
    page.csv(frame, text, name="schemes")


def _chosen(view: View) -> tuple[str, str] | None:
    """The combination that the network is, where it is one of them: one scheme, with its own number, one activation."""
    network = view.setup.network
    if isinstance(network.weight_init, tuple) or isinstance(network.activation, tuple):
        return None
    init = network.weight_init if isinstance(network.weight_init, Init) else Init(network.weight_init)
    activation = network.activation if network.hidden_sizes else NO_ACTIVATION
    return (init.scheme, activation) if init == Init(init.scheme) else None


@guard.callback
def _open_tile(point: Point) -> None:
    scheme, _, activation = str(point.get("hovertext", "")).partition(SEPARATOR)
    if scheme in SCHEMES:
        _open(scheme, activation)


@guard.callback
def _open_row(combinations: list[tuple[str, str]]) -> None:
    for row in st.session_state[_ROWS]["selection"]["rows"]:
        _open(*combinations[row])


def _open(scheme: str, activation: str) -> None:
    choices: dict[str, Any] = {"weight_init": Init(scheme)}
    if activation in ACTIVATIONS:  # without a hidden layer there is none
        choices["activation"] = activation
    address.edit(lambda draft: changed(draft, None, **choices))
    st.session_state[_OPENED] = True
