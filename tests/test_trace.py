import dataclasses

import numpy as np
import pytest

from netlib.trace import LayerTrace, Trace, frozen


def layer(name, fan_in, fan_out, n=3, activation="relu"):
    start = float(fan_in)
    return LayerTrace(
        name=name,
        activation=activation,
        weight=frozen(np.arange(fan_in * fan_out, dtype=np.float32).reshape(fan_out, fan_in)),
        bias=frozen(np.zeros(fan_out, dtype=np.float32)),
        before=frozen(np.full((n, fan_out), start, dtype=np.float32)),
        after=frozen(np.full((n, fan_out), start + 1, dtype=np.float32)),
    )


@pytest.fixture
def trace():
    return Trace(
        images=frozen(np.linspace(-1, 1, 3 * 784, dtype=np.float32).reshape(3, 1, 28, 28)),
        labels=frozen(np.array([7, 2, 1])),
        layers=(layer("fc1", 784, 5), layer("fc2", 5, 4), layer("output", 4, 10, activation="softmax")),
    )


def test_logits_and_probabilities_are_the_last_layer_before_and_after_softmax(trace):
    assert trace.logits is trace.layers[-1].before
    assert trace.probabilities is trace.layers[-1].after


def test_hidden_layers_are_all_but_the_output(trace):
    assert [one.name for one in trace.hidden] == ["fc1", "fc2"]
    assert [one.is_output for one in trace.layers] == [False, False, True]


def test_inputs_are_the_images_flattened_row_by_row(trace):
    assert trace.inputs.shape == (3, 784)
    assert trace.inputs[1, 28 * 5 + 9] == trace.images[1, 0, 5, 9]
    assert not trace.inputs.flags.writeable


def test_each_layer_receives_what_the_one_before_it_sends(trace):
    np.testing.assert_array_equal(trace.inputs_of("fc1"), trace.inputs)
    assert trace.inputs_of("fc2") is trace.layers[0].after
    assert trace.inputs_of("output") is trace.layers[1].after


def test_layers_are_found_by_name(trace):
    assert trace.layer("fc2") is trace.layers[1]


@pytest.mark.parametrize("look", ["layer", "inputs_of"])
def test_a_layer_that_is_not_there_is_a_key_error(trace, look):
    with pytest.raises(KeyError, match="fc9"):
        getattr(trace, look)("fc9")


def test_parameters_are_weights_and_biases(trace):
    assert [one.parameters for one in trace.layers] == [785 * 5, 6 * 4, 5 * 10]


def test_memory_is_that_of_all_arrays():
    n, fan_out = 3, 10
    trace = Trace(
        images=frozen(np.zeros((n, 1, 28, 28), np.float32)),
        labels=frozen(np.zeros(n, np.int64)),
        layers=(layer("output", 784, fan_out, activation="softmax"),),
    )
    assert trace.nbytes == 4 * (n * 784 + 784 * fan_out + fan_out + 2 * n * fan_out) + 8 * n


def test_nothing_in_it_can_be_replaced(trace):
    for thing in (trace, trace.layers[0]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            thing.name = "other"


def test_two_traces_are_equal_only_if_they_are_one():
    """Comparing arrays with == gives an array: dataclass equality would raise. So it is identity, and hashable."""
    a, b = layer("fc1", 2, 2), layer("fc1", 2, 2)
    assert a != b
    assert len({a, b}) == 2


@pytest.mark.parametrize("array", [np.arange(6).reshape(2, 3), np.arange(6).reshape(2, 3).T, np.arange(12)[::2]])
def test_frozen_arrays_hold_the_same_numbers_in_a_row_and_cannot_be_written(array):
    still = frozen(array)
    np.testing.assert_array_equal(still, array)
    assert still.flags.c_contiguous
    with pytest.raises(ValueError, match="read-only"):
        still[0] = 1
