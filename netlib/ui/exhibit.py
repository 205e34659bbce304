"""An Exhibit: the Setup with what no link carries: weights or a digit of a visitor's own; and touches, which it does.

For this visit only, never shared. Weights stand in for the network's own wherever its hidden sizes are theirs, a
digit for the image looked at when it was shown. A banner says so and offers the way back.
"""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from netlib.ui import address, cached, guard
from netlib import forward, network, touch
from netlib import stamp as stamps
from netlib.backward import gradients_of
from netlib.code.filling import Style
from netlib.code.forms import Form
from netlib.digits import Batch, OwnDigit, with_own
from netlib.draft import Draft, HiddenLayer
from netlib.files.load import Weights
from netlib.i18n import Text
from netlib.spec import Setup
from netlib.stats.flow import Flow, flow
from netlib.touch import Touch
from netlib.trace import Array, Trace
from netlib.ui.page import plain

_WEIGHTS = "exhibit"
_DIGIT = "own_digit"
_SHOWN = "exhibit_shown"


@dataclass(frozen=True, eq=False)
class OwnWeights:
    """Weights that are not the Setup's: uploaded, or as they were after a `step` of training."""

    weights: Weights
    step: int | None = None


@dataclass(frozen=True, eq=False)
class Placed:
    """A digit of one's own, and the place in the batch that it was given."""

    digit: OwnDigit
    index: int


class Exhibit:
    """What is shown in the Setup's place; its trace, flow and stamp are made once and kept as long as it is shown."""

    def __init__(
        self,
        setup: Setup,
        weights: OwnWeights | None = None,
        placed: "Placed | None" = None,
        touches: tuple[Touch, ...] = (),
    ) -> None:
        self.key = _key(setup, weights, placed, touches)
        self.setup, self.weights, self.touches = setup, weights, touches
        self._placed = placed
        self._trace: Trace | None = None
        self._plain: Trace | None = None
        self._flow: Flow | None = None
        self._stamped: tuple[Style, tuple[Form, ...]] | None = None

    @property
    def other_weights(self) -> bool:
        """Whether the weights are not those that the link's initialisation draws."""
        return self.weights is not None or bool(self.touches)

    @property
    def batch(self) -> Batch:
        """The Setup's digits, with that of one's own in its place."""
        batch = cached.batch(self.setup.batch)
        return with_own(batch, self._placed.index, self._placed.digit) if self._placed else batch

    @property
    def untouched(self) -> Trace:
        """What the batch does before anything was touched."""
        if self._plain is None:
            spec = self.setup.network
            if self.weights is None and self._placed is None:
                self._plain = cached.trace(self.setup)
            else:
                layers = self.weights.weights.layers if self.weights else layers_of(cached.trace(self.setup))
                self._plain = forward.run(network.restore(spec, layers), self.batch)
        return self._plain

    @property
    def trace(self) -> Trace:
        """What the batch does in the network as it is shown."""
        if self._trace is None:
            self._trace = self.untouched
            if self.touches:
                spec = self.setup.network
                touched = touch.apply(self.touches, layers_of(self.untouched), spec, spec.seed)
                self._trace = forward.run(network.restore(spec, touched), self.batch)
        return self._trace

    @property
    def flow(self) -> Flow:
        """The batch there and back."""
        if self._flow is None:
            self._flow = flow(self.trace, gradients_of(self.trace))
        return self._flow

    def beside(self, other: Setup) -> Trace:
        """The network of another Setup on the digits that are shown here."""
        if self._placed is None:
            return cached.trace(other)
        return forward.run(network.build(other.network), self.batch)

    def stamp(self, style: Style) -> tuple[Form, ...]:
        """The five spellings with these weights after their run on the batch."""
        if self._stamped is None or self._stamped[0] != style:
            forms = stamps.stamp(self.setup.network, style, self.trace, loaded=self.other_weights)
            self._stamped = style, forms
        return self._stamped[1]


def layers_of(trace: Trace) -> tuple[tuple[Array, Array], ...]:
    """The (weight, bias) of each layer of a trace."""
    return tuple((layer.weight, layer.bias) for layer in trace.layers)


