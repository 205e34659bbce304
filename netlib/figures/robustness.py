"""Accuracy against noise, shift, rotation and stroke width: four curves on one scale, and what they look like."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.i18n import N_, Text
from netlib.stats.robustness import CHANCE, LEVELS, Curve

NAMES = {
    "noise": N_("noise (std)"),
    "shift": N_("shift (pixels)"),
    "rotation": N_("rotation (degrees)"),
    "stroke": N_("stroke (± pixels)"),
}

_SMALL_FONT = 12
_COLUMNS = ([0.0, 0.47], [0.53, 1.0])
_ROWS = ([0.6, 1.0], [0.0, 0.4])


def curves(found: Mapping[str, Curve], text: Text, *, height: int = theme.LARGE) -> go.Figure:
    """How many are right, with 95% intervals, and how sure it is on average, at each level of the four kinds.

    Dashed: a guess among ten. A kind that is not in `found`, for it is not tried yet, keeps its empty place.
    """
    traces: list[theme.Trace] = []
    axes: dict[str, Any] = {}
    shapes: list[dict[str, Any]] = []
    for place, (kind, levels) in enumerate(LEVELS.items()):
        number = str(place + 1) if place else ""
        room = 0.04 * (levels[-1] - levels[0])
        axes[f"xaxis{number}"] = theme.axis(
            text(NAMES[kind]),
            domain=_COLUMNS[place % 2],
            anchor=f"y{number}",
            range=[levels[0] - room, levels[-1] + room],
            fixedrange=True,
            **({"tickvals": [-90, -45, 0, 45, 90]} if kind == "rotation" else {"nticks": 6}),
        )
        axes[f"yaxis{number}"] = theme.axis(
            text("share of the images") if place % 2 == 0 else "",
            domain=_ROWS[place // 2],
            anchor=f"x{number}",
            range=[-0.02, 1.04],
            tickformat=".0%",
            tickvals=[0, 0.5, 1],
            showticklabels=place % 2 == 0,
            fixedrange=True,
        )
        line = {"color": theme.NEUTRAL, "dash": "dash", "width": 1.5}
        across = {"xref": f"x{number} domain", "x0": 0, "x1": 1, "yref": f"y{number}", "y0": CHANCE, "y1": CHANCE}
        shapes.append({"type": "line", **across, "line": line, "layer": "below"})
        if kind in found:
            traces += _two(found[kind], number, text, named=not traces)
    return theme.figure(
        traces,
        text,
        height=height,
        **axes,
        shapes=shapes,
        annotations=[
            {
                "xref": "x domain",
                "x": 0,
                "yref": "y",
                "y": CHANCE,
                "xanchor": "left",
                "yanchor": "bottom",
                "text": text("a guess"),
                "showarrow": False,
                "font": {"size": _SMALL_FONT, "color": theme.NEUTRAL},
            }
        ],
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "itemclick": False},
        hovermode="closest",
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
    )


def _two(curve: Curve, number: str, text: Text, *, named: bool) -> list[theme.Trace]:
    on = {"type": "scatter", "xaxis": f"x{number}", "yaxis": f"y{number}", "x": curve.levels, "showlegend": named}
    there = np.isfinite(curve.confidence)
    sure = {
        **on,
        "mode": "lines",
        "name": text("sure, on average"),
        "x": curve.levels[there],
        "y": curve.confidence[there],
        "line": {"color": theme.NEUTRAL, "width": 2},
        "hovertemplate": text("at %{x}: sure %{y:.1%} on average") + "<extra></extra>",
    }
    right = {
        **on,
        "mode": "lines+markers",
        "name": text("right"),
        "y": curve.accuracy,
        "error_y": {
            "type": "data",
            "array": np.maximum(curve.high - curve.accuracy, 0),
            "arrayminus": np.maximum(curve.accuracy - curve.low, 0),
            "color": theme.SIZE,
            "thickness": 1,
            "width": 0,
        },
        "line": {"color": theme.SIZE, "width": 2.5},
        "marker": {"color": theme.SIZE, "size": 6},
        "customdata": np.stack([curve.low, curve.high], 1),
        "hovertemplate": text("at %{x}: right %{y:.1%}<br>95% interval: %{customdata[0]:.1%} to %{customdata[1]:.1%}")
        + "<extra></extra>",
    }
    return [sure, right]
