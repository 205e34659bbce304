"""One unit's arithmetic against torch and by hand; sums that add up on paper as a property."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import netlib
from netlib.network import restore
from netlib.spec import BatchSpec, Init, NetworkSpec
from netlib.stats import neuron as stats
from netlib.stats.neuron import DIGITS, Paper, on_paper

SPEC = NetworkSpec((9, 7), ("tanh", "relu"), "kaiming_normal", "normal", seed=2)
DIFFICULT = {
    "no hidden layer": NetworkSpec(()),
    "one unit": NetworkSpec((1,), "tanh"),
    "thirty layers": NetworkSpec((8,) * 30, "tanh"),
    "wide": NetworkSpec((1024,), "gelu"),
    "zeros": NetworkSpec((5, 3), "relu", "zeros", "zeros"),
    "constant": NetworkSpec((5, 3), "softplus", "constant", "constant"),
    "huge": NetworkSpec((64,) * 6, "identity", Init("normal", std=100.0)),
    "beyond float32": NetworkSpec((64,) * 25, "identity", Init("normal", std=100.0)),
    "dead": NetworkSpec((12, 6), "relu", Init("normal", std=0.01), Init("constant", value=-2.0)),
}


def trace_of(spec=SPEC, **batch):
    return netlib.run(netlib.build(spec), netlib.sample(BatchSpec(**batch)))


@pytest.fixture(scope="module")
def trace():
    return trace_of(size=40)


@pytest.mark.parametrize(("layer", "unit"), [("fc1", 4), ("fc2", 6), ("output", 3)])
def test_a_unit_is_torchs_own(trace, layer, unit):
    model = netlib.build(SPEC).requires_grad_(False)
    values = {}
    x = torch.tensor(trace.inputs)
    for name, module in model.named_children():
        values[name] = x, module(x)
        x = module(x)
    linear = getattr(model, layer)
    activation = {"fc1": "tanh1", "fc2": "relu2", "output": "softmax"}[layer]
    found = stats.look_into(trace, layer, unit, 11)
    np.testing.assert_array_equal(found.weights, linear.weight[unit].numpy())
    np.testing.assert_array_equal(found.inputs, values[layer][0][11].numpy())
    assert found.bias == float(linear.bias[unit])
    assert found.before == pytest.approx(float(values[layer][1][11, unit]), rel=1e-5)
    assert found.after == pytest.approx(float(values[activation][1][11, unit]), rel=1e-5)
    by_torch = torch.dot(linear.weight[unit].double(), values[layer][0][11].double()) + linear.bias[unit].double()
    assert math.fsum(found.products) + found.bias == pytest.approx(float(by_torch), rel=1e-9)
    assert found.source == {"fc1": "", "fc2": "fc1", "output": "fc2"}[layer]


def test_a_unit_that_is_not_there(trace):
    with pytest.raises(KeyError):
        stats.look_into(trace, "fc3", 0, 0)
    with pytest.raises(IndexError):
        stats.look_into(trace, "fc1", 9, 0)


numbers = st.floats(-1e30, 1e30, allow_subnormal=False) | st.floats(-10, 10) | st.sampled_from([0.0, 1.5, -0.25])


@given(st.lists(numbers, min_size=1, max_size=9))
def test_a_sum_adds_up_on_paper_and_no_number_is_off_by_a_unit_of_its_last_digit(terms):
    total = math.fsum(terms)
    found = on_paper(terms, total)
    assert sum(found.terms) == found.total
    unit = 10.0**found.exponent
    assert found.total == round(total / unit)
    for written, term in zip(found.terms, terms, strict=True):
        assert abs(written - term / unit) < 1 + 1e-6
    largest = max(map(abs, (*terms, total)))
    if largest > 1e-200:
        assert 10 ** (DIGITS - 1) * (1 - 1e-9) <= largest / unit < 10**DIGITS * (1 + 1e-9)


def test_a_number_that_needs_no_rounding_stays():
    assert on_paper([1.5, -0.25, 0.0], 1.25) == Paper((1500, -250, 0), 1250, -3)
    assert on_paper([1 / 3] * 3, 1.0) == Paper((334, 333, 333), 1000, -3)
    assert on_paper([2 / 3] * 3, 2.0) == Paper((667, 667, 666), 2000, -3)
    assert on_paper([0.0, 0.0], 0.0) == Paper((0, 0), 0, -3)
    assert on_paper([12345.6], 12345.6) == Paper((1235,), 1235, 1)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_does_not_add_up(bad):
    assert on_paper([1.0, bad], 1.0) is None
    assert on_paper([1.0], bad) is None


@given(st.integers(0, 8), st.integers(0, 39))
def test_the_terms_are_the_largest_contributions_the_rest_and_the_bias(unit, image):
    trace = _kept()
    found = stats.look_into(trace, "fc1", unit, image)
    added = stats.weighted_sum(found)
    products = found.weights.astype(float) * found.inputs
    rest = np.delete(np.abs(products), added.largest)
    assert np.abs(products[added.largest]).min() >= rest.max()
    assert (np.diff(np.abs(products[added.largest])) <= 0).all()
    assert added.others == 784 - len(added.largest) == 778
    scale = 10.0**added.paper.exponent
    exact = [*products[added.largest], math.fsum(np.delete(products, added.largest)), found.bias]
    for written, term in zip(added.paper.terms, exact, strict=True):
        assert abs(written * scale - term) < 1.01 * scale
    assert sum(added.paper.terms) == added.paper.total
    assert added.paper.total * scale == pytest.approx(found.before, abs=0.51 * scale)


def _kept(made=[]):  # noqa: B006 - made once, for every example
    if not made:
        made.append(trace_of(size=40))
    return made[0]


def test_inputs_that_add_nothing_are_others():
    trace = trace_of(DIFFICULT["zeros"])
    added = stats.weighted_sum(stats.look_into(trace, "fc1", 0, 0))
    assert len(added.largest) == 0
    assert added.others == 784
    assert added.paper.terms == (0, 0)
    few = stats.weighted_sum(stats.look_into(trace_of(NetworkSpec((3,), "tanh")), "output", 0, 0))
    assert few.others == 0
    assert len(few.paper.terms) == 4


def test_what_it_feeds_is_its_column_times_its_activation(trace):
    found = stats.look_into(trace, "fc2", 1, 5)
    given_ = stats.fed(trace, found, most=4)
    weight = trace.layer("output").weight[:, 1].astype(float)
    activation = float(trace.layer("fc2").after[5, 1])
    assert given_.layer == "output"
    assert given_.total == 10
    np.testing.assert_allclose(given_.given, weight[given_.units] * activation)
    by = np.abs(weight) if activation == 0 else np.abs(weight * activation)
    assert set(given_.units) == set(np.argsort(-by)[:4])
    assert stats.fed(trace, stats.look_into(trace, "output", 1, 5)) is None


def test_a_silent_unit_feeds_nothing_and_its_largest_weights_are_named():
    trace = trace_of(DIFFICULT["dead"])
    found = stats.fed(trace, stats.look_into(trace, "fc1", 0, 0), most=2)
    assert not found.given.any()
    weight = np.abs(trace.layer("fc2").weight[:, 0])
    assert set(found.units) == set(np.argsort(-weight)[:2])


@pytest.mark.parametrize(("layer", "after"), [("fc2", True), ("output", False)])
def test_the_answer_to_each_digit(trace, layer, after):
    found = stats.response(trace, layer, 3)
    values = (trace.layer(layer).after if after else trace.layer(layer).before)[:, 3].astype(float)
    for digit in range(10):
        mine = [value for value, label in zip(values, trace.labels, strict=True) if label == digit]
        assert found.count[digit] == len(mine)
        if mine:
            assert found.mean[digit] == pytest.approx(np.mean(mine))
            assert found.std[digit] == pytest.approx(np.std(mine))
        else:
            assert np.isnan(found.mean[digit])


def test_the_exciting_images_are_those_with_the_largest_answers(trace):
    images = stats.exciting(trace, "fc2", 2, most=5)
    values = trace.layer("fc2").after[:, 2]
    assert sorted(values[images], reverse=True) == list(values[images])
    assert values[images].min() >= np.delete(values, images).max()
    dead = trace_of(DIFFICULT["dead"])
    before = dead.layer("fc1").before[:, 0]
    assert stats.exciting(dead, "fc1", 0)[0] == before.argmax()
    assert len(stats.exciting(trace_of(size=1), "fc1", 0)) == 1


def test_weights_led_back_to_the_pixels_are_those_of_a_network_without_activations(trace):
    np.testing.assert_array_equal(stats.as_pixels(trace, "fc1", 2), trace.layer("fc1").weight[2].astype(float))
    linear = replace(SPEC, activation="identity")
    weights = [(layer.weight, np.zeros_like(layer.bias)) for layer in trace.layers]
    model = restore(linear, weights)[:-1].double()
    x = torch.zeros(784, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(model(x)[7], x)
    np.testing.assert_allclose(stats.as_pixels(trace, "output", 7), slope.numpy(), rtol=1e-9)


def test_the_strongest_unit(trace):
    assert stats.strongest(trace, "fc1", 3) == np.abs(trace.layer("fc1").after[3]).argmax()
    assert 0 <= stats.strongest(trace_of(DIFFICULT["beyond float32"]), "output", 0) < 10


def test_the_score_is_torchs(trace):
    found = stats.score(trace.logits, trace.labels)
    loss = torch.nn.functional.cross_entropy(torch.tensor(trace.logits), torch.tensor(trace.labels))
    assert found.cross_entropy == pytest.approx(loss.item(), rel=1e-6)
    assert found.correct == int((trace.logits.argmax(1) == trace.labels).sum())
    assert found.accuracy == found.correct / 40


def test_a_pixel_has_a_row_and_a_column():
    assert stats.pixel(0) == (0, 0)
    assert stats.pixel(783) == (27, 27)
    assert stats.pixel(28 * 5 + 3) == (5, 3)


@pytest.mark.parametrize("name", DIFFICULT)
def test_every_network_has_units_that_can_be_looked_into(name):
    trace = trace_of(DIFFICULT[name], size=3)
    for layer in {trace.layers[0].name, trace.layers[len(trace.layers) // 2].name, "output"}:
        found = stats.look_into(trace, layer, 0, 2)
        added = stats.weighted_sum(found)
        finite = math.isfinite(found.before) and np.isfinite(found.products).all()
        assert (added.paper is not None) == finite
        if added.paper:
            assert sum(added.paper.terms) == added.paper.total
        stats.fed(trace, found)
        stats.response(trace, layer, 0)
        assert len(stats.exciting(trace, layer, 0)) == 3
        assert stats.as_pixels(trace, layer, 0).shape == (784,)
    stats.score(trace.logits, trace.labels)
