"""The map of a layer: each image at its place as its digit."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import embedding as figures
from netlib.figures import theme
from netlib.i18n import LANGUAGES, translator
from netlib.stats import embedding as stats
from netlib.stats.evaluation import judge
from tests.judged import CASES

EN = translator("en")


def layer(labels, units=12):
    source = np.random.default_rng(1)
    return (source.normal(size=(len(labels), units)) + 3 * np.eye(10, units)[labels]).astype(np.float32)


ACTIVATIONS = {
    "plain": layer,
    "one unit": lambda labels: layer(labels)[:, :1],
    "all zero": lambda labels: np.zeros((len(labels), 4), np.float32),
    "no numbers": lambda labels: np.full((len(labels), 4), np.nan, np.float32),
    "some no numbers": lambda labels: np.where(np.arange(len(labels))[:, None] % 2, np.inf, layer(labels)),
    "huge": lambda labels: layer(labels) * np.float32(1e37),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ACTIVATIONS)
@pytest.mark.parametrize("name", ["plain", "one image", "one digit", "no numbers", "many"])
def test_plotly_takes_every_map_and_it_weighs_little(name, kind, language):
    answers = judge(*CASES[name])
    found = stats.principal(ACTIVATIONS[kind](answers.labels))
    for plane in (found, stats.Plane(found.places, found.images, None)):
        figure = figures.plane(plane, answers, 0, translator(language))
        go.Figure(figure.to_dict())
        assert len(figure.to_json()) < 45_000
        for trace in figure.data:
            assert np.isfinite(np.asarray(trace.x, float)).all()
            assert np.isfinite(np.asarray(trace.y, float)).all()
        assert figure.layout.xaxis.title.text != figure.layout.yaxis.title.text


def test_each_image_is_its_digit_at_its_place():
    answers = judge(*CASES["plain"])
    found = stats.principal(layer(answers.labels))
    right, wrong = figures.plane(found, answers, None, EN).data[:2]
    seen = []
    for trace, bad in ((right, False), (wrong, True)):
        for x, y, word, (image, label, said) in zip(trace.x, trace.y, trace.text, trace.customdata, strict=True):
            assert (x, y) == pytest.approx(tuple(found.places[image]), rel=1e-5)
            assert label == answers.labels[image]
            assert word == (f"<b>{label}</b>" if bad else str(label))
            assert said == answers.predicted[image]
            assert bad == (said != label)
            seen.append(image)
    assert sorted(seen) == list(range(300))
    assert (wrong.textfont.color, right.textfont.color) == (theme.POSITIVE, theme.SIZE)


def test_the_middle_of_each_digit_is_named():
    answers = judge(*CASES["two digits"])
    found = stats.principal(layer(answers.labels))
    names = figures.plane(found, answers, None, EN).data[-1]
    assert list(names.text) == ["<b>0</b>", "<b>1</b>"]
    assert names.x[0] == pytest.approx(np.median(found.places[answers.labels == 0, 0]))


def test_the_image_looked_at_is_ringed_where_it_is_drawn():
    answers = judge(*CASES["plain"])
    values = layer(answers.labels)
    values[7] = np.nan
    found = stats.principal(values)

    def rings(image):
        return [t for t in figures.plane(found, answers, image, EN).data if t.mode == "markers"]

    (ring,) = rings(12)
    assert (ring.x[0], ring.y[0]) == pytest.approx(tuple(found.places[found.images.tolist().index(12)]))
    assert rings(None) == rings(7) == rings(4_000) == []


def test_no_more_than_600_are_drawn_and_their_numbers_are_their_own():
    answers = judge(*CASES["many"])
    found = stats.principal(layer(answers.labels))
    drawn = [t for t in figures.plane(found, answers, None, EN).data if t.customdata is not None]
    images = np.concatenate([t.customdata[:, 0] for t in drawn])
    assert len(images) == len(set(images.tolist())) == 600
    assert (images.min(), images.max()) == (0, 9_999)


def test_without_numbers_it_says_so():
    answers = judge(*CASES["plain"])
    found = stats.principal(np.full((300, 3), np.nan))
    figure = figures.plane(found, answers, 0, EN)
    assert [note.text for note in figure.layout.annotations] == ["No activation here is a number."]
    assert not figure.data
