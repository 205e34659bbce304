"""Common scales that really are common, and differences that are B minus A."""

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.backward import gradients_of
from netlib.figures import activations as activation_figures
from netlib.figures import compare as figures
from netlib.figures import theme
from netlib.figures.activation_map import activation_map
from netlib.figures.outputs import batch_heatmap
from netlib.i18n import LANGUAGES, translator
from netlib.stats import compare as stats
from netlib.stats.flow import sizes
from netlib.stats.outputs import order_by_label
from netlib.stats.weights import pooled
from tests.figures.test_activations import TRACES
from tests.stats.test_compare import KAIMING, NOTEBOOK

EN = translator("en")
ALIKE = [name for name, trace in TRACES.items() if len(trace.labels) == 16]
both_languages = pytest.mark.parametrize("language", LANGUAGES)


def ranges(figure, axis):
    return list(figure.layout[axis].range)


# --- common scales ------------------------------------------------------------------------------------------------

ends = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).filter(lambda pair: pair[0] != pair[1])


def plain(span, color=None):
    data = [] if color is None else [{"type": "heatmap", "z": [[1]], "colorscale": theme.size_scale(), **color}]
    return theme.figure(data, EN, xaxis={"range": list(span)}, yaxis={"range": [0, 1]})


@given(ends, ends)
def test_an_axis_holds_both_ranges_in_its_own_direction_and_nothing_else(one, other):
    a, b = plain(one), plain(other)
    left, right = figures.on_common_scales(a, b, ("xaxis",))
    assert sorted(ranges(left, "xaxis")) == sorted(ranges(right, "xaxis")) == [min(*one, *other), max(*one, *other)]
    assert (ranges(left, "xaxis")[0] < ranges(left, "xaxis")[1]) == (one[0] < one[1])
    assert (ranges(right, "xaxis")[0] < ranges(right, "xaxis")[1]) == (other[0] < other[1])
    assert ranges(left, "yaxis") == [0, 1]
    assert ranges(a, "xaxis") == list(one), "what is given stays as it was"
    again = figures.on_common_scales(left, right, ("xaxis",))
    assert [each.to_dict() for each in again] == [left.to_dict(), right.to_dict()]


sizes_of_colours = st.tuples(st.floats(-1e3, 0), st.floats(1e-3, 1e3))


@given(sizes_of_colours, sizes_of_colours)
def test_one_colour_is_one_number_in_both(one, other):
    a, b = (plain((0, 1), {"zmin": low, "zmax": high}) for low, high in (one, other))
    left, right = (each.data[0] for each in figures.on_common_scales(a, b))
    assert (left.zmin, left.zmax, left.colorscale) == (right.zmin, right.zmax, right.colorscale)
    assert left.zmin <= min(one[0], other[0])
    assert left.zmax >= max(one[1], other[1])
    if left.zmin < 0:
        assert left.zmin == -left.zmax


def test_where_one_has_both_signs_both_are_coloured_by_sign():
    signed = plain((0, 1), {"zmin": -2, "zmax": 2, "colorscale": theme.sign_scale()})
    unsigned = plain((0, 1), {"zmin": 0, "zmax": 5})
    for pair in ((signed, unsigned), (unsigned, signed)):
        for each in figures.on_common_scales(*pair):
            assert (each.data[0].zmin, each.data[0].zmax) == (-5, 5)
            assert len(each.data[0].colorscale) == len(theme.sign_scale())


@pytest.mark.parametrize("name", ALIKE)
def test_bands_of_two_networks_have_one_axis_with_the_same_ticks(name):
    for pair in ((NOTEBOOK, TRACES[name]), (TRACES[name], NOTEBOOK)):
        found = stats.effect(*pair)
        alone = [activation_figures.bands(side.signal, "output", EN) for side in (found.a, found.b)]
        left, right = figures.on_common_scales(*alone, ("yaxis", "yaxis2"))
        for axis in ("yaxis", "yaxis2"):
            assert ranges(left, axis) == ranges(right, axis)
            low, high = ranges(left, axis)
            assert low == min(ranges(each, axis)[0] for each in alone)
            assert high == max(ranges(each, axis)[1] for each in alone)
            assert left.layout[axis].ticktext == right.layout[axis].ticktext
            if left.layout[axis].tickvals is not None:
                # One word, one place: on the one scale of both.
                written = dict(zip(left.layout[axis].ticktext, left.layout[axis].tickvals, strict=True))
                assert len(written) == len(left.layout[axis].tickvals)
                assert list(left.layout[axis].tickvals) == sorted(left.layout[axis].tickvals)
                assert sum(low <= place <= high for place in left.layout[axis].tickvals) >= 1
        for each in (left, right):
            go.Figure(each.to_dict())


