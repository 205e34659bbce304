"""The pictures of all layers carry the signal's own numbers, on one scale, for every Setup."""

import numpy as np
import plotly.graph_objects as go
import pytest

import netlib
from netlib.figures import activations as figures
from netlib.figures import theme
from netlib.i18n import LANGUAGES, translator
from netlib.stats.activations import distributions, layers_shown, summarise_signal

CONSTANT = netlib.Init("constant", value=-2.0)
SPECS = {
    "the notebook's": netlib.NetworkSpec(),
    "no hidden layer": netlib.NetworkSpec(()),
    "one unit": netlib.NetworkSpec((1,), "tanh"),
    "thirty layers": netlib.NetworkSpec((64,) * 30, "tanh"),
    "vanishing": netlib.NetworkSpec((64,) * 20, "tanh", "pytorch", "zeros"),
    "all zero": netlib.NetworkSpec((5, 3), "relu", "zeros", "zeros"),
    "all equal": netlib.NetworkSpec((5, 3), "softplus", "constant", "constant"),
    "dead": netlib.NetworkSpec((128, 64), "relu", netlib.Init("normal", std=0.01), CONSTANT),
    "huge": netlib.NetworkSpec((64,) * 6, "identity", netlib.Init("normal", std=100.0)),
    "overflow": netlib.NetworkSpec((64,) * 30, "relu", netlib.Init("normal", std=100.0)),
    "a mix": netlib.NetworkSpec((300, 20, 5), ("sigmoid", "elu", "silu")),
    "at the cap": netlib.NetworkSpec((1024, 1024, 128), "gelu"),
}


def trace_of(spec, **batch):
    return netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec(**{"size": 16, **batch})))


TRACES = {
    **{name: trace_of(spec) for name, spec in SPECS.items()},
    "one image": trace_of(netlib.NetworkSpec(), size=1),
    "one unit, one image": trace_of(netlib.NetworkSpec((1,), "gelu"), size=1),
    "one class": trace_of(netlib.NetworkSpec((16,)), digits=(3,), size=256),
}
every_case = pytest.mark.parametrize("name", TRACES)
both_languages = pytest.mark.parametrize("language", LANGUAGES)


def ridges_of(trace, looked_at, text):
    signal = summarise_signal(trace)
    shown = distributions(trace, layers_shown(len(trace.layers), signal.names.index(looked_at)), signal.scale)
    return figures.ridges(shown, looked_at, text)


PICTURES = {
    "bands": (lambda trace, at, text: figures.bands(summarise_signal(trace), at, text), 26_000),
    "shares": (lambda trace, at, text: figures.shares(summarise_signal(trace), at, text), 18_000),
    "ridges": (ridges_of, 50_000),
}


