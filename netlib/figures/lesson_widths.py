"""The picture of "Is it really uniform?": one network at forty widths of its weights, and the notebook's points."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.i18n import Text
from netlib.stats.lesson import Sweep
from netlib.stats.outputs import LN10

_HEIGHT = 335
_SPLIT = (0.55, 0.45)


@dataclass(frozen=True)
class Mark:
    """A network of the notebook as a point: its name, the width of its weights, and what it says."""

    name: str
    std: float
    top: float
    cross_entropy: float


def uniformity(sweep: Sweep, std: float, marks: Sequence[Mark], text: Text) -> go.Figure:
    """Above: mean top probability and entropy over ln 10; below: cross-entropy on a logarithmic axis; over the std.

    The width chosen is a vertical line; the notebook's ten equal bars are the dashed lines at 1/10 and ln 10.
    """
    loss = np.maximum(sweep.cross_entropy, 1e-3)
    traces = [
        _curve(sweep.stds, sweep.top, theme.SIZE, text("top probability"), "y"),
        _curve(sweep.stds, sweep.entropy / LN10, theme.DEPTH[1], text("entropy / ln 10"), "y"),
        _curve(sweep.stds, loss, theme.POSITIVE, text("cross-entropy, nats"), "y2"),
        _points(marks, [mark.top for mark in marks], "y"),
        _points(marks, [max(mark.cross_entropy, 1e-3) for mark in marks], "y2"),
    ]
    high = float(np.log10(max(loss.max(), *(mark.cross_entropy for mark in marks), 100.0)))
    reach = {"x0": 0.001, "x1": 10, "type": "line"}
    dashed = {"color": theme.NEUTRAL, "dash": "dash", "width": 1.5}
    return theme.figure(
        traces,
        text,
        height=_HEIGHT,
        xaxis=theme.axis(
            text("std of all weights (logarithmic)"),
            type="log",
            range=[-3.05, 1.05],
            tickvals=[0.001, 0.01, 0.1, 1, 10],
            anchor="y2",
            fixedrange=True,
        ),
        yaxis=theme.axis(text("share"), domain=[_SPLIT[0], 1], range=[0, 1.08], fixedrange=True),
        yaxis2=theme.axis(
            text("nats (log)"),
            type="log",
            domain=[0, _SPLIT[1]],
            range=[-0.1, high + 0.3],
            nticks=4,
            exponentformat="power",
            fixedrange=True,
        ),
        shapes=[
            {**reach, "y0": 0.1, "y1": 0.1, "line": dashed},
            {**reach, "y0": LN10, "y1": LN10, "yref": "y2", "line": dashed},
            {
                "type": "line",
                "x0": std,
                "x1": std,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": theme.NEUTRAL, "width": 2},
            },
        ],
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        annotations=[
            _label(10, 0.1, text("notebook: 1/10"), "right", 4),
            *(
                _label(mark.std, mark.top, mark.name, *(("center", -26) if mark.top > 0.5 else ("left", 18)))
                for mark in marks
            ),
        ],
    )


def _curve(x: object, y: object, color: str, name: str, axis: str) -> theme.Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.asarray(x),
        "y": np.asarray(y),  # float64: thirty layers of wide weights reach 1e54, which float32 has not
        "yaxis": axis,
        "line": {"color": color, "width": 2.5},
        "name": name,
        "hovertemplate": name + ": %{y:.4g}, std %{x:.2g}<extra></extra>",
    }


def _points(marks: Sequence[Mark], values: list[float], axis: str) -> theme.Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [mark.std for mark in marks],
        "y": values,
        "yaxis": axis,
        "marker": {"size": 11, "symbol": "diamond", "color": theme.NEUTRAL},
        "text": [mark.name for mark in marks],
        "showlegend": False,
        "hovertemplate": "%{text}: %{y:.4g}<extra></extra>",
    }


def _label(std: float, value: float, words: str, anchor: str, up: int) -> dict[str, object]:
    return {
        "x": float(np.log10(std)),
        "y": value,
        "text": words,
        "showarrow": False,
        "xanchor": anchor,
        "yanchor": "bottom",
        "yshift": up,
        "font": {"size": 13},
    }
