"""One unit on Home, chosen in the drawing or by keyboard; and what is touched: controls, banner, undo."""

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from netlib.ui import address, cached, controls, guard, page
from netlib import touch
from netlib.figures.home import node_units
from netlib.files import save
from netlib.i18n import Text
from netlib.problem import Problem
from netlib.stats import neuron as stats
from netlib.touch import Touch
from netlib.ui.components.chart import Point
from netlib.ui.components.chart_taps import chart_taps
from netlib.ui.exhibit import layers_of
from netlib.views import home
from netlib.views import neuron as views
from netlib.words import neuron as words

if TYPE_CHECKING:
    from netlib.ui.shell import View

_DRAWING = "network"
_UNIT = "unit_choice"
_HISTORY = "touch_history"
_REFUSED = "touch_refused"
_KEPT = 50
_IMAGE_WIDTH = 64

# What a slider offers: key, kind, ends, step. It reaches further where a link says more.
_SCALE = (-2.0, 3.0, 0.1)
_SHIFT = (-2.0, 2.0, 0.05)
_NOISE = (0.0, 2.0, 0.05)
_PRUNE = (0.0, 1.0, 0.01)
_TEMPERATURE = (0.1, 5.0, 0.1)


def chosen(view: "View") -> tuple[str, int] | None:
    """The layer and index of the unit looked into, if any."""
    said = address.texts().get(address.UNIT, "")
    try:
        return touch.read_unit(said, view.setup.network) if said else None
    except Problem:  # the shell's note says why
        return None


def pictures(view: "View") -> None:
    """Home's three pictures; a circle of the drawing is a unit to look into."""
    unit = chosen(view)
    touched = view.exhibit is not None and bool(view.exhibit.touches)
    shown = home.pictures(
        view.trace, view.image, view.layer, view.text, chosen=unit, untouched=view.untouched if touched else None
    )
    chart_taps()
    page.row(*shown, widths=(2, 5, 3), choose={_DRAWING: partial(_choose_circle, view, unit)})


def section(view: "View") -> None:
    """The unit looked into, and what can be touched; where none is chosen, the button that chooses one."""
    unit = chosen(view)
    if unit is None:
        _offer(view)
        return
    layer, index = unit
    text = view.text
    neuron = stats.look_into(view.trace, layer, index, view.image)
    found = stats.response(view.trace, layer, index)
    with st.container(border=True, key="unit_panel", gap="small"):
        _heading(view, layer, index)
        st.markdown(words.answer(neuron, found, int(view.trace.labels[view.image]), text))
        page.tabs(
            "unit_details",
            [
                (text("What it adds up"), partial(_sum, view, neuron)),
                (text("What it feeds, what excites it"), partial(_response, view, neuron, found)),
                (text("Touch it"), partial(_touch, view, layer, index)),
            ],
        )


def banner(touches: tuple[Touch, ...], text: Text) -> None:
    """What is touched, and the way back."""
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="touch_banner"):
        said = text("Touched: {touches}.", touches=page.plain(words.all_touched(touches, text)))
        st.markdown(f":material/touch_app: {said}", width="stretch")
        st.button(text("Undo"), key="touch_undo", on_click=guard.callback(_undo))
        if len(touches) > 1:
            st.button(text("Undo all"), key="touch_undo_all", on_click=guard.callback(partial(_say, "")))


def _offer(view: "View") -> None:
    text = view.text

    @guard.callback
    def strongest() -> None:
        _look_into(view.layer, stats.strongest(view.trace, view.layer, view.image))

    with st.container(horizontal=True, vertical_alignment="center", key="unit_offer"):
        st.markdown(text("Choose a circle of the drawing to look into that unit, or take the strongest of the layer."))
        st.button(
            text("Look into a unit of {layer}", layer=view.layer),
            key="unit_open",
            icon=":material/search:",
            on_click=strongest,
        )


def _heading(view: "View", layer: str, index: int) -> None:
    text = view.text
    last = view.trace.layer(layer).bias.size - 1

    @guard.callback
    def choose() -> None:
        _look_into(layer, int(st.session_state[_UNIT]))

    @guard.callback
    def strongest() -> None:
        _look_into(layer, stats.strongest(view.trace, layer, view.image))

    name, slider, most, close = st.columns([3, 5, 3, 2], vertical_alignment="bottom")
    name.header(text("One unit: {name}", name=words.name(layer, index)), anchor=False)
    if last:
        with slider:
            st.slider(
                text("Unit of {layer}", layer=layer),
                0,
                last,
                controls.sync(_UNIT, index),
                key=_UNIT,
                on_change=choose,
                help=text("The chips above the picture choose the layer."),
            )
        most.button(text("Strongest here"), key="unit_strongest", on_click=strongest, width="stretch")
    close.button(
        text("Close"), key="unit_close", icon=":material/close:", on_click=guard.callback(_close), width="stretch"
    )


def _sum(view: "View", neuron: stats.Neuron) -> None:
    text = view.text
    left, right = st.columns(2)
    with left:
        shown = views.weights(view.trace, neuron, text)
        page.picture(shown.question, shown.figure, shown.alt, key=shown.key, note=shown.note)
    with right, st.container(gap="xsmall", key="unit_sum"):
        question = text("What does it add up for this image?")
        st.markdown(f"**{question}**")
        st.markdown(words.sum_table(neuron, stats.weighted_sum(neuron), text))
        st.caption(words.sum_note(neuron, text))


