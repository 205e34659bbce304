"""Each verdict has a network that deserves it and one that does not; what it says is measured by plain numpy here."""

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import netlib
from netlib.activations import ACTIVATIONS
from netlib.backward import gradients_of
from netlib.initializers import SCHEMES
from netlib.spec import BatchSpec, Init, NetworkSpec
from netlib.stats import diagnosis as stats
from netlib.stats.diagnosis import KINDS, Case, Verdict, judge, number, severity, std
from netlib.stats.flow import flow

BATCH = netlib.sample(BatchSpec(size=64, seed=0))
RANDN = Init("normal", std=1.0)


def case(spec, batch=BATCH):
    trace = netlib.run(netlib.build(spec), batch)
    return Case(trace, flow(trace, gradients_of(trace)))


def deep(activation, weights, layers=20, biases="zeros"):
    return NetworkSpec((64,) * layers, activation, weights, biases)


DESERVED = {
    "overflows": NetworkSpec((128,) * 30, "relu", Init("normal", std=10.0)),
    "symmetric": NetworkSpec((128, 64), "relu", "zeros", "zeros"),
    "no_gradient": NetworkSpec((128, 64), "relu", Init("normal", std=0.01), Init("constant", value=-2.0)),
    "dies": NetworkSpec((128, 64), "relu", "kaiming_normal", Init("constant", value=-1.0)),
    "explodes": deep("relu", Init("normal", std=0.5)),
    "saturates": NetworkSpec((256,), "sigmoid", RANDN, RANDN),
    "vanishes": deep("tanh", "pytorch"),
    "gradient_fades": deep("sigmoid", "pytorch", 30, "pytorch"),
    "gradient_grows": deep("tanh", Init("normal", std=0.5), 30),
    "alike": NetworkSpec((128, 64), "relu", Init("normal", std=0.01)),
    "sure": NetworkSpec((128, 64), "relu", Init("normal", std=0.3)),
    "linear": NetworkSpec((128, 64), "identity"),
}
SOUND = {
    "overflows": NetworkSpec((128,) * 8, "relu", Init("normal", std=10.0)),
    "symmetric": NetworkSpec((128, 64), "relu", Init("normal", std=0.001), "zeros"),
    "no_gradient": NetworkSpec((128, 64), "relu", "kaiming_normal", Init("constant", value=-0.5)),
    "dies": NetworkSpec((128, 64), "relu", "kaiming_normal", "zeros"),
    "explodes": deep("relu", "kaiming_normal"),
    "saturates": NetworkSpec((256,), "sigmoid", "xavier_normal"),
    "vanishes": deep("tanh", "xavier_normal"),
    "gradient_fades": deep("relu", "kaiming_normal", 30),
    "gradient_grows": deep("tanh", "xavier_normal", 30),
    "alike": NetworkSpec((128, 64), "relu", "kaiming_normal"),
    "sure": NetworkSpec((128, 64), "relu", "kaiming_normal"),
    "linear": NetworkSpec((128, 64), "leaky_relu"),
}


def test_every_verdict_is_tried_both_ways():
    assert set(DESERVED) == set(SOUND) == set(KINDS) - {"keeps"}


@pytest.mark.parametrize("kind", DESERVED)
def test_it_is_given_to_a_network_that_deserves_it(kind):
    assert kind in [found.kind for found in judge(case(DESERVED[kind]))]


@pytest.mark.parametrize("kind", SOUND)
def test_it_is_not_given_to_one_that_does_not(kind):
    assert kind not in [found.kind for found in judge(case(SOUND[kind]))]


@pytest.mark.parametrize("spec", [NetworkSpec(), NetworkSpec(()), NetworkSpec((256,), "sigmoid"), SOUND["vanishes"]])
def test_a_sound_network_keeps(spec):
    (found,) = judge(case(spec))
    assert found.kind == "keeps"
    assert severity(found) == 0


def test_the_worst_comes_first():
    for spec in DESERVED.values():
        found = judge(case(spec))
        severities = [severity(each) for each in found]
        assert severities == sorted(severities, reverse=True)
        assert min(severities) > 0


def test_exercise_1_is_saturated_for_the_reason_that_is_given():
    judged = case(DESERVED["saturates"])
    found = judge(judged)[0]
    before = judged.trace.layers[0].before.astype(np.float64)
    slope = 1 / (1 + np.exp(-before))
    slope *= 1 - slope
    assert found.kind == "saturates"
    assert found.layer == "fc1"
    assert found.number == pytest.approx((slope < 0.05 * 0.25).mean(), abs=1e-9)
    assert found.std == pytest.approx(before.std(), rel=1e-9)
    assert found.std > 20


