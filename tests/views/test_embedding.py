"""The map of a layer with its words."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.stats.embedding import Plane, principal
from netlib.stats.evaluation import judge
from netlib.views import embedding as views
from tests.judged import CASES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["plain", "one image", "one digit", "no numbers", "uniform"])
@pytest.mark.parametrize("value", [None, 0.0, np.nan])
def test_every_map_has_its_words(name, value, language):
    answers = judge(*CASES[name])
    count = len(answers)
    given = np.random.default_rng(0).normal(size=(count, 6)) if value is None else np.full((count, 6), value)
    found = principal(given)
    for plane in (found, Plane(found.places, found.images, None)):
        picture = views.plane(plane, answers, "fc2", 0, translator(language))
        go.Figure(picture.figure.to_dict())
        assert "fc2" in picture.question
        assert "fc2" in picture.alt
        assert "nan" not in (picture.alt + picture.note).lower()


def test_the_two_methods_may_stand_on_one_page():
    answers, text = judge(*CASES["plain"]), translator("en")
    found = principal(np.random.default_rng(0).normal(size=(300, 6)))
    other = Plane(found.places, found.images, None)
    assert len({views.plane(plane, answers, "fc1", None, text).key for plane in (found, other)}) == 2


def test_well_separated_digits_are_said_to_be_apart():
    answers = judge(*CASES["plain"])
    picture = views.plane(
        principal(np.stack([answers.labels, np.zeros(300)], 1)), answers, "fc1", None, translator("en")
    )
    assert picture.note.startswith("Yes: 100%")
