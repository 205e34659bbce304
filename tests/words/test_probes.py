"""What probes say follows what they found."""

import numpy as np
import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.stats.probes import Flip, Occlusion, Saliency
from netlib.words import probes as words
from tests.words.test_drawing import NOTHING, saying

en = translator("en")
IMAGE = np.full((28, 28), -1.0, np.float32)
IMAGE[10:14, 10:14] = 1  # 16 of 784 pixels: 2 %


class TestDisturbed:
    def test_the_answer_changes(self):
        said = words.disturbed(saying(0.9), saying(0.2, 0.7), en)
        assert said == "The answer changes from **0** to **1**: p(0) goes from 0.900 to 0.200."

    def test_it_stays(self):
        assert words.disturbed(saying(0.9), saying(0.6), en).startswith("The answer stays **0**; p(0) goes from 0.900")
        assert "hardly moves" in words.disturbed(saying(0.9), saying(0.895), en)

    def test_without_numbers(self):
        assert "float32" in words.disturbed(saying(0.9), NOTHING, en)
        assert "**" not in words.disturbed_alt(saying(0.9), saying(0.1, 0.8), en)


def test_slopes():
    gradient = np.zeros((28, 28))
    gradient[11, 11], gradient[0, 0] = 1, 3
    assert words.saliency_says(Saliency(3, gradient), IMAGE, en).startswith("25% of the slopes' size lies on")
    assert "covers 2% of the pixels" in words.saliency_says(Saliency(3, gradient), IMAGE, en)
    assert "All slopes are zero" in words.saliency_says(Saliency(3, gradient * 0), IMAGE, en)
    assert "float32" in words.saliency_says(Saliency(3, gradient + np.nan), IMAGE, en)
    assert "no ink" in words.saliency_says(Saliency(3, gradient), IMAGE * 0 - 1, en)


def test_hiding():
    falls = np.zeros((12, 12))
    falls[3, 4] = 0.4
    found = Occlusion(3, 5, np.arange(0, 24, 2), falls, 0.9, 1)
    said = words.occlusion_says(found, en)
    assert "around row 8, column 10 costs most: p(3) falls from 0.900 to 0.500." in said
    assert said.endswith("At 1 of 144 places the answer becomes another one.")
    assert "nothing, wherever it is" in words.occlusion_says(Occlusion(3, 5, found.starts, falls - 0.5, 0.9, 0), en)
    assert "float32" in words.occlusion_says(Occlusion(3, 5, found.starts, falls * np.nan, np.nan, 0), en)


@pytest.mark.parametrize(("change", "unseen"), [(0.01, True), (0.5, False)])
def test_the_smallest_change(change, unseen):
    found = Flip(IMAGE * 0, IMAGE * 0 + np.float32(change), (3, 5), np.full(10, 0.1), np.full(10, 0.1), 2)
    said = words.flip_says(found, en)
    assert "from **3** into **5**" in said
    assert f"per pixel {change / 2:.2%} of the way" in said
    assert f"length {en.number(28 * change)}" in said
    assert ("Hardly an eye" in said) == unseen
    assert "**" not in words.flip_alt(found, en)
    assert "No change was found" in words.flip_says(None, en)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_filled_in(language):
    text = translator(language)
    slopes = Saliency(3, np.ones((28, 28)))
    hidden = Occlusion(3, 5, np.arange(0, 24, 2), np.full((12, 12), 0.1), 0.9, 22)
    flip = Flip(IMAGE, IMAGE + 0.1, (3, 5), np.full(10, 0.1), np.full(10, 0.1), 2)
    for said in (
        words.disturbed_alt(saying(0.9), saying(0.1, 0.8), text),
        words.disturbed_image_alt(text),
        words.saliency_alt(slopes, IMAGE, text),
        words.saliency_note(text),
        words.occlusion_alt(hidden, text),
        words.occlusion_note(text),
        words.flip_alt(flip, text),
        words.flip_note(text),
        words.flip_says(None, text),
    ):
        assert len(said) > 10
        assert "{" not in said
        assert "NaN" not in said
