"""The pictures of the Outputs page about the whole batch; softmax step by step has a module of its own."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.i18n import Text
from netlib.stats.outputs import LEVELS, LN10, ClassSummary, Histogram, LogitSummary
from netlib.trace import Array

SCALE_ENDS = (0.2, 0.5, 1.0)
LOG_ABOVE = 100.0
LOG_FLOOR = 1e-3

_CLASSES = list(range(10))
_SMALL_FONT = 12


def scale_end(probabilities: Array) -> float:
    """Where the colour scale of the heatmap ends: the first of 0.2, 0.5 and 1 that no probability exceeds."""
    largest = float(probabilities.max())
    return next((end for end in SCALE_ENDS if largest <= end), SCALE_ENDS[-1])


def batch_heatmap(
    probabilities: Array, labels: Array, order: Array, image: int, text: Text, *, height: int = theme.MIDDLE
) -> go.Figure:
    """Every image of the batch, ordered by label, as one column of ten probabilities.

    probabilities (n, 10) and labels (n,) in the batch's order; order (n,) puts them in the figure's. Frames mark the
    true class of each group of equal labels, a triangle the image looked at.
    """
    sorted_labels = labels[order]
    about = np.broadcast_to(np.stack([order, sorted_labels], axis=1).astype(np.uint8), (10, len(order), 2))
    cells = {
        "type": "heatmap",
        "z": np.ascontiguousarray(probabilities[order].T, dtype=np.float32),
        "customdata": np.ascontiguousarray(about),
        "colorscale": theme.size_scale(),
        "zmin": 0,
        "zmax": scale_end(probabilities),
        "colorbar": theme.color_bar(text("probability")),
        "hovertemplate": text("image %{customdata[0]}, label %{customdata[1]}<br>class %{y}: probability %{z:.4g}")
        + "<extra></extra>",
    }
    bounds = [0, *(np.flatnonzero(np.diff(sorted_labels)) + 1).tolist(), len(order)]
    groups = [(start, end, int(sorted_labels[start])) for start, end in pairwise(bounds)]
    return theme.figure(
        [cells],
        text,
        height=height,
        xaxis=theme.axis(
            text("images, ordered by label"),
            range=[-0.5, len(order) - 0.5],
            showticklabels=False,
            ticks="",
            showgrid=False,
            fixedrange=True,
            title_standoff=16,
        ),
        yaxis=theme.axis(text("class"), tickvals=_CLASSES, range=[9.5, -0.5], showgrid=False, fixedrange=True),
        shapes=[_frame(start, end, label) for start, end, label in groups],
        annotations=[
            *(_above((start + end - 1) / 2, str(label)) for start, end, label in groups),
            {**_above(0, text("label")), "xref": "paper", "xanchor": "right", "xshift": -8},
            {**_above(int(np.flatnonzero(order == image)[0]), "▲"), "y": 0, "yanchor": "top"},
        ],
        margin={"l": 8, "r": 8, "t": 26, "b": 8},
    )


def mean_probabilities(classes: ClassSummary, text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """The mean probability of each class as bars, the share of the labels as marks, 1/10 dashed."""
    bars = {
        "type": "bar",
        "x": _CLASSES,
        "y": classes.mean_probability,
        "name": text("mean probability"),
        "marker": {"color": theme.SIZE},
        "hovertemplate": text("digit %{x}: %{y:.4f}") + "<extra>%{fullData.name}</extra>",
    }
    shares = {
        "type": "scatter",
        "mode": "markers",
        "x": _CLASSES,
        "y": classes.label_share,
        "name": text("share of the labels"),
        "marker": {"symbol": "line-ew-open", "size": 20, "color": theme.POSITIVE, "line": {"width": 3}},
        "cliponaxis": False,
        "hovertemplate": text("digit %{x}: %{y:.4f}") + "<extra>%{fullData.name}</extra>",
    }
    highest = max(float(classes.mean_probability.max()), float(classes.label_share.max()))
    return theme.figure(
        [bars, shares],
        text,
        height=height,
        xaxis=theme.axis(text("class"), tickvals=_CLASSES, fixedrange=True),
        yaxis=theme.axis(text("mean over the batch"), range=[0, min(highest * 1.1, 1.02)], fixedrange=True),
        shapes=[_level(0.1)],
        annotations=[_level_note(0.1, "1/10")],
        showlegend=True,
        legend=_legend_above(),
        bargap=0.3,
        margin={"l": 8, "r": 32, "t": 34, "b": 8},
    )


def class_counts(classes: ClassSummary, text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """How often each class is predicted, beside how often it is true, on one axis."""
    counts_end = int(max(classes.predicted.max(), classes.true.max()))
    bars = [
        {
            "type": "bar",
            "x": _CLASSES,
            "y": counts,
            "name": name,
            "marker": {"color": color},
            "hovertemplate": text("digit %{x}: %{y}") + "<extra>%{fullData.name}</extra>",
        }
        for counts, name, color in (
            (classes.predicted, text("predicted"), theme.SIZE),
            (classes.true, text("true"), theme.POSITIVE),
        )
    ]
    return theme.figure(
        bars,
        text,
        height=height,
        xaxis=theme.axis(text("class"), tickvals=_CLASSES, fixedrange=True),
        yaxis=theme.axis(text("images"), rangemode="tozero", fixedrange=True, **_whole_ticks(counts_end)),
        showlegend=True,
        legend=_legend_above(),
        barmode="group",
        bargap=0.25,
        margin={"l": 8, "r": 8, "t": 34, "b": 8},
    )


def entropy_panels(
    whole: Histogram, close: Histogram, mean: float, text: Text, *, height: int = theme.MIDDLE
) -> go.Figure:
    """The entropies of the batch's images on the whole scale from 0 to ln 10, and where they lie, close up."""
    axis: dict[str, Any] = {"fixedrange": True, "showgrid": False}
    number: dict[str, Any] = {"fixedrange": True, "rangemode": "tozero"}
    low, high = float(close.edges[0]), float(close.edges[-1])
    near = LN10 - high < 2 * (high - low)  # near enough to be shown without pressing the bars together
    shapes = [_upright(LN10, "", theme.NEUTRAL, "dash"), _upright(mean, "2", theme.POSITIVE, "solid")]
    notes = [
        {**_above(LN10, "ln 10"), "xref": "x", "font": {"color": theme.NEUTRAL, "size": _SMALL_FONT}},
    ]
    if near:
        shapes.append(_upright(LN10, "2", theme.NEUTRAL, "dash"))
        notes.append({**notes[0], "xref": "x2", "xanchor": "left"})
        room = 0.03 * (LN10 - low)
        low, high = low - room, max(high, LN10) + room
    side = "right" if mean > (low + high) / 2 else "left"
    notes.append({**_above(mean, text("mean {value}", value=text.number(mean, 4))), "xref": "x2", "xanchor": side})
    return theme.figure(
        [_histogram(whole, "", text), _histogram(close, "2", text)],
        text,
        height=height,
        xaxis=theme.axis(text("entropy, nats: the whole scale"), domain=[0, 0.46], range=[0, LN10 * 1.06], **axis),
        yaxis=theme.axis(text("images"), **number, **_whole_ticks(int(whole.counts.max()))),
        xaxis2=theme.axis(
            text("entropy, nats: close up"), domain=[0.54, 1], range=[low, high], anchor="y2", nticks=6, **axis
        ),
        yaxis2=theme.axis("", anchor="x2", **number, **_whole_ticks(int(close.counts.max()))),
        shapes=shapes,
        annotations=notes,
        bargap=0,
        margin={"l": 8, "r": 16, "t": 26, "b": 8},
    )


