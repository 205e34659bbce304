"""The verdict on the network that is shown: one place for Home and Signal."""

import streamlit as st

from netlib.ui import cached, controls
from netlib.draft import from_setup
from netlib.i18n import Text
from netlib.problem import Problem
from netlib.remedies import Remedy, remedies
from netlib.spec import Setup
from netlib.stats.diagnosis import Case, Verdict, judge, number, severity, std
from netlib.ui.shell import View
from netlib.words import diagnosis as words

MOST = 2
"""Findings that are said; more would say the same."""


def panel(view: View) -> None:
    """What is found, what helps as one button, and how it is judged."""
    text = view.text
    if view.trained:
        with st.container(border=True, key="verdict"):
            st.markdown(words.trained(text))
        return
    case = Case(view.trace, view.flow)
    found = judge(case)
    # Weights of a visitor's own were drawn by no initialisation, so none is offered in their place.
    wrong = found[0].kind != "keeps" and not view.other_weights
    helped = _remedy(view.setup, found[0]) if wrong else None
    said = [words.finding(each, text) for each in found[:MOST]]
    if helped is not None:
        said.append(_after(found[0], helped[1], text))
    elif wrong:
        said.append(words.no_remedy(text))
    with st.container(border=True, key="verdict", gap="small"):
        st.markdown(" ".join(filter(None, said)))
        with st.container(horizontal=True, vertical_alignment="center"):
            if helped is not None:
                remedy = helped[0]
                label, why = words.label(remedy, text), words.reason(remedy, text)
                st.button(label, key="remedy", type="primary", help=why, on_click=controls.use, args=(remedy.draft,))
            with st.popover(text("How is this judged?"), type="tertiary"):
                st.markdown(words.thresholds(text))


def _after(worst: Verdict, better: Case, text: Text) -> str:
    layer = next(each for each in better.flow.layers if each.name == worst.layer)
    return words.after(worst.kind, worst.layer, number(worst.kind, worst.layer, better), std(layer), text)


def _remedy(setup: Setup, worst: Verdict) -> tuple[Remedy, Case] | None:
    """The first remedy whose network, built and run on the same batch, is judged better."""
    for remedy in remedies(from_setup(setup), worst.kind):
        try:
            tried = remedy.draft.setup()
        except Problem:
            continue
        case = Case(cached.trace(tried), cached.flow(tried))
        if severity(judge(case)[0]) < severity(worst):
            return remedy, case
    return None
