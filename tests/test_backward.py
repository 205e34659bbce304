"""The gradients against finite differences in float64, and against plain autograd with nothing of ours in between."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from torch import nn
from torch.nn import functional

from netlib.activations import ACTIVATIONS
from netlib.backward import gradients, gradients_of
from netlib.forward import run
from netlib.network import build
from netlib.spec import Init, NetworkSpec
from tests.oracles import networks, noise


def by_autograd(model, batch):
    """Loss and (weight, bias, before, after) a layer, by `backward()` on the plain model and `retain_grad`."""
    x = torch.tensor(batch.images).flatten(1)
    kept = []
    modules = list(model)
    for linear, activation in zip(modules[::2], modules[1::2], strict=True):
        before = linear(x)
        x = activation(before) if activation is not modules[-1] else before
        before.retain_grad()
        x.retain_grad()
        kept.append((linear, before, x))
    loss = functional.cross_entropy(x, torch.tensor(batch.labels))
    loss.backward()
    found = [(linear.weight.grad, linear.bias.grad, before.grad, after.grad) for linear, before, after in kept]
    model.zero_grad()
    return loss.item(), [[gradient.numpy() for gradient in layer] for layer in found]


def assert_same(measured, expected, tolerance=1e-6):
    loss, layers = expected
    assert measured.loss == pytest.approx(loss, rel=1e-6)
    for layer, (weight, bias, before, after) in zip(measured.layers, layers, strict=True):
        pairs = [(layer.weight, weight), (layer.bias, bias), (layer.before, before)]
        if layer.after is not None:
            pairs.append((layer.after, after))
        for given_, truth in pairs:
            assert given_.shape == truth.shape
            assert np.abs(given_ - truth).max() <= tolerance * max(np.abs(truth).max(), 1e-30), layer.name


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_layer_has_what_plain_autograd_gives(activation):
    model, batch = build(NetworkSpec((40, 30, 20), activation, "kaiming_normal", seed=3)), noise(33)
    assert_same(gradients(model, batch), by_autograd(model, batch))


@given(networks(most_layers=4, most_units=40))
@settings(max_examples=40)
def test_any_network_has_what_plain_autograd_gives(spec):
    model, batch = build(spec), noise(5)
    expected = by_autograd(model, batch)
    if np.isfinite(expected[0]) and all(np.abs(part).max() < 1e30 for layer in expected[1] for part in layer):
        assert_same(gradients(model, batch), expected, 1e-4)


def loss_in_float64(tensors, activations, batch):
    x = torch.tensor(batch.images).flatten(1).double()
    for (weight, bias), activation in zip(tensors, activations, strict=True):
        x = x @ weight.T + bias
        x = activation(x) if activation else x
    return functional.cross_entropy(x, torch.tensor(batch.labels)).item()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_loss_changes_as_the_gradient_of_weights_and_biases_says(activation):
    """Finite differences: (f(w + h) - f(w - h)) / 2h in float64, for some entries of every tensor."""
    spec, batch = NetworkSpec((9, 7), activation, "xavier_normal", "normal", seed=5), noise(6)
    model = build(spec)
    found = gradients(model, batch)
    tensors = [(layer.weight.detach().double(), layer.bias.detach().double()) for layer in list(model)[::2]]
    modules = [*list(model)[1:-1:2], None]
    rng = np.random.default_rng(0)
    step = 1e-6
    for (weight, bias), layer in zip(tensors, found.layers, strict=True):
        for tensor, gradient in ((weight, layer.weight), (bias, layer.bias)):
            flat = tensor.view(-1)
            for index in rng.choice(len(flat), 5):
                kept = flat[index].item()
                flat[index] = kept + step
                above = loss_in_float64(tensors, modules, batch)
                flat[index] = kept - step
                below = loss_in_float64(tensors, modules, batch)
                flat[index] = kept
                assert gradient.ravel()[index] == pytest.approx((above - below) / (2 * step), rel=2e-3, abs=1e-7)


def test_the_logits_gradient_is_probabilities_minus_truth_over_n():
    batch = noise(8)
    trace = run(build(NetworkSpec((12,))), batch)
    expected = (trace.probabilities - np.eye(10)[batch.labels]) / 8
    output = gradients_of(trace).layer("output")
    np.testing.assert_allclose(output.before, expected, atol=1e-7)
    assert output.after is None


def test_certain_and_wrong_still_has_a_gradient():
    """The cross-entropy of the logits: of probabilities that have rounded to 0 the logarithm would be infinite."""
    batch = noise(4)
    trace = run(build(NetworkSpec((64, 64), "relu", Init("normal", std=2.0))), batch)
    assert (trace.probabilities == 0).any()
    found = gradients_of(trace)
    assert np.isfinite(found.loss)
    assert found.loss > 100
    assert np.isfinite(found.layer("fc1").weight).all()


@pytest.mark.parametrize("sizes", [(), (1,), (5,) * 30])
@pytest.mark.parametrize("n", [1, 256])
def test_shapes_follow_the_network_and_the_batch(sizes, n):
    spec = NetworkSpec(sizes)
    found = gradients(build(spec), noise(n))
    assert [layer.name for layer in found.layers] == [layer.name for layer in spec.layers]
    for layer, choice in zip(found.layers, spec.layers, strict=True):
        assert layer.weight.shape == (choice.fan_out, choice.fan_in)
        assert layer.bias.shape == (choice.fan_out,)
        assert layer.before.shape == (n, choice.fan_out)
        assert (layer.after is None) == choice.is_output
        for array in (layer.weight, layer.bias, layer.before):
            assert array.dtype == np.float32
            with pytest.raises(ValueError, match="read-only"):
                array[...] = 0


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_network_whose_numbers_overflow_is_silent(activation):
    found = gradients(build(NetworkSpec((64,) * 20, activation, Init("normal", std=100))), noise(4))
    assert len(found.layers) == 21


def test_nothing_is_left_behind(two_threads):
    model, batch = build(NetworkSpec((8,))), noise(3)
    before = torch.get_rng_state()
    gradients(model, batch)
    assert all(parameter.grad is None for parameter in model.parameters())
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == 2


def test_the_same_bits_with_any_number_of_threads(two_threads):
    trace = run(build(NetworkSpec((512, 256), "gelu", "kaiming_normal")), noise(256))
    several = gradients_of(trace)
    torch.set_num_threads(1)
    alone = gradients_of(trace)
    for one, other in zip(several.layers, alone.layers, strict=True):
        np.testing.assert_array_equal(one.weight, other.weight)


def test_a_model_of_another_build_is_refused():
    with pytest.raises(ValueError, match="model must"):
        gradients(nn.Sequential(nn.Linear(784, 10)), noise(2))
