"""The URL as the whole state: one bound text field for each part of the Setup, and the link that carries them all.

Each field is a Streamlit text input with `bind="query-params"`; its key is its name in the URL. Everything else in the
sidebar is a helper that reads the draft these texts say, and writes the texts that another draft says.
"""

from collections.abc import Callable
from urllib.parse import urlencode

import streamlit as st

from netlib.ui import host
from netlib import comparison, query
from netlib.bounds import CLASSES
from netlib.draft import Draft, HiddenLayer, resized
from netlib.i18n import LANGUAGES, Text, preferred
from netlib.problem import Problem
from netlib.spec import Setup
from netlib.sweep import link as sweep_link
from netlib.touch import read_unit, write_unit

LANGUAGE = "lang"
LAYER = "layer"
CHAPTER = "chapter"
GUIDED = "guided"
COMPARE = comparison.NAME
UNIT = "unit"
TOUCH = "touch"
GRID = sweep_link.NAME
VIEW_FIELDS = (LANGUAGE, LAYER, CHAPTER, GUIDED, COMPARE, UNIT, TOUCH, GRID)
_NAMES = (*query.FIELDS, *VIEW_FIELDS)
_REMEMBERED = "remembered_layers"
_DIGITS = 9


def field(name: str, label: str, *, default: str | None = None, help: str | None = None) -> None:  # noqa: A002 - Streamlit's own name
    """Draws one bound text field; empty by default, where an empty text means the field's default."""
    st.text_input(
        label,
        value=query.DEFAULTS.get(name, "") if default is None else default,
        key=name,
        help=help,
        bind="query-params",
        autocomplete="off",
    )


def texts() -> dict[str, str]:
    """What the fields say now, before or after they are drawn."""
    found = {}
    back = host.goes_back()  # a field follows the address when it is drawn, which the page does not wait for
    for name in _NAMES:
        value = st.query_params.get(name) if back or name not in st.session_state else st.session_state[name]
        if value is not None:
            found[name] = str(value)
    return found


def reading() -> query.Reading:
    """The draft that the fields say, and a note for each that could not be used."""
    return query.read(texts())


def compared(a: Draft) -> comparison.Comparison:
    """A and the B beside it that the link says."""
    return comparison.read(texts().get(COMPARE, ""), a)


def edit(change: Callable[[Draft], Draft]) -> None:
    """For callbacks: reads the draft, changes it, and writes the fields that became different."""
    before = reading().draft
    write(before, change(before))


def write(before: Draft, after: Draft) -> None:
    """Writes the fields in which two drafts differ; a field that could not be read is left as it stands."""
    old, new = query.write_draft(before), query.write_draft(after)
    for name, value in new.items():
        if value != old[name]:
            st.session_state[name] = value
    names = after.names
    if texts().get(LAYER, "") not in ("", *names):
        st.session_state[LAYER] = names[max(len(names) - 2, 0)]
    _keep_unit(after)


def choose_layer(name: str) -> None:
    """For callbacks: the layer looked at; where a unit is looked into, it is one of that layer from now on."""
    st.session_state[LAYER] = name
    if said := texts().get(UNIT, ""):
        layer = reading().draft.layer(name)
        units = layer.units if isinstance(layer, HiddenLayer) else CLASSES
        index = said.rpartition(".")[2]
        known = int(index) if index.isdecimal() and len(index) < _DIGITS else 0
        st.session_state[UNIT] = write_unit(name, min(known, units - 1))


def _keep_unit(after: Draft) -> None:
    """The unit looked at goes with its layer."""
    if said := texts().get(UNIT, ""):
        try:
            read_unit(said, after.setup().network)
        except Problem:
            st.session_state[UNIT] = ""


def resize(count: int) -> None:
    """For callbacks: sets the number of hidden layers; those taken away are remembered for this visit."""
    before = reading().draft
    remembered: tuple[HiddenLayer, ...] = st.session_state.get(_REMEMBERED, ())
    longest = before.hidden + remembered[len(before.hidden) :]
    st.session_state[_REMEMBERED] = longest
    write(before, resized(before, count, longest))


def link(setup: Setup, text: Text, layer: str) -> str:
    """The address that shows exactly this to anybody: every field, the view and the version of the format."""
    return f"{base_url()}?{urlencode({'v': query.VERSION, **parameters(setup, text, layer)}, safe=':,')}"


def parameters(setup: Setup, text: Text, layer: str) -> dict[str, str]:
    """What such an address says, field by field; for links from page to page, too."""
    said = texts()
    more = {name: said[name] for name in (CHAPTER, GUIDED, COMPARE, UNIT, TOUCH, GRID) if said.get(name)}
    return {**query.write(setup), LANGUAGE: text.language, LAYER: layer, **more}


def current() -> str:
    """The address as it stands, whether or not it can be read: every field that is known, as it was given."""
    return f"{base_url()}?{urlencode({'v': query.VERSION, **texts()}, safe=':')}"


def language() -> str:
    """The language that is asked for, or else the browser's own where we speak it."""
    said = texts().get(LANGUAGE, "")
    return said if said in LANGUAGES else preferred(st.context.locale)


def base_url() -> str:
    """This page's address without its parameters, as the visitor's browser knows it."""
    return (st.context.url or "").split("?")[0].split("#")[0]


def drop_strays() -> None:
    """Takes parameters out of the URL that are nobody's; a bound one must stay, and Streamlit would raise."""
    # Not those that session state does not know: it knows every helper's key too, and raises for an empty name.
    for name in [name for name in st.query_params if name not in _NAMES]:
        del st.query_params[name]


def drop_strays_at_once() -> None:
    """The same in one message, on a visit's first run: as soon as a field is bound, Streamlit allows no such thing.

    One by one, each sends what is left of the URL to the browser: 900 long ones were 225 MB.
    """
    ours = {name: value for name, value in st.query_params.to_dict().items() if name in _NAMES}
    if len(ours) < len(st.query_params):
        st.query_params.from_dict(ours)
