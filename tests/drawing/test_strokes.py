"""The pad's decoder: every value there is, is strokes or one `Problem`; and what is right comes through whole."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.drawing import strokes
from netlib.drawing.strokes import FULL, MOST_POINTS, MOST_STROKES, PENS, Message, Stroke, read
from netlib.i18n import LANGUAGES, translator
from netlib.problem import Problem

GOOD = {"strokes": [{"width": 80, "points": [0, 1000, 500, 20]}], "keeps": False, "pen": 120, "done": True, "number": 3}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
points = st.lists(st.tuples(st.integers(0, FULL), st.integers(0, FULL)), min_size=1, max_size=30)
drawn = st.builds(Stroke, st.sampled_from(PENS), points.map(tuple))


def sent(message):
    """A message as the pad sends it, through JSON."""
    return json.loads(
        json.dumps(
            {
                "strokes": [
                    {"width": s.width, "points": [n for point in s.points for n in point]} for s in message.strokes
                ],
                "keeps": message.keeps,
                "pen": message.pen,
                "done": message.done,
                "number": message.number,
            }
        )
    )


def outcome(value):
    """The `Message`, or None for a `Problem`; any other exception fails the test."""
    with contextlib.suppress(Problem):
        message = read(value)
        assert isinstance(message, Message)
        return message
    return None


@given(st.lists(drawn, max_size=8), st.booleans(), st.sampled_from(PENS), st.booleans(), st.integers(0, 2**53))
def test_what_the_pad_sends_comes_through_whole(lines, keeps, pen, done, number):
    message = Message(tuple(lines), keeps, pen, done, number)
    assert read(sent(message)) == message


@given(anything)
def test_any_json_is_a_message_or_a_problem(value):
    assert outcome(value) is None  # no random value has all five fields


@given(st.sampled_from(sorted(GOOD)), anything)
def test_a_message_with_one_field_replaced_by_anything_is_read_or_refused(name, value):
    message = outcome({**GOOD, name: value})
    if message is not None:  # what is accepted is within bounds
        assert message.pen in PENS
        assert 0 <= message.number <= 2**53
        assert all(0 <= place <= FULL for s in message.strokes for point in s.points for place in point)


@given(st.sampled_from(["width", "points"]), anything)
def test_a_stroke_with_one_field_replaced_by_anything_is_read_or_refused(name, value):
    outcome({**GOOD, "strokes": [{**GOOD["strokes"][0], name: value}]})


@given(st.lists(st.integers(-5, FULL + 5) | st.floats() | st.booleans() | st.none(), max_size=6))
def test_points_are_whole_numbers_on_the_pad_in_pairs_or_nothing(numbers):
    message = outcome({**GOOD, "strokes": [{"width": 80, "points": numbers}]})
    right = (
        bool(numbers)
        and len(numbers) % 2 == 0
        and all(type(n) in (int, float) and 0 <= n <= FULL and float(n).is_integer() for n in numbers)
    )
    assert (message is not None) == right


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        "strokes",
        {},
        {**GOOD, "more": 1},
        {name: GOOD[name] for name in GOOD if name != "done"},
        {**GOOD, "keeps": 1},
        {**GOOD, "done": "yes"},
        {**GOOD, "pen": 81},
        {**GOOD, "number": -1},
        {**GOOD, "number": float("nan")},
        {**GOOD, "number": float("inf")},
        {**GOOD, "number": 10**400},
        {**GOOD, "strokes": {}},
        {**GOOD, "strokes": [[]]},
        {**GOOD, "strokes": [{"width": 80, "points": []}]},
        {**GOOD, "strokes": [{"width": 80, "points": [1]}]},
        {**GOOD, "strokes": [{"width": True, "points": [1, 2]}]},
        {**GOOD, "strokes": [{"width": 80, "points": [1, 2.5]}]},
        {**GOOD, "strokes": [{"width": 80, "points": [1, 1001]}]},
        {**GOOD, "strokes": [{"width": 80, "points": [[1, 2]]}]},
    ],
)
def test_what_is_no_drawing_is_refused_in_one_sentence(bad):
    with pytest.raises(Problem, match="no drawing"):
        read(bad)


def test_whole_floats_are_whole_numbers():
    assert read({**GOOD, "number": 3.0, "strokes": [{"width": 80.0, "points": [1.0, 2.0]}]}).strokes == (
        Stroke(80, ((1, 2),)),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_much_is_refused_with_the_bound(language):
    dot = {"width": 80, "points": [1, 2]}
    assert len(read({**GOOD, "strokes": [dot] * MOST_STROKES}).strokes) == MOST_STROKES
    with pytest.raises(Problem) as error:
        read({**GOOD, "strokes": [dot] * (MOST_STROKES + 1)})
    assert str(MOST_STROKES) in translator(language).problem(error.value)
    half = {"width": 80, "points": [1, 2] * (MOST_POINTS // 2)}
    assert len(read({**GOOD, "strokes": [half, half]}).strokes) == 2
    with pytest.raises(Problem) as error:
        read({**GOOD, "strokes": [half, half, dot]})
    assert translator(language).number(MOST_POINTS) in translator(language).problem(error.value)
    assert strokes.FULL == 1_000