def is_logarithmic(losses: Array) -> bool:
    """Whether the losses are drawn on a log axis, from `LOG_FLOOR` up: where one is above 100 nats."""
    return float(losses.max()) > LOG_ABOVE


def loss_curve(losses: Array, labels: Array, mean: float, text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """The cross-entropy of each image (n,), smallest first, against ln 10; on a log axis above 100 nats."""
    order = np.argsort(losses, kind="stable")
    logarithmic = is_logarithmic(losses)

    def height_of(loss: float) -> float:
        return math.log10(loss) if logarithmic else loss  # annotations, unlike shapes, count in the axis' own decades

    shown = np.maximum(losses[order], LOG_FLOOR) if logarithmic else losses[order]
    title = text("cross-entropy, nats (log scale)") if logarithmic else text("cross-entropy, nats")
    points = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": np.arange(1, len(order) + 1, dtype=np.int16),
        "y": shown,
        "customdata": np.stack([order, labels[order], losses[order]], axis=1),
        "line": {"color": theme.SIZE, "width": 2},
        "marker": {"color": theme.SIZE, "size": 5},
        "hovertemplate": text("image %{customdata[0]}, label %{customdata[1]}: %{customdata[2]:.4g} nats")
        + "<extra></extra>",
    }
    ends = [height_of(float(min(shown[0], LN10))), height_of(float(max(shown[-1], LN10)))]
    room = max(0.06 * (ends[1] - ends[0]), 0.01)
    scale = {"type": "log", "exponentformat": "power", "dtick": max(1, round((ends[1] - ends[0]) / 6))}
    written = text("mean {value}", value=text.number(mean, 4))

    return theme.figure(
        [points],
        text,
        height=height,
        xaxis=theme.axis(
            text("images, smallest loss first"), range=[0, len(order) + 1], fixedrange=True, **_whole_ticks(len(order))
        ),
        yaxis=theme.axis(
            title, fixedrange=True, range=[ends[0] - room, ends[1] + room], **(scale if logarithmic else {})
        ),
        shapes=[_level(LN10), _level(mean, theme.POSITIVE, "solid")],
        annotations=[
            {**_level_note(height_of(LN10), "ln 10"), "x": 0.01, "yanchor": "bottom"},
            {**_level_note(height_of(mean), written), "x": 0.99, "xanchor": "right", "yanchor": "top"},
        ],
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
    )


