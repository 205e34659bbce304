"""Who sleeps, and what is nearest to waking them: against the activations' own slopes."""

import numpy as np
import pytest

import netlib
from netlib.activations import ACTIVATIONS
from netlib.spec import BatchSpec, Init, NetworkSpec
from netlib.stats.curves import saturated_zones
from netlib.stats.signal_units import CLOSEST, MOST, NEAREST, margins, sleepers, unit
from tests.figures.test_activations import TRACES

BATCH = netlib.sample(BatchSpec(size=24, seed=3))


def layer_of(activation, weights="pytorch", biases="pytorch", units=40):
    return netlib.run(netlib.build(NetworkSpec((units,), activation, weights, biases)), BATCH).layers[0]


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_margin_is_the_way_to_the_nearest_edge_positive_where_the_slope_is_flat(activation):
    layer = layer_of(activation, Init("normal", std=0.4))
    found = margins(layer)
    zones = saturated_zones(activation)
    for z, margin in zip(layer.before.ravel().astype(float), found.ravel(), strict=True):
        inside = [(a, b) for a, b in zones if a <= z <= b]
        if inside:
            ((a, b),) = inside
            assert margin == pytest.approx(min(z - a, b - z))
        elif zones:
            edges = [end for zone in zones for end in zone if np.isfinite(end)]
            assert margin == pytest.approx(-min(abs(z - end) for end in edges))
        else:
            assert margin == -np.inf


def test_dead_relu_units_are_found_the_nearest_to_waking_first():
    layer = layer_of("relu", "kaiming_normal", Init("constant", value=-4.0))
    found = sleepers(layer)
    dead = np.flatnonzero((layer.after == 0).all(axis=0))
    assert 0 < len(dead) < 40
    assert set(found.chosen) == set(dead)
    assert found.count == len(dead)
    tops = layer.before[:, found.chosen].max(axis=0)
    assert (np.diff(tops) <= 0).all(), "the largest pre-activation is the nearest to zero"
    first = unit(layer, int(found.chosen[0]))
    assert first.images.tolist() == np.argsort(-first.before, kind="stable")[:NEAREST].tolist()
    np.testing.assert_array_equal(first.weight, layer.weight[first.index])
    assert first.bias == layer.bias[first.index]


def test_where_nobody_sleeps_the_least_awake_are_offered():
    found = sleepers(layer_of("identity"))
    assert found.count == 0
    assert len(found.chosen) == CLOSEST
    assert max(found.awake[found.chosen]) <= min(np.delete(found.awake, found.chosen))


def test_saturated_sigmoid_units_are_no_silent_ones():
    found = sleepers(layer_of("sigmoid", Init("normal", std=1.5)))
    assert found.saturated.any()
    assert not found.silent.any()


@pytest.mark.parametrize("name", TRACES)
def test_every_hidden_layer_can_be_searched(name):
    for layer in TRACES[name].hidden:
        found = sleepers(layer)
        assert 1 <= len(found.chosen) <= MOST
        assert unit(layer, int(found.chosen[0])).images.size <= NEAREST
