"""Two networks on one batch: one scale, factors, differences without overflow, cells of a few."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlib
from netlib.backward import gradients_of
from netlib.stats import compare as stats
from netlib.stats.flow import sizes
from tests.figures.test_activations import TRACES, trace_of

NOTEBOOK = TRACES["the notebook's"]
KAIMING = trace_of(netlib.NetworkSpec(weight_init="kaiming_normal"))
DEAD = TRACES["dead"]
OVERFLOW = TRACES["overflow"]


def test_both_sides_are_counted_by_hand():
    found = stats.effect(NOTEBOOK, DEAD)
    assert (found.a.units, found.b.units, found.b.dead) == (192, 192, 192)
    assert found.a.dead == sum(int((layer.after.max(axis=0) == 0).sum()) for layer in NOTEBOOK.hidden)
    assert found.count == 16
    assert found.moved == sum(
        int(p.argmax()) != int(q.argmax()) for p, q in zip(NOTEBOOK.logits, DEAD.logits, strict=True)
    )
    assert found.a.logit_std == pytest.approx(NOTEBOOK.logits.astype(np.float64).std())


def test_where_a_side_has_no_numbers_no_prediction_is_compared():
    found = stats.effect(NOTEBOOK, OVERFLOW)
    assert found.moved is None
    assert found.a.is_finite
    assert found.a.overflows_in is None
    first = next(layer.name for layer in OVERFLOW.layers if not np.isfinite(layer.before).all())
    assert not found.b.is_finite
    assert found.b.overflows_in.name == first


def test_the_same_network_twice_differs_in_nothing():
    found = stats.effect(NOTEBOOK, NOTEBOOK)
    assert found.moved == 0
    assert found.a == found.b
    np.testing.assert_array_equal(stats.factors(found).decades, 0)


@pytest.mark.parametrize("name", [name for name, trace in TRACES.items() if len(trace.labels) == 16])
def test_both_signals_are_seen_on_one_scale_that_shows_both(name):
    found = stats.effect(NOTEBOOK, TRACES[name])
    assert found.a.signal.scale == found.b.signal.scale
    swapped = stats.effect(TRACES[name], NOTEBOOK)
    assert swapped.a.signal.scale == found.a.signal.scale
    threshold = found.a.signal.scale.threshold
    alone = [stats.side(trace).signal.scale.threshold for trace in (NOTEBOOK, TRACES[name])]
    known = [each for each in alone if each is not None]
    assert threshold is None or all(threshold <= each for each in known) or threshold < 1e-20
    assert threshold is not None or not known


def test_two_batches_are_refused():
    with pytest.raises(ValueError, match="one batch for both: 16 and 1 images"):
        stats.effect(NOTEBOOK, TRACES["one image"])


def test_factors_are_those_of_the_stds_layer_by_layer():
    found = stats.factors(stats.effect(NOTEBOOK, KAIMING))
    assert found.names == ("fc1", "fc2", "output")
    for index, name in enumerate(found.names):
        a, b = (trace.layer(name).before.astype(np.float64).std() for trace in (NOTEBOOK, KAIMING))
        assert 10 ** found.decades[index] == pytest.approx(b / a)
        assert (found.a[index], found.b[index]) == (pytest.approx(a), pytest.approx(b))


def test_factors_are_of_the_layers_that_both_have():
    assert stats.factors(stats.effect(TRACES["thirty layers"], NOTEBOOK)).names == ("fc1", "fc2", "output")
    assert stats.factors(stats.effect(TRACES["no hidden layer"], NOTEBOOK)).names == ("output",)


def test_nothing_and_infinity_have_factors_too():
    zero = TRACES["all zero"]
    forwards = stats.factors(stats.effect(NOTEBOOK, zero)).decades
    backwards = stats.factors(stats.effect(zero, NOTEBOOK)).decades
    assert (forwards == -np.inf).all()
    assert (backwards == np.inf).all()
    assert np.isnan(stats.factors(stats.effect(zero, zero)).decades).all()


def test_gradient_factors_are_those_of_the_root_mean_squares():
    both = [{each.name: sizes(each.weight) for each in gradients_of(trace).layers} for trace in (NOTEBOOK, KAIMING)]
    found = stats.gradient_factors(*both)
    for index, name in enumerate(found.names):
        a, b = (
            np.sqrt(np.square(gradients_of(trace).layer(name).weight, dtype=np.float64).mean())
            for trace in (NOTEBOOK, KAIMING)
        )
        assert 10 ** found.decades[index] == pytest.approx(b / a, rel=1e-5)


@pytest.mark.parametrize(
    ("name", "beside"), [("fc1", "fc1"), ("output", "output"), ("fc2", "fc2"), ("fc3", "fc2"), ("fc30", "fc2")]
)
def test_the_layer_beside_has_the_same_name_or_is_the_last_hidden_one(name, beside):
    assert stats.counterpart(name, NOTEBOOK) == beside


def test_beside_a_hidden_layer_a_network_without_any_shows_its_output():
    assert stats.counterpart("fc1", TRACES["no hidden layer"]) == "output"


floats = st.floats(width=32)


@given(st.lists(st.tuples(floats, floats), min_size=1, max_size=20))
def test_a_difference_is_exact_and_never_overflows(pairs):
    b, a = (np.array(values, dtype=np.float32) for values in zip(*pairs, strict=True))
    found = stats.minus(b, a)
    for one, (of_b, of_a) in zip(found, pairs, strict=True):
        if np.isfinite([of_a, of_b]).all():
            assert one == float(of_b) - float(of_a)
        else:
            assert np.isnan(one)


@pytest.mark.parametrize("name", ["the notebook's", "one unit, one image", "at the cap", "overflow", "one class"])
def test_a_map_has_few_cells_each_the_mean_of_its_block(name):
    trace = TRACES[name]
    order = np.argsort(trace.labels, kind="stable")
    for layer in trace.layers:
        cells = stats.coarse_map(layer, trace.labels).cells
        assert max(cells.values.shape) <= stats.MOST_CELLS
        block = layer.after.T[:, order][: cells.rows, : cells.columns].astype(np.float64)
        if np.isfinite(block).all():
            assert cells.values[0, 0] == pytest.approx(block.mean(), rel=1e-5, abs=1e-30)


def test_differences_at_the_ends_of_float32_are_pooled():
    most = np.finfo(np.float32).max
    ends = np.full((70, 2), most, dtype=np.float32)
    found = stats.coarse(stats.minus(ends, -ends))
    assert (found.values == most).all()


def test_the_difference_of_maps_is_the_map_of_differences():
    a, b = NOTEBOOK.layer("fc1"), KAIMING.layer("fc1")
    found = stats.map_difference(a, b, NOTEBOOK.labels)
    maps = [stats.coarse_map(layer, NOTEBOOK.labels).cells for layer in (a, b)]
    np.testing.assert_allclose(found.values, maps[1].values - maps[0].values, atol=1e-6)
    assert (found.rows, found.columns, found.shape) == (maps[0].rows, maps[0].columns, maps[0].shape)
