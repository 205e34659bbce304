"""Outputs: from logits to probabilities, step by step for one digit, and what the whole batch gets."""

import streamlit as st

from netlib.ui import guard, page, shell
from netlib.stats.outputs import finite, image_table, summarise_outputs
from netlib.stats.softmax import TEMPERATURES, softmax_steps
from netlib.views import outputs as views
from netlib.words import outputs as words

view = shell.require()
text, trace, image = view.text, view.trace, view.image
label, logits = int(trace.labels[image]), trace.logits[image]
question = text("Are all ten digits equally likely?")


# A fragment: the temperature belongs to this picture alone, so moving it draws nothing else again.
@guard.fragment
def softmax() -> None:
    left, right = st.columns([1, 4])
    with left:
        temperature = st.select_slider(
            text("Temperature T"),
            TEMPERATURES,
            value=1.0,
            format_func=lambda value: words.temperature(value, text),
            key="temperature",
            help=text("Divides the logits. For this picture only; everything below is the network itself, T = 1."),
            persist_state="session",
        )
    steps = softmax_steps(logits, temperature)
    with right:  # first, for it is what is waited for
        page.row(views.softmax(steps, label, text))
    with left:
        st.caption(words.temperature_note(steps, text))
        page.row(views.looked_at(trace, image, text))


def numbers() -> None:
    summary = summarise_outputs(trace)
    page.title(question, words.answer(summary, text))
    softmax()
    page.tiles(views.tiles(trace, summary, text))
    page.tabs(
        "outputs_details",
        [
            (text("Whole batch"), lambda: views.batch(trace, image, text)),
            (text("Classes"), lambda: views.classes(trace, text)),
            (text("Entropy"), lambda: views.entropy(trace, text)),
            (text("Chance"), lambda: views.chance(trace, summary, text)),
            (text("Logits"), lambda: views.logits(trace, text)),
        ],
    )
    with st.expander(text("Why is the largest logit subtracted?")):
        st.markdown(words.why_subtract(logits, text))
    table, headings = image_table(trace), words.columns(text)
    page.table(
        text("Every image: label, prediction, probabilities"), table, text, name="outputs", column_names=headings
    )


if finite(trace) == len(trace.labels):
    numbers()
else:
    page.title(question, words.no_numbers(finite(trace), len(trace.labels), text))
    page.row(views.looked_at(trace, image, text))
page.try_next(view.setup, text, words.tries(text))
