"""Perturbations against scipy's image processing, counts by hand, and what must hold for every image."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from netlib import perturb
from netlib.digits import load, normalised

DIGITS = normalised(load("bundled", "test").images[:12])
numbers = st.floats(-40, 40)
EVERY = [
    lambda images: perturb.noise(images, 0.5, 3),
    lambda images: perturb.noise(images, 1e30, 3),
    lambda images: perturb.shift(images, 2.25, -3),
    lambda images: perturb.shift(images, 1e12, 0),
    lambda images: perturb.rotate(images, 33),
    lambda images: perturb.rotate(images, -1e7),
    lambda images: perturb.stroke(images, 1.5),
    lambda images: perturb.stroke(images, -1.5),
    lambda images: perturb.stroke(images, 1e9),
    lambda images: perturb.erase(images, 3, 4, 7),
]
every = pytest.mark.parametrize("change", EVERY)


def some(seed, count=3):
    """Images of all values, so that a wrong pixel shows."""
    return np.random.default_rng(seed).uniform(-1, 1, (count, 28, 28)).astype(np.float32)


@every
@pytest.mark.parametrize("images", [DIGITS, some(0), DIGITS[:0], np.full((1, 28, 28), 1, np.float32)])
def test_all_return_new_images_of_the_same_kind(change, images):
    before = images.copy()
    changed = change(images)
    assert changed.shape == images.shape
    assert changed.dtype == np.float32
    assert not np.shares_memory(changed, images)
    assert np.array_equal(images, before)
    if images.size:
        assert -1 <= changed.min() <= changed.max() <= 1


@every
def test_a_read_only_image_will_do(change):
    images = DIGITS.copy()
    images.setflags(write=False)
    assert np.array_equal(change(images), change(DIGITS))


@every
def test_an_image_does_not_depend_on_those_after_it(change):
    """The prefix of a batch is the batch of the prefix: a longer check of robustness keeps the earlier digits."""
    assert np.array_equal(change(DIGITS)[:5], change(DIGITS[:5]))


@pytest.mark.parametrize("change", EVERY[2:])
def test_background_stays_background(change):
    blank = np.full((1, 28, 28), -1, np.float32)
    assert np.array_equal(change(blank), blank)


@every
@pytest.mark.parametrize("shape", [(28, 28), (2, 1, 28, 28), (2, 28, 27), (2, 784)])
def test_another_shape_is_refused(change, shape):
    with pytest.raises(ValueError, match="images must have the shape"):
        change(np.zeros(shape, np.float32))


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize(
    "change",
    [
        lambda value: perturb.noise(DIGITS, value, 0),
        lambda value: perturb.shift(DIGITS, value, 0),
        lambda value: perturb.shift(DIGITS, 0, value),
        lambda value: perturb.rotate(DIGITS, value),
        lambda value: perturb.stroke(DIGITS, value),
    ],
)
def test_what_is_no_number_is_refused(change, bad):
    with pytest.raises(ValueError, match="finite numbers"):
        change(bad)


# --- noise --------------------------------------------------------------------------------------------------------


def test_noise_has_the_standard_deviation_that_was_asked_for():
    grey = np.zeros((40, 28, 28), np.float32)
    added = perturb.noise(grey, 0.2, 7)
    assert added.std() == pytest.approx(0.2, rel=0.02)
    assert abs(added.mean()) < 4 * 0.2 / np.sqrt(grey.size)


def test_the_same_seed_is_the_same_noise_and_another_seed_another():
    assert np.array_equal(perturb.noise(DIGITS, 0.3, 1), perturb.noise(DIGITS, 0.3, 1))
    assert not np.array_equal(perturb.noise(DIGITS, 0.3, 1), perturb.noise(DIGITS, 0.3, 2))


def test_twice_the_level_is_twice_the_same_noise():
    grey = np.zeros((2, 28, 28), np.float32)
    assert perturb.noise(grey, 0.02, 5) == pytest.approx(2 * perturb.noise(grey, 0.01, 5))


def test_no_noise_is_the_image_itself():
    assert np.array_equal(perturb.noise(DIGITS, 0, 1), DIGITS)


def test_noise_below_zero_is_refused():
    with pytest.raises(ValueError, match="not be below 0"):
        perturb.noise(DIGITS, -0.1, 0)


# --- shift --------------------------------------------------------------------------------------------------------


@given(numbers, numbers, st.integers(0, 9))
def test_a_shift_is_scipys(right, down, seed):
    images = some(seed, 1)
    expected = ndimage.shift(np.pad(images[0] + 1.0, 60), (down, right), order=1, prefilter=False)[60:-60, 60:-60] - 1
    assert perturb.shift(images, right, down)[0] == pytest.approx(expected, abs=1e-6)


@given(st.integers(-28, 28), st.integers(-28, 28))
def test_a_shift_by_whole_pixels_is_exact(right, down):
    images = some(1)
    wide = np.pad(images, ((0, 0), (28, 28), (28, 28)), constant_values=-1)
    expected = wide[:, 28 - down : 56 - down, 28 - right : 56 - right]
    assert np.array_equal(perturb.shift(images, right, down), expected)


def test_right_is_right_and_down_is_down():
    dot = np.full((1, 28, 28), -1, np.float32)
    dot[0, 10, 10] = 1
    assert np.argwhere(perturb.shift(dot, 3, 0)[0] == 1).tolist() == [[10, 13]]
    assert np.argwhere(perturb.shift(dot, 0, 3)[0] == 1).tolist() == [[13, 10]]


# --- rotation -----------------------------------------------------------------------------------------------------


@given(st.floats(-720, 720), st.integers(0, 9))
def test_a_rotation_is_scipys(degrees, seed):
    images = some(seed, 1)
    wide = ndimage.rotate(np.pad(images[0] + 1.0, 20), degrees, order=1, prefilter=False, reshape=False)
    assert perturb.rotate(images, degrees)[0] == pytest.approx(wide[20:-20, 20:-20] - 1, abs=1e-5)


@pytest.mark.parametrize("quarters", range(-5, 6))
def test_quarter_turns_are_exact(quarters):
    images = some(2)
    assert np.array_equal(perturb.rotate(images, 90 * quarters), np.rot90(images, quarters, axes=(1, 2)))


def test_it_turns_counterclockwise():
    """A dot right of the middle comes to stand above it."""
    dot = np.full((1, 28, 28), -1, np.float32)
    dot[0, 13:15, 24] = 1
    heavy = np.argwhere(perturb.rotate(dot, 80)[0] > -0.5)
    assert heavy[:, 0].max() < 8
    assert abs(heavy[:, 1].mean() - 13.5) < 3


# --- stroke width -------------------------------------------------------------------------------------------------


def disc(radius):
    rows, columns = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return rows**2 + columns**2 <= radius**2


@pytest.mark.parametrize("radius", [1, 2, 3])
def test_thicker_and_thinner_are_scipys_dilation_and_erosion(radius):
    images = some(4)
    for image, thick, thin in zip(images, perturb.stroke(images, radius), perturb.stroke(images, -radius), strict=True):
        outside = {"footprint": disc(radius), "mode": "constant", "cval": -1}
        assert np.array_equal(thick, ndimage.grey_dilation(image, **outside))
        assert np.array_equal(thin, ndimage.grey_erosion(image, **outside))


def test_a_dot_becomes_a_disc_and_goes():
    dot = np.full((1, 28, 28), -1, np.float32)
    dot[0, 10, 10] = 1
    assert (perturb.stroke(dot, 1) == 1).sum() == 5
    assert (perturb.stroke(dot, 2) == 1).sum() == 13
    assert (perturb.stroke(dot, -1) == -1).all()


@given(st.floats(-4, 4), st.floats(-4, 4))
def test_more_width_is_never_less_ink(one, other):
    thin, thick = perturb.stroke(DIGITS[:2], min(one, other)), perturb.stroke(DIGITS[:2], max(one, other))
    assert (thick >= thin - 1e-6).all()


def test_half_a_pixel_lies_half_way():
    half = perturb.stroke(DIGITS, 1.5)
    assert half == pytest.approx((perturb.stroke(DIGITS, 1) + perturb.stroke(DIGITS, 2)) / 2, abs=1e-6)
    assert np.array_equal(perturb.stroke(DIGITS, 0), DIGITS)


# --- erasing ------------------------------------------------------------------------------------------------------


@given(st.integers(-40, 40), st.integers(-40, 40), st.integers(0, 60))
def test_the_square_is_background_and_the_rest_untouched(row, column, size):
    images = some(5)
    erased = perturb.erase(images, row, column, size)
    rows, columns = np.mgrid[:28, :28]
    inside = (rows >= row) & (rows < row + size) & (columns >= column) & (columns < column + size)
    assert (erased[:, inside] == -1).all()
    assert np.array_equal(erased[:, ~inside], images[:, ~inside])
