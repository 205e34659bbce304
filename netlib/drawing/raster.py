"""From strokes to ink: an anti-aliased raster, and pictures of ink for a browser. Numpy, and Pillow for PNG."""

import base64
import io
from collections.abc import Iterable

import numpy as np
from PIL import Image

from netlib.drawing.strokes import FULL, Stroke
from netlib.trace import Array, frozen

SIDE = 280
"""The raster's side in pixels: ten for each of MNIST's 28."""


def ink(strokes: Iterable[Stroke], under: Array | None = None) -> Array:
    """The pad as ink, float32 (280, 280) from 0 to 1, read-only: the strokes, and a picture `under` them.

    A pixel's ink is how far the pen's edge reaches across it: 1 inside, falling to 0 over one pixel at the edge.
    """
    raster = np.zeros((SIDE, SIDE), np.float32) if under is None else under.astype(np.float32)
    scale = SIDE / FULL
    for stroke in strokes:
        places = np.array(stroke.points, dtype=np.float64) * scale
        radius = stroke.width * scale / 2
        starts, ends = (places, places) if len(places) == 1 else (places[:-1], places[1:])
        for start, end in zip(starts, ends, strict=True):
            _line(raster, start, end, radius)
    return frozen(raster)


def _line(raster: Array, start: Array, end: Array, radius: float) -> None:
    """Draws one straight line with round ends into the raster, only around where it runs."""
    reach = radius + 1
    left, top = np.maximum(np.floor(np.minimum(start, end) - reach), 0).astype(int)
    right, bottom = np.minimum(np.ceil(np.maximum(start, end) + reach), SIDE).astype(int)
    x = np.arange(left, right) + 0.5 - start[0]
    y = (np.arange(top, bottom) + 0.5 - start[1])[:, np.newaxis]
    along = end - start
    length = float(along @ along)
    share = np.clip((x * along[0] + y * along[1]) / length, 0, 1) if length else np.zeros((len(y), len(x)))
    distance = np.hypot(x - share * along[0], y - share * along[1])
    inside = np.clip(radius - distance + 0.5, 0, 1)
    window = raster[top:bottom, left:right]
    np.maximum(window, inside, out=window, casting="same_kind")


def enlarged(pixels: Array) -> Array:
    """A digit uint8 (28, 28) as ink of the pad's size, float32 (280, 280), read-only: ten by ten for each pixel."""
    times = SIDE // len(pixels)
    return frozen((pixels.astype(np.float32) / 255).repeat(times, 0).repeat(times, 1))


def png(raster: Array) -> str:
    """Ink as a PNG, white on black: a `data:` address."""
    picture = Image.fromarray(np.rint(raster * 255).astype(np.uint8))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
