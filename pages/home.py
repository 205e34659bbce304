"""Home: the network drawn, one digit in, ten probabilities out."""

import streamlit as st

from netlib.figures.digit import digit
from netlib.figures.home import network, probability_bars
from netlib.stats.layers import layer_table
from netlib.stats.outputs import LN10, summarise_outputs
from netlib.stats.units import count_dead
from netlib.ui import page, shell
from netlib.words import home as words

view = shell.require()
text, trace, image = view.text, view.trace, view.image
summary = summarise_outputs(trace)
label, probabilities = int(trace.labels[image]), trace.probabilities[image]

page.title(text("What does this network say to a digit?"), words.answer(summary, text))

left, middle, right = st.columns([2, 5, 3])
with left:
    page.picture(
        text("What goes in?"),
        digit(trace.images[image, 0], text, height=300),
        text("Image {image} of the batch, a handwritten {label}.", image=image, label=label),
        key="digit",
    )
with middle:
    page.picture(
        text("What happens inside?"),
        network(trace, image, view.layer, text, height=300),
        words.network_alt(trace, text),
        key="network",
        note=words.network_note(text),
    )
with right:
    page.picture(
        text("What comes out?"),
        probability_bars(probabilities, label, text, height=300),
        words.probabilities_alt(probabilities, label, text),
        key="probabilities",
    )

dead, units = count_dead(trace)
page.tiles(
    [
        (
            text("Parameters"),
            text.number(view.setup.network.parameters),
            text("Weights and biases, all layers."),
        ),
        (
            text("Mean top probability"),
            text.number(summary.top_probability),
            text("How sure it is: 0.1 is a blind guess, 1 is certainty."),
        ),
        (
            text("Cross-entropy"),
            text.number(summary.cross_entropy, 4),
            text("Mean of −ln p(true digit); ln 10 = {blind} is a blind guess.", blind=text.number(LN10, 4)),
        ),
        (
            text("Accuracy of the batch"),
            text.percent(summary.accuracy),
            text("{correct} of {count} images; chance is 10 %.", correct=summary.correct, count=summary.count),
        ),
        (
            text("Units that never fire"),
            text("{dead} of {units}", dead=dead, units=units),
            text("Hidden units that are exactly zero for every image of this batch."),
        ),
    ]
)
layers = layer_table(trace)
page.table(
    text("Layers: shapes, parameters, memory"),
    layers,
    text,
    name="layers",
    column_names=words.columns(text),
    note=words.totals(layers, text),
)
page.try_next(view.setup, text, words.tries(text))
