"""Numbers along depth: the pixels, then layer by layer; measured solid, theory dashed, a band for other seeds."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.activations import powers
from netlib.figures.layer_axis import NAMED_AT_MOST, layer_axis, marked
from netlib.i18n import Text
from netlib.population import Band
from netlib.stats.scale import fit_scale
from netlib.stats.signal import Line
from netlib.trace import Array

FIRST, SECOND = theme.SIZE, theme.DEPTH[1]
"""The hues of the one or two lines of a panel."""

_SMALL_FONT = 12
_LEAST_SPAN = 2.0
_ROOM = 0.1
_GAP = 0.11
_ALONE = 0.16
_PANEL_GAP = 0.07
# The squares of the smallest and the largest float32: what is measured never leaves them, theory may.
_SMALLEST, _LARGEST = -91.0, 77.1


@dataclass(frozen=True, eq=False)
class Axis:
    """An axis upwards: place() says where numbers lie on it, top where what float32 cannot hold is marked.

    zero_apart: whether zero has a place of its own, off the scale, so that no line leads there.
    """

    place: Callable[[Array], Array]
    options: dict[str, Any]
    top: float
    zero_apart: bool = False


@dataclass(frozen=True, eq=False)
class Drawn:
    """A line of a panel: its name beside its end, its colour, and what hover calls its numbers."""

    line: Line
    color: str
    what: str
    label: str = ""


@dataclass(frozen=True, eq=False)
class Panel:
    """Lines on one axis, with the axis' title."""

    title: str
    drawn: Sequence[Drawn]
    axis: Axis


def along_depth(
    panels: Sequence[Panel], names: Sequence[str], looked_at: str, text: Text, *, height: int = theme.MIDDLE
) -> go.Figure:
    """Panels one below the other above the same layers; names (layers + 1), the first one for the pixels."""
    traces: list[theme.Trace] = []
    axes: dict[str, Any] = {}
    each = (1 + _PANEL_GAP) / len(panels)
    for row, panel in enumerate(panels):
        number = "" if row == len(panels) - 1 else str(row + 2)
        top = 1 - row * each
        axes[f"yaxis{number}"] = theme.axis(
            panel.title, domain=[max(top - each + _PANEL_GAP, 0.0), top], fixedrange=True, **panel.axis.options
        )
        for drawn in panel.drawn:
            traces += [{**trace, "yaxis": f"y{number}"} for trace in _traces(drawn, panel.axis, names, text)]
        labels = _labels(panel)
        if labels:
            places, positions = zip(*labels, strict=True)
            traces.append(theme.words(places, size=_SMALL_FONT, yaxis=f"y{number}", textposition=list(positions)))
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis=layer_axis(names, looked_at, text("layers, first to last")),
        **axes,
        shapes=[marked(names, looked_at)],
        hovermode="closest",
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
    )


def log_axis(lines: Sequence[Line], text: Text) -> Axis:
    """Equal factors are equal steps; exact zeros lie apart, below, at a tick of their own, and so does overflow above.

    At least two decades are shown, so that a signal that keeps its size looks as if it did.
    """
    measured = np.concatenate([_values(line) for line in lines])
    some = np.log10(measured[measured > 0])
    theory = np.concatenate([line.theory for line in lines if line.theory is not None] or [np.empty(0)])
    expected = np.log10(theory[theory > 0])
    expected = expected[(expected >= _SMALLEST) & (expected <= _LARGEST)]
    every = np.concatenate([some, expected])
    low, high = (float(every.min()), float(every.max())) if every.size else (-1.0, 1.0)
    missing = max(_LEAST_SPAN - (high - low), 0.0)
    low, high = low - missing / 2, high + missing / 2
    span = high - low
    zero, infinite = low - _GAP * span, high + _GAP * span
    with_zero = bool((measured == 0).any() or (theory == 0).any())
    with_beyond = any(line.beyond.any() for line in lines)
    first, last = math.ceil(low - _ROOM * span), math.floor(high + _ROOM * span)
    exponents = range(last, first - 1, -max(1, math.ceil((last - first) / 6)))[::-1]
    ticks, words = list(map(float, exponents)), powers([(1, exponent) for exponent in exponents], text)
    if with_zero:
        kept = [index for index, tick in enumerate(ticks) if tick > low - 0.5 * _GAP * span]
        ticks, words = [zero, *(ticks[index] for index in kept)], ["0", *(words[index] for index in kept)]
    if with_beyond:
        kept = [index for index, tick in enumerate(ticks) if tick < high + 0.5 * _GAP * span]
        ticks, words = [*(ticks[index] for index in kept), infinite], [*(words[index] for index in kept), "∞"]

    def place(values: Array) -> Array:
        known = np.where(values > 0, values, np.nan)
        places: Array = np.where(values == 0, zero, np.log10(known))
        places[(places < _SMALLEST) | (places > _LARGEST)] = np.nan
        return places

    ends = [(zero if with_zero else low) - _ROOM * span, (infinite if with_beyond else high) + _ROOM * span]
    return Axis(place, {"range": ends, "tickvals": ticks, "ticktext": words}, infinite, zero_apart=True)


