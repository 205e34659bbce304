"""The Activations page's pictures of all layers: bands along depth, distributions, who does not take part."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.layer_axis import NAMED_AT_MOST, bold, layer_axis, marked
from netlib.i18n import Text
from netlib.stats.activations import Distributions, Ridge, Signal, Spread
from netlib.stats.scale import Scale
from netlib.trace import Array

_WIDTH = 0.74
_SMALL_FONT = 12
_RIDGE = 0.84
_SHOWN_ZEROS = 0.005
_PANELS = ([0, 0.485], [0.515, 1])


def bands(signal: Signal, looked_at: str, text: Text, *, height: int = theme.LARGE) -> go.Figure:
    """Pixels, then each layer's numbers before (above) and after its activation (below), on one scale.

    Light: 5 to 95 % of them, dark: 25 to 75 %, line: the median. The layer looked at stands on grey.
    """
    scale = signal.scale
    before = [layer.before for layer in signal.layers]
    after = [signal.inputs, *(layer.after for layer in signal.layers)]
    colors = theme.depth_colors(len(before))
    names = [text("input"), *signal.names]
    seen = [spread for spread in (*before, *after) if spread.finite]
    ends = [min(spread.percentiles[1] for spread in seen), max(spread.percentiles[5] for spread in seen)]
    span = _span(scale.place(np.array(ends)), scale)
    line = 0.008 * (span[1] - span[0])
    axis = _scale_axis(scale, span, text, most=9)
    traces = [
        *_boxes(before, 1, names[1:], colors, scale, line, "y2", text),
        *_boxes(after, 0, names, [theme.NEUTRAL, *colors], scale, line, "y", text),
    ]
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis=layer_axis(names, looked_at, text("layers, first to last"), side=0.6),
        yaxis=theme.axis(text("after: f(z)"), domain=_PANELS[0], **axis),
        yaxis2=theme.axis(text("before: z"), domain=_PANELS[1], **axis),
        shapes=[marked(names, looked_at)],
        barmode="overlay",
        hovermode="x",
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def _boxes(
    spreads: Sequence[Spread],
    first: int,
    names: Sequence[str],
    colors: Sequence[str],
    scale: Scale,
    line: float,
    axis: str,
    text: Text,
) -> list[theme.Trace]:
    """Three bars on top of each other for each spread that has numbers: 5 to 95 %, 25 to 75 %, the median."""
    kept = [index for index, spread in enumerate(spreads) if spread.finite]
    x = (np.array(kept) + first).astype(np.int8)
    levels = np.array([spreads[index].percentiles for index in kept]).reshape(-1, 7)
    places = scale.place(levels)
    about = np.array([(*spreads[index].percentiles[1:6], spreads[index].mean, spreads[index].std) for index in kept])
    common = {"type": "bar", "x": x, "width": _WIDTH, "yaxis": axis}

    def filled(alpha: float) -> dict[str, Any]:
        return {"color": [colors[index] for index in kept], "opacity": alpha, "line": {"width": 0}}

    boxes = [
        {
            **common,
            "base": theme.short(places[:, low]),
            "y": theme.short(places[:, high] - places[:, low]),
            "marker": filled(alpha),
            "hoverinfo": "skip",
        }
        for low, high, alpha in ((1, 5, 0.28), (2, 4, 0.5))
    ]
    median = {
        **common,
        "base": theme.short(places[:, 3] - line),
        "y": theme.short(np.full(len(kept), 2 * line)),
        "marker": filled(1.0),
        "customdata": theme.short(about),
        "text": [names[index] for index in kept],
        "textposition": "none",
        "hovertemplate": text(
            "%{text}: mean %{customdata[5]:.4g}, std %{customdata[6]:.4g}<br>5% below %{customdata[0]:.4g}, "
            "25% below %{customdata[1]:.4g}<br>median %{customdata[2]:.4g}<br>25% above %{customdata[3]:.4g}, "
            "5% above %{customdata[4]:.4g}"
        )
        + "<extra></extra>",
    }
    return [*boxes, median]


def shares(signal: Signal, looked_at: str, text: Text, *, height: int = theme.LARGE) -> go.Figure:
    """Three rows of bars, one a layer, all from 0 to 100 %: saturated, dead units, silent images."""
    layers = signal.layers
    rows: list[tuple[str, list[float | None]]] = [
        (text("saturated"), [layer.saturated for layer in layers]),
        (text("dead units"), [layer.dead / layer.units for layer in layers]),
        (text("silent images"), [layer.silent / layer.images for layer in layers]),
    ]
    colors = theme.depth_colors(len(layers))
    traces: list[theme.Trace] = []
    axes: dict[str, Any] = {}
    for row, (title, values) in enumerate(rows):
        number = str(3 - row) if row < 2 else ""
        kept = [index for index, value in enumerate(values) if value is not None]
        measured = [value for value in values if value is not None]
        traces.append(
            {
                "type": "bar",
                "x": np.array(kept),
                "y": np.array(measured),
                "width": _WIDTH,
                "yaxis": f"y{number}",
                "marker": {"color": [theme.rgba(colors[index], 0.85) for index in kept], "line": {"width": 0}},
                "text": [text.percent(value, int(0 < value < 1)) for value in measured],
                "textposition": "outside" if len(layers) <= NAMED_AT_MOST else "none",
                "textfont": {"size": _SMALL_FONT},
                "customdata": [signal.names[index] for index in kept],
                "cliponaxis": False,
                "hovertemplate": f"%{{customdata}}, {title}: %{{text}}<extra></extra>",
            }
        )
        axes[f"yaxis{number}"] = theme.axis(
            title,
            domain=[max(0.0, 0.69 - 0.345 * row), 1 - 0.345 * row],
            range=[0, 1.3],
            tickvals=[0, 0.5, 1],
            ticktext=[text.percent(value, 0) for value in (0, 0.5, 1)],
            fixedrange=True,
        )
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis=layer_axis(signal.names, looked_at, text("layers, first to last"), side=0.6),
        **axes,
        shapes=[marked(signal.names, looked_at)],
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def ridges(shown: Distributions, looked_at: str, text: Text, *, height: int = theme.LARGE) -> go.Figure:
    """A row a layer, first layer on top: how its numbers are distributed before (left) and after (right), on one scale.

    Each row has a height of its own. Exact zeros are left out of the curves and written as a share.
    """
    names = [ridge.name for ridge in shown.before]
    colors = theme.depth_colors(len(names))
    span = _span(shown.edges[[0, -1]], shown.scale)
    traces, notes = [], []
    for panel, (number, rows) in enumerate((("", shown.before), ("2", shown.after))):
        for row, (ridge, color) in enumerate(zip(rows, colors, strict=True)):
            traces.append(_ridge(ridge, shown, row, color, number, text))
            if ridge.zero_share > _SHOWN_ZEROS:
                notes.append(_zeros(ridge, row, _PANELS[panel], text))
    ticks = _scale_axis(shown.scale, span, text, most=8)
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis=theme.axis(text("before: z"), domain=_PANELS[0], **ticks),
        xaxis2=theme.axis(text("after: f(z)"), domain=_PANELS[1], **ticks),
        yaxis=theme.axis(
            "",
            range=[0.9 - len(names), 1],
            tickvals=[-row for row in range(len(names))],
            ticktext=[bold(name, looked_at) for name in names],
            showgrid=False,
            fixedrange=True,
        ),
        annotations=notes,
        hovermode="closest",
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def _ridge(ridge: Ridge, shown: Distributions, row: int, color: str, number: str, text: Text) -> theme.Trace:
    tallest = float(ridge.shares.max()) or 1.0
    values = shown.scale.value(shown.edges)
    about = np.stack([ridge.shares, values[:-1], values[1:]], 1)
    heights = ridge.shares / tallest * _RIDGE
    return {
        **theme.outline(shown.edges, heights, theme.rgba(color, 0.75), about, base=-row),
        "xaxis": f"x{number}",
        "hovertemplate": ridge.name
        + ": "
        + text("%{customdata[0]:.2%} between %{customdata[1]:.4g} and %{customdata[2]:.4g}")
        + "<extra></extra>",
    }


def _span(ends: Array, scale: Scale) -> tuple[float, float]:
    """An axis' range around what it must hold, with a little room; something around a single place."""
    low, high = float(ends[0]), float(ends[-1])
    room = 0.04 * (high - low) or 0.5 * abs(low) or 1.0
    if scale.is_log:
        room = min(room, 0.35)  # of a decade: 4 % of 60 decades would show sizes that float32 does not have
    return low - room, high + room


