"""What stands around every page: menu, language, sidebar, layer strip; and the `View` that a page receives.

`run()` is all that `dashboard.py` does, `require()` the first line of each page. The hand-over between them switches
off Streamlit's older `pages/` router, which would run a page file in place of `dashboard.py` on a cold deep link.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import streamlit as st

from netlib.ui import address, cached, controls, exhibit, neuron, page, sweep, training, turns, warm
from netlib import touch
from netlib.bounds import check_word
from netlib.digits import Batch
from netlib.draft import Draft, from_setup
from netlib.i18n import LANGUAGES, N_, Text, translator
from netlib.lesson.chapters import NAMES as CHAPTERS
from netlib.problem import Problem
from netlib.query import Note
from netlib.spec import Setup
from netlib.stats.flow import Flow
from netlib.touch import Touch
from netlib.trace import Trace
from netlib.ui.exhibit import Exhibit
from netlib.ui.guard import fragment, guarded, report
from netlib.words.batch import data_line

_PAGES = Path("pages")
_STYLE = Path(__file__).parent / "style.css"
_ICON = str(Path(__file__).parent / "icon.png")
_LOGO = str(Path(__file__).parent / "logo.svg")
_READY = "shell"
_A_DAY = 86_400.0
_VIEW = "view"

# File and title; the first one is where a visit starts. No icons: Streamlit would fetch each from Google as a favicon.
PAGES = (
    ("home", N_("Home")),
    ("batch", N_("Batch")),
    ("weights", N_("Weights")),
    ("activations", N_("Activations")),
    ("outputs", N_("Outputs")),
    ("signal", N_("Signal")),
    ("compare", N_("Compare")),
    ("sweep", N_("Sweep")),
    ("train", N_("Train")),
    ("draw", N_("Draw")),
    ("code", N_("Code")),
    ("notebook", N_("Notebook")),
)


@dataclass(frozen=True)
class View:
    """What a page shows: a Setup, the language that it speaks, and the layer looked at."""

    setup: Setup
    text: Text
    layer: str
    exhibit: Exhibit | None = None

    @property
    def batch(self) -> Batch:
        """The digits that are shown."""
        return self.exhibit.batch if self.exhibit else cached.batch(self.setup.batch)

    @property
    def trace(self) -> Trace:
        """What those digits do in the network, with a visitor's own weights and touches where there are such."""
        return self.exhibit.trace if self.exhibit else cached.trace(self.setup)

    @property
    def untouched(self) -> Trace:
        """The same before anything was touched."""
        return self.exhibit.untouched if self.exhibit else cached.trace(self.setup)

    @property
    def flow(self) -> Flow:
        """The digits there and back, in a few numbers a layer."""
        return self.exhibit.flow if self.exhibit else cached.flow(self.setup)

    @property
    def other_weights(self) -> bool:
        """Whether the weights are not those that the link's initialisation draws."""
        return self.exhibit is not None and self.exhibit.other_weights

    @property
    def trained(self) -> bool:
        """Whether the weights shown come from a training here."""
        return self.own == "trained"

    @property
    def own(self) -> str:
        """Whose weights are shown: those of a `file`, `trained` here, its own but `touched`, or "" for its own."""
        if self.exhibit is None or not self.exhibit.other_weights:
            return ""
        weights = self.exhibit.weights
        return "touched" if weights is None else "file" if weights.step is None else "trained"

    @property
    def image(self) -> int:
        """The index in the batch of the image looked at."""
        return self.setup.batch.image


def require() -> View:
    """A page's first line: its View, or the hand-over to `dashboard.py` where the page file was started by itself."""
    if not st.session_state.pop(_READY, False):  # pop: earned again on every run
        _hand_over()
    return cast("View", st.session_state[_VIEW])


def run() -> None:
    """The dashboard: menu, controls, strip and the chosen page."""
    if "visited" not in st.session_state:
        st.session_state["visited"] = True
        address.drop_strays_at_once()
        _hand_over()
    with turns.turn():
        st.set_page_config(page_title="Layerscope", page_icon=_ICON, layout="wide")
        st.logo(_LOGO, size="large")
        st.html(_STYLE)
        report()
        guarded(_dashboard)


