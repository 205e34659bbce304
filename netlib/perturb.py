"""Digits made harder: noise, shift, rotation, stroke width, erasing. Numpy only.

Every function takes images float32 (n, 28, 28) in [-1, 1], background -1, and returns new ones of the same kind; what
comes in from beyond the edge is background. All raise `ValueError` for another shape or a number that is not finite.
"""

import math
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SIDE: Final = 28
BACKGROUND: Final = -1.0

_MIDDLE = (SIDE - 1) / 2


def noise(images: Floats, level: float, seed: int) -> Floats:
    """Normal noise of standard deviation `level` added to each pixel and cut off at -1 and 1.

    The same seed gives an image of the same place the same noise: at twice the level twice as much, and whatever the
    number of images after it.
    """
    _check(images, level)
    if level < 0:
        raise ValueError(f"level must not be below 0, but is {level}")
    drawn = np.random.Generator(np.random.PCG64(seed)).standard_normal(images.shape, np.float32)
    # A very high level leaves float32 before it is cut off, and the cut is what is asked for then.
    with np.errstate(over="ignore"):
        return _inside(images + np.float32(min(level, 1e6)) * drawn)


def shift(images: Floats, right: float, down: float) -> Floats:
    """Moved by pixels to the right and down; parts of a pixel are interpolated linearly, whole ones are exact."""
    _check(images, right, down)
    rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float64)
    return _looked_up(images, rows - down, columns - right)


def rotate(images: Floats, degrees: float) -> Floats:
    """Turned counterclockwise about the middle of the image, with linear interpolation; quarter turns are exact."""
    _check(images, degrees)
    quarters, rest = divmod(degrees, 90)
    turned = np.rot90(images, int(quarters % 4), axes=(1, 2))
    angle = math.radians(rest)
    rows, columns = np.mgrid[:SIDE, :SIDE] - _MIDDLE
    from_rows = math.cos(angle) * rows + math.sin(angle) * columns + _MIDDLE
    from_columns = math.cos(angle) * columns - math.sin(angle) * rows + _MIDDLE
    return _looked_up(turned, from_rows, from_columns)


def stroke(images: Floats, pixels: float) -> Floats:
    """Strokes thicker by `pixels` on each side, or thinner where that is below 0; 0 leaves the image.

    Grey-scale dilation and erosion by a disc (Serra, Image Analysis and Mathematical Morphology, 1982); between two
    whole radii the result is mixed linearly.
    """
    _check(images, pixels)
    size = min(abs(pixels), float(SIDE))
    whole = int(size)
    near = _morphed(images, whole, thicker=pixels > 0)
    if size == whole:
        return near
    share = np.float32(size - whole)
    return _inside((1 - share) * near + share * _morphed(images, whole + 1, thicker=pixels > 0))


def erase(images: Floats, row: int, column: int, size: int) -> Floats:
    """A square of `size` pixels made background; `row` and `column` are its upper left corner, also beyond the edge."""
    _check(images, row, column, size)
    erased = images.astype(np.float32, copy=True)
    erased[:, max(row, 0) : max(row + size, 0), max(column, 0) : max(column + size, 0)] = BACKGROUND
    return erased


def _check(images: Floats, *numbers: float) -> None:
    if images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        raise ValueError(f"images must have the shape (n, {SIDE}, {SIDE}), but have {images.shape}")
    if not all(math.isfinite(number) for number in numbers):
        raise ValueError(f"a perturbation needs finite numbers, but was given {numbers}")


def _inside(images: NDArray[Any]) -> Floats:
    inside: Floats = np.clip(images, BACKGROUND, 1).astype(np.float32)
    return inside


def _looked_up(images: Floats, rows: NDArray[np.float64], columns: NDArray[np.float64]) -> Floats:
    """Each image at the places (28, 28) between its pixels, by the four around each place."""
    # Background is 0 here, so that what lies beyond the edge adds nothing; in float64 this loses no pixel's last bit.
    ink = images.astype(np.float64) - BACKGROUND
    result = np.zeros(images.shape)
    # Rounding: the sine of a whole turn is not exactly 0, and a place a hair beside a pixel is that pixel.
    rows, columns = rows.round(9), columns.round(9)
    top, left = np.floor(rows), np.floor(columns)
    for down, right in product((0, 1), (0, 1)):
        row, column = top + down, left + right
        weight = (1 - np.abs(rows - row)) * (1 - np.abs(columns - column))
        there = (row >= 0) & (row < SIDE) & (column >= 0) & (column < SIDE) & (weight > 0)
        places = np.where(there, row, 0).astype(np.intp), np.where(there, column, 0).astype(np.intp)
        result += ink[:, *places] * np.where(there, weight, 0)
    return _inside(result + BACKGROUND)


def _morphed(images: Floats, radius: int, *, thicker: bool) -> Floats:
    """The lightest (or, for thinner strokes, the darkest) pixel within a radius of each."""
    chosen = np.maximum if thicker else np.minimum
    room = ((0, 0), (radius, radius), (radius, radius))
    wide = np.pad(images.astype(np.float32), room, constant_values=BACKGROUND)
    result = images.astype(np.float32, copy=True)
    for down, right in product(range(2 * radius + 1), repeat=2):
        if (down - radius) ** 2 + (right - radius) ** 2 <= radius**2:
            chosen(result, wide[:, down : down + SIDE, right : right + SIDE], out=result)
    return result
