"""What a snapshot says, against plain torch and numpy, for networks of every kind."""

import math

import numpy as np
import pytest
import torch

from netlib.network import restore
from netlib.spec import Init, NetworkSpec
from netlib.training.loop import Trainer
from netlib.training.measure import BINS, PICTURES, Meter
from netlib.training.spec import TrainSpec

DIFFICULT = {
    "default": NetworkSpec(),
    "no hidden layer": NetworkSpec(()),
    "thirty layers": NetworkSpec((8,) * 30, "tanh"),
    "one unit": NetworkSpec((1,)),
    "wide": NetworkSpec((1024,)),
    "zeros": NetworkSpec((8,), weight_init="zeros", bias_init="zeros"),
    "constant": NetworkSpec((8,), weight_init=Init("constant", value=0.1)),
    "dead": NetworkSpec((8, 8), weight_init=Init("constant", value=0.1), bias_init=Init("constant", value=-100)),
    "mixed": NetworkSpec((8, 8, 8), ("leaky_relu", "sigmoid", "gelu")),
    "tiny": NetworkSpec((8,), weight_init=Init("normal", std=1e-38)),
    "exploding": NetworkSpec((8,) * 30, "identity", weight_init=Init("normal", std=100.0)),
}


def measured(network, digits, steps=3, **options):
    trainer = Trainer(TrainSpec(network, **options), digits)
    meter = Meter(trainer, digits)
    first, watched = meter.snapshot(None), None
    for _ in range(steps):
        watched = trainer.step(watch=True)
    return trainer, first, meter.snapshot(watched), watched


def reference(trainer, digits):
    """Pre-activations and what leaves each layer, by the modules themselves."""
    model = restore(trainer.spec.network, trainer.weights())
    x, befores, afters = digits.held_images, [], []
    with torch.no_grad():
        for linear, activation in zip(model[::2], model[1::2], strict=True):
            befores.append(linear(x))
            x = activation(befores[-1])
            afters.append(x)
    afters[-1] = befores[-1]  # of the output its logits
    return [b.numpy() for b in befores], [a.numpy() for a in afters]


@pytest.mark.parametrize("name", [name for name in DIFFICULT if name != "exploding"])
def test_every_number_is_torchs_and_numpys(name, digits):
    trainer, first, last, watched = measured(DIFFICULT[name], digits)
    befores, afters = reference(trainer, digits)
    logits = torch.tensor(befores[-1])
    assert last.held_out_loss == pytest.approx(
        float(torch.nn.functional.cross_entropy(logits.double(), digits.held_labels)), rel=1e-4
    )
    assert last.held_out_accuracy == pytest.approx(
        np.mean(befores[-1].argmax(1) == digits.held_labels.numpy()), abs=0.002
    )
    assert (last.held_out_digits, last.held_out_of) == (1000, 1000)
    assert (first.step, last.step, last.training_digits) == (0, 3, 192)
    for index, (layer, start) in enumerate(zip(last.layers, first.layers, strict=True)):
        weight = trainer.weights()[index][0]
        for values, edges, counts, others in (
            (weight, layer.weight_edges, layer.weight_counts, layer.weight_start),
            (afters[index], layer.activation_edges, layer.activation_counts, layer.activation_start),
        ):
            assert counts.sum() == others.sum() == values.size, "everything is counted, now and at the start"
            assert len(counts) == len(others) == BINS == len(edges) - 1
            # A value beside an edge may fall to either side of it: float32 there, float64 here.
            expected = np.histogram(values.astype(np.float64), edges)[0]
            assert np.abs(np.cumsum(counts) - np.cumsum(expected)).max() <= 1e-3 * values.size + 1
        assert np.array_equal(start.weight_counts, start.weight_start), "at step 0 now is the start"
        assert np.array_equal(start.activation_counts, start.activation_start)
        assert layer.gradient_norm == watched.gradient_norms[index]
        assert layer.update_ratio == watched.update_ratios[index]
        assert math.isnan(start.gradient_norm)
        spec = trainer.spec.network.layers[index]
        if spec.activation in ("softmax", "sigmoid", "tanh", "identity"):
            assert layer.dead is None
        else:
            assert layer.dead == np.sum(np.all(befores[index] <= 0, axis=0))
        assert (layer.name, layer.activation, layer.units) == (spec.name, spec.activation, spec.fan_out)
    units = min(PICTURES, trainer.spec.network.layers[0].fan_out)
    assert np.array_equal(last.pictures, trainer.weights()[0][0][:units].reshape(-1, 28, 28))


def test_a_dead_network_is_seen_to_be_dead(digits):
    _, first, _, _ = measured(DIFFICULT["dead"], digits, steps=0)
    assert [layer.dead for layer in first.layers] == [8, 8, None]


@pytest.mark.filterwarnings("error")
def test_numbers_that_overflow_are_left_out_and_nothing_fails(digits):
    trainer = Trainer(TrainSpec(DIFFICULT["exploding"]), digits)
    snapshot = Meter(trainer, digits).snapshot(None)
    assert not math.isfinite(snapshot.held_out_loss)
    assert snapshot.layers[-1].activation_counts.sum() < 10_000
    assert snapshot.layers[0].activation_counts.sum() == 8_000


def test_edges_hold_the_start_too_when_the_weights_grow(digits):
    _, first, last, _ = measured(NetworkSpec((8,)), digits, steps=30, optimizer="sgd", learning_rate=1.0)
    early, late = first.layers[0], last.layers[0]
    assert late.weight_edges[-1] > early.weight_edges[-1]
    assert late.weight_start.sum() == early.weight_start.sum()
    assert np.count_nonzero(late.weight_start) < np.count_nonzero(early.weight_start), "the same weights in wider bins"


def test_a_point_has_the_snapshots_single_numbers(digits):
    trainer, _, snapshot, watched = measured(NetworkSpec((8, 8)), digits)
    point = Meter(trainer, digits).point(watched)
    assert repr(point) == repr(snapshot.point)  # repr: nan is not equal to itself


def test_step_zero_has_a_training_loss_too(digits):
    _, first, _, _ = measured(NetworkSpec(()), digits, steps=0)
    assert first.training_digits == 512
    assert first.training_loss == pytest.approx(math.log(10), abs=0.3)


def test_arrays_are_read_only(digits):
    _, _, last, _ = measured(NetworkSpec((8,)), digits)
    arrays = [last.pictures] + [v for layer in last.layers for v in vars(layer).values() if isinstance(v, np.ndarray)]
    assert not any(array.flags.writeable for array in arrays)


def test_dropout_has_no_part_in_what_is_measured(digits):
    trainer, _, last, _ = measured(NetworkSpec((32,)), digits, dropout=0.9)
    befores, _ = reference(trainer, digits)
    assert last.held_out_accuracy == pytest.approx(
        np.mean(befores[-1].argmax(1) == digits.held_labels.numpy()), abs=0.002
    )
