"""MNIST's framing, step by step: what its makers did to every digit, and what a drawing needs to be like one.

Source: LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist/: "The original black and white (bilevel) images
from NIST were size normalized to fit in a 20x20 pixel box while preserving their aspect ratio. The resulting images
contain grey levels as a result of the anti-aliasing technique used by the normalization algorithm. The images were
centered in a 28x28 image by computing the center of mass of the pixels, and translating the image so as to position
this point at the center of the 28x28 field."
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from netlib.trace import Array, frozen

IMAGE = 28
BOX = 20
CENTRE = 14
"""The row and the column of the centre: each of MNIST's digits has its centre of mass within half a pixel of it."""


class Box(NamedTuple):
    """The rows and columns of a raster that hold ink: from `top` to before `bottom`, from `left` to before `right`."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Columns."""
        return self.right - self.left


@dataclass(frozen=True, eq=False)
class Framed:
    """A drawing after each step.

    box: where its ink is; small float32 (h, w), the longer side 20: scaled; image uint8 (28, 28): what the network
    gets; corner: the row and column of the image at which `small` begins; centre: the row and column of the centre of
    mass in the image. All arrays are read-only.
    """

    box: Box
    small: Array
    corner: tuple[int, int]
    image: Array
    centre: tuple[float, float]


def bounding_box(raster: Array) -> Box | None:
    """The smallest box around the ink of a raster (h, w); None where there is none."""
    inked = raster > 0
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not rows.size:
        return None
    return Box(int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1)


def scaled(raster: Array, box: Box) -> Array:
    """What is in the box, its longer side 20 pixels, its proportions kept: float32 (h, w), read-only.

    Anti-aliased: each pixel is the mean of the area that it covers.
    """
    longer = max(box.height, box.width)
    height, width = (max(1, round(BOX * side / longer)) for side in (box.height, box.width))
    return _shrunk(raster[box.top : box.bottom, box.left : box.right], height, width)


def centre_of_mass(image: Array) -> tuple[float, float]:
    """The mean row and the mean column of the ink, (h, w); raises `ValueError` where there is none."""
    exact = image.astype(np.float64)
    total = float(exact.sum())
    if not total > 0:
        raise ValueError("an image without ink has no centre")
    row = float(exact.sum(axis=1) @ np.arange(exact.shape[0])) / total
    column = float(exact.sum(axis=0) @ np.arange(exact.shape[1])) / total
    return row, column


def placed(small: Array) -> tuple[Array, tuple[int, int]]:
    """A small image in the field of 28 x 28, moved by whole pixels so that its centre of mass is at the centre.

    float32 (28, 28), and the row and column at which it begins. Nothing is cut off: what would reach over the edge
    stays inside.
    """
    top, left = (
        min(max(round(CENTRE - mass), 0), IMAGE - side)
        for mass, side in zip(centre_of_mass(small), small.shape, strict=True)
    )
    field = np.zeros((IMAGE, IMAGE), np.float32)
    field[top : top + small.shape[0], left : left + small.shape[1]] = small
    return field, (top, left)


def frame(raster: Array) -> Framed | None:
    """All steps for a raster of ink from 0 to 1; None where there is no ink."""
    box = bounding_box(raster)
    if box is None:
        return None
    small = scaled(raster, box)
    field, corner = placed(small)
    row, column = centre_of_mass(small)
    return Framed(box, small, corner, _bytes(field), (row + corner[0], column + corner[1]))


def unframed(raster: Array) -> Array:
    """The whole raster shrunk to uint8 (28, 28), read-only: what a network gets where nobody frames."""
    return _bytes(_shrunk(raster, IMAGE, IMAGE))


def _shrunk(raster: Array, height: int, width: int) -> Array:
    """A raster at another size: every pixel is the mean of the area that it covers, exactly, whatever the sizes."""
    small = _shares(raster.shape[0], height) @ raster @ _shares(raster.shape[1], width).T
    return frozen(np.clip(small, 0, 1).astype(np.float32))


def _shares(before: int, after: int) -> Array:
    """Which share of each of `before` pixels makes each of `after` ones, (after, before); each row adds up to 1."""
    edges = np.arange(after + 1) * (before / after)
    start, end = edges[:-1, np.newaxis], edges[1:, np.newaxis]
    pixel = np.arange(before)
    overlap = np.clip(np.minimum(end, pixel + 1) - np.maximum(start, pixel), 0, 1)
    shares: Array = overlap * (after / before)
    return shares


def _bytes(image: Array) -> Array:
    return frozen(np.rint(image * 255).astype(np.uint8))
