"""What `build` makes, bit for bit, whatever else goes on in the process."""

import hashlib
import random
import subprocess
import sys
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from netlib.activations import ACTIVATIONS
from netlib.initializers import SCHEMES
from netlib.network import build, one_thread
from netlib.spec import Init, NetworkSpec
from tests.oracles import BIAS_WORDS, NUMBER_NAMES, TORCH_FILL, Layer, inits, networks


def tensors(spec):
    return {name: value.clone() for name, value in build(spec).state_dict().items()}


def different(a, b):
    """Names of the tensors in which two networks differ, or that only one of them has."""
    return {name for name in a.keys() | b.keys() if name not in a or name not in b or not torch.equal(a[name], b[name])}


def digest(spec):
    sha = hashlib.sha256()
    for name, value in build(spec).state_dict().items():
        sha.update(name.encode() + value.numpy().tobytes())
    return sha.hexdigest()


# A hundred networks of every scheme and activation; some large enough for QR to use a second thread if it could.
MIXED = [
    NetworkSpec(
        hidden_sizes=[(128, 64), (32,), (), (20, 20, 20), (300,)][i % 5],
        activation=list(ACTIVATIONS)[i % len(ACTIVATIONS)],
        weight_init=list(SCHEMES)[i % len(SCHEMES)],
        bias_init=BIAS_WORDS[i % len(BIAS_WORDS)],
        seed=i // 2,
    )
    for i in range(96)
] + [NetworkSpec((512,), "relu", "orthogonal", seed=seed) for seed in range(4)]


# --- what it looks like -------------------------------------------------------------------------------------------


def test_prints_exactly_as_the_notebooks_ordered_dict_of_modules():
    by_hand = nn.Sequential(
        OrderedDict(
            [
                ("fc1", nn.Linear(784, 128)),
                ("relu1", nn.ReLU()),
                ("fc2", nn.Linear(128, 64)),
                ("relu2", nn.ReLU()),
                ("output", nn.Linear(64, 10)),
                ("softmax", nn.Softmax(dim=1)),
            ]
        )
    )
    assert str(build(NetworkSpec())) == str(by_hand)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_each_activation_is_torchs_own_module_with_its_defaults(activation):
    model = build(NetworkSpec((5, 4), activation))
    names = [f"{activation}1", f"{activation}2"]
    assert [name for name, _ in model.named_children()] == ["fc1", names[0], "fc2", names[1], "output", "softmax"]
    for name in names:
        assert repr(model.get_submodule(name)) == repr(getattr(nn, ACTIVATIONS[activation].module)())


def test_without_hidden_layers_it_is_one_linear_map_and_a_softmax():
    model = build(NetworkSpec(()))
    assert list(model.state_dict()) == ["output.weight", "output.bias"]
    assert repr(model[0]) == "Linear(in_features=784, out_features=10, bias=True)"
    assert repr(model[1]) == "Softmax(dim=1)"


def test_thirty_layers_are_built():
    model = build(NetworkSpec((16,) * 30))
    assert len(model) == 62
    assert model.fc30.weight.shape == (16, 16)


@given(networks(most_layers=6, most_units=40))
@settings(max_examples=40)
def test_shapes_and_counts_are_those_of_the_spec(spec):
    model = build(spec)
    assert sum(p.numel() for p in model.parameters()) == spec.parameters
    assert sum(layer.parameters for layer in spec.layers) == spec.parameters
    for layer in spec.layers:
        linear = model.get_submodule(layer.name)
        assert linear.weight.shape == (layer.fan_out, layer.fan_in)
        assert linear.bias.shape == (layer.fan_out,)
        assert layer.parameters == linear.weight.numel() + linear.bias.numel()


def test_it_can_be_trained():
    for parameter in build(NetworkSpec()).parameters():
        assert parameter.requires_grad
        assert parameter.is_leaf
        assert parameter.dtype == torch.float32
        assert parameter.device.type == "cpu"


