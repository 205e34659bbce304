"""All schemes put together: one picture with its words, and a table in words."""

import plotly.graph_objects as go
import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.stats.schemes import ORDERS
from netlib.views import schemes as views
from tests.stats.test_schemes import GRIDS, found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", GRIDS)
def test_every_grid_in_every_order(name, order, language):
    text, grid = translator(language), GRIDS[name]
    for combinations, finished in ((found(name), True), (found(name)[:5], False), ((), False)):
        picture = views.multiples(combinations, ("zeros", "relu"), order, finished, grid, text)
        go.Figure(picture.figure.to_dict())
        assert len(picture.figure.to_json()) < 120_000
        assert picture.question.endswith("?")
        assert len(picture.alt) > 10
        assert "NaN" not in picture.alt + picture.note
        expected = len({each.scheme for each in combinations}) if not grid.hidden_sizes else len(combinations)
        assert len(set(picture.figure.data[-1].hovertext)) == len(picture.figure.data[-1].hovertext) == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_its_verdicts_in_words(language):
    text = translator(language)
    frame = views.table(found("the notebook's"), text)
    assert len(frame) == 117
    assert not frame["verdict"].isna().any()
    assert ("держится" in set(frame["verdict"])) == (language == "ru")


def test_the_answer_is_about_this_architecture():
    assert "784-128-64-10" in views.answer(found("the notebook's"), GRIDS["the notebook's"], translator("en"))
