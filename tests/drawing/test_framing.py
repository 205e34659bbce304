"""Framing against MNIST itself: its digits stay what they are, moved and scaled ones come back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from netlib import digits
from netlib.drawing import framing
from netlib.drawing.framing import Box, bounding_box, centre_of_mass, frame, placed, scaled, unframed
from netlib.drawing.raster import SIDE, enlarged, ink
from netlib.drawing.strokes import Stroke

PIXELS = digits.load("bundled", "train").images
HELD_OUT = digits.load("bundled", "test").images


def test_mnists_own_digits_are_framed_as_the_code_says():
    """What the page of its makers says, measured: 20 pixels on the longer side, the centre of mass within half a pixel."""
    boxes = [bounding_box(image) for image in PIXELS]
    assert np.mean([max(box.height, box.width) == framing.BOX for box in boxes]) > 0.999
    centres = np.array([centre_of_mass(image) for image in PIXELS])
    assert (np.abs(centres - framing.CENTRE) <= 0.5 + 1e-9).all()


def test_a_digit_of_mnist_stays_itself_bit_by_bit():
    same = [np.array_equal(frame(enlarged(image)).image, image) for image in HELD_OUT[:400]]
    assert np.mean(same) >= 0.995


@pytest.mark.parametrize("index", range(0, 40, 4))
def test_a_shifted_digit_comes_back(index):
    image = HELD_OUT[index]
    box = bounding_box(image)
    for down, right in ((-box.top, -box.left), (28 - box.bottom, 28 - box.right), (1, -1)):
        moved = np.roll(image, (down, right), axis=(0, 1))
        if bounding_box(moved).height != box.height or bounding_box(moved).width != box.width:
            continue  # it would have gone over the edge
        np.testing.assert_array_equal(frame(enlarged(moved)).image, frame(enlarged(image)).image)


@pytest.mark.parametrize("scale", [0.3, 0.5, 0.8])
def test_a_smaller_digit_comes_back(scale):
    """Shrunk by Pillow somewhere on the pad: after framing nearly the digit again; unframed it is another picture."""
    side = round(SIDE * scale)
    framed_far, unframed_far = [], []
    for image in HELD_OUT[:60]:
        raster = np.zeros((SIDE, SIDE), np.float32)
        small = Image.fromarray(enlarged(image)).resize((side, side), Image.Resampling.BOX)
        raster[:side, -side:] = np.asarray(small)
        framed_far.append(distance(frame(raster).image, image))
        unframed_far.append(distance(unframed(raster), image))
    assert np.mean(framed_far) < 0.25 * np.mean(unframed_far)


def distance(one, other):
    return float(np.abs(one.astype(float) - other).mean())


def test_framed_drawings_have_mnists_statistics():
    """A drawn 7 and a drawn 1 lie where MNIST's lie: box, centre of mass, share of ink, width of the line."""
    seven = [Stroke(80, ((100, 120), (400, 110), (250, 500)))]
    one = [Stroke(80, ((700, 600), (720, 950)))]
    inked = (PIXELS > 0).mean(axis=(1, 2))
    for strokes in (seven, one):
        framed = frame(ink(strokes))
        box = bounding_box(framed.image)
        assert max(box.height, box.width) == framing.BOX
        assert np.abs(np.array(centre_of_mass(framed.image)) - framing.CENTRE).max() <= 0.51
        assert inked.min() < (framed.image > 0).mean() < inked.max()
        assert framed.image.max() == 255


# --- each step ------------------------------------------------------------------------------------------------------


@given(st.integers(0, 20), st.integers(0, 20), st.integers(1, 8), st.integers(1, 8))
def test_the_box_is_that_of_the_ink(top, left, height, width):
    raster = np.zeros((28, 28), np.float32)
    raster[top : top + height, left : left + width] = 0.01
    box = bounding_box(raster)
    assert box == Box(top, left, top + height, left + width)
    assert (box.height, box.width) == (height, width)


