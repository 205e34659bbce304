"""A network's weights as files: `state_dict` for torch, safetensors, ONNX; and a Setup as JSON."""

import io
import json
from typing import Any

import numpy as np

from netlib import query
from netlib.spec import Setup
from netlib.trace import Array, Trace

_OPSET = 20  # the first with Gelu
_IR = 9  # goes with it; the newest that onnxruntime reads may be older than onnx's own default


def state(trace: Trace) -> dict[str, Array]:
    """The tensors by their `state_dict` keys: `fc1.weight` (out, in), `fc1.bias` (out,), ..., float32."""
    tensors: dict[str, Array] = {}
    for layer in trace.layers:
        tensors[f"{layer.name}.weight"] = layer.weight
        tensors[f"{layer.name}.bias"] = layer.bias
    return tensors


def state_dict_file(trace: Trace) -> bytes:
    """What `torch.save(model.state_dict(), file)` writes; `torch.load(file, weights_only=True)` reads it."""
    import torch

    file = io.BytesIO()
    torch.save({name: torch.tensor(array) for name, array in state(trace).items()}, file)
    return file.getvalue()


def safetensors_file(trace: Trace) -> bytes:
    """The same tensors as safetensors: numbers and nothing else, in a format that any language reads."""
    from safetensors.numpy import save

    return save(state(trace), metadata={"format": "pt", "activations": "-".join(a.activation for a in trace.layers)})


def setup_file(setup: Setup) -> str:
    """A Setup as JSON: the fields of its link, a few lines that a person can read."""
    return json.dumps({"v": query.VERSION, **query.write(setup)}, indent=2) + "\n"


def onnx_available() -> bool:
    """Whether the optional extra is installed: `pip install -r requirements-onnx.txt`."""
    from importlib.util import find_spec

    return find_spec("onnx") is not None


def onnx_file(trace: Trace) -> bytes:
    """The network as an ONNX graph from `images` (n, 1, 28, 28) to `probabilities` (n, 10); raises `ImportError`.

    Put together node by node rather than by `torch.onnx.export`: that traces the model with torch's compiler, whose
    settings all visitors share, and takes seconds.
    """
    from onnx import TensorProto, checker, helper, numpy_helper

    nodes = [helper.make_node("Flatten", ["images"], ["x0"], axis=1)]
    value = "x0"
    for index, layer in enumerate(trace.layers):
        names = [f"{layer.name}.weight", f"{layer.name}.bias"]
        nodes.append(helper.make_node("Gemm", [value, *names], [f"z{index}"], layer.name, transB=1))
        value = "probabilities" if layer.is_output else f"x{index + 1}"
        nodes += [
            helper.make_node(kind, inputs, [output], **options)
            for kind, inputs, output, options in _activation(layer.activation, f"z{index}", value)
        ]
    graph = helper.make_graph(
        nodes,
        "layerscope",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 1, 28, 28])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["n", 10])],
        [numpy_helper.from_array(np.array(array), name) for name, array in state(trace).items()],
    )
    opsets = [helper.make_opsetid("", _OPSET)]
    model = helper.make_model(graph, opset_imports=opsets, producer_name="layerscope", ir_version=_IR)
    checker.check_model(model)
    written: bytes = model.SerializeToString()
    return written


def _activation(name: str, source: str, target: str) -> list[tuple[str, list[str], str, dict[str, Any]]]:
    """The ONNX nodes of an activation: operator, inputs, output, attributes."""
    if name == "silu":  # an operator of its own comes with opset 24 only
        return [("Sigmoid", [source], f"{source}s", {}), ("Mul", [source, f"{source}s"], target, {})]
    known: dict[str, tuple[str, dict[str, Any]]] = {
        "sigmoid": ("Sigmoid", {}),
        "tanh": ("Tanh", {}),
        "relu": ("Relu", {}),
        "leaky_relu": ("LeakyRelu", {"alpha": 0.01}),
        "elu": ("Elu", {"alpha": 1.0}),
        "gelu": ("Gelu", {}),
        "softplus": ("Softplus", {}),
        "identity": ("Identity", {}),
        "softmax": ("Softmax", {"axis": 1}),
    }
    kind, options = known[name]
    return [(kind, [source], target, options)]
