"""The batched evaluation of seeds against networks built, run and differentiated one by one with plain torch."""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from netlib import ensemble as ensembles
from netlib.activations import ACTIVATIONS
from netlib.backward import gradients_of
from netlib.ensemble import Data, Stack, chunks, draw_biases, draw_weights, ensemble, measure, room
from netlib.forward import run
from netlib.initializers import SCHEMES
from netlib.network import build, one_thread
from netlib.population import Ensemble
from netlib.spec import Init, NetworkSpec
from netlib.stats.flow import flow
from netlib.stats.outputs import summarise_outputs
from tests.oracles import networks, noise

SEEDS = (0, 7, 4_294_967_295)


def one_by_one(spec, seeds, batch):
    """The same numbers from a network for each seed: a Trace, its Gradients, and the numbers of `stats.flow`."""
    found = {}
    for seed in seeds:
        trace = run(build(replace(spec, seed=seed)), batch)
        numbers = flow(trace, gradients_of(trace))
        outputs = summarise_outputs(trace)
        one = {
            "mean": [layer.signal.mean for layer in numbers.layers],
            "second_moment": [layer.signal.second_moment for layer in numbers.layers],
            "correlation": [layer.signal.correlation for layer in numbers.layers],
            "saturated": [layer.saturated for layer in numbers.layers],
            "dead": [layer.dead for layer in numbers.layers],
            "rank": [layer.rank for layer in numbers.layers],
            "weight_gradient": [layer.weight.norm for layer in numbers.layers],
            "before_gradient": [layer.before.norm for layer in numbers.layers],
            "entropy": outputs.entropy,
            "cross_entropy": outputs.cross_entropy,
            "top_probability": outputs.top_probability,
        }
        for name, number in one.items():
            found.setdefault(name, []).append(number)
    return {name: np.array(numbers, dtype=np.float64) for name, numbers in found.items()}


def assert_same(measured: Ensemble, expected, tolerance=1e-6):
    for name, numbers in expected.items():
        given = getattr(measured, name)
        assert given.shape == numbers.shape, name
        np.testing.assert_array_equal(np.isnan(given), np.isnan(numbers), err_msg=name)
        largest = np.nanmax(np.abs(numbers), axis=0, initial=0)
        apart = np.abs(np.nan_to_num(given - numbers))
        assert (apart <= tolerance * largest).all(), (name, apart / np.where(largest > 0, largest, 1))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme_with_every_activation_is_what_one_network_after_another_gives(scheme, activation):
    """Within 1e-6 of the largest seed's number; not bit for bit, for sums are taken in another order."""
    spec, batch = NetworkSpec((24, 16), activation, scheme), noise(12, high=0.2)
    expected = one_by_one(spec, SEEDS, batch)
    assert_same(ensemble(spec, SEEDS, batch, ranks=True), expected)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_weights_are_those_of_build_bit_for_bit(scheme):
    spec = NetworkSpec((24, 16), "tanh", scheme, "pytorch")
    models = [build(replace(spec, seed=seed)) for seed in SEEDS]
    for layer in spec.layers:
        linears = [getattr(model, layer.name) for model in models]
        with one_thread():  # as `ensemble` does: QR gives other bits with two
            weight, bias = draw_weights(layer, layer.weight_distribution, SEEDS), draw_biases(layer, SEEDS)
        assert torch.equal(weight, torch.stack([linear.weight for linear in linears]))
        assert torch.equal(bias, torch.stack([linear.bias for linear in linears])[:, None])


def test_the_norms_are_those_of_plain_autograd():
    """No code of ours but `build`: loss, backward(), norms of `.grad`."""
    spec, batch = NetworkSpec((40, 20), ("gelu", "relu"), ("kaiming_normal", "sparse", "pytorch")), noise(32, high=0.2)
    found = ensemble(spec, SEEDS, batch)
    for i, seed in enumerate(SEEDS):
        model = build(replace(spec, seed=seed))
        logits = model[:-1](torch.tensor(batch.images).flatten(1))
        loss = functional.cross_entropy(logits, torch.tensor(batch.labels))
        loss.backward()
        norms = [float(getattr(model, layer.name).weight.grad.norm()) for layer in spec.layers]
        np.testing.assert_allclose(found.weight_gradient[i], norms, rtol=1e-5)
        np.testing.assert_allclose(found.cross_entropy[i], loss.item(), rtol=1e-6)


