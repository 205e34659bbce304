"""The Compare page's own widgets: what B is, one change at a time. All of them write B's text in the link, and A's."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from netlib.ui import address, cached, controls, guard, page
from netlib import query
from netlib.backward import gradients_of
from netlib.comparison import Comparison, alternatives, swapped, with_only, write
from netlib.draft import Draft
from netlib.i18n import Text
from netlib.presets import PRESETS, chosen
from netlib.query import NETWORK_FIELDS
from netlib.stats import flow
from netlib.ui.shell import View
from netlib.views import compare as views
from netlib.views.compare import Pair, Row
from netlib.words import compare as words

_FIELD, _VALUE, _PRESET, _KIND = "compare_field", "compare_value", "compare_preset", "compare_kind"


def pair(view: View) -> Pair:
    """Both networks on the batch; A shows a visitor's own weights where there are such."""
    compared = address.compared(address.reading().draft)
    other = compared.b.setup()
    return Pair(
        compared=compared,
        a=view.trace,
        b=view.exhibit.beside(other) if view.exhibit else cached.trace(other),
        a_specs=view.setup.network.layers,
        b_specs=other.network.layers,
        layer=view.layer,
        image=view.image,
    )


def gradients(shown: Pair, text: Text) -> list[Row]:
    """What the loss says back to both; computed only where it is shown."""
    a, b = ({each.name: flow.sizes(each.weight) for each in gradients_of(of).layers} for of in (shown.a, shown.b))
    return views.gradients(shown, a, b, text)


def choose_b(compared: Comparison, text: Text) -> None:
    """What B changes and to what; a preset; copy and swap; the guard where more than one thing differs."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _one_change(compared, text)
        _preset(text)
        _button(text("Copy A to B"), "copy", lambda now: _say(write(now.a)), ":material/content_copy:")
        _button(text("Swap A and B"), "swap", _swap, ":material/swap_horiz:")
    fields = compared.differences
    if len(fields) > 1:
        with st.container(horizontal=True, vertical_alignment="center", border=True, gap="small", key="compare_guard"):
            st.markdown(f":material/rule: {words.guard(len(fields), text)}")
            for field in fields:
                _button(words.FIELD_NAMES[field], f"only_{field}", _keeps(field), None)


def kind(kinds: Mapping[str, str], compared: Comparison, text: Text) -> str:
    """Whose page's pictures are shown; beside it, whether B follows A."""
    left, right = st.columns([2, 1], vertical_alignment="center")
    with left:
        chosen = st.segmented_control(
            text("Pictures"),
            list(kinds),
            key=_KIND,
            default=next(iter(kinds)),
            format_func=kinds.__getitem__,
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
    right.caption(words.standing(compared, text))
    return chosen or next(iter(kinds))


def try_next(text: Text) -> None:
    """Two or three pairs worth one click."""
    page.try_buttons(text, [(label, _try, (change, b)) for label, change, b in words.tries(text)])


def _try(change: Callable[[Draft], Draft] | None, b: str) -> None:
    if change is not None:
        address.edit(change)
    _say(b)


def draw(rows: Sequence[Row]) -> None:
    """Each row's question, its pictures side by side, its strips one below the other, and how to read them."""
    for row in rows:
        with st.container(gap="xsmall"):
            st.markdown(f"**{row.question}**")
            page.row(*row.pictures)
            for strip in row.strips:
                with st.container(key=f"unit_pictures_{strip.key}", gap="xsmall"):
                    st.markdown(strip.heading)
                    st.image(strip.png, alt=strip.alt)
            if row.note:
                st.caption(row.note)


def _one_change(compared: Comparison, text: Text) -> None:
    fields = compared.differences
    field = fields[0] if len(fields) == 1 else None
    offered = tuple(name for name in NETWORK_FIELDS if alternatives(name, compared.a))
    shown = controls.sync(_FIELD, field)
    st.selectbox(
        text("B is A, except for"),
        offered,
        index=None if shown is None else offered.index(shown),
        key=_FIELD,
        format_func=words.FIELD_NAMES.__getitem__,
        on_change=_change_field,
        placeholder=text("several things") if fields else text("nothing"),
        width=160,
    )
    if field is None:
        return
    value = query.write_draft(compared.b)[field]
    controls.sync(_VALUE, value)
    options = tuple(dict.fromkeys((value, *alternatives(field, compared.a))))
    st.selectbox(
        text("which is in B"),
        options,
        key=_VALUE,
        on_change=_change_value,
        args=(field, value),
        accept_new_options=True,
        help=text("Choose, or type your own as the link writes it: normal:0.5, relu-tanh, 256-128."),
        width=185,
    )


@guard.callback
def _change_field() -> None:
    field = st.session_state[_FIELD]
    now = address.compared(address.reading().draft)
    if field in now.differences:
        _keeps(field)(now)
    elif field:
        _say(f"{field}:{alternatives(field, now.a)[0]}")


@guard.callback
def _change_value(field: str, before: str) -> None:
    value = st.session_state[_VALUE]
    if value:
        if value.startswith("-"):  # Streamlit drops the value that stood there from the front of what is typed
            value = before + value
        _say(f"{field}:{value.replace(',', '-')}")  # a comma ends a part


def _preset(text: Text) -> None:
    @guard.callback
    def choose() -> None:
        name = st.session_state[_PRESET]
        if name:
            _say(write(chosen(name, address.reading().draft)))
            st.session_state[_PRESET] = None

    st.selectbox(
        text("or B is a preset"),
        tuple(PRESETS),
        index=None,
        key=_PRESET,
        format_func=lambda name: text(PRESETS[name].title),
        on_change=choose,
        placeholder=text("choose"),
        width=165,
    )


def _button(label: str, key: str, change: Callable[[Comparison], None], icon: str | None) -> None:
    @guard.callback
    def press() -> None:
        change(address.compared(address.reading().draft))

    st.button(label, key=f"compare_{key}", on_click=press, icon=icon)


def _swap(now: Comparison) -> None:
    a, b = swapped(now)
    controls.use(a)
    _say(b)


def _keeps(field: str) -> Callable[[Comparison], None]:
    def keep(now: Comparison) -> None:
        _say(write(with_only(now.a, now.b, field), (field,)))

    return keep


def _say(b: str) -> None:
    st.session_state[address.COMPARE] = b
