"""The Batch page's pictures and tiles: each with its words, and with the batch's own numbers."""

import plotly.graph_objects as go
import pytest

import netlib
from netlib.i18n import LANGUAGES, translator
from netlib.views import batch as views

SPECS = [netlib.BatchSpec(), netlib.BatchSpec(size=1), netlib.BatchSpec(split="test", digits=(3,), size=256)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spec", SPECS)
def test_every_picture_has_its_words(spec, language):
    text, batch = translator(language), netlib.sample(spec)
    shown = [
        views.looked_at(batch, 0, text),
        views.flattening(batch, 0, text),
        views.pixels(batch, text),
        views.classes(batch, text),
        *views.averages(batch, text),
    ]
    assert len({picture.key for picture in shown}) == len(shown)
    for picture in shown:
        go.Figure(picture.figure.to_dict())
        assert len(picture.alt) > 10
        assert "NaN" not in picture.alt + picture.note


def test_the_tiles_are_the_batchs_own_numbers():
    batch = netlib.sample(netlib.BatchSpec(size=5))
    tiles = {tile.label: tile.value.replace("−", "-") for tile in views.tiles(batch, translator("en"))}
    assert tiles == {
        "Shape of images": str(batch.images.shape),
        "Shape of labels": str(batch.labels.shape),
        "Mean of the pixels": f"{batch.images.mean():.3f}",
        "Their standard deviation": f"{batch.images.std():.3f}",
        "Background": f"{(batch.pixels == 0).mean():.1%}",
    }
    assert all(tile.meaning for tile in views.tiles(batch, translator("en")))


def test_the_image_looked_at_is_that_image():
    batch = netlib.sample(netlib.BatchSpec())
    shown = views.looked_at(batch, 9, translator("en"))
    assert (shown.figure.data[0].z == batch.images[9, 0]).all()
    assert shown.alt == f"Image 9 of the batch, a handwritten {batch.labels[9]}."
