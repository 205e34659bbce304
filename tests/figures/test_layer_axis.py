"""Layers along x: all names where they fit, else some, and always the last and the one looked at."""

import itertools

import pytest

from netlib.figures.layer_axis import NAMED_AT_MOST, bold, layer_axis, marked

MANY = [*(f"fc{i + 1}" for i in range(30)), "output"]


def test_few_layers_are_all_named_and_one_is_bold():
    axis = layer_axis(["fc1", "fc2", "output"], "fc2", "layers")
    assert axis["ticktext"] == ["fc1", "<b>fc2</b>", "output"]
    assert axis["tickvals"] == [0, 1, 2]
    assert axis["range"] == [-0.5, 2.5]
    assert axis["title"]["text"] == "layers"


@pytest.mark.parametrize("looked_at", MANY)
def test_of_many_some_are_named_that_stand_apart(looked_at):
    axis = layer_axis(MANY, looked_at, "", side=0.6, domain=[0, 1])
    places = axis["tickvals"]
    assert bold(looked_at, looked_at) in axis["ticktext"]
    assert len(places) <= NAMED_AT_MOST
    assert all(b - a > 2 for a, b in itertools.pairwise(places))
    assert axis["domain"] == [0, 1]


def test_by_name_the_ticks_are_names():
    axis = layer_axis(["fc1", "output"], "fc1", "", by_name=True)
    assert axis["type"] == "category"
    assert axis["tickvals"] == ["fc1", "output"]


def test_the_layer_looked_at_stands_on_grey():
    band = marked(["fc1", "fc2", "output"], "output")
    assert (band["x0"], band["x1"]) == (1.5, 2.5)
