"""Sheets of digits: the pixels of the PNG are the images, and each point chooses its own."""

import base64
import io

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from netlib.figures import contact_sheet as figures
from netlib.figures import theme
from netlib.figures.contact_sheet import Tile, contact_sheet
from netlib.i18n import LANGUAGES, translator
from tests.judged import images_for

EN = translator("en")


def sheet(count, **options):
    tiles = [Tile(100 + i, f"says {i}", f"is {i}", f"about {i}", wrong=i % 3 == 0) for i in range(count)]
    return contact_sheet(images_for(range(count)), tiles, EN, **options)


def pixels(figure):
    """Grey (0 to 255) and opacity of the figure's picture."""
    source = figure.layout.images[0].source
    picture = Image.open(io.BytesIO(base64.b64decode(source.removeprefix("data:image/png;base64,")))).convert("LA")
    return np.asarray(picture).transpose(2, 0, 1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 6, 7, 24, 30])
def test_plotly_takes_it_and_it_weighs_little(count, language):
    figure = contact_sheet(images_for(range(count)), [Tile(0, "a", "b", "c")] * count, translator(language), empty="-")
    go.Figure(figure.to_dict())
    assert len(figure.to_json()) < 45_000  # of noise, which compresses worst; digits take a quarter


@pytest.mark.parametrize("count", [1, 5, 7, 24])
def test_the_picture_holds_the_images_and_is_clear_between_them(count):
    grey, opacity = pixels(sheet(count))
    enlarged = grey.shape[1] // (min(count, 6) * figures.WIDTH - 4)
    seen = np.zeros(opacity.shape, bool)
    for place, image in enumerate(images_for(range(count))):
        top, left = place // 6 * figures.HEIGHT * enlarged, place % 6 * figures.WIDTH * enlarged
        window = slice(top, top + 28 * enlarged), slice(left, left + 28 * enlarged)
        expected = ((image + 1) / 2 * 255).repeat(enlarged, 0).repeat(enlarged, 1)
        assert np.abs(grey[window] - expected).max() < 6  # 32 greys
        assert (opacity[window] == 255).all()
        seen[window] = True
    assert (opacity[~seen] == 0).all()


def test_black_is_black_and_white_is_white_and_no_number_is_black():
    images = np.stack([np.full((28, 28), value, np.float32) for value in (-1, 1, np.nan, 7, -7)])
    grey, _ = pixels(contact_sheet(images, [Tile(0, "", "", "")] * 5, EN))
    assert [int(grey[10, 10 + 3 * figures.WIDTH * place]) for place in range(5)] == [0, 255, 0, 255, 0]


def test_a_point_stands_on_its_image_and_gives_its_number():
    points = sheet(8).data[0]
    assert [about[0] for about in points.customdata] == [100 + i for i in range(8)]
    assert [about[1] for about in points.customdata] == [f"about {i}" for i in range(8)]
    assert list(points.x[:3]) == [13.5, 13.5 + figures.WIDTH, 13.5 + 2 * figures.WIDTH]
    assert points.y[6] == 13.5 + figures.HEIGHT


def test_what_is_wrong_is_in_colour_and_each_has_its_words_below():
    right, wrong, second = sheet(7).data[1:]
    assert wrong.textfont.color == theme.POSITIVE
    assert right.textfont.color is None
    assert list(wrong.text) == ["says 0", "says 3", "says 6"]
    assert list(right.text) == ["says 1", "says 2", "says 4", "says 5"]
    assert list(second.text) == [f"is {i}" for i in range(7)]
    assert min(second.y) > max(wrong.y[0], right.y[0]) > 27


def test_images_keep_their_size_however_many_there_are():
    ranges = {(tuple(f.layout.xaxis.range), tuple(f.layout.yaxis.range)) for f in (sheet(1), sheet(24))}
    assert len(ranges) == 1


def test_an_empty_sheet_says_why():
    figure = sheet(0, empty="No mistakes.")
    assert [note.text for note in figure.layout.annotations] == ["No mistakes."]
    assert not figure.data
    assert not figure.layout.images
