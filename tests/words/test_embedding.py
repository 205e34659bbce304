"""What is said of a layer's map follows how far it keeps the digits apart."""

import numpy as np
import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.stats.embedding import Plane, Separation
from netlib.words import embedding as words

EN = translator("en")
PLANE = Plane(np.arange(20.0).reshape(10, 2), np.arange(10), np.array([0.5, 0.25]))
POINT = Plane(np.zeros((10, 2)), np.arange(10), np.zeros(2))
NOTHING = Plane(np.zeros((0, 2)), np.arange(0), np.zeros(2))
LAYOUT = Plane(PLANE.places, PLANE.images, None)


@pytest.mark.parametrize(
    ("plane", "same", "begins"),
    [
        (PLANE, 0.95, "Yes: 95% of the images lie nearest to one of the same digit; shuffled labels give 10%."),
        (PLANE, 0.6, "Partly: 60%"),
        (PLANE, 0.2, "Hardly: 20%"),
        (LAYOUT, 0.9, "Yes: 90%"),
        (PLANE, None, "There is nothing to compare"),
        (POINT, None, "All images lie on one point"),
        (NOTHING, None, "No activation here is a number"),
    ],
)
def test_the_answer_says_how_far(plane, same, begins):
    said = words.answer(plane, Separation(same, 0.1), EN)
    assert said.startswith(begins)
    assert ("The plane holds 75% of the layer's variance." in said) == (plane is PLANE and same is not None)
    assert ("t-SNE" in words.alt(plane, Separation(same, 0.1), "fc2", EN)) == (plane is LAYOUT)


def test_the_note_says_what_is_drawn_and_what_is_not():
    assert "600 of 900" in words.note(Plane(np.zeros((900, 2)), np.arange(900), np.ones(2)), 1_000, 600, EN)
    assert "no numbers: 4" in words.note(PLANE, 14, 10, EN)
    plain = words.note(PLANE, 10, 10, EN)
    assert plain.startswith("Each image is written")
    assert "no numbers" not in plain
    assert "drawn" not in plain
    assert "t-SNE" not in plain
    assert "t-SNE" in words.note(LAYOUT, 10, 10, EN)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("plane", [PLANE, POINT, NOTHING, LAYOUT])
@pytest.mark.parametrize("same", [None, 0.1, 0.5, 1.0])
def test_there_are_words_for_every_map(plane, same, language):
    text = translator(language)
    for said in (words.alt(plane, Separation(same, 0.1), "fc1", text), words.note(plane, 20, 5, text)):
        assert "{" not in said
        assert "nan" not in said.lower()
        assert "fc1" in said or said == words.note(plane, 20, 5, text)
