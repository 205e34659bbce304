"""The curves and the examples with their words."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.stats import robustness as stats
from netlib.views import evaluation
from netlib.views import robustness as views
from tests.judged import images_for


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 3, 20, stats.trial_count()])
def test_curves_may_be_looked_at_before_they_are_whole(count, language):
    def predict(images):
        return np.full((len(images), 10), 0.1)

    done = list(stats.trials(predict, images_for(range(4)), np.zeros(4, int), 0))[:count]
    picture = views.curves(stats.curves(done), 4, translator(language))
    go.Figure(picture.figure.to_dict())
    assert picture.question
    assert len(picture.alt) > 20
    assert "nan" not in (picture.alt + picture.note).lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_show_each_level_and_what_is_said(language):
    said = np.array([3, -1, *[5] * 22])
    picture = views.examples(stats.examples(images_for([0])[0], 0), said, 3, translator(language))
    go.Figure(picture.figure.to_dict())
    points, right, wrong, levels = picture.figure.data
    assert [evaluation.image_of({"customdata": about}) for about in points.customdata] == list(range(24))
    assert len(right.text) == 1
    assert len(wrong.text) == 23
    assert len(set(levels.text)) == 24
    assert "–" in wrong.text[0]
