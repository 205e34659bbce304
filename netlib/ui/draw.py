"""The Draw page's desk: pad, upload and choices; the drawing of this visit, and what is asked about it."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import streamlit as st

from netlib.ui import cached, exhibit, guard, page
from netlib import drawing as drawings
from netlib import forward, network
from netlib.digits import OwnDigit, normalised
from netlib.drawing import Stroke
from netlib.i18n import Text
from netlib.problem import Problem
from netlib.spec import BatchSpec
from netlib.stats.drawing import Answer, Skill, Subject, read_answer, skill
from netlib.trace import Array
from netlib.ui.components.pad import pad
from netlib.ui.shell import PAGES, View
from netlib.views import drawing as views
from netlib.words import drawing as words

_DRAWING = "drawing"
_START = "drawing_start"
_WHOLE = "drawing_whole"
_PROBLEM = "drawing_problem"
_LABEL = "drawn_label"
_FRAMING = "drawn_framing"
_FILE = "drawn_file"
_TRAIN = "train"
_HELD_OUT = BatchSpec(split="test", size=256)


@dataclass(frozen=True, eq=False)
class Drawing:
    """What is on this visitor's pad: strokes, and a picture (280, 280) under them, also as a `data:` address.

    pen: the width chosen; edition: raised where the page changes the pad; answered: the pad's last message that was
    read.
    """

    strokes: tuple[Stroke, ...] = ()
    under: Array | None = None
    address: str = ""
    pen: int = drawings.PENS[1]
    edition: int = 0
    answered: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing is drawn."""
        return not self.strokes and self.under is None

    @cached_property
    def raster(self) -> Array:
        """Its ink, (280, 280); made once, for page, probes and callbacks all ask for it."""
        return drawings.ink(self.strokes, self.under)


@dataclass(frozen=True, eq=False)
class _Images:
    images: Array
    labels: Array


def show(view: View) -> None:
    """Title, answer, pad, what the network gets and reads, the steps of framing: all that follows the pen."""
    st.session_state[_START] = _held()  # what a pad that is new on the page begins with
    guard.fragment(_desk)(view, _skill(view))


def subject(view: View) -> Subject:
    """The drawing or, where nothing is drawn, the batch's image looked at."""
    held = _held()
    if held.empty:
        batch, image = view.batch, view.image
        raster = drawings.enlarged(batch.pixels[image])
        label = int(batch.labels[image])
        return Subject(batch.images[image, 0], raster, drawings.frame(raster), True, label, image)
    raster, framing = held.raster, _framing()
    framed = drawings.frame(raster)
    pixels = framed.image if framed and framing else drawings.unframed(raster)
    return Subject(normalised(pixels[np.newaxis])[0], raster, framed, framing, st.session_state.get(_LABEL), None)


def ask(view: View, image: Array) -> Answer:
    """What the network that is shown says of one image (28, 28) in [-1, 1]."""
    trace = forward.run(model(view), _Images(image[np.newaxis, np.newaxis].astype(np.float32), np.zeros(1, np.int64)))
    return read_answer(trace.logits[0], trace.probabilities[0])


def model(view: View) -> Any:
    """The network that is shown, with whatever weights it has now; made anew, so nobody else's is touched."""
    return network.restore(view.setup.network, exhibit.layers_of(view.trace))


def _skill(view: View) -> Skill:
    """How well the network reads digits that no training here has seen, whatever batch is chosen."""
    return skill(forward.run(model(view), cached.batch(_HELD_OUT)))


def _desk(view: View, able: Skill) -> None:
    if st.session_state.pop(_WHOLE, False):
        st.rerun()  # the pen is up: the probes below follow, and the banner above
    text, shown = view.text, subject(view)
    found = ask(view, shown.image)
    page.title(text("Can it read mine?"), words.answer(shown, found, able, text))
    left, right = st.columns([3, 7])
    with left:
        wanted = st.session_state.get(_LABEL)
        heading = text("Draw a digit") if shown.drawn or wanted is None else text("Draw a {digit}", digit=wanted)
        st.markdown(f"**{heading}**")
        _pad(text)
    with right:
        page.row(*views.pictures(shown, found, text), widths=(3, 4))
        _choices(view, shown, text)
        if able.guesses and _TRAIN in dict(PAGES):
            st.page_link(f"pages/{_TRAIN}.py", label=text("Teach it to read first"), icon=":material/arrow_forward:")
    if problem := st.session_state.get(_PROBLEM):
        st.warning(page.plain(text.problem(problem)), icon=":material/block:")
    page.row(views.steps(shown, text))


