"""The grid that a visitor asks on the Sweep page: fields that write one text of the link, its size and its time."""

from collections.abc import Callable, Mapping

import streamlit as st

from netlib.ui import address, controls, guard, page, sweep
from netlib.activations import ACTIVATIONS
from netlib.i18n import Text
from netlib.initializers import BIAS_SCHEMES, SCHEMES
from netlib.sweep import link
from netlib.sweep.estimate import Estimate
from netlib.sweep.link import Reading
from netlib.sweep.spec import Sweep
from netlib.training.spec import OPTIMIZERS
from netlib.ui.shell import View
from netlib.words import sweep_run as words
from netlib.words import training as training_words

EVERY = 0.7
EPOCHS = (0, 1, 2, 3, 5)

_OPEN, _UNKNOWN = "sweep_ask", "sweep_unknown"


def ask(view: View) -> None:
    """The grid around the network of the sidebar, how long it would take, and the button that starts it."""
    text = view.text
    written = address.texts().get(address.GRID, "")
    box = st.expander(text("Ask a grid of your own"), key=_OPEN, on_change="rerun", icon=":material/grid_on:")
    if box.open:
        with box:
            _ask(view, link.read(written, view.setup), text)


def _ask(view: View, reading: Reading, text: Text) -> None:
    most = sweep.limits()
    st.caption(f"{words.around(view.setup.network, text)} {words.limits(most.networks, most.seconds, text)}")
    _shape(reading, view, text)
    _starts(reading, text)
    _training(reading, text)
    for note in reading.notes:
        st.caption(f":material/info: {page.plain(text.problem(note.problem))}")
    problem = reading.problem or sweep.too_much(reading.sweep)
    if problem is not None:
        st.warning(page.plain(text.problem(problem)), icon=":material/block:")
    _start(reading, blocked=problem is not None or bool(reading.notes), text=text)


def _shape(reading: Reading, view: View, text: Text) -> None:
    whole = "hidden" in reading.said
    sizes = "-".join(map(str, view.setup.network.hidden_sizes)) or "none"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _mode(
            text("Architectures"),
            "sweep_shape",
            {False: text("depth × width"), True: text("listed")},
            whole,
            ("hidden", sizes),
        )
        if whole:
            _field(reading, "hidden", text("Hidden sizes"), text("Such as 128-64, 256, none."), 260)
        else:
            _field(reading, "depth", text("Hidden layers"), words.lists(text), 170)
            _field(reading, "width", text("Units a layer"), words.lists(text), 150)
        _several(reading, "activation", text("Activation"), tuple(ACTIVATIONS), "", 270)


def _starts(reading: Reading, text: Text) -> None:
    scaled = "sigma_w" in reading.said
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _mode(
            text("Weights"),
            "sweep_weights_mode",
            {False: text("initialisations"), True: "σ_w"},
            scaled,
            ("sigma_w", "0.5..3..0.5"),
        )
        if scaled:
            _field(reading, "sigma_w", "σ_w", text("Normal weights with a standard deviation of σ_w / √fan_in."), 260)
        else:
            said = text("Choose, or type one with its number: normal:0.05.")
            _several(reading, "weights", text("Initialisations"), tuple(SCHEMES), said, 600)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        biased = "sigma_b" in reading.said
        _mode(
            text("Biases"),
            "sweep_biases_mode",
            {False: text("initialisations"), True: "σ_b"},
            biased,
            ("sigma_b", "0/0.1"),
        )
        if biased:
            _field(reading, "sigma_b", "σ_b", text("Normal biases with this standard deviation."), 150)
        else:
            said = text("Choose, or type one with its number: constant:0.1.")
            _several(reading, "biases", text("Initialisations of the biases"), BIAS_SCHEMES, said, 240)
        _field(reading, "seeds", text("Seeds"), text("As many networks of each kind, with the seeds 0, 1, 2, …"), 110)


def _training(reading: Reading, text: Text) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        asked = reading.said.get("epochs", "0")
        epochs = int(asked) if asked.isdecimal() and len(asked) < 4 else 0
        st.select_slider(
            text("Epochs of training"),
            tuple(sorted({*EPOCHS, epochs})),
            controls.sync("sweep_epochs", epochs),
            key="sweep_epochs",
            on_change=_say,
            args=("epochs", "sweep_epochs"),
            width=200,
            help=text(
                "0: the networks are measured as they start. Else each is also trained, on the digits' training part."
            ),
        )
        if not epochs:
            return
        training = reading.sweep.training
        chosen = training.optimizer if training else "adam"
        st.selectbox(
            text("Optimiser"),
            tuple(OPTIMIZERS),
            tuple(OPTIMIZERS).index(controls.sync("sweep_optimizer", chosen)),
            key="sweep_optimizer",
            format_func=training_words.optimizer,
            on_change=_say,
            args=("optimizer", "sweep_optimizer"),
            width=150,
        )
        _field(reading, "rate", text("Learning rate"), "", 130)
        _field(reading, "threshold", text("Threshold"), text("The held-out accuracy to which steps are counted."), 130)


