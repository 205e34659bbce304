"""The Train page's widgets, and what keeps a visitor's training going while other pages are looked at.

The training itself runs in a process of its own (`netlib.training.fleet`); the pages only look and command.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import streamlit as st

from netlib.ui import address, exhibit, guard, page
from netlib import comparison
from netlib.digits import known
from netlib.draft import from_setup
from netlib.files.load import Weights
from netlib.i18n import N_, Text
from netlib.problem import Problem
from netlib.trace import Array
from netlib.training.fleet import Fleet
from netlib.training.material import HELD_OUT
from netlib.training.ring import Weights as TrainedWeights
from netlib.training.snapshot import GONE, Look, Snapshot
from netlib.training.spec import EPOCHS, OPTIMIZERS, Command, TrainSpec
from netlib.ui.components.tab_memory import tab_memory
from netlib.views import Picture
from netlib.views import training as views
from netlib.words import training as words

if TYPE_CHECKING:
    from netlib.ui.shell import View

EVERY = 0.4
"""Seconds between two looks of the page at a training under way."""

BEAT = 15.0
"""Seconds between two looks from the other pages, which only keep it going."""

RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.02, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
BATCHES = (1, 4, 16, 32, 64, 128, 256, 512, 1024)
DECAYS = (0.0, 0.00001, 0.0001, 0.001, 0.01, 0.1)
DROPOUTS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7)
TARGETS = (1, 2, 3, 5, EPOCHS, 20, 50)

_RUN = "training_run"
_FORGET = "training_forget"
_PROBLEM = "training_problem"
_STEP = "training_step"
_UNITS = "training_units"
UNITS = 10
_CHANGING = ("waiting", "running")

_fleet = Fleet()


def run() -> str | None:
    """The id of this visitor's training; it is in no link."""
    return cast("str | None", st.session_state.get(_RUN))


def look() -> Look:
    """This visitor's training as it is now; a look keeps it going."""
    name = run()
    return _fleet.look(name) if name else GONE


def spec() -> TrainSpec | None:
    """What this visitor's training is; None where there is none."""
    name = run()
    return _fleet.spec(name) if name else None


def moment(name: str, step: int) -> tuple[TrainSpec, TrainedWeights]:
    """What a training is, and its weights after a step; raises `Problem` where they are not kept."""
    weights, kind = _fleet.checkpoint(name, step), _fleet.spec(name)
    if kind is None:
        raise Problem(N_("The training is gone."))
    return kind, weights


def memory() -> None:
    """For every page: the tab keeps the training's id over a reload, and from everywhere the training is kept going."""
    name = run()
    tab_memory(name, forget=st.session_state.pop(_FORGET, False), on_found=_found)
    if name:
        guard.fragment(_beat, run_every=BEAT)()


def _beat() -> None:
    look()


def _found(name: str) -> None:
    st.session_state[_RUN] = name


def settings(view: "View") -> TrainSpec:
    """The optimiser and its numbers, as the next training would have them; two of them also change one under way."""
    text = view.text
    st.session_state.setdefault("train_optimizer", "adam")
    decay, dropout = (st.session_state.get(key, 0.0) for key in ("train_decay", "train_dropout"))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        optimizer = page.choice(
            text("Optimiser"), {name: words.optimizer(name) for name in OPTIMIZERS}, key="train_optimizer"
        )
        rate = _slide(
            text("Learning rate"),
            RATES,
            OPTIMIZERS[optimizer].learning_rate,
            f"train_rate_{optimizer}",  # each optimiser has a rate of its own
            text,
            change="learning_rate",
        )
        batch_size = int(_slide(text("Batch size"), BATCHES, 64, "train_batch", text, change="batch_size"))
        st.select_slider(text("Epochs"), TARGETS, value=5, key="train_epochs", persist_state="session", width=140)
    return TrainSpec(
        network=view.setup.network,
        optimizer=optimizer,
        learning_rate=rate,
        batch_size=batch_size,
        weight_decay=decay,
        dropout=dropout,
        seed=view.setup.network.seed,
        source=view.batch.spec.source,
    )


def _more(chosen: TrainSpec, text: Text) -> None:
    with st.popover(text("More"), icon=":material/tune:"):
        _slide(text("Weight decay"), DECAYS, 0.0, "train_decay", text)
        _slide(text("Dropout"), DROPOUTS, 0.0, "train_dropout", text)
        st.caption(text("These two and the optimiser are those of a training from its start to its end."))
        st.markdown(words.rule(chosen, text))


