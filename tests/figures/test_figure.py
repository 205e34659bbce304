"""A figure whose objects are made when they are asked for is, to whoever asks, Plotly's figure."""

import copy
import pickle

import plotly.graph_objects as go
import pytest

from netlib.figures.figure import Figure

PARTS = {"data": [{"type": "bar", "y": [1, 2]}], "layout": {"height": 300, "xaxis2": {"range": [0, 1]}}}


def untouched():
    return Figure(copy.deepcopy(PARTS))


@pytest.mark.parametrize(
    "look",
    [
        lambda figure: figure.data[0].y,
        lambda figure: figure.layout.xaxis2.range,
        lambda figure: figure.to_dict(),
        lambda figure: figure.to_json(),
        lambda figure: figure["layout"]["height"],
        list,
        lambda figure: figure.update_layout(height=50).layout.height,
        lambda figure: figure.add_bar(y=[3]).data[1].y,
        repr,
    ],
)
def test_whatever_is_asked_first_it_answers_as_plotly_does(look):
    assert look(untouched()) == look(go.Figure(copy.deepcopy(PARTS)))


def test_two_are_equal_where_plotlys_are():
    assert untouched() == untouched()
    assert untouched() == go.Figure(PARTS)
    assert untouched().update_layout(height=10) != untouched()


@pytest.mark.parametrize("again", [copy.deepcopy, lambda figure: pickle.loads(pickle.dumps(figure))])
def test_a_copy_is_another_figure_of_the_same_parts(again):
    first = untouched()
    second = again(first)
    assert second == first
    second.update_layout(height=10)
    assert first.layout.height == 300


def test_what_plotly_does_not_have_it_does_not_have():
    figure = untouched()
    assert not hasattr(figure, "nothing_of_the_kind")
    assert isinstance(figure, go.Figure)


def test_nothing_is_made_before_it_is_asked_for(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("made")

    monkeypatch.setattr(go.Figure, "__init__", refuse)
    figure = untouched()
    assert figure.parts == PARTS
    with pytest.raises(AssertionError, match="made"):
        figure.data  # noqa: B018 - what happens is the test
