"""The lesson's pictures: shapes that flow, numbers that add up, curves that bend; each small enough for a projector."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.digit import heatmap, square
from netlib.i18n import Text
from netlib.trace import Array

_SIDE = 28
_LABEL = 13
HEIGHT = 300


def _note(x: float, y: float, words: str, **options: Any) -> dict[str, Any]:
    return {"x": x, "y": y, "text": words, "showarrow": False, "font": {"size": _LABEL}, **options}


def _short(values: Array) -> Array:
    """Half the bytes, unless a number would not fit into float32."""
    fits = bool(np.abs(values).max(initial=0.0) < np.finfo(np.float32).max)
    return values.astype(np.float32 if fits else np.float64)


def _line(x: Array, y: Array, color: str, hover: str, **options: Any) -> theme.Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _short(x),
        "y": _short(y),
        "line": {"color": color, "width": 2.5},
        "hovertemplate": hover + "<extra></extra>",
        **options,
    }


def flattened(image: Array, row: int, text: Text) -> go.Figure:
    """One image (28, 28) with a row marked, and the vector (784,) as a line with the same 28 numbers marked."""
    vector = image.reshape(-1)
    first = row * _SIDE
    here = np.arange(first, first + _SIDE)
    traces = [
        heatmap(image, text),
        _line(np.arange(vector.size), vector, theme.NEUTRAL, text("index %{x}: %{y:.3f}"), xaxis="x2", yaxis="y2")
        | {"line": {"color": theme.NEUTRAL, "width": 1}},
        _line(here, vector[here], theme.POSITIVE, text("index %{x}: %{y:.3f}"), xaxis="x2", yaxis="y2"),
    ]
    return theme.figure(
        traces,
        text,
        height=HEIGHT,
        xaxis=theme.hidden_axis(domain=[0, 0.29], constrain="domain"),
        yaxis=theme.hidden_axis(autorange="reversed", scaleanchor="x", constrain="domain"),
        xaxis2=theme.axis(text("index in the vector"), domain=[0.49, 1], range=[-4, 788], anchor="y2", fixedrange=True),
        yaxis2=theme.axis(text("value"), anchor="x2", range=[-1.08, 1.08], fixedrange=True),
        shapes=[
            {
                "type": "rect",
                "x0": -0.5,
                "x1": _SIDE - 0.5,
                "y0": row - 0.5,
                "y1": row + 0.5,
                "line": {"color": theme.POSITIVE, "width": 3},
            }
        ],
    )


def shares(centres: Array, share: Array, title: str, text: Text) -> go.Figure:
    """A histogram (bins,) as the share of all values in each bin."""
    bars = {
        "type": "bar",
        "x": centres.astype(np.float32),
        "y": share.astype(np.float32),
        "marker": {"color": theme.SIZE, "line": {"width": 0}},
        "hovertemplate": text("around %{x:.3f}: %{y:.1%}") + "<extra></extra>",
    }
    return theme.figure(
        [bars],
        text,
        height=HEIGHT,
        xaxis=theme.axis(title, fixedrange=True),
        yaxis=theme.axis(text("share of all"), range=[0, 1.05], tickformat=".0%", fixedrange=True),
        bargap=0.04,
    )


def axis_sums(values: Array, row_sums: Array, column_sums: Array, dim: int, text: Text) -> go.Figure:
    """The table (n, 10) as a heatmap; right of it what each row adds up to, below it what each column does.

    The sums that the division made 1 are in the hue of sizes, the others grey; a dotted line marks 1.
    """
    made, other = theme.SIZE, theme.NEUTRAL
    count = len(values)
    table = {
        "type": "heatmap",
        "z": values.astype(np.float32),
        "colorscale": theme.size_scale(),
        "zmin": 0,
        "showscale": False,
        "hovertemplate": text("image %{y}, digit %{x}: %{z:.4f}") + "<extra></extra>",
    }
    rows = _line(row_sums, np.arange(count), made if dim == 1 else other, text("image %{y}: sum %{x:.4f}"))
    columns = {
        "type": "bar",
        "x": np.arange(10),
        "y": column_sums.astype(np.float32),
        "marker": {"color": made if dim == 0 else other},
        "hovertemplate": text("digit %{x}: sum %{y:.4f}") + "<extra></extra>",
        "yaxis": "y2",
    }
    return theme.figure(
        [
            table,
            {**rows, "mode": "lines+markers", "marker": {"size": 4, "color": rows["line"]["color"]}, "xaxis": "x2"},
            columns,
        ],
        text,
        height=HEIGHT + 40,
        xaxis=theme.axis(text("digit"), domain=[0, 0.68], dtick=1, fixedrange=True, anchor="y2"),
        yaxis=theme.axis(text("image"), domain=[0.36, 1], autorange="reversed", fixedrange=True),
        xaxis2=theme.axis(text("row sum"), domain=[0.74, 1], anchor="y", rangemode="tozero", fixedrange=True, nticks=4),
        yaxis2=theme.axis(text("column sum"), domain=[0, 0.3], anchor="x", fixedrange=True, nticks=3),
        shapes=[
            _mark({"x0": 1, "x1": 1, "xref": "x2", "y0": 0.36, "y1": 1, "yref": "paper"}),
            _mark({"x0": -0.5, "x1": 9.5, "y0": 1, "y1": 1, "yref": "y2"}),
        ],
    )


def _mark(where: dict[str, Any]) -> dict[str, Any]:
    return {"type": "line", "line": {"color": theme.NEUTRAL, "dash": "dash", "width": 1.5}, **where}


def paired_bars(first: Array, second: Array, names: tuple[str, str], text: Text) -> go.Figure:
    """Ten probabilities from each of two forms, side by side."""
    classes = [str(digit) for digit in range(10)]
    bars = [
        {
            "type": "bar",
            "name": name,
            "x": classes,
            "y": values.astype(np.float32),
            "marker": {"color": color},
            "hovertemplate": name + ": %{y:.7f}<extra></extra>",
        }
        for name, values, color in zip(names, (first, second), (theme.SIZE, theme.DEPTH[1]), strict=True)
    ]
    return theme.figure(
        bars,
        text,
        height=HEIGHT,
        barmode="group",
        showlegend=True,
        legend={"orientation": "h", "y": 1.14},
        xaxis=theme.axis(text("digit"), type="category", fixedrange=True),
        yaxis=theme.axis(text("probability"), rangemode="tozero", fixedrange=True),
    )


def bend(z: Array, value: Array, slope: Array, name: str, text: Text) -> go.Figure:
    """An activation and its slope over the input z (points,)."""
    curves = [
        _line(z, value, theme.SIZE, text("value %{y:.3f} at %{x:.2f}")),
        _line(z, slope, theme.DEPTH[1], text("slope %{y:.3f} at %{x:.2f}")),
    ]
    return theme.figure(
        curves,
        text,
        height=HEIGHT,
        xaxis=theme.axis(text("input of the unit, z"), fixedrange=True, range=[float(z[0]), float(z[-1]) + 1.6]),
        yaxis=theme.axis(text("value and slope"), fixedrange=True, zeroline=True, zerolinecolor=theme.NEUTRAL),
        annotations=[
            _note(float(z[-1]), float(value[-1]), name, xanchor="left", xshift=6, yanchor="bottom"),
            _note(float(z[-1]), float(slope[-1]), text("its slope"), xanchor="left", xshift=6, yanchor="top"),
        ],
    )


def stack_against_one(stacked: Array, single: Array, text: Text) -> go.Figure:
    """Each logit of the stack (n, 10) against that of the one matrix: equal ones lie on the dashed line."""
    low, high = float(min(stacked.min(), single.min())), float(max(stacked.max(), single.max()))
    room = 0.05 * (high - low) or 1.0
    ends = np.array([low - room, high + room])
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": _short(single.ravel()),
        "y": _short(stacked.ravel()),
        "marker": {"size": 5, "color": theme.rgba(theme.SIZE, 0.6)},
        "hovertemplate": text("one matrix %{x:.4g}, the stack %{y:.4g}") + "<extra></extra>",
    }
    diagonal = _line(ends, ends, theme.NEUTRAL, "") | {
        "line": {"color": theme.NEUTRAL, "dash": "dash", "width": 2},
        "hoverinfo": "skip",
        "hovertemplate": None,
    }
    return theme.figure(
        [diagonal, points],
        text,
        height=HEIGHT,
        xaxis=theme.axis(text("logit by the one matrix"), range=list(ends), fixedrange=True),
        yaxis=theme.axis(text("logit by the stack"), range=list(ends), fixedrange=True),
    )


def template(weights: Array, text: Text) -> go.Figure:
    """28 × 28 weights (28, 28) by sign, symmetric about zero."""
    limit = float(np.abs(weights).max()) or 1.0
    cells = {
        "type": "heatmap",
        "z": _short(weights),
        "colorscale": theme.sign_scale(),
        "zmin": -limit,
        "zmax": limit,
        "colorbar": theme.color_bar(text("weight")),
        "hovertemplate": text("row %{y}, column %{x}: %{z:.3f}") + "<extra></extra>",
    }
    return theme.figure([cells], text, height=HEIGHT, **square())


def steps(names: Sequence[str], values: Sequence[int], marked: int, title: str, text: Text) -> go.Figure:
    """One bar a step or layer, on a logarithmic axis, with its number written at it; one of them is marked."""
    labels = [f"<b>{name}</b>" if index == marked else name for index, name in enumerate(names)]
    bars = {
        "type": "bar",
        "x": list(range(len(names))),
        "y": list(values),
        "marker": {"color": [theme.SIZE if i == marked else theme.rgba(theme.SIZE, 0.4) for i in range(len(names))]},
        "text": [text.number(value) for value in values] if len(names) <= 12 else None,
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": list(names),
        "hovertemplate": "%{customdata}: %{y}<extra></extra>",
    }
    every = max(1, -(-len(names) // 16))
    shown = [index for index in range(len(names)) if index % every == 0 or index == marked]
    return theme.figure(
        [bars],
        text,
        height=HEIGHT,
        xaxis=theme.axis("", tickvals=shown, ticktext=[labels[index] for index in shown], fixedrange=True),
        yaxis=theme.axis(title, type="log", range=[0, float(np.log10(max(values))) + 0.4], fixedrange=True, dtick=1),
        bargap=0.3,
    )


def groups(table: Array, text: Text) -> go.Figure:
    """Units that are equal in one colour: table (steps + 1, units) of group numbers; time runs to the right."""
    count = table.shape[1]
    colors = theme.depth_colors(count)
    scale = [(edge / count, colors[unit]) for unit in range(count) for edge in (unit, unit + 1)]
    cells = {
        "type": "heatmap",
        "z": table.T.astype(np.int8),
        "colorscale": scale,
        "zmin": -0.5,
        "zmax": count - 0.5,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": text("step %{x}, unit %{y}: equal to unit of group %{z}") + "<extra></extra>",
    }
    return theme.figure(
        [cells],
        text,
        height=HEIGHT,
        xaxis=theme.axis(text("steps of training"), dtick=1, fixedrange=True),
        yaxis=theme.axis(text("hidden unit"), autorange="reversed", dtick=3, fixedrange=True),
    )


def losses(values: Array, chance: float, text: Text) -> go.Figure:
    """The loss before training and after each step (steps + 1,), with that of a blind guess dashed."""
    high = float(max(values.max(), chance))
    return theme.figure(
        [
            _line(np.arange(len(values)), values, theme.SIZE, text("after %{x} steps: %{y:.4f}"))
            | {"mode": "lines+markers", "marker": {"size": 7, "color": theme.SIZE}}
        ],
        text,
        height=HEIGHT,
        xaxis=theme.axis(text("steps of training"), range=[-0.5, 15.5], fixedrange=True),
        yaxis=theme.axis(text("cross-entropy, nats"), range=[0, 1.12 * high], fixedrange=True),
        shapes=[_mark({"x0": -0.5, "x1": 15.5, "y0": chance, "y1": chance})],
        annotations=[_note(15.5, chance, text("blind guess: ln 10"), xanchor="right", yanchor="bottom")],
    )
