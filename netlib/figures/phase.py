"""The plane of order and chaos: how fast differences shrink or grow, the critical line, and a network's layers."""

import re
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.i18n import Text
from netlib.theory.phase import Phase, PhaseMap
from netlib.theory.places import Place, Places
from netlib.trace import Array

DEEPEST = 100.0
_SMALL_FONT = 12
_LABEL = 13
_LABELLED = 3
_ROOM = 0.13
_EDGE = 0.985
_LETTER = 0.028
_SIDE = 0.22
_HEIGHTS = (0.62, 0.86)


def plane(drawn: PhaseMap, places: Places, looked_at: str, text: Text, *, height: int = theme.LARGE) -> go.Figure:
    """Colour: log chi_1, zero being transparent; grey: the signal explodes; dashed: chi_1 = 1; points: layers.

    A layer outside of the plane is a triangle at its edge.
    """
    reach, top = float(drawn.sigma_w[-1]), float(drawn.sigma_b[-1])
    traces = [*_rates(drawn, text), *_exploding(drawn, text), *_line(drawn, text)]
    labels = [*_regions(drawn, text), *_line_label(drawn, text)]
    colors = theme.depth_colors(places.count)
    groups = _groups(places, reach, top)
    ends = (reach, top)
    # First layers on top, and the one looked at above all.
    upwards = sorted(groups, key=lambda group: (_holds(group, looked_at), -group[0].depth))
    traces += [_marker(group, colors[group[0].depth], looked_at, ends, text) for group in upwards]
    labels += _names(groups, looked_at, ends, text)
    shapes = [] if drawn.edge is None else [_upright(drawn.edge)]
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis=theme.axis(
            text("σ<sub>w</sub> = √(fan_in · Var w)"), range=[0, reach], nticks=7, fixedrange=True, showgrid=False
        ),
        yaxis=theme.axis(
            text("σ<sub>b</sub>: std of the biases"),
            range=[-0.06 * top, 1.005 * top],
            tickvals=[0, 0.25 * top, 0.5 * top, 0.75 * top, top],
            fixedrange=True,
            showgrid=False,
        ),
        shapes=shapes,
        annotations=labels,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def _rates(drawn: PhaseMap, text: Text) -> list[theme.Trace]:
    shown = drawn.phase != Phase.EXPLODING
    with np.errstate(divide="ignore"):
        rate = np.where(shown, np.clip(np.log(drawn.chi), -1.0, 1.0), np.nan)
    # Where the signal dies out c* depends on where it began; for the least bias it is 1, and so it is drawn.
    about = [drawn.chi, np.minimum(drawn.c_depth, DEEPEST), drawn.q, np.nan_to_num(drawn.c, nan=1.0)]
    heat, columns = _heat(drawn, shown)
    rates = {
        **heat,
        "z": theme.short(rate[:, columns]),
        "zmin": -1,
        "zmax": 1,
        "colorscale": [[at, _softer(color)] for at, color in theme.sign_scale()],
        "customdata": theme.short(np.stack([np.where(shown, one, 0.0)[:, columns] for one in about], -1)),
        "hovertemplate": text(
            "σ<sub>w</sub> %{x:.3g}, σ<sub>b</sub> %{y:.3g}<br>χ₁ = %{customdata[0]:.3g}<br>depth scale "
            "%{customdata[1]:.3g} layers (100: that or more)<br>q* = %{customdata[2]:.3g}, c* = %{customdata[3]:.3g}"
        )
        + "<extra></extra>",
    }
    return [rates]


def _softer(color: str) -> str:
    """Names, lines and points must be legible on it."""
    return color.replace(",1)", ",0.38)")


def _exploding(drawn: PhaseMap, text: Text) -> list[theme.Trace]:
    shown = drawn.phase == Phase.EXPLODING
    if not shown.any():
        return []
    grey = theme.rgba(theme.NEUTRAL, 0.25)
    heat, columns = _heat(drawn, shown)
    exploding = {
        **heat,
        "z": np.where(shown, 1.0, np.nan)[:, columns].astype(np.float32),
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, grey], [1, grey]],
        "hovertemplate": text("σ<sub>w</sub> %{x:.3g}, σ<sub>b</sub> %{y:.3g}<br>explodes: q grows without end")
        + "<extra></extra>",
    }
    return [exploding]


def _heat(drawn: PhaseMap, shown: Array) -> tuple[theme.Trace, slice]:
    """A heatmap without its numbers, and the columns that it is made of: those in which something is shown."""
    used = np.flatnonzero(shown.any(axis=0))
    columns = slice(int(used[0]), int(used[-1]) + 1)
    heat = {
        "type": "heatmap",
        "x0": float(drawn.sigma_w[columns.start]),
        "dx": float(drawn.sigma_w[1]),
        "y0": 0,
        "dy": float(drawn.sigma_b[1]),
        "showscale": False,
        "zsmooth": "best",
        "hoverongaps": False,
    }
    return heat, columns


def _line(drawn: PhaseMap, text: Text) -> list[theme.Trace]:
    if len(drawn.line_w) < 2:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": theme.short(drawn.line_w),
            "y": theme.short(drawn.line_b),
            "line": {"color": theme.NEUTRAL, "dash": "dash", "width": 2},
            "hovertemplate": text("χ₁ = 1 at σ<sub>w</sub> %{x:.3g}, σ<sub>b</sub> %{y:.3g}") + "<extra></extra>",
        }
    ]


