"""Curves against torch, saturated zones against their closed forms, and a network without activations."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import netlib
from netlib.activations import ACTIVATIONS
from netlib.stats.curves import REACH, collapse, curve, saturated_zones
from tests.oracles import networks

# Where the slope is a twentieth of the steepest one, by hand.
LOGIT = math.log((1 + math.sqrt(0.95)) / (1 - math.sqrt(0.95)))  # s(1 - s) = 0.05 / 4
CLOSED_FORMS = {
    "sigmoid": [(-math.inf, -LOGIT), (LOGIT, math.inf)],
    "tanh": [(-math.inf, -LOGIT / 2), (LOGIT / 2, math.inf)],  # tanh z = 2 sigmoid(2 z) - 1
    "relu": [(-math.inf, 0)],
    "leaky_relu": [(-math.inf, 0)],
    "elu": [(-math.inf, math.log(0.05))],
    "softplus": [(-math.inf, math.log(0.05 / 0.95))],
    "identity": [],
}


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_zones_have_their_closed_form(name):
    np.testing.assert_allclose(saturated_zones(name), CLOSED_FORMS[name] or np.empty(0), atol=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(z=st.floats(-60, 60))
def test_a_number_is_saturated_exactly_in_a_zone(name, z):
    zones = saturated_zones(name)
    inside = any(start <= z <= end for start, end in zones)
    near_an_edge = any(abs(z - edge) < 1e-9 for zone in zones for edge in zone)
    assert near_an_edge or inside == bool(ACTIVATIONS[name].saturated(np.array(z)))


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("ends", [(-REACH, REACH), (-1e9, 2e9), (-6.0, 3e38), (-100.0, 6.0)])
def test_a_curve_is_torchs_function_and_autograds_slope(name, ends):
    drawn = curve(name, *ends)
    z = torch.tensor(drawn.z, dtype=torch.float64, requires_grad=True)
    value = getattr(torch.nn, ACTIVATIONS[name].module)()(z)
    value.sum().backward()
    np.testing.assert_allclose(drawn.value, value.detach(), rtol=1e-5, atol=2e-6)
    kink = drawn.z == 0  # a matter of taste there
    np.testing.assert_allclose(drawn.slope[~kink], z.grad[~kink], rtol=1e-5, atol=2e-6)
    assert (np.diff(drawn.z) > 0).all()
    assert drawn.z[0] == np.float32(ends[0])
    assert drawn.z[-1] == np.float32(ends[1])
    assert all(ends[0] <= start < end <= ends[1] for start, end in drawn.zones)


def test_a_curve_ends_where_float32_does():
    drawn = curve("identity", -1e40, 1e40)
    assert np.isfinite(drawn.z).all()
    assert drawn.zones == ()


def trace_of(spec, size=5):
    return netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec(size=size)))


@given(networks(most_layers=4, most_units=40))
def test_without_activations_every_network_is_one_matrix(spec):
    found = collapse(trace_of(spec))
    assert found.layers == len(spec.layers)
    assert found.parameters == spec.parameters
    assert found.single == 7_850
    assert found.difference < 1e-9


def test_the_collapsed_network_is_what_torch_computes_with_identity():
    spec = netlib.NetworkSpec((20, 30), "identity", "kaiming_normal")
    trace = trace_of(spec)
    model = netlib.build(spec).double()
    weights = [model.fc1.weight, model.fc2.weight, model.output.weight]
    product = torch.linalg.multi_dot(weights[::-1])
    bias = model.output.bias + weights[2] @ (model.fc2.bias + weights[1] @ model.fc1.bias)
    expected = torch.tensor(trace.inputs, dtype=torch.float64) @ product.T + bias
    np.testing.assert_allclose(trace.logits, expected.detach(), atol=1e-4)
    assert collapse(trace).difference < 1e-12


def test_a_network_of_zeros_collapses_without_a_warning():
    assert collapse(trace_of(netlib.NetworkSpec((3,), "relu", "zeros", "zeros"))).difference == 0