def test_a_signal_that_explodes_has_the_factor_of_plain_numpy():
    judged = case(DESERVED["explodes"])
    first, last = (
        np.sqrt((layer.before.astype(float) ** 2).mean())
        for layer in judged.trace.layers[:: len(judged.trace.layers) - 1]
    )
    found = next(each for each in judge(judged) if each.kind == "explodes")
    assert found.number == pytest.approx(last / first, rel=1e-6)
    assert found.number == pytest.approx(number("explodes", "output", judged))


def test_a_gradient_that_fades_has_the_factor_of_autograd():
    torch = pytest.importorskip("torch")
    model = netlib.build(DESERVED["gradient_fades"])
    logits = model[:-1](torch.tensor(BATCH.images).flatten(1))
    torch.nn.functional.cross_entropy(logits, torch.tensor(BATCH.labels)).backward()
    ratio = float(model.fc1.weight.grad.double().norm() / model.output.weight.grad.double().norm())
    found = next(each for each in judge(case(DESERVED["gradient_fades"])) if each.kind == "gradient_fades")
    assert found.number == pytest.approx(ratio, rel=1e-3)


def test_the_dead_are_counted_in_the_worst_layer():
    judged = case(DESERVED["dies"])
    shares = {layer.name: (layer.after == 0).all(axis=0).mean() for layer in judged.trace.hidden}
    found = next(each for each in judge(judged) if each.kind == "dies")
    assert found.number == max(shares.values()) == shares[found.layer]


def test_equal_units_that_are_listened_to_differently_do_learn_to_differ():
    spec = NetworkSpec((16, 8), "tanh", (Init("constant", value=0.001), "pytorch", "pytorch"), "zeros")
    judged = case(spec)
    rows = gradients_of(judged.trace).layers[0].weight
    assert np.abs(rows - rows[:1]).max() > 0
    assert "symmetric" not in [found.kind for found in judge(judged)]
    same = case(NetworkSpec((16, 8), "tanh", Init("constant", value=0.001), "zeros"))
    rows = gradients_of(same.trace).layers[0].weight
    assert np.abs(rows - rows[:1]).max() == 0
    assert "symmetric" in [found.kind for found in judge(same)]


@pytest.mark.parametrize("seed", range(5))
def test_one_image_that_leaves_half_of_the_units_at_zero_kills_nobody(seed):
    one = netlib.sample(BatchSpec(size=1, seed=0))
    assert "dies" not in [found.kind for found in judge(case(NetworkSpec(seed=seed), one))]
    assert "dies" in [found.kind for found in judge(case(DESERVED["no_gradient"], one))]


def test_a_batch_of_one_has_no_images_to_look_alike():
    one = netlib.sample(BatchSpec(size=1, seed=0))
    assert "alike" not in [found.kind for found in judge(case(DESERVED["alike"], one))]


def test_thresholds_are_those_of_the_other_pages():
    assert stats.SURE > 0.1
    assert severity(Verdict("overflows", "fc1", math.nan)) == len(KINDS) - 1


def test_the_std_is_that_of_the_pre_activations():
    judged = case(NetworkSpec())
    for layer, measured in zip(judged.flow.layers, judged.trace.layers, strict=True):
        assert std(layer) == pytest.approx(measured.before.astype(float).std(), rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 40), max_size=6),
    st.sampled_from(sorted(ACTIVATIONS)),
    st.sampled_from(sorted(SCHEMES)),
    st.floats(0.001, 30),
    st.integers(0, 99),
)
def test_anything_is_judged(sizes, activation, scheme, width, seed):
    weights = Init("normal", std=width) if scheme == "normal" else scheme
    found = judge(case(NetworkSpec(tuple(sizes), activation, weights, seed=seed), netlib.sample(BatchSpec(size=8))))
    assert found
    assert all(each.kind in KINDS and each.layer for each in found)
    assert len({each.kind for each in found}) == len(found)


@pytest.mark.parametrize("kind", DESERVED)
def test_many_networks_at_once_are_judged_by_their_worst(kind):
    judged = case(DESERVED[kind])
    measured = judged.measured
    assert stats.kinds(measured) == [judge(judged)[0].kind]
    arrays = {field.name: getattr(measured, field.name) for field in fields(measured)}
    thrice = {name: np.repeat(array, 3, axis=0) for name, array in arrays.items() if isinstance(array, np.ndarray)}
    assert stats.kinds(replace(measured, **thrice)) == [judge(judged)[0].kind] * 3


def test_a_gradient_beyond_float32_grows_rather_than_fades():
    """Its entries are infinite: none of them is left to be measured."""
    weights = (Init("normal", std=1e-25), *[Init("normal", std=100.0)] * 20)
    judged = case(NetworkSpec((64,) * 20, "identity", weights, "zeros"))
    assert judged.flow.layers[0].weight.finite < judged.flow.layers[0].weight.count
    found = {each.kind: each.number for each in judge(judged)}
    assert found["gradient_grows"] == math.inf
    assert "gradient_fades" not in found
