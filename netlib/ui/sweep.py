"""The Sweep page: the grid that a visitor asks, its run beside the pages, and a table of networks as heatmaps.

The networks are computed by processes that `netlib.sweep.runs` starts, or by a cluster; the page only looks.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pandas as pd
import streamlit as st

from netlib.ui import cached, controls, guard, page
from netlib.draft import from_setup
from netlib.figures.sweep import BESIDE
from netlib.i18n import Text
from netlib.problem import Problem
from netlib.stats import sweep as stats
from netlib.stats.sweep import Extreme, Grid
from netlib.sweep import rows
from netlib.sweep.estimate import Estimate
from netlib.sweep.limits import Limits
from netlib.sweep.runs import Look, Runs
from netlib.sweep.spec import Sweep
from netlib.ui.components.chart import Point
from netlib.views import sweep as views
from netlib.words import sweep as words
from netlib.words import sweep_run as run_words

if TYPE_CHECKING:
    from netlib.ui.shell import View

EVERY = 0.7
"""Seconds between two looks of the page at a sweep under way."""

BEAT = 15.0
"""Seconds between two looks from the other pages, which only keep it going."""

SHIPPED, OWN = "shipped", "own"

_RUN = "sweep_run"
_SOURCE, _METRIC, _X, _Y = "sweep_source", "sweep_metric", "sweep_x", "sweep_y"
_OPENED, _PROBLEM, _GONE, _LAID = "sweep_opened", "sweep_problem", "sweep_gone", "sweep_laid"
_CHANGING = ("waiting", "running")

_runs = Runs()


@dataclass(frozen=True)
class Run:
    """A visitor's sweep: its name among all of this server's, and what was asked."""

    name: str
    sweep: Sweep


@dataclass(frozen=True, eq=False)
class Shown:
    """The table that the page shows: its name, what was asked, its rows, and how far an own run is."""

    key: str
    sweep: Sweep
    rows: pd.DataFrame
    look: Look | None = None

    @property
    def grid(self) -> Grid:
        """The rows along the axes."""
        return cached.shipped_grid() if self.look is None else _laid_out(self)

    @property
    def changing(self) -> bool:
        """Whether more rows will come."""
        return self.look is not None and self.look.state in _CHANGING


def _laid_out(now: Shown) -> Grid:
    """The visitor's own rows, laid out again where more have come; kept by the session, the rows by the server."""
    place = now.key, len(now.rows)
    kept: tuple[tuple[str, int], Grid] | None = st.session_state.get(_LAID)
    if kept is None or kept[0] != place:
        kept = st.session_state[_LAID] = place, stats.grid(now.rows, now.sweep)
    return kept[1]


def run() -> Run | None:
    """This visitor's sweep; it is in no link."""
    return cast("Run | None", st.session_state.get(_RUN))


def memory() -> None:
    """For every page: from everywhere a sweep under way is kept going."""
    if run() is not None:
        guard.fragment(_beat, run_every=BEAT)()


def _beat() -> None:
    if own := run():
        _runs.look(own.name)


def shown() -> Shown:
    """The visitor's own sweep, or the one that comes with the project."""
    own = run()
    if own is not None and st.session_state.get(_SOURCE, OWN) == OWN:
        look = _runs.look(own.name)
        if look.state != "gone":
            return Shown(own.name, own.sweep, look.rows, look)
        st.session_state.pop(_RUN)
        st.session_state[_GONE] = True
    come = cached.shipped_sweep()
    return Shown(SHIPPED, come.sweep, come.rows)


def begin(sweep: Sweep, *, here: bool = False) -> bool:
    """For callbacks: a new sweep in the place of the visitor's old one; False where the page must say why not."""
    try:
        name = _runs.begin(sweep, here=here)
    except Problem as problem:
        st.session_state[_PROBLEM] = problem.with_traceback(None)
        return False
    if old := run():
        _runs.cancel(old.name)
    st.session_state[_RUN] = Run(name, sweep)
    st.session_state[_SOURCE] = OWN
    _show_first()
    return True


def estimate(asked: Sweep) -> Estimate:
    """How many networks a sweep has and how long it would take; its seconds are None while a sample is measured."""
    return _runs.estimate(asked)


def limits() -> Limits:
    """How large a sweep of this server may be."""
    return _runs.limits


def too_much(asked: Sweep) -> Problem | None:
    """Why this server takes no sweep as large as this; None where it does."""
    try:
        _runs.limits.check(asked)
    except Problem as problem:
        return problem.with_traceback(None)
    return None


