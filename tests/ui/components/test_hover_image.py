"""The sheet of digits behind a chart's points."""

import io

import numpy as np
from PIL import Image

from netlib.digits import load
from netlib.ui.components.hover_image import COLUMNS, sheet


def test_each_digit_is_in_its_place_to_sixteen_shades():
    pixels = load("bundled", "test").images[:60]
    drawn = np.array(Image.open(io.BytesIO(sheet(pixels))).convert("L")).astype(int)
    assert drawn.shape == (3 * 28, COLUMNS * 28)
    for place, digit in enumerate(pixels):
        row, column = divmod(place, COLUMNS)
        shown = drawn[28 * row : 28 * row + 28, 28 * column : 28 * column + 28]
        assert np.abs(shown - digit).max() <= 15
    assert not drawn[56:, 28 * 10 :].any()


def test_six_hundred_digits_fit_into_what_a_page_may_send():
    assert len(sheet(load("bundled", "test").images[:600])) * 4 / 3 < 100_000
