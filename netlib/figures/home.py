"""Home's pictures: the network drawn with its real weights, and the ten probabilities."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.i18n import Text
from netlib.stats.units import sizes_shown
from netlib.trace import Array, LayerTrace, Trace

_INPUTS_SHOWN = 8
_EDGES_AT_MOST = 1_600
_CAPTIONED = 9
_APART = 2
_WITH_PARAMETERS = 5


def probability_bars(
    probabilities: Array, label: int, text: Text, *, before: Array | None = None, height: int = theme.SMALL
) -> go.Figure:
    """Ten horizontal bars 0 to 9 on an axis to 1.1, as the notebook's `view_classify` draws them.

    probabilities (10,); the bar of the true digit carries a second hue and says so. `before` (10,) are marked where the
    network has been touched.
    """
    classes = [str(digit) for digit in range(10)]
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": probabilities,
        "y": classes,
        "marker": {"color": [theme.POSITIVE if digit == label else theme.SIZE for digit in range(10)]},
        "text": [_written(float(p), digit == label, text) for digit, p in enumerate(probabilities)],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": text("digit %{y}: probability %{x:.4f}") + "<extra></extra>",
    }
    chance = {"type": "line", "x0": 0.1, "x1": 0.1, "y0": 0, "y1": 1, "yref": "paper"}
    return theme.figure(
        [bars] if before is None else [bars, _marks(before, classes, text)],
        text,
        height=height,
        xaxis=theme.axis(text("Class probability"), range=[0, 1.1], fixedrange=True),
        yaxis=theme.axis("", type="category", fixedrange=True, autorange="reversed"),
        bargap=0.25,
        shapes=[{**chance, "line": {"color": theme.NEUTRAL, "dash": "dash", "width": 1.5}}],
        annotations=[
            {
                "x": 0.1,
                "y": 1.0,
                "yref": "paper",
                "yanchor": "bottom",
                "xanchor": "left",
                "text": text("chance: 1/10"),
                "showarrow": False,
                "font": {"color": theme.NEUTRAL, "size": 12},
            }
        ],
        margin={"l": 8, "r": 8, "t": 24, "b": 8},
    )


def _marks(before: Array, classes: list[str], text: Text) -> theme.Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": before,
        "y": classes,
        "marker": {"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": theme.NEUTRAL}},
        "cliponaxis": False,
        "hovertemplate": text("digit %{y}, before the touches: %{x:.4f}") + "<extra></extra>",
    }


def _written(probability: float, true: bool, text: Text) -> str:
    written = text.fixed(probability, 3)
    return text("{probability} true digit", probability=written) if true else written


def network(
    trace: Trace,
    image: int,
    looked_at: str,
    text: Text,
    *,
    chosen: tuple[str, int] | None = None,
    height: int = theme.MIDDLE,
) -> go.Figure:
    """The network as circles and lines: lines are real weights of the units shown, fill is the image's answer.

    Layers wider than what fits show their first and last units around an ellipsis. `looked_at` is marked, and so is the
    unit `chosen`, which is always among those shown. The last trace are the circles, as `node_units` names them.
    """
    columns = _columns(trace, image, chosen)
    traces = [*_edges(trace, columns), _nodes(columns, chosen)]
    annotations = _captions(columns, looked_at, text)
    annotations += [_ellipsis(column) for column in columns if column.total > len(column.units)]
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis=theme.hidden_axis(range=[-0.5, len(columns) - 0.5]),
        yaxis=theme.hidden_axis(range=[-1.12, 0.56]),
        annotations=annotations,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        hovermode="closest",
        clickmode="event+select",
        selectionrevision="" if chosen is None else f"{chosen[0]}.{chosen[1]}",
    )


def node_units(trace: Trace, image: int, chosen: tuple[str, int] | None) -> list[tuple[str, int]]:
    """Layer and index of each circle of the drawing, in its order; the layer of a pixel is `input`."""
    return [(column.name, int(unit)) for column in _columns(trace, image, chosen) for unit in column.units]


class _Column:
    """One column of the drawing: which of a layer's units are shown, where, and how strongly they answer."""

    def __init__(
        self,
        name: str,
        answer: str,
        values: Array,
        x: float,
        most: int,
        parameters: int | None,
        chosen: tuple[str, int] | None = None,
    ) -> None:
        self.name, self.answer, self.x, self.parameters = name, answer, x, parameters
        self.total = len(values)
        self.units = sizes_shown(self.total, most)
        if chosen is not None and chosen[0] == name and chosen[1] not in self.units:
            self.units[(len(self.units) + 1) // 2 - 1] = chosen[1]
        self.values = values[self.units]
        finite = np.nan_to_num(values)  # a signal beyond float32 is drawn at the end of the scale
        largest = float(np.abs(finite).max(initial=0.0))
        self.strength = np.abs(finite[self.units]) / largest if largest else np.zeros(len(self.units))
        slots = np.arange(len(self.units), dtype=float)
        if self.total > len(self.units):
            slots[(len(slots) + 1) // 2 :] += 1
        self.y = 0.5 - (slots + 0.5) / (slots[-1] + 1)
        self.gap = float(self.y[(len(slots) + 1) // 2 - 1] + self.y[(len(slots) + 1) // 2]) / 2 if len(slots) > 1 else 0


def _columns(trace: Trace, image: int, chosen: tuple[str, int] | None) -> list[_Column]:
    layers = trace.layers
    most = max(4, min(10, int((_EDGES_AT_MOST / len(layers)) ** 0.5)))
    columns = [_Column("input", "", (trace.inputs[image] + 1) / 2, 0.0, min(most, _INPUTS_SHOWN), None)]
    for index, layer in enumerate(layers):
        answer = layer.activation if layer.is_output else f"{layer.activation}{index + 1}"
        shown = most if not layer.is_output else 10
        columns.append(_Column(layer.name, answer, layer.after[image], index + 1.0, shown, layer.parameters, chosen))
    return columns


def _edges(trace: Trace, columns: list[_Column]) -> list[theme.Trace]:
    xs: dict[bool, list[Array]] = {True: [], False: []}
    ys: dict[bool, list[Array]] = {True: [], False: []}
    for layer, left, right in zip(trace.layers, columns, columns[1:], strict=False):
        weights = layer.weight[np.ix_(right.units, left.units)]
        strong = np.abs(weights) >= np.median(np.abs(weights))
        for positive in (True, False):
            to, start = np.nonzero(strong & (weights > 0 if positive else weights < 0))
            gap = np.full(len(to), np.nan)
            xs[positive].append(np.stack([np.full(len(to), left.x), np.full(len(to), right.x), gap], 1).ravel())
            ys[positive].append(np.stack([left.y[start], right.y[to], gap], 1).ravel())
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": np.concatenate(xs[positive]).astype(np.float32),
            "y": np.concatenate(ys[positive]).astype(np.float32),
            "line": {"color": theme.rgba(theme.POSITIVE if positive else theme.NEGATIVE, 0.35), "width": 1},
            "hoverinfo": "skip",
        }
        for positive in (True, False)
    ]


def _nodes(columns: list[_Column], chosen: tuple[str, int] | None) -> theme.Trace:
    names = [(column.name, int(unit)) for column in columns for unit in column.units]
    line: dict[str, Any] = {"color": theme.NEUTRAL, "width": 1.5}
    if chosen in names:
        line = {
            "color": [theme.POSITIVE if name == chosen else theme.NEUTRAL for name in names],
            "width": [4 if name == chosen else 1.5 for name in names],
        }
    return {
        "type": "scatter",
        "mode": "markers",
        "x": np.concatenate([np.full(len(column.units), column.x) for column in columns]),
        "y": np.concatenate([column.y for column in columns]),
        "marker": {
            "size": 15 if len(columns) <= 8 else 9,
            "color": np.concatenate([column.strength for column in columns]),
            "cmin": 0,
            "cmax": 1,
            "colorscale": theme.size_scale(),
            "line": line,
        },
        "selectedpoints": [names.index(chosen)] if chosen in names else None,
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}},
        "customdata": np.concatenate([column.values for column in columns]),
        "text": [f"{name}[{unit}]" for name, unit in names],
        "hovertemplate": "%{text}: %{customdata:.4g}<extra></extra>",
    }


