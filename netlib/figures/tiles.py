"""Many small pictures in one PNG: the units of the first layer, 28 x 28 weights each.

One picture with a palette, because noise does not compress: 128 units of 784 random weights are 100,352 different
numbers. 17 steps of colour keep them below 92 kB; more would hardly be seen and would not fit into what a page may
send.
"""

import functools
import io
import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from netlib.figures import theme
from netlib.i18n import Text
from netlib.trace import Array

PER_PAGE = 128

_SIDE = 28
_STEPS = 8
_INK_STEPS = 4
_FRAME = 2 * _STEPS + 1
_WIDTH = 900
_HEIGHT = 640
_GAP = 4
_LABEL = 16
_FONT_SIZE = 11
_LEGEND = 34
_LEGEND_WIDTH = 220
_EFFORT = 4  # of zlib: on noise a third of the time of its default 6, for 3 % more bytes
_SUBSTITUTES = str.maketrans("−\u00a0⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "- -0123456789")


def unit_tiles(weight: Array, units: Array, labels: Sequence[str], limit: float, text: Text) -> bytes:
    """Units of the first layer as pictures, each under its label, with the colours' legend on top: a PNG.

    weight (out, 784); units: which ones, in this order, at most 128; limit: the size of weight that gets the full hue,
    the same for all. Zero is transparent, so that it is the page's background in both themes.
    """
    scale = _scale(len(units))
    width, height = scale * _SIDE + _GAP, scale * _SIDE + _LABEL
    columns = _WIDTH // width
    canvas = np.full((_LEGEND + math.ceil(len(units) / columns) * height + _GAP, _WIDTH), _STEPS, np.uint8)
    for place, unit in enumerate(units):
        top, left = _LEGEND + place // columns * height + _LABEL, place % columns * width
        tile = palette_steps(weight[unit].reshape(_SIDE, _SIDE), limit)
        end = scale * _SIDE
        canvas[top - 1 : top + end + 1, left : left + end + 2] = _FRAME  # a unit whose weights are zero is seen, too
        canvas[top : top + end, left + 1 : left + end + 1] = tile.repeat(scale, 0).repeat(scale, 1)
    words = [
        (place % columns * width + 1, _LEGEND + place // columns * height, label, "la")
        for place, label in enumerate(labels)
    ]
    if limit:
        canvas[:14, :_LEGEND_WIDTH] = palette_steps(np.linspace(-limit, limit, _LEGEND_WIDTH), limit)
        words += [(0, 16, text.number(-limit), "la"), (_LEGEND_WIDTH, 16, text.number(limit), "ra")]
        words += [(_LEGEND_WIDTH // 2, 16, "0", "ma")]
    _write(canvas, words)
    return _png(canvas)


def palette_steps(values: Array, limit: float) -> Array:
    """Which of the 17 steps of colour each value takes: 0 for -limit and below, 8 for zero, 16 for limit and above."""
    share = np.clip(values / limit, -1, 1) if limit else np.zeros(values.shape)
    steps: Array = (np.rint(share * _STEPS) + _STEPS).astype(np.uint8)
    return steps


def _scale(count: int) -> int:
    """The largest whole enlargement at which this many pictures stay in one screen's height; 2 at least."""
    for scale in (6, 5, 4, 3):
        columns = _WIDTH // (scale * _SIDE + _GAP)
        if math.ceil(count / columns) * (scale * _SIDE + _LABEL) <= _HEIGHT:
            return scale
    return 2


def _write(canvas: Array, words: Sequence[tuple[int, int, str, str]]) -> None:
    """Writes (x, y, text, anchor) into the picture in the palette's ink, in place."""
    mask = Image.new("L", (canvas.shape[1], canvas.shape[0]))
    pen, font = ImageDraw.Draw(mask), _font()
    for x, y, word, anchor in words:
        pen.text((x, y), _writable(word), fill=255, font=font, anchor=anchor)
    ink = np.rint(np.asarray(mask) / 255 * _INK_STEPS).astype(np.uint8)
    np.copyto(canvas, 2 * _STEPS + ink, where=ink > 0)


@functools.lru_cache(maxsize=1)  # it is decoded anew at each call, and that takes longer than writing with it
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(_FONT_SIZE)


def _writable(word: str) -> str:
    """A number as Pillow's own font can write it: no minus sign, no power in superscript, no narrow spaces."""
    return word.translate(_SUBSTITUTES).replace(" × 10", "e")


def _png(canvas: Array) -> bytes:
    shares = np.arange(-_STEPS, _STEPS + 1) / _STEPS
    colors = [theme.sign_color(share) for share in shares] + [theme.NEUTRAL] * _INK_STEPS
    alphas = np.concatenate([np.abs(shares), np.arange(1, _INK_STEPS + 1) / _INK_STEPS])
    picture = Image.frombytes("P", (canvas.shape[1], canvas.shape[0]), canvas.tobytes())
    picture.putpalette(b"".join(bytes.fromhex(color[1:]) for color in colors))
    file = io.BytesIO()
    picture.save(file, "PNG", transparency=bytes(np.rint(alphas * 255).astype(np.uint8)), compress_level=_EFFORT)
    return file.getvalue()
