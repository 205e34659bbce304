"""The way there and back as lines: measured against plain numpy, theory and seeds against what they are made of."""

import numpy as np
import pytest

import netlib
from netlib.backward import gradients_of
from netlib.ensemble import ensemble
from netlib.spec import BatchSpec, Init, NetworkSpec
from netlib.stats.flow import flow
from netlib.stats.signal import Course, course_table
from netlib.theory.meanfield import mean_field, start_of

BATCH = netlib.sample(BatchSpec(size=32, seed=1))
SEEDS = tuple(range(6))


def course(spec, batch=BATCH, seeds=SEEDS):
    """A course with theory and seeds, and the trace behind it."""
    trace = netlib.run(netlib.build(spec), batch)
    start = start_of(trace.inputs)
    measured = flow(trace, gradients_of(trace))
    theory = mean_field(spec, start.second_moment, start.correlation)
    return Course(measured, theory, ensemble(spec, seeds, batch, ranks=True)), trace


SPECS = {
    "the notebook's": NetworkSpec((128, 64)),
    "no hidden layer": NetworkSpec(()),
    "thirty layers": NetworkSpec((16,) * 30, "tanh"),
    "zeros": NetworkSpec((8, 8), "relu", "zeros", "zeros"),
    "overflow": NetworkSpec((64,) * 30, "relu", Init("normal", std=20.0)),
    "a mix": NetworkSpec((20, 30), ("relu", "sigmoid"), ("pytorch", "constant", "orthogonal")),
}
LINES = ("second_moment", "mean", "correlation", "saturated", "dead", "rank", "weight_gradient", "before_gradient")


@pytest.mark.parametrize("name", SPECS)
def test_every_line_has_a_place_for_the_pixels_and_each_layer(name):
    found, trace = course(SPECS[name])
    for line in (getattr(found, each) for each in LINES):
        assert line.measured.shape == line.beyond.shape == (len(trace.layers) + 1,)
        assert line.theory is None or line.theory.shape == line.measured.shape
        assert line.band is None or line.band.middle.shape == line.measured.shape
        assert not np.isfinite(line.measured[line.beyond]).any()


def test_the_measured_lines_are_those_of_plain_numpy():
    found, trace = course(SPECS["the notebook's"])
    before = [layer.before.astype(np.float64) for layer in trace.layers]
    inputs = trace.inputs.astype(np.float64)
    np.testing.assert_allclose(found.second_moment.measured, [(x**2).mean() for x in (inputs, *before)], rtol=1e-9)
    np.testing.assert_allclose(found.mean.measured[1:], [x.mean() for x in before], rtol=1e-6, atol=1e-12)
    assert np.isnan(found.mean.measured[0])
    cosines = []
    for x in (inputs, *before):
        unit = x / np.linalg.norm(x, axis=1, keepdims=True)
        cosines.append((unit @ unit.T)[np.triu_indices(len(x), 1)].mean())
    np.testing.assert_allclose(found.correlation.measured, cosines, rtol=1e-6)
    norms = [np.linalg.norm(each.weight.astype(float)) for each in gradients_of(trace).layers]
    np.testing.assert_allclose(found.weight_gradient.measured[1:], norms, rtol=1e-6)
    assert np.isnan(found.weight_gradient.measured[0])


def test_the_theory_of_the_gradient_starts_from_the_last_layers_own():
    found, _ = course(SPECS["the notebook's"])
    line = found.before_gradient
    assert line.theory[-1] == pytest.approx(line.measured[-1])
    assert line.theory[1] == pytest.approx(line.measured[1], rel=0.3)


def test_the_band_is_that_of_the_seeds():
    found, _ = course(SPECS["the notebook's"])
    low, high = np.percentile(found.ensemble.second_moment, [10, 90], axis=0)
    np.testing.assert_allclose(found.second_moment.band.low[1:], low, rtol=1e-9)
    np.testing.assert_allclose(found.second_moment.band.high[1:], high, rtol=1e-9)
    assert np.isnan(found.second_moment.band.low[0])
    assert found.inside == len(SEEDS)


def test_what_is_beyond_float32_is_marked_and_not_drawn():
    found, trace = course(SPECS["overflow"])
    beyond = [not np.isfinite(layer.before).all() for layer in trace.layers]
    assert any(beyond)
    assert found.second_moment.beyond.tolist() == [False, *beyond]
    assert found.inside == 0


def test_weights_that_nobody_drew_have_neither_theory_nor_seeds():
    trace = netlib.run(netlib.build(NetworkSpec((8,))), BATCH)
    alone = Course(flow(trace, gradients_of(trace)))
    for line in (getattr(alone, each) for each in LINES):
        assert line.theory is None
        assert line.band is None


@pytest.mark.parametrize("name", SPECS)
def test_the_table_has_a_row_a_layer_and_the_lines_numbers(name):
    found, trace = course(SPECS[name])
    table = course_table(found)
    assert list(table["layer"]) == [layer.name for layer in trace.layers]
    np.testing.assert_array_equal(table["second_moment"], found.second_moment.measured[1:])
    np.testing.assert_array_equal(table["weight_gradient"], found.weight_gradient.measured[1:])
    assert len(set(table.columns)) == len(table.columns)
