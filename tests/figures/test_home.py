"""Home's pictures carry the numbers that they should, and Plotly accepts them."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

import netlib
from netlib.figures import theme
from netlib.figures.home import network, node_units, probability_bars
from netlib.i18n import LANGUAGES, translator

SPECS = {
    "the notebook's": netlib.NetworkSpec(),
    "no hidden layer": netlib.NetworkSpec(()),
    "one unit": netlib.NetworkSpec((1,), "tanh"),
    "thirty layers": netlib.NetworkSpec((64,) * 30),
    "all zero": netlib.NetworkSpec((5, 3), "relu", "zeros", "zeros"),
    "huge": netlib.NetworkSpec((64,) * 6, "identity", netlib.Init("normal", std=100.0)),
}


def trace_of(spec, size=8):
    return netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec(size=size)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SPECS)
def test_the_drawing_is_a_figure_of_finite_numbers_that_weighs_little(name, language):
    trace = trace_of(SPECS[name])
    drawn = network(trace, 3, "output", translator(language))
    go.Figure(drawn.to_dict())
    assert len(drawn.to_json()) < 90_000
    nodes = drawn.data[-1]
    assert np.isfinite(nodes.x).all()
    assert np.isfinite(nodes.y).all()
    assert np.isfinite(np.asarray(nodes.marker.color)).all()


def test_an_edge_is_a_weight_of_its_sign_between_the_units_that_it_joins():
    trace = trace_of(netlib.NetworkSpec((3,), "tanh"))
    drawn = network(trace, 0, "fc1", translator("en"))
    nodes = drawn.data[-1]
    place = {name: (x, y) for name, x, y in zip(nodes.text, nodes.x, nodes.y, strict=True)}
    edges = set()
    for line, sign in zip(drawn.data[:2], (1, -1), strict=True):
        ends = np.stack([line.x, line.y], 1).reshape(-1, 3, 2)[:, :2]
        for left, right in ends:
            edges.add((tuple(np.round(left, 5)), tuple(np.round(right, 5)), sign))
    output = trace.layer("output").weight
    drawn_ones = 0
    for unit in range(10):
        for source in range(3):
            key = (
                tuple(np.float32(np.round(np.float32(place[f"fc1[{source}]"]), 5))),
                tuple(np.float32(np.round(np.float32(place[f"output[{unit}]"]), 5))),
                int(np.sign(output[unit, source])),
            )
            drawn_ones += key in edges
    assert drawn_ones == (np.abs(output) >= np.median(np.abs(output))).sum()


def test_a_node_tells_its_activation():
    trace = trace_of(netlib.NetworkSpec((6, 4)))
    nodes = network(trace, 2, "fc1", translator("en")).data[-1]
    told = dict(zip(nodes.text, nodes.customdata, strict=True))
    for name in ("fc1", "fc2", "output"):
        for unit, value in enumerate(trace.layer(name).after[2]):
            assert told[f"{name}[{unit}]"] == pytest.approx(float(value))


def test_a_wide_layer_shows_its_first_and_last_units_around_an_ellipsis():
    drawn = network(trace_of(netlib.NetworkSpec((1024,))), 0, "fc1", translator("en"))
    shown = [name for name in drawn.data[-1].text if name.startswith("fc1")]
    assert shown[0] == "fc1[0]"
    assert shown[-1] == "fc1[1023]"
    assert sum(note.text == "⋮" for note in drawn.layout.annotations) == 2  # the input's and fc1's


def test_names_and_sizes_stand_under_the_columns():
    drawn = network(trace_of(netlib.NetworkSpec()), 0, "fc2", translator("en"))
    words = " ".join(note.text for note in drawn.layout.annotations)
    for expected in (
        "input",
        "784",
        "fc1",
        "relu1",
        "<b>fc2</b>",
        "relu2",
        "output",
        "softmax",
        "100,480",
        "8,256",
        "650",
    ):
        assert expected in words


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bars_are_the_ten_probabilities_on_an_axis_to_1_1(language):
    trace = trace_of(netlib.NetworkSpec())
    drawn = probability_bars(trace.probabilities[1], 7, translator(language))
    go.Figure(drawn.to_dict())
    bars = drawn.data[0]
    assert list(bars.y) == [str(digit) for digit in range(10)]
    np.testing.assert_array_equal(bars.x, trace.probabilities[1])
    assert tuple(drawn.layout.xaxis.range) == (0, 1.1)
    assert [i for i, color in enumerate(bars.marker.color) if color == theme.POSITIVE] == [7]
    assert drawn.layout.xaxis.title.text == {"en": "Class probability", "ru": "Вероятность класса"}[language]
    assert json.loads(drawn.to_json())["layout"]["separators"] == translator(language).separators


def test_the_unit_looked_into_is_always_drawn_and_named_in_order():
    trace = trace_of(netlib.NetworkSpec((1024, 3)))
    for chosen in (None, ("fc1", 0), ("fc1", 500), ("fc1", 1023), ("output", 3), ("fc2", 1)):
        drawn = network(trace, 0, "fc1", translator("en"), chosen=chosen)
        go.Figure(drawn.to_dict())
        nodes = drawn.data[-1]
        named = node_units(trace, 0, chosen)
        assert list(nodes.text) == [f"{layer}[{unit}]" for layer, unit in named]
        units = [unit for layer, unit in named if layer == "fc1"]
        assert units == sorted(set(units))
        if chosen is not None:
            assert named[nodes.selectedpoints[0]] == chosen
        else:
            assert nodes.selectedpoints is None


def test_the_probabilities_before_a_touch_are_marked():
    trace = trace_of(netlib.NetworkSpec())
    drawn = probability_bars(trace.probabilities[1], 7, translator("en"), before=trace.probabilities[2])
    go.Figure(drawn.to_dict())
    np.testing.assert_array_equal(drawn.data[1].x, trace.probabilities[2])
    assert list(drawn.data[1].y) == list(drawn.data[0].y)
