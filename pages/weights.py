"""Weights: what was drawn into each layer, beside what its initialisation promises."""

import streamlit as st

from netlib.ui import cached, guard, page, shell
from netlib.stats.spectrum import is_expensive
from netlib.stats.weights import unit_table, weight_table
from netlib.views import weights as views
from netlib.words import spectrum as spectrum_words
from netlib.words import weights as words

view = shell.require()
text = view.text
at = views.LookedAt(view.trace, view.setup.network.layers, view.layer)


@guard.fragment
def units() -> None:
    if not at.sees_pixels:
        st.markdown(words.no_pictures(at.name, at.names[0], text))
        page.row(views.matrix(at, text))
        return
    orders = {False: text("by index"), True: text("by norm, longest first")}
    question = text("What does each unit of {layer} look for?", layer=at.name)
    st.markdown(f"**{question}**")
    with st.container(horizontal=True):
        by_norm = st.segmented_control(
            text("Order"),
            orders,
            key="by_norm",
            default=False,
            format_func=orders.__getitem__,
            required=True,
            label_visibility="collapsed",
        )
        number = st.pagination(at.pages, key=f"units_page_{at.pages}", width="stretch") if at.pages > 1 else 1
    with st.container(key="unit_pictures"):
        png, alt = views.unit_picture(at, bool(by_norm), number, text)
        st.image(png, alt=alt)
    st.caption(words.units_caption(at.spec, at.layer.weight, text))
    table, headings = unit_table(at.layer.weight), words.unit_columns(text)
    page.table(text("Units: norm, mean, spread"), table, text, name="units", column_names=headings)


@guard.fragment
def singular_values() -> None:
    shape = at.layer.weight.shape
    allow = spectrum_words.expensive(shape, text)
    if is_expensive(shape) and not st.toggle(allow, key="singular_values", persist_state="session"):
        return
    values = cached.singular_values(at.layer.weight)
    st.markdown(spectrum_words.law_says(at.spec, values, shape, text))
    page.row(*views.spectrum(at, values, text))


def all_layers() -> None:
    page.row(views.all_layers(at, text))
    frame = weight_table(view.trace, at.specs)
    st.dataframe(frame, hide_index=True, column_config=words.columns(text), alt=text("Layers: implied and measured"))
    page.csv(frame, text, name="weights")


page.title(text("Are the weights what the initialisation promises?"), words.answer(at.spec, at.measured, text))
page.row(*views.pictures(at, text), widths=(3, 2))
page.tiles(views.tiles(at, text))
page.tabs(
    "weights_details",
    [
        (text("Units as pictures"), units),
        (text("Heatmap"), lambda: [views.matrix(at, text)]),
        (text("Singular values"), singular_values),
        (text("Biases"), lambda: views.biases(at, text)),
        (text("All layers"), all_layers),
    ],
)
page.try_next(view.setup, text, words.tries(text))