def _pad(text: Text) -> None:
    held, start = _held(), st.session_state.get(_START, Drawing())
    pad(
        start.strokes if start.edition == held.edition else held.strokes,
        under=held.address,
        pen=held.pen,
        edition=held.edition,
        answered=held.answered,
        words=words.pad_words(text),
        on_draw=_drawn,
    )


def _choices(view: View, shown: Subject, text: Text) -> None:
    st.pills(
        text("Which digit is it meant to be?"),
        range(10),
        key=_LABEL,
        wrap=True,
        on_change=guard.callback(_finished),
        persist_state="session",
    )
    batch, image = cached.batch(view.setup.batch), view.image  # the link's own, also where the drawing stands in it
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle(
            text("MNIST's framing"),
            value=True,
            key=_FRAMING,
            disabled=not shown.drawn,
            on_change=guard.callback(_finished),
            help=text("Off: the whole pad is shrunk to 28 × 28, wherever on it the digit stands."),
            persist_state="session",
        )
        st.button(
            text("Put image {image} on the pad", image=image),
            key="drawn_sample",
            on_click=guard.callback(_take),
            args=(batch.pixels[image], int(batch.labels[image])),
        )
        with st.popover(text("From a picture"), key="drawn_picture"):
            st.file_uploader(
                text("A digit as PNG or JPEG"), key=_FILE, max_upload_size=8, on_change=guard.callback(_uploaded)
            )
            st.caption(text("Dark on light or light on dark. It stays with you: other visitors do not see it."))
        if exhibit.digit() is None:
            unsaid = shown.label is None
            st.button(
                text("Look at it on every page"),
                key="drawn_show",
                disabled=not shown.drawn or unsaid,
                help=text("Say first which digit it is meant to be.") if shown.drawn and unsaid else None,
                on_click=guard.callback(_exhibit),
            )
        else:
            st.button(text("Back to the batch's own image"), key="drawn_back", on_click=guard.callback(_back))


# --- what callbacks do ----------------------------------------------------------------------------------------------


def _held() -> Drawing:
    held: Drawing = st.session_state.get(_DRAWING, Drawing())
    return held


def _framing() -> bool:
    return bool(st.session_state.get(_FRAMING, True))


def _drawn(value: object) -> None:
    """Takes the pad's message; one that is no drawing changes nothing, and is said."""
    held = _held()
    try:
        message = drawings.read(value)
    except Problem as problem:
        st.session_state[_PROBLEM] = problem.with_traceback(None)
        return
    st.session_state.pop(_PROBLEM, None)
    kept = replace(held, strokes=message.strokes, pen=message.pen, answered=message.number)
    st.session_state[_DRAWING] = kept = kept if message.keeps else replace(kept, under=None, address="")
    if kept.empty and not held.empty:
        st.session_state[_LABEL] = None  # the next one is another digit
    if message.done:
        _finished()


def _take(pixels: Array, label: int) -> None:
    """Puts a digit of the batch on the pad, with its label."""
    _put(drawings.enlarged(pixels))
    st.session_state[_LABEL] = label
    _finished()


def _uploaded() -> None:
    file = st.session_state.get(_FILE)
    if file is None:
        return
    try:
        _put(drawings.read_picture(file.getvalue()))
    except Problem as problem:
        st.session_state[_PROBLEM] = problem.with_traceback(None)
        return
    st.session_state[_LABEL] = None
    _finished()


def _put(raster: Array) -> None:
    held = _held()
    st.session_state.pop(_PROBLEM, None)
    st.session_state[_DRAWING] = replace(
        held, strokes=(), under=raster, address=drawings.png(raster), edition=held.edition + 1
    )


def _finished() -> None:
    """Lets the whole page follow; a drawing that is shown on every page follows too, or goes with its last stroke."""
    st.session_state[_WHOLE] = True
    if exhibit.digit() is not None:
        _exhibit()


def _exhibit() -> None:
    """Makes the drawing the image looked at on every page; without ink or label there is none."""
    st.session_state[_WHOLE] = True
    held, label = _held(), st.session_state.get(_LABEL)
    if held.empty or label is None:
        exhibit.drop_digit()
        return
    framed = drawings.frame(held.raster) if _framing() else None
    exhibit.show_digit(OwnDigit(framed.image if framed else drawings.unframed(held.raster), int(label)))


def _back() -> None:
    st.session_state[_WHOLE] = True
    exhibit.drop_digit()