def _values(line: Line) -> Array:
    band = [] if line.band is None else [line.band.low, line.band.high]
    values = np.concatenate([line.measured, *band])
    finite: Array = values[np.isfinite(values)]
    return finite


def share_axis(text: Text) -> Axis:
    """From none to all."""
    ticks = (0.0, 0.5, 1.0)
    return Axis(
        _as_it_is,
        {"range": [-0.06, 1.16], "tickvals": list(ticks), "ticktext": [text.percent(tick, 0) for tick in ticks]},
        1.1,
    )


def correlation_axis(lines: Sequence[Line]) -> Axis:
    """From 0, or from −1 where something is negative, to 1."""
    values = np.concatenate([np.concatenate([_values(line), _theory(line)]) for line in lines])
    low = -1.0 if values.size and values.min() < -0.05 else 0.0
    room = 0.07 * (1 - low)
    return Axis(_as_it_is, {"range": [low - room, 1 + 2 * room], "tickvals": sorted({low, 0.0, 0.5, 1.0})}, 1 + room)


def signed_axis(lines: Sequence[Line], text: Text) -> Axis:
    """Both signs, on a log scale on both sides of zero where sizes differ by more than a factor of 30."""
    values = np.concatenate([np.concatenate([_values(line), _theory(line), [0.0]]) for line in lines])
    scale = fit_scale([abs(float(value)) for line in lines for value in line.measured if math.isfinite(value)])
    low, high = (float(end) for end in scale.place(np.array([values.min(), values.max()])))
    room = 0.1 * (high - low) or 0.5
    options: dict[str, Any] = {"range": [low - room, high + 2 * room], "zeroline": True, "zerolinecolor": theme.NEUTRAL}
    if scale.is_log:
        ticks = scale.ticks(float(values.min()), float(values.max()), 5)
        options["tickvals"] = scale.place(np.array([sign * 10.0**exponent for sign, exponent in ticks]))
        options["ticktext"] = powers(ticks, text)
    else:
        options |= {"nticks": 5, "exponentformat": "power", "minexponent": 4}
    return Axis(scale.place, options, high + room)


def _theory(line: Line) -> Array:
    return np.empty(0) if line.theory is None else line.theory[np.isfinite(line.theory)]


def _as_it_is(values: Array) -> Array:
    return values


def _traces(drawn: Drawn, axis: Axis, names: Sequence[str], text: Text) -> list[theme.Trace]:
    """From the back to the front: theory lies on the line, for where they agree it would be hidden below it."""
    line = drawn.line
    band = [] if line.band is None else _band(line.band, drawn.color, axis)
    theory = [] if line.theory is None else _dashed(line.theory, drawn, axis, names, text)
    solid, points = _solid(drawn, axis, names, text)
    return [*band, *solid, *theory, *points]


def _band(band: Band, color: str, axis: Axis) -> list[theme.Trace]:
    """The area between low and high, in one trace, however often it is interrupted."""
    low, high = axis.place(band.low), axis.place(band.high)
    known = np.isfinite(low) & np.isfinite(high)
    x: list[float] = []
    y: list[float] = []
    for run in np.split(np.arange(len(known)), np.flatnonzero(np.diff(known)) + 1):
        if not known[run[0]]:
            continue
        around = run.astype(float) if len(run) > 1 else run[0] + np.array([-_ALONE, _ALONE])
        ends = run if len(run) > 1 else np.repeat(run, 2)
        x += [*around, *around[::-1], math.nan]
        y += [*high[ends], *low[ends][::-1], math.nan]
    if not x:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": theme.short(np.array(x[:-1])),
            "y": theme.short(np.array(y[:-1])),
            "fill": "toself",
            "fillcolor": theme.rgba(color, 0.2),
            "line": {"width": 0},
            "hoverinfo": "skip",
        }
    ]


