"""Batch: which digits go in, what their shapes mean, and what normalisation and flattening make of them."""

import streamlit as st

from netlib.ui import controls, full_mnist, page, shell
from netlib.stats import batch as stats
from netlib.ui.components.image_grid import image_grid
from netlib.views import batch as views
from netlib.words import batch as words

GRID = 380

view = shell.require()
text, batch, image = view.text, view.batch, view.image


def shapes() -> None:
    left, right = st.columns(2)
    with left:
        st.markdown(words.axes(len(batch), text))
    with right:
        st.code(words.shapes_code(len(batch)), language="python", wrap_lines=True)
        st.markdown(words.flattening_text(len(batch), text))
    page.row(views.flattening(batch, image, text))


def pixels() -> None:
    left, right = st.columns([3, 2])
    with left:
        page.row(views.pixels(batch, text))
    with right:
        st.code(words.LOADING, language="python", wrap_lines=True)
        st.markdown(words.normalisation_text(text))
        page.csv(stats.histogram_table(stats.pixel_histogram(batch.pixels)), text, name="pixels")


def classes() -> None:
    left, right = st.columns([3, 2])
    with left:
        page.row(views.classes(batch, text))
    with right:
        st.markdown(words.shuffling_text(batch, text))
        page.csv(stats.class_table(stats.count_classes(batch.labels)), text, name="classes")


page.title(text("What goes into the network?"), words.answer(batch, text))
left, right = st.columns([7, 3])
with left.container(gap="xsmall"):
    st.markdown(f"**{words.grid_question(text)}**")
    image_grid(
        batch.pixels,
        batch.labels,
        image,
        label=text("Images of the batch"),
        name=words.image_name(text),
        height=GRID,
        on_choose=controls.look_at,
    )
with right:
    page.row(views.looked_at(batch, image, text))
page.tiles(views.tiles(batch, text))
page.tabs(
    "batch_details",
    [
        (text("Shapes"), shapes),
        (text("Pixels"), pixels),
        (text("Classes"), classes),
        (text("Average digit"), lambda: page.row(*views.averages(batch, text), widths=[1, 2])),
        (text("Full MNIST"), lambda: full_mnist.offer(view.setup.batch, batch.spec, text)),
    ],
)
table, headings = stats.image_table(batch.images, batch.labels, batch.indices), words.columns(text)
page.table(
    text("Images: labels, places in the file, pixel statistics"), table, text, name="images", column_names=headings
)
page.try_next(view.setup, text, words.tries(batch, text))
