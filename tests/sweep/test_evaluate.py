"""A task's rows against networks built and judged one by one; and their bits, whoever computes them beside whom."""

import math
import pickle
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from netlib.activations import ACTIVATIONS
from netlib.backward import gradients_of
from netlib.digits import full_available, sample
from netlib.forward import run
from netlib.network import build
from netlib.problem import Problem
from netlib.spec import BatchSpec, Init, NetworkSpec
from netlib.stats.diagnosis import Case, judge
from netlib.stats.flow import flow
from netlib.stats.outputs import summarise_outputs
from netlib.stats.units import count_dead
from netlib.sweep import rows
from netlib.sweep.evaluate import chunks, evaluate
from netlib.sweep.spec import ShortTraining, Task
from tests.oracles import networks
from tests.stats.test_diagnosis import DESERVED, SOUND

# The first layer takes the signal down so far that it is never too large; what comes back was never taken down.
STEEP = NetworkSpec((64,) * 20, "identity", (Init("normal", std=1e-25), *[Init("normal", std=100.0)] * 20), "zeros")
EXTREME = {
    "no hidden layer": NetworkSpec(()),
    "one unit": NetworkSpec((1, 1)),
    "constant": NetworkSpec((16, 8), "relu", Init("constant", value=0.1)),
    "equal, but listened to differently": NetworkSpec(
        (16, 8), "tanh", (Init("constant", value=0.001), "pytorch", "pytorch"), "zeros"
    ),
    "the gradient alone overflows": STEEP,
    "chaos": NetworkSpec((64,) * 30, "tanh", Init("normal", std=50.0)),
    "far beyond float32": NetworkSpec((64,) * 30, "elu", Init("normal", std=100.0)),
}


def one_by_one(task):
    """Each network's Case, from a Trace of its own."""
    batch = sample(task.batch)
    for network in task.networks():
        trace = run(build(network), batch)
        yield Case(trace, flow(trace, gradients_of(trace)))


def bits(table):
    """A table's bytes, column by column."""
    return {
        name: [np.asarray(value).tobytes() for value in column] if column.dtype == object else column.tolist()
        for name, column in table.items()
    }


def same(found, expected):
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    assert repr(bits(found)) == repr(bits(expected))  # nan is nan here


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_number_is_what_one_network_after_another_gives(activation):
    task = Task(NetworkSpec((24, 16), activation, "kaiming_normal"), (0, 7, 9), BatchSpec(size=12))
    table = evaluate(task)
    for (_, row), case in zip(table.iterrows(), one_by_one(task), strict=True):
        layers, outputs = case.flow.layers, summarise_outputs(case.trace)
        signal = [math.sqrt(layer.signal.second_moment) for layer in layers]
        gradient = [layer.weight.norm for layer in layers]
        np.testing.assert_allclose(row["signal"], signal, rtol=1e-5)
        np.testing.assert_allclose(row["gradient"], gradient, rtol=1e-5)
        assert row["signal_ratio"] == pytest.approx(signal[-1] / signal[0], rel=1e-5)
        assert row["gradient_ratio"] == pytest.approx(gradient[0] / gradient[-1], rel=1e-5)
        assert row["entropy"] == pytest.approx(outputs.entropy, rel=1e-5)
        assert row["cross_entropy"] == pytest.approx(outputs.cross_entropy, rel=1e-5)
        dead, units = count_dead(case.trace)
        assert row["dead"] == dead / units
        flat = [layer.saturated * layer.units for layer in layers[:-1]]
        assert row["saturated"] == pytest.approx(sum(flat) / units, abs=1e-3)
        assert not row["diverged"]
        assert np.isnan([row["loss"], row["held_out_accuracy"], row["steps_to_threshold"]]).all()


@pytest.mark.parametrize("size", [1, 9, 64])
@pytest.mark.parametrize(
    "network",
    [*DESERVED.values(), *SOUND.values(), *EXTREME.values()],
    ids=[*DESERVED, *(f"sound: {kind}" for kind in SOUND), *EXTREME],
)
def test_the_verdict_is_the_worst_that_the_pages_say(network, size):
    task = Task(network, (network.seed,), BatchSpec(size=size))
    assert evaluate(task)["verdict"].tolist() == [judge(case)[0].kind for case in one_by_one(task)]


@given(networks(most_layers=8, most_units=40), st.sampled_from([1, 3, 8, 20]))
@settings(max_examples=25)
def test_any_network_is_judged_alike(network, size):
    task = Task(network, (network.seed,), BatchSpec(size=size))
    assert evaluate(task)["verdict"].tolist() == [judge(case)[0].kind for case in one_by_one(task)]


