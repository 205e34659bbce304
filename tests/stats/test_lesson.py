"""The lesson's measures against torch and against closed forms."""

import math

import numpy as np
import pytest
import torch

import netlib
from netlib import BatchSpec, Init, NetworkSpec
from netlib.stats.lesson import (
    EXERCISE_1,
    STDS,
    TRAP_SHAPES,
    axis_softmax,
    collapse,
    histogram,
    saturated_share,
    sweep,
    trap_rows,
    unit_normal,
)
from netlib.stats.outputs import summarise_outputs


def trace_of(spec, size=64):
    return netlib.run(netlib.build(spec), netlib.sample(BatchSpec(size=size)))


@pytest.mark.parametrize("dim", [0, 1])
def test_softmax_along_an_axis_is_torchs(dim):
    logits = trace_of(NetworkSpec()).logits
    result = axis_softmax(logits, dim)
    expected = torch.tensor(logits).double().softmax(dim=dim)
    assert result.values == pytest.approx(expected.numpy())
    assert result.row_sums == pytest.approx(expected.sum(dim=1).numpy())
    assert result.column_sums == pytest.approx(expected.sum(dim=0).numpy())


def test_the_widths_run_evenly_from_a_thousandth_to_ten():
    assert STDS[0] == 0.001
    assert STDS[-1] == 10
    assert 0.01 in STDS
    assert 1.0 in STDS
    assert np.diff(np.log10(STDS)) == pytest.approx(0.1, abs=0.02)


@pytest.mark.parametrize("std", [0.001, 0.05, 1.0, 10.0])
@pytest.mark.parametrize("sizes", [(), (128, 64), (16,) * 5])
def test_one_draw_scaled_is_the_network_drawn_with_that_std(std, sizes):
    network = NetworkSpec(sizes, "tanh", seed=4)
    result = sweep(trace_of(unit_normal(network)), (std,))
    direct = summarise_outputs(trace_of(NetworkSpec(sizes, "tanh", Init("normal", std=std), "zeros", 4)))
    assert result.top[0] == pytest.approx(direct.top_probability, rel=1e-3)
    assert result.entropy[0] == pytest.approx(direct.entropy, rel=2e-3, abs=1e-4)
    assert result.cross_entropy[0] == pytest.approx(direct.cross_entropy, rel=1e-3)


@pytest.mark.parametrize("activation", ["relu", "gelu", "softplus", "sigmoid", "identity"])
def test_a_sweep_of_thirty_layers_has_numbers_only(activation):
    result = sweep(trace_of(unit_normal(NetworkSpec((64,) * 30, activation)), 4))
    for values in (result.top, result.entropy, result.cross_entropy):
        assert np.isfinite(values).all()
        assert not values.flags.writeable
    assert result.nbytes < 2_000
    assert (result.top >= 0.0999).all()


def test_small_weights_are_uniform_and_large_ones_are_not():
    result = sweep(trace_of(unit_normal(NetworkSpec())))
    assert result.entropy[0] == pytest.approx(math.log(10), abs=1e-6)
    assert result.top[-1] > 0.99
    assert result.cross_entropy[-1] > 1_000


def test_identity_layers_are_one_matrix():
    trace = trace_of(NetworkSpec((128, 64), "identity"))
    result = collapse(trace, "identity")
    model = netlib.build(NetworkSpec((128, 64), "identity"))
    matrix = (model.output.weight.double() @ model.fc2.weight.double() @ model.fc1.weight.double()).detach()
    assert result.matrix == pytest.approx(matrix.numpy())
    assert result.stacked == pytest.approx(trace.logits, abs=1e-5)
    assert result.single == pytest.approx(trace.logits, abs=1e-5)
    assert result.difference < 1e-12


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_others_are_not(activation):
    assert collapse(trace_of(NetworkSpec()), activation).difference > 0.1


def test_zeros_collapse_without_a_division_by_zero():
    result = collapse(trace_of(NetworkSpec((8,), "relu", "zeros", "zeros")), "relu")
    assert result.difference == 0


def test_exercise_1_is_saturated_and_its_own_counts():
    assert EXERCISE_1.parameters == 203_530
    assert 0.8 < saturated_share(trace_of(EXERCISE_1)) < 0.95
    assert saturated_share(trace_of(NetworkSpec((256,), "sigmoid"))) == 0


def test_shares_add_up_to_one():
    centres, share = histogram(np.array([0.1, 0.1, 0.9, 0.5]), 0, 1, 10)
    assert share.sum() == 1
    assert centres[0] == pytest.approx(0.05)
    assert share[1] == 0.5


def test_the_numbers_of_the_traps_that_deceive():
    logits = trace_of(NetworkSpec()).logits
    a = torch.exp(torch.tensor(logits[:10]).double())
    wrong, right = trap_rows("square", logits)
    assert wrong == pytest.approx((a / a.sum(dim=1)).sum(dim=1).numpy())
    assert right == pytest.approx(np.ones(10))
    wrong, right = trap_rows("ones", logits)
    assert (wrong == 1).all()
    assert right.sum() == pytest.approx(1)
    assert trap_rows("overflow", logits)[1].sum() == pytest.approx(1)
    wrong, right = trap_rows("double_softmax", logits)
    assert wrong.max() == pytest.approx(math.e / (math.e + 9))
    assert right.max() == 1
    wrong, right = trap_rows("no_dim", logits)
    three_axes = torch.tensor(logits).double().view(-1, 1, 10)
    with pytest.warns(UserWarning, match="Implicit dimension"):
        assert wrong == pytest.approx(torch.nn.functional.softmax(three_axes)[0, 0].numpy())
    assert right == pytest.approx(three_axes.softmax(dim=2)[0, 0].numpy())
    assert trap_rows("column", logits) is None
    assert set(TRAP_SHAPES) & {"square", "ones", "overflow", "double_softmax"} == set()