@pytest.mark.parametrize("n", [1, 2, 12, 200])
@pytest.mark.parametrize("sizes", [(), (1,), (300,), (8, 300, 2)])
def test_any_shape_of_layers_and_batch_takes_the_same_way(sizes, n):
    """Narrow and wide layers, few and many images: both ways to the norm of a weight gradient, Gram or direct."""
    spec, batch = NetworkSpec(sizes, "silu", "lecun_normal"), noise(n, high=0.2)
    assert_same(ensemble(spec, SEEDS, batch, ranks=True), one_by_one(spec, SEEDS, batch))


@given(networks(most_layers=4, most_units=30), st.integers(1, 9), st.booleans())
@settings(max_examples=40)
def test_any_network_gives_the_same_numbers_while_they_stay_within_float32(spec, n, ranks):
    batch = noise(n, high=0.2)
    found, expected = ensemble(spec, (spec.seed,), batch, ranks=ranks), one_by_one(spec, (spec.seed,), batch)
    moments = expected["second_moment"]
    if not np.isfinite(moments).all() or moments.max() > 1e12 or expected["cross_entropy"][0] > 1e6:
        return  # steep cliffs: a last bit of a logit decides everything behind it
    for name in ("second_moment", "entropy", "cross_entropy", "top_probability"):
        np.testing.assert_allclose(getattr(found, name), expected[name], rtol=1e-3, atol=1e-4, err_msg=name)
    assert (found.rank is not None) == ranks


def test_chunks_of_seeds_change_nothing(monkeypatch):
    spec, batch = NetworkSpec((24, 16), "tanh", "xavier_normal"), noise(12, high=0.2)
    seeds = tuple(range(7))
    whole = ensemble(spec, seeds, batch)
    monkeypatch.setattr(ensembles, "CACHE_BYTES", 500_000)
    assert 1 < len(list(chunks(spec, seeds, 12, 500_000))) < len(seeds)
    in_parts = ensemble(spec, seeds, batch)
    assert_same(in_parts, {name: getattr(whole, name) for name in ("mean", "weight_gradient", "entropy")}, 1e-9)
    assert in_parts.seeds == whole.seeds == seeds


@pytest.mark.parametrize("n", [1, 9, 16])
def test_a_batch_filled_up_to_whole_cache_lines_and_half_of_the_numbers_are_the_same_numbers(n):
    spec, batch = NetworkSpec((24, 7), "gelu", "xavier_normal"), noise(n, high=0.2)
    stacks = [
        Stack(layer.activation, draw_weights(layer, layer.weight_distribution, SEEDS), draw_biases(layer, SEEDS))
        for layer in spec.layers
    ]
    whole, filled = measure(stacks, Data.of(batch)), Data.of(batch, filled=True)
    assert (len(filled.inputs), filled.count) == (16, n)
    half = measure(stacks, filled, whole=False)
    assert whole.layers.keys() - half.layers.keys() == {"mean", "before_gradient"}
    for name, numbers in (half.layers | half.outputs).items():
        expected = (whole.layers | whole.outputs)[name]
        expected = expected[:, -1:] if name == "correlation" else expected
        np.testing.assert_allclose(numbers, expected, rtol=1e-5, err_msg=name)


