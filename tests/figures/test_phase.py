"""The plane is the theory's own numbers, with every layer that has a place on it, for every network."""

import re

import numpy as np
import plotly.graph_objects as go
import pytest

import netlib
from netlib.figures import phase as figures
from netlib.figures import theme
from netlib.i18n import LANGUAGES, translator
from netlib.theory.phase import Phase, phase_map
from netlib.theory.places import places

Init, NetworkSpec = netlib.Init, netlib.NetworkSpec
EN = translator("en")
NORMAL = Init("normal", std=1.0)
SPECS = {
    "the notebook's": NetworkSpec(),
    "no hidden layer": NetworkSpec(()),
    "one unit": NetworkSpec((1,), "tanh"),
    "thirty layers": NetworkSpec((64,) * 30, "tanh", "xavier_normal"),
    "chaos": NetworkSpec((256,) * 10, "tanh", Init("normal", std=0.15), Init("normal", std=0.3)),
    "far outside": NetworkSpec((256, 128), "sigmoid", NORMAL, Init("normal", std=5.0)),
    "further outside": NetworkSpec((64,) * 30, "identity", Init("normal", std=100.0)),
    "critical": NetworkSpec((128,) * 6, "relu", "kaiming_normal", "zeros"),
    "leaky": NetworkSpec((128,) * 2, "leaky_relu", "kaiming_normal", "zeros"),
    "elu": NetworkSpec((300, 200, 100, 50), "elu", "kaiming_normal"),
    "gelu": NetworkSpec((300, 200), "gelu", "orthogonal", "zeros"),
    "silu": NetworkSpec((300, 200), "silu", "kaiming_uniform", "normal"),
    "softplus": NetworkSpec((300, 200), "softplus", "kaiming_uniform", "zeros"),
    "all zero": NetworkSpec((5, 3), "relu", "zeros", "zeros"),
    "all equal": NetworkSpec((5, 3), "softplus", "constant", "constant"),
    "shifted": NetworkSpec((50, 30), "tanh", "pytorch", Init("constant", value=-2.0)),
    "too small to pass": NetworkSpec((50, 30), "tanh", Init("normal", std=1e-200), "zeros"),
    "a dying signal": NetworkSpec((50, 30), "tanh", Init("normal", std=0.01), "zeros"),
    "a mix": NetworkSpec(
        (300, 20, 50, 20, 30),
        ("tanh", "relu", "tanh", "tanh", "identity"),
        ("normal", "xavier_normal", "orthogonal", "zeros", "kaiming_uniform", "sparse"),
    ),
}
MAPS = {}
every_case = pytest.mark.parametrize("name", SPECS)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


def map_of(activation):
    if activation not in MAPS:
        MAPS[activation] = phase_map(activation)
    return MAPS[activation]


def drawn(spec, layer, text=EN):
    found = places(spec, layer)
    return figures.plane(map_of(found.activation), found, layer, text)


