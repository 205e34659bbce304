"""The picture grid: every image of a batch as a small button with its label; the chosen one is the image looked at."""

import base64
import io
from collections.abc import Callable

import numpy as np
import streamlit as st
from PIL import Image

from netlib.trace import Array
from netlib.ui.components import source

SPRITE_COLUMNS = 16
_GREYS = 16

_grid = st.components.v2.component(
    "layerscope_image_grid", css=source("image_grid", "css"), js=source("image_grid", "js")
)


def image_grid(
    pixels: Array, labels: Array, chosen: int, *, label: str, name: str, height: int, on_choose: Callable[[int], None]
) -> None:
    """Images uint8 (n, 28, 28) with labels (n,); calls `on_choose` with the index of an image that is chosen.

    `name` is what a screen reader says of one image, with `{image}` and `{label}` to be filled in; `height` in CSS
    pixels is always taken, so that nothing below moves, and a grid that is higher scrolls inside it.
    """

    def choose() -> None:
        image = st.session_state["image_grid"]["chosen"]
        # It comes from a browser, so it may be anything.
        if isinstance(image, int | float) and not isinstance(image, bool) and 0 <= image < len(labels):
            on_choose(int(image))

    _grid(
        key="image_grid",
        height=height,
        data={
            "label": label,
            "name": name,
            "chosen": chosen,
            "labels": "".join(map(str, labels)),
            "sprite": sprite(pixels),
            "columns": SPRITE_COLUMNS,
        },
        on_chosen_change=choose,
    )


def sprite(pixels: Array) -> str:
    """Images uint8 (n, 28, 28) as one PNG, 16 in a row, white ink on black: a `data:` address.

    In 16 shades of grey: no eye tells them from 256 at a button's size, and 256 digits weigh 26 kB in place of 45.
    """
    count, height, width = pixels.shape
    rows = -(-count // SPRITE_COLUMNS)
    cells = np.zeros((rows * SPRITE_COLUMNS, height, width), dtype=np.uint8)
    cells[:count] = np.round(pixels / (255 / (_GREYS - 1)))
    sheet = cells.reshape(rows, SPRITE_COLUMNS, height, width).swapaxes(1, 2)
    picture = Image.fromarray(sheet.reshape(rows * height, SPRITE_COLUMNS * width)).convert("P")
    picture.putpalette(np.repeat(np.linspace(0, 255, _GREYS).astype(np.uint8), 3).tobytes())
    file = io.BytesIO()
    picture.save(file, "PNG", bits=4)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
