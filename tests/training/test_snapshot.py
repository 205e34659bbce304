"""What is seen: whole and read-only on the other side of a pipe; curves bounded and even."""

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.training.snapshot import GONE, STATES, History, LayerLook, Look, Point, Snapshot


def point(step, layers=2):
    return Point(step, step / 63, 1.0, 0.5, 1.5, 0.25, (0.1,) * layers, (0.01,) * layers, (float("nan"), 3.0)[:layers])


def snapshot(step):
    numbers = np.arange(3)
    layer = LayerLook("fc1", "relu", 2, 0.1, 0.01, 1, *(numbers.copy() for _ in range(6)))
    output = LayerLook("output", "softmax", 10, 0.2, 0.02, None, *(numbers.copy() for _ in range(6)))
    return Snapshot(step, 0.5, 1.0, 0.5, 64, 1.5, 0.25, 1000, 1000, (layer, output), np.zeros((2, 28, 28)), 0.1, 64)


def test_a_snapshot_crosses_a_pipe_whole_and_stays_read_only():
    made = snapshot(7)
    again = pickle.loads(pickle.dumps(made))
    assert (again.step, again.layers[0].name, again.layers[1].dead) == (7, "fc1", None)
    assert np.array_equal(again.pictures, made.pictures)
    for one in (made, again):
        arrays = [one.pictures, *(v for layer in one.layers for v in vars(layer).values() if isinstance(v, np.ndarray))]
        assert len(arrays) == 13
        assert not any(array.flags.writeable for array in arrays)


def test_a_snapshot_is_a_point_of_the_curves():
    made = snapshot(7).point
    assert (made.step, made.epoch, made.held_out_accuracy, made.gradient_norms) == (7, 0.5, 0.25, (0.1, 0.2))
    assert made.dead[0] == 1
    assert math.isnan(made.dead[1])


@given(st.lists(st.integers(1, 50), max_size=400), st.integers(4, 60))
def test_curves_are_bounded_in_order_and_have_both_ends(gaps, most):
    history = History(most)
    steps = [0, *np.cumsum(gaps, dtype=int).tolist()]
    for step in steps:
        history.add(point(step))
    curves = history.curves
    assert 1 <= len(curves) <= most
    assert (curves.steps[0], curves.steps[-1]) == (0, steps[-1])
    assert np.all(np.diff(curves.steps) > 0)
    assert set(curves.steps.tolist()) <= set(steps)
    assert curves.gradient_norms.shape == curves.dead.shape == (len(curves), 2)


def test_points_are_let_go_evenly():
    history = History(60)
    for step in range(10_000):
        history.add(point(step))
    gaps = np.diff(history.curves.steps)
    assert len(gaps) > 28
    assert gaps.max() / np.median(gaps) <= 2


def test_a_run_that_begins_anew_takes_its_curves_back():
    history = History()
    for step in (0, 10, 20, 30):
        history.add(point(step))
    history.add(point(20))
    assert history.curves.steps.tolist() == [0, 10, 20]
    history.add(point(0))
    assert history.curves.steps.tolist() == [0]


def test_curves_are_read_only_and_made_once():
    history = History()
    assert len(history.curves) == 0
    history.add(point(0))
    curves = history.curves
    assert curves is history.curves
    assert not any(array.flags.writeable for array in vars(curves).values())
    with pytest.raises(ValueError, match="read-only"):
        curves.dead[0, 0] = 1


@pytest.mark.parametrize("state", STATES)
def test_a_look_says_whether_there_is_more_to_see(state):
    look = Look(state)
    assert look.here == (state != "gone")
    assert look.changing == (state in ("waiting", "running"))
    assert GONE.state == "gone"
