"""What may be asked: defaults, bounds, and a registry that is torch's own."""

import pickle
import subprocess
import sys

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import netlib.training
from netlib.problem import Problem
from netlib.spec import NetworkSpec
from netlib.training.spec import ACTIONS, OPTIMIZERS, Command, TrainSpec


def test_a_spec_alone_loads_no_torch():
    code = "import sys, netlib.training, netlib.training.spec as s; s.TrainSpec(); print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize("name", netlib.training.__all__)
def test_the_public_face_keeps_what_it_promises(name):
    assert getattr(netlib.training, name) is not None
    assert name in dir(netlib.training)


def test_the_public_face_has_nothing_else():
    with pytest.raises(AttributeError, match=r"module 'netlib.training' has no attribute 'nothing'"):
        _ = netlib.training.nothing


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimiser_is_one_of_torchs_own_with_arguments_that_it_takes(name):
    rule = OPTIMIZERS[name]
    weights = [torch.zeros(2, requires_grad=True)]
    made = getattr(torch.optim, rule.module)(weights, lr=rule.learning_rate, fused=True, **rule.keywords)
    assert {key: made.defaults[key] for key in rule.keywords} == rule.keywords
    assert TrainSpec(optimizer=name).rate == rule.learning_rate


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"optimizer": "lion"}, "optimizer must be one of sgd, momentum, adam, adamw; given: lion."),
        ({"learning_rate": 0}, "learning_rate must be a number from 1e-06 to 100; given: 0."),
        ({"learning_rate": float("nan")}, "learning_rate must be a number from 1e-06 to 100; given: nan."),
        ({"learning_rate": "0.1"}, "learning_rate must be a number from 1e-06 to 100; given: 0.1."),
        ({"batch_size": 0}, "batch_size must be a whole number from 1 to 1024; given: 0."),
        ({"batch_size": 64.0}, "batch_size must be a whole number from 1 to 1024; given: 64.0."),
        ({"weight_decay": -0.1}, "weight_decay must be a number from 0 to 1; given: -0.1."),
        ({"dropout": 0.95}, "dropout must be a number from 0 to 0.9; given: 0.95."),
        ({"dropout": True}, "dropout must be a number from 0 to 0.9; given: True."),
        ({"seed": -1}, "seed must be a whole number from 0 to 4294967295; given: -1."),
        ({"source": "web"}, "source must be one of bundled, full; given: web."),
    ],
)
def test_what_is_out_of_bounds_is_said_in_one_sentence(changes, said):
    with pytest.raises(Problem) as caught:
        TrainSpec(**changes)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("action", "value", "said"),
    [
        ("fly", None, f"action must be one of {', '.join(ACTIONS)}; given: fly."),
        ("start", 0, "epochs must be a whole number from 1 to 1000; given: 0."),
        ("start", 2.5, "epochs must be a whole number from 1 to 1000; given: 2.5."),
        ("learning_rate", None, "learning_rate must be a number from 1e-06 to 100; given: None."),
        ("learning_rate", 1000, "learning_rate must be a number from 1e-06 to 100; given: 1000."),
        ("batch_size", 2000, "batch_size must be a whole number from 1 to 1024; given: 2000."),
    ],
)
def test_a_command_that_makes_no_sense_is_refused(action, value, said):
    with pytest.raises(Problem) as caught:
        Command(action, value)
    assert str(caught.value) == said


@given(
    st.builds(
        TrainSpec,
        network=st.sampled_from([NetworkSpec(), NetworkSpec(()), NetworkSpec((3, 2), seed=9)]),
        optimizer=st.sampled_from(list(OPTIMIZERS)),
        learning_rate=st.none() | st.floats(1e-6, 100),
        batch_size=st.integers(1, 1024),
        weight_decay=st.floats(0, 1) | st.sampled_from([0, 1, -0.0]),
        dropout=st.floats(0, 0.9),
        seed=st.integers(0, 2**32 - 1),
    )
)
def test_a_spec_crosses_to_another_process_whole_and_is_a_key(spec):
    again = pickle.loads(pickle.dumps(spec))
    assert again == spec
    assert hash(again) == hash(spec)
    assert str(spec.weight_decay) != "-0.0"
