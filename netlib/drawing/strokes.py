"""What the pad says, read strictly: whatever a browser sends is strokes or one `Problem`, and nothing else."""

from dataclasses import dataclass
from typing import Any

from netlib.i18n import N_
from netlib.problem import Problem

FULL = 1_000
"""The pad's side in its own unit, and the largest coordinate."""

PENS = (50, 80, 120)
"""The pen widths, thin to thick, in the pad's unit; the middle one gives MNIST's two to three pixels."""

MOST_STROKES = 64
MOST_POINTS = 4_000
_LARGEST = 2**53  # a browser's numbers are whole up to here


@dataclass(frozen=True)
class Stroke:
    """One line of the pen: its width and its points (x, y) from 0 to 1,000, x to the right and y down."""

    width: int
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Message:
    """One message of the pad.

    strokes: all that is drawn. keeps: whether the picture under them stays. pen: the width that is chosen. done:
    whether the pen is up. number: a count of the messages, to be answered.
    """

    strokes: tuple[Stroke, ...]
    keeps: bool
    pen: int
    done: bool
    number: int


def read(value: object) -> Message:
    """The message that a value from a browser is; raises `Problem` where it is none, and nothing else."""
    if not isinstance(value, dict) or set(value) != {"strokes", "keeps", "pen", "done", "number"}:
        raise _unreadable()
    keeps, done, strokes = value["keeps"], value["done"], value["strokes"]
    if not isinstance(keeps, bool) or not isinstance(done, bool) or not isinstance(strokes, list):
        raise _unreadable()
    if len(strokes) > MOST_STROKES:
        raise Problem(N_("A drawing may have {most} strokes; found {found}."), most=MOST_STROKES, found=len(strokes))
    read_strokes = tuple(_stroke(stroke) for stroke in strokes)
    count = sum(len(stroke.points) for stroke in read_strokes)
    if count > MOST_POINTS:
        raise Problem(N_("A drawing may have {most} points; found {found}."), most=MOST_POINTS, found=count)
    return Message(read_strokes, keeps, _pen(value["pen"]), done, _whole(value["number"], _LARGEST))


def _stroke(value: object) -> Stroke:
    if not isinstance(value, dict) or set(value) != {"width", "points"} or not isinstance(value["points"], list):
        raise _unreadable()
    numbers = value["points"]  # x and y in turns
    if not numbers or len(numbers) % 2 or len(numbers) > 2 * MOST_POINTS:
        raise _unreadable()
    places = [_whole(number, FULL) for number in numbers]
    return Stroke(_pen(value["width"]), tuple(zip(places[::2], places[1::2], strict=True)))


def _pen(value: object) -> int:
    width = _whole(value, FULL)
    if width not in PENS:
        raise _unreadable()
    return width


def _whole(value: Any, most: int) -> int:
    """A whole number from 0 to `most`, also where it arrives as 3.0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most or value != int(value):
        raise _unreadable()
    return int(value)


def _unreadable() -> Problem:
    return Problem(N_("The pad has sent something that is no drawing; what was drawn before is kept."))