def held(setup: Setup, touches: tuple[Touch, ...] = ()) -> Exhibit | None:
    """What this visitor sees in the Setup's place; None where that is the Setup itself."""
    own: OwnWeights | None = st.session_state.get(_WEIGHTS)
    if own is not None and own.weights.hidden_sizes != setup.network.hidden_sizes:
        own = None
    placed: Placed | None = st.session_state.get(_DIGIT)
    if placed is not None and placed.index >= setup.batch.size:
        placed = None
    if own is None and placed is None and not touches:
        st.session_state.pop(_SHOWN, None)
        return None
    shown: Exhibit | None = st.session_state.get(_SHOWN)
    if shown is None or shown.key != _key(setup, own, placed, touches):
        st.session_state[_SHOWN] = shown = Exhibit(setup, own, placed, touches)
    return shown


def hold(weights: Weights, activation: str | None, step: int | None = None) -> None:
    """For callbacks: keeps weights for this visit; their sizes and, where given, the activation become the Setup's."""
    st.session_state[_WEIGHTS] = OwnWeights(weights, step)
    _fit(weights, activation)


def let_go() -> None:
    """For callbacks: the way back to the link's weights."""
    st.session_state.pop(_WEIGHTS, None)


def show_digit(own: OwnDigit) -> None:
    """For callbacks: a digit of one's own becomes the image looked at on every page."""
    st.session_state[_DIGIT] = Placed(own, address.reading().draft.batch.image)


def drop_digit() -> None:
    """For callbacks: the way back to the digits of the link."""
    st.session_state.pop(_DIGIT, None)


def digit() -> OwnDigit | None:
    """The digit of one's own that is shown, if any."""
    placed: Placed | None = st.session_state.get(_DIGIT)
    return placed.digit if placed else None


def step() -> int | None:
    """After which step of training the weights shown were taken; None where they were not trained here."""
    own: OwnWeights | None = st.session_state.get(_WEIGHTS)
    return own.step if own else None


def banner(setup: Setup, text: Text) -> None:
    """What the link does not carry, and the way back; nothing where it carries all."""
    own: OwnWeights | None = st.session_state.get(_WEIGHTS)
    if own is not None:
        _weights_banner(own, own.weights.hidden_sizes == setup.network.hidden_sizes, text)
    placed: Placed | None = st.session_state.get(_DIGIT)
    if placed is not None and placed.index < setup.batch.size:
        _digit_banner(placed, text)


def _weights_banner(own: OwnWeights, shown: bool, text: Text) -> None:
    sizes = "–".join(map(str, (784, *own.weights.hidden_sizes, 10)))
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="exhibit_banner"):
        icon = "upload_file" if own.step is None else "model_training"
        st.markdown(
            f":material/{icon}: {_says(own, sizes, text) if shown else _aside(own, sizes, text)}", width="stretch"
        )
        if not shown:
            st.button(
                text("Show them again"), key="exhibit_again", on_click=guard.callback(_fit), args=(own.weights, None)
            )
        st.button(text("Back to the link's network"), key="exhibit_back", on_click=guard.callback(let_go))


def _says(own: OwnWeights, sizes: str, text: Text) -> str:
    if own.step is not None:
        return text(
            "Shown as it is **after step {step}** of the training ({sizes}). The link does not carry these weights: it "
            "opens this network before the training.",
            step=own.step,
            sizes=sizes,
        )
    return text(
        "Shown with the weights of **{file}** ({sizes}). The link does not carry them: it opens this network with its "
        "own weights. Initialisation and seed do not matter here.",
        file=plain(own.weights.file),
        sizes=sizes,
    )


def _aside(own: OwnWeights, sizes: str, text: Text) -> str:
    if own.step is not None:
        return text(
            "The weights after step {step} of the training ({sizes}) are put aside: the network chosen now has other "
            "sizes.",
            step=own.step,
            sizes=sizes,
        )
    return text(
        "The weights of **{file}** ({sizes}) are put aside: the network chosen now has other sizes.",
        file=plain(own.weights.file),
        sizes=sizes,
    )


def _digit_banner(placed: Placed, text: Text) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="own_digit_banner"):
        says = text(
            "Image {position} of the batch is **your own digit**, meant to be {label}. The link does not carry it.",
            position=placed.index,
            label=placed.digit.label,
        )
        st.markdown(f":material/draw: {says}", width="stretch")
        st.button(text("Back to the link's digits"), key="own_digit_back", on_click=guard.callback(drop_digit))


def _key(setup: Setup, own: OwnWeights | None, placed: Placed | None, touches: tuple[Touch, ...]) -> Any:
    served = replace(cached.batch(setup.batch).spec, image=0)
    return setup.network, served, id(own), id(placed), touches


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