def test_heatmaps_of_two_networks_have_one_scale_of_colours():
    order = order_by_label(NOTEBOOK.labels)
    alone = [batch_heatmap(trace.probabilities, trace.labels, order, 0, EN) for trace in (NOTEBOOK, KAIMING)]
    assert alone[0].data[0].zmax != alone[1].data[0].zmax
    left, right = figures.on_common_scales(*alone)
    assert left.data[0].zmax == right.data[0].zmax == max(each.data[0].zmax for each in alone)
    tanh = TRACES["thirty layers"].layer("fc1")
    maps = [
        activation_map(stats.coarse_map(layer, NOTEBOOK.labels), NOTEBOOK.labels, 0, EN)
        for layer in (NOTEBOOK.layer("fc1"), tanh)
    ]
    left, right = figures.on_common_scales(*maps)
    largest = max(
        np.abs(stats.coarse_map(x, NOTEBOOK.labels).cells.values).max() for x in (NOTEBOOK.layer("fc1"), tanh)
    )
    assert left.data[0].zmax == right.data[0].zmax == pytest.approx(largest)
    assert left.data[0].zmin == -left.data[0].zmax
    assert (left.data[1].zmin, left.data[1].zmax) == (0, 1), "the strip of dead units keeps its own"


# --- differences --------------------------------------------------------------------------------------------------


@both_languages
def test_probability_differences_have_the_hue_of_their_sign(language):
    differences = np.linspace(-0.4, 0.5, 10)
    drawn = figures.probability_differences(differences, 3, translator(language))
    go.Figure(drawn.to_dict())
    np.testing.assert_allclose(drawn.data[0].x, differences, rtol=1e-6)
    colors = [theme.NEGATIVE if value < 0 else theme.POSITIVE for value in differences]
    assert list(drawn.data[0].marker.color) == colors
    low, high = drawn.layout.xaxis.range
    assert low == -high
    assert high > 0.5
    assert drawn.layout.yaxis.ticktext[3] == "<b>3</b>"


def test_no_difference_is_drawn_too():
    drawn = figures.probability_differences(np.zeros(10), 0, EN)
    assert list(drawn.layout.xaxis.range) == [-0.1, 0.1]


@both_languages
@pytest.mark.parametrize("shape", [(10, 16), (1, 1), (300, 200), (64, 3)])
def test_a_map_of_differences_names_what_it_pools(language, shape):
    values = np.random.default_rng(0).normal(size=shape) * 1e30
    cells = pooled(values, stats.MOST_CELLS, stats.MOST_CELLS)
    names = [str(i) for i in range(shape[0])], [f"{i} ({i % 10})" for i in range(shape[1])]
    drawn = figures.difference_map(cells, *names, ("unit", "image"), "unit %{y}, image %{x}", translator(language))
    go.Figure(drawn.to_dict())
    heat = drawn.data[0]
    np.testing.assert_array_equal(heat.z, cells.values)
    assert -heat.zmin == heat.zmax == pytest.approx(np.abs(cells.values).max())
    assert len(heat.x) == len(set(heat.x)) == cells.values.shape[1]
    assert len(heat.y) == len(set(heat.y)) == cells.values.shape[0]
    assert heat.y[0].startswith("0")
    assert heat.y[-1].endswith(str(shape[0] - 1))
    assert drawn.layout.yaxis.showticklabels == (len(heat.y) <= 10)


def test_a_map_without_a_number_or_a_difference_is_drawn_too():
    for values in (np.full((2, 3), np.nan), np.zeros((2, 3))):
        drawn = figures.difference_map(pooled(values), list("01"), list("012"), ("", ""), "%{y} %{x}", EN)
        assert (drawn.data[0].zmin, drawn.data[0].zmax) == (-1, 1)


# --- factors ------------------------------------------------------------------------------------------------------


def bars(a, b, text=EN):
    """Two networks' stds as factors, drawn."""
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    with np.errstate(all="ignore"):
        found = stats.Factors(tuple(f"fc{i + 1}" for i in range(len(a))), a, b, np.log10(b) - np.log10(a))
    drawn = figures.factor_bars(found, "title", "std %{customdata[0]}", text)
    go.Figure(drawn.to_dict())
    return drawn


