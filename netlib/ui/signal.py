"""What the Signal page needs beside the View: the course with its theory and its seeds, and the finder's menu."""

from concurrent.futures import ThreadPoolExecutor

import streamlit as st

from netlib.ui import background, cached, guard, page
from netlib import ensemble
from netlib.backward import gradients_of
from netlib.gradients import Gradients
from netlib.i18n import Text
from netlib.population import Ensemble, Population, joined
from netlib.stats.signal import Course
from netlib.stats.signal_units import Sleepers, sleepers
from netlib.ui.shell import View
from netlib.views import signal_units as unit_views
from netlib.words import signal as words
from netlib.words import signal_units as unit_words

EVERY = 0.5
# Beside the script, which computes the network itself meanwhile: torch leaves the interpreter to others.
_beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="seeds")
_UNIT = "signal_unit"


def course(view: View) -> Course:
    """There and back, with theory and seeds; of a visitor's own weights what is measured alone."""
    if view.exhibit:
        return Course(view.flow)
    population = Population.of(view.setup)
    ahead = _beside.submit(cached.ensemble, population) if _is_quick(population) else None
    flow, theory = view.flow, cached.theory(view.setup)
    return Course(flow, theory, ahead.result() if ahead else _so_far(population))


def gradients(view: View) -> Gradients:
    """Every entry of every gradient; as large as the network, so not kept."""
    return gradients_of(view.trace)


def _so_far(population: Population) -> Ensemble | None:
    """All seeds from the thread beside the pages; None until it is done."""
    now = background.watch(population)
    return joined(now.results) if now.finished and now.results else None


def _is_quick(population: Population) -> bool:
    return len(list(ensemble.chunks(population.network, population.seeds, population.batch.size))) == 1


def legend(view: View, shown: Course) -> None:
    """How to read the lines, where theory ends, and how far the seeds are."""
    text = view.text
    st.caption(
        " ".join(filter(None, (words.reading(shown, view.other_weights, text), words.beyond_theory(shown, text))))
    )
    if not view.exhibit and shown.ensemble is None:
        guard.fragment(_progress, run_every=EVERY)(Population.of(view.setup), text)


def _progress(population: Population, text: Text) -> None:
    now = background.watch(population)
    if now.problem is not None:
        st.caption(page.plain(text.problem(now.problem)))
    elif now.finished:
        st.rerun()  # of the whole page, with its band
    else:
        st.caption(words.progress(now.done, now.total, now.place, text))


def finder(view: View) -> None:
    """Which units of the layer looked at sleep, and one of them, chosen from a menu."""
    text, trace = view.text, view.trace
    layer = unit_views.looked_at(trace, view.layer)
    if layer is None:
        st.markdown(unit_words.no_hidden(text))
        return
    found = sleepers(layer)
    left, right = st.columns([1, 3], vertical_alignment="bottom")
    with left:
        index = _choose(found, text)
    with right:
        if layer.name != view.layer:
            st.caption(unit_words.instead(layer.name, text))
        st.markdown(unit_words.sleepers_say(found, text))
    weights, before, nearest = unit_views.pictures(trace, layer, found, index, text)
    page.row(weights, before)
    page.row(nearest)


def _choose(found: Sleepers, text: Text) -> int:
    options = found.chosen.tolist()
    if st.session_state.get(_UNIT) not in options:  # of another network, or another layer
        st.session_state[_UNIT] = options[0]
    chosen: int = st.selectbox(
        text("Unit"),
        options,
        key=_UNIT,
        format_func=lambda index: unit_words.unit_option(found, index, text),
        persist_state="session",
    )
    return chosen