def _scale_axis(scale: Scale, span: tuple[float, float], text: Text, *, most: int) -> dict[str, Any]:
    """Range and ticks of an axis on a scale: powers of ten on both sides of zero where it is a log scale."""
    axis: dict[str, Any] = {"range": list(span), "fixedrange": True, "zeroline": True, "zerolinecolor": theme.NEUTRAL}
    if scale.is_log:
        low, high = scale.value(np.array(span))
        ticks = scale.ticks(float(low), float(high), most)
        places = scale.place(np.array([sign * 10.0**exponent for sign, exponent in ticks]))
        axis |= {"tickvals": places, "ticktext": powers(ticks, text)}
    else:
        axis |= {"nticks": 7, "exponentformat": "power", "minexponent": 4}
    return axis


def powers(ticks: Sequence[tuple[int, int]], text: Text) -> list[str]:
    """Powers of ten as an axis writes them: `0.1`, `100` where all are so short, else `10⁻⁷`."""
    exponents = [exponent for sign, exponent in ticks if sign]
    short = all(-3 <= exponent <= 3 for exponent in exponents)
    return [_power(sign, exponent, short, text) for sign, exponent in ticks]


def _power(sign: int, exponent: int, short: bool, text: Text) -> str:
    if not sign:
        return "0"
    short = short or exponent == 0
    size = text.fixed(10.0**exponent, max(-exponent, 0)) if short else f"10<sup>{exponent}</sup>".replace("-", "−")
    return ("−" if sign < 0 else "") + size


def _zeros(ridge: Ridge, row: int, panel: Sequence[float], text: Text) -> dict[str, Any]:
    """The share of exact zeros, on that side of the row where there is less to cover."""
    outer = len(ridge.shares) // 3
    on_left = bool(ridge.shares[:outer].sum() <= ridge.shares[-outer:].sum())
    almost_all = 0.99 < ridge.zero_share < 1  # 99.9 % is not all
    return {
        "x": panel[0] if on_left else panel[1],
        "xref": "paper",
        "xanchor": "left" if on_left else "right",
        "y": 0.62 * _RIDGE - row,
        "text": text("{share} exactly 0", share=text.percent(ridge.zero_share, int(almost_all))),
        "showarrow": False,
        "font": {"size": _SMALL_FONT},
    }
