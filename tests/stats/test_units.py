"""Dead, silent and saturated, on layers made by hand and on the notebook's own networks."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import netlib
from netlib.stats.units import count_dead, dead_units, saturated_share, silent_images, sizes_shown
from netlib.trace import LayerTrace


def layer_of(before, after=None, activation="relu"):
    before = np.array(before, dtype=np.float32)
    after = np.maximum(before, 0) if after is None else np.array(after, dtype=np.float32)
    units = before.shape[1]
    return LayerTrace("fc1", activation, np.zeros((units, 2), np.float32), np.zeros(units, np.float32), before, after)


def test_a_dead_unit_is_zero_for_every_image_and_a_silent_image_for_every_unit():
    layer = layer_of([[-1, 2, -3, 0], [-4, -5, -6, -7], [-1, 1, 1, -0.5]])
    assert dead_units(layer).tolist() == [True, False, False, True]
    assert silent_images(layer).tolist() == [False, True, False]


def test_the_smallest_number_is_not_zero_and_minus_zero_is():
    layer = layer_of([[1, 1]], after=[[1e-45, -0.0]])
    assert dead_units(layer).tolist() == [False, True]
    assert silent_images(layer).tolist() == [False]


def test_what_is_no_number_is_not_dead():
    assert not dead_units(layer_of([[1]], after=[[np.nan]])).any()


def test_saturated_by_hand():
    assert saturated_share(layer_of([[-1, 2, -3, 0]])) == 0.75  # relu: every z <= 0, where torch's gradient is 0 too
    assert saturated_share(layer_of([[-1, 2, -3, 0]], activation="identity")) == 0
    assert saturated_share(layer_of([[-5, -4, 4, 5]], activation="sigmoid")) == 0.5
    assert saturated_share(layer_of([[-np.inf, np.nan, 1, 3]], activation="tanh")) == 0.5  # of those that are finite


def test_softmax_and_an_infinite_layer_have_no_share():
    assert saturated_share(layer_of([[1, 2]], activation="softmax")) is None
    assert saturated_share(layer_of([[np.nan, np.inf]])) is None


SLOPES = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": torch.nn.functional.leaky_relu,
    "elu": torch.nn.functional.elu,
    "gelu": torch.nn.functional.gelu,
    "silu": torch.nn.functional.silu,
    "softplus": torch.nn.functional.softplus,
    "identity": lambda z: z * 1,
}


@pytest.mark.parametrize("name", SLOPES)
@given(z=st.lists(st.floats(-30, 30, width=32), min_size=1, max_size=40))
def test_saturated_is_where_autograds_slope_is_below_a_twentieth_of_its_steepest(name, z):
    def slope(values):
        point = torch.tensor(values, dtype=torch.float64, requires_grad=True)
        SLOPES[name](point).sum().backward()
        return point.grad.abs()

    steepest = slope(np.linspace(-20, 20, 40_001)).max()
    ratio = slope(z) / steepest
    clear = (ratio - 0.05).abs() > 1e-5  # erf of gelu is right to 2e-7 only
    z = np.array(z)[clear.numpy()]
    if len(z):
        expected = float((ratio[clear] < 0.05).double().mean())
        assert saturated_share(layer_of([z], after=[z], activation=name)) == pytest.approx(expected)


def test_the_notebooks_first_exercise_is_saturated_to_87_percent():
    """Table of the course: 784-256-10 from `torch.randn`, sigmoid."""
    randn = netlib.Init("normal", std=1.0)
    shares = []
    for seed in range(10):
        spec = netlib.NetworkSpec((256,), "sigmoid", randn, randn, seed=seed)
        trace = netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec(seed=seed)))
        shares.append(saturated_share(trace.layer("fc1")))
    assert np.mean(shares) == pytest.approx(0.87, abs=0.01)
    assert np.ptp(shares) < 0.04


def test_count_dead_adds_up_the_hidden_layers():
    spec = netlib.NetworkSpec((7, 5), "relu", "zeros", (netlib.Init("constant", value=-1.0), "zeros", "zeros"))
    assert count_dead(netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec(size=3)))) == (12, 12)
    spec = netlib.NetworkSpec(())
    assert count_dead(netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec(size=3)))) == (0, 0)


def test_sizes_shown_keeps_the_first_and_the_last_units():
    assert sizes_shown(5, 8).tolist() == [0, 1, 2, 3, 4]
    assert sizes_shown(100, 5).tolist() == [0, 1, 2, 98, 99]
