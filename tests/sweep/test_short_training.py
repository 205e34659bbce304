"""Networks trained together against the Trainer, one after the other: every optimiser, activation and odd end."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from netlib.activations import ACTIVATIONS
from netlib.ensemble import draw_biases, draw_weights
from netlib.network import one_thread
from netlib.slopes import ACTIVATION_PAIRS
from netlib.spec import BatchSpec, Init, NetworkSpec
from netlib.sweep import short_training
from netlib.sweep.short_training import LOOK_EVERY, NEAR, RECENT, train
from netlib.sweep.spec import ShortTraining
from netlib.training.loop import Diverged, Trainer
from netlib.training.material import material
from netlib.training.spec import OPTIMIZERS

SEEDS = (0, 7, 4_294_967_295)


@pytest.fixture(scope="module")
def digits():
    """The bundled digits, a quarter of them to train on."""
    whole = material("bundled")
    return replace(whole, images=whole.images[:1000], labels=whole.labels[:1000])


def together(network, training, digits, seeds=SEEDS):
    with one_thread():
        tensors = [
            (draw_weights(layer, layer.weight_distribution, seeds), draw_biases(layer, seeds))
            for layer in network.layers
        ]
        return train(network, training, seeds, tensors, digits)


def logits(trainer, images):
    x = images
    parameters = trainer.parameters
    for layer, weight, bias in zip(trainer.spec.network.layers, parameters[::2], parameters[1::2], strict=True):
        x = functional.linear(x, weight, bias)
        x = x if layer.is_output else ACTIVATION_PAIRS[layer.activation][0](x)
    return x


def alone(network, training, digits, seed):
    """Loss, held-out accuracy, steps to the threshold and whether it diverged, by the Trainer and plain torch."""
    trainer = Trainer(training.of(replace(network, seed=seed), BatchSpec()), digits)
    shares, reached = [], math.nan
    with torch.inference_mode(), one_thread():
        try:
            while trainer.epochs_done < training.epochs:
                trainer.step()
                _, last, labels = trainer._last[-1]
                shares.append((int((last.argmax(1) == labels).sum()), len(labels)))
                if trainer.step_count % LOOK_EVERY == 0 and math.isnan(reached):
                    right, count = np.sum(shares[-RECENT:], axis=0)
                    held = float((logits(trainer, digits.held_images).argmax(1) == digits.held_labels).double().mean())
                    if right / count >= training.threshold - NEAR and held >= training.threshold:
                        reached = trainer.step_count
            trainer.check_weights()
        except Diverged:
            return math.nan, math.nan, reached, True
        held = float((logits(trainer, digits.held_images).argmax(1) == digits.held_labels).double().mean())
    return trainer.recent()[0], held, reached, False


def assert_alike(network, training, digits, loss=1e-4, images=3):
    found = together(network, training, digits)
    for place, seed in enumerate(SEEDS):
        expected = alone(network, training, digits, seed)
        assert found.diverged[place] == expected[3]
        np.testing.assert_allclose(found.loss[place], expected[0], rtol=loss)
        np.testing.assert_allclose(found.held_out_accuracy[place], expected[1], atol=images / 1000)
        np.testing.assert_array_equal(found.steps_to_threshold[place], expected[2])
    return found


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimiser_is_the_trainers(optimizer, digits):
    """Two epochs, each with a last batch that is smaller; none of them a multiple of a cache line."""
    training = ShortTraining(2, optimizer, batch_size=50, threshold=0.5)
    found = assert_alike(NetworkSpec((24, 16)), training, digits)
    assert not found.diverged.any()


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_the_trainers(activation, digits):
    network = NetworkSpec((16, 8), activation, "kaiming_normal", Init("constant", value=0.1))
    assert_alike(network, ShortTraining(batch_size=96, optimizer="sgd"), digits)


@pytest.mark.parametrize("sizes", [(), (1,), (9, 1, 5)])
def test_any_shape_is_the_trainers(sizes, digits):
    assert_alike(NetworkSpec(sizes, "tanh"), ShortTraining(batch_size=64), digits)


def test_steps_to_the_threshold_are_counted_at_every_look(digits):
    found = assert_alike(NetworkSpec((64,)), ShortTraining(8, batch_size=64, learning_rate=0.003), digits)
    assert np.isfinite(found.steps_to_threshold).all()
    assert (found.steps_to_threshold % LOOK_EVERY == 0).all()
    never = together(NetworkSpec((64,)), ShortTraining(threshold=1.0), digits)
    assert np.isnan(never.steps_to_threshold).all()


def test_a_network_that_diverges_has_no_numbers_and_the_others_go_on(digits):
    """One seed's weights are drawn so large that its first loss overflows: the others do not notice."""
    network, training = NetworkSpec((16,)), ShortTraining(batch_size=100)
    with one_thread():
        tensors = [
            (draw_weights(layer, layer.weight_distribution, SEEDS), draw_biases(layer, SEEDS))
            for layer in network.layers
        ]
        sound = train(network, training, SEEDS, tensors, digits)
        for weight, _ in tensors:
            weight[1] *= 1e30
        found = train(network, training, SEEDS, tensors, digits)
    assert found.diverged.tolist() == [False, True, False]
    assert np.isnan([found.loss[1], found.held_out_accuracy[1], found.steps_to_threshold[1]]).all()
    for name in ("loss", "held_out_accuracy"):
        np.testing.assert_array_equal(getattr(found, name)[[0, 2]], getattr(sound, name)[[0, 2]])


def test_a_learning_rate_too_large_diverges_as_in_the_trainer(digits):
    network = NetworkSpec((16, 16), "identity")
    found = assert_alike(network, ShortTraining(optimizer="sgd", learning_rate=100.0, batch_size=50), digits)
    assert found.diverged.all()


def test_the_weights_given_stay_as_they_are(digits):
    network = NetworkSpec((8,))
    tensors = [
        (draw_weights(layer, layer.weight_distribution, SEEDS), draw_biases(layer, SEEDS)) for layer in network.layers
    ]
    before = [(weight.clone(), bias.clone()) for weight, bias in tensors]
    train(network, ShortTraining(batch_size=500), SEEDS, tensors, digits)
    assert all(
        torch.equal(a, b) for one, other in zip(tensors, before, strict=True) for a, b in zip(one, other, strict=True)
    )


def test_digits_kept_as_bytes_are_the_same_digits(digits):
    """The full set's are: its floats would fill the memory."""
    pixels = ((digits.images / 2 + 0.5) * 255).round().to(torch.uint8)
    kept = replace(digits, images=pixels)
    assert torch.equal(kept.batch(torch.arange(1000))[0], digits.images)
    for batch_size in (64, 100):
        training = ShortTraining(batch_size=batch_size)
        one, other = (together(NetworkSpec((16,)), training, source) for source in (digits, kept))
        assert all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in vars(one))


def test_memory_does_not_grow_with_the_steps(digits):
    """What is kept of each step is one number a network."""
    training = short_training._Training(
        NetworkSpec((8,)),
        ShortTraining(),
        SEEDS,
        [(torch.zeros(3, 8, 784), torch.zeros(3, 1, 8)), (torch.zeros(3, 10, 8), torch.zeros(3, 1, 10))],
        digits,
    )
    with torch.inference_mode():
        training.run()
    assert sum(sums.numel() for _, sums in training._sums) == 16 * len(SEEDS)
    assert len(training._recent) == RECENT
