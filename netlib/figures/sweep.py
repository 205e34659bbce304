"""A metric of a sweep over two axes as a heatmap: the median of the seeds, and how far they spread."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.i18n import Text
from netlib.stats.sweep import Axis, Plane
from netlib.sweep.metrics import Metric
from netlib.trace import Array

BESIDE, WIDEST = 8, 16
"""Columns up to which two pictures stand side by side; and up to which each cell has its number written in it."""

_ROW, _LEAST, _MOST = 30, 290, 400
_LABELS = 13
_SMALL_FONT, _TITLE = 12, 12
_LEGEND = 56
_GAP = 10
_NEAR = 0.01
_STRONG = 0.62
_DECADES = 8.0

Frame = tuple[int, int, str]


@dataclass(frozen=True)
class Line:
    """What theory draws across the cells: points by the values of both axes, numbers, and what the line is."""

    x: Sequence[float]
    y: Sequence[float]
    name: str


@dataclass(frozen=True)
class Said:
    """The words of a picture: its axes' and its colours' titles, the axes' options, a cell each, and what a hover says.

    cells are row by row, as in the plane; hover is a template over customdata: low, median, high, seeds with a finite
    number, seeds computed.
    """

    x: str
    y: str
    colors: str
    x_options: Sequence[str]
    y_options: Sequence[str]
    cells: Sequence[str]
    hover: str


def height(plane: Plane) -> int:
    """The height of both pictures of a plane, by its rows."""
    return min(max(_ROW * len(plane.y.options) + 125, _LEAST), _MOST)


def median(
    plane: Plane,
    said: Said,
    text: Text,
    *,
    critical: float | None = None,
    line: Line | None = None,
    frames: Sequence[Frame] = (),
) -> go.Figure:
    """The median of the seeds in each cell.

    critical: where on the x axis theory draws its line, line: another one across the cells; frames: cells (row, column)
    to be framed, with the dash of their line.
    """
    drawn, (low, high) = _scaled(plane.metric, plane.middle)
    about = [plane.low, plane.middle, plane.high, plane.counted, plane.seen]
    cells = _heat(drawn, low, high, _colors(plane.metric), about, said.hover)
    cells["colorbar"] = _bar(plane.metric, low, high, said.colors)
    return _figure(plane, cells, said, text, critical, line, frames)


def spread(plane: Plane, said: Said, text: Text) -> go.Figure:
    """How far the seeds of each cell are apart: from the 10th percentile to the 90th."""
    apart = plane.spread
    most = float(np.nanmax(apart)) if np.isfinite(apart).any() else 0.0
    about = [plane.low, plane.middle, plane.high, plane.counted, plane.seen]
    scale = [[at, _soft(color)] for at, color in theme.size_scale(theme.NEUTRAL)]
    cells = _heat(apart, 0.0, most or 1.0, scale, about, said.hover)
    cells["colorbar"] = _across(said.colors, tickformat=".0%" if plane.metric.share else "", nticks=5)
    return _figure(plane, cells, said, text)


def _heat(drawn: Array, low: float, high: float, scale: Any, about: Sequence[Array], hover: str) -> theme.Trace:
    rows, columns = drawn.shape
    return {
        "type": "heatmap",
        "z": theme.short(drawn),
        "x0": 0,
        "dx": 1,
        "y0": 0,
        "dy": 1,
        "zmin": low,
        "zmax": high,
        "colorscale": scale,
        "customdata": theme.short(np.stack([each.reshape(rows, columns) for each in about], axis=-1)),
        "hovertemplate": f"{hover}<extra></extra>",
        "hoverongaps": False,
        "xgap": 2,
        "ygap": 2,
    }


def _scaled(metric: Metric, values: Array) -> tuple[Array, tuple[float, float]]:
    """What is coloured, and the ends of the colours: decades around 1, decades, a share, or a number from 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = np.log10(values) if metric.logarithmic else values
    if metric.good == "one":
        drawn = np.clip(drawn, -_DECADES, _DECADES)
        reach = max(float(np.nanmax(np.abs(drawn))) if np.isfinite(drawn).any() else 0.0, 1.0)
        return drawn, (-reach, reach)
    drawn = np.where(np.isfinite(drawn), drawn, np.nan)
    if metric.share:
        return drawn, (0.0, 1.0)
    known = drawn[np.isfinite(drawn)]
    low = float(known.min()) if metric.logarithmic and len(known) else 0.0
    high = float(known.max()) if len(known) else 1.0
    return drawn, (low, high if high > low else low + 1.0)


def _colors(metric: Metric) -> list[list[Any]]:
    return [[at, _soft(color)] for at, color in (theme.sign_scale() if metric.good == "one" else theme.size_scale())]


def _soft(color: str) -> str:
    """Numbers in the text's own colour must be legible on it."""
    return color.replace(",1)", f",{_STRONG})")


