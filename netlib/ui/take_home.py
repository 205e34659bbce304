"""What a student takes home from the Code page, and what comes back: downloads, and one door for files."""

from collections.abc import Callable

import streamlit as st

from netlib.ui import address, controls, exhibit, guard, page
from netlib.activations import ACTIVATIONS
from netlib.code.filling import Style
from netlib.code.forms import TITLES, Form, by_name
from netlib.code.shown import shown
from netlib.code.spellings import WEIGHTS_FILE, program
from netlib.code.take_home import TakeHome, notebook, script
from netlib.draft import HiddenLayer, from_setup
from netlib.files import load, save
from netlib.i18n import Text
from netlib.problem import Problem
from netlib.stats.layers import layer_table
from netlib.ui.shell import View
from netlib.words import code as words


def downloads(view: View, spelling: str, style: Style, forms: tuple[Form, ...]) -> None:
    """The script and the notebook, the weights in three formats, the Setup and the table of layers."""
    text = view.text
    link = address.link(view.setup, text, view.layer)

    def made() -> TakeHome:
        trace, batch = view.trace, view.batch
        return TakeHome(
            program(view.setup.network, spelling, style, view.layer, text, loaded=view.other_weights),
            shown(trace, view.image, by_name(forms, spelling).difference),
            tuple(layer.name for layer in trace.layers),
            batch.pixels,
            batch.labels,
            link,
        )

    asserted = words.asserted(text) if not view.other_weights else words.asserted_with_a_file(WEIGHTS_FILE, text)
    st.markdown(asserted + " " + text("The spelling is {spelling}.", spelling=f"`{TITLES[spelling]}`"))
    with st.container(horizontal=True):
        _button(text("Script (.py)"), "network.py", lambda: script(made(), text), "text/x-python")
        _button(text("Notebook (.ipynb)"), "network.ipynb", lambda: notebook(made(), text), "application/x-ipynb+json")
    st.markdown(text("The weights themselves: `state_dict` with the keys `fc1.weight`, `fc1.bias`, …"))
    trace = view.trace
    with st.container(horizontal=True):
        _button("safetensors", WEIGHTS_FILE.removeprefix("layerscope-"), lambda: save.safetensors_file(trace))
        _button("state_dict (.pt)", "weights.pt", lambda: save.state_dict_file(trace))
        if save.onnx_available():
            _button("ONNX", "network.onnx", lambda: save.onnx_file(trace))
    if not save.onnx_available():
        st.caption(text("ONNX is an optional extra of this server: `pip install -r requirements-onnx.txt`."))
    st.markdown(text("The Setup, which opens here again, and the table of layers:"))
    with st.container(horizontal=True):
        _button(text("Setup (.json)"), "setup.json", lambda: save.setup_file(view.setup), "application/json")
        page.csv(layer_table(trace), text, name="layers")


def bring_back(view: View) -> None:
    """A safetensors file or a Setup as JSON: read, explained, and shown on demand."""
    text = view.text
    st.markdown(
        text(
            "A **safetensors** file with `weight` and `bias` of each layer, from 784 inputs to 10 outputs, or a "
            "**Setup** "
            "as JSON. Nothing in a file is ever executed, and it stays with you: other visitors do not see it."
        )
    )
    file = st.file_uploader(text("Weights or Setup"), key="bring_back", max_upload_size=8)
    if file is None:
        return
    data = file.getvalue()
    try:
        if file.name.lower().endswith(".json"):
            _setup(data, text)
        else:
            _weights(data, file.name, view, text)
    except Problem as problem:
        st.warning(page.plain(text.problem(problem)), icon=":material/block:")


def _weights(data: bytes, name: str, view: View, text: Text) -> None:
    weights = load.read_weights(data, name)
    sizes = "–".join(map(str, (784, *weights.hidden_sizes, 10)))
    st.markdown(
        text(
            "Read: **{sizes}**, {count} parameters. The file does not say which activation stood between the layers.",
            sizes=sizes,
            count=weights.parameters,
        )
    )
    first = next(iter(from_setup(view.setup).hidden), HiddenLayer(1)).activation
    with st.container(horizontal=True, vertical_alignment="bottom"):
        activation = st.selectbox(
            text("Activation of the hidden layers"),
            tuple(ACTIVATIONS),
            index=tuple(ACTIVATIONS).index(first),
            key="exhibit_activation",
            disabled=not weights.hidden_sizes,
            width=260,
        )
        st.button(
            text("Show these weights"),
            key="exhibit_show",
            type="primary",
            on_click=guard.callback(exhibit.hold),
            args=(weights, activation),
        )


def _setup(data: bytes, text: Text) -> None:
    reading = load.read_setup(data)
    for note in reading.notes:
        used = text("{field} in the link is not used; shown instead: {used}.", field=note.field, used=note.used)
        st.caption(":material/info: " + page.plain(f"{text.problem(note.problem)} {used}"))
    st.button(text("Open this Setup"), key="setup_open", type="primary", on_click=controls.use, args=(reading.draft,))


def _button(label: str, file: str, data: Callable[[], str | bytes], mime: str = "application/octet-stream") -> None:
    st.download_button(
        label,
        data,
        file_name=f"layerscope-{file}",
        mime=mime,
        icon=":material/download:",
        key=f"take_{file}",
        on_click="ignore",
    )
