"""Activations: what becomes of the signal from layer to layer, and what each non-linearity does to it."""

import streamlit as st

from netlib.ui import guard, page, shell
from netlib.stats.activations import signal_table
from netlib.stats.curves import collapse
from netlib.views import activations as views
from netlib.words import activations as words

view = shell.require()
text = view.text
at = views.LookedAt(view.trace, view.layer)


@guard.fragment
def units_by_images() -> None:
    orders = {True: text("by mean activation"), False: text("by index")}
    by_mean = st.segmented_control(
        text("Order of the units"),
        orders,
        key="by_mean",
        default=True,
        format_func=orders.__getitem__,
        required=True,
        persist_state="session",
    )
    page.row(views.units_by_images(at, view.image, bool(by_mean), text))


def curves() -> None:
    page.row(views.curves(at, text))
    st.markdown(words.collapsed(collapse(view.trace), text))


page.title(text("Does the signal survive?"), words.answer(at.signal, text))
page.row(*views.pictures(at, text), widths=(3, 2))
page.tiles(views.tiles(at.summary, text))
page.tabs(
    "activations_details",
    [
        (text("Distributions"), lambda: [views.distributions(at, text)]),
        (text("Units × images"), units_by_images),
        (text("Saturated and dead"), lambda: [views.shares(at, text)]),
        (text("Curves"), curves),
    ],
)
page.table(
    text("All layers: spread, saturated, dead, silent"),
    signal_table(at.signal),
    text,
    name="activations",
    column_names=words.columns(text),
)
page.try_next(view.setup, text, words.tries(text))
