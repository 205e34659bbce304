"""The grid of all combinations against `ensemble` for each of them, and against networks built one by one."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from netlib import ensemble as ensembles
from netlib.activations import ACTIVATIONS
from netlib.backward import gradients_of
from netlib.ensemble import draw_weights, ensemble
from netlib.forward import run
from netlib.initializers import SCHEMES
from netlib.network import build
from netlib.population import Band, Grid
from netlib.problem import Problem
from netlib.schemes import combinations
from netlib.spec import NetworkSpec
from netlib.stats.flow import flow
from netlib.stats.outputs import summarise_outputs
from tests.oracles import Digits, noise

SEEDS = (0, 3, 5, 8)
BANDS = ("signal", "correlation", "gradient", "gradient_ratio", "saturated", "dead", "entropy", "cross_entropy")


GRID = Grid((24, 16), seeds=SEEDS)
BATCH = noise(20, high=0.2)


@pytest.fixture(scope="module")
def whole():
    return {(found.scheme, found.activation): found for found in results(GRID, BATCH)}


def results(grid, batch):
    """The results alone."""
    return (found for found in combinations(grid, batch) if found is not None)


def one_by_one(spec, batch, seeds):
    """Each column of a combination for every seed, from a network of its own."""
    columns = {name: [] for name in BANDS}
    for seed in seeds:
        trace = run(build(replace(spec, seed=seed)), batch)
        numbers, outputs = flow(trace, gradients_of(trace)), summarise_outputs(trace)
        units = [layer.units for layer in numbers.layers[:-1]]
        norms = [layer.weight.norm for layer in numbers.layers]
        columns["signal"].append(
            [layer.signal.second_moment / numbers.inputs.second_moment for layer in numbers.layers]
        )
        columns["correlation"].append([layer.signal.correlation for layer in numbers.layers])
        columns["gradient"].append(norms)
        columns["gradient_ratio"].append(norms[0] / norms[-1] if norms[-1] else None)
        columns["saturated"].append(np.average([layer.saturated for layer in numbers.layers[:-1]], weights=units))
        columns["dead"].append(np.average([layer.dead for layer in numbers.layers[:-1]], weights=units))
        columns["entropy"].append(outputs.entropy)
        columns["cross_entropy"].append(outputs.cross_entropy)
    return {name: np.array(column, dtype=np.float64) for name, column in columns.items()}


def test_all_combinations_come_once_scheme_by_scheme(whole):
    assert list(whole) == [(scheme, activation) for scheme in SCHEMES for activation in ACTIVATIONS]
    assert {found.seeds for found in whole.values()} == {len(SEEDS)}


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_combination_is_that_of_real_networks(whole, scheme, activation):
    """Medians and ends of the bands, within 1e-6 of the largest seed's number."""
    found = whole[scheme, activation]
    expected = one_by_one(GRID.spec(scheme, activation), BATCH, SEEDS)
    assert found.finite == len(SEEDS)
    for name, column in expected.items():
        band = getattr(found, name)
        # Equal weights send back p - y times one number, whose sum is zero but for rounding: there, as a share of 1.
        noise = scheme == "constant" and "gradient" in name
        largest = max(np.nanmax(np.abs(column)), 1.0) if noise else np.nanmax(np.abs(column), axis=0, initial=0)
        for given, level in ((band.low, 10), (band.middle, 50), (band.high, 90)):
            assert given.shape == column.shape[1:]
            numbers = np.percentile(column, level, axis=0)
            np.testing.assert_array_equal(np.isnan(given), np.isnan(numbers), err_msg=name)
            assert (np.nan_to_num(np.abs(given - numbers)) <= 1e-6 * largest).all(), name


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("scheme", "unit"),
    [
        *[(scheme, "uniform") for scheme in ("pytorch", "uniform", "xavier_uniform", "kaiming_uniform")],
        *[(scheme, "normal") for scheme in ("normal", "xavier_normal", "kaiming_normal", "lecun_normal")],
    ],
)
def test_the_draws_of_these_schemes_are_one_draw_scaled_bit_for_bit(scheme, unit, activation):
    """What the sharing rests on: if torch ever draws in another way, this says so."""
    for layer in NetworkSpec((24, 16), activation, scheme).layers:
        distribution = layer.weight_distribution
        width = distribution.bound if unit == "uniform" else distribution.std
        real = draw_weights(layer, distribution, SEEDS)
        plain = draw_weights(layer, replace(distribution, **{"bound" if unit == "uniform" else "std": 1.0}), SEEDS)
        assert torch.equal(plain * width, real)


