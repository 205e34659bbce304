"""Every widget of the Setup, defined once: the sidebar, the same on all pages."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import streamlit as st

from netlib.ui import address, guard
from netlib import digits
from netlib.activations import ACTIVATIONS
from netlib.bounds import CLASSES, INPUTS, MAX_BATCH, MAX_LAYERS, MAX_UNITS, SOURCES, SPLITS
from netlib.draft import Draft, HiddenLayer, changed
from netlib.i18n import LANGUAGES, N_, Text
from netlib.initializers import BIAS_SCHEMES, SCHEMES
from netlib.presets import PRESETS, chosen, matching
from netlib.problem import Problem
from netlib.spec import Init, Setup
from netlib.ui.components.layer_strip import layer_strip

_LANGUAGE_NAMES = {"en": "English", "ru": "Русский"}
T = TypeVar("T")

_ONLY = "only_this_layer"
_WORDS = {
    "bundled": N_("bundled 5,000"),
    "full": N_("full 70,000"),
    "train": N_("train"),
    "test": N_("test"),
}


def sync(key: str, value: T) -> T:
    """Sets a helper to a value before it is drawn; returns it to be the widget's default."""
    # Written only where it differs: a value set from here jumps back over key presses that are still under way. It is
    # returned to be the widget's default as well: a browser that sees the widget for the first time, or with other
    # bounds, starts from the default and not from what was set in a run that it has missed.
    if st.session_state.get(key, sync) != value:
        st.session_state[key] = value
    return value


@guard.callback
def _edit(key: str, choice: Callable[[Draft, Any], Draft]) -> None:
    chosen = st.session_state[key]
    address.edit(lambda draft: choice(draft, chosen))


def language(text: Text) -> None:
    """The switch between the two languages."""
    chosen = sync("language", text.language)

    @guard.callback
    def switch() -> None:
        st.session_state[address.LANGUAGE] = st.session_state["language"] or text.language

    st.segmented_control(
        text("Language"),
        LANGUAGES,
        default=chosen,
        key="language",
        format_func=_LANGUAGE_NAMES.__getitem__,
        on_change=switch,
        label_visibility="collapsed",
        required=True,
        width="stretch",
    )


def network(draft: Draft, setup: Setup | None, layer: str, text: Text) -> None:
    """Presets, hidden layers, activation, initialisation and seed."""
    st.subheader(text("Network"), anchor=False)
    _presets(setup, text)
    address.field(
        "hidden",
        text("Hidden sizes"),
        help=text("Units of each hidden layer, such as 128-64; none for no hidden layer."),
    )
    st.slider(
        text("Hidden layers"),
        0,
        MAX_LAYERS,
        sync("layers", len(draft.hidden)),
        key="layers",
        on_change=guard.callback(lambda: address.resize(st.session_state["layers"])),
    )
    only = _scope(draft, layer, text)
    shown = draft.layer(only or (layer if layer in draft.names else "output"))
    hidden = shown if isinstance(shown, HiddenLayer) else None
    if hidden is None and only is None and draft.hidden:
        hidden = draft.hidden[-1]
    if hidden is not None:
        _units(hidden, only, text)
        _activation(hidden, only, text)
    _init("weight_init", text("Weights"), shown.weight_init, tuple(SCHEMES), only, text)
    spec = next((item for item in setup.network.layers if item.name == layer), None) if setup else None
    if spec is not None:
        _implied(spec.name, spec.weight_init, spec.weight_distribution.std, text)
    _init("bias_init", text("Biases"), shown.bias_init, BIAS_SCHEMES, only, text)
    if spec is not None:
        _implied(spec.name, spec.bias_init, spec.bias_distribution.std, text)
    _seed("seed", text("Seed of the weights"), text)


