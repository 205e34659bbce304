"""A digit of one's own in a batch of the others."""

import numpy as np
import pytest

from netlib.digits import OwnDigit, sample, with_own
from netlib.spec import BatchSpec

RNG = np.random.default_rng(3)
PIXELS = RNG.integers(0, 256, (28, 28), dtype=np.uint8)


def test_it_takes_one_place_and_leaves_the_others():
    before = sample(BatchSpec(size=8, seed=2))
    kept = before.images.copy()
    after = with_own(before, 5, OwnDigit(PIXELS, 7))
    others = [index for index in range(8) if index != 5]
    np.testing.assert_array_equal(after.images[others], before.images[others])
    np.testing.assert_array_equal(after.labels[others], before.labels[others])
    np.testing.assert_array_equal(after.pixels[5], PIXELS)
    np.testing.assert_allclose(after.images[5, 0], PIXELS / 255.0 * 2 - 1, atol=1e-6)
    assert after.labels[5] == 7
    assert after.indices[5] == -1
    np.testing.assert_array_equal(before.images, kept)


def test_nobody_can_write_into_it():
    source = PIXELS.copy()
    own = OwnDigit(source, 1)
    source[0, 0] ^= 255
    np.testing.assert_array_equal(own.pixels, PIXELS)
    after = with_own(sample(BatchSpec(size=2)), 0, own)
    for array in (own.pixels, after.images, after.labels, after.pixels, after.indices):
        assert not array.flags.writeable


@pytest.mark.parametrize(
    ("pixels", "label"),
    [(PIXELS.astype(float), 1), (PIXELS[:27], 1), (PIXELS, 10), (PIXELS, -1)],
    ids=["floats", "shape", "label above", "label below"],
)
def test_what_is_no_digit_is_refused(pixels, label):
    with pytest.raises(ValueError, match="must be"):
        OwnDigit(pixels, label)


@pytest.mark.parametrize("index", [-1, 4])
def test_a_place_beyond_the_batch_is_refused(index):
    with pytest.raises(IndexError, match="0 to 3"):
        with_own(sample(BatchSpec(size=4)), index, OwnDigit(PIXELS, 1))