# --- which numbers it holds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", [scheme for scheme in SCHEMES if TORCH_FILL.get(scheme)])
def test_each_tensor_is_filled_by_torchs_own_function_from_its_own_generator(scheme):
    """The whole rule of `design.md` in one place: SHA-256 of `seed:name`, gain of what follows, 1 before the softmax."""
    spec = NetworkSpec((40, 30), ("tanh", "relu"), scheme, "zeros", seed=77)
    shapes = {"fc1": Layer(784, 40, "tanh"), "fc2": Layer(40, 30, "relu"), "output": Layer(30, 10, "identity")}
    numbers = {scheme: Init(scheme).number for scheme in NUMBER_NAMES}
    with one_thread():
        for name, layer in shapes.items():
            start = hashlib.sha256(f"77:{name}.weight".encode()).hexdigest()[:16]
            expected = torch.empty(layer.fan_out, layer.fan_in)
            TORCH_FILL[scheme](expected, layer, numbers.get(scheme), torch.Generator().manual_seed(int(start, 16) // 2))
            assert torch.equal(build(spec).get_submodule(name).weight, expected)


def test_biases_have_a_generator_of_their_own():
    start = hashlib.sha256(b"5:fc2.bias").hexdigest()[:16]
    expected = torch.empty(64).normal_(0, 0.01, generator=torch.Generator().manual_seed(int(start, 16) // 2))
    assert torch.equal(build(NetworkSpec(bias_init="normal", seed=5)).fc2.bias, expected)


def test_a_bias_takes_the_scale_of_its_layers_inputs():
    """nn.Linear: U(-1/sqrt(in_features), 1/sqrt(in_features)) for the bias as well."""
    model = build(NetworkSpec((1024,), seed=3))
    assert 0.99 / 28 < model.fc1.bias.abs().max() <= 1 / 28
    assert 0.7 / 32 < model.output.bias.abs().max() <= 1 / 32


# --- the same numbers, always -------------------------------------------------------------------------------------


@given(networks(most_layers=4, most_units=60))
@settings(max_examples=30)
def test_the_same_spec_gives_the_same_bits(spec):
    assert different(tensors(spec), tensors(spec)) == set()


def test_another_process_gets_the_same_bits():
    spec = 'NetworkSpec((128, 64), "tanh", ("orthogonal", "sparse", "trunc_normal"), "normal", seed=9)'
    code = f"""
from tests.test_network import digest
from netlib.spec import NetworkSpec
print(digest({spec}))
"""
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == digest(eval(spec))


@pytest.mark.parametrize("scheme", [s for s in SCHEMES if s not in ("zeros", "constant")])
def test_another_seed_gives_other_weights_everywhere(scheme):
    a, b = tensors(NetworkSpec(weight_init=scheme, seed=0)), tensors(NetworkSpec(weight_init=scheme, seed=1))
    assert different(a, b) == set(a)


def test_no_two_tensors_of_a_network_share_their_numbers():
    weights = tensors(NetworkSpec((784, 784), weight_init="normal"))
    assert not torch.equal(weights["fc1.weight"], weights["fc2.weight"])
    assert not torch.equal(weights["fc1.bias"], weights["fc2.bias"])


def test_eight_threads_building_a_hundred_networks_each_get_the_serial_bits(two_threads):
    serial = [digest(spec) for spec in MIXED]
    start = Barrier(8)

    def visitor(number):
        order = list(range(len(MIXED)))
        random.Random(number).shuffle(order)
        start.wait()
        return {i: digest(MIXED[i]) for i in order}

    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(visitor, range(8)):
            assert [found[i] for i in range(len(MIXED))] == serial


def test_the_number_of_threads_outside_does_not_matter():
    before = torch.get_num_threads()
    found = set()
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            found.add(digest(NetworkSpec((512,), "relu", "orthogonal", seed=1)))
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert len(found) == 1


def test_a_thread_beside_one_that_already_has_one_thread_gets_the_serial_bits(two_threads):
    """PyTorch's thread count belongs to the calling thread: what a neighbour has set says nothing about one's own."""
    spec = NetworkSpec((512,), "relu", "orthogonal", seed=2)
    serial = digest(spec)
    with ThreadPoolExecutor(1) as neighbour, ThreadPoolExecutor(1) as visitor:
        assert visitor.submit(torch.get_num_threads).result() == 2
        neighbour.submit(torch.get_num_threads).result()
        neighbour.submit(torch.set_num_threads, 1).result()
        inside = one_thread()
        neighbour.submit(inside.__enter__).result()
        try:
            assert visitor.submit(digest, spec).result() == serial
        finally:
            neighbour.submit(inside.__exit__, None, None, None).result()


@pytest.mark.parametrize("first_out", [0, 1])
def test_threads_that_overlap_each_get_their_own_number_of_threads_back(two_threads, first_out):
    with ThreadPoolExecutor(1) as a, ThreadPoolExecutor(1) as b:
        pools = (a, b)
        assert [pool.submit(torch.get_num_threads).result() for pool in pools] == [2, 2]
        contexts = [one_thread(), one_thread()]
        for pool, context in zip(pools, contexts, strict=True):
            pool.submit(context.__enter__).result()
        assert [pool.submit(torch.get_num_threads).result() for pool in pools] == [1, 1]
        for i in (first_out, 1 - first_out):
            pools[i].submit(contexts[i].__exit__, None, None, None).result()
        assert [pool.submit(torch.get_num_threads).result() for pool in pools] == [2, 2]


def test_the_number_of_threads_comes_back_after_an_error_and_when_nested(two_threads):
    with one_thread():
        assert torch.get_num_threads() == 1
        with pytest.raises(ZeroDivisionError), one_thread():
            torch.tensor(1 // 0)
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == 2


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_generators_that_all_visitors_share_stay_where_they_are(scheme):
    before = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()  # noqa: NPY002
    build(NetworkSpec((20, 10), "tanh", scheme, "normal"))
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.random.get_state()[1].tolist() == before[1]  # noqa: NPY002
    assert random.getstate() == before[2]


# --- move one slider, see one thing change ------------------------------------------------------------------------

LAYERS = ("fc1", "fc2", "fc3", "output")


def three_layers(**choices):
    return NetworkSpec((24, 16, 12), **choices)


@given(st.integers(0, 3), inits(), inits(), st.data())
@settings(max_examples=50)
def test_the_weight_init_of_one_layer_changes_its_weight_alone(index, common, other, data):
    each = tuple(other if i == index else common for i in range(4))
    before, after = tensors(three_layers(weight_init=common)), tensors(three_layers(weight_init=each))
    assert different(before, after) <= {f"{LAYERS[index]}.weight"}


@given(st.integers(0, 3), inits(BIAS_WORDS), inits(BIAS_WORDS))
@settings(max_examples=50)
def test_the_bias_init_of_one_layer_changes_its_bias_alone(index, common, other):
    each = tuple(other if i == index else common for i in range(4))
    before, after = tensors(three_layers(bias_init=common)), tensors(three_layers(bias_init=each))
    assert different(before, after) <= {f"{LAYERS[index]}.bias"}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("index", [0, 1, 2])
def test_the_activation_of_one_layer_changes_its_weight_alone_and_only_through_its_gain(scheme, index):
    other = tuple("tanh" if i == index else "relu" for i in range(3))
    before = tensors(three_layers(activation="relu", weight_init=scheme))
    after = tensors(three_layers(activation=other, weight_init=scheme))
    assert different(before, after) == ({f"{LAYERS[index]}.weight"} if scheme.startswith("kaiming") else set())


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_width_changes_that_layer_and_the_next_alone(scheme, index):
    sizes = (24, 16, 12)
    wider = tuple(size + (i == index) for i, size in enumerate(sizes))
    before, after = (tensors(NetworkSpec(s, "relu", scheme, "pytorch")) for s in (sizes, wider))
    changed = {name.split(".")[0] for name in different(before, after)}
    assert {LAYERS[index]} <= changed <= {LAYERS[index], LAYERS[index + 1]}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_one_more_layer_leaves_the_earlier_ones_and_an_output_of_the_same_shape(scheme):
    two, three = (tensors(NetworkSpec(s, "relu", scheme, "pytorch")) for s in ((24, 16), (24, 16, 16)))
    assert different(two, three) == {"fc3.weight", "fc3.bias"}


def test_one_more_layer_of_another_width_changes_the_output_too():
    two, three = (tensors(NetworkSpec(s)) for s in ((24, 16), (24, 16, 12)))
    assert different(two, three) == {"fc3.weight", "fc3.bias", "output.weight", "output.bias"}


def test_naming_each_layer_alike_is_the_same_network():
    spelled = NetworkSpec(weight_init=("normal",) * 3, activation=("relu",) * 2)
    assert different(tensors(spelled), tensors(replace(NetworkSpec(), weight_init=Init("normal", std=0.01)))) == set()
