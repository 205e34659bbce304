"""`run` against `torch.nn.functional` and plain numpy, written out by hand."""

import dataclasses
import random
from collections import OrderedDict

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit, and the notebook's
from hypothesis import given, settings
from torch import nn

from netlib.activations import ACTIVATIONS
from netlib.forward import logits, run
from netlib.network import build
from netlib.spec import Init, NetworkSpec
from tests.oracles import networks, noise


def arrays(trace):
    yield from (trace.images, trace.labels, trace.logits, trace.probabilities, trace.inputs)
    for layer in trace.layers:
        yield from (layer.weight, layer.bias, layer.before, layer.after)


# One line an activation, from torch.nn.functional's documentation; a new entry falls back to its module.
FUNCTIONAL = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": F.relu,
    "leaky_relu": lambda x: F.leaky_relu(x, 0.01),
    "elu": lambda x: F.elu(x, alpha=1.0),
    "gelu": lambda x: F.gelu(x, approximate="none"),
    "silu": F.silu,
    "softplus": F.softplus,
    "identity": lambda x: x,
}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_layer_is_what_functional_computes(activation):
    model, batch = build(NetworkSpec((128, 64), activation, seed=4)), noise(64)
    phi = FUNCTIONAL.get(activation) or getattr(nn, ACTIVATIONS[activation].module)()
    trace = run(model, batch)

    x = torch.tensor(batch.images).view(64, 784)
    with torch.no_grad():
        z1 = F.linear(x, model.fc1.weight, model.fc1.bias)
        z2 = F.linear(phi(z1), model.fc2.weight, model.fc2.bias)
        logits = F.linear(phi(z2), model.output.weight, model.output.bias)
        expected = {
            "fc1": (z1, phi(z1)),
            "fc2": (z2, phi(z2)),
            "output": (logits, F.softmax(logits, dim=1)),
        }
    assert [layer.name for layer in trace.layers] == list(expected)
    assert [layer.activation for layer in trace.layers] == [activation, activation, "softmax"]
    for layer in trace.layers:
        before, after = expected[layer.name]
        np.testing.assert_allclose(layer.before, before.numpy(), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(layer.after, after.numpy(), rtol=1e-5, atol=1e-6)


@given(networks(most_layers=5, most_units=50))
@settings(max_examples=30)
def test_any_network_is_x_times_w_transposed_plus_b_layer_by_layer(spec):
    """In float64 numpy, from the trace's own weights: the layers fit together whatever the spec."""
    trace = run(build(spec), noise(5))
    received = trace.inputs
    for layer, choice in zip(trace.layers, spec.layers, strict=True):
        expected = received.astype(np.float64) @ layer.weight.astype(np.float64).T + layer.bias
        # float32 sums err by about their length times its rounding of the largest terms
        terms = np.abs(received).astype(np.float64) @ np.abs(layer.weight).astype(np.float64).T + np.abs(layer.bias)
        if np.isfinite(terms).all() and terms.max() < 1e37:
            assert (np.abs(layer.before - expected) <= 1e-4 * terms + 1e-37).all()
        assert layer.name == choice.name
        assert layer.activation == choice.activation
        received = layer.after


def test_the_probabilities_are_what_the_model_itself_returns():
    model, batch = build(NetworkSpec((32, 16), "tanh", "xavier_normal", seed=1)), noise(17)
    expected = model(torch.tensor(batch.images).flatten(1)).detach().numpy()
    np.testing.assert_allclose(run(model, batch).probabilities, expected, rtol=1e-5, atol=1e-7)


def test_softmax_is_stable_and_adds_up_to_one():
    """Logits in the hundreds, where a naive exp overflows (trap 6 of the notebook)."""
    trace = run(build(NetworkSpec((128, 64), "relu", Init("normal", std=1.0), seed=2)), noise(64))
    assert np.abs(trace.logits).max() > 100
    np.testing.assert_allclose(trace.probabilities.sum(axis=1), 1, atol=1e-5)
    shifted = trace.logits.astype(np.float64) - trace.logits.max(axis=1, keepdims=True)
    expected = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(trace.probabilities, expected, atol=1e-5)


@pytest.mark.parametrize("n", [1, 2, 64, 256])
def test_shapes_and_types_are_those_of_the_docstring(n):
    trace = run(build(NetworkSpec((12, 8))), noise(n))
    assert trace.images.shape == (n, 1, 28, 28)
    assert trace.labels.shape == (n,)
    assert trace.inputs.shape == (n, 784)
    assert trace.logits.shape == trace.probabilities.shape == (n, 10)
    assert [layer.before.shape for layer in trace.layers] == [(n, 12), (n, 8), (n, 10)]
    assert [layer.after.shape for layer in trace.layers] == [(n, 12), (n, 8), (n, 10)]
    assert [layer.weight.shape for layer in trace.layers] == [(12, 784), (8, 12), (10, 8)]
    assert [layer.bias.shape for layer in trace.layers] == [(12,), (8,), (10,)]
    for layer in trace.layers:
        assert {a.dtype for a in (layer.weight, layer.bias, layer.before, layer.after)} == {np.dtype(np.float32)}


def test_a_network_without_hidden_layers_runs():
    trace = run(build(NetworkSpec(())), noise(3))
    assert [layer.name for layer in trace.layers] == ["output"]
    assert trace.hidden == ()


def test_every_array_is_read_only():
    for array in arrays(run(build(NetworkSpec((8,))), noise(3))):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_model_trained_further_does_not_change_the_trace():
    model = build(NetworkSpec((8,)))
    trace = run(model, noise(3))
    before = [array.copy() for array in arrays(trace)]
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(1)
    for old, now in zip(before, arrays(trace), strict=True):
        np.testing.assert_array_equal(old, now)


def test_the_batch_stays_its_owners_and_later_changes_to_it_do_not_reach_the_trace():
    batch = noise(3)
    images, labels = batch.images.copy(), batch.labels.copy()
    trace = run(build(NetworkSpec((8,))), batch)
    batch.images[:] = 0
    batch.labels[:] = 0
    np.testing.assert_array_equal(trace.images, images)
    np.testing.assert_array_equal(trace.labels, labels)


def test_a_batch_that_nobody_can_write_to_is_not_copied():
    batch = noise(3)
    batch.images.flags.writeable = False
    assert np.shares_memory(run(build(NetworkSpec((8,))), batch).images, batch.images)


def test_memory_is_that_of_weights_and_of_what_each_image_makes():
    n, spec = 64, NetworkSpec((128, 64))
    batch = noise(n)
    activations = 2 * n * (128 + 64 + 10)
    assert run(build(spec), batch).nbytes == 4 * (109_386 + activations + n * 784) + batch.labels.nbytes


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_network_whose_numbers_overflow_still_runs_in_silence(activation):
    """Twenty layers that multiply by about 400 each pass float32's range: infinities and nan, no warning, no error."""
    trace = run(build(NetworkSpec((64,) * 20, activation, Init("normal", std=100))), noise(4))
    assert trace.probabilities.shape == (4, 10)


def test_the_same_model_and_batch_give_the_same_bits_with_any_number_of_threads():
    model, batch = build(NetworkSpec((1024, 512), "gelu", "kaiming_normal")), noise(256)
    before = torch.get_num_threads()
    found = set()
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            found.add(run(model, batch).logits.tobytes())
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert len(found) == 1


def test_no_shared_generator_moves_and_no_gradient_is_kept():
    before = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()  # noqa: NPY002
    model = build(NetworkSpec((8,)))
    run(model, noise(3))
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.random.get_state()[1].tolist() == before[1]  # noqa: NPY002
    assert random.getstate() == before[2]
    assert all(parameter.grad is None for parameter in model.parameters())
    assert torch.is_grad_enabled()


class NotebooksNetwork(nn.Module):
    """The class of the notebook: its modules are not in the order of its `forward`."""

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(784, 256)
        self.output = nn.Linear(256, 10)
        self.sigmoid = nn.Sigmoid()
        self.softmax = nn.Softmax(dim=1)

    def forward(self, x):
        return self.softmax(self.output(self.sigmoid(self.hidden(x))))


def pairs(*modules):
    return nn.Sequential(OrderedDict((f"m{i}", module) for i, module in enumerate(modules)))


@pytest.mark.parametrize(
    "model",
    [
        nn.Sequential(),
        pairs(nn.Linear(784, 10)),
        pairs(nn.Linear(784, 10), nn.Softmax(dim=1), nn.Linear(10, 10)),
        pairs(nn.Flatten(), nn.Linear(784, 10)),
        pairs(nn.Linear(784, 10), nn.Linear(10, 10)),
        pairs(nn.Linear(784, 10), nn.ReLU()),
        pairs(nn.ReLU(), nn.Linear(784, 10), nn.Linear(10, 10), nn.Softmax(dim=1)),
        pairs(nn.Linear(784, 10, bias=False), nn.Softmax(dim=1)),
        NotebooksNetwork(),
    ],
    ids=["empty", "no activation", "odd", "flatten first", "two linear", "no softmax", "shifted", "no bias", "a class"],
)
def test_a_model_of_another_build_is_refused_with_a_sentence(model):
    with pytest.raises(ValueError, match="model must"):
        run(model, noise(2))


def test_a_trace_is_frozen():
    trace = run(build(NetworkSpec((8,))), noise(2))
    with pytest.raises(dataclasses.FrozenInstanceError):
        trace.images = None


@pytest.mark.parametrize("count", [1, 250, 601])
def test_the_logits_alone_are_those_of_the_trace(count):
    model = build(NetworkSpec((9, 7), "gelu"))
    digits = noise(count)
    with torch.no_grad():
        expected = model[:-1](torch.tensor(digits.images).flatten(1)).numpy()
    found = logits(model, digits.images)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    assert not found.flags.writeable
    np.testing.assert_array_equal(logits(model, digits.images.reshape(count, 784)), found)
