"""Outputs: from logits to probabilities, step by step for one digit, and what the whole batch gets."""

from functools import partial

import streamlit as st

from netlib.figures import outputs as figures
from netlib.figures.digit import digit
from netlib.figures.softmax import softmax_panels
from netlib.stats import outputs as stats
from netlib.stats.softmax import TEMPERATURES, on_paper, softmax_steps
from netlib.ui import page, shell
from netlib.words import outputs as words

view = shell.require()
text, trace, image = view.text, view.trace, view.image
label, logits = int(trace.labels[image]), trace.logits[image]


# A fragment: the temperature belongs to this picture alone, so moving it draws nothing else again.
@st.fragment
def softmax() -> None:
    left, right = st.columns([1, 4])
    with left:
        page.picture(
            text("The digit"),
            digit(trace.images[image, 0], text, height=170),
            text("Image {image} of the batch, a handwritten {label}.", image=image, label=label),
            key="digit",
        )
        temperature = st.select_slider(
            text("Temperature T"),
            TEMPERATURES,
            value=1.0,
            format_func=partial(words.temperature_written, text=text),
            key="temperature",
            help=text("Divides the logits. For this picture only; everything below is the network itself, T = 1."),
            persist_state="session",
        )
        steps, own = softmax_steps(logits, temperature), softmax_steps(logits).probabilities
        paper = on_paper(steps)
        st.caption(words.temperature_note(steps, own, text))
    with right:
        page.picture(
            text("How do ten logits become probabilities?"),
            softmax_panels(steps, paper, own, label, text, height=370),
            words.softmax_alt(steps, label, text),
            key="softmax",
        )
        st.caption(words.by_hand(steps, paper, label, text))


def batch() -> None:
    page.picture(
        text("Does the answer follow the digit?"),
        figures.batch_heatmap(trace.probabilities, trace.labels, stats.order_by_label(trace.labels), image, text),
        words.heatmap_alt(trace.probabilities, trace.labels, text),
        key="batch_heatmap",
    )
    st.caption(words.heatmap_note(figures.scale_end(trace.probabilities), text))


def classes() -> None:
    found = stats.summarise_classes(trace)
    left, right = st.columns(2)
    with left:
        page.picture(
            text("Which digits does it lean to?"),
            figures.mean_probabilities(found, text),
            words.mean_alt(found, text),
            key="mean_probabilities",
        )
    with right:
        page.picture(
            text("How often does it say each digit?"),
            figures.class_counts(found, text),
            words.counts_alt(found, text),
            key="class_counts",
        )


def entropy() -> None:
    entropies = stats.entropy(trace.probabilities)
    page.picture(
        text("How undecided is it, image by image?"),
        figures.entropy_panels(*stats.entropy_histograms(entropies), float(entropies.mean()), text),
        words.entropy_alt(entropies, text),
        key="entropies",
    )


def chance() -> None:
    losses = stats.cross_entropy(trace.logits, trace.labels)
    left, right = st.columns(2)
    with left:
        page.picture(
            text("Which images cost more than a blind guess?"),
            figures.loss_curve(losses, trace.labels, float(losses.mean()), text),
            words.losses_alt(losses, text),
            key="losses",
        )
    with right:
        page.picture(
            text("Would guessing do as well?"),
            figures.guess_distribution(stats.chance_distribution(summary.count), summary.correct, text),
            words.guess_alt(summary.correct, summary.count, text),
            key="guesses",
        )


def logit_classes() -> None:
    found = stats.summarise_logits(trace.logits)
    page.picture(
        text("What does each class get before softmax?"),
        figures.logit_bands(found, text),
        words.logits_alt(found, text),
        key="logit_bands",
    )
    st.caption(words.logits_note(found, text))


question = text("Are all ten digits equally likely?")
finite = stats.finite(trace)
if finite < len(trace.labels):
    page.title(question, words.no_numbers(finite, len(trace.labels), text))
    page.picture(
        text("The digit"),
        digit(trace.images[image, 0], text),
        text("Image {image} of the batch, a handwritten {label}.", image=image, label=label),
        key="digit",
    )
else:
    summary = stats.summarise_outputs(trace)
    page.title(question, words.answer(summary, text))
    softmax()
    page.tiles(words.tiles(summary, stats.ties(trace), text))
    page.tabs(
        "outputs_tabs",
        [
            (text("Whole batch"), batch),
            (text("Classes"), classes),
            (text("Entropy"), entropy),
            (text("Chance"), chance),
            (text("Logits"), logit_classes),
        ],
    )
    with st.expander(text("Why is the largest logit subtracted?")):
        st.markdown(words.why_subtract(logits, text))
    page.table(
        text("Every image: label, prediction, entropy, probabilities"),
        stats.image_table(trace),
        text,
        name="outputs",
        column_names=words.columns(text),
    )
page.try_next(view.setup, text, words.tries(text))
