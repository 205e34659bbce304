"""An Exhibit: the Setup with weights of a visitor's own, which no link carries; for this visit only, never shared.

They stand in for the network's own weights wherever its hidden sizes are theirs. A banner says so and
offers the way back.
"""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from netlib.ui import address, guard
from netlib import forward, network
from netlib import stamp as stamps
from netlib.backward import gradients_of
from netlib.code.filling import Style
from netlib.code.forms import Form
from netlib.digits import Batch
from netlib.draft import Draft, HiddenLayer
from netlib.files.load import Weights
from netlib.i18n import Text
from netlib.spec import Setup
from netlib.stats.flow import Flow, flow
from netlib.trace import Trace
from netlib.ui.page import plain

_HELD = "exhibit"


@dataclass(eq=False)
class Exhibit:
    """Uploaded weights, and the last trace, flow and stamp that were made of them."""

    weights: Weights
    _key: Any = None
    _trace: Trace | None = None
    _flow: tuple[Trace, Flow] | None = None
    _stamped: tuple[Any, tuple[Form, ...]] | None = None

    def trace(self, setup: Setup, batch: Batch) -> Trace:
        """What the batch does in the network with these weights; kept until activations or digits change."""
        key = (setup.network.activation, batch.spec)
        if self._trace is None or self._key != key:
            self._trace = forward.run(network.restore(setup.network, self.weights.layers), batch)
            self._key = key
        return self._trace

    def flow(self, setup: Setup, batch: Batch) -> Flow:
        """The batch there and back through the network with these weights; kept like the trace."""
        trace = self.trace(setup, batch)
        if self._flow is None or self._flow[0] is not trace:
            self._flow = trace, flow(trace, gradients_of(trace))
        return self._flow[1]

    def stamp(self, setup: Setup, batch: Batch, style: Style) -> tuple[Form, ...]:
        """The five spellings with these weights after their run on the batch; kept like the trace."""
        key = (setup.network.activation, batch.spec, style)
        if self._stamped is None or self._stamped[0] != key:
            self._stamped = key, stamps.stamp(setup.network, style, self.trace(setup, batch), loaded=True)
        return self._stamped[1]


def held(setup: Setup) -> Exhibit | None:
    """This visitor's Exhibit where the Setup has its sizes."""
    exhibit: Exhibit | None = st.session_state.get(_HELD)
    return exhibit if exhibit and exhibit.weights.hidden_sizes == setup.network.hidden_sizes else None


def hold(weights: Weights, activation: str) -> None:
    """For callbacks: keeps uploaded weights for this visit; sizes and activation become the Setup's."""
    st.session_state[_HELD] = Exhibit(weights)
    _fit(weights, activation)


def let_go() -> None:
    """For callbacks: the way back to what the link says."""
    st.session_state.pop(_HELD, None)


def banner(setup: Setup, text: Text) -> None:
    """What the link does not carry, and the way back; nothing where there is no Exhibit."""
    exhibit: Exhibit | None = st.session_state.get(_HELD)
    if exhibit is None:
        return
    weights = exhibit.weights
    sizes = "–".join(map(str, (784, *weights.hidden_sizes, 10)))
    shown = held(setup) is not None
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="exhibit_banner"):
        if shown:
            says = text(
                "Shown with the weights of **{file}** ({sizes}). The link does not carry them: it opens this network "
                "with "
                "its own weights. Initialisation and seed do not matter here.",
                file=plain(weights.file),
                sizes=sizes,
            )
        else:
            says = text(
                "The weights of **{file}** ({sizes}) are put aside: the network chosen now has other sizes.",
                file=plain(weights.file),
                sizes=sizes,
            )
        st.markdown(f":material/upload_file: {says}", width="stretch")
        if not shown:
            st.button(text("Show them again"), key="exhibit_again", on_click=guard.callback(_fit), args=(weights, None))
        st.button(text("Back to the link's network"), key="exhibit_back", on_click=guard.callback(let_go))


def _fit(weights: Weights, activation: str | None) -> None:
    def fitted(draft: Draft) -> Draft:
        before = draft.hidden or (HiddenLayer(1),)
        likes = [before[min(index, len(before) - 1)] for index in range(len(weights.hidden_sizes))]
        layers = [
            replace(like, units=units, activation=activation or like.activation)
            for like, units in zip(likes, weights.hidden_sizes, strict=True)
        ]
        return replace(draft, hidden=tuple(layers))

    address.edit(fitted)
