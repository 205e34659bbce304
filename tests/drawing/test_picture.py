"""Uploaded pictures: the same digit in every way a picture can have it; everything else is one sentence."""

import contextlib
import io
import re
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import netlib
from netlib.drawing import picture
from netlib.drawing.framing import frame
from netlib.drawing.picture import read_picture
from netlib.drawing.raster import SIDE, enlarged, ink
from netlib.drawing.strokes import Stroke
from netlib.i18n import LANGUAGES, translator
from netlib.problem import Problem

DIGITS = netlib.sample(netlib.BatchSpec(size=8)).pixels
TWO = ink([Stroke(80, ((300, 300), (500, 200), (650, 350), (300, 750), (700, 750)))])


def saved(image, kind="PNG", **options):
    file = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(file, kind, **options)
    return file.getvalue()


def grey(ink_, paper=0, pen=255):
    """Ink as grey levels, from those of paper to those of the pen."""
    return np.rint(paper + ink_ * (pen - paper)).astype(np.uint8)


def far(data, ink_=TWO):
    """How far the framed picture is from the framed ink: mean difference of 255 grey levels."""
    framed = frame(read_picture(data))
    return float(np.abs(framed.image.astype(float) - frame(ink_).image).mean())


@pytest.mark.parametrize("index", range(8))
@pytest.mark.parametrize("side", [28, 280])
def test_a_digit_of_mnist_as_png_stays_itself(index, side):
    image = Image.fromarray(DIGITS[index]).resize((side, side), Image.Resampling.NEAREST)
    np.testing.assert_array_equal(frame(read_picture(saved(image))).image, frame(enlarged(DIGITS[index])).image)


@pytest.mark.parametrize(("paper", "pen"), [(0, 255), (255, 0), (230, 20), (60, 200), (128, 90)])
def test_dark_on_light_and_light_on_dark_are_the_same_ink(paper, pen):
    assert far(saved(grey(TWO, paper, pen))) < 3


def test_colours_count_by_their_lightness():
    blue_on_yellow = np.where(TWO[..., np.newaxis] > 0.5, [20, 20, 160], [250, 240, 150]).astype(np.uint8)
    assert far(saved(blue_on_yellow)) < 4


@pytest.mark.parametrize("colour", [0, 255])
def test_transparent_is_background_whatever_is_drawn_on_it(colour):
    levels = np.full((SIDE, SIDE, 4), colour, np.uint8)
    levels[..., 3] = grey(TWO)
    assert far(saved(levels)) < 3
    hidden = levels.copy()
    hidden[levels[..., 3] == 0, :3] = 255 - colour  # colours that nobody sees
    assert far(saved(hidden)) < 3


def test_a_photograph_with_noise_and_a_shadow():
    rng = np.random.default_rng(0)
    light = 150 + 80 * np.linspace(0, 1, 900)[:, np.newaxis] * np.ones((1, 1200))
    large = np.zeros((900, 1200))
    large[200:760, 300:860] = TWO.repeat(2, 0).repeat(2, 1)
    photo = np.clip(light * (1 - 0.75 * large) + rng.normal(0, 3, large.shape), 0, 255).astype(np.uint8)
    assert far(saved(photo, "JPEG", quality=85)) < 10  # a pixel more in width; of an empty picture it is 35


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png(mode):
    if mode == "I;16":
        image = Image.fromarray(grey(TWO).astype(np.uint16) * 257)
        assert image.mode == mode
    else:
        image = Image.fromarray(grey(TWO)).convert(mode)
    limit = 25 if mode == "1" else 3  # one bit has no grey at the edges
    assert far(saved(image)) < limit


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg(mode):
    assert far(saved(Image.fromarray(grey(TWO, 255, 0)).convert(mode), "JPEG", quality=90)) < 4


def test_a_camera_that_was_held_sideways():
    turned = np.rot90(grey(TWO, 255, 0))
    options = Image.Exif()
    options[0x0112] = 6  # Orientation: turn clockwise to see it upright
    assert far(saved(np.ascontiguousarray(turned), "JPEG", quality=95, exif=options)) < 4


def test_a_wide_picture_keeps_its_proportions():
    wide = np.zeros((SIDE, 3 * SIDE), np.uint8)
    wide[:, SIDE : 2 * SIDE] = grey(TWO)
    assert far(saved(wide)) < 8
    raster = read_picture(saved(wide))
    assert (raster.shape, raster.dtype) == ((SIDE, SIDE), np.float32)
    assert 0 <= raster.min() <= raster.max() <= 1
    assert not raster.flags.writeable


# --- what is refused ------------------------------------------------------------------------------------------------


def chunk(kind, content):
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def bomb(width, height):
    """A PNG of a few bytes that says it is this large."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


GIF = saved(grey(TWO), "GIF")
REFUSED = {
    "nothing": (b"", "must be a PNG or a JPEG"),
    "text": (b"%PDF-1.7 not a picture", "must be a PNG or a JPEG"),
    "a gif": (GIF, "must be a PNG or a JPEG"),
    "a bmp": (saved(grey(TWO), "BMP"), "must be a PNG or a JPEG"),
    "a svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "must be a PNG or a JPEG"),
    "cut off": (saved(grey(TWO))[:300], "damaged"),
    "head alone": (bomb(20, 20)[:33], "damaged|must be a PNG"),
    "a bomb": (bomb(60_000, 60_000), "too large"),
    "a warned bomb": (bomb(10_000, 10_000), "million pixels|too large"),
    "a large one": (bomb(5_000, 4_000), "16 million pixels; this one has 5,000 × 4,000"),
    "a strip": (saved(np.zeros((2, 300), np.uint8)), "no digit"),
    "one colour": (saved(np.full((40, 40), 200, np.uint8)), "Nothing is seen"),
    "one pixel": (saved(np.full((1, 1), 200, np.uint8)), "Nothing is seen"),
    "too many bytes": (b"\x89PNG\r\n\x1a\n" + bytes(picture.MOST_BYTES), "8.00 MB; this one has 8.00 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_refused_gets_one_clear_sentence(name):
    data, sentence = REFUSED[name]
    with pytest.raises(Problem) as error:
        read_picture(data)
    english = translator("en").problem(error.value)
    assert re.search(sentence, english)
    for language in LANGUAGES:
        assert "{" not in translator(language).problem(error.value)


def is_ink_or_a_problem(data):
    """Any other exception fails the test."""
    with contextlib.suppress(Problem):
        raster = read_picture(data)
        assert np.isfinite(raster).all()
        assert 0 <= raster.min() <= raster.max() <= 1


PNG, JPEG = saved(grey(TWO)), saved(grey(TWO, 255, 0), "JPEG")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@given(
    st.sampled_from([PNG, JPEG]),
    st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), max_size=6),
    st.integers(0, 5_000),
)
def test_damaged_bytes_are_ink_or_a_problem(data, changes, length):
    damaged = bytearray(data)
    for place, value in changes:
        damaged[place % len(damaged)] = value
    is_ink_or_a_problem(bytes(damaged[: max(length, 8)]) if length % 2 else bytes(damaged))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_problem(data):
    with pytest.raises(Problem):
        read_picture(data)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**16), st.sampled_from([1, 30, 255]))
def test_any_picture_is_ink_or_a_problem(height, width, seed, most):
    image = np.random.default_rng(seed).integers(0, most, (height, width), np.uint8, endpoint=True)
    is_ink_or_a_problem(saved(image))
