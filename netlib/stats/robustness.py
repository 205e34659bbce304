"""How accuracy falls where digits are changed: noise, shift, rotation, stroke width."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from netlib import perturb
from netlib.bounds import CLASSES
from netlib.perturb import Floats
from netlib.stats.evaluation import judge, wilson
from netlib.trace import Array

MOST_IMAGES = 500
CHANCE: Final = 1 / CLASSES

# What is tried: a handful of levels each, 0 among them. Noise in units of a pixel's range from -1 to 1, then pixels,
# degrees counterclockwise, pixels on each side of a stroke.
LEVELS: Final[dict[str, tuple[float, ...]]] = {
    "noise": (0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3),
    "shift": (0, 1, 2, 3, 4, 6, 8),
    "rotation": (-90, -60, -45, -30, -15, 0, 15, 30, 45, 60, 90),
    "stroke": (-1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 3),
}
# Which of them one digit is shown at, six a kind.
EXAMPLES: Final[dict[str, tuple[float, ...]]] = {
    "noise": (0, 0.5, 1, 1.5, 2, 3),
    "shift": (0, 1, 2, 4, 6, 8),
    "rotation": (-60, -30, 0, 30, 60, 90),
    "stroke": (-1, 0, 1, 2, 3, 4),
}
_DIRECTIONS = ((1, 0), (0, 1), (-1, 0), (0, -1))

Predict = Callable[[Floats], Array]


@dataclass(frozen=True)
class Trial:
    """One level of one kind on `count` images: how many are right, and how sure it is on average.

    `confidence` is the mean over the images with an answer, nan where there is none.
    """

    kind: str
    level: float
    right: int
    count: int
    confidence: float

    @property
    def accuracy(self) -> float:
        """The share that is right."""
        return self.right / self.count


@dataclass(frozen=True, eq=False)
class Curve:
    """One kind's levels in rising order, each (k,), with the 95 % interval of the accuracy."""

    kind: str
    levels: Array
    accuracy: Array
    confidence: Array
    low: Array
    high: Array

    @property
    def unchanged(self) -> float:
        """The accuracy at level 0."""
        return float(self.accuracy[self.levels == 0][0])


def changed(images: Floats, kind: str, level: float, seed: int) -> Floats:
    """The images (n, 28, 28) after one kind of change; image i is shifted right, down, left or up, in turn."""
    if kind == "noise":
        return perturb.noise(images, level, seed)
    if kind == "rotation":
        return perturb.rotate(images, level)
    if kind == "stroke":
        return perturb.stroke(images, level)
    if kind != "shift":
        raise ValueError(f"kind must be one of {', '.join(LEVELS)}, not {kind}")
    result = np.empty_like(images)
    for turn, (right, down) in enumerate(_DIRECTIONS):
        result[turn :: len(_DIRECTIONS)] = perturb.shift(images[turn :: len(_DIRECTIONS)], level * right, level * down)
    return result


def examples(image: Floats, seed: int) -> Floats:
    """One image (28, 28) at each level of `EXAMPLES`, kind after kind, float32 (24, 28, 28)."""
    one = image[np.newaxis].astype(np.float32)
    return np.concatenate([changed(one, kind, level, seed) for kind, levels in EXAMPLES.items() for level in levels])


def trials(predict: Predict, images: Floats, labels: Array, seed: int) -> Iterator[Trial]:
    """Every level of every kind, one after the other, on the first 500 images (n, 28, 28) with their labels (n,).

    `predict` takes images of that kind and returns probabilities (n, 10). 35 levels; what is unchanged is asked once.
    """
    images, labels = images[:MOST_IMAGES], labels[:MOST_IMAGES]
    right, confidence = _asked(predict, images, labels)
    for kind, levels in LEVELS.items():
        for level in levels:
            if level == 0:
                yield Trial(kind, level, right, len(labels), confidence)
            else:
                yield Trial(kind, level, *_ask(predict, changed(images, kind, level, seed), labels))


def trial_count() -> int:
    """How many trials there are, for a progress bar."""
    return sum(len(levels) for levels in LEVELS.values())


def _asked(predict: Predict, images: Floats, labels: Array) -> tuple[int, float]:
    answers = judge(predict(images), labels)
    there = answers.confidence[answers.answered]
    return int(answers.right.sum()), float(there.mean()) if there.size else float("nan")


def _ask(predict: Predict, images: Floats, labels: Array) -> tuple[int, int, float]:
    right, confidence = _asked(predict, images, labels)
    return right, len(labels), confidence


def curves(found: Iterable[Trial]) -> dict[str, Curve]:
    """The trials as one curve a kind; a kind of which level 0 was not tried is left out."""
    tried = list(found)
    result = {}
    for kind in LEVELS:
        own = sorted((trial for trial in tried if trial.kind == kind), key=lambda trial: trial.level)
        if any(trial.level == 0 for trial in own):
            right, count = np.array([t.right for t in own]), np.array([t.count for t in own])
            result[kind] = Curve(
                kind,
                np.array([t.level for t in own], dtype=np.float64),
                right / count,
                np.array([t.confidence for t in own]),
                *wilson(right, count),
            )
    return result


def half_way(curve: Curve, *, downwards: bool = False) -> float | None:
    """The level at which accuracy has first fallen half of the way to guessing, between two levels linearly.

    `downwards` looks at the levels below 0. None where it never falls so far, or is no better than guessing unchanged.
    """
    side = curve.levels <= 0 if downwards else curve.levels >= 0
    levels, accuracy = curve.levels[side], curve.accuracy[side]
    if downwards:
        levels, accuracy = levels[::-1], accuracy[::-1]
    if curve.unchanged <= CHANCE:
        return None
    middle = (curve.unchanged + CHANCE) / 2
    below = np.flatnonzero(accuracy <= middle)
    if not below.size:
        return None
    first = int(below[0])
    fallen = (accuracy[first - 1] - middle) / (accuracy[first - 1] - accuracy[first])
    return float(levels[first - 1] + fallen * (levels[first] - levels[first - 1]))