def batch(draft: Draft, text: Text) -> None:
    """Which digits, how many, and the image looked at."""
    st.subheader(text("Digits"), anchor=False)
    locked = draft.batch.source == "bundled" and not digits.full_available()  # a link to the full set can be left
    _choice("source", text("Set"), SOURCES, draft.batch.source, text, disabled=locked)
    _choice("split", text("Split"), SPLITS, draft.batch.split, text)
    _batch_slider("size", text("Batch size"), 1, MAX_BATCH, draft.batch.size)
    if draft.batch.size > 1:
        _batch_slider("image", text("Image looked at"), 0, draft.batch.size - 1, draft.batch.image)
    _seed("batch_seed", text("Seed of the batch"), text)
    _digits(draft, text)


def link(setup: Setup | None, layer: str, text: Text) -> None:
    """The link that shows exactly this to anybody, and every field of it as text."""
    st.subheader(text("Share"), anchor=False)
    if setup is not None:
        with st.popover(text("Copy link"), icon=":material/link:", width="stretch"):
            st.caption(text("This link opens the same network and the same digits anywhere."))
            st.code(address.link(setup, text, layer), language=None, wrap_lines=True)
    with st.expander(text("The link, field by field")):
        st.caption(text("Lists have one value a layer, such as relu-tanh; the last one stands for all that follow."))
        for name, label in (
            ("activation", text("Activation")),
            ("weights", text("Weights")),
            ("biases", text("Biases")),
            ("source", text("Set")),
            ("split", text("Split")),
            ("size", text("Batch size")),
            ("digits", text("Digits")),
            ("image", text("Image looked at")),
        ):
            address.field(name, f"{label} (`{name}`)")
        address.field(address.LAYER, text("Layer looked at") + " (`layer`)", default="")
        address.field(address.CHAPTER, text("Chapter of the lesson") + " (`chapter`)", default="")
        address.field(address.GUIDED, text("Guided lesson") + " (`guided`)", default="")
        address.field(address.COMPARE, text("B of the comparison") + " (`b`)", default="")
        address.field(address.UNIT, text("Unit looked at") + " (`unit`)", default="")
        address.field(address.TOUCH, text("What is touched") + " (`touch`)", default="")
        address.field(address.GRID, text("Grid of the sweep") + " (`grid`)", default="")
        address.field(address.LANGUAGE, text("Language") + " (`lang`)", default="")


def layers(draft: Draft, layer: str, text: Text) -> None:
    """The layer strip: the network as a row of chips; choosing one chooses the layer looked at."""
    details = [f"{hidden.units} {hidden.activation}" for hidden in draft.hidden]
    layer_strip(
        list(zip(draft.names, [*details, f"{CLASSES} softmax"], strict=True)),
        layer,
        label=text("Layer looked at"),
        start=str(INPUTS),
        on_choose=guard.callback(address.choose_layer),
    )


@guard.callback
def use(draft: Draft) -> None:
    """For buttons: makes this draft the state."""
    address.write(address.reading().draft, draft)


@guard.callback
def look_at(image: int) -> None:
    """For callbacks: makes this image of the batch the one looked at."""
    st.session_state["image"] = str(image)


def _presets(setup: Setup | None, text: Text) -> None:
    known = matching(setup.network) if setup else None
    shown = sync("preset", known.name if known else None)

    @guard.callback
    def choose() -> None:
        name = st.session_state["preset"]
        if name:
            address.edit(lambda draft: chosen(name, draft))

    st.selectbox(
        text("Preset"),
        tuple(PRESETS),
        index=None if shown is None else tuple(PRESETS).index(shown),
        key="preset",
        format_func=lambda name: text(PRESETS[name].title),
        on_change=choose,
        placeholder=text("your own network"),
        help="\n\n".join(f"**{text(p.title)}** {text(p.summary)}" for p in PRESETS.values()),
    )


def _scope(draft: Draft, layer: str, text: Text) -> str | None:
    if not draft.hidden:
        return None
    labels = {False: text("all layers"), True: text("only {layer}", layer=layer)}
    st.session_state.setdefault(_ONLY, False)
    only = st.segmented_control(
        text("Change"),
        (False, True),
        key=_ONLY,
        format_func=labels.__getitem__,
        required=True,
        persist_state="session",
        width="stretch",
        help=text("Choose another layer in the strip above the picture."),
    )
    return layer if only else None


