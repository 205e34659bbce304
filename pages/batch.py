"""Batch: which digits go in, what their shapes mean, and what normalisation and flattening make of them."""

import streamlit as st

from netlib.figures import batch as figures
from netlib.figures.digit import digit
from netlib.stats import batch as stats
from netlib.ui import controls, full_mnist, page, shell
from netlib.ui.components.image_grid import image_grid
from netlib.words import batch as words

GRID = 380

view = shell.require()
text, batch, image = view.text, view.batch, view.image
label, looked_at = int(batch.labels[image]), batch.images[image, 0]
after, background = stats.summarise_pixels(batch.images), stats.background_share(batch.images)
counts = stats.count_classes(batch.labels)


def shapes() -> None:
    """Each axis with its meaning, and how a picture becomes a row of 784 numbers."""
    left, right = st.columns(2)
    left.markdown(words.axes(len(batch), text))
    left.code(words.shapes_code(len(batch)), language="python")
    with right:
        alt = words.flattening_alt(looked_at, text)
        page.picture(
            text("How does a picture become a row?"), figures.flattening(looked_at, text), alt, key="flattening"
        )
        st.markdown(words.flattening_text(looked_at, len(batch), text))


def pixels() -> None:
    """The histogram before and after normalisation, beside the notebook's lines."""
    histogram, before = stats.pixel_histogram(batch.pixels), stats.summarise_pixels(stats.scaled(batch.pixels))
    left, right = st.columns([3, 2])
    with left:
        alt = words.pixels_alt(before, after, background, text)
        figure = figures.pixel_histogram(histogram, before, after, text)
        page.picture(text("What does normalisation change?"), figure, alt, key="pixels")
    right.code(words.LOADING, language="python")
    right.markdown(words.normalisation_text(text))
    with right:
        page.csv(stats.histogram_table(histogram), text, name="pixels")


def classes() -> None:
    """How many of each digit, and what shuffling has to do with it."""
    left, right = st.columns([3, 2])
    with left:
        figure = figures.class_counts(counts, batch.spec.digits, text)
        alt = words.classes_alt(counts, batch.spec.digits, text)
        page.picture(text("Is every digit there equally often?"), figure, alt, key="classes")
    right.markdown(words.shuffling_text(batch, text))
    with right:
        page.csv(stats.class_table(counts), text, name="classes")


def averages() -> None:
    """What all images share, and what those of one digit share."""
    found = stats.average_images(batch.pixels, batch.labels)
    left, right = st.columns([2, 3])
    with left:
        alt = words.average_alt(found, text)
        page.picture(text("What do all images share?"), figures.average_digit(found, text), alt, key="average")
    with right:
        alt = words.class_averages_alt(found, text)
        page.picture(
            text("What does each digit look like on average?"), figures.class_averages(found, text), alt, key="averages"
        )
    st.caption(words.averages_text(text))


page.title(text("What goes into the network?"), words.answer(batch, after, background, counts, text))
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
    alt = text("Image {image} of the batch, a handwritten {label}.", image=image, label=label)
    page.picture(text("Image {image}", image=image), digit(looked_at, text, height=260), alt, key="digit")
    st.caption(words.image_facts(batch, image, text))
page.tiles(words.tiles(batch, after, background, text))
page.tabs(
    "batch_details",
    [
        (text("Shapes"), shapes),
        (text("Pixels"), pixels),
        (text("Classes"), classes),
        (text("Average digit"), averages),
        (text("Full MNIST"), lambda: full_mnist.offer(view.setup.batch, text)),
    ],
)
page.table(
    text("Images: labels, places in the file, pixel statistics"),
    stats.image_table(batch.images, batch.labels, batch.indices),
    text,
    name="images",
    column_names=words.columns(text),
)
page.try_next(view.setup, text, words.tries(batch, text))
