"""The Draw page's probes: the image disturbed, its slopes, its places hidden, its answer flipped."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from netlib.ui import draw, guard, page
from netlib import perturb, saliency
from netlib.i18n import Text
from netlib.stats.drawing import Answer, Subject
from netlib.trace import Array
from netlib.ui.shell import View
from netlib.views import Picture
from netlib.views import probes as views
from netlib.words import probes as words

Details = list[tuple[str, Callable[[], Sequence[Picture] | None]]]
_SEED = 0  # the same noise at each level, so that a slider adds more of one thing


def details(view: View) -> Details:
    """The tabs: each with the function that draws it."""
    text = view.text
    return [
        (text("Disturb it"), lambda: guard.fragment(_disturb)(view)),
        (text("Slopes"), lambda: _saliency(view)),
        (text("Hide a place"), lambda: _occlusion(view)),
        (text("Smallest change"), lambda: _flip(view)),
    ]


def _disturb(view: View) -> None:
    text, shown = view.text, draw.subject(view)
    kinds = {
        "noise": (text("Noise"), _noise),
        "shift": (text("Shift"), _shift),
        "rotate": (text("Rotation"), _rotate),
        "stroke": (text("Stroke width"), _stroke),
        "erase": (text("Erasing"), _erase),
    }
    kind = page.choice(text("What is done to it"), {name: label for name, (label, _) in kinds.items()}, key="probe")
    left, right = st.columns([2, 5])
    with left:
        changed = kinds[kind][1](shown.image[np.newaxis], text)[0]
        before, after = draw.ask(view, shown.image), draw.ask(view, changed)
        st.markdown(words.disturbed(before, after, text))
    with right:
        page.row(*views.disturbed(changed, before, after, shown.label, text), widths=(1, 1))


def _noise(images: Array, text: Text) -> Array:
    level = st.slider(
        text("Standard deviation of the noise"), 0.0, 2.0, 0.5, 0.1, key="probe_noise", persist_state="session"
    )
    return perturb.noise(images, level, _SEED)


def _shift(images: Array, text: Text) -> Array:
    right = st.slider(text("Pixels to the right"), -10, 10, 3, key="probe_right", persist_state="session")
    down = st.slider(text("Pixels down"), -10, 10, 0, key="probe_down", persist_state="session")
    return perturb.shift(images, right, down)


def _rotate(images: Array, text: Text) -> Array:
    degrees = st.slider(
        text("Degrees, counterclockwise"), -180, 180, 20, 5, key="probe_degrees", persist_state="session"
    )
    return perturb.rotate(images, degrees)


def _stroke(images: Array, text: Text) -> Array:
    pixels = st.slider(
        text("Pixels thicker on each side"), -2.0, 2.0, 1.0, 0.25, key="probe_stroke", persist_state="session"
    )
    return perturb.stroke(images, pixels)


def _erase(images: Array, text: Text) -> Array:
    size = st.slider(text("Side of the square, pixels"), 0, 28, 8, key="probe_size", persist_state="session")
    row = st.slider(text("Its first row"), 0, 27, 10, key="probe_row", persist_state="session")
    column = st.slider(text("Its first column"), 0, 27, 10, key="probe_column", persist_state="session")
    return perturb.erase(images, row, column, size)


def _saliency(view: View) -> Sequence[Picture]:
    text, shown = view.text, draw.subject(view)
    digit = _whose("saliency", shown, draw.ask(view, shown.image), text)
    found = saliency.saliency(draw.model(view), shown.image, digit)
    st.markdown(words.saliency_says(found, shown.image, text))
    return [views.saliency(found, shown.image, text)]


def _occlusion(view: View) -> Sequence[Picture]:
    text, shown = view.text, draw.subject(view)
    digit = _whose("occlusion", shown, draw.ask(view, shown.image), text)
    found = saliency.occlusion(draw.model(view), shown.image, digit)
    st.markdown(words.occlusion_says(found, text))
    return [views.occlusion(found, shown.image, text)]


def _flip(view: View) -> Sequence[Picture]:
    text, shown = view.text, draw.subject(view)
    found = saliency.smallest_change(draw.model(view), shown.image)
    st.markdown(words.flip_says(found, text))
    return [] if found is None else [views.flip(found, text)]


def _whose(probe: str, shown: Subject, found: Answer, text: Text) -> int:
    """Which digit's logit is looked at: the one that is read, or where it is another the one that is meant."""
    if shown.label is None or shown.label == found.top:
        return found.top
    options = {
        "read": text("the {digit} that it reads", digit=found.top),
        "meant": text("the {digit} that it is", digit=shown.label),
    }
    meant = page.choice(text("Whose logit"), options, key=f"probe_whose_{probe}") == "meant"
    return shown.label if meant else found.top