def test_what_does_not_fit_at_once_comes_in_parts_and_is_the_same(whole, monkeypatch):
    monkeypatch.setattr(ensembles, "CHUNK_BYTES", 700_000)
    assert len(list(ensembles.chunks(GRID.spec("pytorch", "relu"), SEEDS, 20))) == 2
    for found in results(GRID, BATCH):
        for name in BANDS:
            expected = getattr(whole[found.scheme, found.activation], name)
            np.testing.assert_allclose(getattr(found, name).middle, expected.middle, rtol=1e-5, atol=1e-12)


@pytest.mark.parametrize("sizes", [(), (1,), (9, 5, 7)])
@pytest.mark.parametrize("n", [1, 3])
def test_any_architecture_has_all_its_combinations(sizes, n):
    batch = noise(n, high=0.2)
    found = list(results(Grid(sizes, "zeros", seeds=(4,)), batch))
    assert len(found) == len(SCHEMES) * len(ACTIVATIONS)
    for one in found[:: len(ACTIVATIONS)]:
        spec = NetworkSpec(sizes, one.activation, one.scheme, "zeros", seed=4)
        expected = ensemble(spec, (4,), batch)
        np.testing.assert_allclose(one.entropy.middle, expected.entropy[0], rtol=1e-6)
        np.testing.assert_allclose(one.gradient.middle, expected.weight_gradient[0], rtol=1e-5)
        assert np.isnan(one.saturated.middle) == (not sizes)
        assert np.isnan(one.correlation.middle).all() or n > 1


def test_thirty_layers_that_overflow_or_vanish_are_counted_and_silent():
    found = {(one.scheme, one.activation): one for one in results(Grid((12,) * 30, seeds=(0, 1)), noise(3, high=0.2))}
    assert len(found) == len(SCHEMES) * len(ACTIVATIONS)
    assert found["zeros", "relu"].finite == 2
    assert found["zeros", "relu"].dead.middle < 1  # the biases still fire
    assert all(0 <= one.finite <= 2 for one in found.values())


def test_networks_that_overflow_are_not_counted_in():
    """Each of 30 layers of 200 units with weights of 0.1 multiplies by 20: past float32's 3e38."""
    bright = Digits(np.full((2, 1, 28, 28), 0.5, np.float32), np.zeros(2, np.int64))
    work = results(Grid((200,) * 30, seeds=(0, 1)), bright)
    found = next(one for one in work if (one.scheme, one.activation) == ("constant", "relu"))
    assert (found.seeds, found.finite) == (2, 0)
    assert np.isfinite(found.signal.middle[0])
    assert np.isnan(found.signal.middle[-1])
    assert np.isnan(found.entropy.middle)


def test_a_grid_that_cannot_be_built_says_why():
    with pytest.raises(Problem, match="2000000"):
        next(combinations(Grid((1_024,) * 30), noise(2, high=0.2)))


def test_there_are_steps_between_the_results_and_the_work_ends_where_it_is_left():
    work = combinations(GRID, BATCH)
    steps = [next(work) for _ in range(12)]
    assert [step is None for step in steps] == [True, True, True, False] * 3
    work.close()
    assert list(work) == []


def test_results_are_small_and_read_only(whole):
    for found in whole.values():
        assert found.nbytes < 1_000
        for name in BANDS:
            band = getattr(found, name)
            assert isinstance(band, Band)
            assert not band.middle.flags.writeable


def test_one_thread_while_it_works_and_none_of_it_left_between_results(two_threads):
    work = combinations(GRID, BATCH)
    for _ in range(3):
        next(work)
        assert torch.get_num_threads() == 2
    work.close()