def _bar(metric: Metric, low: float, high: float, title: str) -> dict[str, Any]:
    if not metric.logarithmic:
        return _across(title, tickformat=".0%" if metric.share else "", nticks=5)
    if metric.good != "one":
        ticks = [float(tick) for tick in np.linspace(low, high, 4)]
        return _across(title, tickvals=ticks, ticktext=[f"{10**tick:.0f}" for tick in ticks])
    step = max(round((high - low) / 6), 1)
    powers = [power for power in range(-step * 8, step * 8 + 1, step) if low <= power <= high]
    named = [f"10<sup>{power}</sup>".replace("-", "−") if power else "1" for power in powers]
    return _across(title, tickvals=powers, ticktext=named)


def _across(title: str, **options: Any) -> dict[str, Any]:
    """A colour legend above the picture, where it takes no width from the cells."""
    return {
        # The second line is empty: Plotly would let the first one stand on the bar's upper edge.
        "title": {"text": f"{title}<br>\u200b", "side": "top", "font": {"size": _TITLE}},
        "tickfont": {"size": _SMALL_FONT},
        "orientation": "h",
        "thickness": 10,
        "outlinewidth": 0,
        "x": 0,
        "xanchor": "left",
        "yref": "container",
        "y": 1,
        "yanchor": "top",
        "ypad": 9,
        "len": 0.9,
        **options,
    }


def _figure(
    plane: Plane,
    cells: theme.Trace,
    said: Said,
    text: Text,
    critical: float | None = None,
    line: Line | None = None,
    frames: Sequence[Frame] = (),
) -> go.Figure:
    columns = len(plane.x.options)
    traces = [cells]
    if columns <= WIDEST:
        seen = plane.seen.flat
        places = [
            (float(index % columns), float(index // columns), words)
            for index, words in enumerate(said.cells)
            if seen[index] and words
        ]
        traces.append(theme.words(places, size=_SMALL_FONT))
    if line is not None:
        traces += _across_cells(plane, line)
    at = _position(plane.x, critical)
    return theme.figure(
        traces,
        text,
        height=height(plane),
        xaxis=_axis(said.x, said.x_options, tickangle=0 if plane.x.numeric else -30),
        yaxis=_axis(said.y, said.y_options),
        shapes=[*(_frame(*frame) for frame in frames), *([] if at is None else [_upright(at)])],
        annotations=[] if at is None else [_label(at, columns, critical or 0.0, text)],
        margin={"l": 8, "r": 8, "t": _LEGEND if at is None else _LEGEND + 22, "b": 8},
        hovermode="closest",
    )


def _across_cells(plane: Plane, line: Line) -> list[theme.Trace]:
    x = np.interp(line.x, plane.x.options, np.arange(len(plane.x.options)), left=np.nan, right=np.nan)
    y = np.interp(line.y, plane.y.options, np.arange(len(plane.y.options)), left=np.nan, right=np.nan)
    known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    if not len(known):
        return []
    drawn: theme.Trace = {
        "type": "scatter",
        "mode": "lines",
        "x": theme.short(x[known]),
        "y": theme.short(y[known]),
        "line": {"color": theme.NEUTRAL, "dash": "dash", "width": 2},
        "hovertemplate": f"{line.name}<extra></extra>",
    }
    last = known[-1]
    name = theme.words(
        [(float(x[last]), float(y[last]), "\u00a0" * _GAP + line.name)], size=_TITLE, textposition="middle right"
    )
    return [drawn, name]


def _axis(title: str, names: Sequence[str], **options: Any) -> dict[str, Any]:
    count = len(names)
    every = -(-count // _LABELS)
    shown = range(0, count, every)
    return theme.axis(
        title,
        range=[-0.5, count - 0.5],
        tickvals=list(shown),
        ticktext=[names[index] for index in shown],
        showgrid=False,
        ticks="",
        fixedrange=True,
        **options,
    )


def _position(axis: Axis, at: float | None) -> float | None:
    """Where a number lies on an axis whose values stand evenly; None where it lies outside."""
    if at is None or not axis.varies or not axis.options[0] * (1 - _NEAR) <= at <= axis.options[-1] * (1 + _NEAR):
        return None
    return float(np.interp(at, axis.options, np.arange(len(axis.options))))


def _upright(at: float) -> dict[str, Any]:
    line = {"color": theme.NEUTRAL, "dash": "dash", "width": 2}
    return {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _label(at: float, columns: int, critical: float, text: Text) -> dict[str, Any]:
    return {
        "x": at,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "xanchor": "left" if at < columns / 4 else "right" if at > 3 * columns / 4 else "center",
        "text": text("theory: critical σ<sub>w</sub> = {critical}", critical=critical),
        "showarrow": False,
        "font": {"size": 13},
    }


def _frame(row: int, column: int, dash: str) -> dict[str, Any]:
    line = {"color": theme.NEUTRAL, "width": 3 if dash == "solid" else 2, "dash": dash}
    x0, x1, y0, y1 = column - 0.48, column + 0.48, row - 0.46, row + 0.46
    return {"type": "rect", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": line}
