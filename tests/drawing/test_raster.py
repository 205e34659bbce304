"""Ink has the area, the place and the soft edge of the line that was drawn; a digit enlarged is that digit."""

import base64
import io
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import netlib
from netlib.drawing.raster import SIDE, enlarged, ink, png
from netlib.drawing.strokes import FULL, PENS, Stroke

TO_PIXELS = SIDE / FULL


def test_nothing_is_no_ink():
    assert ink(()).shape == (SIDE, SIDE)
    assert not ink(()).any()


@pytest.mark.parametrize("width", PENS)
def test_a_dot_is_a_disc(width):
    radius = width * TO_PIXELS / 2
    drawn = ink([Stroke(width, ((500, 400),))])
    assert drawn.sum(dtype=np.float64) == pytest.approx(math.pi * radius**2, rel=0.01)
    rows, columns = np.nonzero(drawn > 0.5)
    assert rows.mean() + 0.5 == pytest.approx(400 * TO_PIXELS, abs=0.1)
    assert columns.mean() + 0.5 == pytest.approx(500 * TO_PIXELS, abs=0.1)


inner = st.integers(100, 900)


@given(st.tuples(inner, inner), st.tuples(inner, inner), st.sampled_from(PENS))
def test_a_line_has_the_area_of_a_bar_with_round_ends(start, end, width):
    radius, length = width * TO_PIXELS / 2, math.dist(start, end) * TO_PIXELS
    drawn = ink([Stroke(width, (start, end))])
    assert drawn.sum(dtype=np.float64) == pytest.approx(math.pi * radius**2 + 2 * radius * length, rel=0.01)


@given(st.lists(st.tuples(st.integers(0, FULL), st.integers(0, FULL)), min_size=1, max_size=12), st.sampled_from(PENS))
def test_ink_is_within_bounds_and_does_not_depend_on_the_direction(places, width):
    drawn = ink([Stroke(width, tuple(places))])
    assert drawn.dtype == np.float32
    assert 0 <= drawn.min() <= drawn.max() <= 1
    assert not drawn.flags.writeable
    np.testing.assert_allclose(drawn, ink([Stroke(width, tuple(places[::-1]))]), atol=1e-5)


@given(st.integers(0, 40), st.integers(0, 40))
def test_moved_by_whole_pixels_the_ink_is_the_same_elsewhere(right, down):
    step = 25  # seven pixels
    line = Stroke(80, ((100, 150), (300, 200)))
    moved = Stroke(80, tuple((x + right % 12 * step, y + down % 12 * step) for x, y in line.points))
    rolled = np.roll(ink([line]), (down % 12 * 7, right % 12 * 7), axis=(0, 1))
    np.testing.assert_allclose(ink([moved]), rolled, atol=1e-5)


def test_crossing_lines_are_no_whiter_than_white_and_order_does_not_matter():
    lines = [Stroke(80, ((100, 100), (900, 900))), Stroke(50, ((900, 100), (100, 900)))]
    both = ink(lines)
    np.testing.assert_array_equal(both, np.maximum(ink(lines[:1]), ink(lines[1:])))
    np.testing.assert_array_equal(both, ink(lines[::-1]))


def test_a_line_beyond_the_edge_is_cut_off():
    assert ink([Stroke(120, ((0, 0), (0, FULL)))])[:, 0].min() == 1


def test_strokes_are_drawn_over_a_picture():
    under = np.zeros((SIDE, SIDE), np.float32)
    under[:20] = 0.5
    drawn = ink([Stroke(80, ((500, 0), (500, 500)))], under)
    assert drawn[5, 5] == 0.5
    assert drawn[5, 140] == 1
    assert under[5, 140] == 0.5  # what was given stays


def test_a_digit_enlarged_is_that_digit():
    pixels = netlib.sample(netlib.BatchSpec(size=1)).pixels[0]
    large = enlarged(pixels)
    np.testing.assert_allclose(large.reshape(28, 10, 28, 10).mean(axis=(1, 3)) * 255, pixels, atol=1e-4)
    assert (large[::10, ::10] * 255 == pixels).all()


def test_a_png_is_what_was_drawn():
    drawn = ink([Stroke(80, ((100, 100), (900, 700)))])
    kind, _, content = png(drawn).partition(",")
    assert kind == "data:image/png;base64"
    read = np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))
    np.testing.assert_allclose(read / 255, drawn, atol=0.5 / 255 + 1e-6)
    assert len(content) < 30_000
