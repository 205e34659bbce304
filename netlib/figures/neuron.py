"""One unit: its weights as a picture, what it gives to the next layer, what it answers to each digit."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.digit import square
from netlib.i18n import Text
from netlib.stats.neuron import Fed, Neuron, Response
from netlib.trace import Array

_SIDE = 28
_GAP = 0.06
_TITLE = 12
_SPREAD = 0.3
_TURNS = 0.618034  # the golden ratio: neighbours in a cloud of points never stand at the same place
_MEAN_WIDTH = 0.4


def of_pixels(weights: Array, products: Array, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """A unit of the first layer: weights (784,) as a picture, and beside it what each pixel adds to this image."""
    left = _picture(weights, text("row %{y}, column %{x}: weight %{z:.4f}"), "")
    right = _picture(products, text("row %{y}, column %{x}: adds %{z:.4f}"), "2")
    titles = [
        (text("its weights"), _largest(weights)),
        (text("weight × pixel"), _largest(products)),
    ]
    return _panels(
        [left, right],
        titles,
        text,
        height,
        xaxis2=_right(square()["xaxis"]),
        yaxis2=square()["yaxis"] | {"scaleanchor": "x2"} | _X2,
    )


def of_units(pixels: Array, neuron: Neuron, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """A unit of a later layer: its weights led back to the pixels (784,), and beside it one bar a weight."""
    about = np.stack([neuron.inputs, neuron.products], axis=1)
    bars = [_bars(neuron, sign, about, text) for sign in (1, -1)]
    titles = [
        (text("led back to the pixels"), _largest(pixels)),
        (text("its {n} weights", n=len(neuron.weights)), None),
    ]
    limit = (_largest(neuron.weights) or 1.0) * 1.08
    return _panels(
        [_picture(pixels, text("row %{y}, column %{x}: %{z:.4g}"), ""), *bars],
        titles,
        text,
        height,
        xaxis2=_right(
            theme.axis(
                text("unit of {layer}", layer=neuron.source),
                range=[-0.5, len(neuron.weights) - 0.5],
                fixedrange=True,
                showgrid=False,
                nticks=6,
            )
        )
        | {"anchor": "y2"},
        yaxis2=theme.axis("", range=[-limit, limit], fixedrange=True, nticks=5, side="right") | _X2,
        hovermode="closest",
    )


_X2 = {"anchor": "x2"}


def _right(axis: dict[str, Any]) -> dict[str, Any]:
    return axis | {"domain": [0.5 + _GAP / 2, 1]}


def _picture(values: Array, hover: str, panel: str) -> theme.Trace:
    limit = _largest(values) or 1.0
    return {
        "type": "heatmap",
        "z": theme.short(np.nan_to_num(values, nan=0.0)).reshape(_SIDE, _SIDE),
        "zmin": -limit,
        "zmax": limit,
        "colorscale": theme.sign_scale(),
        "showscale": False,
        "hovertemplate": hover + "<extra></extra>",
        "xaxis": f"x{panel}",
        "yaxis": f"y{panel}",
    }


def _bars(neuron: Neuron, sign: int, about: Array, text: Text) -> theme.Trace:
    """The weights of one sign as a filled step, which a browser draws at once where a thousand bars take their time."""
    values = np.clip(sign * neuron.weights.astype(np.float64), 0, None) * sign
    places = np.arange(len(values), dtype=np.float32)
    return {
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 0, "shape": "hvh", "color": theme.sign_color(sign)},
        "fill": "tozeroy",
        "fillcolor": theme.sign_color(sign),
        "x": np.concatenate([[-0.5], places, [len(values) - 0.5]]).astype(np.float32),
        "y": theme.short(np.concatenate([values[:1], values, values[-1:]])),
        "customdata": theme.short(np.concatenate([about[:1], about, about[-1:]])),
        "hovertemplate": text(
            "unit %{x:.0f}: weight %{y:.4g}; it gives %{customdata[0]:.4g}, that adds %{customdata[1]:.4g}"
        )
        + "<extra></extra>",
        "xaxis": "x2",
        "yaxis": "y2",
    }


def _largest(values: Array) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(min(finite.max(initial=0.0), np.finfo(np.float32).max))


def _panels(
    traces: list[theme.Trace], titles: Sequence[tuple[str, float | None]], text: Text, height: int, **layout: Any
) -> go.Figure:
    axes = square()
    written = [
        words if limit is None else text("{words}, full colour at ±{limit}", words=words, limit=limit)
        for words, limit in titles
    ]
    return theme.figure(
        traces,
        text,
        height=height,
        xaxis=axes["xaxis"] | {"domain": [0, 0.5 - _GAP / 2]},
        yaxis=axes["yaxis"],
        shapes=[
            {
                "type": "rect",
                "xref": "x",
                "yref": "y",
                "x0": -0.5,
                "x1": _SIDE - 0.5,
                "y0": -0.5,
                "y1": _SIDE - 0.5,
                "line": {"width": 1, "color": theme.rgba(theme.NEUTRAL, 0.4)},
            }
        ],
        annotations=[
            {
                "x": x,
                "y": 1,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "center",
                "yanchor": "bottom",
                "text": words.replace(", ", ",<br>", 1),
                "showarrow": False,
                "font": {"size": _TITLE},
            }
            for x, words in zip((0.25 - _GAP / 4, 0.75 + _GAP / 4), written, strict=True)
        ],
        margin={"l": 0, "r": 0, "t": 40, "b": 8},
        **layout,
    )


def fed_bars(given: Fed, neuron: Neuron, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """What the unit adds to the pre-activations that get most of it, or its weights there where it gives nothing."""
    silent = not neuron.after
    names = [f"{given.layer}[{unit}]" for unit in given.units]
    title = text("weight, times nothing") if silent else text("added to the pre-activation")
    hover = text("%{y}: weight %{customdata[0]:.4g}, adds %{customdata[1]:.4g}") + "<extra></extra>"
    about = np.stack([given.weights, given.given], axis=1)
    return _signed(given.weights if silent else given.given, names, about, title, hover, text, height)


def logit_bars(logits: Array, unit: int, probabilities: Array, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """The ten logits of an image (10,) that softmax weighs against each other; that of the unit looked at in bold."""
    names = [f"<b>{digit}</b>" if digit == unit else str(digit) for digit in range(len(logits))]
    hover = text("digit %{y}: logit %{customdata[0]:.4g}, probability %{customdata[1]:.4f}") + "<extra></extra>"
    about = np.stack([logits, probabilities], axis=1)
    return _signed(logits, names, about, text("logit"), hover, text, height)


def _signed(
    values: Array, names: list[str], about: Array, title: str, hover: str, text: Text, height: int
) -> go.Figure:
    limit = (_largest(values) or 1.0) * 1.6
    bars = {
        "type": "bar",
        "orientation": "h",
        "x": theme.short(values),
        "y": names,
        "marker": {"color": [theme.sign_color(float(value)) for value in values]},
        "customdata": theme.short(about),
        "text": [text.number(float(value)) for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "hovertemplate": hover,
    }
    return theme.figure(
        [bars],
        text,
        height=height,
        xaxis=theme.axis(title, range=[-limit, limit], fixedrange=True, nticks=5, zeroline=True),
        yaxis=theme.axis("", type="category", autorange="reversed", fixedrange=True, showgrid=False, dtick=1),
        bargap=0.25,
    )


def answers(found: Response, image: int, title: str, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """Every image's answer above its digit, one point each; the mean of a digit as a line, its std as a bar.

    The image looked at has the second hue. What is beyond float32 is not drawn.
    """
    number = np.arange(len(found.answers))
    place = found.labels + _SPREAD * (2 * ((number * _TURNS) % 1) - 1)
    shown = np.isfinite(found.answers)
    others = shown & (number != image)
    digits = np.flatnonzero(np.isfinite(found.mean))
    here = shown & (number == image)
    return theme.figure(
        [
            _points(found, place, others, text, theme.SIZE, 5, 0.55),
            _means(found, digits, text),
            _points(found, place, here, text, theme.POSITIVE, 11, 1.0),
        ],
        text,
        height=height,
        xaxis=theme.axis(text("digit"), range=[-0.6, 9.6], dtick=1, fixedrange=True, showgrid=False),
        yaxis=theme.axis(title, fixedrange=True, zeroline=True),
        hovermode="closest",
        shapes=[_mean_line(int(digit), float(theme.short(found.mean)[digit])) for digit in digits],
    )


def _points(
    found: Response, place: Array, which: Array, text: Text, color: str, size: int, opacity: float
) -> theme.Trace:
    about = np.stack([np.flatnonzero(which), found.labels[which]], axis=1)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": theme.short(place[which]),
        "y": theme.short(found.answers[which]),
        "customdata": about.astype(np.int16),
        "marker": {"color": color, "size": size, "opacity": opacity},
        "hovertemplate": text("image %{customdata[0]}, a %{customdata[1]}: %{y:.4g}") + "<extra></extra>",
    }


def _means(found: Response, digits: Array, text: Text) -> theme.Trace:
    about = np.stack([found.std[digits], found.count[digits]], axis=1)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": digits.astype(np.float32),
        "y": theme.short(found.mean[digits]),
        "error_y": {
            "array": theme.short(found.std[digits]),
            "color": theme.NEUTRAL,
            "thickness": 1.5,
            "width": 4,
        },
        "customdata": theme.short(about),
        "marker": {"color": theme.NEUTRAL, "size": 1},
        "hovertemplate": text("digit %{x:.0f}: mean %{y:.4g}, std %{customdata[0]:.4g}, %{customdata[1]:.0f} images")
        + "<extra></extra>",
    }


def _mean_line(digit: int, mean: float) -> dict[str, Any]:
    return {
        "type": "line",
        "x0": digit - _MEAN_WIDTH,
        "x1": digit + _MEAN_WIDTH,
        "y0": mean,
        "y1": mean,
        "line": {"color": theme.NEUTRAL, "width": 3},
    }
