"""The image behind a point of a chart, shown beside the pointer."""

import base64
import io
from collections.abc import Sequence

import numpy as np
import streamlit as st
from PIL import Image

from netlib.trace import Array
from netlib.ui.components import source

COLUMNS = 25
_SIDE = 28
_SHADES = 16

_hover = st.components.v2.component("layerscope_hover_image", js=source("hover_image", "js"))


def hover_image(chart: str, images: Sequence[int], pixels: Array) -> None:
    """For the chart of this key: points whose `customdata[0]` is one of `images` show their `pixels`.

    pixels uint8 (n, 28, 28), in the order of `images`. 16 shades of grey, so that 600 digits are 100 kB.
    """
    _hover(
        key="hover_image",
        data={
            "chart": chart,
            "images": [int(image) for image in images],
            "columns": COLUMNS,
            "sheet": base64.b64encode(sheet(pixels)).decode(),
        },
        width="content",
        height="content",
    )


def sheet(pixels: Array) -> bytes:
    """Digits (n, 28, 28) uint8 as one PNG, 25 a row, in 16 shades."""
    rows = -(-len(pixels) // COLUMNS)
    canvas = np.zeros((rows * _SIDE, COLUMNS * _SIDE), np.uint8)
    for place, digit in enumerate(pixels):
        row, column = divmod(place, COLUMNS)
        canvas[row * _SIDE : (row + 1) * _SIDE, column * _SIDE : (column + 1) * _SIDE] = digit
    picture = Image.fromarray(canvas // (256 // _SHADES))
    picture = picture.convert("P")
    picture.putpalette([shade * 255 // (_SHADES - 1) for shade in range(_SHADES) for _ in range(3)])
    file = io.BytesIO()
    picture.save(file, "PNG", bits=4, optimize=True)
    return file.getvalue()
