"""The layer strip: the network as a row of chips; the chosen one is the layer looked at."""

from collections.abc import Callable, Sequence

import streamlit as st

from netlib.ui.components import source

_strip = st.components.v2.component(
    "layerscope_layer_strip", css=source("layer_strip", "css"), js=source("layer_strip", "js")
)


def layer_strip(
    layers: Sequence[tuple[str, str]], chosen: str, *, label: str, start: str, on_choose: Callable[[str], None]
) -> None:
    """One chip a layer (name, detail) behind the `start`; calls `on_choose` with the name of a chip that is chosen."""

    def choose() -> None:
        name = st.session_state["layer_strip"]["chosen"]
        if name:
            on_choose(name)

    _strip(
        key="layer_strip",
        data={
            "label": label,
            "input": start,
            "chosen": chosen,
            "layers": [{"name": name, "detail": detail} for name, detail in layers],
        },
        on_chosen_change=choose,
    )
