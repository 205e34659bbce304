"""Many small digits in one figure, with words under each: one PNG behind points that can be hovered and chosen."""

import base64
import io
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go
from PIL import Image

from netlib.figures import theme
from netlib.figures.digit import square
from netlib.i18n import Text
from netlib.trace import Array

SIDE = 28
COLUMNS = 6
ROWS = 4
MOST = COLUMNS * ROWS
WIDTH = SIDE + 4
HEIGHT = SIDE + 17  # room for two lines of words on a phone, where a pixel of an image is 1.7 of the screen

_ENLARGED = 3  # a browser smooths what it enlarges
_LEVELS = 32  # of grey; more are not seen, and 32 compress to half of 256
_CLEAR = _LEVELS
_SMALL_FONT = 12
_TARGET = 44


class Tile(NamedTuple):
    """One digit: the image that choosing it gives, two lines below it, what hovering tells, whether it is wrong."""

    image: int
    first: str
    second: str
    hover: str
    wrong: bool = False


def contact_sheet(
    images: Array, tiles: Sequence[Tile], text: Text, *, empty: str = "", height: int = theme.LARGE
) -> go.Figure:
    """Up to 24 digits, six a row, at the same size however many there are; `empty` is said where there is none.

    images (k, 28, 28) in [-1, 1], one a tile. The first line under a wrong one is in colour. A chosen point's
    `customdata[0]` is its image.
    """
    tiles = tiles[:MOST]
    places = [(place % COLUMNS * WIDTH, place // COLUMNS * HEIGHT) for place in range(len(tiles))]
    middle = (SIDE - 1) / 2
    targets = {
        "type": "scatter",
        "mode": "markers",
        "x": np.array([x + middle for x, _ in places], np.float32),
        "y": np.array([y + middle for _, y in places], np.float32),
        "marker": {"symbol": "square", "size": _TARGET, "opacity": 0},
        "customdata": [[tile.image, tile.hover] for tile in tiles],
        "hovertemplate": "%{customdata[1]}<extra></extra>",
        "selected": {"marker": {"opacity": 0}},
        "unselected": {"marker": {"opacity": 0}},
    }
    traces = [targets]
    for wrong in (False, True):
        first = [(x + middle, y + SIDE + 3.5, tile.first) for (x, y), tile in zip(places, tiles, strict=True)]
        own = [word for word, tile in zip(first, tiles, strict=True) if tile.wrong is wrong]
        color = {"color": theme.POSITIVE} if wrong else {}
        traces.append({**theme.words(own, size=_SMALL_FONT), "textfont": {"size": _SMALL_FONT, **color}})
    second = [(x + middle, y + SIDE + 10.5, tile.second) for (x, y), tile in zip(places, tiles, strict=True)]
    traces.append(theme.words(second, size=_SMALL_FONT))
    axes = square()
    axes["yaxis"]["constraintoward"] = "top"
    return theme.figure(
        traces if tiles else [],
        text,
        height=height,
        xaxis={**axes["xaxis"], "range": [-1, COLUMNS * WIDTH - 3]},
        yaxis={**axes["yaxis"], "range": [ROWS * HEIGHT - 1, -1], "autorange": False},
        images=[_mosaic(images[: len(tiles)], places)] if tiles else [],
        annotations=[] if tiles else [nothing(empty)],
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
    )


def nothing(words: str) -> dict[str, object]:
    """A sentence in the middle of a figure that has nothing to show."""
    place = {"xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
    return {**place, "text": words, "showarrow": False, "font": {"size": theme.FONT, "color": theme.NEUTRAL}}


def _mosaic(images: Array, places: Sequence[tuple[int, int]]) -> dict[str, object]:
    width, height = max(x for x, _ in places) + SIDE, max(y for _, y in places) + SIDE
    canvas = np.full((height, width), _CLEAR, np.uint8)
    # A drawing is exact, but a probed image may hold anything; what is no number is black.
    shares = np.clip(np.nan_to_num(images.astype(np.float64), nan=-1.0) / 2 + 0.5, 0, 1)
    for (x, y), tile in zip(places, np.rint(shares * (_LEVELS - 1)).astype(np.uint8), strict=True):
        canvas[y : y + SIDE, x : x + SIDE] = tile
    large = canvas.repeat(_ENLARGED, 0).repeat(_ENLARGED, 1)
    picture = Image.frombytes("P", (large.shape[1], large.shape[0]), large.tobytes())
    greys = np.rint(np.linspace(0, 255, _LEVELS)).astype(np.uint8)
    picture.putpalette(greys.repeat(3).tobytes() + b"\0\0\0")
    file = io.BytesIO()
    picture.save(file, "PNG", transparency=_CLEAR, optimize=False)
    return {
        "source": "data:image/png;base64," + base64.b64encode(file.getvalue()).decode(),
        "xref": "x",
        "yref": "y",
        "x": -0.5,
        "y": -0.5,
        "sizex": width,
        "sizey": height,
        "sizing": "stretch",
        "layer": "below",
    }
