"""Spreads, distributions and maps against plain numpy, hand-made cases and laws."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import netlib
from netlib.stats.activations import (
    LEVELS,
    activation_map,
    distributions,
    layers_shown,
    pre_activation_histogram,
    signal_table,
    spread,
    summarise_signal,
)
from netlib.stats.scale import Scale
from tests.oracles import networks

numbers = st.floats(-(2.0**100), 2.0**100, width=32)
matrices = arrays.arrays(np.float32, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=numbers)


def trace_of(spec, **batch):
    return netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec(**batch)))


@given(matrices)
def test_a_spread_is_numpys_in_float64(values):
    found, exact = spread(values), values.astype(np.float64)
    assert (found.count, found.finite) == (values.size, values.size)
    np.testing.assert_allclose(found.percentiles, np.percentile(exact, LEVELS))
    assert found.percentiles[0] <= found.mean <= found.percentiles[-1] or np.isclose(found.mean, exact.mean())
    assert found.std == pytest.approx(exact.std(), rel=1e-9, abs=1e-12 * np.abs(exact).max(initial=0))
    assert found.size == max(abs(found.percentiles[1]), abs(found.percentiles[5]))


@given(matrices)
def test_variance_is_that_of_the_images_and_that_of_the_units(values):
    found, exact = spread(values), values.astype(np.float64)
    if found.from_images is None:
        assert len(values) == 1 or not np.ptp(values)
    else:
        between_units = exact.mean(axis=0).var()
        assert found.from_images + between_units / exact.var() == pytest.approx(1)


def test_equal_numbers_have_no_spread():
    found = spread(np.full((7, 3), 0.1, np.float32))
    assert found.std == 0
    assert found.mean == np.float32(0.1)
    assert found.from_images is None


def test_images_alone_or_units_alone():
    column = np.arange(6, dtype=np.float32)[:, None]
    assert spread(column).from_images == 1
    assert spread(np.broadcast_to(column.T, (4, 6))).from_images == 0


def test_what_is_not_finite_is_left_out_and_counted():
    found = spread(np.array([[1.0, np.inf], [3.0, np.nan]], np.float32))
    assert (found.count, found.finite, found.mean, found.std) == (4, 2, 2.0, 1.0)
    assert not found.is_finite
    assert found.from_images is None
    nothing = spread(np.full((2, 2), np.nan, np.float32))
    assert nothing.finite == 0
    assert np.isnan(nothing.std)


def test_float32_does_not_overflow_in_squares():
    assert spread(np.array([[-3e38, 3e38]], np.float32)).std == pytest.approx(3e38, rel=1e-6)


@given(networks(most_layers=5, most_units=30), st.integers(1, 6))
def test_a_signal_is_the_traces_numbers(spec, size):
    trace = trace_of(spec, size=size)
    signal = summarise_signal(trace)
    assert signal.names == tuple(layer.name for layer in trace.layers)
    assert [layer.name for layer in signal.hidden] == list(signal.names[:-1])
    for layer, found in zip(trace.layers, signal.layers, strict=True):
        assert (found.images, found.units) == layer.before.shape
        assert found.dead == sum(not any(column) for column in layer.after.T)
        assert found.silent == sum(not any(row) for row in layer.after)
        assert (found.saturated is None) == (found.name == "output" or not found.before.finite)
    assert signal.layer("output") is signal.layers[-1]
    with pytest.raises(KeyError):
        signal.layer("fc99")
    assert len(signal_table(signal)) == len(trace.layers)
    if signal.hidden and all(layer.before.is_finite for layer in signal.hidden):
        assert signal.saturated == pytest.approx(
            np.average([layer.saturated for layer in signal.hidden], weights=[layer.units for layer in signal.hidden])
        )


def test_the_table_is_the_signal_row_by_row():
    signal = summarise_signal(trace_of(netlib.NetworkSpec()))
    table = signal_table(signal)
    for layer, (_, row) in zip(signal.layers, table.iterrows(), strict=True):
        assert (row["layer"], row["units"], row["dead"]) == (layer.name, layer.units, layer.dead)
        assert row["before std"] == layer.before.std
        assert row["after 95%"] == layer.after.percentiles[5]
    assert np.isnan(table["saturated"].to_numpy(dtype=float)[-1])


def test_kaiming_holds_the_second_moment_through_relu_and_tanh_vanishes_by_default():
    """He et al. 2015, eq. 7: with variance 2 / fan_in, E[z^2] of a layer is E[x^2] of what its relu sent, times two."""
    spec = netlib.NetworkSpec((512,) * 4, "relu", "kaiming_normal", "zeros")
    signal = summarise_signal(trace_of(spec))
    moments = [layer.before.mean**2 + layer.before.std**2 for layer in signal.hidden]
    assert moments[0] == pytest.approx(2 * 0.926, rel=0.15)  # the pixels' second moment
    np.testing.assert_allclose(moments[1:], moments[0], rtol=0.5)
    vanishing = summarise_signal(trace_of(netlib.NetworkSpec((64,) * 20, "tanh", "pytorch", "zeros")))
    ratios = [b.before.std / a.before.std for a, b in zip(vanishing.layers[5:], vanishing.layers[6:20], strict=False)]
    # U(-1/sqrt(n), 1/sqrt(n)) has variance 1 / (3 n), and tanh of small numbers is nearly linear.
    assert np.exp(np.mean(np.log(ratios))) == pytest.approx(3**-0.5, rel=0.1)


@given(st.integers(1, 31), st.data())
def test_layers_shown_are_evenly_chosen_with_the_one_looked_at(count, data):
    looked_at = data.draw(st.integers(0, count - 1))
    shown = layers_shown(count, looked_at)
    assert shown == sorted(set(shown))
    assert looked_at in shown
    assert len(shown) == min(count, 8)
    assert {0, count - 1} <= set(shown) or count < 3
    if count > 8:
        assert max(np.diff(shown)) <= 2 * np.ceil(count / 7)


@pytest.mark.parametrize("scale", [Scale(), Scale(1e-6)])
def test_distributions_count_every_finite_number_once(scale):
    trace = trace_of(netlib.NetworkSpec((20, 9), "relu"), size=16)
    shown = distributions(trace, [0, 1, 2], scale)
    assert (np.diff(shown.edges) > 0).all()
    assert np.isclose(shown.edges, 0, atol=1e-12).any()  # relu's zero is an edge: no bin mixes the signs
    for ridges, arrays_ in ((shown.before, "before"), (shown.after, "after")):
        for ridge, layer in zip(ridges, trace.layers, strict=True):
            values = getattr(layer, arrays_)
            assert ridge.name == layer.name
            assert ridge.zero_share == pytest.approx((values == 0).mean())
            assert ridge.shares.sum() + ridge.zero_share == pytest.approx(1, abs=1e-5)
            expected, _ = np.histogram(scale.place(values[values != 0]), shown.edges)
            np.testing.assert_allclose(ridge.shares * values.size, expected, atol=1.01)  # a last bit at an edge


@given(networks(most_layers=4, most_units=20), st.integers(1, 4))
def test_distributions_of_any_network(spec, size):
    trace = trace_of(spec, size=size)
    shown = distributions(trace, range(len(trace.layers)), summarise_signal(trace).scale)
    assert np.isfinite(shown.edges).all()
    for ridge in (*shown.before, *shown.after):
        assert np.isfinite(ridge.shares).all()
        assert ridge.shares.sum() + ridge.zero_share == pytest.approx(1, abs=1e-4) or not ridge.shares.any()


@given(matrices, st.sampled_from([0.0, 6.0]))
def test_the_histogram_holds_all_pre_activations_and_its_reach(values, reach):
    layer = replace(trace_of(netlib.NetworkSpec((2,)), size=1).layers[0], before=values)
    found = pre_activation_histogram(layer, reach)
    assert found.shares.sum() == pytest.approx(1)
    assert found.edges[0] <= min(values.min(), -reach) * (1 - 1e-9)
    assert found.edges[-1] >= max(values.max(), reach) * (1 - 1e-9)
    assert len(found.edges) == len(found.shares) + 1


def test_a_map_is_the_layers_activations_sorted():
    trace = trace_of(netlib.NetworkSpec((12,), "relu"), size=20)
    layer = trace.layers[0]
    mapped = activation_map(layer, trace.labels, by_mean=True)
    np.testing.assert_array_equal(mapped.cells.values, layer.after.T[mapped.unit_order][:, mapped.image_order])
    assert (np.diff(layer.after.mean(axis=0, dtype=np.float64)[mapped.unit_order]) <= 0).all()
    assert (np.diff(trace.labels[mapped.image_order]) >= 0).all()
    assert mapped.dead == (layer.after == 0).all(axis=0).sum()
    by_index = activation_map(layer, trace.labels, by_mean=False)
    assert by_index.unit_order.tolist() == list(range(12))


def test_a_large_map_is_block_means():
    trace = trace_of(netlib.NetworkSpec((300,), "elu"), size=200)
    layer = trace.layers[0]
    mapped = activation_map(layer, trace.labels, by_mean=False)
    assert mapped.cells.values.shape == (100, 67)
    assert (mapped.cells.rows, mapped.cells.columns) == (3, 3)
    block = layer.after.T[:3][:, mapped.image_order[:3]]
    assert mapped.cells.values[0, 0] == pytest.approx(block.mean(), rel=1e-5)


def test_dead_units_have_their_share_in_a_pooled_map():
    spec = netlib.NetworkSpec((256,), "relu", netlib.Init("normal", std=0.01), netlib.Init("normal", std=5.0))
    trace = trace_of(spec, size=4)
    mapped = activation_map(trace.layers[0], trace.labels, by_mean=True)
    assert 0 < mapped.dead < 256
    assert mapped.dead_share.values.sum() * 2 == pytest.approx(mapped.dead)
    assert (np.diff(mapped.dead_share.values[:, 0]) >= 0).all()  # zero is relu's least mean: the dead come last


def test_a_map_of_an_overflow_has_gaps():
    spec = netlib.NetworkSpec((64,) * 30, "relu", netlib.Init("normal", std=100.0))
    trace = trace_of(spec, size=4)
    assert np.isnan(activation_map(trace.layers[-1], trace.labels, by_mean=True).cells.values).all()