def _captions(columns: list[_Column], looked_at: str, text: Text) -> list[dict[str, Any]]:
    """Name, size and parameters under each column; only names, and not all, where the columns are narrow."""
    every = 1 if len(columns) <= _CAPTIONED else 5
    last = len(columns) - 1
    looked_at_index = next((i for i, column in enumerate(columns) if column.name == looked_at), last)
    notes = []
    for index, column in enumerate(columns):
        marked = column.name == looked_at
        if index % every and not marked and index < last:
            continue
        crowded = every > 1 and 0 < abs(index - looked_at_index) <= _APART
        if not marked and (crowded or (every > 1 and 0 < last - index <= _APART)):
            continue
        lines = [text("input") if column.name == "input" else column.name, str(column.total)]
        if column.answer and len(columns) <= _CAPTIONED:
            lines.insert(1, column.answer)
        if marked:
            lines[0] = f"<b>{lines[0]}</b>"
        if column.parameters is not None and len(columns) <= _WITH_PARAMETERS:
            lines.append(text("{count} param.", count=column.parameters))
        notes.append(
            {
                "x": column.x,
                "y": -0.58,
                "yanchor": "top",
                "xanchor": "center" if every == 1 or 0 < index < last else ("left" if index == 0 else "right"),
                "text": "<br>".join(lines),
                "showarrow": False,
                "font": {"size": 12},
            }
        )
    return notes


def _ellipsis(column: _Column) -> dict[str, Any]:
    return {"x": column.x, "y": column.gap, "text": "⋮", "showarrow": False, "font": {"size": 18}}


def layer_caption(layer: LayerTrace) -> str:
    """`fc1 · 128 · relu`: name, units, activation, as the chips write it."""
    return f"{layer.name} · {len(layer.bias)} · {layer.activation}"
