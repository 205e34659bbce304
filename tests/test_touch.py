"""Touches: their text and back, and each of them against plain torch, where activations are masked by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.utils import prune

import netlib
from netlib import touch
from netlib.network import restore
from netlib.problem import Problem
from netlib.touch import BOUNDS, LONGEST, MOST, Touch
from tests.oracles import networks, noise

SPEC = netlib.NetworkSpec((7, 5), ("tanh", "gelu"), "kaiming_normal", "normal", seed=3)
FLAT = netlib.NetworkSpec((), seed=1)
EQUAL = netlib.NetworkSpec((4,), "relu", "constant", "zeros")


def weights_of(spec):
    trace = netlib.run(netlib.build(spec), noise(2))
    return tuple((layer.weight, layer.bias) for layer in trace.layers)


def touched(text, spec=SPEC, seed=0):
    return touch.apply(touch.read(text, spec), weights_of(spec), spec, seed)


def logits(weights, spec=SPEC):
    """What the network with these weights says of some noise."""
    return netlib.run(restore(spec, weights), noise(6, seed=4)).logits


def by_hand(spec, *, factors=None, shifts=None, temperature=1.0):
    """The same network by plain torch: what leaves a layer is multiplied, what enters its activation is shifted."""
    x = torch.tensor(noise(6, seed=4).images).flatten(1)
    for layer, (weight, bias) in zip(spec.layers, weights_of(spec), strict=True):
        x = x @ torch.tensor(weight).T + torch.tensor(bias) + torch.tensor((shifts or {}).get(layer.name, 0.0))
        if not layer.is_output:
            x = {"tanh": torch.tanh, "gelu": torch.nn.functional.gelu, "relu": torch.relu}[layer.activation](x)
        x = x * torch.tensor((factors or {}).get(layer.name, 1.0))
    return (x / temperature).numpy()


def one(size, index, value, rest):
    vector = np.full(size, rest, np.float32)
    vector[index] = value
    return vector


@pytest.mark.parametrize(
    ("text", "spec", "oracle"),
    [
        ("fc1.2:off", SPEC, {"factors": {"fc1": one(7, 2, 0, 1)}}),
        ("fc1.2:x-3", SPEC, {"factors": {"fc1": one(7, 2, -3, 1)}}),
        ("fc2.4:x0.5", SPEC, {"factors": {"fc2": one(5, 4, 0.5, 1)}}),
        ("fc1:x2", SPEC, {"factors": {"fc1": np.float32(2)}}),
        ("fc2:off", SPEC, {"factors": {"fc2": np.float32(0)}}),
        ("output.9:off", SPEC, {"factors": {"output": one(10, 9, 0, 1)}}),
        ("output:x3", SPEC, {"factors": {"output": np.float32(3)}}),
        ("output.1:x2", FLAT, {"factors": {"output": one(10, 1, 2, 1)}}),
        ("fc1.6:shift0.75", SPEC, {"shifts": {"fc1": one(7, 6, 0.75, 0)}}),
        ("fc2:shift-1", SPEC, {"shifts": {"fc2": np.float32(-1)}}),
        ("output.0:shift2", FLAT, {"shifts": {"output": one(10, 0, 2, 0)}}),
        ("temperature4", SPEC, {"temperature": 4.0}),
        (
            "fc1.1:shift0.5,fc1.1:x2,temperature0.5",
            SPEC,
            {"shifts": {"fc1": one(7, 1, 0.5, 0)}, "factors": {"fc1": one(7, 1, 2, 1)}, "temperature": 0.5},
        ),
    ],
)
def test_a_touched_network_is_the_network_touched_by_hand(text, spec, oracle):
    after = logits(touched(text, spec), spec)
    np.testing.assert_allclose(after, by_hand(spec, **oracle), rtol=1e-4, atol=1e-5)
    assert not np.allclose(after, by_hand(spec), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("share", [0.3, 0.5, 0.91])
def test_pruning_is_torchs_own(share):
    model = netlib.build(SPEC)
    layers = [model.fc1, model.fc2, model.output]
    prune.global_unstructured([(layer, "weight") for layer in layers], prune.L1Unstructured, amount=share)
    for layer, (weight, bias) in zip(layers, touched(f"weights:prune{share}"), strict=True):
        np.testing.assert_array_equal(weight, layer.weight.detach().numpy())
        np.testing.assert_array_equal(bias, layer.bias.detach().numpy())


@pytest.mark.parametrize(("share", "left"), [(0, 3176), (0.25, 2382), (1, 0)])
def test_of_equal_weights_as_many_go_as_were_asked_for(share, left):
    assert sum(int((weight != 0).sum()) for weight, _ in touched(f"weights:prune{share}", EQUAL)) == left


def test_the_noise_has_its_share_of_each_layers_spread_and_its_own_seed():
    spec = netlib.NetworkSpec((256, 128))
    before, after, again, other = (
        weights_of(spec),
        touched("weights:noise0.5", spec),
        touched("weights:noise0.5", spec),
        touched("weights:noise0.5", spec, seed=1),
    )
    for (old, old_bias), (new, bias), (same, _), (another, _) in zip(before, after, again, other, strict=True):
        added = new.astype(float) - old
        ratio = added.std() / old.std(dtype=float)
        assert ratio == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(2 * old.size))
        assert abs(added.mean()) < 4 * added.std() / np.sqrt(old.size)
        np.testing.assert_array_equal(new, same)
        assert abs(np.corrcoef(added.ravel(), (another - old).ravel())[0, 1]) < 5 / np.sqrt(old.size)
        np.testing.assert_array_equal(old_bias, bias)
    first, second = ((new - old).ravel()[:1280] for (old, _), (new, _) in zip(before[:2], after[:2], strict=True))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.2


def test_the_noise_is_normal_and_grows_along_one_direction():
    from scipy import stats

    made = touch._normal(100_001, "0:touch:fc1")
    assert stats.kstest(made, "norm").pvalue > 0.001
    assert len(made) == 100_001
    before = weights_of(SPEC)
    small, large = touched("weights:noise0.1"), touched("weights:noise0.2")
    for (old, _), (a, _), (b, _) in zip(before, small, large, strict=True):
        np.testing.assert_allclose(b - old, 2 * (a - old), rtol=1e-2, atol=1e-6)


def test_nothing_is_blurred_where_all_weights_are_equal():
    for (old, _), (new, _) in zip(weights_of(EQUAL), touched("weights:noise1", EQUAL), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize(
    "text", ["fc1.0:off", "fc1:x2", "fc2:shift1", "weights:noise1", "weights:prune0.5", "temperature2"]
)
def test_the_given_weights_stay_and_the_new_ones_cannot_be_written(text):
    before = weights_of(SPEC)
    copies = [(weight.copy(), bias.copy()) for weight, bias in before]
    after = touch.apply(touch.read(text, SPEC), before, SPEC, 0)
    for (weight, bias), (old, old_bias), (new, new_bias) in zip(copies, before, after, strict=True):
        np.testing.assert_array_equal(weight, old)
        np.testing.assert_array_equal(bias, old_bias)
        assert new.dtype == new_bias.dtype == np.float32
        assert not new.flags.writeable
        assert not new_bias.flags.writeable
        assert new.shape == old.shape
        assert new_bias.shape == old_bias.shape


def test_what_is_not_touched_is_shared():
    before = weights_of(SPEC)
    assert all(
        a is b
        for old, new in zip(before, touch.apply((), before, SPEC, 0), strict=True)
        for a, b in zip(old, new, strict=True)
    )
    after = touch.apply(touch.read("fc2.0:off", SPEC), before, SPEC, 0)
    assert after[0][0] is before[0][0]
    assert after[2][0] is not before[2][0]


def test_the_order_is_the_texts():
    first, last = touched("weights:noise0.5,weights:prune0.5"), touched("weights:prune0.5,weights:noise0.5")
    assert (first[0][0] == 0).mean() > 0.4
    assert (last[0][0] == 0).mean() == 0


@st.composite
def touches(draw, network):
    kind = draw(st.sampled_from(tuple(BOUNDS)))
    low, high, _ = BOUNDS[kind]
    value = draw(st.floats(low, high) | st.integers(int(np.ceil(low)), int(high)))
    if kind not in ("scale", "shift"):
        return Touch(kind, value)
    layer = draw(st.sampled_from(network.layers))
    return Touch(kind, value, layer.name, draw(st.none() | st.integers(0, layer.fan_out - 1)))


@given(st.data(), networks())
def test_touches_come_back_from_their_text_and_a_link_holds_them(data, network):
    some = tuple(data.draw(st.lists(touches(network), max_size=MOST, unique_by=lambda t: t.subject)))
    text = touch.write(some)
    assert touch.read(text, network) == some
    assert len(text) <= LONGEST
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789.:,-")


@given(st.text(alphabet="fcoutpx.:,-0123456789 shiftwegndrumal", max_size=60) | st.text(max_size=30))
def test_any_text_is_read_or_refused_in_one_sentence(text):
    said = outcome(text)
    if isinstance(said, str):
        assert said.endswith(".")
        assert len(said) < 260
    else:
        assert touch.read(touch.write(said), SPEC) == said


def outcome(text):
    """The touches, or the sentence that refuses them."""
    try:
        return touch.read(text, SPEC)
    except Problem as problem:
        return str(problem)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fc1.7:off", "fc1 has the units 0 to 6; given: 7."),
        ("fc3.1:off", "layer must be one of fc1, fc2, output; given: fc3."),
        ("fc9:x2", "layer must be one of fc1, fc2, output; given: fc9."),
        ("fc1.2:x101", "x in touch must be a number from -100 to 100; given: 101."),
        ("weights:prune1.5", "prune in touch must be a number from 0 to 1; given: 1.5."),
        ("temperature0", "temperature in touch must be a number from 0.01 to 100; given: 0."),
        ("fc1.1:off,fc1.1:x2", "touch may say a thing once only; given twice: fc1.1:off."),
        ("fc1:off," * 2, "touch must be a list such as fc1.5:off"),
        ("fc1.1:off2", "touch must be a list such as"),
        ("fc1.1:x", "touch must be a list such as"),
        ("noise0.1", "touch must be a list such as"),
        ("fc1:noise0.1", "touch must be a list such as"),
        ("weights:x2", "layer must be one of"),
        ("fc1:temperature2", "touch must be a list such as"),
        ("off", "touch must be a list such as"),
        ("fc1.:off", "fc1 has the units 0 to 6"),
        ("fc1.1:xnan", "touch must be a list such as"),
        (",".join(["fc1.1:off"] * 33), "touch must name at most 32 changes; given: 33."),
        ("f" * 1001, "touch must be at most 1000 characters long; given: 1001."),
    ],
)
def test_what_cannot_be_done_is_said(text, says):
    with pytest.raises(Problem) as raised:
        touch.read(text, SPEC)
    assert says in str(raised.value)


@pytest.mark.parametrize("text", ["", " ", "fc1.1:off", " fc1.1:x2 , temperature2 ", "fc1.1:x0"])
def test_what_is_read(text):
    assert touch.write(touch.read(text, SPEC)) == text.strip().replace(" ", "").replace("x0", "off")


def test_a_unit_is_read_and_written():
    assert touch.read_unit(" output.9 ", SPEC) == ("output", 9)
    assert touch.write_unit("fc1", 6) == "fc1.6"
    for text in ("", "fc1", "fc1.7", "fc1.-1", "fc1.1.1", "fc4.0", "fc1.1e1", "input.3"):
        with pytest.raises(Problem):
            touch.read_unit(text, SPEC)


def test_one_more_touch_replaces_what_turns_the_same_and_nothing_takes_it_away():
    some = touch.read("fc1.1:off,fc1.2:shift1", SPEC)
    assert touch.write(touch.with_touch(some, Touch("scale", 2, "fc1", 1))) == "fc1.1:x2,fc1.2:shift1"
    assert touch.write(touch.with_touch(some, Touch("scale", 1, "fc1", 1))) == "fc1.2:shift1"
    assert touch.write(touch.with_touch(some, Touch("noise", 0.5))) == "fc1.1:off,fc1.2:shift1,weights:noise0.5"
    assert touch.write(touch.with_touch((), Touch("temperature", 1))) == ""
    full = tuple(Touch("scale", 0, "fc1", unit) for unit in range(MOST))
    with pytest.raises(Problem, match="at most 32"):
        touch.with_touch(full, Touch("noise", 0.5))
    assert len(touch.with_touch(full, Touch("scale", 2, "fc1", 0))) == MOST


def test_how_far_a_thing_is_turned():
    some = touch.read("fc1.1:off,fc1:x2,temperature3", SPEC)
    assert touch.amount(some, "scale", "fc1", 1) == 0
    assert touch.amount(some, "scale", "fc1") == 2
    assert touch.amount(some, "scale", "fc2") == 1
    assert touch.amount(some, "shift", "fc1", 1) == 0
    assert touch.amount(some, "temperature") == 3
    assert touch.amount(some, "prune") == 0


@pytest.mark.parametrize(("kind", "amount", "layer", "unit"), [("scale", 2, "", None), ("noise", 1, "fc1", None), ("noise", 1, "", 3),
                                                               ("shift", float("nan"), "fc1", 1), ("burn", 1, "", None)])  # fmt: skip
def test_a_touch_that_means_nothing_cannot_be_made(kind, amount, layer, unit):
    with pytest.raises(Problem):
        Touch(kind, amount, layer, unit)


def test_weights_at_the_end_of_float32_do_not_raise():
    huge = tuple((np.full_like(weight, 3e38), bias) for weight, bias in weights_of(SPEC))
    after = touch.apply(
        touch.read("fc1:x100,output:x100,weights:noise10,weights:prune0.5,temperature0.01", SPEC), huge, SPEC, 0
    )
    assert after[0][0].dtype == np.float32
