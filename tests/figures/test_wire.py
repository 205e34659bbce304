"""What a browser is sent of a figure is the figure, in valid JSON."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import theme
from netlib.figures.wire import packed, parts, sent
from netlib.i18n import translator


@pytest.mark.parametrize("value", [1.5, float("nan"), float("inf"), -float("inf")])
def test_a_number_that_json_does_not_have_is_null(value):
    figure = theme.figure([{"type": "scatter", "x": [value], "y": np.array([value])}], translator("en"))
    read = json.loads(packed(sent(figure), named="ё <b>"), parse_constant=pytest.fail)
    assert read["named"] == "ё <b>"
    (trace,) = read["figure"]["data"]
    assert trace["x"] == [value if np.isfinite(value) else None]


def test_it_is_a_fraction_of_what_plotly_writes():
    figure = theme.figure([{"type": "bar", "y": [1, 2]}], translator("en"))
    assert len(packed(sent(figure))) < len(figure.to_json()) / 5


ARRAYS = {
    "float32": np.linspace(0, 1, 4, dtype=np.float32),
    "float64 in two dimensions": np.array([[0.5, np.nan], [1e-300, -1.0]]),
    "small whole numbers": np.arange(3),
    "large ones": np.array([0, 2**40]),
    "bytes": np.arange(3, dtype=np.uint8),
    "yes and no": np.array([True, False]),
    "words": np.array(["a", "ё"]),
    "anything": np.array([1, "a", None], dtype=object),
    "none": np.empty(0),
    "a slice": np.arange(10.0)[::3],
}


@pytest.mark.parametrize("name", ARRAYS)
def test_it_says_what_plotly_would_say_of_it(name):
    trace = {"type": "scatter", "y": ARRAYS[name], "customdata": [ARRAYS[name], (1, 2)], "text": ("a", "b")}
    layout = {"xaxis": {"range": np.array([0.0, 1.0]), "tickvals": ARRAYS[name]}, "shapes": [{"type": "rect", "x0": 1}]}
    figure = theme.figure([trace], translator("en"), **layout)
    plotly = go.Figure(parts(figure), _validate=False).to_dict()
    del plotly["layout"]["template"]
    assert json.loads(packed(sent(figure))) == json.loads(packed(plotly))


def test_a_figure_that_was_looked_into_is_sent_as_it_is_then():
    figure = theme.figure([{"type": "bar", "y": np.arange(3.0)}], translator("en"))
    before = json.loads(packed(sent(figure)))
    assert figure.data[0].type == "bar"
    assert json.loads(packed(sent(figure))) == before
    figure.update_layout(height=77)
    assert sent(figure)["layout"]["height"] == 77


def test_its_parts_are_the_callers_own_and_its_arrays_are_not_copied():
    y = np.arange(3.0)
    figure = theme.figure([{"type": "bar", "y": y, "marker": {"color": ["red"] * 3}}], translator("en"))
    mine = parts(figure)
    assert mine["data"][0]["y"] is y
    mine["layout"]["height"] = 1
    mine["data"][0]["marker"]["color"][0] = "blue"
    assert figure.layout.height == theme.MIDDLE
    assert list(figure.data[0].marker.color) == ["red"] * 3
