"""What a network reads in one image: the answer, the runner-up, and whether it can read at all."""

import math
from dataclasses import dataclass

import numpy as np

from netlib.bounds import CLASSES
from netlib.drawing.framing import Framed, centre_of_mass
from netlib.stats.outputs import chance, predictions
from netlib.trace import Array, Trace

_USUAL = 3.0
_WELL = 0.8


@dataclass(frozen=True, eq=False)
class Answer:
    """Ten probabilities of one image, float (10,), and what follows from them.

    top and second: the digits with the largest and the second largest one; the first where they are equal. `tied`
    counts the digits that share the largest one. Not `finite` where the logits are beyond what float32 holds: then top
    and second are 0 and 1, and mean nothing.
    """

    probabilities: Array
    top: int
    second: int
    tied: int
    finite: bool


def read_answer(logits: Array, probabilities: Array) -> Answer:
    """The answer in logits (10,) and the probabilities (10,) made of them."""
    if not (np.isfinite(logits).all() and np.isfinite(probabilities).all()):
        return Answer(probabilities, 0, 1, 0, finite=False)
    order = np.argsort(-logits, kind="stable")
    tied = int((logits == logits.max()).sum())
    return Answer(probabilities, int(order[0]), int(order[1]), tied, finite=True)


@dataclass(frozen=True)
class Skill:
    """How well a network reads digits: `correct` of `count`, `expected` by guessing.

    `guesses` where that is within three standard deviations of guessing, `reads` from 80 %.
    """

    correct: int
    count: int
    expected: float
    guesses: bool
    reads: bool


def skill(trace: Trace) -> Skill:
    """How many of a batch's digits a network gets right, against chance."""
    count = len(trace.labels)
    correct = int((predictions(trace) == trace.labels).sum())
    expected, error = chance(count)
    return Skill(
        correct,
        count,
        expected,
        guesses=correct - expected <= _USUAL * error,
        reads=correct >= _WELL * count and correct > expected + _USUAL * error,
    )


def entropy_share(probabilities: Array) -> float:
    """The entropy of ten probabilities as a share of ln 10: 1 where all are equal, 0 where one is certain."""
    p = probabilities.astype(np.float64)
    some = p[p > 0]
    return float(-(some * np.log(some)).sum()) / math.log(CLASSES)


@dataclass(frozen=True, eq=False)
class Subject:
    """The image that the Draw page is about: the drawing, or where nothing is drawn the batch's image looked at.

    image float32 (28, 28) in [-1, 1]: what the network gets; raster (280, 280): the ink that it came from; framed: that
    ink's steps, None where it has none; framing: whether they are used; label: what it is meant to be, None where
    nobody said; place: its index in the batch, None for a drawing.
    """

    image: Array
    raster: Array
    framed: Framed | None
    framing: bool
    label: int | None
    place: int | None

    @property
    def drawn(self) -> bool:
        """Whether it is a drawing."""
        return self.place is None

    @property
    def centre(self) -> tuple[float, float] | None:
        """The row and column of its centre of mass as the network gets it; None where it has no ink."""
        ink = self.image + 1
        return centre_of_mass(ink) if ink.any() else None