def guess_distribution(chances: Array, correct: int, text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """How many images a blind guess gets right, as theory has it (n + 1,), and how many this network does."""
    right = np.arange(len(chances), dtype=np.int16)
    likely = np.flatnonzero(chances > 1e-4 * chances.max())
    last = min(max(int(likely[-1]), correct) + 1, len(chances) - 1)
    theory = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": right[: last + 1],
        "y": chances[: last + 1].astype(np.float32),
        "line": {"color": theme.NEUTRAL, "dash": "dash", "width": 2},
        "marker": {"color": theme.NEUTRAL, "size": 5},
        "hovertemplate": text("%{x} right: probability %{y:.3g} for a blind guess") + "<extra></extra>",
    }
    middle = last / 2
    return theme.figure(
        [theory],
        text,
        height=height,
        xaxis=theme.axis(
            text("images that are right, of {count}", count=len(chances) - 1),
            range=[-0.5, last + 0.5],
            fixedrange=True,
            **_whole_ticks(last),
        ),
        yaxis=theme.axis(text("probability, if guessed"), rangemode="tozero", fixedrange=True, nticks=6),
        shapes=[_upright(correct, "", theme.SIZE, "solid", 3)],
        annotations=[
            {
                **_above(correct, text("this network: {correct}", correct=correct)),
                "xref": "x",
                "xanchor": "left" if correct < middle else "right",
                "font": {"color": theme.SIZE, "size": theme.FONT},
            }
        ],
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
    )