def test_a_bar_is_the_logarithm_of_a_factor_and_its_label_the_factor():
    drawn = bars([1, 2, 1], [10, 1, 1])
    np.testing.assert_allclose(drawn.data[0].y, [1, np.log10(0.5), 0], atol=1e-7)
    assert list(drawn.data[0].text) == ["×10", "×0.50", "×1.0"]
    assert list(drawn.data[0].marker.color)[:2] == [theme.POSITIVE, theme.NEGATIVE]
    low, high = drawn.layout.yaxis.range
    assert low == -high
    assert high > 1


def test_nothing_reaches_the_end_of_the_axis_and_what_cannot_be_compared_has_no_bar():
    drawn = bars([1, 0, 0, 1, 1], [0, 1, 0, np.nan, 2])
    assert list(drawn.data[0].x) == [0, 1, 4]
    assert list(drawn.data[0].text) == ["×0", "×∞", "×2.0"]
    heights = list(drawn.data[0].y)
    assert heights[0] == -heights[1]
    assert heights[1] >= 1


@pytest.mark.parametrize("decades", [0, 0.001, 0.2, 0.9, 1.1, 3.3, 7, 38, 80])
def test_the_ticks_are_factors_at_their_places(decades):
    drawn = bars([1.0, 1.0], [10.0**decades, 1])
    axis = drawn.layout.yaxis
    places = [float(place) for place in axis.tickvals]
    assert 3 <= len(places) <= 8
    assert 0 in places
    assert axis.ticktext[places.index(0)] == "×1"
    assert len(set(axis.ticktext)) == len(places)
    assert all(abs(place) <= axis.range[1] + 1e-6 for place in places)
    assert max(drawn.data[0].y) <= axis.range[1]


@pytest.mark.parametrize("count", [1, 2, 8, 9, 20, 31])
def test_layers_are_named_first_and_last_and_not_too_many(count):
    axis = bars([1] * count, [2] * count).layout.xaxis
    assert axis.ticktext[-1] == f"fc{count}"
    assert axis.ticktext[0] == "fc1"
    assert len(axis.ticktext) <= 9


@both_languages
@pytest.mark.parametrize("name", ALIKE)
def test_factors_of_every_network(name, language):
    for pair in ((NOTEBOOK, TRACES[name]), (TRACES[name], NOTEBOOK)):
        found = stats.factors(stats.effect(*pair))
        drawn = figures.factor_bars(found, "title", "hover", translator(language))
        go.Figure(drawn.to_dict())
        assert np.isfinite(np.asarray(drawn.data[0].y, dtype=float)).all()
        assert "NaN" not in drawn.to_json()


# --- gradients ----------------------------------------------------------------------------------------------------


@both_languages
@pytest.mark.parametrize("name", TRACES)
def test_gradient_bands_of_every_network_are_percentiles_on_a_log_axis(name, language):
    layers = gradients_of(TRACES[name]).layers
    drawn = figures.gradient_bands({each.name: sizes(each.weight) for each in layers}, translator(language))
    go.Figure(drawn.to_dict())
    assert len(drawn.to_json()) < 16_000
    wide, _, median = drawn.data
    low, high = drawn.layout.yaxis.range
    for place, index in enumerate(median.x):
        gradient = np.abs(layers[int(index)].weight[np.isfinite(layers[int(index)].weight)]).astype(np.float64)
        five, half, most = np.percentile(gradient[gradient > 0], [5, 50, 95])
        assert wide.base[place] == pytest.approx(np.log10(five), abs=1e-3)
        assert wide.base[place] + wide.y[place] == pytest.approx(np.log10(most), abs=1e-3)
        assert median.base[place] + median.y[place] / 2 == pytest.approx(np.log10(half), abs=1e-3)
        assert low <= wide.base[place] <= wide.base[place] + wide.y[place] <= high
    kept = [i for i, each in enumerate(layers) if (each.weight[np.isfinite(each.weight)] != 0).any()]
    assert list(median.x) == kept


def test_gradients_of_two_networks_have_one_axis():
    drawn = [
        figures.gradient_bands({each.name: sizes(each.weight) for each in gradients_of(trace).layers}, EN)
        for trace in (NOTEBOOK, TRACES["vanishing"])
    ]
    left, right = figures.on_common_scales(*drawn, ("yaxis",))
    assert ranges(left, "yaxis") == ranges(right, "yaxis")
    assert left.layout.yaxis.ticktext == right.layout.yaxis.ticktext
