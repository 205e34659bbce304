"""The pictures and tiles about answers, put together for plain and difficult answers."""

import plotly.graph_objects as go
import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.stats import evaluation as stats
from netlib.views import evaluation as views
from tests.judged import CASES, images_for

EN = translator("en")
TAB_BYTES = 110_000  # two sheets of noise; of digits a third


def parts(answers, text):
    images = images_for(answers.labels)
    return (
        (views.confusion(answers, (4, 9), text), views.cell(images, answers, (4, 9), text)),
        (views.confusion(answers, None, text), views.cell(images, answers, None, text)),
        views.worst(images, answers, text),
        (views.digits(answers, text), views.calibration(answers, text)),
        (views.thresholds(answers, 0.9, text),),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_every_picture_has_its_words_and_a_tab_weighs_little(name, language):
    answers = stats.judge(*CASES[name])
    for tab in parts(answers, translator(language)):
        assert len({picture.key for picture in tab}) == len(tab)
        assert sum(len(picture.figure.to_json()) for picture in tab) < TAB_BYTES
        for picture in tab:
            go.Figure(picture.figure.to_dict())
            assert picture.question
            assert len(picture.alt) > 5
            assert "nan" not in (picture.alt + picture.note).lower()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_tiles_are_short_and_explained(name, language):
    answers, text = stats.judge(*CASES[name]), translator(language)
    for tiles in (views.tiles(answers, text), *(views.threshold_tiles(answers, at, text) for at in (0.0, 0.5, 1.0))):
        assert len(tiles) <= 5
        for tile in tiles:
            assert 0 < len(tile.value) <= 14
            assert tile.meaning
            assert "nan" not in (tile.value + tile.meaning).lower()


def test_the_tiles_of_a_threshold_add_up():
    answers = stats.judge(*CASES["plain"])
    kept = [i for i in range(300) if answers.confidence[i] >= 0.8]
    right = sum(answers.predicted[i] == answers.labels[i] for i in kept)
    wrong = sum(answers.predicted[i] != answers.labels[i] for i in range(300))
    answered, share, left = views.threshold_tiles(answers, 0.8, EN)
    assert answered.value == f"{len(kept) / 300:.1%}"
    assert share.value == f"{right / len(kept):.1%}"
    assert left.value == f"{len(kept) - right} of {wrong}"
    assert f"lost: {300 - wrong - right}." in left.meaning


def test_a_cell_shows_its_images_and_no_others():
    answers = stats.judge(*CASES["plain"])
    true, said = next(iter(views.cell_choices(answers, EN)))
    shown = views.cell(images_for(answers.labels), answers, (true, said), EN)
    chosen = [about[0] for about in shown.figure.data[0].customdata]
    expected = [i for i in range(300) if (answers.labels[i], answers.predicted[i]) == (true, said)]
    assert sorted(chosen) == expected
    assert shown.question == f"A {true} taken for a {said}: {len(expected)} images"


def test_an_empty_cell_and_no_mistake_are_said():
    answers = stats.judge(*CASES["all right and sure"])
    images = images_for(answers.labels)
    empty = views.cell(images, answers, (4, 9), EN)
    assert [note.text for note in empty.figure.layout.annotations] == ["No image in this cell."]
    none, costly = views.worst(images, answers, EN)
    assert [note.text for note in none.figure.layout.annotations] == ["No answer is wrong."]
    assert len(costly.figure.data[0].x) == 24
    assert views.cell_choices(answers, EN) == {}


def test_answers_are_in_colour_where_they_are_wrong():
    answers = stats.judge(*CASES["some no numbers"])
    surest, costly = views.worst(images_for(answers.labels), answers, EN)
    _, right, wrong, _ = surest.figure.data
    assert (len(right.text), len(wrong.text)) == (0, min(24, int(answers.wrong.sum())))
    shown = [about[0] for about in costly.figure.data[0].customdata]
    right, wrong = costly.figure.data[1:3]
    assert len(right.text) == int(answers.right[shown].sum())
    assert len(right.text) + len(wrong.text) == 24


def test_choices_are_the_most_frequent_mistakes():
    answers = stats.judge(*CASES["plain"])
    choices = views.cell_choices(answers, EN, 3)
    counts = [int(((answers.labels == true) & (answers.predicted == said)).sum()) for true, said in choices]
    assert len(choices) == 3
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize("about", [{"0": 17, "1": "x"}, [17, "x"]])
def test_a_chosen_point_is_read_as_streamlit_reports_it(about):
    assert views.image_of({"x": 3.0, "y": 8.0, "customdata": about}) == 17
    assert views.cell_of({"x": 3.0, "y": 8.0, "customdata": about}) == (8, 3)
