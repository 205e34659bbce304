"""Activations as curves with their slopes, and a layer's real pre-activations beneath."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.activations import ACTIVATIONS
from netlib.figures import theme
from netlib.i18n import Text
from netlib.stats.activations import Binned
from netlib.stats.curves import Curve, curve
from netlib.trace import Array

_SMALL_FONT = 12
_LABEL = 13
_GALLERY = (-6.0, 6.0)
_GALLERY_VALUES = (-1.4, 4.0)
_UPPER, _LOWER = [0.46, 1.0], [0.0, 0.4]


def curve_panels(drawn: Curve, binned: Binned, text: Text, *, height: int = theme.LARGE) -> go.Figure:
    """An activation and its slope above the pre-activations of one layer, on one z axis; saturated zones on grey.

    The slope has an axis of its own on the right, for the activation may run to a billion.
    """
    steepest = float(np.abs(drawn.slope).max())
    lowest = min(float(drawn.slope.min()), 0.0)
    span = [float(binned.edges[0]), float(binned.edges[-1])]
    traces = [
        _line(drawn.z, drawn.value, theme.SIZE, "f(%{x:.4g}) = %{y:.4g}", yaxis="y2"),
        _line(drawn.z, drawn.slope, theme.POSITIVE, text("slope at %{x:.4g}: %{y:.4g}"), yaxis="y3"),
        _histogram(binned, text),
    ]
    value = {"color": theme.SIZE, "size": _LABEL}
    slope = {"color": theme.POSITIVE, "size": _LABEL}
    room = 0.06 * (steepest - lowest)
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis=_z_axis(span, text),
        yaxis=theme.axis(text("share"), domain=_LOWER, rangemode="tozero", fixedrange=True, nticks=4, tickformat=".0%"),
        yaxis2=theme.axis(
            "f(z)", domain=_UPPER, fixedrange=True, nticks=5, exponentformat="power", minexponent=4, title_font=value
        ),
        yaxis3=theme.axis(
            text("slope f′(z)"),
            domain=_UPPER,
            range=[lowest - room, steepest + room],
            overlaying="y2",
            side="right",
            showgrid=False,
            fixedrange=True,
            tickmode="auto",
            nticks=4,
            title_font=slope,
        ),
        shapes=_zones(drawn.zones),
        hovermode="closest",
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def softmax_panels(
    logits: Array, probabilities: Array, binned: Binned, text: Text, *, height: int = theme.LARGE
) -> go.Figure:
    """Softmax has no curve: each of the batch's logits against its probability, above the logits' histogram.

    logits and probabilities (m,), finite.
    """
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": logits,
        "y": probabilities,
        "yaxis": "y2",
        "marker": {"color": theme.rgba(theme.SIZE, 0.5), "size": 5},
        "hovertemplate": text("logit %{x:.4g}: probability %{y:.4g}") + "<extra></extra>",
    }
    return theme.figure(
        [points, _histogram(binned, text)],
        text,
        height=height,
        xaxis=_z_axis([float(binned.edges[0]), float(binned.edges[-1])], text),
        yaxis=theme.axis(text("share"), domain=_LOWER, rangemode="tozero", fixedrange=True, nticks=4, tickformat=".0%"),
        yaxis2=theme.axis(text("probability"), domain=_UPPER, rangemode="tozero", fixedrange=True, nticks=5),
        hovermode="closest",
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def gallery(used: Collection[str], text: Text, *, height: int = theme.LARGE) -> go.Figure:
    """All activations with their slopes, in the same frame; the names of those that this network uses are bold."""
    traces: list[theme.Trace] = []
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    axes: dict[str, Any] = {}
    for index, name in enumerate(ACTIVATIONS):
        row, column = divmod(index, 3)
        number = str(index + 1) if index else ""
        drawn = curve(name, *_GALLERY)
        on = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        traces.append(_line(drawn.z, drawn.value, theme.SIZE, f"{name}(%{{x:.3g}}) = %{{y:.4g}}", **on))
        traces.append(
            _line(drawn.z, drawn.slope, theme.POSITIVE, text("slope at %{x:.4g}: %{y:.4g}"), **on),
        )
        shapes += [
            {**zone, "xref": f"x{number}", "yref": f"y{number} domain", "y0": 0, "y1": 1}
            for zone in _zones(drawn.zones)
        ]
        notes.append(
            {
                "x": 0.03,
                "y": 0.97,
                "xref": f"x{number} domain",
                "yref": f"y{number} domain",
                "xanchor": "left",
                "yanchor": "top",
                "text": f"<b>{name}</b>" if name in used else name,
                "showarrow": False,
                "font": {"size": theme.FONT},
            }
        )
        axes[f"xaxis{number}"] = theme.axis(
            text("pre-activation z") if row == 2 and column == 1 else "",
            domain=[0.345 * column, 0.345 * column + 0.31],
            anchor=f"y{number}",
            range=list(_GALLERY),
            tickvals=[-4, 0, 4],
            showticklabels=row == 2,
            fixedrange=True,
            zeroline=True,
        )
        axes[f"yaxis{number}"] = theme.axis(
            "",
            domain=[0.69 - 0.345 * row, 1 - 0.345 * row],
            anchor=f"x{number}",
            range=list(_GALLERY_VALUES),
            tickvals=[0, 2, 4],
            showticklabels=column == 0,
            fixedrange=True,
            zeroline=True,
        )
    return theme.figure(
        traces, text, height=height, **axes, shapes=shapes, annotations=notes, margin={"l": 8, "r": 8, "t": 8, "b": 8}
    )


def _z_axis(span: Sequence[float], text: Text) -> dict[str, Any]:
    return theme.axis(
        text("pre-activation z"),
        anchor="y",
        range=list(span),
        fixedrange=True,
        nticks=5,
        tickangle=0,
        exponentformat="power",
        minexponent=4,
        zeroline=True,
        zerolinecolor=theme.NEUTRAL,
    )


def _line(x: Array, y: Array, color: str, hover: str, **on: str) -> theme.Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"color": color, "width": 2.5},
        "hovertemplate": hover + "<extra></extra>",
        **on,
    }


def _histogram(binned: Binned, text: Text) -> theme.Trace:
    about = np.stack([binned.edges[:-1], binned.edges[1:], binned.shares], 1)
    return {
        **theme.outline(binned.edges, binned.shares, theme.rgba(theme.SIZE, 0.6), about),
        "hovertemplate": text("%{customdata[2]:.2%} between %{customdata[0]:.4g} and %{customdata[1]:.4g}")
        + "<extra></extra>",
    }


def _zones(zones: Sequence[tuple[float, float]]) -> list[dict[str, Any]]:
    """Where the curve is saturated, on grey."""
    return [
        {
            "type": "rect",
            "layer": "below",
            "x0": start,
            "x1": end,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"width": 0},
            "fillcolor": theme.rgba(theme.NEUTRAL, 0.16),
        }
        for start, end in zones
    ]
