"""Places on a scale: in order, back again, in decades."""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netlib.stats.scale import LOG_FROM, MOST_DECADES, Scale, fit_scale

thresholds = st.none() | st.integers(-40, 36).map(lambda exponent: 10.0**exponent)
numbers = st.floats(-3e38, 3e38, allow_nan=False)


@given(thresholds, st.lists(numbers, min_size=1, max_size=30))
def test_there_and_back(threshold, values):
    scale = Scale(threshold)
    back = scale.value(scale.place(np.array(values)))
    np.testing.assert_allclose(back, values, rtol=1e-9, atol=1e-12 * (threshold or 1.0))


@given(thresholds, numbers, numbers)
def test_places_keep_the_order_and_the_sign(threshold, a, b):
    place = Scale(threshold).place(np.array([a, b, 0.0, -a]))
    assert (place[0] <= place[1]) == (a <= b) or math.isclose(place[0], place[1], abs_tol=1e-9)
    assert place[2] == 0
    assert place[3] == -place[0]


def test_far_above_the_threshold_a_factor_of_ten_is_one_step():
    place = Scale(1e-9).place(np.array([1e-3, 1e-2, 1e5, 1e6]))
    np.testing.assert_allclose(np.diff(place)[[0, 2]], 1, atol=1e-5)


def test_linear_unless_sizes_differ_by_more_than_thirty():
    assert not fit_scale([]).is_log
    assert not fit_scale([0.0, 5.0]).is_log
    assert not fit_scale([1.0, LOG_FROM]).is_log
    assert fit_scale([1.0, LOG_FROM * 1.01]).is_log
    assert not fit_scale([1.0, math.nan, math.inf]).is_log


@given(st.lists(st.floats(1e-45, 3e38), min_size=2, max_size=20))
def test_the_threshold_lies_below_every_size_but_never_more_than_thirty_decades_down(sizes):
    scale = fit_scale(sizes)
    if scale.is_log:
        assert scale.threshold < max(min(sizes), max(sizes) * 10.0**-MOST_DECADES)
        assert scale.threshold >= max(sizes) * 10.0 ** -(MOST_DECADES + 2)


def test_ticks_are_powers_of_ten_that_mirror_each_other():
    ticks = Scale(1e-3).ticks(-150.0, 15.0, 99)
    assert ticks == [(-1, 2), (-1, 1), (-1, 0), (-1, -1), (-1, -2), (0, 0), (1, -2), (1, -1), (1, 0), (1, 1)]
    assert Scale().ticks(-1.0, 1.0) == []
    assert Scale(1e-3).ticks(0.0, 15.0, 99)[0] == (0, 0)


@given(st.integers(-38, 36), st.floats(1, 38), st.floats(0, 1), st.integers(4, 9))
@example(0, 2.0, 0.9999999999999999, 4)
def test_ticks_lie_inside_in_rising_order_and_are_not_too_many(exponent, decades, other, most):
    scale = Scale(10.0**exponent)
    high = 10.0 ** min(exponent + decades, 38.5)
    low = -high * other
    ticks = scale.ticks(low, high, most)
    values = [sign * 10.0**power for sign, power in ticks]
    assert values == sorted(values)
    assert 0 in values
    assert all(low <= value <= high for value in values)
    assert len(ticks) <= most + 2


def test_a_scale_of_many_decades_has_few_ticks():
    assert len(Scale(1e-31).ticks(-1.0, 1.0, 9)) == pytest.approx(8, abs=2)
