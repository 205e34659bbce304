"""The twelve traps: the message that torch gives today, why it is a trap, and that the cure cures."""

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - as in the notebook

import netlib
from netlib.lesson.cells import run_cell
from netlib.lesson.traps import TRAPS

BY_NAME = {trap.name: trap for trap in TRAPS}


def broken(name):
    return run_cell(BY_NAME[name].code)


def cured(name):
    outcome = run_cell(BY_NAME[name].cure)
    assert not outcome.failed
    return outcome.said


@pytest.fixture(scope="module")
def logits():
    trace = netlib.run(netlib.build(netlib.NetworkSpec()), netlib.sample(netlib.BatchSpec()))
    return torch.tensor(trace.logits)


def test_there_are_twelve_and_each_cure_runs():
    assert len(TRAPS) == len(BY_NAME) == 12
    for name in BY_NAME:
        cured(name)


def test_trap_01_a_over_b_with_64_10_and_64():
    said = broken("column")
    assert said.failed
    assert "The size of tensor a (10) must match the size of tensor b (64) at non-singleton dimension 1" in said.said
    assert cured("column") == "tensor([1.0000, 1.0000, 1.0000, 1.0000])"


def test_trap_02_a_batch_of_10_raises_nothing_and_is_wrong(logits):
    said = broken("square")
    assert not said.failed
    a = torch.exp(logits[:10])
    assert said.said == repr((a / a.sum(dim=1)).sum(dim=1))
    assert not torch.allclose((a / a.sum(dim=1)).sum(dim=1), torch.ones(10), atol=1e-3)
    assert "0.9" not in cured("square")


def test_trap_03_resized_to_64_1_784_the_whole_batch_gives_ones():
    said = broken("ones").said
    assert "torch.Size([64, 1, 10])" in said
    assert "tensor([1.]" in said
    assert "torch.Size([64, 10])" in cured("ones")


def test_trap_04_resize_is_in_place():
    assert broken("in_place").said == "True\ntorch.Size([784])"
    assert cured("in_place") == "torch.Size([64, 784])\ntorch.Size([28, 28])"


def test_trap_05_not_flattened():
    assert "mat1 and mat2 shapes cannot be multiplied (1792x28 and 784x128)" in broken("not_flattened").said
    assert cured("not_flattened") == "torch.Size([64, 10])"


def test_trap_06_a_naive_softmax_of_logits_around_100_is_nan():
    assert "tensor([[nan, nan, nan]])" in broken("overflow").said
    assert cured("overflow") == repr(torch.softmax(torch.tensor([[100.0, 101.0, 102.0]]), dim=1))


def test_trap_07_a_repeated_key_drops_a_layer():
    said = broken("repeated_key")
    assert not said.failed
    assert said.said.count("ReLU()") == 1
    assert cured("repeated_key").count("ReLU()") == 2


def test_trap_08_dataiter_next_no_longer_exists():
    assert "has no attribute 'next'" in broken("next").said
    assert cured("next") == "torch.Size([64, 1, 28, 28]) torch.Size([64])"


def test_trap_09_linear_keeps_w_as_out_by_in():
    said = broken("transposed").said
    assert said.startswith("torch.Size([128, 784])")
    assert "mat1 and mat2 shapes cannot be multiplied (64x784 and 128x784)" in said
    assert cured("transposed") == "True"


def test_trap_10_fc1_exists_only_after_exercise_3():
    assert broken("no_fc1").said == "AttributeError: 'Network' object has no attribute 'fc1'"
    assert cured("no_fc1") == "torch.Size([128, 784])"


def test_trap_11_softmax_without_dim_only_warns():
    said = broken("no_dim")
    assert said.said.startswith("torch.Size([64, 10])\nUserWarning: Implicit dimension choice for softmax")


def test_trap_12_softmax_and_cross_entropy_loss_are_a_double_softmax():
    labels = torch.arange(10)
    loss = F.cross_entropy(F.one_hot(labels, 10).float(), labels).item()
    assert loss == pytest.approx(math.log(math.e + 9) - 1)
    assert broken("double_softmax").said == f"tensor({loss:.4f})" == "tensor(1.4612)"
    assert cured("double_softmax") == "tensor(0.)"
