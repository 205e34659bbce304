"""What probes find, by hand."""

import numpy as np
import pytest

from netlib.stats.probes import Flip, Occlusion, Saliency


def test_the_share_of_the_slopes_on_ink():
    gradient = np.zeros((28, 28))
    gradient[0, 0], gradient[5, 5] = 3, -1
    image = np.full((28, 28), -1.0)
    image[5, 5:8] = 0.2
    found = Saliency(4, gradient)
    assert found.share_on_ink(image) == pytest.approx(0.25)
    assert found.finite
    assert not found.flat
    assert Saliency(4, gradient * 0).flat
    assert not Saliency(4, gradient + np.inf).finite


def test_the_place_that_costs_most():
    falls = np.zeros((3, 3))
    falls[2, 1] = 0.4
    found = Occlusion(1, 5, np.array([0, 2, 4]), falls, 0.9, 2)
    assert found.deepest == (6, 4)
    assert found.finite
    assert not Occlusion(1, 5, np.array([0, 2, 4]), falls * np.nan, np.nan, 0).finite


def test_the_length_of_a_change():
    image = np.zeros((28, 28), np.float32)
    changed = image.copy()
    changed[3, 4], changed[7, 7] = 0.3, -0.4
    found = Flip(image, changed, (3, 5), np.full(10, 0.1), np.full(10, 0.1), 2)
    assert found.size == pytest.approx(0.5)
    assert found.per_pixel == pytest.approx(0.5 / 28 / 2)
    assert found.change[7, 7] == pytest.approx(-0.4)
    everywhere = Flip(image - 1, image + 1, (3, 5), np.full(10, 0.1), np.full(10, 0.1), 2)
    assert everywhere.per_pixel == pytest.approx(1)  # from background to full ink in every pixel
