"""The Train page's pictures: loss and accuracy, gradients and updates, and what has changed since the start."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.layer_axis import NAMED_AT_MOST
from netlib.i18n import Text
from netlib.trace import Array

TRAINED, HELD_OUT = theme.SIZE, theme.POSITIVE
"""The hues of the training digits and of the held-out ones."""

_FONT = 13
_LEFT, _RIGHT = [0.0, 0.43], [0.57, 1.0]
_GAP = 2
_FINE = 4
_SIDE = 28


def progress(
    steps: Array,
    loss: tuple[Array, Array],
    accuracy: tuple[Array, Array],
    looked_at: int | None,
    text: Text,
    *,
    height: int = theme.MIDDLE,
) -> go.Figure:
    """Loss (left, log) and accuracy (right) over steps (k,), each of the (training, held-out) digits (k,).

    `looked_at` is the step whose weights the pages show, a dashed line.
    """
    traces = [
        *_pair(steps, loss, "", text("loss %{y:.4g} at step %{x}"), text),
        *_pair(steps, accuracy, "2", text("accuracy %{y:.1%} at step %{x}"), text),
    ]
    last = float(max(steps[-1] if steps.size else 0, 1))
    across = {"range": [0, 1.02 * last], "fixedrange": True, "nticks": 6}
    finite = np.concatenate([line[np.isfinite(line) & (line > 0)] for line in loss])
    low, high = (finite.min(), finite.max()) if finite.size else (1.0, 3.0)
    room = max(0.06 * np.log10(high / low), 0.05)
    decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    factors = (1, 2, 5) if len(decades) <= _FINE else (1,)
    ticks = [factor * 10.0**decade for decade in decades for factor in factors]
    ticks = [tick for tick in ticks if low / 1.3 <= tick <= high * 1.3][:: 1 + len(decades) // 12]
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis=theme.axis(text("step"), domain=_LEFT, **across),
        xaxis2=theme.axis(text("step"), domain=_RIGHT, anchor="y2", **across),
        yaxis=theme.axis(
            text("loss (log scale)"),
            type="log",
            range=[float(np.log10(low) - room), float(np.log10(high) + room)],
            fixedrange=True,
            tickvals=ticks,
            ticktext=[text.number(tick, 1) for tick in ticks],
        ),
        yaxis2=theme.axis(
            text("share read right"), range=[0, 1.04], tickformat=".0%", anchor="x2", fixedrange=True, nticks=6
        ),
        shapes=[_mark(looked_at, axis) for axis in ("x", "x2")] if looked_at is not None else [],
        annotations=_names(text),
        hovermode="closest",
        margin={"l": 8, "r": 12, "t": 10, "b": 8},
    )


def _pair(steps: Array, values: tuple[Array, Array], number: str, hover: str, text: Text) -> list[theme.Trace]:
    named = (text("training digits"), TRAINED), (text("held-out digits"), HELD_OUT)
    return [
        {
            "type": "scatter",
            "mode": "lines" if len(steps) > 1 else "markers",
            "x": steps.astype(np.int32),
            "y": theme.short(line),
            "xaxis": f"x{number}",
            "yaxis": f"y{number}",
            "line": {"color": color, "width": 2.5, "dash": "dot" if color == TRAINED else "solid"},
            "marker": {"color": color, "size": 9},
            "name": name,
            "hovertemplate": f"{name}: {hover}<extra></extra>",
        }
        for line, (name, color) in zip(values, named, strict=True)
    ]


def _names(text: Text) -> list[dict[str, Any]]:
    """Which line is whose, in the free corner of each panel: losses fall, accuracies rise."""
    words = (
        f'<span style="color:{HELD_OUT}">— {text("held-out digits")}</span><br>'
        f'<span style="color:{TRAINED}">⋯ {text("training digits")}</span>'
    )
    common = {"text": words, "showarrow": False, "align": "right", "font": {"size": _FONT}, "xanchor": "right"}
    return [
        {**common, "xref": "x domain", "yref": "y domain", "x": 1, "y": 1, "yanchor": "top"},
        {**common, "xref": "x2 domain", "yref": "y2 domain", "x": 1, "y": 0.02, "yanchor": "bottom"},
    ]


def _mark(step: int, axis: str) -> dict[str, Any]:
    line = {"color": theme.NEUTRAL, "dash": "dash", "width": 2}
    return {"type": "line", "xref": axis, "yref": "paper", "x0": step, "x1": step, "y0": 0, "y1": 1, "line": line}


def per_layer(
    steps: Array,
    panels: Sequence[tuple[str, Array, float | None]],
    names: Sequence[str],
    text: Text,
    *,
    height: int = theme.MIDDLE,
) -> go.Figure:
    """One line a layer over steps (k,) in one or two panels side by side, on log axes.

    Each panel: its title, values (k, layers), and where a rule of thumb lies, dashed, if there is one.
    """
    domains = (_LEFT, _RIGHT) if len(panels) > 1 else ([0.0, 1.0],)
    colors = theme.depth_colors(len(names))
    traces: list[theme.Trace] = []
    layout: dict[str, Any] = {}
    shapes: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for place, (title, values, rule) in enumerate(panels):
        number = "2" if place else ""
        for index, (name, color) in enumerate(zip(names, colors, strict=True)):
            line = np.where(values[:, index] > 0, values[:, index], np.nan)
            traces.append(
                {
                    "type": "scatter",
                    "mode": "lines" if len(steps) > 1 else "markers",
                    "x": steps.astype(np.int32),
                    "y": theme.short(line),
                    "xaxis": f"x{number}",
                    "yaxis": f"y{number}",
                    "line": {"color": color, "width": 2},
                    "marker": {"color": color, "size": 8},
                    "hovertemplate": f"<b>{name}</b>: %{{y:.3g}}, " + text("step %{x}") + "<extra></extra>",
                }
            )
        known = values[np.isfinite(values) & (values > 0)]
        ends = np.log10([*(known if known.size else [1.0]), *([rule] if rule else [])])
        room = max(0.08 * float(np.ptp(ends)), 0.1)
        layout[f"xaxis{number}"] = theme.axis(
            text("step"), domain=domains[place], anchor=f"y{number}", fixedrange=True, nticks=6
        )
        layout[f"yaxis{number}"] = theme.axis(
            title,
            type="log",
            range=[float(ends.min() - room), float(ends.max() + room)],
            anchor=f"x{number}",
            fixedrange=True,
            exponentformat="power",
            dtick=1 if np.ptp(ends) < 6 else 2,
        )
        if rule:
            line_style = {"color": theme.NEUTRAL, "dash": "dash", "width": 2}
            shapes.append(
                {
                    "type": "line",
                    "xref": f"x{number} domain",
                    "yref": f"y{number}",
                    "x0": 0,
                    "x1": 1,
                    "y0": rule,
                    "y1": rule,
                    "line": line_style,
                }
            )
        notes += _at_the_ends(values, names, colors, number)
    return theme.figure(
        traces,
        text,
        height=height,
        shapes=shapes,
        annotations=notes,
        hovermode="closest",
        margin={"l": 8, "r": 56, "t": 10, "b": 8},
        **layout,
    )


def _at_the_ends(
    values: Array, names: Sequence[str], colors: Sequence[str], number: str, *, log: bool = True
) -> list[dict[str, Any]]:
    """The layers' names at the ends of their lines; of many the first and the last alone, never two in one place."""
    shown = range(len(names)) if len(names) <= NAMED_AT_MOST else (0, len(names) - 1)
    with np.errstate(divide="ignore"):
        places = np.log10(np.where(values > 0, values, np.nan)) if log else values
    known = places[np.isfinite(places)]
    span = float(np.ptp(known)) if known.size else 1.0
    ends = [(index, float(places[-1, index])) for index in shown if len(places) and np.isfinite(places[-1, index])]
    notes: list[dict[str, Any]] = []
    taken: list[float] = []
    for index, end in sorted(ends, key=lambda pair: -pair[1]):
        if all(abs(end - other) > 0.07 * max(span, 0.1) for other in taken):
            taken.append(end)
            notes.append(
                {
                    "x": 1,
                    "xref": f"x{number} domain",
                    "y": end,
                    "yref": f"y{number}",
                    "text": names[index],
                    "font": {"size": 12, "color": colors[index]},
                    "showarrow": False,
                    "xanchor": "left",
                    "xshift": 4,
                }
            )
    return notes


