"""The small trainings: against autograd written out, and units that never separate."""

import numpy as np
import pytest
import torch
from torch import nn

import netlib
from netlib.lesson.experiments import RATES, STARTS, UNITS, functional, symmetry, training


@pytest.fixture(scope="module")
def trace():
    return netlib.run(netlib.build(netlib.NetworkSpec()), netlib.sample(netlib.BatchSpec()))


@pytest.mark.parametrize("start", ["zeros", "constant"])
@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh", "gelu", "identity"])
def test_units_that_start_equal_stay_equal(trace, start, activation):
    result = symmetry(trace, start, activation, 0)
    assert result.groups.shape == (7, UNITS)
    assert (result.groups == 0).all()
    assert (result.different == 1).all()


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_units_that_chance_made_different_stay_different(trace, activation):
    result = symmetry(trace, "xavier_uniform", activation, 3)
    assert (result.different == UNITS).all()
    assert result.moved > 0


def test_equal_units_do_move_and_zeros_with_relu_do_not(trace):
    assert symmetry(trace, "constant", "relu", 0).moved > 1e-4
    assert symmetry(trace, "zeros", "relu", 0).moved == 0


def test_losses_are_those_of_torchs_own_sgd(trace):
    model = netlib.build(netlib.NetworkSpec())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    images, labels = torch.tensor(trace.inputs), torch.tensor(trace.labels)
    expected = []
    for _ in range(16):
        loss = nn.CrossEntropyLoss()(model[:-1](images), labels)
        expected.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert training(trace, netlib.NetworkSpec(), 0.1) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("rate", RATES)
def test_an_exploding_network_ends_early_and_says_only_numbers(rate):
    spec = netlib.NetworkSpec((64,) * 20, "relu", netlib.Init("normal", std=10.0))
    trace = netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec()))
    losses = training(trace, spec, rate)
    assert np.isfinite(losses).all()


@pytest.mark.parametrize("spec", [netlib.NetworkSpec((256,), "sigmoid"), netlib.NetworkSpec(), netlib.NetworkSpec(())])
def test_the_functional_form_gives_the_same_bits(spec):
    trace = netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec()))
    assert np.array_equal(functional(trace), trace.probabilities)


def test_the_starts_are_those_of_the_registry():
    assert list(STARTS) == ["zeros", "constant", "xavier_uniform"]
