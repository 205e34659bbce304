"""Every colour, size and shared layout of the pictures: one visual language on all pages.

Colours carry meaning, not identity: two hues for sign, one for size, one scale for depth, grey for theory. Zero is
transparent, so that it is the page's own background in the light and the dark theme alike; all hues keep a contrast
of at least 3 : 1 on both backgrounds. Text and grid colours are left to Streamlit's theme.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from netlib.figures.figure import Figure
from netlib.i18n import Text
from netlib.trace import Array

POSITIVE = "#dd6b20"
NEGATIVE = "#2f7fd1"
SIZE = "#8457e0"
NEUTRAL = "#7c8798"
DEPTH = ("#7c9c14", "#12988b", "#8457e0")
INK = [(0.0, "#000000"), (1.0, "#ffffff")]

FONT = 14
SMALL = 280
MIDDLE = 340
LARGE = 460

Trace = dict[str, Any]
ColorScale = list[tuple[float, str]]

CONFIG: Mapping[str, Any] = {
    "displaylogo": False,
    "scrollZoom": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
    "toImageButtonOptions": {"scale": 2},
}


def rgba(color: str, alpha: float) -> str:
    """A colour such as `#2f7fd1` with an opacity between 0 and 1."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"


def size_scale(color: str = SIZE) -> ColorScale:
    """From nothing to the full hue: zero is the page's background."""
    return [(0.0, rgba(color, 0.0)), (1.0, rgba(color, 1.0))]


def sign_scale() -> ColorScale:
    """From the negative hue through the page's background at zero to the positive hue."""
    return [
        (0.0, rgba(NEGATIVE, 1.0)),
        (0.5, rgba(NEGATIVE, 0.0)),
        (0.5, rgba(POSITIVE, 0.0)),
        (1.0, rgba(POSITIVE, 1.0)),
    ]


def sign_color(value: float) -> str:
    """The hue of a number's sign."""
    return NEGATIVE if value < 0 else POSITIVE


def depth_colors(count: int) -> list[str]:
    """One colour a layer, first to last, along one scale, so that a stack of curves reads as depth."""
    anchors = np.array([[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in DEPTH], dtype=float)
    at = np.linspace(0, len(DEPTH) - 1, count) if count > 1 else np.array([1.0])
    channels = [np.interp(at, range(len(DEPTH)), anchors[:, c]).round().astype(int) for c in range(3)]
    return [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in zip(*channels, strict=True)]


def short(values: Array) -> Array:
    """Numbers as float32: half the bytes, and more digits than are shown; what it cannot hold stays at its ends."""
    limit = np.finfo(np.float32).max
    return np.clip(values, -limit, limit).astype(np.float32)


def axis(title: str = "", **options: Any) -> dict[str, Any]:
    """An axis; `title_font` and `title_standoff` go to its title; `automargin` keeps labels from being cut."""
    how = {part: options.pop(f"title_{part}") for part in ("font", "standoff") if f"title_{part}" in options}
    return {"title": {"text": title, **how}, "automargin": True, "zeroline": False, **options}


def hidden_axis(**options: Any) -> dict[str, Any]:
    """An axis of a picture that has no scale: an image, a drawing."""
    return {"visible": False, "showgrid": False, "zeroline": False, "fixedrange": True, **options}


def figure(traces: Sequence[Trace], text: Text, *, height: int = MIDDLE, **layout: Any) -> Figure:
    """A figure in the house's style. Not validated here, which is most of a figure's cost; the tests do it for all."""
    for name, options in layout.items():
        if name[1:5] == "axis":  # labels past the end are cut away by measuring each: a quarter of a chart's drawing
            layout[name] = {"ticklabeloverflow": "allow", **options}
    return Figure(
        {
            "data": list(traces),
            "layout": {
                "height": height,
                "margin": {"l": 8, "r": 8, "t": 8, "b": 8, "pad": 2},
                "font": {"size": FONT},
                "separators": text.separators,
                "showlegend": False,
                "hoverlabel": {"align": "left", "namelength": -1},
                "paper_bgcolor": "rgba(0,0,0,0)",
                "plot_bgcolor": "rgba(0,0,0,0)",
                "dragmode": False,
                "uirevision": "keep",
                **layout,
            },
        }
    )


def outline(edges: Array, heights: Array, color: str, about: Array, *, base: float = 0.0) -> Trace:
    """A histogram as one closed outline: edges (n + 1), heights (n) above `base`; `about` (n, k) is its customdata.

    A bar for each bin takes a browser twice as long to draw.
    """
    return {
        "type": "scatter",
        "mode": "lines",
        "line": {"width": 0, "shape": "hv"},
        "fill": "toself",
        "fillcolor": color,
        "hoveron": "points",
        "x": short(np.concatenate([edges[:1], edges])),
        "y": short(np.concatenate([[0.0], heights, [0.0]]) + base),
        "customdata": short(np.concatenate([about[:1], about, about[-1:]])),
    }


def words(places: Sequence[tuple[float, float, str]], *, size: int, **options: Any) -> Trace:
    """Words at (x, y) of a picture's own axes, centred: one trace, quicker than as many annotations."""
    x, y, written = zip(*places, strict=True) if places else ((), (), ())
    return {
        "type": "scatter",
        "mode": "text",
        "x": list(x),
        "y": list(y),
        "text": list(written),
        "textfont": {"size": size},
        "hoverinfo": "skip",
        "cliponaxis": False,
        **options,
    }


def color_bar(title: str, **options: Any) -> dict[str, Any]:
    """A slim colour legend with its title."""
    return {"title": {"text": title, "side": "right"}, "thickness": 12, "outlinewidth": 0, **options}
