"""From an uploaded picture to ink: PNG or JPEG, dark on light or light on dark, transparent or photographed."""

import io
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from netlib.drawing.raster import SIDE
from netlib.i18n import N_
from netlib.problem import Problem
from netlib.trace import Array, frozen

MOST_BYTES = 8 * 2**20
MOST_PIXELS = {"PNG": 16_000_000, "JPEG": 64_000_000}
"""A JPEG is decoded at an eighth of its size where it is large; a PNG must be decoded whole."""

_MOST_SIDES = 20  # a strip longer than this times its width is no digit
_LEAST_CONTRAST = 16  # of 255 grey levels
_NOISE = 4  # what differs from the background by less than this many of its own deviations is background
_RINGING = 0.12  # beside a sharp edge a JPEG has waves of this share of its contrast
_MARGIN = SIDE // 14  # as MNIST leaves, about


def read_picture(data: bytes) -> Array:
    """The ink of a picture, float32 (280, 280) from 0 to 1, read-only; raises `Problem` with the reason.

    The background is the plane that fits the picture's border best, so that a shadow across a photo counts as paper;
    ink is what differs from it, towards the side that differs most. Transparent is background.
    """
    if len(data) > MOST_BYTES:
        raise Problem(
            N_("A picture may have {most} MB; this one has {found} MB."),
            most=MOST_BYTES / 2**20,
            found=len(data) / 2**20,
        )
    return _fitted(_ink(*_grey(data)))


def _grey(data: bytes) -> tuple[Array, float]:
    """Grey levels (h, w) from 0 to 255, float64, and which share of the contrast may be nothing; raises `Problem`."""
    try:
        file = Image.open(io.BytesIO(data), formats=tuple(MOST_PIXELS))
        _check_size(file)
        file.draft("L", (4 * SIDE, 4 * SIDE))  # a JPEG's decoder leaves out what would be shrunk anyway
        picture = ImageOps.exif_transpose(file)
        picture.thumbnail((4 * SIDE, 4 * SIDE), Image.Resampling.BOX)
        return _levels(picture), _RINGING if file.format == "JPEG" else 0.0
    except Problem:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Problem(N_("The picture is too large to be opened.")) from error
    except UnidentifiedImageError as error:
        raise Problem(N_("The file must be a PNG or a JPEG picture.")) from error
    except Exception as error:
        raise Problem(N_("The picture is damaged: it cannot be decoded.")) from error


def _check_size(picture: Any) -> None:
    width, height = picture.size
    most = MOST_PIXELS[picture.format]
    if width * height > most:
        raise Problem(
            N_("A {format} picture may have {most} million pixels; this one has {width} × {height}."),
            format=picture.format,
            most=most // 1_000_000,
            width=width,
            height=height,
        )
    if max(width, height) > _MOST_SIDES * min(width, height):
        raise Problem(
            N_("A strip of {width} × {height} pixels is no digit: one side may be {most} times the other."),
            width=width,
            height=height,
            most=_MOST_SIDES,
        )


def _levels(picture: Any) -> Array:
    if picture.mode.startswith("I") or picture.mode == "F":  # grey in more than 8 bits
        levels = np.asarray(picture, dtype=np.float64)
        return levels / 257 if levels.max() > 255 else levels
    colours = np.asarray(picture.convert("RGBA"), dtype=np.float64)
    grey, opaque = colours[..., :3] @ (0.299, 0.587, 0.114), colours[..., 3] / 255
    if opaque.min() == 1:
        return grey
    # Behind what is transparent stands the opposite of what is drawn: white ink is seen, too.
    drawn = float((grey * opaque).sum() / max(opaque.sum(), 1e-9))
    return grey * opaque + (0.0 if drawn > 127.5 else 255.0) * (1 - opaque)


def _ink(grey: Array, ringing: float) -> Array:
    difference = grey - _paper(grey)
    border = _border(difference)
    noise = 1.4826 * float(np.median(np.abs(border - np.median(border))))  # a standard deviation, whatever crosses it
    if -difference.min() > difference.max():
        difference = -difference
    strongest = float(difference.max())
    if strongest < max(_LEAST_CONTRAST, _NOISE * noise):
        raise Problem(N_("Nothing is seen in this picture: it is as good as one colour."))
    floor = min(max(_NOISE * noise, ringing * strongest), strongest / 2)
    if ringing:  # in a photo the light is uneven, and so is ink that is all of one black: its middle is full ink
        strongest = float(np.median(difference[difference >= strongest / 2]))
    ink = np.clip((difference - floor) / (strongest - floor), 0, 1)
    whole: Array = np.rint(ink * 255) / 255  # what is less than one grey level is a rounding
    return whole


def _border(values: Array) -> Array:
    return np.concatenate([values[0], values[-1], values[:, 0], values[:, -1]])


def _paper(grey: Array) -> Array:
    """The plane through the border's grey levels by least squares, once more without what lies far off it."""
    height, width = grey.shape
    row, column = np.mgrid[0:height, 0:width]
    terms = np.stack([np.ones_like(grey), row / height - 0.5, column / width - 0.5], axis=-1)
    edge = np.concatenate([terms[0], terms[-1], terms[:, 0], terms[:, -1]])
    levels = _border(grey)
    middle = np.median(levels)
    near = np.abs(levels - middle) <= 3 * 1.4826 * np.median(np.abs(levels - middle)) + 8
    plane, *_ = np.linalg.lstsq(edge[near], levels[near], rcond=None)
    paper: Array = terms @ plane
    return paper


def _fitted(ink: Array) -> Array:
    """Ink of any size in the middle of the pad, its proportions kept."""
    room = SIDE if ink.shape[0] == ink.shape[1] else SIDE - 2 * _MARGIN
    scale = room / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    picture = Image.fromarray(ink.astype(np.float32)).resize((width, height), Image.Resampling.BOX)
    raster = np.zeros((SIDE, SIDE), np.float32)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    raster[top : top + height, left : left + width] = np.clip(np.asarray(picture), 0, 1)
    return frozen(raster)
