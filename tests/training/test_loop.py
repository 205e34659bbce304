"""The training against a plain PyTorch loop, bit by bit: every optimiser, activation, shape, with dropout and without."""

import math
from collections import deque
from itertools import islice

import numpy as np
import pytest
import torch

from netlib.activations import ACTIVATIONS
from netlib.problem import Problem
from netlib.spec import Init, NetworkSpec
from netlib.training.loop import Diverged, Trainer, initial_weights
from netlib.training.spec import OPTIMIZERS, TrainSpec
from tests.training.oracles import equal, plain, plain_losses, same


def trained(spec, digits, steps, start=None, watch=lambda step: False):
    trainer = Trainer(spec, digits, start)
    for step in range(steps):
        trainer.step(watch=watch(step))
    return trainer


@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("weight_decay", [0.0, 0.01])
def test_every_optimiser_is_torchs_to_the_last_bit(optimizer, dropout, weight_decay, digits):
    spec = TrainSpec(NetworkSpec(seed=3), optimizer, dropout=dropout, weight_decay=weight_decay, seed=5)
    assert same(trained(spec, digits, 70).weights(), plain(spec, digits, 70)), "an epoch has 63 steps"


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_every_activation_is_autograds_to_the_last_bit(activation, dropout, digits):
    spec = TrainSpec(NetworkSpec((32, 16), activation), dropout=dropout, learning_rate=0.01)
    assert same(trained(spec, digits, 20).weights(), plain(spec, digits, 20))


@pytest.mark.parametrize(
    ("network", "batch_size"),
    [
        (NetworkSpec(()), 64),
        (NetworkSpec((1,)), 64),
        (NetworkSpec((5, 1, 5)), 3),
        (NetworkSpec((16,) * 30, "tanh"), 16),
        (NetworkSpec((1024,)), 256),
        (NetworkSpec((64, 32), ("relu", "tanh")), 1),
        (NetworkSpec((64,), weight_init="zeros", bias_init="zeros"), 64),
        (NetworkSpec((64,), weight_init=Init("constant", value=0.1)), 1024),
    ],
)
def test_every_shape_is_torchs_to_the_last_bit(network, batch_size, digits):
    spec = TrainSpec(network, "adam", batch_size=batch_size, dropout=0.1)
    assert same(trained(spec, digits, 8).weights(), plain(spec, digits, 8))


def test_two_threads_allowed_change_nothing(two_threads, digits):
    """With two the sums of a gradient have other bits."""
    spec = TrainSpec(NetworkSpec((64,)))
    assert same(trained(spec, digits, 10).weights(), plain(spec, digits, 10))
    assert torch.get_num_threads() == 2


def test_learning_rate_and_batch_size_change_while_it_runs(digits):
    spec = TrainSpec(NetworkSpec((32,)), "momentum")
    changes = {5: {"learning_rate": 0.3}, 9: {"batch_size": 200}, 12: {"batch_size": 7, "learning_rate": 0.001}}
    trainer = Trainer(spec, digits)
    for step in range(1, 41):
        for name, value in changes.get(step, {}).items():
            setattr(trainer, name, value)
        trainer.step()
    assert same(trainer.weights(), plain(spec, digits, 40, changes=changes))


def test_it_starts_from_weights_of_ones_own(digits):
    spec = TrainSpec(NetworkSpec((32,)))
    start = tuple((weight * 0.5, bias + 0.25) for weight, bias in initial_weights(spec.network))
    trainer = trained(spec, digits, 10, start)
    assert same(trainer.weights(), plain(spec, digits, 10, start=start))
    trainer.reset()
    assert equal(trainer.weights(), start)


def test_weights_of_another_shape_are_refused(digits):
    with pytest.raises(RuntimeError, match="were expected"):
        Trainer(TrainSpec(NetworkSpec((32,))), digits, initial_weights(NetworkSpec((31,))))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_reset_is_the_very_same_run_again(optimizer, digits):
    trainer = trained(TrainSpec(NetworkSpec((32,)), optimizer, dropout=0.2), digits, 70)
    first = trainer.weights()
    trainer.reset()
    assert (trainer.step_count, trainer.epoch) == (0, 0)
    assert equal(trainer.weights(), initial_weights(trainer.spec.network))
    for _ in range(70):
        trainer.step()
    assert equal(trainer.weights(), first)


def test_watching_changes_nothing(digits):
    spec = TrainSpec(NetworkSpec((32,)), dropout=0.2)
    assert equal(
        trained(spec, digits, 30, watch=lambda step: step % 3 == 0).weights(), trained(spec, digits, 30).weights()
    )


