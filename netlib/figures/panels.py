"""Small pictures side by side, each under its name: the steps of framing, an image beside what probing finds in it."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.digit import square
from netlib.i18n import Text
from netlib.trace import Array

_GAP = 0.04
_NAME = 13


@dataclass(frozen=True, eq=False)
class Panel:
    """One picture (h, w) under its `name`, with what hovering says of a pixel.

    Ink from `low` to `high` is black to white; with a `limit` it is a sign's two hues from -limit to limit instead.
    box: rows and columns (top, left, bottom, right) that are framed; cross: a row and a column that are marked, with
    their words on hover; centre: the pixel whose row and column are ruled.
    """

    name: str
    values: Array
    hover: str
    low: float = -1.0
    high: float = 1.0
    limit: float | None = None
    box: tuple[float, float, float, float] | None = None
    cross: tuple[float, float, str] | None = None
    centre: float | None = None


def panels(parts: Sequence[Panel], text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """Pictures with square pixels, first row on top, all of one size."""
    width = (1 - _GAP * (len(parts) - 1)) / len(parts)
    traces: list[theme.Trace] = []
    shapes: list[theme.Trace] = []
    names: list[theme.Trace] = []
    layout: dict[str, object] = {}
    for index, part in enumerate(parts):
        number = "" if index == 0 else str(index + 1)
        left = index * (width + _GAP)
        axes = square()
        layout[f"xaxis{number}"] = {**axes["xaxis"], "domain": [left, left + width], "anchor": f"y{number}"}
        # Towards the top: under its name also where the screen is narrow and the picture small.
        own = {"scaleanchor": f"x{number}", "anchor": f"x{number}", "constraintoward": "top"}
        layout[f"yaxis{number}"] = {**axes["yaxis"], **own}
        traces += _traces(part, number)
        shapes += _shapes(part, number)
        names.append(
            {
                "text": part.name,
                "x": left + width / 2,
                "y": 1.0,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "center",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": _NAME},
            }
        )
    return theme.figure(
        traces,
        text,
        height=height,
        shapes=shapes,
        annotations=names,
        margin={"l": 0, "r": 0, "t": 24, "b": 4},
        **layout,
    )


def _traces(part: Panel, number: str) -> list[theme.Trace]:
    axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
    low, high = (part.low, part.high) if part.limit is None else (-part.limit, part.limit)
    traces: list[theme.Trace] = [
        {
            "type": "heatmap",
            "z": part.values,
            "colorscale": theme.INK if part.limit is None else theme.sign_scale(),
            "zmin": low,
            "zmax": high,
            "showscale": False,
            "hovertemplate": part.hover + "<extra></extra>",
            **axes,
        }
    ]
    if part.cross is not None:
        row, column, words = part.cross
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [column],
                "y": [row],
                "marker": {"symbol": "x", "size": 9, "color": theme.POSITIVE, "line": {"color": "#000", "width": 1}},
                "hovertemplate": words + "<extra></extra>",
                **axes,
            }
        )
    return traces


def _shapes(part: Panel, number: str) -> list[theme.Trace]:
    height, width = part.values.shape
    axes = {"xref": f"x{number}", "yref": f"y{number}"}
    outline = {"color": theme.NEUTRAL, "width": 1}
    shapes: list[theme.Trace] = []
    if part.limit is not None:  # its zero is the page's background: without a frame it would have no end
        edge = {"x0": -0.5, "x1": width - 0.5, "y0": -0.5, "y1": height - 0.5}
        shapes.append({"type": "rect", **axes, **edge, "line": outline})
    if part.centre is not None:
        ruled = {"color": theme.NEUTRAL, "width": 1, "dash": "dot"}
        at = part.centre
        shapes += [
            {"type": "line", **axes, "x0": at, "x1": at, "y0": -0.5, "y1": height - 0.5, "line": ruled},
            {"type": "line", **axes, "x0": -0.5, "x1": width - 0.5, "y0": at, "y1": at, "line": ruled},
        ]
    if part.box is not None:
        top, left, bottom, right = (place - 0.5 for place in part.box)
        corners = {"x0": left, "x1": right, "y0": top, "y1": bottom}
        shapes.append({"type": "rect", **axes, **corners, "line": {"color": theme.POSITIVE, "width": 2}})
    return shapes
