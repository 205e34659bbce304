"""Bands against numpy's percentiles, counted by hand where seeds have no number; what a grid's networks are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from netlib.population import Ensemble, Grid, Population, bands, joined
from netlib.problem import Problem
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup


@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 40), st.integers(1, 4)), elements=st.floats(-1e6, 1e6)))
def test_a_band_is_numpys_percentiles(values):
    found = bands(values)
    for given_, level in ((found.low, 10), (found.middle, 50), (found.high, 90)):
        np.testing.assert_allclose(given_, np.percentile(values, level, axis=0), rtol=1e-12, atol=1e-9)


def test_a_seed_without_a_number_is_left_out_of_that_column_alone():
    values = np.array([[1.0, np.inf, np.nan], [3.0, 4.0, np.nan], [5.0, -np.inf, np.nan], [7.0, 6.0, np.nan]])
    found = bands(values)
    np.testing.assert_array_equal(found.middle, [4.0, 5.0, np.nan])
    np.testing.assert_allclose(found.low, [1.6, 4.2, np.nan])
    np.testing.assert_allclose(found.high, [6.4, 5.8, np.nan])


def test_a_band_is_read_only():
    with pytest.raises(ValueError, match="read-only"):
        bands(np.ones((2, 1))).low[0] = 0


def test_a_grid_is_a_key_and_knows_its_networks():
    assert Grid((8,)) == Grid((8,))
    assert hash(Grid((8,), Init("constant", value=0.5))) == hash(Grid((8,), Init("constant", value=0.5)))
    assert len(Grid((8,)).seeds) == 30
    grid = Grid((8, 4), ("zeros", "zeros", "pytorch"), seeds=(6, 7))
    assert grid.spec("orthogonal", "tanh") == NetworkSpec(
        (8, 4), "tanh", "orthogonal", ("zeros", "zeros", "pytorch"), 6
    )
    with pytest.raises(Problem):
        Grid((2_000,)).spec("zeros", "relu")


def test_the_grid_around_a_setup_is_the_same_for_any_scheme_activation_seed_and_image():
    one = Setup(NetworkSpec((8, 4), "tanh", "sparse", "zeros", 7), BatchSpec(size=9, image=3))
    other = Setup(NetworkSpec((8, 4), "relu", "zeros", "zeros", 1), BatchSpec(size=9, image=0))
    assert Grid.of(one) == Grid.of(other)
    assert hash(Grid.of(one)) == hash(Grid.of(other))
    assert Grid.of(one) != Grid.of(Setup(NetworkSpec((8, 4), bias_init="normal"), BatchSpec(size=9)))
    assert Grid.of(one).spec("sparse", "tanh").bias_init == one.network.bias_init


def test_a_population_is_the_same_for_any_seed_of_its_own_and_any_image():
    one = Setup(NetworkSpec((8, 4), seed=7), BatchSpec(size=9, image=3))
    assert Population.of(one) == Population.of(Setup(NetworkSpec((8, 4), seed=2), BatchSpec(size=9)))
    assert Population.of(one) != Population.of(Setup(NetworkSpec((8, 4), "tanh"), BatchSpec(size=9)))


def part(seeds, *, ranks):
    def numbers(*shape):
        return np.full((len(seeds), *shape), float(seeds[0]))

    layers = {name: numbers(2) for name in ("second_moment", "mean", "correlation", "saturated", "dead")}
    gradients = {name: numbers(2) for name in ("weight_gradient", "before_gradient")}
    outputs = {name: numbers() for name in ("entropy", "cross_entropy", "top_probability")}
    return Ensemble(seeds, ("fc1", "output"), **layers, **gradients, **outputs, rank=numbers(2) if ranks else None)


@pytest.mark.parametrize("ranks", [True, False])
def test_parts_are_joined_in_their_order(ranks):
    whole = joined([part((1, 2), ranks=ranks), part((3,), ranks=ranks)])
    assert whole.seeds == (1, 2, 3)
    assert whole.names == ("fc1", "output")
    np.testing.assert_array_equal(whole.mean[:, 0], [1, 1, 3])
    np.testing.assert_array_equal(whole.entropy, [1, 1, 3])
    assert (whole.rank is not None) == ranks
    assert not whole.mean.flags.writeable
    assert whole.nbytes == 8 * 3 * (2 * (7 + ranks) + 3)
