"""Each scheme's line fills a tensor with `netlib.build`'s bits, in both styles."""

import math

import pytest
import torch
from torch import nn

import netlib
from netlib.activations import ACTIVATIONS
from netlib.code.filling import STYLES, bias_lines, weight_lines
from netlib.code.layout import WIDTH
from netlib.code.spellings import SPARSE
from netlib.initializers import BIAS_SCHEMES, SCHEMES, generator
from netlib.network import one_thread


def filled(lines, shape, seed):
    """A tensor after these lines."""
    names = {"torch": torch, "nn": nn, "math": math, "generator": lambda name: generator(seed, name)}
    exec(SPARSE.format(docstring=""), names)
    names["model"] = nn.Module()
    names["model"].tensor = nn.Parameter(torch.full(shape, torch.nan))
    with one_thread():
        exec("\n".join(lines), names)
    return names["model"].tensor


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_weight_has_the_bits_of_build(scheme, activation, style):
    spec = netlib.NetworkSpec((33, 12), activation, scheme, seed=5)
    model = netlib.build(spec)
    for layer in spec.layers:
        lines = weight_lines(layer, "model.tensor", style)
        expected = getattr(model, layer.name).weight
        assert torch.equal(filled(lines, expected.shape, 5), expected)
        assert max(map(len, lines)) <= WIDTH


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("scheme", BIAS_SCHEMES)
def test_a_bias_has_the_bits_of_build(scheme, style):
    spec = netlib.NetworkSpec((33, 12), bias_init=scheme, seed=2**32 - 1)
    model = netlib.build(spec)
    for layer in spec.layers:
        expected = getattr(model, layer.name).bias
        assert torch.equal(filled(bias_lines(layer, "model.tensor", style), expected.shape, 2**32 - 1), expected)


def one(style, weights="pytorch", biases="pytorch", activation="relu"):
    layer = netlib.NetworkSpec((128,), activation, weights, biases).layers[0]
    return " ".join(weight_lines(layer, "model.fc1.weight", style)), " ".join(
        bias_lines(layer, "model.fc1.bias", style)
    )


def test_the_notebooks_style_is_the_notebooks():
    """R15 and R16: `model.fc1.bias.data.fill_(0)`, `model.fc1.weight.data.normal_(std=0.01)`."""
    weight, bias = one("notebook", netlib.Init("normal", std=0.01), "zeros")
    assert weight == 'model.fc1.weight.data.normal_(0, 0.01, generator=generator("fc1.weight"))'
    assert bias == "model.fc1.bias.data.fill_(0)"


def test_the_modern_style_names_the_scheme():
    assert "nn.init.kaiming_uniform_(" in one("modern")[0]
    assert "a=math.sqrt(5)" in one("modern")[0]
    assert "nn.init.xavier_normal_(model.fc1.weight" in one("modern", "xavier_normal")[0]
    assert 'nonlinearity="relu"' in one("modern", "kaiming_normal")[0]
    assert one("modern", biases="zeros")[1] == "nn.init.zeros_(model.fc1.bias)"
    assert "nn.init.normal_" in one("modern", "kaiming_normal", activation="gelu")[0]  # torch has no gain for it


def test_pytorchs_default_bound_is_written_as_its_formula():
    """R14: 1/sqrt(784)."""
    weight, bias = one("notebook")
    assert "1 / math.sqrt(784)" in weight
    assert "1 / math.sqrt(784)" in bias