def test_what_overflows_has_no_number_and_a_gradient_beyond_float32_is_infinite():
    lost = evaluate(Task(DESERVED["overflows"], (0,))).iloc[0]
    assert np.isnan(lost["signal"][-1])
    assert np.isfinite(lost["signal"][0])
    assert np.isnan(lost["gradient"]).all()
    assert np.isnan([lost["signal_ratio"], lost["gradient_ratio"], lost["entropy"], lost["cross_entropy"]]).all()
    steep = evaluate(Task(STEEP, (0,))).iloc[0]
    assert np.isfinite(steep["signal"]).all()
    assert np.isinf([steep["gradient"][0], steep["gradient_ratio"]]).all()
    assert np.isfinite(steep["gradient"][-1])
    assert steep["verdict"] == "explodes"


def test_what_is_not_there_is_nan():
    row = evaluate(Task(NetworkSpec(()), (0,))).iloc[0]
    assert np.isnan([row["signal_ratio"], row["gradient_ratio"], row["dead"], row["saturated"]]).all()
    zeros = evaluate(Task(NetworkSpec((8,), "relu", "zeros", "zeros"), (0, 1)))
    assert np.isnan(zeros[["signal_ratio", "gradient_ratio"]].to_numpy()).all()
    assert (zeros["dead"] == 1).all()
    np.testing.assert_allclose(zeros["entropy"], math.log(10))
    pd.testing.assert_frame_equal(evaluate(Task(NetworkSpec(), ())), rows.empty())


@given(
    st.lists(st.integers(1, 40), max_size=3),
    st.integers(1, 70),
    st.integers(1, 7),
    st.sampled_from([None, ShortTraining(batch_size=1000), ShortTraining(batch_size=900, optimizer="momentum")]),
)
@settings(max_examples=8)
def test_a_row_has_the_same_bits_whichever_seeds_share_its_task(sizes, images, first, training):
    task = Task(NetworkSpec(tuple(sizes), "tanh"), tuple(range(8)), BatchSpec(size=images), training)
    parts = [replace(task, seeds=task.seeds[:first]), replace(task, seeds=task.seeds[first:])]
    same(pd.concat(map(evaluate, parts), ignore_index=True), evaluate(task))


TASKS = (
    Task(NetworkSpec((33, 7), "gelu", "orthogonal"), tuple(range(5)), BatchSpec(size=9)),
    Task(NetworkSpec((32, 16)), (3, 1, 2**32 - 1), training=ShortTraining(batch_size=500)),
)


def test_another_process_with_two_threads_gives_the_same_bits(tmp_path, two_threads):
    """In the other order, too; and no generator that others use has moved."""
    state = torch.get_rng_state()
    code = (
        "import pickle, sys, torch; torch.set_num_threads(2); from netlib.sweep.evaluate import evaluate; "
        "given = pickle.loads(sys.stdin.buffer.read()); "
        "pickle.dump([evaluate(task) for task in given], sys.stdout.buffer)"
    )
    run = subprocess.run([sys.executable, "-c", code], input=pickle.dumps(TASKS[::-1]), capture_output=True, check=True)
    for task, there in zip(TASKS, pickle.loads(run.stdout)[::-1], strict=True):
        same(evaluate(task), there)
        same(evaluate(task), there)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.get_num_threads() == 2


def test_as_many_at_once_as_memory_and_caches_hold():
    for network in (NetworkSpec((16, 16)), NetworkSpec((64,) * 30), NetworkSpec((1024, 1024, 128))):
        for training in (None, ShortTraining()):
            task = Task(network, tuple(range(40)), training=training)
            parts = list(chunks(task))
            assert [seed for part in parts for seed in part] == list(task.seeds)
            kept = 16 * network.parameters if training else 4 * network.parameters
            assert max(map(len, parts)) * kept <= 64 * 2**20 or max(map(len, parts)) == 1
    assert len(next(chunks(Task(NetworkSpec((16, 16)), tuple(range(40)))))) > 8


@pytest.mark.skipif(full_available(), reason="the full MNIST is here")
@pytest.mark.parametrize("training", [None, ShortTraining()])
def test_digits_that_are_not_here_are_said(training):
    with pytest.raises(Problem, match=r"full MNIST|LAYERSCOPE_MNIST"):
        evaluate(Task(NetworkSpec((4,)), (0,), BatchSpec(source="full"), training))
