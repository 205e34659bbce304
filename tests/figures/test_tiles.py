"""The PNG of units read back by Pillow: where each tile is, what colour each weight has, how much it all weighs."""

import io

import numpy as np
import pytest
from PIL import Image

import netlib
from netlib.figures import theme
from netlib.figures.tiles import PER_PAGE, palette_steps, unit_tiles
from netlib.i18n import LANGUAGES, translator

MOST_BYTES = 92_000


def weights_of(units, init="pytorch"):
    return netlib.build(netlib.NetworkSpec((units,), weight_init=init)).fc1.weight.detach().numpy()


def drawn(weight, limit=None, language="en", labels=None):
    units = np.arange(min(len(weight), PER_PAGE))
    limit = float(np.abs(weight).max()) if limit is None else limit
    return unit_tiles(weight, units, labels or [str(u) for u in units], limit, translator(language))


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def tile_at(png, count, place):
    """The 28 x 28 colours of one tile, found by its frame: the only rectangle of its size that is drawn in the ink."""
    picture = pixels(png)
    scale = {1: 6, 4: 6, 10: 6, 128: 2}[count]
    columns = 900 // (28 * scale + 4)
    top = 34 + place // columns * (28 * scale + 16) + 16
    left = place % columns * (28 * scale + 4) + 1
    block = picture[top : top + 28 * scale, left : left + 28 * scale]
    for row in range(scale):
        for column in range(scale):
            np.testing.assert_array_equal(block[row::scale, column::scale], block[::scale, ::scale])
    return block[::scale, ::scale]


@pytest.mark.parametrize("init", ["pytorch", "normal", "orthogonal", "kaiming_uniform", "sparse", "zeros", "constant"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_full_page_stays_below_its_budget(init, language):
    assert len(drawn(weights_of(PER_PAGE, init), language=language, labels=["127 · 0,584"] * PER_PAGE)) < MOST_BYTES


@pytest.mark.parametrize(("count", "place"), [(1, 0), (4, 3), (10, 7), (128, 0), (128, 127)])
def test_every_pixel_has_the_hue_of_its_sign_and_the_strength_of_its_size(count, place):
    weight = weights_of(count)
    limit = float(np.abs(weight).max())
    tile = tile_at(drawn(weight), count, place).astype(int)
    own = weight[place].reshape(28, 28)
    strength = tile[..., 3] / 255
    np.testing.assert_allclose(strength, np.abs(own) / limit, atol=0.065)
    for color, sign in ((theme.POSITIVE, 1), (theme.NEGATIVE, -1)):
        hue = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
        assert (tile[(np.sign(own) == sign) & (strength > 0)][:, :3] == hue).all()


def test_the_order_is_the_one_asked_for():
    weight = weights_of(4)
    text = translator("en")
    png = unit_tiles(weight, np.array([2, 0, 3, 1]), list("abcd"), float(np.abs(weight).max()), text)
    np.testing.assert_array_equal(tile_at(png, 4, 0), tile_at(drawn(weight), 4, 2))
    np.testing.assert_array_equal(tile_at(png, 4, 3), tile_at(drawn(weight), 4, 1))


def test_zero_is_transparent():
    picture = pixels(drawn(np.zeros((3, 784), np.float32)))
    assert (picture[..., 3] == 0).mean() > 0.9
    assert picture[..., 3].any()  # the frames and the labels are seen


def test_the_palette_is_symmetric_and_ends_at_the_limit():
    steps = palette_steps(np.array([-9, -2, -1, -0.04, 0, 0.04, 1, 2, 9]), 2.0)
    assert steps.tolist() == [0, 0, 4, 8, 8, 8, 12, 16, 16]
    assert palette_steps(np.zeros((2, 2)), 0.0).tolist() == [[8, 8], [8, 8]]


@pytest.mark.parametrize("units", [1, 2, 9, 33, 64, 100, 128])
def test_the_picture_has_room_for_all_and_is_no_taller_than_a_screen(units):
    picture = Image.open(io.BytesIO(drawn(weights_of(units))))
    assert picture.width == 900
    assert picture.height < 760


@pytest.mark.parametrize("label", ["−1,23 × 10⁻⁷", "127 · 1\u00a0234", "0,5"])
def test_every_number_can_be_written_in_the_pictures_font(label):
    """A glyph that the font lacks is drawn as a box: the same box for all of them."""
    blank = pixels(drawn(np.zeros((1, 784), np.float32), labels=[""]))
    written = pixels(drawn(np.zeros((1, 784), np.float32), labels=[label]))
    missing = pixels(drawn(np.zeros((1, 784), np.float32), labels=["\ue000"]))
    assert (written != blank).any()
    assert (written != missing).any()
    box = np.argwhere((missing != blank).any(axis=2))
    (top, left), (bottom, right) = box.min(axis=0), box.max(axis=0)
    glyph = missing[top : bottom + 1, left : right + 1, 3]
    view = np.lib.stride_tricks.sliding_window_view(written[..., 3], glyph.shape)
    assert not (view == glyph).all(axis=(2, 3)).any()


def test_the_same_weights_give_the_same_bytes():
    assert drawn(weights_of(10)) == drawn(weights_of(10))
