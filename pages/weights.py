"""Weights: what was drawn into each layer, beside what its initialisation promises."""

import streamlit as st

from netlib.figures import spectrum as spectrum_figures
from netlib.figures import theme
from netlib.figures import weights as figures
from netlib.figures.tiles import PER_PAGE, unit_tiles
from netlib.stats import spectrum
from netlib.stats import weights as stats
from netlib.ui import cached, page, shell
from netlib.words import spectrum as spectrum_words
from netlib.words import weights as words

view = shell.require()
text, trace, specs = view.text, view.trace, view.setup.network.layers
layer = trace.layer(view.layer)
index = trace.layers.index(layer)
spec, color = specs[index], theme.depth_colors(len(specs))[index]
names = [one.name for one in specs]
measured = [stats.moments(one.weight) for one in trace.layers]


@st.fragment
def units() -> None:
    if index > 0:
        st.markdown(words.no_pictures(layer.name, names[0], text))
        matrix()
        return
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        by_norm = st.segmented_control(
            text("Order"),
            (False, True),
            key="by_norm",
            default=False,
            format_func={False: text("by index"), True: text("by norm, longest first")}.__getitem__,
            required=True,
            persist_state="session",
        )
    pages = -(-spec.fan_out // PER_PAGE)
    with right:
        number = st.pagination(pages, key=f"units_page_{pages}") if pages > 1 else 1
    norms = stats.unit_norms(layer.weight)
    order = stats.unit_order(layer.weight, bool(by_norm))[(number - 1) * PER_PAGE : number * PER_PAGE]
    limit = max(abs(measured[index].low), abs(measured[index].high))
    labels = [words.unit_label(int(unit), float(norms[unit]), text) for unit in order]
    page.image(
        text("What does each unit of {layer} look for?", layer=layer.name),
        unit_tiles(layer.weight, order, labels, limit, text),
        words.units_alt(order, norms, text),
        key="unit_pictures",
    )
    st.caption(words.units_caption(spec, limit, text))
    page.table(
        text("Units: norm, mean, spread"),
        stats.unit_table(layer.weight),
        text,
        name="units",
        column_names=words.unit_columns(text),
    )


def matrix() -> None:
    pooled = stats.pooled(layer.weight)
    page.picture(
        text("Is there a pattern in the matrix of {layer}?", layer=layer.name),
        figures.matrix(pooled, index == 0, text),
        words.matrix_alt(pooled, spec, text),
        key="matrix",
    )
    st.caption(words.matrix_caption(pooled, spec, text))


@st.fragment
def singular_values() -> None:
    shape = layer.weight.shape
    if spectrum.is_expensive(shape) and not st.toggle(
        spectrum_words.expensive(shape, text), key="singular_values", persist_state="session"
    ):
        return
    values = cached.singular_values(view.setup, layer.name)
    law = spectrum.spectral_law(spec.weight_distribution, shape)
    left, right = st.columns(2) if law.has_density else (st.container(), None)
    with left:
        page.picture(
            text("By how much does {layer} stretch its input?", layer=layer.name),
            spectrum_figures.ranked(values, law, color, text),
            spectrum_words.ranked_alt(values, law, text),
            key="ranked",
        )
    if right is not None:
        with right:
            page.picture(
                text("Where do the singular values crowd?"),
                spectrum_figures.spectrum(values, law, color, text),
                spectrum_words.spectrum_alt(values, law, text),
                key="spectrum",
            )
    st.caption(spectrum_words.caption(values, law, text))


def biases() -> None:
    found = stats.moments(layer.bias)
    question = text("With which bias does each unit of {layer} start?", layer=layer.name)
    left, right = st.columns([3, 2])
    with left:
        figure = figures.bias_bars(layer.bias, spec.bias_distribution, text)
        page.picture(question, figure, words.bias_alt(spec, found, text), key="bias_bars")
    with right:
        hist = stats.histogram(layer.bias, spec.bias_distribution)
        page.picture(
            text("How are they spread?"),
            figures.histogram(hist, color, text("bias"), text, height=theme.SMALL),
            words.bias_alt(spec, found, text),
            key="bias_histogram",
        )
    st.caption(words.bias_caption(spec, found, text))


def all_layers() -> None:
    drawn = stats.histograms([(one.weight, own.weight_distribution) for one, own in zip(trace.layers, specs, strict=True)])
    page.picture(
        text("How do the layers compare on one axis?"),
        figures.ridges(drawn, names, text),
        words.widths_alt(names, measured, text),
        key="ridges",
    )
    st.caption(words.ridges_caption(text))


page.title(text("Are the weights what the initialisation promises?"), words.answer(spec, measured[index], text))
left, right = st.columns([3, 2])
with left:
    page.picture(
        text("How are the weights of {layer} spread?", layer=layer.name),
        figures.histogram(
            stats.histogram(layer.weight, spec.weight_distribution), color, text("weight"), text, height=300
        ),
        words.histogram_alt(spec, measured[index], text),
        key="histogram",
    )
with right:
    page.picture(
        text("How wide is each layer?"),
        figures.widths(names, measured, [one.weight_distribution for one in specs], layer.name, text, height=300),
        words.widths_alt(names, measured, text),
        key="widths",
    )
page.tiles(words.tiles(spec, measured[index], text))
page.tabs(
    "weights_details",
    [
        (text("Units as pictures"), units),
        (text("Heatmap"), matrix),
        (text("Singular values"), singular_values),
        (text("Biases"), biases),
        (text("All layers"), all_layers),
    ],
)
page.table(
    text("Layers: implied and measured"),
    stats.weight_table(trace, specs),
    text,
    name="weights",
    column_names=words.columns(text),
)
page.try_next(view.setup, text, words.tries(text))