def _slide(label: str, options: tuple[float, ...], default: float, key: str, text: Text, *, change: str = "") -> float:
    def changed() -> None:
        name = run()
        if name and change:
            _fleet.command(name, Command(change, st.session_state[key]))

    chosen: float = st.select_slider(
        label,
        options,
        value=default,
        key=key,
        format_func=lambda value: words.setting(value, text),
        on_change=guard.callback(changed),
        persist_state="session",
        width=160,
    )
    return chosen


def buttons(view: "View", chosen: TrainSpec, now: Look) -> None:
    """Start, pause, one step, one epoch, reset; and a new training where the settings have become others."""
    text = view.text
    other = now.here and not _same(spec(), chosen)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if now.state in _CHANGING:
            _button(text("Pause"), "pause", "pause", primary=True)
        elif now.here and now.state != "diverged":
            _button(text("Go on"), "start", "play_arrow", primary=not other, begin=(view, chosen))
        elif not now.here:
            _button(text("Start training"), "start", "play_arrow", primary=True, begin=(view, chosen))
        still = now.state not in (*_CHANGING, "diverged")
        _button(text("One step"), "step", "skip_next", disabled=not still, begin=(view, chosen))
        _button(text("One epoch"), "epoch", "fast_forward", disabled=not still, begin=(view, chosen))
        _button(text("Reset"), "reset", "restart_alt", disabled=not now.here)
        if other:
            _button(text("Train anew"), "anew", "autorenew", primary=True, begin=(view, chosen))
        _more(chosen, text)
    with st.container():  # what comes and goes has a place of its own: the charts below keep theirs
        if other:
            st.caption(words.other_settings(text))
        if problem := st.session_state.pop(_PROBLEM, None):
            st.warning(page.plain(text.problem(problem)), icon=":material/block:")


def _same(one: TrainSpec | None, other: TrainSpec) -> bool:
    """Whether they are one training but for what may change under way."""
    return one is not None and replace(one, learning_rate=other.rate, batch_size=other.batch_size) == other


def _button(
    label: str,
    action: str,
    icon: str,
    *,
    primary: bool = False,
    disabled: bool = False,
    begin: tuple["View", TrainSpec] | None = None,
) -> None:
    st.button(
        label,
        key=f"train_{action}",
        icon=f":material/{icon}:",
        type="primary" if primary else "secondary",
        disabled=disabled,
        on_click=guard.callback(_do),
        args=(action, begin),
    )


def _do(action: str, begin: tuple["View", TrainSpec] | None) -> None:
    name = run()
    try:
        if begin is not None and (action == "anew" or name is None or not _fleet.look(name).here):
            name = _begin(*begin)
            action = "start" if action == "anew" else action
        if name is not None:
            target = st.session_state.get("train_epochs", EPOCHS) if action == "start" else None
            done = _fleet.look(name).epoch
            _fleet.command(name, Command(action, target if target is None or target > done else None))
    except Problem as problem:
        st.session_state[_PROBLEM] = problem.with_traceback(None)
    if action in ("reset", "start") and exhibit.step() is not None:
        exhibit.let_go()


def _begin(view: "View", chosen: TrainSpec) -> str:
    """A new training in the place of this visitor's old one; of weights of one's own where such are shown."""
    if old := run():
        _fleet.leave(old)
    start = exhibit.layers_of(view.trace) if view.other_weights and not view.trained else None
    name = _fleet.begin(chosen, start)
    st.session_state[_RUN] = name
    if view.trained:  # a step of the old training would be taken for one of the new
        exhibit.let_go()
    if start is not None and view.own == "touched":  # they are in its start now: no moment of it is touched once more
        st.session_state[address.TOUCH] = ""
    return name


def data(view: "View") -> str:
    """Which digits are trained on, and on which the accuracies are measured."""
    source = view.batch.spec.source
    files = known.FULL if source == "full" else known.BUNDLED
    trained_on, held_of = (files.split(part).images.count for part in ("train", "test"))
    return words.data(source, trained_on, min(held_of, HELD_OUT), held_of, view.text)