def _response(view: "View", neuron: stats.Neuron, found: stats.Response) -> None:
    text = view.text
    page.row(views.feeds(view.trace, neuron, view.image, text), views.answers(found, neuron, view.image, text))
    images = stats.exciting(view.trace, neuron.layer, neuron.unit)
    question = text("Which images of the batch excite it most?")
    st.markdown(f"**{question}**")
    with st.container(horizontal=True, gap="small"):
        for image in map(int, images):
            st.image(
                view.batch.pixels[image],
                caption=text.number(float(found.answers[image])),
                alt=text("Image {image} of the batch, a handwritten {label}.", image=image, label=found.labels[image]),
                width=_IMAGE_WIDTH,
            )


def _touch(view: "View", layer: str, index: int) -> None:
    text = view.text
    touches = view.exhibit.touches if view.exhibit else ()
    scale = text("its logit ×") if layer == view.trace.layers[-1].name else text("what it gives away ×")
    unit, whole_layer, network = st.columns(3, gap="medium")
    with unit:
        st.markdown(text("**This unit**, {name}", name=words.name(layer, index)))
        _off(touches, layer, index, text)
        _slider(touches, scale, "scale", _SCALE, layer, index)
        _slider(touches, text("its bias +"), "shift", _SHIFT, layer, index)
    with whole_layer:
        st.markdown(text("**Its whole layer**, {layer}", layer=layer))
        _off(touches, layer, None, text)
        _slider(touches, scale, "scale", _SCALE, layer)
    with network:
        st.markdown(text("**The whole network**"))
        _slider(touches, text("noise on the weights, in std of each layer"), "noise", _NOISE)
        _slider(touches, text("share of the smallest weights set to 0"), "prune", _PRUNE)
        _slider(touches, text("softmax temperature"), "temperature", _TEMPERATURE)
    if refused := st.session_state.pop(_REFUSED, None):
        st.warning(page.plain(text.problem(refused)), icon=":material/block:")
    _effect(view, text)


def _effect(view: "View", text: Text) -> None:
    """Before and after, on the image looked at, the batch and the held-out digits."""
    traces = view.untouched, view.trace
    network, image = view.setup.network, view.image
    held = cached.held_out(network, layers_of(traces[0])), cached.held_out(network, layers_of(traces[1]))
    batch = tuple(stats.score(trace.logits, trace.labels) for trace in traces)
    answers = [(int(trace.logits[image].argmax()), float(trace.probabilities[image].max())) for trace in traces]
    if traces[0] is not traces[1]:
        st.markdown(words.effect(answers[0], answers[1], held, text))
    with st.container(key="touch_tiles"):
        page.tiles(views.effect(traces, (batch[0], batch[1]), held, image, text))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(words.held_out(text), width="stretch")
        st.download_button(
            text("Weights as they are now"),
            lambda: save.safetensors_file(view.trace),
            file_name="layerscope-touched.safetensors",
            mime="application/octet-stream",
            icon=":material/download:",
            key="take_touched",
            on_click="ignore",
            help=text("For more touches than a link holds: the Code page opens the file again, to be touched further."),
        )


def _off(touches: tuple[Touch, ...], layer: str, index: int | None, text: Text) -> None:
    key = f"touch_off_{'layer' if index is None else 'unit'}"
    now = touch.amount(touches, "scale", layer, index)

    @guard.callback
    def switch() -> None:
        _turn(touches, Touch("scale", 0.0 if st.session_state[key] else 1.0, layer, index))

    st.toggle(text("switched off"), controls.sync(key, now == 0), key=key, on_change=switch)


def _slider(
    touches: tuple[Touch, ...],
    label: str,
    kind: str,
    ends: tuple[float, float, float],
    layer: str = "",
    index: int | None = None,
) -> None:
    low, high, step = ends
    where = "network" if not layer else "layer" if index is None else "unit"
    key = f"touch_{kind}_{where}"
    now = touch.amount(touches, kind, layer, index)

    @guard.callback
    def turn() -> None:
        _turn(touches, Touch(kind, float(st.session_state[key]), layer, index))

    st.slider(label, min(low, now), max(high, now), controls.sync(key, now), step, key=key, on_change=turn)


def _turn(touches: tuple[Touch, ...], changed: Touch) -> None:
    try:
        _say(touch.write(touch.with_touch(touches, changed)))
    except Problem as problem:
        st.session_state[_REFUSED] = problem.with_traceback(None)


def _say(said: str) -> None:
    """Writes what is touched into the link, and remembers what stood there."""
    history: list[str] = st.session_state.get(_HISTORY, [])
    st.session_state[_HISTORY] = [*history, address.texts().get(address.TOUCH, "")][-_KEPT:]
    st.session_state[address.TOUCH] = said


def _undo() -> None:
    """What stood there before; on a link that was just opened, without its last touch."""
    history: list[str] = st.session_state.get(_HISTORY, [])
    now = address.texts().get(address.TOUCH, "")
    st.session_state[address.TOUCH] = history[-1] if history else now.rpartition(",")[0]
    st.session_state[_HISTORY] = history[:-1]


def _look_into(layer: str, index: int) -> None:
    st.session_state[address.UNIT] = touch.write_unit(layer, index)
    st.session_state[address.LAYER] = layer


def _close() -> None:
    st.session_state[address.UNIT] = ""


def _choose_circle(view: "View", drawn: tuple[str, int] | None, point: Point) -> None:
    place = point.get("index")
    units = node_units(view.trace, view.image, drawn)
    # It comes from a browser, so it may be anything.
    if isinstance(place, int) and 0 <= place < len(units) and units[place][0] != "input":
        _look_into(*units[place])
