"""What probing finds, drawn: before and after, slopes and falls over the pixels, the change that flips the answer."""

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.panels import Panel, panels
from netlib.i18n import Text
from netlib.stats.probes import Flip, Occlusion, Saliency
from netlib.trace import Array

_HALF = 0.36


def before_after(
    before: Array, after: Array, label: int | None, text: Text, *, height: int = theme.MIDDLE
) -> go.Figure:
    """Ten probabilities twice: bars for the image now, marks for it as it was; the label's digit has its own hue."""
    digits = np.arange(10)
    now = {
        "type": "bar",
        "orientation": "h",
        "x": theme.short(after),
        "y": digits,
        "width": 2 * _HALF,
        "marker": {"color": [theme.POSITIVE if digit == label else theme.SIZE for digit in range(10)]},
        "text": [text.fixed(float(p), 3) for p in after],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": theme.short(before),
        "hovertemplate": text("digit %{y}: %{x:.4f}, before %{customdata:.4f}") + "<extra></extra>",
    }
    ends = np.stack([digits - _HALF, digits + _HALF, np.full(10, np.nan)], axis=1).ravel()
    was = {
        "type": "scatter",
        "mode": "lines",
        "x": theme.short(np.repeat(before, 3)),
        "y": theme.short(ends),
        "line": {"color": theme.NEUTRAL, "width": 3},
        "hoverinfo": "skip",
    }
    return theme.figure(
        [now, was],
        text,
        height=height,
        xaxis=theme.axis(text("probability; grey: before"), range=[0, 1.12], fixedrange=True),
        yaxis=theme.axis("", range=[9.6, -0.6], tickvals=list(range(10)), fixedrange=True, showgrid=False),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
    )


def saliency(found: Saliency, image: Array, text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """The image beside the slope of a digit's logit at each of its pixels."""
    slopes = np.where(np.isfinite(found.gradient), found.gradient, np.nan)
    hover = text("row %{y}, column %{x}: slope %{z:.4g}")
    return panels(
        [
            _image(text("the image"), image, text),
            Panel(text("slope of logit {digit}", digit=found.digit), slopes, hover, limit=_limit(slopes)),
        ],
        text,
        height=height,
    )


def occlusion(found: Occlusion, image: Array, text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """The image beside how much a square that hides a place costs the digit's probability."""
    falls = np.where(np.isfinite(found.falls), found.falls, np.nan)
    hover = text("hidden there, the probability falls by %{z:.4f}")
    row, column = found.deepest if found.finite else (14, 14)
    half = found.size / 2
    corner = (row - found.size // 2, column - found.size // 2)
    box = (corner[0], corner[1], corner[0] + 2 * half, corner[1] + 2 * half)
    return panels(
        [
            Panel(text("the image"), image, _pixel(text), box=box if found.finite and found.falls.max() > 0 else None),
            Panel(text("fall of p({digit})", digit=found.digit), falls.astype(np.float32), hover, limit=_limit(falls)),
        ],
        text,
        height=height,
    )


def flip(found: Flip, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """The image, the change that flips its answer on a scale of its own, and the image with it."""
    hover = text("row %{y}, column %{x}: %{z:+.4f}")
    before, after = found.digits
    return panels(
        [
            _image(text("read as {digit}", digit=before), found.image, text),
            Panel(text("the change"), found.change, hover, limit=_limit(found.change)),
            _image(text("read as {digit}", digit=after), found.changed, text),
        ],
        text,
        height=height,
    )


def _image(name: str, image: Array, text: Text) -> Panel:
    return Panel(name, image, _pixel(text))


def _pixel(text: Text) -> str:
    return text("row %{y}, column %{x}: %{z:.3f}")


def _limit(values: Array) -> float:
    """The end of a sign's colour scale: the largest size there is; 1 where there is none."""
    return float(np.abs(np.nan_to_num(values)).max(initial=0.0)) or 1.0
