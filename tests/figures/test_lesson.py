"""The lesson's pictures carry the numbers that they are given."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import lesson as figures
from netlib.figures import theme
from netlib.i18n import LANGUAGES, translator

en = translator("en")
RANDOM = np.random.default_rng(0)
TABLE = RANDOM.random((64, 10))
IMAGE = RANDOM.random((28, 28)).astype(np.float32)


def drawn(text):
    z = np.linspace(-4, 4, 9)
    names = ("one", "two")
    return {
        "flattened": figures.flattened(IMAGE, 3, text),
        "shares": figures.shares(z, np.full(9, 1 / 9), "title", text),
        "axis_sums": figures.axis_sums(TABLE, TABLE.sum(1), TABLE.sum(0), 1, text),
        "paired_bars": figures.paired_bars(TABLE[0], TABLE[1], names, text),
        "bend": figures.bend(z, np.tanh(z), 1 - np.tanh(z) ** 2, "tanh", text),
        "stack": figures.stack_against_one(TABLE, TABLE, text),
        "equal": figures.stack_against_one(np.zeros((2, 10)), np.zeros((2, 10)), text),
        "template": figures.template(IMAGE - 0.5, text),
        "flat template": figures.template(np.zeros((28, 28)), text),
        "steps": figures.steps(["a", "b"], [784, 10], 1, "title", text),
        "many steps": figures.steps([str(i) for i in range(62)], [8] * 62, 40, "title", text),
        "groups": figures.groups(np.zeros((7, 16), np.int8), text),
        "losses": figures.losses(np.array([2.4, 2.0]), 2.3026, text),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_are_figures_that_weigh_little_and_are_high_enough(language):
    for figure in drawn(translator(language)).values():
        go.Figure(figure.to_dict())
        assert len(figure.to_json()) < 40_000
        assert figure.layout.height >= 280


def test_a_row_of_the_picture_is_28_numbers_of_the_vector():
    figure = figures.flattened(IMAGE, 3, en)
    picture, vector, marked = figure.data
    assert np.asarray(vector.y) == pytest.approx(IMAGE.ravel())
    assert list(marked.x) == list(range(84, 112))
    assert np.asarray(marked.y) == pytest.approx(np.asarray(picture.z)[3])
    assert (figure.layout.shapes[0].y0, figure.layout.shapes[0].y1) == (2.5, 3.5)


def test_sums_stand_beside_and_below_the_table():
    table, rows, columns = figures.axis_sums(TABLE, TABLE.sum(1), TABLE.sum(0), 0, en).data
    assert np.asarray(table.z) == pytest.approx(TABLE)
    assert np.asarray(rows.x) == pytest.approx(TABLE.sum(1))
    assert np.asarray(columns.y) == pytest.approx(TABLE.sum(0))
    assert columns.marker.color == theme.SIZE
    assert rows.line.color == theme.NEUTRAL


def test_the_step_marked_is_bold_and_full():
    figure = figures.steps(["a", "b", "c"], [784, 128, 10], 1, "title", en)
    assert list(figure.layout.xaxis.ticktext) == ["a", "<b>b</b>", "c"]
    assert figure.data[0].marker.color[1] == theme.SIZE
    assert list(figure.data[0].text) == ["784", "128", "10"]


def test_equal_units_have_one_colour_and_different_ones_their_own():
    figure = figures.groups(np.stack([np.zeros(16), np.arange(16)]).astype(np.int8), en)
    cells = figure.data[0]
    assert np.asarray(cells.z).shape == (16, 2)
    assert len({color for _, color in cells.colorscale}) == 16
    assert (cells.zmin, cells.zmax) == (-0.5, 15.5)


def test_what_is_equal_lies_on_the_dashed_diagonal():
    diagonal, points = figures.stack_against_one(TABLE, TABLE, en).data
    assert diagonal.line.dash == "dash"
    assert np.asarray(points.x) == pytest.approx(np.asarray(points.y))
    assert np.asarray(diagonal.x) == pytest.approx(np.asarray(diagonal.y))


def test_a_blind_guess_is_dashed():
    figure = figures.losses(np.array([2.4, 2.0, 1.5]), 2.3026, en)
    assert figure.layout.shapes[0].line.dash == "dash"
    assert figure.layout.shapes[0].y0 == 2.3026
    assert np.asarray(figure.data[0].y) == pytest.approx([2.4, 2.0, 1.5])
