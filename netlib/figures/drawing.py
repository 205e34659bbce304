"""The Draw page's own picture: a drawing on its way to what the network sees."""

import numpy as np
import plotly.graph_objects as go

from netlib.drawing.framing import BOX, CENTRE, Framed
from netlib.figures.panels import Panel, panels
from netlib.i18n import Text
from netlib.trace import Array

_EVERY = 4  # of the pad's 280 pixels: 70 are enough for an eye


def framing(raster: Array, framed: Framed, text: Text) -> go.Figure:
    """The pad with the box around its ink, the box at 20 pixels, and that in the field of 28, centred by its mass."""
    box = framed.box
    row, column = framed.centre
    top, left = framed.corner
    height, width = framed.small.shape
    return panels(
        [
            _pad(raster, (box.top, box.left, box.bottom, box.right), text),
            Panel(
                text("box of {side} × {side}", side=BOX),
                _in_its_box(framed.small),
                _hover(text),
                low=0,
                high=255,
            ),
            Panel(
                text("field of 28 × 28"),
                framed.image,
                _hover(text),
                low=0,
                high=255,
                box=(top, left, top + height, left + width),
                cross=(row, column, _mass(row, column, text)),
                centre=CENTRE,
            ),
        ],
        text,
    )


def unframed(raster: Array, image: Array, centre: tuple[float, float] | None, text: Text) -> go.Figure:
    """The pad, and the whole of it at 28 pixels, in [-1, 1], with its centre of mass where it has ink."""
    cross = None if centre is None else (*centre, _mass(*centre, text))
    small = np.rint((image + 1) * 127.5).astype(np.uint8)
    return panels(
        [
            _pad(raster, None, text),
            Panel(text("field of 28 × 28"), small, _hover(text), low=0, high=255, cross=cross, centre=CENTRE),
        ],
        text,
    )


def _pad(raster: Array, box: tuple[float, float, float, float] | None, text: Text) -> Panel:
    side = len(raster) // _EVERY
    small = raster.reshape(side, _EVERY, side, _EVERY).mean(axis=(1, 3))
    return Panel(
        text("the pad"),
        np.rint(small * 255).astype(np.uint8),
        text("ink: %{z} of 255"),
        low=0,
        high=255,
        box=None if box is None else tuple(place / _EVERY for place in box),  # type: ignore[arg-type]
    )


def _in_its_box(small: Array) -> Array:
    """The small image in the middle of 20 x 20, so that all panels are of one size."""
    field = np.zeros((BOX, BOX), np.uint8)
    top, left = (BOX - small.shape[0]) // 2, (BOX - small.shape[1]) // 2
    field[top : top + small.shape[0], left : left + small.shape[1]] = np.rint(small * 255)
    return field


def _hover(text: Text) -> str:
    return text("row %{y}, column %{x}: %{z} of 255")


def _mass(row: float, column: float, text: Text) -> str:
    return text("centre of mass: row {row}, column {column}", row=row, column=column)
