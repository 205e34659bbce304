from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from netlib import bounds
from netlib.problem import Problem


@given(st.lists(st.integers(1, 40), max_size=8))
def test_parameters_are_those_that_torch_counts(sizes):
    widths = [784, *sizes, 10]
    layers = nn.Sequential(*(nn.Linear(a, b, device="meta") for a, b in pairwise(widths)))
    assert bounds.count_parameters(tuple(sizes)) == sum(p.numel() for p in layers.parameters())


@pytest.mark.parametrize(
    ("given_digits", "kept"),
    [(None, None), ([3], (3,)), ((9, 0, 9), (0, 9)), (range(10), None), ({1, 2}, (1, 2)), (iter([4, 2]), (2, 4))],
)
def test_digits_are_kept_sorted_and_once(given_digits, kept):
    assert bounds.check_digits(given_digits) == kept


def test_what_is_given_is_shown_as_it_was_typed_and_never_longer_than_a_line():
    assert bounds.shown("a" * 40) == "a" * 40
    assert bounds.shown("a" * 41) == "a" * 39 + "…"
    assert bounds.shown(1.5) == "1.5"
    assert len(bounds.shown(list(range(1_000)))) == 40


def test_a_problem_is_a_value_error_with_its_values_kept_apart():
    problem = Problem("{name} is {given}", name="size", given="{braces} stay")
    assert isinstance(problem, ValueError)
    assert str(problem) == "size is {braces} stay"
    assert problem.message == "{name} is {given}"
    assert problem.values == {"name": "size", "given": "{braces} stay"}


@given(st.integers())
def test_a_whole_number_passes_exactly_within_its_bounds(value):
    if -3 <= value <= 7:
        assert bounds.check_whole("n", value, -3, 7) == value
    else:
        with pytest.raises(Problem, match="n must be a whole number from -3 to 7"):
            bounds.check_whole("n", value, -3, 7)
