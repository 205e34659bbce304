"""The Weights page's pictures: histograms over their theory, widths along depth, the matrix, its singular values."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.distributions import Distribution
from netlib.figures import theme
from netlib.i18n import Text
from netlib.stats.weights import Histogram, Moments, Pooled
from netlib.trace import Array

_THEORY = {"color": theme.NEUTRAL, "dash": "dash", "width": 2}
_CORNER = {"xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "top"}
_LABELS_AT_MOST = 9
_ROW = 0.86
_LABEL_SHARE = 0.4


def histogram(
    hist: Histogram, scheme: str, color: str, what: str, text: Text, *, height: int = theme.MIDDLE
) -> go.Figure:
    """A layer's weights (or biases: `what` names them) as a density, that of its scheme dashed over it.

    Values that share one number exactly have no density: they are a line of their own, with their share written at it.
    """
    only_spike = hist.spike_share == 1
    top = 1.0 if only_spike else float(max(hist.density.max(), hist.curve.max(initial=0.0)))
    traces: list[theme.Trace] = [] if only_spike else [measured_density(hist, color, text)]
    notes = []
    if hist.curve.size:
        traces.append(curve(hist.curve_x, hist.curve, text("theory: density %{y:.4g} at %{x:.4g}")))
        notes.append(note(1, 1, text("dashed: {scheme}, in theory", scheme=scheme), color=theme.NEUTRAL, **_CORNER))
    if hist.spike is not None and hist.spike_share:
        traces.append(_spike(hist.spike, top, hist.spike_share, color, text))
        words = _on_spike(hist.spike, hist.spike_share, text)
        notes.append(note(hist.spike, top, words, yanchor="bottom", yshift=6))
    title = text("share of all") if only_spike else text("density (share per unit)")
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis=theme.axis(what, range=with_margin(hist.edges[0], hist.edges[-1]), fixedrange=True),
        yaxis=theme.axis(title, range=[0, 1.25 * top], fixedrange=True),
        hovermode="closest",
        annotations=notes,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def with_margin(low: float, high: float) -> list[float]:
    """An axis' range with a little room on both sides."""
    room = 0.04 * (high - low)
    return [float(low - room), float(high + room)]


def measured_density(hist: Histogram, color: str, text: Text) -> theme.Trace:
    """The measured density; hovering tells the share of each bin."""
    about = np.stack([hist.edges[:-1], hist.edges[1:], hist.density * hist.bin_width], 1)
    return {
        **theme.outline(hist.edges, hist.density, theme.rgba(color, 0.55), about),
        "hovertemplate": text("measured: %{customdata[2]:.2%} between %{customdata[0]:.4g} and %{customdata[1]:.4g}")
        + "<extra></extra>",
    }


def curve(x: Array, y: Array, hover: str = "") -> theme.Trace:
    """Theory, dashed; silent on hover where it has nothing to say."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _short(x),
        "y": _short(y),
        "line": _THEORY,
        **({"hovertemplate": hover + "<extra></extra>"} if hover else {"hoverinfo": "skip"}),
    }


def _short(values: Array) -> Array:
    return values.astype(np.float32)  # half the bytes, and still more digits than are shown


def _spike(at: float, top: float, share: float, color: str, text: Text) -> theme.Trace:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [at, at],
        "y": [0, top],
        "line": {"color": color, "width": 4},
        "marker": {"color": color, "size": [0, 9]},
        "hovertemplate": _on_spike(at, share, text) + "<extra></extra>",
    }


def _on_spike(at: float, share: float, text: Text) -> str:
    if share == 1:
        return text("all are exactly {value}", value=at)
    return text("{share} are exactly {value}", share=text.percent(share), value=at)


def note(x: float, y: float, words: str, *, color: str | None = None, **options: Any) -> dict[str, Any]:
    """A direct label at a point of the picture."""
    font: dict[str, Any] = {"size": 13, **({"color": color} if color else {})}
    return {"x": x, "y": y, "text": words, "showarrow": False, "font": font, **options}


def level(y: float) -> dict[str, Any]:
    """Theory as a level line across the picture."""
    line = {"color": theme.NEUTRAL, "dash": "dash", "width": 1}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line}


def widths(
    names: Sequence[str],
    measured: Sequence[Moments],
    implied: Sequence[Distribution],
    looked_at: str,
    text: Text,
    *,
    height: int = theme.MIDDLE,
) -> go.Figure:
    """Each layer's mean plus and minus one std, first layer to last; dashed: what its scheme implies."""
    at = np.arange(len(names))
    mean, std = np.array([m.mean for m in measured]), np.array([m.std for m in measured])
    should, spread = np.array([d.mean for d in implied]), np.array([d.std for d in implied])
    reach = float(max(np.abs(mean).max(), (np.abs(mean) + std).max(), (np.abs(should) + spread).max())) or 1.0
    colors = theme.depth_colors(len(names))
    alphas = [0.85 if name == looked_at else _LABEL_SHARE for name in names]
    boxes = {
        "type": "bar",
        "x": at,
        "base": mean - std,
        "y": 2 * std,
        "width": 0.62,
        "marker": {"color": [theme.rgba(c, a) for c, a in zip(colors, alphas, strict=True)], "line": {"width": 0}},
        "customdata": np.stack([mean, std, should, spread], 1),
        "text": names,
        "textposition": "none",
        "hovertemplate": text(
            "%{text}: mean %{customdata[0]:.4g}, std %{customdata[1]:.4g}<br>"
            "implied: mean %{customdata[2]:.4g}, std %{customdata[3]:.4g}"
        )
        + "<extra></extra>",
    }
    middles = {
        "type": "scatter",
        "mode": "markers",
        "x": at,
        "y": mean,
        "marker": {"color": colors, "size": 6},
        "hoverinfo": "skip",
    }
    steps = np.concatenate([[-0.45], at, [len(at) - 0.55]])
    lines = [curve(steps, np.pad(side, 1, mode="edge")) for side in (should - spread, should + spread)]
    for line in lines:
        line["line"] = {**_THEORY, "shape": "hvh"}  # one line, stepped: dashes of thirty pieces would not be seen
    return theme.figure(
        [boxes, middles, *lines],
        text,
        height=height,
        xaxis=_layers_axis(names, looked_at),
        yaxis=theme.axis(text("weights: mean ± std"), range=[-1.35 * reach, 1.35 * reach], fixedrange=True),
        annotations=[note(1, 1, text("dashed: implied"), color=theme.NEUTRAL, **_CORNER)],
        margin={"l": 8, "r": 24, "t": 8, "b": 8, "pad": 2},  # the last layer's name is wider than its bar
    )


def _layers_axis(names: Sequence[str], looked_at: str) -> dict[str, Any]:
    shown = _thinned(names, looked_at)
    labels = [f"<b>{names[i]}</b>" if names[i] == looked_at else names[i] for i in shown]
    return theme.axis("", tickvals=shown, ticktext=labels, range=[-0.6, len(names) - 0.4], tickangle=0, fixedrange=True)


def _thinned(names: Sequence[str], looked_at: str) -> list[int]:
    """Which layers get a label: all, or every few; the one looked at always, its near neighbours never."""
    every = -(-len(names) // _LABELS_AT_MOST)
    apart = every // 2 + 1 if every > 1 else 1
    shown: list[int] = []
    for index in (list(names).index(looked_at), len(names) - 1, *range(0, len(names), every)):
        if all(abs(index - other) >= apart for other in shown):
            shown.append(index)
    return sorted(shown)


def ridges(hists: Sequence[Histogram], names: Sequence[str], text: Text) -> go.Figure:
    """All layers' histograms above each other, first layer on top, on one axis and with one bin width.

    Each row is scaled to its own peak, measured and theory alike; the area says nothing, the width does.
    """
    traces: list[theme.Trace] = []
    for row, (hist, color) in enumerate(zip(hists, theme.depth_colors(len(hists)), strict=True)):
        only_spike = hist.spike_share == 1
        peak = 1.0 if only_spike else float(max(hist.density.max(), hist.curve.max(initial=0.0)))
        if not only_spike:
            traces += _ridge(hist, names[row], peak, row, color, text)
        if hist.curve.size:
            line = {**_THEORY, "width": 1.5}
            traces.append({**curve(hist.curve_x, hist.curve / peak * _ROW - row), "line": line})
        if hist.spike is not None and hist.spike_share:
            spike = _spike(hist.spike, _ROW, hist.spike_share, color, text)
            traces.append({**spike, "y": [-row, _ROW - row], "line": {"color": color, "width": 3}})
    count = len(hists)
    rows = [-row for row in range(count)]
    return theme.figure(
        traces,
        text,
        height=max(theme.SMALL, min(90 * count, 24 * count + 60)) if count > 3 else theme.SMALL,
        xaxis=theme.axis(
            text("weight value"), range=with_margin(hists[0].edges[0], hists[0].edges[-1]), fixedrange=True
        ),
        yaxis=theme.axis("", tickvals=rows, ticktext=list(names), range=[0.9 - count, 1.0], fixedrange=True),
    )


def _ridge(hist: Histogram, name: str, peak: float, row: int, color: str, text: Text) -> list[theme.Trace]:
    ground = {
        "type": "scatter",
        "mode": "lines",
        "x": [hist.edges[0], hist.edges[-1]],
        "y": [-row, -row],
        "line": {"color": color, "width": 1},
        "hoverinfo": "skip",
    }
    outline = {
        "type": "scatter",
        "mode": "lines",
        "x0": float(hist.edges[0]) - hist.bin_width / 2,
        "dx": hist.bin_width,
        "y": _short(np.pad(hist.density, 1) / peak * _ROW - row),
        "customdata": _short(np.pad(hist.density, 1) * hist.bin_width),
        "fill": "tonexty",
        "fillcolor": theme.rgba(color, 0.45),
        "line": {"color": color, "width": 1, "shape": "hvh"},
        "hovertext": name,
        "hovertemplate": text("%{hovertext}: %{customdata:.2%} in the bin at %{x:.4g}") + "<extra></extra>",
    }
    return [ground, outline]


def matrix(pooled: Pooled, first: bool, text: Text, *, height: int = theme.LARGE) -> go.Figure:
    """The weights as a heatmap: a row a unit, a column an input, one hue a sign; blocks of means where it is large."""
    limit = float(np.abs(pooled.values).max()) or 1.0
    units, inputs = pooled.shape
    heat = {
        "type": "heatmap",
        "z": pooled.values,
        "x": _block_names(inputs, pooled.columns),
        "y": _block_names(units, pooled.rows),
        "colorscale": theme.sign_scale(),
        "zmin": -limit,
        "zmax": limit,
        "colorbar": theme.color_bar(text("mean of a block") if pooled.is_pooled else text("weight value")),
        "hovertemplate": (
            text("units %{y}, inputs %{x}: mean %{z:.4g}")
            if pooled.is_pooled
            else text("unit %{y}, input %{x}: %{z:.4g}")
        )
        + "<extra></extra>",
    }
    return theme.figure(
        [heat],
        text,
        height=height,
        xaxis=theme.axis(
            text("input (pixel of the image)") if first else text("input (unit of the layer before)"),
            **_block_ticks(inputs, pooled.columns),
        ),
        yaxis=theme.axis(text("unit"), autorange="reversed", **_block_ticks(units, pooled.rows)),
    )


def _block_names(count: int, block: int) -> list[str]:
    if block == 1:
        return [str(i) for i in range(count)]
    return [f"{i}–{min(i + block, count) - 1}" for i in range(0, count, block)]


def _block_ticks(count: int, block: int) -> dict[str, Any]:
    blocks = -(-count // block)
    step = max(1, -(-blocks // 8))
    places = list(range(0, blocks, step))
    return {
        "type": "category",
        "tickvals": places,
        "ticktext": [str(place * block) for place in places],
        "showgrid": False,
        "fixedrange": True,
        "tickangle": 0,
    }


def bias_bars(bias: Array, implied: Distribution, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """One bar a unit: its bias, in the hue of its sign; dashed: the implied mean plus and minus one std."""
    boxes = {
        "type": "bar",
        "y": bias,
        "marker": {
            "color": (bias < 0).astype(np.uint8),
            "cmin": 0,
            "cmax": 1,
            "colorscale": [(0.0, theme.POSITIVE), (1.0, theme.NEGATIVE)],
            "line": {"width": 0},
        },
        "hovertemplate": text("unit %{x}: bias %{y:.4g}") + "<extra></extra>",
    }
    low, high = implied.mean - implied.std, implied.mean + implied.std
    reach = float(max(np.abs(bias).max(), abs(low), abs(high))) or 1.0
    return theme.figure(
        [boxes],
        text,
        height=height,
        xaxis=theme.axis(text("unit"), range=[-0.7, len(bias) - 0.3], fixedrange=True),
        yaxis=theme.axis(text("bias value"), range=[-1.35 * reach, 1.35 * reach], fixedrange=True, zeroline=True),
        shapes=[level(y) for y in sorted({low, high})],
        annotations=[note(1, 1, text("dashed: implied"), color=theme.NEUTRAL, **_CORNER)],
    )
