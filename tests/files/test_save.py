"""Files that go home are read by those whose formats they are: torch, safetensors, onnxruntime."""

import io
import json

import numpy as np
import pytest
import torch

import netlib
from netlib import query
from netlib.activations import ACTIVATIONS
from netlib.files.save import onnx_available, onnx_file, safetensors_file, setup_file, state_dict_file
from tests.code.setups import DIFFICULT, random_setup


def trace_of(setup):
    return netlib.run(netlib.build(setup.network), netlib.sample(setup.batch))


def assert_the_same(tensors, spec):
    expected = netlib.build(spec).state_dict()
    assert tensors.keys() == expected.keys()
    assert all(torch.equal(tensors[name], expected[name]) for name in expected)


@pytest.mark.parametrize("number", range(5))
def test_a_state_dict_is_read_by_torch(number):
    setup = random_setup(number)
    tensors = torch.load(io.BytesIO(state_dict_file(trace_of(setup))), weights_only=True)
    assert_the_same(tensors, setup.network)
    netlib.build(netlib.NetworkSpec(setup.network.hidden_sizes)).load_state_dict(tensors)


@pytest.mark.parametrize("number", range(5))
def test_safetensors_are_read_by_safetensors(number):
    from safetensors.torch import load

    setup = random_setup(number)
    assert_the_same(load(safetensors_file(trace_of(setup))), setup.network)


@pytest.mark.parametrize("name", DIFFICULT)
def test_a_setup_as_json_is_the_links_fields(name):
    fields = json.loads(setup_file(DIFFICULT[name]))
    assert fields.pop("v") == query.VERSION
    assert query.read(fields).draft.setup() == DIFFICULT[name]


@pytest.mark.skipif(not onnx_available(), reason="onnx is not installed: pip install -r requirements-onnx.txt")
class TestOnnx:
    """Opened and run with onnxruntime."""

    @pytest.mark.parametrize("activation", ACTIVATIONS)
    def test_it_gives_the_same_probabilities(self, activation):
        setup = netlib.Setup(netlib.NetworkSpec((30, 20), activation, "kaiming_normal"), netlib.BatchSpec(size=16))
        trace = trace_of(setup)
        np.testing.assert_allclose(self.run(trace, trace.images), trace.probabilities, atol=1e-6)

    @pytest.mark.parametrize("name", ["no hidden layer", "one unit, one image", "thirty layers", "all zero", "a mix"])
    def test_a_difficult_network(self, name):
        trace = trace_of(DIFFICULT[name])
        np.testing.assert_allclose(self.run(trace, trace.images), trace.probabilities, atol=1e-5)

    def test_it_takes_a_batch_of_any_size(self):
        trace = trace_of(netlib.Setup())
        assert self.run(trace, trace.images[:3]).shape == (3, 10)

    def run(self, trace, images):
        runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed: requirements-onnx.txt")
        session = runtime.InferenceSession(onnx_file(trace), providers=["CPUExecutionProvider"])
        return session.run(["probabilities"], {"images": images})[0]