def _upright(at: float) -> dict[str, Any]:
    line = {"color": theme.NEUTRAL, "dash": "dash", "width": 2}
    return {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _line_label(drawn: PhaseMap, text: Text) -> list[dict[str, Any]]:
    """The name of the line where there is room beside it: in the middle of its height, on the left."""
    top = float(drawn.sigma_b[-1])
    if len(drawn.line_w) > 1:
        y = 0.4 * top
        return [
            _note(
                float(np.interp(y, drawn.line_b, drawn.line_w)), y, text("critical: χ₁ = 1"), xanchor="right", xshift=-6
            )
        ]
    if drawn.edge is None:
        return []
    return [
        _note(drawn.edge, 0.4 * top, text("edge: σ<sub>w</sub> = {edge}", edge=drawn.edge), xanchor="right", xshift=-6)
    ]


def _regions(drawn: PhaseMap, text: Text) -> list[dict[str, Any]]:
    """What each region is, written where the region is wide enough."""
    words = {
        Phase.ORDER: (text("order"), text("images become alike"), theme.NEGATIVE),
        Phase.CHAOS: (text("chaos"), text("near twins part"), theme.POSITIVE),
        Phase.EXPLODING: (text("explosion"), text("the signal has no size to settle at"), theme.NEUTRAL),
    }
    found = []
    low, high = (int(share * len(drawn.sigma_b)) for share in _HEIGHTS)
    for phase, (name, what, _) in words.items():
        columns = drawn.sigma_w[(drawn.phase[low:high] == phase).all(axis=0)]
        if len(columns) and columns[-1] - columns[0] > _ROOM * drawn.sigma_w[-1]:
            y = float(drawn.sigma_b[(low + high) // 2])
            middle = 0.5 * float(columns[0] + columns[-1])
            found.append(_note(middle, y, f"<b>{name}</b><br>{_folded(what)}", align="center"))
    return found


def _folded(sentence: str) -> str:
    """In lines of about twelve letters, so that it fits into a region on a phone."""
    lines: list[str] = []
    for word in sentence.split():
        if lines and len(lines[-1]) + len(word) < 13:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "<br>".join(lines)


def _note(x: float, y: float, words: str, **options: Any) -> dict[str, Any]:
    return {"x": x, "y": y, "text": words, "showarrow": False, "font": {"size": _LABEL}, **options}


def _groups(places: Places, reach: float, top: float) -> list[list[Place]]:
    """Layers that stand on the same spot together, first layers first."""
    found: dict[tuple[float, float, bool], list[Place]] = {}
    for place in places.shown:
        x, y = _seen(place, reach, top)
        found.setdefault((round(x / reach, 2), round(y / top, 2), place.from_pixels), []).append(place)
    return list(found.values())


def _seen(place: Place, reach: float, top: float) -> tuple[float, float]:
    return min(place.sigma_w, _EDGE * reach), min(place.sigma_b, _EDGE * top)


def _marker(group: list[Place], color: str, looked_at: str, ends: tuple[float, float], text: Text) -> theme.Trace:
    place = next((one for one in group if one.name == looked_at), group[0])
    x, y = _seen(place, *ends)
    symbol = "triangle-right" if place.sigma_w > ends[0] else "triangle-up" if place.sigma_b > ends[1] else "circle"
    big = _holds(group, looked_at)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "cliponaxis": False,
        "marker": {
            "symbol": f"{symbol}-open" if place.from_pixels else symbol,
            "size": 16 if big else 11,
            "color": color,
            "line": {"width": 3 if place.from_pixels else 1, "color": color},
        },
        "hovertemplate": f"{_name(group, text)}: "
        + text("σ<sub>w</sub> = {w}, σ<sub>b</sub> = {b}", w=place.sigma_w, b=place.sigma_b)
        + (" " + text("(fed by the pixels)") if place.from_pixels else "")
        + "<extra></extra>",
    }


def _holds(group: list[Place], name: str) -> bool:
    return any(place.name == name for place in group)


def _name(group: list[Place], text: Text) -> str:
    names = [place.name for place in group]
    if len(group) > 2 and group[-1].depth - group[0].depth == len(group) - 1:
        return f"{names[0]} – {names[-1]}"
    if len(group) <= _LABELLED:
        return ", ".join(names)
    return text("{name} and {count} more", name=names[0], count=len(names) - 1)


def _touch(label: dict[str, Any], x: float, y: float, words: str, ends: tuple[float, float]) -> bool:
    """Whether a label and another one at (x, y) would lie on each other, on a phone too."""
    letters = len(_bare(label["text"])) + len(_bare(words))
    beside = abs(float(label["x"]) - x) < 0.5 * letters * _LETTER * ends[0]
    return beside and abs(float(label["y"]) - y) < 0.1 * ends[1]


def _bare(words: str) -> str:
    return re.sub(r"<[^>]*>", "", words)


def _names(groups: list[list[Place]], looked_at: str, ends: tuple[float, float], text: Text) -> list[dict[str, Any]]:
    """The layers' names beside their points, one above the other where those are close; of many, one alone."""
    found: list[dict[str, Any]] = []
    for group in groups:
        looked = _holds(group, looked_at)
        if len(groups) > _LABELLED and not looked:
            continue
        x, y = _seen(group[0], *ends)
        words = _name(group, text)
        if group[0].sigma_w > ends[0]:
            words += ": " + text("σ<sub>w</sub> = {w}", w=group[0].sigma_w)
        near = [one for one in found if _touch(one, x, y, words, ends)]
        found.append(
            _note(
                x,
                y,
                f"<b>{words}</b>" if looked else words,
                xanchor="left" if x < _SIDE * ends[0] else "right" if x > (1 - _SIDE) * ends[0] else "center",
                yanchor="bottom",
                yshift=8 + 18 * len(near),
            )
        )
    return found