def _dashboard() -> None:
    text = translator(address.language())
    reading = address.reading()
    draft = reading.draft
    setup, problem = _setup(draft)
    layer = _layer(draft)
    chosen = st.navigation(_pages(text), position="top")
    touches, touch_notes = _touches(setup)
    notes = (*reading.notes, *_view_notes(draft, layer, text), *address.compared(draft).notes, *touch_notes)
    with st.container():  # a place of their own: where they go, the charts below keep theirs
        _notes(notes, text)
        if problem is not None:
            st.warning(page.plain(text.problem(problem)), icon=":material/block:")
    if setup is not None:
        _page(chosen, setup, layer, touches, text)
    # The sidebar comes after the page: it shows what has just been done there, the page what is waited for.
    with st.sidebar:
        controls.language(text)
        controls.network(draft, setup, layer, text)
        controls.batch(draft, text)
        controls.link(setup, layer, text)
        fragment(_again_after_a_restart, run_every=_A_DAY)()
        training.memory()
        sweep.memory()
    address.drop_strays()
    warm.settle(chosen.url_path)


def _page(chosen: st.Page, setup: Setup, layer: str, touches: tuple[Touch, ...], text: Text) -> None:
    with st.container(gap="xsmall"):
        controls.layers(from_setup(setup), layer, text)
        _digits(cached.batch(setup.batch), text)
        exhibit.banner(setup, text)
        if touches:
            neuron.banner(touches, text)
    st.session_state[_VIEW] = View(setup, text, layer, exhibit.held(setup, touches))
    st.session_state[_READY] = True
    guarded(chosen.run)  # by itself, so that menu and sidebar stay where a page fails


def _digits(batch: Batch, text: Text) -> None:
    st.caption(data_line(batch, text))
    if batch.notice is not None:
        notice = page.plain(text.problem(batch.notice))
        st.caption(f":material/info: {notice}")


def _again_after_a_restart() -> None:
    """Nothing, once a day. But a browser that waits for a timer asks a server that has come back to draw the page.

    Without one it keeps what the old server drew until the next change, and to that the new one, which has drawn
    nothing yet, listens only where it comes by a bound field: a slider's first move was lost.
    """


def _hand_over() -> None:
    st.navigation(_pages(translator(LANGUAGES[0])), position="hidden")
    st.rerun()


def _pages(text: Text) -> list[st.Page]:
    return [
        st.Page(_PAGES / f"{name}.py", title=text(title), url_path=name, default=index == 0)
        for index, (name, title) in enumerate(PAGES)
    ]


def _layer(draft: Draft) -> str:
    texts = address.texts()
    said = texts.get(address.LAYER) or texts.get(address.UNIT, "").partition(".")[0]
    return said if said in draft.names else draft.names[0]


def _view_notes(draft: Draft, layer: str, text: Text) -> list[Note]:
    notes = []
    for name, allowed, used in (
        (address.LANGUAGE, LANGUAGES, text.language),
        (address.LAYER, draft.names, layer),
        (address.CHAPTER, CHAPTERS, CHAPTERS[0]),
        (address.GUIDED, ("yes", "no"), "no"),
    ):
        try:
            check_word(name, address.texts().get(name) or used, allowed)
        except Problem as problem:
            notes.append(Note(name, problem.with_traceback(None), used))
    return notes


def _touches(setup: Setup | None) -> tuple[tuple[Touch, ...], list[Note]]:
    """What the link touches in the network, and a note for each of the two fields that are not used."""
    if setup is None:
        return (), []
    touches: tuple[Touch, ...] = ()
    notes, said = [], address.texts()
    try:
        touches = touch.read(said.get(address.TOUCH, ""), setup.network)
    except Problem as problem:
        notes.append(Note(address.TOUCH, problem.with_traceback(None), ""))
    try:
        if unit := said.get(address.UNIT, ""):
            touch.read_unit(unit, setup.network)
    except Problem as problem:
        notes.append(Note(address.UNIT, problem.with_traceback(None), ""))
    return touches, notes


def _setup(draft: Draft) -> tuple[Setup | None, Problem | None]:
    try:
        return draft.setup(), None
    except Problem as problem:
        return None, problem.with_traceback(None)  # it would hold every frame


def _notes(notes: tuple[Note, ...], text: Text) -> None:
    for note in notes:
        used = (
            text("{field} in the link is not used; shown instead: {used}.", field=note.field, used=note.used)
            if note.used
            else text("{field} in the link is not used.", field=note.field)
        )
        sentence = page.plain(f"{text.problem(note.problem)} {used}")
        st.caption(f":material/info: {sentence}")