def refused() -> Problem | None:
    """Why the last sweep could not begin, once."""
    return cast("Problem | None", st.session_state.pop(_PROBLEM, None))


def _show_first() -> None:
    """What is shown over which axes begins anew: another sweep has other ones that tell most."""
    for key in (_METRIC, _X, _Y):
        st.session_state.pop(key, None)


def answer(view: "View") -> str:
    """What the sweep that is shown has found; while networks are still coming, what they have in common."""
    now = shown()
    found = now.grid
    if now.changing or not len(now.rows):
        return words.shared(found, now.sweep, view.text)
    kinds = stats.metrics(found)
    metric = _chosen(_METRIC, tuple(kinds))
    ends, deepest = stats.extremes(found, metric), stats.deepest(found, metric)
    return words.answer(found, kinds[metric], ends, deepest, view.text)


def live(view: "View") -> None:
    """What a sweep has found; while networks come in, that is drawn again and again without the rest of the page."""
    now = shown()
    if now.changing:
        guard.fragment(_live, run_every=EVERY)(view)
    else:  # the page's sentence speaks of it too, and a page that is drawn once sends its picture first
        st.session_state.pop(_OPENED, None)
        _draw(view, now)


def _live(view: "View") -> None:
    now = shown()
    if st.session_state.pop(_OPENED, False) or not now.changing:
        st.rerun()  # of the whole page: another network, or nothing to ask for any more
    _draw(view, now)


def _draw(view: "View", now: Shown) -> None:
    text = view.text
    found = now.grid
    choices = {name: text(kind.title) for name, kind in stats.metrics(found).items()}
    metric = _chosen(_METRIC, tuple(choices))
    ends = stats.extremes(found, metric)
    at = _controls(found, choices, ends, text)
    _progress(now, text)
    if not len(now.rows):
        return  # there is nothing to see yet, or nothing will come
    x, y = st.session_state[_X], st.session_state[_Y]
    plane = stats.plane(found, metric, x, y, at)
    line = views.critical(found, at, cached.phase_map) if x == "sigma_w" else None

    def open_cell(point: Point) -> None:
        try:
            place = {**at, x: round(float(point["x"])), y: round(float(point["y"]))}
            row = stats.row_at(found, metric, {name: max(index, 0) for name, index in place.items()})
        except (KeyError, TypeError, ValueError, OverflowError):  # it comes from a browser
            return
        if row is not None:
            _open(now.rows, row)

    pictures = views.pictures(plane, ends, line, text)
    wide = len(plane.x.options) > BESIDE
    with st.container(key="sweep_wide" if wide else "sweep_beside"):
        for row in [[each] for each in pictures] if wide else [pictures]:
            page.row(*row, choose={"sweep_median": open_cell})
    page.tiles(views.tiles(found, metric, ends, now.rows, text))
    _ends(now, ends, text)
    if not now.changing:  # till then it stands below the question
        said = words.shared(found, now.sweep, text)
        came = "" if now.look else words.shipped(cached.shipped_sweep().versions, text)
        st.caption(f"{said} {came}")


def _controls(
    found: Grid, choices: Mapping[str, str], ends: tuple[Extreme, Extreme] | None, text: Text
) -> dict[str, int]:
    """What is shown over which axes; returns where the other axes stand, at the start at the best network."""
    varying = [axis.name for axis in found.axes if axis.varies]
    first = stats.pair(found)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if run() is not None:
            sources = {OWN: text("yours"), SHIPPED: text("shipped")}
            st.segmented_control(
                text("Sweep"),
                tuple(sources),
                default=controls.sync(_SOURCE, st.session_state.get(_SOURCE, OWN)),
                key=_SOURCE,
                format_func=sources.__getitem__,
                required=True,
                on_change=_again,
            )
        # The sentence below the page's question speaks of it, too.
        _select(text("Show"), _METRIC, tuple(choices), choices, 260, then=_whole)
        ways = {name: words.axis_name(name, text) for name in (*varying, *first)}
        x = _chosen(_X, tuple(dict.fromkeys((first[0], *ways))))
        y = _chosen(_Y, tuple(name for name in dict.fromkeys((first[1], *ways)) if name != x))
        if len(varying) > 1:
            _select(text("Across"), _X, tuple(ways), ways, 165)
            _select(text("Upwards"), _Y, tuple(name for name in ways if name != x), ways, 165)
        at = {}
        for axis in found.axes:
            if axis.varies and axis.name not in (x, y):
                names = [words.option(each, text) for each in axis.options]
                key = f"sweep_at_{axis.name}"
                best = axis.options.index(ends[0].where[axis.name]) if ends else 0
                _chosen(key, tuple(range(len(names))), best)
                _select(words.axis_name(axis.name, text), key, tuple(range(len(names))), dict(enumerate(names)), 150)
                at[axis.name] = int(st.session_state[key])
    return at