def test_memory_that_a_thread_keeps_changes_nothing_and_is_bounded(monkeypatch):
    specs = [NetworkSpec((24, 16), "tanh"), NetworkSpec((3,), "relu"), NetworkSpec((40,), "gelu", "orthogonal")]
    batch = noise(12, high=0.2)
    arrays = ("second_moment", "weight_gradient", "entropy")

    def numbers(spec):
        found = ensemble(spec, range(7), batch)
        return [getattr(found, name) for name in arrays]

    def alone(spec):
        with ThreadPoolExecutor(1) as fresh:  # a thread that has nothing yet
            return fresh.submit(numbers, spec).result()

    before = [numbers(spec) for spec in specs]
    for spec, first in zip(specs, before, strict=True):
        for again in (numbers(spec), alone(spec)):
            for mine, other in zip(first, again, strict=True):
                np.testing.assert_array_equal(mine, other)
    assert len(ensembles._kept.flat) <= ensembles.KEPT
    held = ensembles._kept.flat
    monkeypatch.setattr(ensembles, "KEPT", 1)
    numbers(NetworkSpec((400,)))
    assert ensembles._kept.flat is held


def test_every_seeds_weights_start_at_the_start_of_a_cache_line():
    for rows, columns in ((1, 1), (7, 5), (16, 16), (10, 33)):
        made = room(4, rows, columns)
        assert made.shape == (4, rows, columns)
        assert {matrix.data_ptr() % 64 for matrix in made} == {0}
        assert made.view(4, -1).shape == (4, rows * columns)


def test_a_network_at_the_cap_is_taken_few_seeds_at_a_time():
    spec = NetworkSpec((1024, 1024, 128))
    for images in (1, 256):
        parts = list(chunks(spec, range(30), images))
        assert [seed for part in parts for seed in part] == list(range(30))
        assert max(len(part) for part in parts) * spec.parameters * 4 <= 32 * 2**20


def test_a_batch_of_one_has_no_correlation_and_no_rank():
    found = ensemble(NetworkSpec((8,)), SEEDS, noise(1, high=0.2), ranks=True)
    assert np.isnan(found.correlation).all()
    assert np.isnan(found.rank).all()
    assert np.isfinite(found.second_moment).all()


def test_zeros_leave_no_direction_and_no_gradient():
    found = ensemble(NetworkSpec((8, 8), "relu", "zeros", "zeros"), SEEDS, noise(5, high=0.2), ranks=True)
    assert (found.second_moment == 0).all()
    assert (found.dead[:, :-1] == 1).all()
    assert np.isnan(found.correlation).all()
    assert np.isnan(found.rank[:, :-1]).all()
    assert (found.weight_gradient == 0).all()
    np.testing.assert_allclose(found.entropy, math.log(10), rtol=1e-12)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_what_overflows_is_nan_from_there_on_and_said_in_silence(activation):
    spec = NetworkSpec((64,) * 20, activation, Init("normal", std=100))
    found = ensemble(spec, SEEDS, noise(4, high=0.2), ranks=True)
    assert np.isfinite(found.second_moment[:, 0]).all()
    for numbers in (found.second_moment, found.mean):
        assert not np.isinf(numbers).any()
    if activation == "relu":
        assert np.isnan(found.second_moment[:, -1]).all()
        assert np.isnan(found.entropy).all()


def test_gradients_far_below_float32s_squares_stay_legible():
    """Sigmoid after sigmoid: the norm at the first layer is some 1e-20, whose square float32 cannot hold."""
    spec, batch = NetworkSpec((10,) * 25, "sigmoid", "xavier_normal"), noise(6, high=0.2)
    found, expected = ensemble(spec, SEEDS, batch), one_by_one(spec, SEEDS, batch)
    assert 0 < expected["weight_gradient"][0, 0] < 1e-15
    np.testing.assert_allclose(found.weight_gradient, expected["weight_gradient"], rtol=1e-4)


def test_everything_is_read_only_and_counted():
    found = ensemble(NetworkSpec((8,)), SEEDS, noise(3, high=0.2), ranks=True)
    assert found.seeds == SEEDS
    assert found.names == ("fc1", "output")
    assert found.nbytes == 8 * 3 * (8 * 2 + 3)
    for name in ("mean", "rank", "weight_gradient", "entropy"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(found, name)[0] = 0


def test_no_shared_generator_moves_and_one_thread_is_used(two_threads):
    before = torch.get_rng_state()
    ensemble(NetworkSpec((8,), "tanh", "sparse"), SEEDS, noise(3, high=0.2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == 2
