"""The Weights page's charts carry the numbers of the layers, are accepted by Plotly, and weigh little."""

import numpy as np
import plotly.graph_objects as go
import pytest

import netlib
from netlib.distributions import Constant, Normal
from netlib.figures import theme, weights
from netlib.i18n import LANGUAGES, translator
from netlib.spec import Init, NetworkSpec
from netlib.stats import weights as stats

en = translator("en")


def layers_of(spec):
    """(weight, bias, distribution) of each layer."""
    model = netlib.build(spec)
    found = []
    for layer in spec.layers:
        linear = getattr(model, layer.name)
        found.append((linear.weight.detach().numpy(), linear.bias.detach().numpy(), layer.weight_distribution))
    return found


def valid(figure, most=30_000):
    go.Figure(figure.to_dict())
    assert len(figure.to_json()) < most
    for trace in figure.data:
        for name in ("x", "y", "z", "base"):
            value = getattr(trace, name, None)
            if value is not None and not isinstance(value[0], str):
                assert np.isfinite(np.asarray(value, dtype=float)).all()
    return figure


def notes(figure):
    return [note.text for note in figure.layout.annotations]


class TestHistogram:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_bars_are_measured_and_the_dashed_line_is_theory(self, language):
        weight, _, distribution = layers_of(NetworkSpec((50,), weight_init="xavier_normal"))[0]
        hist = stats.histogram(weight, distribution)
        figure = valid(
            weights.histogram(hist, "xavier_normal", theme.SIZE, "w", translator(language)),
            14_000,
        )
        outline, curve = figure.data
        np.testing.assert_allclose(outline.y[1:-1], hist.density, rtol=1e-6)
        assert outline.y[0] == outline.y[-1] == 0
        np.testing.assert_allclose(outline.x[1:], hist.edges, rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(np.asarray(outline.customdata)[1:-1, 2].sum(), 1, rtol=1e-6)
        assert curve.line.dash == "dash"
        np.testing.assert_allclose(curve.y, distribution.density(hist.curve_x), rtol=1e-6)
        assert "xavier_normal" in notes(figure)[0]
        top = max(hist.density.max(), hist.curve.max())
        assert figure.layout.yaxis.range[1] > top

    def test_a_constant_is_one_line_at_its_value(self):
        hist = stats.histogram(np.full((5, 6), 0.1, np.float32), Constant(0.1))
        figure = valid(weights.histogram(hist, "constant", theme.SIZE, "w", en))
        (line,) = figure.data
        assert list(line.x) == [0.1, 0.1]
        assert list(line.y) == [0, 1]
        assert notes(figure) == ["all are exactly 0.100"]
        assert figure.layout.yaxis.title.text == "share of all"

    def test_the_zeros_of_a_sparse_layer_are_told_apart(self):
        weight, _, distribution = layers_of(NetworkSpec((128,), weight_init="sparse"))[0]
        figure = valid(weights.histogram(stats.histogram(weight, distribution), "sparse", theme.SIZE, "w", en))
        assert len(figure.data) == 3
        assert "90.6% are exactly 0" in notes(figure)

    def test_no_width_that_float32_can_hold_overflows(self):
        values = np.full((2, 2), 1e-36, np.float32)
        valid(weights.histogram(stats.histogram(values, Normal(1.1e-36)), "normal", theme.SIZE, "w", en))


class TestWidths:
    def widths(self, spec, looked_at="output", language="en"):
        layers = layers_of(spec)
        measured = [stats.moments(weight) for weight, _, _ in layers]
        names = [layer.name for layer in spec.layers]
        figure = weights.widths(names, measured, [d for _, _, d in layers], looked_at, translator(language))
        return valid(figure, 20_000), measured, layers

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_bar_is_a_std_on_either_side_of_the_mean(self, language):
        spec = NetworkSpec((40, 20), weight_init=("pytorch", Init("normal", std=0.5), "zeros"))
        figure, measured, layers = self.widths(spec, language=language)
        bars, middles, low, high = figure.data
        np.testing.assert_allclose(np.asarray(bars.base) + np.asarray(bars.y) / 2, [m.mean for m in measured])
        np.testing.assert_allclose(np.asarray(bars.y) / 2, [m.std for m in measured])
        np.testing.assert_allclose(middles.y, [m.mean for m in measured])
        implied = np.array([d.std for _, _, d in layers], np.float32)
        np.testing.assert_allclose(np.asarray(high.y)[1:-1], implied, rtol=1e-6)
        np.testing.assert_allclose(np.asarray(low.y)[1:-1], -implied, rtol=1e-6)
        assert low.line.dash == high.line.dash == "dash"

    @pytest.mark.parametrize("count", [0, 1, 2, 9, 17, 30])
    @pytest.mark.parametrize("place", [0, 1, -1])
    def test_labels_never_crowd_and_the_layer_looked_at_always_has_one(self, count, place):
        spec = NetworkSpec((3,) * count)
        looked_at = spec.layers[max(place, -count - 1) if count or place < 1 else 0].name
        figure, _, _ = self.widths(spec, looked_at)
        ticks, labels = figure.layout.xaxis.tickvals, figure.layout.xaxis.ticktext
        assert f"<b>{looked_at}</b>" in labels
        assert len(labels) <= 11
        if count > 1:
            assert min(np.diff(ticks)) >= (1 if count < 9 else 2)

    @pytest.mark.parametrize("init", ["zeros", "constant", Init("constant", value=-100.0)])
    def test_layers_without_spread_have_an_axis(self, init):
        figure, _, _ = self.widths(NetworkSpec((3,), weight_init=init))
        low, high = figure.layout.yaxis.range
        assert low == -high < 0


class TestRidges:
    @pytest.mark.parametrize("count", [0, 1, 5, 30])
    @pytest.mark.parametrize("init", ["pytorch", "sparse", "zeros", "orthogonal", Init("normal", std=100.0)])
    def test_a_row_a_layer_first_on_top(self, count, init):
        spec = NetworkSpec((12,) * count, weight_init=init)
        layers = layers_of(spec)
        hists = stats.histograms([(weight, d) for weight, _, d in layers])
        figure = valid(weights.ridges(hists, [layer.name for layer in spec.layers], en), 85_000)
        assert list(figure.layout.yaxis.ticktext) == [layer.name for layer in spec.layers]
        assert list(figure.layout.yaxis.tickvals) == [-row for row in range(count + 1)]
        assert theme.SMALL <= figure.layout.height < 900

    def test_a_row_reaches_its_own_peak_and_says_the_share(self):
        spec = NetworkSpec((60,))
        hists = stats.histograms([(weight, d) for weight, _, d in layers_of(spec)])
        figure = weights.ridges(hists, ["fc1", "output"], en)
        outlines = [trace for trace in figure.data if trace.customdata is not None]
        for row, (outline, hist) in enumerate(zip(outlines, hists, strict=True)):
            assert max(outline.y) + row <= 0.8601
            assert np.asarray(outline.customdata).sum() == pytest.approx(1, rel=1e-5)
            middles = outline.x0 + outline.dx * np.arange(len(outline.y))
            np.testing.assert_allclose(middles[1:-1], (hist.edges[:-1] + hist.edges[1:]) / 2, atol=1e-9)


class TestMatrix:
    def test_a_small_one_is_shown_weight_by_weight(self):
        weight = layers_of(NetworkSpec((20, 30)))[1][0]
        figure = valid(weights.matrix(stats.pooled(weight), False, en))
        (heat,) = figure.data
        np.testing.assert_array_equal(heat.z, weight)
        assert heat.zmin == -heat.zmax == -np.abs(weight).max()
        assert heat.x[7] == "7"
        assert figure.layout.yaxis.autorange == "reversed"
        assert "layer before" in figure.layout.xaxis.title.text

    def test_a_large_one_names_its_blocks(self):
        weight = layers_of(NetworkSpec((300,)))[0][0]
        figure = valid(weights.matrix(stats.pooled(weight), True, en), 100_000)
        (heat,) = figure.data
        assert np.shape(heat.z) == (100, 112)
        assert list(heat.y[:2]) == ["0–2", "3–5"]
        assert list(heat.x[-2:]) == ["770–776", "777–783"]
        assert list(figure.layout.xaxis.ticktext)[1] == str(list(figure.layout.xaxis.tickvals)[1] * 7)
        assert figure.data[0].colorbar.title.text == "mean of a block"
        assert "pixel" in figure.layout.xaxis.title.text

    @pytest.mark.parametrize("shape", [(1, 1), (1, 784), (10, 1), (129, 257), (1024, 1024)])
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_any_shape(self, shape, language):
        weight = np.random.default_rng(0).normal(size=shape).astype(np.float32)
        valid(weights.matrix(stats.pooled(weight), False, translator(language)), 110_000)

    def test_zeros_have_a_scale(self):
        (heat,) = weights.matrix(stats.pooled(np.zeros((3, 3), np.float32)), False, en).data
        assert (heat.zmin, heat.zmax) == (-1, 1)


class TestBiases:
    @pytest.mark.parametrize("init", ["pytorch", "zeros", "constant", Init("constant", value=-1.0), "normal"])
    @pytest.mark.parametrize("units", [1, 64, 1024])
    def test_a_bar_a_unit(self, init, units):
        spec = NetworkSpec((units,), bias_init=init)
        bias = layers_of(spec)[0][1]
        figure = valid(weights.bias_bars(bias, spec.layers[0].bias_distribution, en), 20_000)
        (bars,) = figure.data
        np.testing.assert_array_equal(bars.y, bias)
        np.testing.assert_array_equal(np.asarray(bars.marker.color) == 1, bias < 0)
        std, mean = spec.layers[0].bias_distribution.std, spec.layers[0].bias_distribution.mean
        assert [shape.y0 for shape in figure.layout.shapes] == sorted({mean - std, mean + std})
        low, high = figure.layout.yaxis.range
        assert low < bias.min()
        assert bias.max() < high
