"""Files that come back: good ones whole, each wrong one with its own sentence, none executed."""

import contextlib
import json
import struct

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

import netlib
from netlib.files.load import MAX_BYTES, read_setup, read_weights
from netlib.files.save import safetensors_file, setup_file, state_dict_file
from netlib.network import restore
from netlib.problem import Problem
from tests.code.setups import DIFFICULT, random_setup


def trace_of(setup):
    return netlib.run(netlib.build(setup.network), netlib.sample(setup.batch))


def with_header(header, data=b""):
    written = json.dumps(header).encode()
    return struct.pack("<Q", len(written)) + written + data


def tensor(shape, end, dtype="F32"):
    return {"fc1.weight": {"dtype": dtype, "shape": shape, "data_offsets": [0, end]}}


def layers(*shapes, name="fc{}", dtype=np.float32):
    tensors = {}
    for index, (units, inputs) in enumerate(shapes):
        tensors[name.format(index + 1) + ".weight"] = np.zeros((units, inputs), dtype)
        tensors[name.format(index + 1) + ".bias"] = np.zeros(units, dtype)
    return tensors


GOOD = safetensors_file(trace_of(netlib.Setup(netlib.NetworkSpec((5,)), netlib.BatchSpec(size=1))))
NAN = layers((10, 784))
NAN["fc1.bias"][3] = np.nan
INFINITE = layers((10, 784), dtype=np.float64)
INFINITE["fc1.weight"][0, 0] = 1e300

