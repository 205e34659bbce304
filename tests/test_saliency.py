"""Slopes against finite differences, hiding by hand, the smallest change against the closed form of a linear network."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import netlib
from netlib import saliency
from netlib.activations import ACTIVATIONS

IMAGES = netlib.sample(netlib.BatchSpec()).images[:, 0]
LINEAR = netlib.NetworkSpec((), seed=3)
DEEP = netlib.NetworkSpec((20, 12), "tanh", "xavier_normal", seed=1)


def model_of(spec, double=False):
    model = netlib.build(spec)
    return model.double() if double else model


def logits(model, image):
    with torch.no_grad():
        x = torch.tensor(image, dtype=next(model.parameters()).dtype).reshape(1, -1)
        return model[:-1](x)[0].numpy()


# --- saliency -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_the_slopes_are_those_of_finite_differences(activation):
    model = model_of(netlib.NetworkSpec((20, 12), activation, "xavier_normal", seed=1), double=True)
    rng = np.random.default_rng(0)
    image = rng.uniform(-0.9, 0.9, (28, 28))
    found = saliency.saliency(model, image, 4)
    assert found.digit == 4
    for row, column in rng.integers(0, 28, (25, 2)):
        step = np.zeros((28, 28))
        step[row, column] = 1e-5
        expected = (logits(model, image + step)[4] - logits(model, image - step)[4]) / 2e-5
        assert found.gradient[row, column] == pytest.approx(expected, rel=1e-4, abs=1e-8)


def test_in_float32_they_are_the_same_slopes():
    image = IMAGES[0]
    exact = saliency.saliency(model_of(DEEP, double=True), image, 2).gradient
    single = saliency.saliency(model_of(DEEP), image, 2).gradient
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, exact, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("digit", [0, 9])
def test_without_a_hidden_layer_the_slopes_are_the_weights(digit):
    model = model_of(LINEAR)
    found = saliency.saliency(model, IMAGES[5], digit)
    np.testing.assert_array_equal(found.gradient.reshape(-1), model.output.weight.detach().numpy()[digit])


def test_no_gradient_is_left_in_the_model():
    model = model_of(DEEP)
    saliency.saliency(model, IMAGES[0], 1)
    saliency.smallest_change(model, IMAGES[0])
    assert all(parameter.grad is None for parameter in model.parameters())


# --- occlusion ------------------------------------------------------------------------------------------------------


def test_hiding_by_hand():
    model, image, digit = model_of(DEEP), IMAGES[2], 7
    found = saliency.occlusion(model, image, digit, size=5)
    with torch.no_grad():
        whole = model(torch.tensor(image).reshape(1, -1))[0]
        assert found.before == pytest.approx(float(whole[digit]), rel=1e-6)
        flips = 0
        for i, row in enumerate(range(0, 24, 2)):
            for j, column in enumerate(range(0, 24, 2)):
                hidden = image.copy()
                hidden[row : row + 5, column : column + 5] = -1
                now = model(torch.tensor(hidden).reshape(1, -1))[0]
                assert found.falls[i, j] == pytest.approx(float(whole[digit] - now[digit]), abs=1e-6)
                flips += int(now.argmax() != whole.argmax())
    assert found.flips == flips
    assert found.falls.shape == (12, 12)
    assert found.starts.tolist() == list(range(0, 24, 2))


def test_hiding_background_costs_nothing():
    found = saliency.occlusion(model_of(DEEP), np.full((28, 28), -1, np.float32), 3)
    assert not found.falls.any()
    assert found.flips == 0


# --- the smallest change --------------------------------------------------------------------------------------------


@given(st.integers(0, 2**20))
def test_for_a_linear_network_it_is_the_distance_to_the_nearest_border(seed):
    """With room on all sides the change is |f| / ||w|| of the nearest other digit, in its direction."""
    model = model_of(netlib.NetworkSpec((), seed=seed), double=True)
    image = np.random.default_rng(seed).uniform(-0.2, 0.2, (28, 28))
    weight, bias = model.output.weight.detach().numpy(), model.output.bias.detach().numpy()
    scores = weight @ image.reshape(-1) + bias
    answer = int(scores.argmax())
    others = [k for k in range(10) if k != answer]
    distances = [(scores[answer] - scores[k]) / np.linalg.norm(weight[k] - weight[answer]) for k in others]
    found = saliency.smallest_change(model, image)
    assert found.steps == 1
    assert found.size == pytest.approx(min(distances), rel=1e-4, abs=1e-6)
    assert found.digits == (answer, others[int(np.argmin(distances))])
    along = weight[found.digits[1]] - weight[answer]
    assert float(found.change.reshape(-1) @ along) == pytest.approx(found.size * np.linalg.norm(along), rel=1e-6)


@pytest.mark.parametrize("hidden", [(), (64,), (128, 64), (32,) * 6])
@pytest.mark.parametrize("index", [0, 7, 20])
def test_it_flips_the_answer_within_the_bounds_and_a_little_less_does_not(hidden, index):
    model = model_of(netlib.NetworkSpec(hidden, weight_init="kaiming_normal", seed=2))
    found = saliency.smallest_change(model, IMAGES[index])
    before, after = logits(model, found.image), logits(model, found.changed)
    assert (before.argmax(), after.argmax()) == found.digits
    assert before.argmax() != after.argmax()
    assert found.changed.min() >= -1
    assert found.changed.max() <= 1
    assert found.after.sum() == pytest.approx(1, rel=1e-5)
    less = logits(model, found.image + 0.98 * found.change)
    assert less.argmax() == before.argmax()


def test_it_is_smaller_than_the_way_to_other_images():
    model = model_of(netlib.NetworkSpec(weight_init="kaiming_normal", seed=2))
    answers = np.array([logits(model, image).argmax() for image in IMAGES])
    others = [np.linalg.norm(IMAGES[0] - image) for image in IMAGES[answers != answers[0]]]
    assert saliency.smallest_change(model, IMAGES[0]).size < 0.5 * min(others)


@pytest.mark.parametrize(
    "spec",
    [
        netlib.NetworkSpec((32, 16), "relu", "zeros", "zeros"),  # nothing has a slope
        netlib.NetworkSpec((32, 16), "relu", "constant", "constant"),  # all logits move alike
        netlib.NetworkSpec((64,) * 25, "identity", netlib.Init("normal", std=100.0)),  # beyond float32
    ],
)
def test_where_nothing_can_flip_the_answer_there_is_none(spec):
    assert saliency.smallest_change(model_of(spec), IMAGES[0]) is None


def test_beyond_float32_slopes_and_falls_say_that_they_are_not_numbers():
    model = model_of(netlib.NetworkSpec((64,) * 25, "identity", netlib.Init("normal", std=100.0)))
    assert not saliency.saliency(model, IMAGES[0], 0).finite
    assert not saliency.occlusion(model, IMAGES[0], 0).finite


def test_the_caller_keeps_its_threads(two_threads):
    saliency.smallest_change(model_of(DEEP), IMAGES[0])
    saliency.occlusion(model_of(DEEP), IMAGES[0], 0)
    assert torch.get_num_threads() == 2
