"""Signal: a batch's way through the network and the gradient's way back, beside theory and other seeds."""

from collections.abc import Sequence

import streamlit as st

from netlib.ui import cached, diagnosis, guard, page, shell, signal
from netlib.stats.signal import course_table
from netlib.views import Picture, phase
from netlib.views import signal as views
from netlib.words import signal as words
from netlib.words import signal_units as unit_words

view = shell.require()
text = view.text
course = signal.course(view)


def plane() -> Sequence[Picture]:
    if view.exhibit:
        st.markdown(words.no_plane(text))
        return ()
    return [phase.picture(view.setup.network, view.layer, text, map_of=cached.phase_map)]


def common() -> None:
    found, pictures = views.common(view.trace, view.layer, text)
    st.markdown(unit_words.common_says(found, text))
    page.row(*pictures)


page.title(text("Does the signal survive, there and back?"), words.answer(course, text))
page.row(*views.pictures(course, view.layer, text))
signal.legend(view, course)
page.tiles(views.tiles(course, view.trace, text))
diagnosis.panel(view)
page.tabs(
    "signal_details",
    [
        (text("Forward"), lambda: views.forward_details(course, view.layer, text)),
        (text("Back"), lambda: [views.gradient_details(course, signal.gradients(view), view.layer, text)]),
        (text("Order and chaos"), plane),
        (text("Common mode"), common),
        (text("Sleeping units"), lambda: guard.fragment(signal.finder)(view)),
    ],
)
page.table(
    text("All layers: signal and gradient, theory and seeds"),
    course_table(course),
    text,
    name="signal",
    column_names=words.columns(text),
)
page.try_next(view.setup, text, words.tries(text))