@every_case
@both_languages
@pytest.mark.parametrize("picture", PICTURES)
def test_a_figure_of_finite_numbers_that_weighs_little(name, language, picture):
    draw, budget = PICTURES[picture]
    trace = TRACES[name]
    for looked_at in {trace.layers[0].name, trace.layers[len(trace.layers) // 2].name, "output"}:
        drawn = draw(trace, looked_at, translator(language))
        go.Figure(drawn.to_dict())
        assert len(drawn.to_json()) < budget
        for shown in drawn.data:
            for numbers in (shown.x, shown.y, getattr(shown, "base", None)):
                assert numbers is None or np.isfinite(np.asarray(numbers, dtype=float)).all()


def medians(drawn, axis):
    """The medians' bars on an axis: {layer: customdata}."""
    bars = [bar for bar in drawn.data if bar.yaxis == axis and bar.text is not None]
    return {name: numbers for bar in bars for name, numbers in zip(bar.text, bar.customdata, strict=True)}


@every_case
def test_bands_are_percentiles_before_and_after_input_first(name):
    trace = TRACES[name]
    drawn = figures.bands(summarise_signal(trace), "output", translator("en"))
    before, after = medians(drawn, "y2"), medians(drawn, "y")
    assert next(iter(after)) == "input"
    for found, arrays in (
        (before, {layer.name: layer.before for layer in trace.layers}),
        (after, {"input": trace.inputs, **{layer.name: layer.after for layer in trace.layers}}),
    ):
        finite = {layer: values[np.isfinite(values)].astype(np.float64) for layer, values in arrays.items()}
        assert list(found) == [layer for layer, values in finite.items() if values.size]
        for layer, numbers in found.items():
            expected = [*np.percentile(finite[layer], [5, 25, 50, 75, 95]), finite[layer].mean(), finite[layer].std()]
            np.testing.assert_allclose(numbers, expected, rtol=1e-5, atol=1e-6 * np.abs(finite[layer]).max())


@every_case
def test_both_halves_have_one_scale_and_the_boxes_lie_where_it_says(name):
    signal = summarise_signal(TRACES[name])
    drawn = figures.bands(signal, "output", translator("en"))
    assert drawn.layout.yaxis.range == drawn.layout.yaxis2.range
    low, high = drawn.layout.yaxis.range
    wide = drawn.data[0]
    seen = [layer.before.percentiles for layer in signal.layers if layer.before.finite]
    np.testing.assert_allclose(wide.base, signal.scale.place(np.array([p[1] for p in seen])), rtol=1e-6, atol=1e-6)
    top = np.array(wide.base) + np.array(wide.y)
    np.testing.assert_allclose(top, signal.scale.place(np.array([p[5] for p in seen])), rtol=1e-6, atol=1e-6)
    for box in drawn.data:
        assert (np.array(box.base) >= low - 1e-6 * abs(low)).all()
        assert (np.array(box.base) + np.array(box.y) <= high + 1e-6 * abs(high)).all()


def test_a_log_scale_writes_the_numbers_that_lie_there():
    signal = summarise_signal(TRACES["vanishing"])
    axis = figures.bands(signal, "fc1", translator("en")).layout.yaxis
    assert signal.scale.is_log
    written = dict(zip(axis.ticktext, signal.scale.value(np.array(axis.tickvals)), strict=True))
    assert written["0"] == 0
    assert written["1"] == pytest.approx(1)
    assert written["−1"] == pytest.approx(-1)
    assert written["10<sup>−2</sup>"] == pytest.approx(0.01)


def test_powers_are_written_short_where_all_are():
    text = translator("ru")
    assert figures.powers([(-1, 2), (-1, -1), (0, 0), (1, -1), (1, 3)], text) == ["−100", "−0,1", "0", "0,1", "1000"]
    assert figures.powers([(-1, -7), (0, 0), (1, 0)], text) == ["−10<sup>−7</sup>", "0", "1"]


@pytest.mark.parametrize("looked_at", ["fc1", "fc14", "output"])
def test_the_layer_looked_at_is_marked_and_named(looked_at):
    signal = summarise_signal(TRACES["thirty layers"])
    drawn = figures.bands(signal, looked_at, translator("en"))
    axis, (mark,) = drawn.layout.xaxis, drawn.layout.shapes
    index = signal.names.index(looked_at) + 1  # the input comes first
    assert (mark.x0, mark.x1) == (index - 0.5, index + 0.5)
    assert dict(zip(axis.tickvals, axis.ticktext, strict=True))[index] == f"<b>{looked_at}</b>"
    assert min(np.diff(axis.tickvals)) >= 3


def test_few_layers_are_all_named_and_coloured_by_depth():
    signal = summarise_signal(TRACES["the notebook's"])
    drawn = figures.bands(signal, "fc2", translator("ru"))
    assert list(drawn.layout.xaxis.ticktext) == ["вход", "fc1", "<b>fc2</b>", "output"]
    colors = theme.depth_colors(3)
    assert list(drawn.data[2].marker.color) == colors


@every_case
def test_shares_are_the_signals_on_equal_axes(name):
    signal = summarise_signal(TRACES[name])
    drawn = figures.shares(signal, "output", translator("en"))
    saturated, dead, silent = drawn.data
    np.testing.assert_allclose(dead.y, [layer.dead / layer.units for layer in signal.layers])
    np.testing.assert_allclose(silent.y, [layer.silent / layer.images for layer in signal.layers])
    expected = {layer.name: layer.saturated for layer in signal.layers if layer.saturated is not None}
    assert dict(zip(saturated.customdata, saturated.y, strict=True)) == expected
    layout = drawn.layout
    assert layout.yaxis.range == layout.yaxis2.range == layout.yaxis3.range


def test_ridges_are_labelled_and_share_their_bins():
    trace = TRACES["thirty layers"]
    drawn = ridges_of(trace, "fc20", translator("en"))
    assert len(drawn.data) == 16
    assert "<b>fc20</b>" in drawn.layout.yaxis.ticktext
    assert len({tuple(ridge.x) for ridge in drawn.data}) == 1
    assert drawn.layout.xaxis.range == drawn.layout.xaxis2.range
    assert all(max(ridge.y) - min(ridge.y) == pytest.approx(0.84, abs=1e-6) for ridge in drawn.data)
    assert {min(ridge.y) for ridge in drawn.data} == {-float(row) for row in range(8)}


def test_exact_zeros_are_written():
    trace = TRACES["the notebook's"]
    notes = [note.text for note in ridges_of(trace, "fc1", translator("en")).layout.annotations]
    zeros = [(layer.after == 0).mean() for layer in trace.hidden]
    assert notes == [f"{share:.0%} exactly 0" for share in zeros]


def test_nearly_all_is_not_all():
    trace = TRACES["overflow"]
    notes = " ".join(note.text for note in ridges_of(trace, "fc1", translator("en")).layout.annotations)
    assert "100%" not in notes
