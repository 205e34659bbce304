"""Moments, correlation, rank and sizes against loops and definitions written out."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from netlib.gradients import Gradients, LayerGradient
from netlib.stats.flow import LEVELS, correlation, decades, effective_rank, flow, moments, sizes
from netlib.trace import LayerTrace, Trace

batches = hnp.arrays(
    np.float32,
    st.tuples(st.integers(1, 8), st.integers(1, 6)),
    elements=st.floats(-100, 100, width=32),
)
any_floats = hnp.arrays(np.float32, st.integers(0, 60), elements=st.floats(width=32))


def random(n, units, seed=0):
    return np.random.default_rng(seed).normal(0.3, 2.0, (n, units)).astype(np.float32)


def pairwise_cosines(rows):
    """Every pair a < b of rows with a direction, one after another."""
    rows = [row for row in rows.astype(np.float64) if np.isfinite(row).all() and np.linalg.norm(row) > 0]
    return [a @ b / math.sqrt((a @ a) * (b @ b)) for a, b in itertools.combinations(rows, 2)]


@given(batches)
def test_moments_are_the_plain_means(values):
    found = moments(values)
    exact = values.astype(np.float64)
    assert found.mean == pytest.approx(exact.mean(), abs=1e-9)
    assert found.second_moment == pytest.approx((exact**2).mean(), rel=1e-9)
    assert found.finite == found.count == values.size


@given(batches)
def test_the_correlation_is_the_mean_over_all_pairs(values):
    cosines = pairwise_cosines(values)
    found = correlation(values)
    assert found == moments(values).correlation
    if cosines:
        assert found == pytest.approx(np.mean(cosines), abs=1e-9)
    else:
        assert found is None


def test_the_correlation_of_hand_made_images():
    assert correlation(np.array([[1, 0], [0, 2]], np.float32)) == pytest.approx(0)
    assert correlation(np.array([[1, 1], [3, 3]], np.float32)) == pytest.approx(1)
    assert correlation(np.array([[1, 1], [-2, -2]], np.float32)) == pytest.approx(-1)
    assert correlation(np.array([[1, 0], [1, 1]], np.float32)) == pytest.approx(math.sqrt(0.5))
    assert correlation(np.ones((1, 5), np.float32)) is None
    assert correlation(np.array([[1, 1], [0, 0]], np.float32)) is None
    assert correlation(np.array([[1, 0], [np.nan, 1], [0, 1]], np.float32)) == pytest.approx(0)


def test_it_is_not_centred_as_in_mean_field_theory():
    """A constant in all images correlates them, whatever their differences."""
    assert correlation(random(50, 400) + 1000) > 0.999


def test_what_is_not_finite_is_counted_and_left_out():
    found = moments(np.array([[1, 2], [np.inf, 3], [2, 1], [np.nan, np.nan]], np.float32))
    assert (found.finite, found.count) == (5, 8)
    assert found.mean == pytest.approx(9 / 5)
    assert found.second_moment == pytest.approx(19 / 5)
    assert found.correlation == pytest.approx(0.8)
    nothing = moments(np.full((2, 2), np.nan, np.float32))
    assert math.isnan(nothing.mean)
    assert nothing.correlation is None
    assert nothing.finite == 0


def test_float32s_largest_and_smallest_numbers_have_squares_here():
    assert moments(np.full((2, 3), 3e38, np.float32)).second_moment == pytest.approx(9e76, rel=1e-6)
    assert moments(np.full((2, 3), 1e-38, np.float32)).second_moment == pytest.approx(1e-76, rel=1e-6)
    assert correlation(np.full((2, 3), 1e-38, np.float32)) == pytest.approx(1)


@given(st.integers(2, 12), st.integers(1, 12), st.integers(0, 10_000))
def test_the_rank_is_the_participation_ratio_of_the_covariances_eigenvalues(n, units, seed):
    values = random(n, units, seed)
    eigenvalues = np.clip(np.linalg.eigvalsh(np.cov(values.T.astype(np.float64)).reshape(units, units)), 0, None)
    found = effective_rank(values)
    assert found == pytest.approx(eigenvalues.sum() ** 2 / (eigenvalues**2).sum(), rel=1e-6)
    assert 1 - 1e-9 <= found <= min(n - 1, units) + 1e-9


def test_the_rank_of_hand_made_images():
    square = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], np.float32)
    assert effective_rank(square) == pytest.approx(2)
    assert effective_rank(square + 7) == pytest.approx(2)  # what all share is no difference
    assert effective_rank(square * 1e30) == pytest.approx(2)
    assert effective_rank(square * np.array([1, 0], np.float32)) == pytest.approx(1)
    assert effective_rank(np.ones((5, 3), np.float32)) is None
    assert effective_rank(np.zeros((5, 3), np.float32)) is None
    assert effective_rank(np.ones((1, 3), np.float32)) is None


def test_differences_of_a_last_bit_have_no_directions():
    assert effective_rank(np.float32(0.5) + np.float32(6e-8) * np.sign(random(20, 30))) is None
    assert effective_rank(np.float32(0.5) + np.float32(1e-4) * np.sign(random(20, 30))) > 5


@given(any_floats)
def test_sizes_count_everything_once(gradient):
    found = sizes(gradient)
    finite = gradient[np.isfinite(gradient)].astype(np.float64)
    assert (found.finite, found.count) == (finite.size, gradient.size)
    assert found.norm == pytest.approx(np.linalg.norm(finite), rel=1e-9)
    some = np.abs(finite[finite != 0])
    if some.size:
        np.testing.assert_allclose(found.percentiles, np.percentile(some, LEVELS), rtol=1e-6)
        assert found.zeros == pytest.approx(1 - some.size / finite.size)
        assert found.rms == pytest.approx(np.sqrt((finite**2).mean()), rel=1e-9)
    else:
        assert np.isnan(found.percentiles).all()


@given(any_floats)
@settings(max_examples=200)
def test_decades_hold_every_size_once(gradient):
    found = decades(gradient)
    finite = gradient[np.isfinite(gradient)]
    some = np.log10(np.abs(finite[finite != 0].astype(np.float64)))
    assert found.zeros == pytest.approx(1 - some.size / finite.size if finite.size else 0)
    if not some.size:
        assert found.shares.size == 0
        return
    assert found.shares.sum() + found.zeros == pytest.approx(1)
    assert found.exponents[0] <= some.min() < found.exponents[1]
    assert found.exponents[-2] <= some.max() < found.exponents[-1]
    expected, _ = np.histogram(some, found.exponents)
    assert np.abs(np.cumsum(found.shares * finite.size) - np.cumsum(expected)).max() <= 1 + 1e-6  # on an edge


def test_a_vanishing_gradient_keeps_its_decades():
    found = decades(np.float32([0, 1e-30, 1e-12, 0.5]))
    assert found.zeros == 0.25
    assert found.exponents[0] <= -30
    assert found.exponents[-1] == -0.25  # 0.5 is 10 to the power of -0.3
    assert found.shares.max() == 0.25


def hand_made():
    """Two images, two hidden units of which the second is dead, ten logits."""
    hidden = LayerTrace(
        "fc1",
        "relu",
        np.ones((2, 784), np.float32),
        np.zeros(2, np.float32),
        np.array([[1, -1], [3, -2]], np.float32),
        np.array([[1, 0], [3, 0]], np.float32),
    )
    logits = np.arange(20, dtype=np.float32).reshape(2, 10)
    output = LayerTrace(
        "output", "softmax", np.ones((10, 2), np.float32), np.zeros(10, np.float32), logits, logits / 145
    )
    trace = Trace(np.full((2, 1, 28, 28), -1, np.float32), np.array([3, 4]), (hidden, output))
    gradient = np.array([[3, 0], [0, 4]], np.float32)
    back = Gradients(
        2.0,
        (
            LayerGradient("fc1", gradient, gradient[0], gradient, gradient),
            LayerGradient("output", gradient, gradient[0], gradient, None),
        ),
    )
    return trace, back


def test_a_flow_of_hand_made_layers():
    found = flow(*hand_made())
    first, last = found.layers
    assert found.loss == 2.0
    assert (found.inputs.mean, found.inputs.second_moment, found.inputs.correlation) == pytest.approx((-1, 1, 1))
    assert found.input_rank is None
    assert (first.name, first.activation, first.units) == ("fc1", "relu", 2)
    assert first.signal.mean == pytest.approx(0.25)
    assert first.signal.second_moment == pytest.approx(15 / 4)
    assert first.saturated == 0.5
    assert first.dead == 0.5
    assert first.rank == pytest.approx(1)
    assert first.weight.norm == 5
    assert first.weight.rms == 2.5
    assert first.weight.zeros == 0.5
    assert first.after.norm == 5
    assert last.saturated is None
    assert last.after is None


@pytest.mark.parametrize(
    "gradient",
    [
        np.random.default_rng(0).normal(size=100_000).astype(np.float32) ** 9,
        np.full(5_000, 0.1, np.float32),
        np.repeat(np.float32([1e-40, 1e-3, 3e38]), 1_000),
    ],
    ids=["many decades", "all alike", "subnormal to largest"],
)
def test_percentiles_of_large_gradients_are_numpys(gradient):
    some = np.abs(gradient[gradient != 0]).astype(np.float64)
    np.testing.assert_allclose(sizes(gradient).percentiles, np.percentile(some, LEVELS), rtol=1e-12)