def test_without_ink_there_is_no_box_no_centre_and_no_frame():
    empty = np.zeros((SIDE, SIDE), np.float32)
    assert bounding_box(empty) is None
    assert frame(empty) is None
    assert not unframed(empty).any()
    with pytest.raises(ValueError, match="no centre"):
        centre_of_mass(empty)


@given(st.integers(1, 280), st.integers(1, 280), st.integers(0, 2**16))
def test_scaling_keeps_proportions_and_the_mean(height, width, seed):
    raster = np.random.default_rng(seed).random((height, width)).astype(np.float32)
    small = scaled(raster, Box(0, 0, height, width))
    assert max(small.shape) == framing.BOX
    assert abs(small.shape[0] / 20 * max(height, width) - height) <= max(height, width) / 40 + 1e-9 or 1 in small.shape
    # Every pixel of the small image is a mean of equal areas, so their mean is that of all.
    assert small.mean(dtype=np.float64) == pytest.approx(raster.mean(dtype=np.float64), abs=1e-5)


def test_scaling_by_a_whole_number_is_the_mean_of_blocks():
    raster = np.random.default_rng(1).random((60, 60)).astype(np.float32)
    small = scaled(raster, Box(0, 0, 60, 60))
    np.testing.assert_allclose(small, raster.reshape(20, 3, 20, 3).mean(axis=(1, 3)), atol=1e-6)
    assert scaled(raster, Box(0, 0, 60, 40)).shape == (20, 13)
    assert scaled(raster, Box(0, 0, 60, 1)).shape == (20, 1)


def test_scaling_by_a_fraction_against_supersampling():
    """Twelve rows become twenty: each pixel is the mean of what it covers, here counted on a grid of sixtieths."""
    raster = np.random.default_rng(2).random((12, 12)).astype(np.float32)
    fine = raster.repeat(5, 0).repeat(5, 1)  # 60 x 60, and 20 divides it
    np.testing.assert_allclose(
        scaled(raster, Box(0, 0, 12, 12)), fine.reshape(20, 3, 20, 3).mean(axis=(1, 3)), atol=1e-6
    )


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 2**16))
def test_placing_cuts_nothing_off_and_centres_by_whole_pixels(height, width, seed):
    small = np.random.default_rng(seed).random((height, width)).astype(np.float32) ** 4
    field, (top, left) = placed(small)
    np.testing.assert_array_equal(field[top : top + height, left : left + width], small)
    assert field.sum(dtype=np.float64) == pytest.approx(small.sum(dtype=np.float64))
    row, column = centre_of_mass(field)
    for at, corner, side in ((row, top, height), (column, left, width)):
        assert abs(at - framing.CENTRE) <= 0.5 + 1e-6 or corner in (0, 28 - side)


def test_the_centre_of_mass_by_hand():
    image = np.zeros((28, 28))
    image[3, 5], image[7, 9] = 1, 3
    assert centre_of_mass(image) == (6, 8)


def test_the_whole_pad_unframed_is_the_mean_of_blocks():
    raster = np.random.default_rng(3).random((SIDE, SIDE)).astype(np.float32)
    expected = np.rint(raster.reshape(28, 10, 28, 10).mean(axis=(1, 3), dtype=np.float64) * 255)
    assert np.abs(unframed(raster) - expected).max() <= 1
    assert unframed(raster).dtype == np.uint8


def test_what_is_framed_says_where_everything_is():
    framed = frame(ink([Stroke(80, ((600, 100), (900, 300), (650, 500)))]))
    top, left = framed.corner
    height, width = framed.small.shape
    np.testing.assert_array_equal(
        framed.image[top : top + height, left : left + width], np.rint(framed.small * 255).astype(np.uint8)
    )
    assert framed.centre == pytest.approx(centre_of_mass(framed.image), abs=0.02)
    assert not framed.image.flags.writeable
