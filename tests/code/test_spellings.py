"""The five spellings are the notebook's: names, order, what is printed, what is marked. Their numbers: test_execution."""

import ast

import pytest
from torch import nn

import netlib
from netlib.code.filling import STYLES
from netlib.code.spellings import SPELLINGS, import_block, layer_names, program, state_key
from netlib.i18n import LANGUAGES, translator
from netlib.stamp import execute
from tests.code.setups import DIFFICULT

en = translator("en")
IMAGES = netlib.sample(netlib.BatchSpec(size=4)).images


def model_of(spec, spelling):
    return execute(program(spec, spelling, "notebook", "fc1", en), IMAGES)["model"]


def test_r9_the_network_class_has_hidden_output_sigmoid_and_softmax():
    model = model_of(netlib.NetworkSpec((256,), "sigmoid"), "module")
    assert str(model) == (
        "Network(\n"
        "  (hidden): Linear(in_features=784, out_features=256, bias=True)\n"
        "  (output): Linear(in_features=256, out_features=10, bias=True)\n"
        "  (sigmoid): Sigmoid()\n"
        "  (softmax): Softmax(dim=1)\n"
        ")"
    )
    assert model.hidden.weight.shape == (256, 784)
    assert model.hidden.bias.shape == (256,)


def test_r11_functional_prints_only_the_linear_layers():
    printed = str(model_of(netlib.NetworkSpec((256,), "sigmoid"), "functional"))
    assert printed.count("Linear") == 2
    assert "Sigmoid" not in printed
    assert "Softmax" not in printed


def test_r13_exercise_3_has_fc1_fc2_fc3():
    model = model_of(netlib.NetworkSpec(), "module")
    names = [name for name, part in model.named_children() if isinstance(part, nn.Linear)]
    assert names == ["fc1", "fc2", "fc3"]
    assert sum(parameter.numel() for parameter in model.parameters()) == 109_386


def test_r19_sequential_is_known_by_its_indices():
    model = model_of(netlib.NetworkSpec(), "sequential")
    assert [name for name, _ in model.named_children()] == ["0", "1", "2", "3", "4", "5"]
    assert str(model[0]) == "Linear(in_features=784, out_features=128, bias=True)"
    written = program(netlib.NetworkSpec(), "sequential", "notebook", "fc1", en).text
    assert "input_size = 784\nhidden_sizes = [128, 64]\noutput_size = 10\n" in written


def test_r20_ordered_has_names_and_indices():
    model = model_of(netlib.NetworkSpec(), "ordered")
    assert [name for name, _ in model.named_children()] == ["fc1", "relu1", "fc2", "relu2", "output", "softmax"]
    assert model[0] is model.fc1
    assert next(iter(model.state_dict())) == "fc1.weight"
    assert list(model.state_dict())[-1] == "output.bias"
    assert str(model) == str(netlib.build(netlib.NetworkSpec()))


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("name", DIFFICULT)
def test_names_are_those_of_the_model(name, spelling):
    spec = DIFFICULT[name].network
    names = layer_names(spec, spelling)
    assert len(set(names)) == len(spec.layers)
    if spelling == "tensors":
        variables = execute(program(spec, spelling, "modern", "fc1", en), IMAGES)
        assert all(state_key(spelling, name) in variables for name in names)
    else:
        assert [f"{n}.{part}" for n in names for part in ("weight", "bias")] == list(
            model_of(spec, spelling).state_dict()
        )


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_layer_looked_at_is_marked_and_no_other(spelling, style, language):
    text = translator(language)
    written = program(netlib.NetworkSpec(), spelling, style, "fc2", text).text
    marks = [line.strip() for line in written.split("\n") if ">>>" in line]
    assert len(marks) >= 2
    assert set(marks) == {f"# >>> fc2: {text('the layer looked at')}"}
    assert ">>>" not in program(netlib.NetworkSpec(), spelling, style, "", text).text


@pytest.mark.parametrize("name", DIFFICULT)
def test_the_helper_that_seeds_has_at_most_ten_lines(name):
    functions = [
        node
        for node in ast.parse(program(DIFFICULT[name].network, "ordered", "modern", "fc1", en).text).body
        if isinstance(node, ast.FunctionDef)
    ]
    assert all(node.end_lineno - node.lineno < 10 for node in functions)


def test_imports_are_sorted_with_the_standard_library_first():
    block = import_block(["import torch", "import zlib", "from torch import nn", "import base64"], ["def f():"])
    assert block == ["import base64", "import zlib", "", "import torch", "from torch import nn", "", ""]


def test_addmm_stands_in_for_the_sum():
    written = program(netlib.NetworkSpec(), "tensors", "modern", "fc1", en, addmm=True).text
    assert "torch.addmm(b1, x, W1)" in written
    assert "x @ W1" not in written
