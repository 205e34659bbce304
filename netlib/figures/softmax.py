"""Softmax step by step: five columns of numbers with their bars, one row a class."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.digit import heatmap, square
from netlib.i18n import Text
from netlib.stats.softmax import Column, PaperSteps, SoftmaxSteps, on_paper
from netlib.trace import Array

_CLASSES = list(range(10))
_FIRST = 0.05
_NUMBERS = 0.085
_GAP = 0.012
_LAST = 9.5
_FOOT = 10.2
_FOOT_ROOM = 0.018
_ACROSS = 6
_ROWS = [10.7, -0.5]
_SMALL_FONT = 12


@dataclass(frozen=True)
class _Panel:
    """One step: its name and formula, the numbers as written, the bars, and what stands below the line."""

    name: str
    formula: str
    column: Column
    bars: Array
    colors: str | list[str]
    extent: tuple[float, float]
    foot: tuple[str, str] | None
    ticks: dict[float, str]


def looked_at(image: Array, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """The digit (28, 28) whose logits the panels begin with, at the top of its place however narrow that is."""
    axes = square()
    axes["yaxis"]["constraintoward"] = "top"
    return theme.figure([heatmap(image, text)], text, height=height, **axes, margin={"l": 0, "r": 0, "t": 0, "b": 0})


def softmax_panels(steps: SoftmaxSteps, label: int, text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """Logits, divided by T, less the largest, exponentials, divided by their sum: ten rows each.

    The first three panels have one scale, the last two run from 0 to 1. A band marks the row of the true digit
    `label`; where T is not 1, ticks in the last panel mark the network's own probabilities. Numbers are written as
    `on_paper` has them.
    """
    panels = _panels(steps, on_paper(steps), text)
    width = (1 - _FIRST) / len(panels)
    traces: list[theme.Trace] = []
    axes: dict[str, Any] = {}
    shapes = [_band(label), _tenth(str(len(panels)))]
    notes = [(0.02, float(digit), f"<b>{digit}</b>" if digit == label else str(digit)) for digit in _CLASSES]
    headings = []
    for index, panel in enumerate(panels):
        number = "" if index == 0 else str(index + 1)
        start, end = _FIRST + index * width, _FIRST + (index + 1) * width
        traces.append(_bars(panel, number, text))
        axes[f"xaxis{number}"] = _value_axis(panel, number, start + _NUMBERS, end - _GAP)
        axes[f"yaxis{number}"] = _number_axis(panel, number, text)
        shapes.append(_zero(number))
        headings.append(_heading(panel, (start + end - _GAP) / 2))
        if panel.foot:
            notes.append((start + _NUMBERS + _FOOT_ROOM, _FOOT, panel.foot[1]))
            shapes.append(_line(start, end - _GAP))
    if steps.temperature != 1:
        traces.append(_own_ticks(steps.own, str(len(panels)), text))
    # These words have axes of their own, across the whole width: one trace is quicker to draw than an annotation each.
    traces.append(theme.words(notes, size=_SMALL_FONT + 1, xaxis=f"x{_ACROSS}", yaxis=f"y{_ACROSS}"))
    axes[f"xaxis{_ACROSS}"] = theme.hidden_axis(range=[0, 1], anchor=f"y{_ACROSS}")
    axes[f"yaxis{_ACROSS}"] = theme.hidden_axis(range=_ROWS, anchor=f"x{_ACROSS}")
    return theme.figure(
        traces,
        text,
        height=height,
        **axes,
        annotations=headings,
        shapes=shapes,
        bargap=0.3,
        margin={"l": 0, "r": 0, "t": 64, "b": 22},  # the mode bar has its place above the headings
    )


def _panels(steps: SoftmaxSteps, paper: PaperSteps, text: Text) -> list[_Panel]:
    low, high = _extent(np.concatenate([steps.logits, steps.scaled, [0.0]]))
    span = float(max(high - low, -steps.shifted.min()))
    zero = {0.0: "0"}
    decimals = paper.scaled.decimals
    whole = {0.0: "0", 1.0: "1"}
    return [
        _Panel(
            text("logits"),
            _unit("z", paper.logits),
            paper.logits,
            steps.logits,
            _sign_colors(steps.logits),
            (low, low + span),
            None,
            zero,
        ),
        _Panel(
            text("divided by T"),
            _unit("z / T", paper.scaled),
            paper.scaled,
            steps.scaled,
            _sign_colors(steps.scaled),
            (low, low + span),
            (text.fixed(paper.largest, decimals), text("max")),
            zero,
        ),
        _Panel(
            text("minus the largest"),
            _unit("z / T − max", paper.shifted),
            paper.shifted,
            steps.shifted,
            _sign_colors(steps.shifted),
            (-span, 0.0),
            None,
            zero,
        ),
        _Panel(
            text("exponential"),
            "exp(z / T − max)",
            paper.exponentials,
            steps.exponentials,
            theme.SIZE,
            (0.0, 1.0),
            (text.fixed(paper.total, decimals), text("sum")),
            whole,
        ),
        _Panel(
            text("divided by the sum"),
            text("p, probability") if steps.temperature == 1 else text("p; grey: T = 1"),
            paper.probabilities,
            steps.probabilities,
            theme.SIZE,
            (0.0, 1.0),
            (text.fixed(1.0, decimals), text("sum")),
            {0.1: "1/10", 1.0: "1"},
        ),
    ]


def _extent(values: Array) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    return (low, high) if high > low else (-1.0, 1.0)


def _unit(formula: str, column: Column) -> str:
    return f"{formula}, × 10<sup>{column.exponent}</sup>".replace("-", "−") if column.exponent else formula


def _sign_colors(values: Array) -> list[str]:
    return [theme.sign_color(float(value)) for value in values]


def _bars(panel: _Panel, number: str, text: Text) -> theme.Trace:
    return {
        "type": "bar",
        "orientation": "h",
        "x": panel.bars,
        "y": _CLASSES,
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
        "marker": {"color": panel.colors},
        "hovertemplate": text("digit %{y}: %{x:.6g}") + f"<extra>{panel.name}</extra>",
    }


def _own_ticks(own: Array, number: str, text: Text) -> theme.Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": own,
        "y": _CLASSES,
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
        "marker": {"symbol": "line-ns-open", "size": 15, "color": theme.NEUTRAL, "line": {"width": 2}},
        "cliponaxis": False,
        "hovertemplate": text("digit %{y}: %{x:.6g}") + "<extra>T = 1</extra>",
    }


def _value_axis(panel: _Panel, number: str, start: float, end: float) -> dict[str, Any]:
    low, high = panel.extent
    room = 0.04 * (high - low)
    return {
        "domain": [start, end],
        "anchor": f"y{number}",
        "range": [low - room, high + room],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "tickvals": list(panel.ticks),
        "ticktext": list(panel.ticks.values()),
        "tickangle": 0,
        "tickfont": {"size": _SMALL_FONT},
        "automargin": False,
    }


def _number_axis(panel: _Panel, number: str, text: Text) -> dict[str, Any]:
    # The numbers are the axis' own labels: aligned at the right, beside their bars, at any width of the page.
    column = panel.column
    numbers = [text.fixed(float(value), column.decimals) for value in column.written]
    return {
        "domain": [0, 1],
        "anchor": f"x{number}",
        "range": _ROWS,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "tickvals": [*_CLASSES, _FOOT] if panel.foot else _CLASSES,
        "ticktext": [*numbers, f"<b>{panel.foot[0]}</b>"] if panel.foot else numbers,
        "tickfont": {"size": _SMALL_FONT + 1},
        "automargin": False,
    }


def _heading(panel: _Panel, x: float) -> dict[str, Any]:
    return {
        "x": x,
        "y": 1,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "center",
        "yanchor": "bottom",
        "showarrow": False,
        "text": f"<b>{panel.name}</b><br>{panel.formula}",
        "font": {"size": _SMALL_FONT + 1},
    }


def _band(label: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": label - 0.5,
        "y1": label + 0.5,
        "fillcolor": theme.rgba(theme.NEUTRAL, 0.18),
        "line": {"width": 0},
        "layer": "below",
    }


def _zero(number: str) -> dict[str, Any]:
    return _upright(number, 0.0, {"color": theme.NEUTRAL, "width": 1})


def _tenth(number: str) -> dict[str, Any]:
    return _upright(number, 0.1, {"color": theme.NEUTRAL, "dash": "dash", "width": 1.5})


def _upright(number: str, x: float, line: dict[str, Any]) -> dict[str, Any]:
    ends = {"x0": x, "x1": x, "y0": _LAST, "y1": _ROWS[1]}
    return {"type": "line", "xref": f"x{number}", "yref": f"y{number}", **ends, "line": line}


def _line(start: float, end: float) -> dict[str, Any]:
    line = {"color": theme.NEUTRAL, "width": 1}
    return {"type": "line", "xref": "paper", "x0": start, "x1": end, "y0": _LAST, "y1": _LAST, "line": line}
