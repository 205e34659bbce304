"""The sprite holds every image in its place, and little more than that; what comes back from a browser is checked."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

import netlib
from netlib.ui.components import image_grid

SIDE = 28


def decoded(pixels):
    """The sprite as a browser sees it: bytes (rows * 28, 448)."""
    kind, _, content = image_grid.sprite(pixels).partition(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(content))).convert("L"))


@pytest.mark.parametrize("size", [1, 15, 16, 17, 64, 256])
def test_every_image_is_in_its_place(size):
    pixels = netlib.sample(netlib.BatchSpec(size=size)).pixels
    sheet = decoded(pixels)
    rows = -(-size // image_grid.SPRITE_COLUMNS)
    assert sheet.shape == (rows * SIDE, image_grid.SPRITE_COLUMNS * SIDE)
    for index, image in enumerate(pixels):
        row, column = divmod(index, image_grid.SPRITE_COLUMNS)
        cell = sheet[row * SIDE : (row + 1) * SIDE, column * SIDE : (column + 1) * SIDE]
        assert np.abs(cell.astype(int) - image).max() <= 9  # half a step of sixteen shades
    assert (sheet.reshape(rows, SIDE, -1, SIDE).swapaxes(1, 2).reshape(-1, SIDE, SIDE)[size:] == 0).all()


def test_black_stays_black_and_white_stays_white():
    assert decoded(np.zeros((1, SIDE, SIDE), np.uint8)).max() == 0
    assert decoded(np.full((1, SIDE, SIDE), 255, np.uint8))[:, :SIDE].min() == 255


@pytest.mark.parametrize("spec", [netlib.BatchSpec(size=256), netlib.BatchSpec(size=256, digits=(8,))])
def test_the_largest_batch_weighs_little(spec):
    assert len(image_grid.sprite(netlib.sample(spec).pixels)) < 45_000


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        (0, [0]),
        (3, [3]),
        (3.0, [3]),
        (None, []),
        (4, []),
        (-1, []),
        ("1", []),
        ([1], []),
        (float("nan"), []),
        (1e300, []),
        (True, []),
    ],
)
def test_only_an_index_of_the_batch_is_chosen(monkeypatch, given, chosen):
    mounted = {}
    monkeypatch.setattr(image_grid, "_grid", lambda **options: mounted.update(options))
    monkeypatch.setattr(image_grid.st, "session_state", {"image_grid": {"chosen": given}})
    said = []
    pixels = np.zeros((4, SIDE, SIDE), np.uint8)
    image_grid.image_grid(
        pixels, np.arange(4), 2, label="images", name="{image}: {label}", height=380, on_choose=said.append
    )
    mounted["on_chosen_change"]()
    assert said == chosen
    assert mounted["data"]["labels"] == "0123"
    assert mounted["data"]["chosen"] == 2