def logit_bands(summary: LogitSummary, text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """The logits of each class over the batch: range, 5 to 95 %, 25 to 75 %, and the mean with its number."""
    at = {level: summary.percentiles[index] for index, level in enumerate(LEVELS)}
    colors = [theme.sign_color(float(mean)) for mean in summary.means]
    whiskers = {
        "type": "scatter",
        "mode": "lines",
        "x": np.stack([at[0], at[100], np.full(10, np.nan)], 1).ravel(),
        "y": np.repeat(np.arange(10, dtype=np.int8), 3),
        "line": {"color": theme.NEUTRAL, "width": 1.5},
        "hoverinfo": "skip",
    }
    boxes = [
        {
            "type": "bar",
            "orientation": "h",
            "y": _CLASSES,
            "base": at[low],
            "x": at[high] - at[low],
            "width": 0.6,
            "marker": {"color": [theme.rgba(color, alpha) for color in colors]},
            "hoverinfo": "skip",
        }
        for low, high, alpha in ((5, 95, 0.25), (25, 75, 0.5))
    ]
    means = {
        "type": "scatter",
        "mode": "markers",
        "x": summary.means,
        "y": _CLASSES,
        "marker": {"symbol": "line-ns-open", "size": 16, "color": colors, "line": {"width": 3}},
        "customdata": np.stack([at[0], at[25], at[50], at[75], at[100]], axis=1),
        "hovertemplate": text(
            "digit %{y}: mean logit %{x:.4g}<br>from %{customdata[0]:.4g} to %{customdata[4]:.4g}, "
            "half of the images from %{customdata[1]:.4g} to %{customdata[3]:.4g}, median %{customdata[2]:.4g}"
        )
        + "<extra></extra>",
    }
    beside = {"x": 1, "xref": "paper", "xanchor": "left", "xshift": 8, "showarrow": False}
    numbers = [{**beside, "y": y, "text": text.number(float(mean))} for y, mean in enumerate(summary.means)]
    flat = {} if at[100].max() > at[0].min() else {"range": [at[0].min() - 1, at[0].min() + 1]}
    return theme.figure(
        [whiskers, *boxes, means],
        text,
        height=height,
        xaxis={
            **theme.axis(text("logit"), fixedrange=True, exponentformat="power", nticks=8, **flat),
            "zeroline": True,
            "zerolinecolor": theme.NEUTRAL,
        },
        yaxis=theme.axis(text("class"), tickvals=_CLASSES, range=[9.5, -0.5], fixedrange=True, showgrid=False),
        annotations=[*numbers, {**beside, "y": 1, "yref": "paper", "yanchor": "bottom", "text": text("mean")}],
        barmode="overlay",
        margin={"l": 8, "r": 96, "t": 26, "b": 8},
    )


def _histogram(histogram: Histogram, number: str, text: Text) -> theme.Trace:
    left, right = histogram.edges[:-1], histogram.edges[1:]
    return {
        "type": "bar",
        "x": (left + right) / 2,
        "width": right - left,
        "y": histogram.counts.astype(np.int16),
        "customdata": np.stack([left, right], axis=1),
        "xaxis": f"x{number}",
        "yaxis": f"y{number}",
        "marker": {"color": theme.SIZE, "line": {"width": 0}},
        "hovertemplate": text("%{customdata[0]:.4f} to %{customdata[1]:.4f} nats, images: %{y}") + "<extra></extra>",
    }


def _frame(start: int, end: int, label: int) -> dict[str, Any]:
    return {
        "type": "rect",
        "x0": start - 0.5,
        "x1": end - 0.5,
        "y0": label - 0.5,
        "y1": label + 0.5,
        "line": {"color": theme.POSITIVE, "width": 2},
    }


def _above(x: float, words: str) -> dict[str, Any]:
    return {"x": x, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False, "text": words}


def _level(y: float, color: str = theme.NEUTRAL, dash: str = "dash") -> dict[str, Any]:
    line = {"color": color, "dash": dash, "width": 1.5}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": line}


def _level_note(y: float, words: str) -> dict[str, Any]:
    font = {"color": theme.NEUTRAL, "size": _SMALL_FONT}
    return {"x": 1, "xref": "paper", "xanchor": "left", "y": y, "showarrow": False, "text": words, "font": font}


def _upright(x: float, number: str, color: str, dash: str, width: float = 1.5) -> dict[str, Any]:
    line = {"color": color, "dash": dash, "width": width}
    return {
        "type": "line",
        "xref": f"x{number}",
        "yref": "paper",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "line": line,
    }


def _whole_ticks(largest: int) -> dict[str, Any]:
    """Ticks at whole numbers, about five of them: of one image there is no half."""
    step = next(n * 10**power for power in range(9) for n in (1, 2, 5) if n * 10**power * 6 >= largest)
    return {"dtick": step, "tickformat": "d"}


def _legend_above() -> dict[str, Any]:
    return {"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"}