def _dashed(theory: Array, drawn: Drawn, axis: Axis, names: Sequence[str], text: Text) -> list[theme.Trace]:
    places = axis.place(theory)
    known = np.flatnonzero(np.isfinite(places))
    return [
        {
            "type": "scatter",
            "mode": "lines" if len(known) > 1 else "markers",
            "x": known.astype(np.int8),
            "y": theme.short(places[known]),
            "line": {"color": theme.NEUTRAL, "dash": "dash", "width": 2},
            "marker": {"symbol": "line-ew-open", "size": 16, "color": theme.NEUTRAL, "line": {"width": 2}},
            "text": [names[int(index)] for index in known],
            "customdata": theme.short(theory[known]),
            "hovertemplate": f"%{{text}}, {drawn.what}: {text('theory')} %{{customdata:.4g}}<extra></extra>",
        }
    ]


def _solid(drawn: Drawn, axis: Axis, names: Sequence[str], text: Text) -> tuple[list[theme.Trace], list[theme.Trace]]:
    """The line, broken where zeros and overflow lie apart, and its points."""
    line = drawn.line
    places = axis.place(line.measured)
    shown = np.flatnonzero(np.isfinite(places) | line.beyond)
    if not shown.size:
        return [], []
    y = np.where(line.beyond, axis.top, places)[shown]
    apart = line.beyond[shown] | (line.measured[shown] == 0) * axis.zero_apart
    symbols = np.where(line.beyond[shown], "triangle-up", np.where(apart, "circle-open", "circle"))
    lines: list[theme.Trace] = []
    linked = np.where(apart, np.nan, y)
    if np.isfinite(linked).sum() > 1:
        lines.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": shown.astype(np.int8),
                "y": theme.short(linked),
                "line": {"color": drawn.color, "width": 2.5},
                "hoverinfo": "skip",
            }
        )
    numbers, templates = _hover(drawn, shown, text)
    points: list[theme.Trace] = []
    for template in dict.fromkeys(templates):  # a trace for all points that say the same, for words are heavy
        same = np.array([each == template for each in templates])
        ringed = bool(apart[same].any())
        points.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": shown[same].astype(np.int8),
                "y": theme.short(y[same]),
                "marker": {
                    "color": drawn.color,
                    "size": 8 if len(names) <= NAMED_AT_MOST + 1 else 6,
                    "symbol": symbols[same].tolist() if ringed else "circle",
                    "line": {"width": 2, "color": drawn.color} if ringed else {"width": 0},
                },
                "cliponaxis": False,
                "text": [names[int(index)] for index in shown[same]],
                "customdata": numbers[same],
                "hovertemplate": template,
            }
        )
    return lines, points


def _hover(drawn: Drawn, shown: Array, text: Text) -> tuple[Array, list[str]]:
    """The numbers behind each point, and for each point what is said of those that it has."""
    line = drawn.line
    none = np.full(len(line.measured), np.nan)
    theory = none if line.theory is None else line.theory
    low, high = (none, none) if line.band is None else (line.band.low, line.band.high)
    numbers = np.stack([line.measured, theory, low, high], axis=1)[shown]
    measured = f"%{{text}}, {drawn.what}: <b>%{{customdata[0]:.4g}}</b>"
    beyond = "%{text}, " + text("{what}: beyond what float32 holds", what=drawn.what)
    expected = "<br>" + text("theory") + " %{customdata[1]:.4g}"
    usual = "<br>" + text("80 % of the seeds: %{customdata[2]:.4g} to %{customdata[3]:.4g}")
    templates = [
        (beyond if line.beyond[index] else measured)
        + (expected if math.isfinite(row[1]) else "")
        + (usual if math.isfinite(row[2]) else "")
        + "<extra></extra>"
        for index, row in zip(shown, numbers, strict=True)
    ]
    return theme.short(np.nan_to_num(numbers, nan=0.0, posinf=np.inf)), templates


def _labels(panel: Panel) -> list[tuple[tuple[float, float, str], str]]:
    """The lines' names and where they stand: where two lines lie furthest apart, the lower one's below its point."""
    named = [drawn for drawn in panel.drawn if drawn.label]
    places = [np.where(d.line.beyond, panel.axis.top, panel.axis.place(d.line.measured)) for d in named]
    found = []
    for index, drawn in enumerate(named):
        others = [other for at, other in enumerate(places) if at != index]
        known = np.flatnonzero(np.isfinite(places[index]))
        if not known.size:
            continue
        apart = [
            min((abs(places[index][at] - other[at]) for other in others if np.isfinite(other[at])), default=math.inf)
            for at in known
        ]
        together = not max(apart)  # then the names stand at the two ends
        at = int(known[-1 if together and index else np.argmax(apart)])
        y, last = float(places[index][at]), len(places[index]) - 1
        below = any(other[at] > y for other in others)
        aside = "right" if at < 0.25 * last else "left" if at > 0.75 * last else "center"
        words = f'<span style="color:{drawn.color}">{drawn.label}</span>'
        found.append(((float(at), y, words), f"{'bottom' if below else 'top'} {aside}"))
    return found