def _units(shown: HiddenLayer, only: str | None, text: Text) -> None:
    st.slider(
        text("Units"),
        1,
        MAX_UNITS,
        sync("units", shown.units),
        key="units",
        on_change=_edit,
        args=("units", lambda draft, units: changed(draft, only, units=units)),
    )


def _activation(shown: HiddenLayer, only: str | None, text: Text) -> None:
    st.selectbox(
        text("Activation"),
        tuple(ACTIVATIONS),
        tuple(ACTIVATIONS).index(sync("activation_choice", shown.activation)),
        key="activation_choice",
        on_change=_edit,
        args=("activation_choice", lambda draft, name: changed(draft, only, activation=name)),
        help=text(ACTIVATIONS[shown.activation].summary),
    )


def _init(part: str, label: str, shown: Init, schemes: tuple[str, ...], only: str | None, text: Text) -> None:
    key = f"{part}_choice"
    scheme = SCHEMES[shown.scheme]
    number = scheme.number
    columns = st.columns([3, 2] if number else 1, vertical_alignment="bottom")
    with columns[0]:
        st.selectbox(
            label,
            schemes,
            schemes.index(sync(key, shown.scheme)),
            key=key,
            on_change=_edit,
            args=(key, lambda draft, name: changed(draft, only, **{part: Init(name)})),
            help=text(scheme.summary),
        )
    if number is None:
        return
    number_key = f"{part}_number"

    def choose(draft: Draft, value: float | None) -> Draft:
        return draft if value is None else changed(draft, only, **{part: shown.with_number(value)})

    with columns[1]:
        st.number_input(
            number.name,
            min_value=number.low,
            max_value=number.high,
            value=sync(number_key, shown.number),
            step=0.01,
            format="%.4g",
            key=number_key,
            on_change=_edit,
            args=(number_key, choose),
        )


def _implied(layer: str, init: Init, std: float, text: Text) -> None:
    scheme = SCHEMES[init.scheme]
    implied = text("{layer}: implied std {std}", layer=layer, std=std)
    st.caption(f"{text(scheme.summary)} ${scheme.formula}$. {implied}")


def _seed(name: str, label: str, text: Text) -> None:
    columns = st.columns([4, 1], vertical_alignment="bottom")
    with columns[0]:
        address.field(name, label)
    with columns[1]:
        st.button(
            text("Roll the dice: {label}", label=label),
            icon=":material/casino:",
            key=f"dice_{name}",
            on_click=guard.callback(lambda: st.session_state.update({name: str(secrets.randbelow(10_000))})),
            width="stretch",
        )


def _choice(
    name: str, label: str, options: tuple[str, ...], chosen: str, text: Text, *, disabled: bool = False
) -> None:
    key = f"{name}_choice"
    st.segmented_control(
        label,
        options,
        default=sync(key, chosen),
        key=key,
        format_func=lambda word: text(_WORDS[word]),
        on_change=guard.callback(lambda: st.session_state.update({name: st.session_state[key]})),
        required=True,
        disabled=disabled,
        width="stretch",
        help=text("The full set is fetched on the Batch page.") if disabled else None,
    )


def _batch_slider(name: str, label: str, low: int, high: int, chosen: int) -> None:
    key = f"{name}_choice"

    def choose(draft: Draft, value: int) -> Draft:
        batch = draft.batch
        size = value if name == "size" else batch.size
        image = value if name == "image" else min(batch.image, size - 1)
        return replace(draft, batch=replace(batch, size=size, image=image))

    st.slider(label, low, high, sync(key, chosen), key=key, on_change=_edit, args=(key, choose))


def _digits(draft: Draft, text: Text) -> None:

    def choose(draft: Draft, chosen: list[int]) -> Draft:
        try:
            return replace(draft, batch=replace(draft.batch, digits=tuple(chosen) or None))
        except Problem:
            return draft

    st.pills(
        text("Only these digits"),
        range(10),
        selection_mode="multi",
        default=sync("digits_choice", list(draft.batch.digits or range(10))),
        key="digits_choice",
        on_change=_edit,
        args=("digits_choice", choose),
    )
