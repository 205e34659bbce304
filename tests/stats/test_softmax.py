"""Softmax step by step against torch and closed forms, and the numbers on paper against exact fractions."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special

from netlib.stats.softmax import (
    TEMPERATURES,
    Column,
    naive_softmax,
    on_paper,
    round_to_total,
    softmax_steps,
)

finite32 = st.floats(-(2.0**100), 2.0**100, width=32)
rows = arrays(np.float32, 10, elements=finite32)
usual_rows = arrays(np.float32, 10, elements=st.floats(-50, 50, width=32))
temperatures = st.sampled_from(TEMPERATURES)


def exact(column: Column) -> list[Fraction]:
    """The numbers of a column as they are written, as fractions, with their unit."""
    return [Fraction(int(count), 10**column.decimals) * Fraction(10) ** column.exponent for count in column.counts]


@given(rows)
def test_at_temperature_one_it_is_torchs_softmax(logits):
    steps = softmax_steps(logits)
    expected = torch.softmax(torch.tensor(logits), dim=0).numpy()
    np.testing.assert_allclose(steps.probabilities, expected, atol=1e-6)
    np.testing.assert_array_equal(steps.own, steps.probabilities)


@given(rows, temperatures)
def test_every_step_is_what_it_says(logits, temperature):
    steps = softmax_steps(logits, temperature)
    wide = logits.astype(np.float64)
    np.testing.assert_array_equal(steps.logits, wide)
    np.testing.assert_array_equal(steps.scaled, wide / temperature)
    np.testing.assert_array_equal(steps.shifted, wide / temperature - max(wide / temperature))
    np.testing.assert_allclose(steps.probabilities, special.softmax(wide / temperature), atol=1e-12)
    assert steps.largest == max(wide / temperature)
    assert 1 <= steps.total <= 10
    assert math.isclose(steps.probabilities.sum(), 1, rel_tol=1e-12)
    assert steps.probabilities.min() >= 0
    assert steps.exponentials.max() == 1


@given(usual_rows)
def test_a_higher_temperature_is_flatter_and_keeps_the_order(logits):
    tops = [softmax_steps(logits, temperature).probabilities.max() for temperature in TEMPERATURES]
    assert all(a >= b - 1e-12 for a, b in pairwise(tops))
    for temperature in TEMPERATURES:
        steps = softmax_steps(logits, temperature)
        order = np.argsort(logits, kind="stable")
        assert (np.diff(steps.probabilities[order]) >= -1e-15).all()


@pytest.mark.parametrize("size", [1e5, 1e9, 3e38])
def test_huge_logits_need_no_more_than_the_shift(size):
    logits = np.array([size, -size, 0, size, 0, 0, 0, 0, 0, 0], dtype=np.float32)
    for temperature in TEMPERATURES:
        assert softmax_steps(logits, temperature).probabilities.tolist() == [0.5, 0, 0, 0.5, 0, 0, 0, 0, 0, 0]


def test_equal_logits_are_uniform():
    assert softmax_steps(np.full(10, 7, dtype=np.float32)).probabilities.tolist() == [0.1] * 10


class TestNaive:
    """What happens without the subtraction, in float32 as in the notebook."""

    def test_it_is_softmax_where_nothing_overflows(self):
        logits = np.linspace(-5, 5, 10, dtype=np.float32)
        expected = torch.softmax(torch.tensor(logits), dim=0).numpy()
        np.testing.assert_allclose(naive_softmax(logits), expected, rtol=1e-5)

    @pytest.mark.parametrize(("largest", "is_lost"), [(86.0, False), (88.7, False), (88.8, True), (100.0, True)])
    def test_it_is_lost_from_where_exp_overflows(self, largest, is_lost):
        logits = np.full(10, -10.0, dtype=np.float32)
        logits[4] = largest
        with np.errstate(all="raise", under="ignore"):  # it keeps its own overflow to itself
            naive = naive_softmax(logits)
        assert np.isnan(naive[4]) == is_lost
        t = torch.tensor(logits)
        np.testing.assert_array_equal(np.isnan(naive), torch.isnan(torch.exp(t) / torch.exp(t).sum()).numpy())

    def test_it_is_lost_where_all_underflow(self):
        assert np.isnan(naive_softmax(np.full(10, -1e9, dtype=np.float32))).all()


class TestRounding:
    """Counts of the last decimal that add up to the rounded sum."""

    def test_by_hand(self):
        # Thirds: rounded one by one they would add up to 0.999.
        assert round_to_total(np.full(3, 1 / 3), 3).tolist() == [334, 333, 333]
        assert round_to_total(np.array([0.1116, 0.2229, 0.6655]), 3).tolist() == [112, 223, 665]
        assert round_to_total(np.zeros(4), 2).tolist() == [0, 0, 0, 0]

    @given(arrays(np.float64, 10, elements=st.floats(0, 1)), st.integers(1, 6))
    def test_the_sum_holds_and_each_number_is_less_than_a_unit_away(self, values, decimals):
        counts = round_to_total(values, decimals)
        assert abs(int(counts.sum()) - values.sum() * 10**decimals) <= 0.5 + 1e-6
        assert (np.abs(counts - values * 10**decimals) < 1 + 1e-9).all()


class TestPaper:
    """A reader with a pocket calculator gets the numbers that are written."""

    @given(rows, temperatures)
    def test_the_sums_hold_exactly(self, logits, temperature):
        paper = on_paper(softmax_steps(logits, temperature))
        assert int(paper.probabilities.counts.sum()) == 10**paper.probabilities.decimals
        exponentials = exact(paper.exponentials)
        assert float(sum(exponentials)) == paper.total
        assert max(exponentials) == 1

    @given(rows, temperatures)
    def test_the_subtraction_holds_exactly_where_the_units_are_the_same(self, logits, temperature):
        paper = on_paper(softmax_steps(logits, temperature))
        if paper.scaled.exponent == paper.shifted.exponent:
            largest = max(exact(paper.scaled))
            assert exact(paper.shifted) == [value - largest for value in exact(paper.scaled)]

    @given(rows, temperatures)
    def test_every_number_is_less_than_one_unit_of_its_last_decimal_away(self, logits, temperature):
        steps = softmax_steps(logits, temperature)
        paper = on_paper(steps)
        for name in ("logits", "scaled", "shifted", "exponentials", "probabilities"):
            column, computed = getattr(paper, name), getattr(steps, name)
            unit = 10.0**column.exponent / 10**column.decimals
            assert (np.abs(column.written * 10.0**column.exponent - computed) <= unit * (1 + 1e-6)).all()

    @given(usual_rows, temperatures)
    def test_the_divisions_hold_to_a_unit_of_the_last_decimal(self, logits, temperature):
        paper = on_paper(softmax_steps(logits, temperature))
        for z, scaled in zip(exact(paper.logits), exact(paper.scaled), strict=True):
            last = Fraction(1, 10**paper.scaled.decimals) * Fraction(10) ** paper.scaled.exponent
            assert abs(z / Fraction(str(temperature)) - scaled) <= Fraction(101, 100) * last
        total = Fraction(int(paper.exponentials.counts.sum()), 10**4)
        for exponential, p in zip(exact(paper.exponentials), exact(paper.probabilities), strict=True):
            assert abs(exponential / total - p) <= Fraction(3, 10**4)

    @given(rows, temperatures)
    def test_no_number_is_long(self, logits, temperature):
        paper = on_paper(softmax_steps(logits, temperature))
        for column in (paper.logits, paper.scaled, paper.shifted, paper.exponentials, paper.probabilities):
            assert np.abs(column.written).max() < 2.1e3
            assert column.decimals in (4, 5)

    def test_units_of_large_and_of_small_logits(self):
        shape = np.array([1.5, -2, 0, 0, 0, 0, 0, 0, 0, 0.5])
        for size, exponent in ((1.0, 0), (100.0, 0), (1e-3, 0), (1e-9, -9), (1e9, 9)):
            paper = on_paper(softmax_steps((shape * size).astype(np.float32)))
            assert (paper.logits.exponent, paper.scaled.exponent, paper.shifted.exponent) == (exponent,) * 3

    def test_logits_close_together_far_from_zero_show_their_differences(self):
        steps = softmax_steps(np.float32(2e6) + np.arange(10, dtype=np.float32))
        paper = on_paper(steps)
        assert paper.shifted.exponent == 0
        assert paper.shifted.written.tolist() == [float(n) for n in range(-9, 1)]