def test_what_a_step_did_is_what_autograd_and_subtraction_say(digits):
    spec = TrainSpec(NetworkSpec((32, 16)), "sgd", learning_rate=0.5)
    watched = trained(spec, digits, 4).step(watch=True)
    steps = plain_losses(spec, digits)
    before = [p.detach().double().clone() for p in next(islice(steps, 3, None))[0].parameters()]
    after = list(next(steps)[0].parameters())
    for layer in range(3):
        pair = slice(2 * layer, 2 * layer + 2)
        gradient = torch.cat([p.grad.double().flatten() for p in after[pair]]).norm()
        change = torch.cat(
            [(p.detach().double() - b).flatten() for p, b in zip(after[pair], before[pair], strict=True)]
        )
        size = torch.cat([b.flatten() for b in before[pair]]).norm()
        assert watched.gradient_norms[layer] == pytest.approx(float(gradient), rel=1e-6)
        assert watched.update_ratios[layer] == pytest.approx(float(change.norm() / size), rel=1e-5)


def test_the_ratio_of_weights_that_were_zero_is_infinite_or_nothing(digits):
    spec = TrainSpec(NetworkSpec((4,), weight_init="zeros", bias_init="zeros"), "sgd")
    watched = Trainer(spec, digits).step(watch=True)
    assert watched.update_ratios == (0.0, math.inf), "the hidden layer gets no gradient through zero weights"


def test_an_epoch_sees_each_image_once_and_counts_itself(digits):
    trainer = Trainer(TrainSpec(NetworkSpec(()), batch_size=300), digits)
    seen = []
    for _ in range(14):
        assert trainer.steps_to_go == 14 - len(seen)
        seen.append(trainer._next()[1])
        trainer.step()
    assert sorted(torch.cat(seen).tolist()) == sorted(digits.labels.tolist())
    assert [len(labels) for labels in seen] == [300] * 13 + [100]
    assert (trainer.epoch, trainer.epochs_done, trainer.step_count) == (1, 1, 14)
    trainer.step()
    assert trainer.epoch == pytest.approx(1.075)


def test_recent_is_the_mean_over_the_images_of_the_last_steps(digits):
    spec = TrainSpec(NetworkSpec((32,)), batch_size=1000)
    trainer = trained(spec, digits, 3)
    losses = [loss for _, loss in islice(plain_losses(spec, digits), 3)]
    loss, accuracy, count = trainer.recent()
    assert (loss, count) == (pytest.approx(np.mean(losses), rel=1e-6), 3000)
    assert 0 < accuracy < 1
    assert math.isnan(Trainer(spec, digits).recent()[0])


def test_a_diverging_run_says_the_step_and_keeps_what_it_had(digits):
    spec = TrainSpec(NetworkSpec((32, 32), "identity"), "sgd", learning_rate=100)
    losses = [loss for _, loss in islice(plain_losses(spec, digits), 60)]
    fatal = next(step for step, loss in enumerate(losses, 1) if not math.isfinite(loss))
    trainer = Trainer(spec, digits)
    with pytest.raises(Diverged) as caught:
        deque((trainer.step() for _ in range(100)), maxlen=0)
    assert isinstance(caught.value, Problem)
    assert caught.value.values["step"] == fatal == trainer.step_count + 1
    assert f"at step {fatal} the loss is" in str(caught.value)
    assert same(trainer.weights(), plain(spec, digits, fatal - 1))


def test_weights_that_are_no_numbers_are_found(digits):
    trainer = trained(TrainSpec(NetworkSpec((8,))), digits, 2)
    trainer.check_weights()
    with torch.inference_mode():
        trainer.parameters[0][0, 0] = math.inf
    with pytest.raises(Diverged, match="after step 2 some weights are no finite numbers"):
        trainer.check_weights()


def test_huge_weights_whose_sum_overflows_are_numbers_all_the_same(digits):
    trainer = Trainer(TrainSpec(NetworkSpec((8,))), digits)
    with torch.inference_mode():
        trainer.parameters[0].fill_(1e38)
    trainer.check_weights()


def test_weights_are_copies_that_nobody_can_write(digits):
    trainer = Trainer(TrainSpec(NetworkSpec((8,))), digits)
    first = trainer.weights()
    trainer.step()
    assert equal(first, initial_weights(trainer.spec.network))
    assert not any(array.flags.writeable for layer in first for array in layer)


def test_the_global_generator_is_not_moved(digits):
    before = torch.get_rng_state()
    trained(TrainSpec(NetworkSpec((8,)), dropout=0.5), digits, 3)
    assert torch.equal(before, torch.get_rng_state())