def shares(
    steps: Array, values: Array, names: Sequence[str], colors: Sequence[str], text: Text, *, height: int = theme.MIDDLE
) -> go.Figure:
    """Shares of each layer's units over steps (k,): values (k, layers), one line a layer, from 0 to 100 %."""
    top = max(float(np.nanmax(values, initial=0.0)), 0.05)
    return theme.figure(
        [
            {
                "type": "scatter",
                "mode": "lines" if len(steps) > 1 else "markers",
                "x": steps.astype(np.int32),
                "y": theme.short(values[:, index]),
                "line": {"color": color, "width": 2.5},
                "marker": {"color": color, "size": 8},
                "hovertemplate": f"<b>{name}</b>: %{{y:.1%}}, " + text("step %{x}") + "<extra></extra>",
            }
            for index, (name, color) in enumerate(zip(names, colors, strict=True))
        ],
        text,
        height=height,
        xaxis=theme.axis(text("step"), fixedrange=True, nticks=6),
        yaxis=theme.axis(
            text("share of the layer's units"), range=[-0.03 * top, 1.1 * top], tickformat=".0%", fixedrange=True
        ),
        annotations=_at_the_ends(values, names, colors, "", log=False),
        hovermode="closest",
        margin={"l": 8, "r": 56, "t": 10, "b": 8},
    )