def ends(spec):
    names = [layer.name for layer in spec.layers]
    return {names[0], names[len(names) // 2], names[-1]}


def markers(figure):
    return [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "markers"]


@every_case
@both_languages
def test_a_valid_figure_of_finite_numbers_that_weighs_little(name, language):
    for layer in ends(SPECS[name]):
        figure = drawn(SPECS[name], layer, translator(language))
        go.Figure(figure.to_dict())
        assert len(figure.to_json()) < 48_000
        for trace in figure.data:
            for numbers in (trace.x, trace.y, trace.customdata):
                assert numbers is None or np.isfinite(np.asarray(numbers, dtype=float)).all()


@every_case
def test_every_layer_with_a_place_is_inside_and_named_on_hover(name):
    spec = SPECS[name]
    for layer in ends(spec):
        figure, found = drawn(spec, layer), places(spec, layer)
        hovers = [trace.hovertemplate for trace in markers(figure)]
        seen = " ".join(hovers)
        assert len({(round(place.sigma_w, 9), round(place.sigma_b, 9)) for place in found.shown}) >= len(hovers) - 1
        assert bool(hovers) == bool(found.shown)
        if layer in [place.name for place in found.shown]:
            labels = " ".join(note.text for note in figure.layout.annotations if note.text)
            assert "<b>" in labels
            assert layer in seen or "–" in seen or "more" in seen
        for trace in markers(figure):
            assert 0 <= trace.x[0] <= figure.layout.xaxis.range[1]
            assert figure.layout.yaxis.range[0] < trace.y[0] <= figure.layout.yaxis.range[1]


def test_blue_is_order_orange_is_chaos_and_nothing_is_between():
    figure = drawn(SPECS["chaos"], "fc2")
    rate, chi, phases = figure.data[0].z, MAPS["tanh"].chi, MAPS["tanh"].phase
    assert (rate[phases == Phase.ORDER] <= 0).all()
    assert (rate[phases == Phase.CHAOS] > 0).all()
    inside = (chi > 0.4) & (chi < 2.7)
    assert rate[inside] == pytest.approx(np.log(chi[inside]), abs=1e-6)
    scale = figure.data[0].colorscale
    assert scale[0][1] == theme.rgba(theme.NEGATIVE, 0.38)
    assert scale[-1][1] == theme.rgba(theme.POSITIVE, 0.38)
    assert scale[1][1].endswith(",0)")
    assert scale[2][1].endswith(",0)")


def test_what_explodes_is_grey_and_has_no_rate():
    figure = drawn(SPECS["critical"], "fc2")
    relu = MAPS["relu"]
    rates, exploding = figure.data[:2]
    explodes = (relu.phase == Phase.EXPLODING).all(axis=0)
    assert rates.z.shape[1] + exploding.z.shape[1] == len(explodes) == len(relu.sigma_w)
    assert not explodes[: rates.z.shape[1]].any()
    assert explodes[rates.z.shape[1] :].all()
    assert (exploding.z == 1).all()
    assert (rates.x0, exploding.x0) == (0, pytest.approx(relu.sigma_w[rates.z.shape[1]]))
    assert len([trace for trace in drawn(SPECS["chaos"], "fc2").data if trace.type == "heatmap"]) == 1
    (edge,) = figure.layout.shapes
    assert (edge.x0, edge.line.dash) == (pytest.approx(2**0.5), "dash")


def test_the_critical_line_is_dashed_and_labelled():
    figure = drawn(SPECS["chaos"], "fc2")
    (line,) = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "lines"]
    assert line.line.dash == "dash"
    assert np.allclose(line.x, MAPS["tanh"].line_w, atol=1e-6)
    words = [note.text for note in figure.layout.annotations]
    assert "critical: χ₁ = 1" in words
    assert [word.split("<br>")[0] for word in words if word.startswith("<b>") and "<br>" in word] == [
        "<b>order</b>",
        "<b>chaos</b>",
    ]
    assert not figure.layout.shapes


def test_hover_tells_chi_depth_and_fixed_points():
    figure, tanh = drawn(SPECS["chaos"], "fc2"), MAPS["tanh"]
    row, column = 10, 45
    assert figure.data[0].customdata[row, column] == pytest.approx(
        [tanh.chi[row, column], tanh.c_depth[row, column], tanh.q[row, column], tanh.c[row, column]], rel=1e-6
    )
    for hover in ("depth scale", "customdata[3]"):
        assert hover in figure.data[0].hovertemplate


def test_layers_on_one_spot_share_a_point_in_the_colour_of_their_depth():
    spec = SPECS["thirty layers"]
    figure = drawn(spec, "fc9")
    by_name = {trace.hovertemplate.split(":")[0]: trace for trace in markers(figure)}
    assert set(by_name) == {"fc1", "fc2 – fc30", "output"}
    colors = theme.depth_colors(31)
    assert [by_name[name].marker.color for name in by_name] == [
        colors[{"fc1": 0, "fc2 – fc30": 1, "output": 30}[name]] for name in by_name
    ]
    assert by_name["fc1"].marker.symbol == "circle-open"
    assert by_name["fc2 – fc30"].marker.size > by_name["output"].marker.size
    assert markers(figure)[-1] is by_name["fc2 – fc30"]  # above the others
    assert any(note.text == "<b>fc2 – fc30</b>" for note in figure.layout.annotations)


def test_layers_apart_are_not_called_a_row():
    spec = NetworkSpec((64,) * 7, ("tanh", "relu") * 3 + ("tanh",), "lecun_normal", "zeros")
    names = {trace.hovertemplate.split(":")[0] for trace in markers(drawn(spec, "fc2"))}
    assert names == {"fc1", "fc2 and 3 more"}
    assert "fc3, fc5, fc7" in {trace.hovertemplate.split(":")[0] for trace in markers(drawn(spec, "fc3"))}


def test_a_layer_outside_is_a_triangle_at_the_edge_and_says_where_it_is():
    figure = drawn(SPECS["far outside"], "fc1")
    first = markers(figure)[-1]
    assert first.marker.symbol == "triangle-right-open"
    assert "28.0" in first.hovertemplate
    (label,) = [note.text for note in figure.layout.annotations if "fc1" in note.text]
    assert re.sub("<[^>]*>", "", label) == "fc1: σw = 28.0"
    tall = drawn(NetworkSpec((256,), "tanh", "pytorch", Init("normal", std=9.0)), "output")
    assert {trace.marker.symbol for trace in markers(tall)} == {"triangle-up-open", "triangle-up"}


def test_names_do_not_lie_on_each_other():
    for spec in SPECS.values():
        for layer in ends(spec):
            labels = [note for note in drawn(spec, layer).layout.annotations if note.yshift]
            spots = [(note.x, note.y, note.yshift) for note in labels]
            assert len(set(spots)) == len(spots)