def _mode(label: str, key: str, options: Mapping[bool, str], chosen: bool, other: tuple[str, str]) -> None:
    name, suggested = other

    @guard.callback
    def choose() -> None:
        _write(name, suggested if st.session_state[key] else "")

    st.segmented_control(
        label,
        (False, True),
        default=controls.sync(key, chosen),
        key=key,
        format_func=options.__getitem__,
        required=True,
        on_change=choose,
    )


def _field(reading: Reading, name: str, label: str, about: str, width: int) -> None:
    key = f"sweep_field_{name}"
    written = reading.part(name).replace("/", ", ")
    st.text_input(
        label,
        controls.sync(key, written),
        key=key,
        on_change=_say,
        args=(name, key),
        help=about or None,
        width=width,
        autocomplete="off",
    )


def _several(reading: Reading, name: str, label: str, options: tuple[str, ...], about: str, width: int) -> None:
    key = f"sweep_several_{name}"
    chosen = [word for word in reading.part(name).split("/") if word]
    st.multiselect(
        label,
        tuple(dict.fromkeys((*chosen, *options))),
        controls.sync(key, chosen),
        key=key,
        on_change=_say,
        args=(name, key),
        help=about or None,
        accept_new_options=bool(about),
        width=width,
    )


@guard.callback
def _say(name: str, key: str) -> None:
    given = st.session_state[key]
    _write(name, "/".join(given) if isinstance(given, list) else "" if given == 0 else str(given))


def _write(name: str, written: str) -> None:
    st.session_state[address.GRID] = link.changed(address.texts().get(address.GRID, ""), name, written)


def _start(reading: Reading, *, blocked: bool, text: Text) -> None:
    if problem := sweep.refused():
        st.warning(page.plain(text.problem(problem)), icon=":material/block:")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            text("Start the sweep"),
            key="sweep_start",
            type="primary",
            icon=":material/play_arrow:",
            disabled=blocked,
            on_click=_begin,
            args=(reading.sweep,),
        )
        if reading.said:
            st.button(
                text("As the network of the sidebar"), key="sweep_reset", icon=":material/restart_alt:", on_click=_reset
            )
        if not blocked:
            _size(reading.sweep, text)


def _size(asked: Sweep, text: Text) -> None:
    """How many networks, and how long they take, once that is known; or why it cannot be."""
    open_still = _is_open(_estimate(asked))
    guard.fragment(_count, run_every=EVERY if open_still else None)(asked, open_still, text)


def _count(asked: Sweep, open_still: bool, text: Text) -> None:
    known = _estimate(asked)
    if open_still and not _is_open(known):
        st.rerun()
    if known.problem is not None:
        why = words.away(text) if known.away else page.plain(text.problem(known.problem))
        st.markdown(f"{words.count(known.networks, text)} {why}")
        return
    st.markdown(words.estimate(known.networks, known.seconds, known.workers, text))


def _estimate(asked: Sweep) -> Estimate:
    """The estimate; one that failed is kept, for asked again it would be tried again, and again."""
    kept: tuple[Sweep, Estimate] | None = st.session_state.get(_UNKNOWN)
    if kept is not None and kept[0] == asked:
        return kept[1]
    known = sweep.estimate(asked)
    if known.problem is not None:
        st.session_state[_UNKNOWN] = asked, known
    return known


def _is_open(known: Estimate) -> bool:
    return known.seconds is None and known.problem is None


@guard.callback
def _begin(asked: Sweep) -> None:
    if sweep.begin(asked):
        st.session_state[_OPEN] = False  # what comes in is looked at now


@guard.callback
def _reset() -> None:
    st.session_state[address.GRID] = ""


def tries(text: Text) -> list[tuple[str, Callable[..., None], tuple[object, ...]]]:
    """Grids worth one click; each is filled in, to be looked at and started."""
    return [(label, _try, (written,)) for label, written in words.tries(text)]


def _try(written: str) -> None:
    st.session_state[address.GRID] = written
    st.session_state[_OPEN] = True