def _chosen(key: str, options: tuple[Any, ...], first: int = 0) -> Any:
    """What stands in a menu, where that is still among its options; else the one at the index `first`."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = options[first]
    return st.session_state[key]


def _select(
    label: str,
    key: str,
    options: tuple[Any, ...],
    names: Mapping[Any, str],
    width: int,
    then: Callable[[], None] | None = None,
) -> None:
    st.selectbox(
        label,
        options,
        options.index(st.session_state[key]),
        key=key,
        format_func=names.__getitem__,
        persist_state="session",
        width=width,
        on_change=guard.callback(then or _nothing_else),
    )


@guard.callback
def _again() -> None:
    _show_first()
    st.session_state[_OPENED] = True


def _whole() -> None:
    st.session_state[_OPENED] = True


def _nothing_else() -> None:
    """What moves is drawn again, and no more."""


def _progress(now: Shown, text: Text) -> None:
    look = now.look
    if look is None:
        if st.session_state.pop(_GONE, False):
            st.info(run_words.gone(text), icon=":material/history:")
        return
    if look.away:
        st.warning(run_words.away(text), icon=":material/cloud_off:")
        st.button(
            text("Work on this machine"),
            key="sweep_here",
            icon=":material/computer:",
            on_click=_begin,
            args=(now.sweep, True),
        )
        return
    if look.state in _CHANGING:
        bar, button = st.columns([4, 1], vertical_alignment="bottom")
        said = (
            run_words.waiting(look.place, text)
            if look.place
            else run_words.progress(look.done, look.total, look.seconds_left, text)
        )
        bar.progress(min(look.done / max(look.total, 1), 1.0), text=said)
        button.button(text("Cancel"), key="sweep_cancel", icon=":material/close:", on_click=_cancel, args=(now.key,))
        return
    if look.state != "done":
        said = page.plain(text.problem(look.problem)) if look.problem else ""
        st.info(f"{said} {run_words.ended(look.state, look.done, look.total, text)}".strip(), icon=":material/info:")


@guard.callback
def _begin(sweep: Sweep, here: bool) -> None:
    begin(sweep, here=here)
    st.session_state[_OPENED] = True


@guard.callback
def _cancel(name: str) -> None:
    _runs.cancel(name)
    st.session_state[_OPENED] = True


def _ends(now: Shown, ends: tuple[Extreme, Extreme] | None, text: Text) -> None:
    """The best and the worst as one button each."""
    if ends is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for label, key, end in (
            (text("Open the best"), "sweep_best", ends[0]),
            (text("Open the worst"), "sweep_worst", ends[1]),
        ):
            st.button(
                label, key=key, icon=":material/open_in_new:", on_click=guard.callback(_open), args=(now.rows, end.row)
            )
        st.caption(
            text("It becomes the network of the sidebar, with the seed nearest to the median. So does a chosen cell.")
        )


def _open(table: pd.DataFrame, row: int) -> None:
    controls.use(from_setup(rows.setup_of({"link": table["link"].iloc[row]})))
    st.session_state[_OPENED] = True


def table(text: Text) -> None:
    """Every network in a row, and the whole table as CSV and Parquet."""
    now = shown()
    box = st.expander(text("All networks: what they are, and what was measured"), key="sweep_table", on_change="rerun")
    if not box.open or not len(now.rows):
        return
    with box:
        st.dataframe(views.table(now.rows, text), hide_index=True, alt=text("All networks"), height=320)
        with st.container(horizontal=True):
            page.csv(views.flat(now.rows), text, name="sweep")
            st.download_button(
                text("Save as Parquet"),
                lambda: _parquet(now.rows),
                file_name="layerscope-sweep.parquet",
                mime="application/vnd.apache.parquet",
                icon=":material/download:",
                key="take_parquet",
                on_click="ignore",
            )


def _parquet(table: pd.DataFrame) -> bytes:
    written = io.BytesIO()
    table.to_parquet(written, index=False)
    return written.getvalue()
