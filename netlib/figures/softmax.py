"""Softmax step by step: five columns of numbers with their bars, one row a class."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.digit import heatmap, square
from netlib.i18n import Text
from netlib.stats.softmax import Column, PaperSteps, SoftmaxSteps, on_paper
from netlib.trace import Array

_CLASSES = list(range(10))
# Across, the whole picture runs from 0 to 1: the digits, then five panels of numbers beside bars.
_DIGITS = 0.02
_FIRST = 0.05
_NUMBERS = 0.085
_BESIDE = 0.004
_GAP = 0.012
_ROOM = 0.04
# Down, a row is 1: ten of them, a line, and below it what a column adds up to.
_TOP, _BOTTOM = -0.5, 10.7
_LAST = 9.5
_FOOT = 10.2
_BAR = 0.7
_FONT = 13


@dataclass(frozen=True)
class _Panel:
    """One step: its name and formula, the numbers as written, the bars, and what stands below the line.

    `start` and `end` are where its bars have their room across the picture, for the values of `extent`.
    """

    name: str
    formula: str
    column: Column
    bars: Array
    colors: str | list[str]
    extent: tuple[float, float]
    foot: tuple[str, str] | None
    ticks: dict[float, str]
    start: float = 0.0
    end: float = 1.0

    def across(self, values: Array | float) -> Any:
        """Where values stand across the picture."""
        low, high = self.extent
        room = _ROOM * (high - low)
        share = (np.asarray(values, dtype=np.float64) - low + room) / (high - low + 2 * room)
        return self.start + share * (self.end - self.start)


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
    panels = _placed(_panels(steps, on_paper(steps), text))
    traces = [_bars(panel, text) for panel in panels]
    if steps.temperature != 1:
        traces.append(_own_ticks(steps.own, panels[-1], text))
    traces.append(_written(panels, label, text))
    # One pair of axes and one trace of words for all panels: with axes each, a browser takes half as long again.
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis=theme.hidden_axis(range=[0, 1]),
        yaxis=theme.hidden_axis(range=[_BOTTOM, _TOP]),
        shapes=_shapes(panels, label),
        barmode="overlay",
        margin={"l": 0, "r": 0, "t": 64, "b": 22},  # the mode bar has its place above the headings
    )


def _placed(panels: list[_Panel]) -> list[_Panel]:
    width = (1 - _FIRST) / len(panels)
    starts = [_FIRST + index * width for index in range(len(panels))]
    return [
        replace(panel, start=start + _NUMBERS, end=start + width - _GAP)
        for panel, start in zip(panels, starts, strict=True)
    ]


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


def _bars(panel: _Panel, text: Text) -> theme.Trace:
    base = panel.across(0.0)
    return {
        "type": "bar",
        "orientation": "h",
        "base": float(base),
        "x": panel.across(panel.bars) - base,
        "y": _CLASSES,
        "width": _BAR,
        "marker": {"color": panel.colors},
        "customdata": panel.bars,
        "hovertemplate": _hover(panel.name, text),
    }


def _own_ticks(own: Array, panel: _Panel, text: Text) -> theme.Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": panel.across(own),
        "y": _CLASSES,
        "marker": {"symbol": "line-ns-open", "size": 15, "color": theme.NEUTRAL, "line": {"width": 2}},
        "cliponaxis": False,
        "customdata": own,
        "hovertemplate": _hover("T = 1", text),
    }


def _hover(name: str, text: Text) -> str:
    return text("digit %{y}: %{customdata:.6g}") + f"<extra>{name}</extra>"


def _written(panels: list[_Panel], label: int, text: Text) -> theme.Trace:
    """All that is written: the digits, each panel's heading, its numbers, what stands below them, its ticks."""
    places = [
        (_DIGITS, float(digit), f"<b>{digit}</b>" if digit == label else str(digit), "middle center")
        for digit in _CLASSES
    ]
    for panel in panels:
        numbers = panel.column.written.tolist()
        places += [
            (panel.start - _BESIDE, float(digit), text.fixed(number, panel.column.decimals), "middle left")
            for digit, number in zip(_CLASSES, numbers, strict=True)
        ]
        if panel.foot:
            number, name = panel.foot
            places.append((panel.start - _BESIDE, _FOOT, f"<b>{number}</b>", "middle left"))
            places.append((panel.start, _FOOT, name, "middle right"))
        middle = (panel.start - _NUMBERS + panel.end) / 2
        places.append((middle, _TOP, f"<b>{panel.name}</b><br>{panel.formula}", "top center"))
        places += [(float(panel.across(value)), _BOTTOM, tick, "bottom center") for value, tick in panel.ticks.items()]
    words = [(x, y, written) for x, y, written, _ in places]
    return theme.words(words, size=_FONT, textposition=[position for *_, position in places])


def _shapes(panels: list[_Panel], label: int) -> list[dict[str, Any]]:
    thin = {"color": theme.NEUTRAL, "width": 1}
    shapes = [_band(label)]
    for panel in panels:
        shapes.append(_upright(float(panel.across(0.0)), thin))
        if panel.foot:
            line = {"x0": panel.start - _NUMBERS, "x1": panel.end, "y0": _LAST, "y1": _LAST}
            shapes.append({"type": "line", **line, "line": thin})
    tenth = float(panels[-1].across(0.1))
    shapes.append(_upright(tenth, {"color": theme.NEUTRAL, "dash": "dash", "width": 1.5}))
    return shapes


def _band(label: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": 0,
        "x1": 1,
        "y0": label - 0.5,
        "y1": label + 0.5,
        "fillcolor": theme.rgba(theme.NEUTRAL, 0.18),
        "line": {"width": 0},
        "layer": "below",
    }


def _upright(x: float, line: dict[str, Any]) -> dict[str, Any]:
    return {"type": "line", "x0": x, "x1": x, "y0": _LAST, "y1": _TOP, "line": line}