WRONG = {
    "empty": (b"", "is empty"),
    "blank": (b" \n", "is empty"),
    "html": (b"\n<!DOCTYPE html><html><body>404</body></html>", "web page"),
    "html in capitals": (b"<HTML><HEAD>", "web page"),
    "a git-lfs pointer": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "git-lfs pointer",
    ),
    "a .pt file": (state_dict_file(trace_of(netlib.Setup(netlib.NetworkSpec(()), netlib.BatchSpec(size=1)))), "pickle"),
    "a pickle": (b"\x80\x04\x95\x10", "pickle"),
    "cut in its numbers": (GOOD[:-10], "is cut"),
    "cut in its header": (GOOD[:20], "cut or its header lies"),
    "cut in its first bytes": (GOOD[:4], "header is not whole"),
    "too long": (GOOD + b"1", "longer than it should be"),
    "a header that lies about bytes": (with_header(tensor([10, 784], 4), b"1234"), "do not agree"),
    "a header whose product overflows": (with_header(tensor([2**62, 2**62], 4), b"1234"), "do not agree"),
    "a negative size": (with_header(tensor([-1], 4), b"1234"), "header cannot be read"),
    "a header of 1 GB claimed": (struct.pack("<Q", 2**30) + b"{}", "it claims 1073741824 bytes and 2 are there"),
    "a tensor of 1 GB claimed": (with_header(tensor([2**14, 2**14], 2**30)), "is cut"),
    "text": (b"hello world, this is a letter", "not a safetensors file"),
    "noise": (bytes(range(200, 256)) * 4, "not a safetensors file"),
    "whole numbers": (with_header(tensor([1], 8, "I64"), b"12345678"), "holds I64"),
    "no tensors": (with_header({}), "no tensors"),
    "NaN": (save(NAN), "fc1.bias holds numbers that are none"),
    "infinite as float32": (save(INFINITE), "fc1.weight holds numbers that are none"),
    "shapes that do not chain": (save(layers((20, 784), (10, 21))), "fc2 takes 21 inputs, and 20 come"),
    "other pictures": (save(layers((10, 3072))), "fc1 takes 3072 inputs, and 784 come"),
    "other classes": (save(layers((100, 784))), "10 outputs"),
    "no bias": (save({"fc1.weight": np.zeros((10, 784), np.float32)}), "a weight and a bias"),
    "batch norm": (save({**layers((10, 784)), "fc1.running_mean": np.zeros(10, np.float32)}), "fc1.running_mean"),
    "a convolution": (
        save({"c.weight": np.zeros((8, 1, 3, 3), np.float32), "c.bias": np.zeros(8, np.float32)}),
        "(8, 1, 3, 3)",
    ),
    "a bias of another length": (
        save({"a.weight": np.zeros((10, 784), np.float32), "a.bias": np.zeros(9, np.float32)}),
        "(9,)",
    ),
    "31 layers": (save(layers((5, 784), *[(5, 5)] * 30, (10, 5))), "at most 30 layers"),
    "too wide": (save(layers((1025, 784), (10, 1025))), "1 to 1024"),
    "too large": (b"\x01" * (MAX_BYTES + 1), "larger than a network of 2000000"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_gets_one_clear_sentence(name):
    data, said = WRONG[name]
    with pytest.raises(Problem) as caught:
        read_weights(data, "weights.safetensors")
    sentence = str(caught.value)
    assert said in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 200


def test_too_many_parameters_are_refused_by_their_count():
    header, offset = {}, 0
    for name, shape in {"fc1.weight": (1024, 784), "fc1.bias": (1024,)}.items():
        size = 4 * int(np.prod(shape))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    with pytest.raises(Problem):
        read_weights(with_header(header, b"\0" * offset), "w")


@pytest.mark.parametrize("name", ["the notebook's", "no hidden layer", "a unit after a unit", "thirty layers", "a mix"])
def test_what_was_saved_comes_back_and_gives_the_same_numbers(name):
    setup = DIFFICULT[name]
    trace = trace_of(setup)
    weights = read_weights(safetensors_file(trace), "w.safetensors")
    assert weights.hidden_sizes == setup.network.hidden_sizes
    assert weights.names == tuple(layer.name for layer in trace.layers)
    assert weights.parameters == setup.network.parameters
    again = netlib.run(restore(setup.network, weights.layers), netlib.sample(setup.batch))
    np.testing.assert_array_equal(again.probabilities, trace.probabilities)


@pytest.mark.parametrize("name", ["{}", "fc{}", "model.layers.{}", "hidden{}"])
def test_any_names_in_their_natural_order(name):
    shapes = [(784 - i, 785 - i) for i in range(1, 13)]
    shapes = [(13 - i, 784 if i == 0 else 14 - i) for i in range(3)] + [(10, 11)]
    assert read_weights(save(layers(*shapes, name=name)), "w").hidden_sizes == (13, 12, 11)


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_other_precisions_become_float32(dtype):
    (weight, _), *_ = read_weights(save(layers((10, 784), dtype=dtype)), "w").layers
    assert weight.dtype == np.float32
    assert not weight.flags.writeable


def test_a_trained_network_of_the_notebooks_class_comes_back():
    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = torch.nn.Linear(784, 256)
            self.output = torch.nn.Linear(256, 10)

    from safetensors.torch import save as save_torch

    weights = read_weights(save_torch(Network().state_dict()), "w")
    assert weights.names == ("hidden", "output")
    assert weights.hidden_sizes == (256,)


@given(st.binary(max_size=300), st.integers(0, 300))
def test_any_bytes_give_a_network_or_a_sentence(noise, place):
    for data in (noise, GOOD[:place] + noise + GOOD[place + len(noise) :]):
        with contextlib.suppress(Problem):
            read_weights(data, "w")


@pytest.mark.parametrize("number", range(10))
def test_a_setup_comes_back(number):
    setup = random_setup(number)
    reading = read_setup(setup_file(setup).encode())
    assert reading.draft.setup() == setup
    assert reading.notes == ()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"[1, 2]", "not a Setup"),
        (b"{}", "not a Setup"),
        (b'{"hidden": ', "not a Setup"),
        (b"\xff\xfe\x00", "not a Setup"),
        (b"[" * 50_000, "not a Setup"),
        (b"<html>", "not a Setup"),
        (b" " * 9 + b"{" + b" " * 100_000, "far larger"),
    ],
)
def test_a_wrong_setup_gets_one_sentence(data, said):
    with pytest.raises(Problem, match=said):
        read_setup(data)


def test_a_field_that_cannot_be_used_gets_a_note():
    reading = read_setup(b'{"hidden": "9-8", "seed": -1, "activation": ["tanh"], "stray": 1}')
    assert [note.field for note in reading.notes] == ["activation", "seed"]
    assert reading.draft.setup().network.hidden_sizes == (9, 8)
