"""What stands in for what went wrong: a panel with a way on for the visitor, the link and the traceback in the log."""

import functools
import logging
from collections.abc import Callable
from typing import Any

import streamlit as st

from netlib.ui import address
from netlib.i18n import Text, translator

_log = logging.getLogger(__name__)
_FAILED = "failed_change"


def guarded(draw: Callable[[], Any]) -> None:
    """Draws a part of the dashboard; where that fails, the log has the link that shows it, and the visitor a way on."""
    try:
        draw()
    except Exception:  # noqa: BLE001 - whatever it is; Streamlit's own control flow is not an Exception
        link, text = address.current(), translator(address.language())
        _log.exception("could not be drawn: %s", link)
        said = text("**This page could not be drawn.** Your choices are kept in the link below.")
        _panel(said, link, text, "failure")


def callback(change: Callable[..., None]) -> Callable[..., None]:
    """A widget's callback, guarded: Streamlit runs it before the script and would show its own sentence alone."""

    @functools.wraps(change)
    def safe(*given: Any) -> None:
        try:
            change(*given)
        except Exception:  # noqa: BLE001 - whatever it is: the visitor's page must come, and say so
            st.session_state[_FAILED] = link = address.current()
            _log.exception("a change could not be made: %s", link)

    return safe


def report() -> None:
    """Where the visitor's last change could not be made: the panel that says so, once."""
    if link := st.session_state.pop(_FAILED, None):
        text = translator(address.language())
        said = text("**The last change could not be made.** What you had chosen before is in the link below.")
        _panel(said, link, text, "failed_change")


def _panel(said: str, link: str, text: Text, key: str) -> None:
    with st.container(border=True, key=key):
        st.markdown(said)
        st.caption(text("Copy the link:"))
        st.code(link, language=None, wrap_lines=True)
        st.link_button(text("Start again"), "/", icon=":material/restart_alt:")


def fragment(draw: Callable[..., None], *, run_every: float | None = None) -> Callable[..., None]:
    """`st.fragment`, guarded: when one runs again by itself, nothing of the shell stands around it."""

    @functools.wraps(draw)
    def safe(*given: Any) -> None:
        guarded(functools.partial(draw, *given))

    return st.fragment(safe, run_every=run_every)


class _WithLink(logging.Filter):
    """Adds the link to what Streamlit logs by itself: what fails in a callback never comes to `guarded`."""

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            record.msg = f"{record.msg}: {address.current()}"
        except Exception:  # noqa: BLE001 - without a visitor there is no link, and the log must be written
            record.msg = f"{record.msg}: no link"
        return True


logging.getLogger("streamlit.error_util").addFilter(_WithLink())
