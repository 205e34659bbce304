"""All initialisations x activations as small multiples in one picture: signal and gradient along depth."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.i18n import Text
from netlib.population import Combination
from netlib.stats.schemes import Course, Curve, Small
from netlib.trace import Array

TILE = 66
NAMED_TILE = 92
LEAST_DECADES = 1
MOST_DECADES = 8

_SMALL_FONT = 11
_DECADES_A_LAYER = 0.6
_TOP, _BOTTOM = 0.2, 0.76
_NAMES = 0.3

SEPARATOR = " · "
NUMBERS = ("signal", "gradient", "entropy", "cross_entropy", "correlation", "saturated", "dead")
"""What a hover may say of a tile, by its place in `customdata`."""

Tile = tuple[Combination, Course, Small]


def reach(layers: int) -> int:
    """The decades that each tile shows up and down, from 1 to 8: more for a deeper network.

    The depth decides, not what is found: the scale must not jump while the results come in.
    """
    return min(max(round(_DECADES_A_LAYER * layers), LEAST_DECADES), MOST_DECADES)


def multiples(
    tiles: Sequence[Tile],
    names: tuple[Sequence[str], Sequence[str]],
    chosen: tuple[str, str] | None,
    verdicts: Mapping[str, str],
    hover: str,
    text: Text,
    *,
    decades: int,
    as_table: bool,
    banded: bool,
) -> go.Figure:
    """A tile a combination: in its place among schemes (rows) and activations (columns), or in the order given.

    `names` are all schemes and all activations; `chosen` is the combination that is framed; `verdicts` are the words in
    the tiles, `hover` says the numbers of `NUMBERS` by their places. `banded` draws the seeds' bands too.
    """
    schemes, activations = names
    columns, rows = len(activations), len(schemes)
    places = [
        (schemes.index(each.scheme), activations.index(each.activation)) if as_table else divmod(index, columns)
        for index, (each, _, _) in enumerate(tiles)
    ]
    top = _TOP if as_table else _TOP + _NAMES
    kept = np.full((rows, columns), np.nan, dtype=np.float32)
    for (row, column), (_, found, _) in zip(places, tiles, strict=True):
        kept[row, column] = found.verdict == "keeps"
    traces: list[theme.Trace] = [_ground(kept)]
    for pick, color, name in (
        ("gradient", theme.DEPTH[1], text("gradient")),
        ("signal", theme.SIZE, text("signal")),
    ):
        curves = [(getattr(small, pick), small.depth) for _, _, small in tiles]
        if banded:
            traces.append(_bands(curves, places, decades, top, color))
        traces.append(_lines(curves, places, decades, top, color, name))
    x, y = np.array([column for _, column in places]), np.array([-row for row, _ in places])
    traces.append(_words([verdicts[found.verdict] for _, found, _ in tiles], x + 0.5, y - 0.89, "middle center"))
    entropies = [text.fixed(found.entropy, 2) if np.isfinite(found.entropy) else "–" for _, found, _ in tiles]
    if as_table:
        traces.append(_words(entropies, x + 0.96, y - 0.11, "middle left"))
    else:
        titles = [
            f"{each.scheme}<br>{each.activation} · {entropy}"
            for (each, _, _), entropy in zip(tiles, entropies, strict=True)
        ]
        traces.append(_words(titles, x + 0.5, y - 0.2, "middle center"))
    traces.append(_targets(x + 0.5, y - 0.5, tiles, hover))
    frame = [
        _frame(row, column)
        for (row, column), (each, _, _) in zip(places, tiles, strict=True)
        if (each.scheme, each.activation) == chosen
    ]
    return theme.figure(
        traces,
        text,
        height=rows * (TILE if as_table else NAMED_TILE) + 40,
        xaxis=_axis([0, columns], activations if as_table else (), 1, side="top"),
        yaxis=_axis([-rows, 0], schemes if as_table else (), -1),
        shapes=[*_rules(rows, columns, (top + _BOTTOM) / 2), *frame],
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        hovermode="closest",
    )


def _axis(span: list[int], names: Sequence[str], step: int, **options: Any) -> dict[str, Any]:
    return theme.axis(
        "",
        range=span,
        tickvals=[step * (index + 0.5) for index in range(len(names))],
        ticktext=list(names),
        tickfont={"size": 12},
        ticks="",
        showgrid=False,
        fixedrange=True,
        **options,
    )


def _ground(kept: Array) -> theme.Trace:
    """The tiles whose network keeps signal and gradient stand on grey."""
    return {
        "type": "heatmap",
        "z": kept,
        "x0": 0.5,
        "dx": 1,
        "y0": -0.5,
        "dy": -1,
        "zmin": 0,
        "zmax": 1,
        "colorscale": [(0.0, theme.rgba(theme.NEUTRAL, 0.0)), (1.0, theme.rgba(theme.NEUTRAL, 0.2))],
        "showscale": False,
        "hoverinfo": "skip",
        "xgap": 3,
        "ygap": 3,
    }


def _placed(values: Array, decades: int, top: float) -> Array:
    """Where decades lie in a tile of height 1, 0 in the middle; what is beyond lies at its edge, nan stays."""
    share = np.clip(values, -decades, decades) / decades
    placed: Array = -(top + _BOTTOM) / 2 + share * (_BOTTOM - top) / 2
    return placed


def _across(depth: Array, column: int) -> Array:
    return column + 0.08 + 0.84 * depth


def _lines(
    curves: Sequence[tuple[Curve, Array]],
    places: Sequence[tuple[int, int]],
    decades: int,
    top: float,
    color: str,
    name: str,
) -> theme.Trace:
    xs, ys = [], []
    for (curve, depth), (row, column) in zip(curves, places, strict=True):
        xs.append(np.append(_across(depth, column), np.nan))
        ys.append(np.append(_placed(curve.middle, decades, top) - row, np.nan))
    lonely = all(len(depth) == 1 for _, depth in curves)
    return {
        "type": "scatter",
        "mode": "markers" if lonely else "lines",
        "x": _joined(xs),
        "y": _joined(ys),
        "name": name,
        "line": {"color": color, "width": 2},
        "marker": {"color": color, "size": 6},
        "hoverinfo": "skip",
    }


def _bands(
    curves: Sequence[tuple[Curve, Array]], places: Sequence[tuple[int, int]], decades: int, top: float, color: str
) -> theme.Trace:
    xs, ys = [], []
    for (curve, depth), (row, column) in zip(curves, places, strict=True):
        known = ~(np.isnan(curve.low) | np.isnan(curve.high))
        across = _across(depth[known], column)
        low, high = (_placed(each[known], decades, top) - row for each in (curve.low, curve.high))
        xs.append(np.concatenate([across, across[::-1], [np.nan]]))
        ys.append(np.concatenate([low, high[::-1], [np.nan]]))
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _joined(xs),
        "y": _joined(ys),
        "fill": "toself",
        "fillcolor": theme.rgba(color, 0.25),
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _joined(parts: Sequence[Array]) -> Array:
    return np.concatenate([np.empty(0), *parts]).astype(np.float32)


def _words(words: Sequence[str], x: Array, y: Array, position: str) -> theme.Trace:
    return {
        "type": "scatter",
        "mode": "text",
        "x": x.astype(np.float32),
        "y": y.astype(np.float32),
        "text": list(words),
        "textposition": position,
        "textfont": {"size": _SMALL_FONT},
        "hoverinfo": "skip",
    }


def _targets(x: Array, y: Array, tiles: Sequence[Tile], hover: str) -> theme.Trace:
    """What the mouse meets: one unseen square a tile, whose `hovertext` says which combination it is."""
    unseen = {"marker": {"opacity": 0}}
    numbers = [[getattr(found, name) for name in NUMBERS] for _, found, _ in tiles]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": x.astype(np.float32),
        "y": y.astype(np.float32),
        "customdata": theme.short(np.array(numbers).reshape(-1, len(NUMBERS))),
        "hovertext": [SEPARATOR.join((each.scheme, each.activation)) for each, _, _ in tiles],
        "hovertemplate": f"<b>%{{hovertext}}</b><br>{hover}<extra></extra>",
        "marker": {"symbol": "square", "size": 52, "opacity": 0, "color": theme.NEUTRAL},
        "selected": unseen,
        "unselected": unseen,
    }


def _frame(row: int, column: int) -> dict[str, Any]:
    line = {"color": theme.POSITIVE, "width": 2}
    return {"type": "rect", "x0": column, "x1": column + 1, "y0": -row, "y1": -row - 1, "line": line}


def _rules(rows: int, columns: int, middle: float) -> list[dict[str, Any]]:
    """In each row of tiles the level that means "as large as at the start", dashed; thin lines between the tiles."""
    thin = {"color": theme.rgba(theme.NEUTRAL, 0.35), "width": 1}
    dashed = {"color": theme.rgba(theme.NEUTRAL, 0.7), "width": 1, "dash": "dot"}
    across = {"type": "line", "x0": 0, "x1": columns, "layer": "below"}
    upright = {"type": "line", "y0": 0, "y1": -rows, "layer": "below", "line": thin}
    return [
        *({**across, "y0": -row, "y1": -row, "line": thin} for row in range(rows + 1)),
        *({**across, "y0": -row - middle, "y1": -row - middle, "line": dashed} for row in range(rows)),
        *({**upright, "x0": column, "x1": column} for column in range(columns + 1)),
    ]