def since_the_start(
    panels: Sequence[tuple[str, Array, Array, Array]], color: str, text: Text, *, height: int = theme.SMALL
) -> go.Figure:
    """Distributions now, filled, over those of step 0, dashed; panels side by side.

    Each panel: its title, edges (b + 1), shares now (b,) and shares at the start (b,).
    """
    domains = (_LEFT, _RIGHT) if len(panels) > 1 else ([0.0, 1.0],)
    traces: list[theme.Trace] = []
    layout: dict[str, Any] = {}
    for place, (title, edges, now, start) in enumerate(panels):
        number = "2" if place else ""
        on = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
        # Most units of a rectifier are exactly 0: the square root leaves the others in sight.
        about = np.stack([edges[:-1], edges[1:], now], 1)
        traces.append(
            {
                **theme.outline(edges, np.sqrt(now), theme.rgba(color, 0.55), about),
                **on,
                "hovertemplate": text("now: %{customdata[2]:.2%} between %{customdata[0]:.3g} and %{customdata[1]:.3g}")
                + "<extra></extra>",
            }
        )
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": theme.short(np.concatenate([edges[:1], edges])),
                "y": theme.short(np.sqrt(np.concatenate([[0.0], start, [0.0]]))),
                "line": {"color": theme.NEUTRAL, "dash": "dash", "width": 2, "shape": "hv"},
                "hoverinfo": "skip",
                **on,
            }
        )
        top = float(np.sqrt(max(now.max(initial=0.0), start.max(initial=0.0), 1e-6)))
        ticks = np.array([0.0, 0.01, 0.04, 0.1, 0.25, 0.5, 1.0])
        ticks = ticks[np.sqrt(ticks) <= 1.1 * top]
        layout[f"xaxis{number}"] = theme.axis(
            title, domain=domains[place], anchor=f"y{number}", fixedrange=True, nticks=6, showgrid=False
        )
        layout[f"yaxis{number}"] = theme.axis(
            text("share (square root)"),
            range=[0, 1.15 * top],
            tickvals=np.sqrt(ticks).tolist(),
            ticktext=[text.percent(float(tick), 0) for tick in ticks],
            anchor=f"x{number}",
            fixedrange=True,
        )
    return theme.figure(
        traces, text, height=height, hovermode="closest", margin={"l": 8, "r": 8, "t": 10, "b": 8}, **layout
    )


def unit_pictures(start: Array, now: Array, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """The first layer's weights (u, 28, 28) as pictures at step 0 (above) and now (below), on one scale around zero."""
    count = len(now)
    cell = _SIDE + _GAP
    mosaic = np.full((2 * cell - _GAP, count * cell - _GAP), np.nan, np.float32)
    for row, pictures in enumerate((now, start)):  # drawn from below
        for column, picture in enumerate(pictures):
            mosaic[row * cell : row * cell + _SIDE, column * cell : column * cell + _SIDE] = picture[::-1]
    limit = float(np.nanmax(np.abs(mosaic))) if np.isfinite(mosaic).any() else 0.0
    limit = limit or 1.0
    heatmap = {
        "type": "heatmap",
        "z": mosaic,
        "zmin": -limit,
        "zmax": limit,
        "colorscale": theme.sign_scale(),
        "colorbar": theme.color_bar(text("weight")),
        "hoverongaps": False,
        "hovertemplate": text("weight %{z:.4g}") + "<extra></extra>",
    }
    names = [(column * cell + _SIDE / 2 - 0.5, -4.0, str(column)) for column in range(count)]
    return theme.figure(
        [heatmap, theme.words(names, size=12)],
        text,
        height=height,
        xaxis=theme.hidden_axis(range=[-1, mosaic.shape[1]]),
        yaxis=theme.axis(
            tickvals=[_SIDE / 2, cell + _SIDE / 2],
            ticktext=[text("now"), text("step 0")],
            range=[-8, mosaic.shape[0]],
            showgrid=False,
            ticks="",
            fixedrange=True,
            scaleanchor="x",
        ),
        margin={"l": 8, "r": 8, "t": 4, "b": 4},
    )
