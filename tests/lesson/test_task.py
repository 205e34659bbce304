"""A task accepts the truth and nothing else, and writes answers as each reader does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.i18n import translator
from netlib.lesson.task import Task

en, ru = translator("en"), translator("ru")
SHAPE = Task("shape", "?", (64, 784), "")
NUMBER = Task("number", "?", (0.0357,), "", tolerance=0.02)
COUNT = Task("count", "?", (109386,), "")
CHOICE = Task("choice", "?", "b", "", options=("a", "b"), labels=("first", "second"))


def test_shapes_must_be_exact():
    assert SHAPE.is_shape
    assert SHAPE.accepts((64, 784))
    assert not SHAPE.accepts((784, 64))
    assert not SHAPE.accepts((64,))
    assert not SHAPE.accepts("64")


@given(st.floats(0.98, 1.02))
def test_a_number_counts_within_its_tolerance(factor):
    assert NUMBER.accepts((0.0357 * factor,))


@pytest.mark.parametrize("wrong", [0.0367, 0.034, 0.0, -0.0357])
def test_and_not_beyond(wrong):
    assert not NUMBER.accepts((wrong,))


def test_counts_and_words_must_be_exact():
    assert COUNT.accepts((109386.0,))
    assert not COUNT.accepts((109387.0,))
    assert CHOICE.accepts("b")
    assert not CHOICE.accepts("a")


def test_answers_as_they_are_written():
    assert SHAPE.written((64.0, 784.0), en) == "(64, 784)"
    assert NUMBER.written((0.0357,), ru) == "0,035700"
    assert COUNT.written((109386,), en) == "109,386"
    assert CHOICE.written("b", en) == "second"