def says(now: Look, text: Text) -> None:
    """Why a training has ended by itself, where it has."""
    place = st.container()
    if now.state == "diverged" and now.problem is not None:
        problem = text.problem(now.problem)
        place.warning(page.plain(f"{problem} {words.after_divergence(text)}"), icon=":material/trending_up:")
    if run() is not None and not now.here:
        problem = text.problem(now.problem) if now.problem else words.gone(text)
        place.info(page.plain(problem), icon=":material/history:")
        st.session_state.pop(_RUN)
        st.session_state[_FORGET] = True


def live(view: "View", begun: Look) -> None:
    """All that moves while it trains, drawn again several times a second without the rest of the page."""
    changing = begun.state in _CHANGING
    guard.fragment(_live, run_every=EVERY if changing else None)(view, changing)


def _live(view: "View", changing: bool) -> None:
    text, now, kind = view.text, look(), spec()
    if changing and now.state not in _CHANGING:
        st.rerun()  # of the whole page: its buttons are others now
    shown = now.snapshot
    if shown is None or kind is None:
        if now.state == "waiting":
            st.caption(words.state(now, text))
        units = view.trace.layers[0].weight[:UNITS].reshape(-1, 28, 28)
        page.row(*views.units(units, units, text))
        return
    st.markdown(words.answer(now.step, now.epoch, shown.training_accuracy, shown.held_out_accuracy, text))
    st.progress(min(now.epoch / max(now.target, 1), 1.0), text=words.state(now, text))
    page.row(views.course(now, exhibit.step(), text))
    page.tiles(views.tiles(now, kind.source, text))
    page.tabs(
        "train_live",
        [
            (text("First units"), lambda: views.units(_at_the_start(shown), shown.pictures, text)),
            (text("Since the start"), lambda: views.changed(shown, view.layer, text)),
            (text("Gradients and updates"), lambda: views.gradients(now, text)),
            (text("Dead units"), lambda: _dead(now, text)),
        ],
    )


def _dead(now: Look, text: Text) -> Sequence[Picture]:
    pictures = views.dead(now, text)
    if not pictures:
        st.markdown(words.no_rectifiers(text))
    return pictures


def _at_the_start(shown: Snapshot) -> Array:
    """The first layer's first units at step 0; asked for once a training."""
    name = run()
    kept: tuple[str, Array] | None = st.session_state.get(_UNITS)
    if name is None or (kept is not None and kept[0] == name):
        return shown.pictures if kept is None else kept[1]
    try:
        pictures = _fleet.checkpoint(name, 0)[0][0][:UNITS].reshape(-1, 28, 28)
    except Problem:  # it has just ended
        return shown.pictures
    st.session_state[_UNITS] = name, pictures
    return pictures


def time_machine(view: "View", now: Look) -> None:
    """A slider through the checkpoints: the one chosen is what every other page shows."""
    name = run()
    with st.container():
        if name is not None and now.here and len(now.checkpoints) > 1:
            _moments(name, view, now)


def _moments(name: str, view: "View", now: Look) -> None:
    text = view.text
    shown = exhibit.step()
    st.markdown("**" + text("Which moment do the other pages show?") + "**")
    if now.state in _CHANGING:
        st.caption(text("Pause to go through the moments that were kept."))
        return
    key = f"{_STEP}_{len(now.checkpoints)}_{now.step}"
    st.select_slider(
        text("Step"),
        now.checkpoints,
        value=shown if shown in now.checkpoints else now.checkpoints[-1],
        key=key,
        on_change=guard.callback(_travel),
        args=(name, key),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words.travel(shown, len(now.checkpoints), text))
        if shown is not None:
            same = address.parameters(view.setup, text, view.layer) | {
                address.COMPARE: comparison.write(from_setup(view.setup))
            }
            st.page_link(
                "pages/compare.py",
                label=text("Compare step 0 with step {step}", step=shown),
                icon=":material/compare_arrows:",
                query_params=same,
            )


def _travel(name: str, key: str) -> None:
    step = int(st.session_state[key])
    try:
        layers = _fleet.checkpoint(name, step)
    except Problem as problem:
        st.session_state[_PROBLEM] = problem.with_traceback(None)
        return
    names = (*(f"fc{index + 1}" for index in range(len(layers) - 1)), "output")
    exhibit.hold(Weights("", names, layers), None, step)
