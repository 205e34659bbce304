"""The pictures of how answers compare with labels: confusion, accuracy by digit, calibration, the threshold."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.contact_sheet import nothing
from netlib.i18n import Text
from netlib.stats.evaluation import Calibration, Confusion, DigitAccuracy, Threshold, ThresholdCurve
from netlib.trace import Array

_CLASSES = list(range(10))
_SMALL_FONT = 12
_STRONG = 0.8  # from this share of the full hue on, white words are read better than the page's own
# Pale below that, so that the numbers in the page's own colour are read on it in the light and the dark theme.
_COUNTS = [
    (0.0, theme.rgba(theme.SIZE, 0.0)),
    (1e-6, theme.rgba(theme.SIZE, 0.1)),
    (_STRONG, theme.rgba(theme.SIZE, 0.36)),
    (_STRONG, theme.rgba(theme.SIZE, 1.0)),
    (1.0, theme.rgba(theme.SIZE, 1.0)),
]
_TARGET = 26
_GUESS = 0.1
_UPPER = [0.56, 1.0]
_LOWER = [0.0, 0.44]


def confusion(found: Confusion, chosen: tuple[int, int] | None, text: Text, *, height: int = theme.LARGE) -> go.Figure:
    """The confusion matrix with its counts; the colour is log(1 + count), so that a single mistake is seen.

    `chosen`, a cell (true, said), is framed. A point's y and x are true and said.
    """
    depth = np.log1p(found.counts.astype(np.float64))
    most = float(depth.max()) or 1.0
    cells: theme.Trace = {
        "type": "heatmap",
        "z": depth.astype(np.float32),
        "colorscale": _COUNTS,
        "zmin": 0,
        "zmax": most,
        "showscale": False,
        "hoverinfo": "skip",
        "xgap": 1,
        "ygap": 1,
    }
    traces = [cells]
    strong = depth / most >= _STRONG
    for on_strong in (False, True):
        true, said = np.nonzero(strong == on_strong)
        if not len(true):
            continue
        font = {"size": _SMALL_FONT, **({"color": "#ffffff"} if on_strong else {})}
        counts, totals = found.counts[true, said], found.totals[true]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "x": said.astype(np.int8),
                "y": true.astype(np.int8),
                "text": [f"<b>{text.number(int(count))}</b>" if count else "·" for count in counts],
                "textfont": font,
                "marker": {"symbol": "square", "size": _TARGET, "opacity": 0},
                # A typed array would come back from Streamlit as an object, a list comes back as a list.
                "customdata": [
                    [int(row), int(column), int(count), int(total), float(share)]
                    for row, column, count, total, share in zip(
                        true, said, counts, totals, found.shares[true, said], strict=True
                    )
                ],
                "hovertemplate": text(
                    "true %{customdata[0]}, answered %{customdata[1]}: %{customdata[2]} of %{customdata[3]} images, "
                    "%{customdata[4]:.1%}"
                )
                + "<extra></extra>",
                # With a colour for the chosen one, Plotly does not pale the others' numbers.
                "selected": {
                    "marker": {"opacity": 0},
                    "textfont": {"color": font.get("color", theme.POSITIVE)},
                },
            }
        )
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis=theme.axis(
            text("its answer"), tickvals=_CLASSES, range=[-0.5, 9.5], showgrid=False, fixedrange=True, tickangle=0
        ),
        yaxis=theme.axis(text("true digit"), tickvals=_CLASSES, range=[9.5, -0.5], showgrid=False, fixedrange=True),
        shapes=[_frame(*chosen)] if chosen else [],
    )


def digit_accuracy(found: DigitAccuracy, overall: float, text: Text, *, height: int = theme.LARGE) -> go.Figure:
    """The accuracy of each digit that occurs, with its 95% interval, beside that of all images."""
    there = np.flatnonzero(found.count)
    share = found.share[there]
    low, high = found.low[there], found.high[there]
    points = {
        "type": "scatter",
        "mode": "markers+text",
        "x": there.astype(np.int8),
        "y": share,
        "error_y": _error(share, low, high, theme.SIZE),
        "marker": {"color": theme.SIZE, "size": 9},
        "text": [text.fixed(100 * value, 0) for value in share],
        "textposition": "middle right",
        "textfont": {"size": _SMALL_FONT},
        "cliponaxis": False,
        "customdata": np.stack([found.right[there], found.count[there], low, high], 1),
        "hovertemplate": text(
            "digit %{x}: %{customdata[0]} of %{customdata[1]} right, %{y:.1%}<br>"
            "95% interval: %{customdata[2]:.1%} to %{customdata[3]:.1%}"
        )
        + "<extra></extra>",
    }
    bottom = min(float(low.min()), overall)
    bottom = bottom - 0.05 * (1 - bottom) - 0.005
    shapes = [_level(overall, theme.NEUTRAL, "solid")]
    notes = [_level_note(overall, text.percent(overall))]
    if bottom < _GUESS:
        shapes.append(_level(_GUESS, theme.NEUTRAL, "dash"))
        if abs(overall - _GUESS) > 0.06:
            notes.append(_level_note(_GUESS, text("a guess")))
    return theme.figure(
        [points],
        text,
        height=height,
        xaxis=theme.axis(text("digit"), tickvals=_CLASSES, range=[-0.5, 11.2], fixedrange=True, showgrid=False),
        yaxis=theme.axis(
            text("right, share of this digit's images"), tickformat=".0%", range=[bottom, 1.02], fixedrange=True
        ),
        shapes=shapes,
        annotations=notes,
        margin={"l": 8, "r": 8, "t": 22, "b": 8},
    )


def calibration(found: Calibration, text: Text, *, height: int = theme.LARGE) -> go.Figure:
    """How often it is right where it is how sure, against the diagonal (dashed); below, how many images that are."""
    full = found.count > 0
    accuracy, low, high = found.accuracy[full], found.low[full], found.high[full]
    about = np.stack([found.edges[:-1], found.edges[1:], found.right, found.count], 1)
    diagonal = {
        "type": "scatter",
        "mode": "lines",
        "x": [0, 1],
        "y": [0, 1],
        "yaxis": "y2",
        "line": {"color": theme.NEUTRAL, "dash": "dash", "width": 2},
        "hoverinfo": "skip",
    }
    points = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": found.confidence[full],
        "y": accuracy,
        "yaxis": "y2",
        "error_y": _error(accuracy, low, high, theme.SIZE),
        "line": {"color": theme.SIZE, "width": 2},
        "marker": {"color": theme.SIZE, "size": 8},
        "customdata": about[full],
        "hovertemplate": text(
            "sure %{customdata[0]:.1f} to %{customdata[1]:.1f}, on average %{x:.3f}<br>"
            "right: %{customdata[2]} of %{customdata[3]}, %{y:.1%}"
        )
        + "<extra></extra>",
    }
    bars = {
        "type": "bar",
        "x": (found.edges[:-1] + found.edges[1:]) / 2,
        "width": float(found.edges[1]),
        "y": found.count,
        "marker": {"color": theme.rgba(theme.SIZE, 0.55), "line": {"width": 0}},
        "customdata": about,
        "hovertemplate": text("sure %{customdata[0]:.1f} to %{customdata[1]:.1f}: %{y:,} images") + "<extra></extra>",
    }
    most = int(found.count.max(initial=0))
    ticks: dict[str, Any] = {"nticks": 3} if most > 2 else {"dtick": 1}
    return theme.figure(
        [bars, diagonal, points],
        text,
        height=height,
        xaxis=theme.axis(
            text("confidence: the probability of its answer"), range=[-0.02, 1.02], dtick=0.2, fixedrange=True
        ),
        yaxis=theme.axis(text("images"), domain=[0, 0.22], range=[0, max(most, 1) * 1.05], fixedrange=True, **ticks),
        yaxis2=theme.axis(
            text("share that is right"),
            domain=[0.28, 1],
            range=[-0.02, 1.04],
            tickformat=".0%",
            dtick=0.2,
            fixedrange=True,
        ),
        annotations=[
            {
                **_note(text("as sure as right")),
                "x": 0.08,
                "y": 0,
                "yref": "y2",
                "xanchor": "left",
                "yanchor": "bottom",
                "xshift": 6,
            }
        ],
        bargap=0,
    )


def thresholds(curve: ThresholdCurve, chosen: Threshold, text: Text, *, height: int = theme.LARGE) -> go.Figure:
    """What is left of the answers (above) and how many of them are right (below) as the threshold rises to 1.

    A line marks the chosen threshold. Both shares have a scale of their own.
    """
    left = curve.answered > 0
    share = curve.share[left]
    about = np.stack([curve.answered, curve.right], 1)
    step = {"type": "scatter", "mode": "lines"}
    coverage = {
        **step,
        "x": theme.short(curve.confidence),
        "y": theme.short(curve.coverage),
        "yaxis": "y2",
        "line": {"color": theme.SIZE, "width": 2.5, "shape": "vh"},
        "customdata": curve.answered,
        "hovertemplate": text("below %{x:.3f} nothing: still answers %{customdata:,}, %{y:.1%}") + "<extra></extra>",
    }
    right = {
        **step,
        "x": theme.short(curve.confidence[left]),
        "y": theme.short(share),
        "yaxis": "y3",
        "line": {"color": theme.POSITIVE, "width": 2.5, "shape": "vh"},
        "customdata": about[left],
        "hovertemplate": text(
            "below %{x:.3f} nothing: %{customdata[1]:,} of %{customdata[0]:,} answers right, %{y:.1%}"
        )
        + "<extra></extra>",
    }
    now = [(chosen.coverage, "y2", theme.SIZE), (chosen.share, "y3", theme.POSITIVE)]
    marks = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [chosen.confidence],
            "y": [value],
            "yaxis": axis,
            "marker": {"color": color, "size": 11},
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
        for value, axis, color in now
        if np.isfinite(value)
    ]
    # The upper curve falls and the lower one rises: what is left of a mark is free below the one, above the other.
    inward = chosen.confidence > 0.2
    notes = [
        {
            **_note(text.percent(value), color),
            "x": chosen.confidence,
            "y": value,
            "yref": axis,
            "yanchor": "bottom" if inward and axis == "y3" else "top",
            "xanchor": "right" if inward else "left",
            "xshift": -8 if inward else 8,
        }
        for value, axis, color in now
        if np.isfinite(value)
    ]
    lowest = min(float(share.min(initial=1.0)), 0.99)
    room = 0.12 * (1 - lowest)
    return theme.figure(
        [coverage, right, *marks],
        text,
        height=height,
        xaxis=theme.axis(
            text("says “I don't know” below this confidence"),
            anchor="y3",
            range=[-0.01, 1.01],
            dtick=0.2,
            fixedrange=True,
        ),
        # Streamlit gives the titles of a figure's first axes a colour of its own: so there is none but y2 and y3.
        yaxis3=theme.axis(
            text("right, of its answers"),
            anchor="x",
            domain=_LOWER,
            range=[lowest - room, 1 + room],
            tickformat=".0%" if lowest < 0.95 else ".1%",
            nticks=5,
            fixedrange=True,
            title_font={"color": theme.POSITIVE},
        ),
        yaxis2=theme.axis(
            text("still answered"),
            domain=_UPPER,
            range=[-0.03, 1.06],
            tickformat=".0%",
            nticks=4,
            fixedrange=True,
            title_font={"color": theme.SIZE},
        ),
        shapes=[
            {
                "type": "line",
                "x0": chosen.confidence,
                "x1": chosen.confidence,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": theme.NEUTRAL, "width": 1.5},
            }
        ],
        annotations=notes if curve.answered.any() else [nothing(text("It answers nothing."))],
    )


def _error(value: Array, low: Array, high: Array, color: str) -> dict[str, Any]:
    return {
        "type": "data",
        "array": np.maximum(high - value, 0),  # rounding puts an end a last bit on the wrong side
        "arrayminus": np.maximum(value - low, 0),
        "color": color,
        "thickness": 1.5,
        "width": 4,
    }


def _frame(true: int, said: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": said - 0.5,
        "x1": said + 0.5,
        "y0": true - 0.5,
        "y1": true + 0.5,
        "line": {"color": theme.POSITIVE, "width": 3},
    }


def _level(y: float, color: str, dash: str) -> dict[str, Any]:
    line = {"color": color, "width": 1.5, "dash": dash}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line, "layer": "below"}


def _level_note(y: float, words: str) -> dict[str, Any]:
    return {**_note(words), "xref": "paper", "x": 1, "y": y, "xanchor": "right", "yanchor": "bottom"}


def _note(words: str, color: str = theme.NEUTRAL) -> dict[str, Any]:
    return {"text": words, "showarrow": False, "font": {"size": _SMALL_FONT, "color": color}}
