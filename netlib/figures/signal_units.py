"""One unit that sleeps: its weights, its pre-activations over the batch, the images nearest to waking it."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.digit import square
from netlib.i18n import Text
from netlib.stats.curves import saturated_zones
from netlib.stats.signal_units import Unit
from netlib.trace import Array

_SIDE = 28
_LARGEST = float(np.finfo(np.float32).max)
_SPACE = 3
_CAPTION = 9


def unit_weights(weight: Array, from_pixels: bool, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """A unit's weights: 28 x 28 where they see the pixels, else row by row as tiles; colour is sign and size."""
    columns = _SIDE if from_pixels else max(math.ceil(math.sqrt(len(weight))), 1)
    rows = math.ceil(len(weight) / columns)
    cells = np.full(rows * columns, np.nan, dtype=np.float32)
    cells[: len(weight)] = weight
    limit = float(np.abs(weight).max()) or 1.0
    hover = text("row %{y}, column %{x}: weight %{z:.4g}") if from_pixels else text("from unit %{customdata}: %{z:.4g}")
    heat: theme.Trace = {
        "type": "heatmap",
        "z": cells.reshape(rows, columns),
        "colorscale": theme.sign_scale(),
        "zmin": -limit,
        "zmax": limit,
        "colorbar": theme.color_bar("", exponentformat="power", minexponent=4, nticks=5),
        "hoverongaps": False,
        "hovertemplate": hover + "<extra></extra>",
    }
    if not from_pixels:
        heat |= {"customdata": np.arange(rows * columns, dtype=np.int16).reshape(rows, columns), "xgap": 1, "ygap": 1}
    return theme.figure([heat], text, height=height, **square())


def unit_signal(
    unit: Unit, activation: str, labels: Array, color: str, text: Text, *, height: int = theme.SMALL
) -> go.Figure:
    """All images in the order of their pre-activation; grey: where the slope is flat; rings: the nearest to waking."""
    finite = np.flatnonzero(np.isfinite(unit.before))
    order = finite[np.argsort(unit.before[finite], kind="stable")]
    z = unit.before[order].astype(np.float64)
    low, high = _span(z, activation)
    near = np.flatnonzero(np.isin(order, unit.images))
    x = np.arange(len(order), dtype=np.int16)
    about = [f"{image} ({labels[image]})" for image in order]
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": theme.short(z),
        "marker": {"color": color, "size": 7},
        "text": about,
        "hovertemplate": text("image (label) %{text}: z = %{y:.4g}") + "<extra></extra>",
    }
    rings = {
        "type": "scatter",
        "mode": "markers",
        "x": x[near],
        "y": theme.short(z[near]),
        "marker": {"color": theme.POSITIVE, "symbol": "circle-open", "size": 13, "line": {"width": 2}},
        "hoverinfo": "skip",
    }
    return theme.figure(
        [points, rings],
        text,
        height=height,
        xaxis=theme.axis(
            text("images, ordered by z"),
            range=[-0.04 * len(order) - 1, 1.04 * len(order)],
            showgrid=False,
            nticks=6,
            fixedrange=True,
        ),
        yaxis=theme.axis(
            text("pre-activation z"),
            range=[low, high],
            fixedrange=True,
            zeroline=True,
            zerolinecolor=theme.NEUTRAL,
            exponentformat="power",
            minexponent=4,
            nticks=6,
        ),
        shapes=[
            _zone(start, end, low, high) for start, end in saturated_zones(activation) if start < high and end > low
        ],
    )


def _span(z: Array, activation: str) -> tuple[float, float]:
    """From the lowest to the highest, with the nearest place where the slope is not flat."""
    ends = np.array([end for zone in saturated_zones(activation) for end in zone if math.isfinite(end)])
    values = [0.0, *([float(z[0]), float(z[-1])] if z.size else [])]
    if ends.size:
        middle = float(np.median(z)) if z.size else 0.0
        values.append(float(ends[np.abs(ends - middle).argmin()]))
    low, high = max(min(values), -_LARGEST / 2), min(max(values), _LARGEST / 2)
    room = 0.08 * (high - low) or 0.5
    return low - room, high + room


def _zone(start: float, end: float, low: float, high: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "layer": "below",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": max(start, low),
        "y1": min(end, high),
        "line": {"width": 0},
        "fillcolor": theme.rgba(theme.NEUTRAL, 0.16),
    }


def nearest_images(images: Array, captions: Sequence[str], text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """A few images (n, 28, 28) side by side, each with its caption below it, in one trace."""
    step = _SIDE + _SPACE
    width = len(images) * step - _SPACE
    canvas = np.full((_SIDE, width), np.nan, dtype=np.float32)
    for place, image in enumerate(images):
        canvas[:, place * step : place * step + _SIDE] = image
    heat = {
        "type": "heatmap",
        "z": canvas,
        "colorscale": theme.INK,
        "zmin": -1,
        "zmax": 1,
        "showscale": False,
        "hoverongaps": False,
        "hoverinfo": "skip",
    }
    places = [(place * step + _SIDE / 2 - 0.5, _SIDE + 0.8, caption) for place, caption in enumerate(captions)]
    return theme.figure(
        [heat, theme.words(places, size=12, textposition="bottom center")],
        text,
        height=height,
        xaxis=theme.hidden_axis(range=[-0.5, width - 0.5], constrain="domain"),
        yaxis=theme.hidden_axis(range=[_SIDE + _CAPTION, -0.5], scaleanchor="x", constrain="domain"),
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )
