"""The Compare page's own pictures: differences, B minus A; and two figures of other pages put on common scales."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.activations import powers
from netlib.figures.figure import Figure
from netlib.figures.wire import parts
from netlib.i18n import Text
from netlib.stats.compare import Factors
from netlib.stats.flow import LEVELS, Sizes
from netlib.stats.weights import Pooled
from netlib.trace import Array

_CLASSES = [str(digit) for digit in range(10)]
_SMALL_FONT = 12
_LABELLED = 8
_NAMED_ROWS = 10
_LEAST_DECADES = 0.3
_MOST_DECADES = 40.0
_ROOM = 1.25
_SMALLEST = 1e-45


def on_common_scales(a: go.Figure, b: go.Figure, axes: Sequence[str] = ()) -> tuple[go.Figure, go.Figure]:
    """Copies of two figures of one kind whose named axes (`yaxis2`) and colours run over the same range.

    An axis is widened to hold both ranges, in its own direction, with the ticks of the wider one and those of the other
    beyond it. Colours of traces at the same place run from the lower to the higher end; where one has both signs, both
    are coloured by sign, so that one colour is one number in both.
    """
    left, right = parts(a), parts(b)
    for name in axes:
        _widen(left["layout"][name], right["layout"][name])
    for mine, other in zip(left["data"], right["data"], strict=False):
        if "zmin" in mine and "zmin" in other:
            _share_colours(mine, other)
    return Figure(left), Figure(right)


def _widen(mine: dict[str, Any], other: dict[str, Any]) -> None:
    ends = [sorted(axis["range"]) for axis in (mine, other)]
    low, high = min(low for low, _ in ends), max(high for _, high in ends)
    ticks = _common_ticks(mine, other, ends)
    for axis in (mine, other):
        falls = axis["range"][0] > axis["range"][1]
        axis["range"] = [high, low] if falls else [low, high]
        axis.update(ticks)


def _common_ticks(mine: dict[str, Any], other: dict[str, Any], ends: Sequence[Sequence[float]]) -> dict[str, Any]:
    """The ticks of the wider axis, and the other's where the wider one ends; none where an axis finds its own."""
    if "tickvals" not in mine or "tickvals" not in other:
        return {}
    wide, narrow = (mine, other) if np.ptp(ends[0]) >= np.ptp(ends[1]) else (other, mine)
    low, high = sorted(wide["range"])
    ticks = dict(_ticks(wide))
    ticks |= {place: words for place, words in _ticks(narrow) if not low <= place <= high}
    return {"tickvals": sorted(ticks), "ticktext": [ticks[place] for place in sorted(ticks)]}


def _ticks(axis: dict[str, Any]) -> list[tuple[float, str]]:
    places, words = axis["tickvals"], axis.get("ticktext")
    return list(zip(map(float, places), words or map(str, places), strict=True))


def _share_colours(mine: dict[str, Any], other: dict[str, Any]) -> None:
    low, high = min(mine["zmin"], other["zmin"]), max(mine["zmax"], other["zmax"])
    if low < 0:
        high = max(-low, high)
        low = -high
    scale = (mine if mine["zmin"] <= other["zmin"] else other)["colorscale"]
    for trace in (mine, other):
        trace |= {"zmin": low, "zmax": high, "colorscale": scale}


def probability_differences(differences: Array, label: int, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """Ten horizontal bars, class by class: the probability in B minus that in A, in the hue of its sign.

    differences (10,); the true digit is named.
    """
    limit = _ROOM * float(np.abs(differences).max()) or 0.1
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": theme.short(differences),
        "y": _CLASSES,
        "marker": {"color": [theme.sign_color(float(value)) for value in differences]},
        "hovertemplate": text("digit %{y}: %{x:+.4g} from A to B") + "<extra></extra>",
    }
    return theme.figure(
        [bars],
        text,
        height=height,
        xaxis=theme.axis(
            text("difference of the probabilities"),
            range=[-limit, limit],
            fixedrange=True,
            zeroline=True,
            zerolinecolor=theme.NEUTRAL,
            nticks=5,
        ),
        yaxis=theme.axis(
            "",
            type="category",
            fixedrange=True,
            autorange="reversed",
            tickvals=_CLASSES,
            ticktext=[f"<b>{digit}</b>" if digit == str(label) else digit for digit in _CLASSES],
        ),
        bargap=0.25,
        margin={"l": 8, "r": 8, "t": 24, "b": 8},
    )


def difference_map(
    cells: Pooled,
    row_names: Sequence[str],
    column_names: Sequence[str],
    titles: tuple[str, str],
    hover: str,
    text: Text,
    *,
    height: int = theme.MIDDLE,
) -> go.Figure:
    """A matrix of differences, B minus A, as a heatmap in the hues of sign, on a scale of its own.

    The names are those of the matrix before pooling; `titles` are those of rows and columns, `hover` says both with
    `%{y}` and `%{x}`. Colours run from minus to plus the largest difference; what is no number is left out.
    """
    limit = float(np.nanmax(np.abs(cells.values), initial=0.0)) or 1.0
    named = len(cells.values) <= _NAMED_ROWS
    heat = {
        "type": "heatmap",
        "z": cells.values,
        "x": _blocks(column_names, cells.columns),
        "y": _blocks(row_names, cells.rows),
        "colorscale": theme.sign_scale(),
        "zmin": -limit,
        "zmax": limit,
        "colorbar": theme.color_bar(text("difference"), exponentformat="power", minexponent=4),
        "hovertemplate": hover + ": %{z:+.4g}<extra></extra>",
        "hoverongaps": False,
    }
    plain: dict[str, Any] = {"type": "category", "ticks": "", "showgrid": False, "fixedrange": True}
    return theme.figure(
        [heat],
        text,
        height=height,
        xaxis=theme.axis(titles[1], showticklabels=False, title_standoff=24, **plain),
        yaxis=theme.axis(titles[0], autorange="reversed", showticklabels=named, dtick=1, **plain),
        margin={"l": 8, "r": 8, "t": 26, "b": 8},
    )


def _blocks(names: Sequence[str], block: int) -> list[str]:
    """What each row or column stands for: a name, or the first and the last one of a block."""
    if block == 1:
        return list(names)
    return [f"{names[i]} – {names[min(i + block, len(names)) - 1]}" for i in range(0, len(names), block)]


def factor_bars(found: Factors, title: str, hover: str, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """A bar a layer on a log axis: how many times as large something is in B; up is larger, down smaller.

    `title` is the axis', `hover` says the sizes as `%{customdata[0]}` and `[1]`. A layer where one size is zero reaches
    the axis' end; where both are or one is no number there is no bar.
    """
    finite = found.decades[np.isfinite(found.decades)]
    largest = float(np.abs(finite).max(initial=0.0))
    reach = min(max(_ROOM * largest, _LEAST_DECADES), _MOST_DECADES)
    if np.isinf(found.decades).any():
        reach = max(reach, 1.0)
    kept = np.flatnonzero(~np.isnan(found.decades))
    heights = np.clip(found.decades[kept], -reach, reach)
    bars = {
        "type": "bar",
        "x": kept.astype(np.int8),
        "y": theme.short(heights),
        "width": 0.74,
        "marker": {"color": [theme.sign_color(float(value)) for value in heights], "line": {"width": 0}},
        "text": [factor(float(found.decades[index]), text) for index in kept],
        "textposition": "outside" if len(kept) <= _LABELLED else "none",
        "textfont": {"size": _SMALL_FONT},
        "cliponaxis": False,
        "customdata": np.stack([theme.short(found.a[kept]), theme.short(found.b[kept])], axis=1),
        "hovertext": [found.names[index] for index in kept],
        "hovertemplate": f"%{{hovertext}}: {hover}, %{{text}}<extra></extra>",
    }
    ticks = _decades(reach)
    return theme.figure(
        [bars],
        text,
        height=height,
        xaxis=_layers(found.names, text("layers in both")),
        yaxis=theme.axis(
            title,
            range=[-_ROOM * reach, _ROOM * reach],
            tickvals=theme.short(ticks),
            ticktext=[factor(float(tick), text, 1) for tick in ticks],
            zeroline=True,
            zerolinecolor=theme.NEUTRAL,
            fixedrange=True,
        ),
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
    )


def _layers(names: Sequence[str], title: str) -> dict[str, Any]:
    """Layers along x; where they are many, every few are named, and the last."""
    every = -(-len(names) // _LABELLED)
    shown = [*range(0, len(names) - every, every), len(names) - 1]
    return theme.axis(
        title,
        range=[-0.6, len(names) - 0.4],
        tickvals=shown,
        ticktext=[names[index] for index in shown],
        tickangle=0,
        showgrid=False,
        fixedrange=True,
    )


def _decades(reach: float) -> Array:
    """Whole decades on both sides of zero, at most seven of them; half and twice where not even one is reached."""
    if reach < 1:
        return np.log10([0.5, 1.0, 2.0])
    step = math.ceil(reach / 3)
    ticks: Array = np.arange(-int(reach / step), int(reach / step) + 1) * float(step)
    return ticks


def factor(decades: float, text: Text, digits: int = 2) -> str:
    """A factor from its logarithm, as it is written: `×0.50`, `×1.0 × 10⁻⁷`, `×0`, `×∞`."""
    return "×" + text.number(10.0**decades, digits)


def gradient_bands(sizes: Mapping[str, Sizes], text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """The sizes of each layer's weights' gradients on a log axis, without zeros: 5 to 95 %, 25 to 75 %, the median."""
    names, colors = list(sizes), theme.depth_colors(len(sizes))
    kept = [index for index, each in enumerate(sizes.values()) if each.percentiles[3] > 0]
    levels = np.array([list(sizes.values())[index].percentiles for index in kept]).reshape(-1, len(LEVELS))
    places = np.log10(np.maximum(levels, _SMALLEST))
    low, high = (float(places[:, 1].min()), float(places[:, 5].max())) if kept else (-1.0, 0.0)
    room = max(0.06 * (high - low), 0.15)
    first, last = math.ceil(low - room), math.floor(high + room)
    exponents = range(first, last + 1, max(1, math.ceil((last - first) / 6)))
    line = 0.006 * (high - low + 2 * room)
    common = {"type": "bar", "x": np.array(kept, dtype=np.int8), "width": 0.74}

    def filled(alpha: float) -> dict[str, Any]:
        return {"color": [colors[index] for index in kept], "opacity": alpha, "line": {"width": 0}}

    boxes = [
        {
            **common,
            "base": theme.short(places[:, start]),
            "y": theme.short(places[:, end] - places[:, start]),
            "marker": filled(alpha),
            "hoverinfo": "skip",
        }
        for start, end, alpha in ((1, 5, 0.28), (2, 4, 0.5))
    ]
    rms = np.array([list(sizes.values())[index].rms for index in kept])
    median = {
        **common,
        "base": theme.short(places[:, 3] - line),
        "y": np.full(len(kept), 2 * line, dtype=np.float32),
        "marker": filled(1.0),
        "customdata": theme.short(np.column_stack([rms, levels[:, 1], levels[:, 3], levels[:, 5]])),
        "hovertext": [names[index] for index in kept],
        "hovertemplate": text(
            "%{hovertext}: root mean square %{customdata[0]:.4g}<br>5% below %{customdata[1]:.4g}, median "
            "%{customdata[2]:.4g}, 5% above %{customdata[3]:.4g}"
        )
        + "<extra></extra>",
    }
    return theme.figure(
        [*boxes, median],
        text,
        height=height,
        xaxis=_layers(names, text("layers, first to last")),
        yaxis=theme.axis(
            text("size of a weight's gradient (log scale)"),
            range=[low - room, high + room],
            tickvals=list(exponents),
            ticktext=powers([(1, exponent) for exponent in exponents], text),
            fixedrange=True,
        ),
        barmode="overlay",
        hovermode="x",
    )
