"""Charts under a finger: a tap chooses the point that it touches, and not the one touched before."""

import streamlit as st

from netlib.ui.components import source

_taps = st.components.v2.component("layerscope_chart_taps", js=source("chart_taps", "js"))


def chart_taps() -> None:
    """For all charts of the page. It draws nothing."""
    _taps(key="chart_taps", width="content", height="content")
