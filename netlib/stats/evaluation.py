"""How a network's answers compare with the labels: confusion, worst mistakes, calibration, and when to say nothing."""

import math
from dataclasses import dataclass

import numpy as np

from netlib.bounds import CLASSES
from netlib.trace import Array

BINS = 10
NO_ANSWER = -1
CURVE_POINTS = 400
STEPS = 1_000  # of a threshold that is looked for

_Z = 1.959963984540054  # 95 % of the normal distribution lie within this many standard deviations


@dataclass(frozen=True, eq=False)
class Answers:
    """What a network says about n images, each array (n,): the true label, the answer and how sure it is of it.

    An image whose probabilities are no numbers has no answer: `predicted` -1, `confidence` and `true_probability` 0.
    It counts as not right. Where several probabilities are the largest, the first of them is the answer.
    """

    labels: Array
    predicted: Array
    confidence: Array
    true_probability: Array

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def right(self) -> Array:
        """Which images are answered with their label, bool (n,)."""
        right: Array = self.predicted == self.labels
        return right

    @property
    def answered(self) -> Array:
        """Which images have an answer at all, bool (n,)."""
        answered: Array = self.predicted != NO_ANSWER
        return answered

    @property
    def wrong(self) -> Array:
        """Which images have an answer that is not their label, bool (n,)."""
        wrong: Array = self.answered & ~self.right
        return wrong

    @property
    def accuracy(self) -> float:
        """The share of all images that is right."""
        return float(self.right.mean())


def judge(probabilities: Array, labels: Array) -> Answers:
    """The answers in probabilities (n, 10) beside the labels (n,); raises `ValueError` for other shapes or no image."""
    if probabilities.shape != (len(labels), CLASSES) or not len(labels):
        raise ValueError(f"probabilities must be ({len(labels)}, {CLASSES}), at least one, not {probabilities.shape}")
    finite: Array = np.all(np.isfinite(probabilities), axis=1)
    exact = np.where(finite[:, np.newaxis], probabilities, 0.0).astype(np.float64)
    return Answers(
        labels=labels.astype(np.int64),
        predicted=np.where(finite, exact.argmax(axis=1), NO_ANSWER),
        confidence=exact.max(axis=1),
        true_probability=exact[np.arange(len(labels)), labels],
    )


@dataclass(frozen=True, eq=False)
class Confusion:
    """How often each digit (row) gets each answer (column): counts (10, 10); `silent` (10,) got no answer."""

    counts: Array
    silent: Array

    @property
    def totals(self) -> Array:
        """How many images of each digit there are, answered or not, (10,)."""
        totals: Array = self.counts.sum(axis=1) + self.silent
        return totals

    @property
    def shares(self) -> Array:
        """The shares of each row, (10, 10); 0 where a digit does not occur."""
        shares: Array = self.counts / np.maximum(self.totals, 1)[:, np.newaxis]
        return shares


def confuse(answers: Answers) -> Confusion:
    """The confusion matrix: rows are the labels, columns the answers."""
    there = answers.answered
    cells = answers.labels[there] * CLASSES + answers.predicted[there]
    return Confusion(
        counts=np.bincount(cells, minlength=CLASSES**2).reshape(CLASSES, CLASSES),
        silent=np.bincount(answers.labels[~there], minlength=CLASSES),
    )


def common_mistakes(confusion: Confusion, count: int = 10) -> list[tuple[int, int, int]]:
    """The most frequent mistakes as (true, said, how often), the most frequent first; none where there is none."""
    off = confusion.counts.copy()
    np.fill_diagonal(off, 0)
    order = np.argsort(-off, axis=None, kind="stable")[:count]
    return [(int(cell // CLASSES), int(cell % CLASSES), int(off.flat[cell])) for cell in order if off.flat[cell]]


def images_of(answers: Answers, true: int, said: int) -> Array:
    """The images of one cell of the matrix, int (k,): mistakes the surest first, right answers the least sure first."""
    chosen = np.flatnonzero((answers.labels == true) & (answers.predicted == said))
    sure = answers.confidence[chosen]
    ordered: Array = chosen[np.argsort(sure if true == said else -sure, kind="stable")]
    return ordered


def surest_mistakes(answers: Answers, count: int) -> Array:
    """The wrong answers that it is surest of, int (k,), the surest first."""
    wrong = np.flatnonzero(answers.wrong)
    chosen: Array = wrong[np.argsort(-answers.confidence[wrong], kind="stable")][:count]
    return chosen


def costliest_images(answers: Answers, count: int) -> Array:
    """The images with the largest loss, -ln of the probability of their label, int (k,), the largest first.

    They need not be mistakes: where there are none, these are the right answers that it is least sure of. Where
    float32 has lost the probability, 0, the surest of the other answers comes first.
    """
    there = np.flatnonzero(answers.answered)
    order = np.lexsort((-answers.confidence[there], answers.true_probability[there]))
    chosen: Array = there[order][:count]
    return chosen


def wilson(right: Array, count: Array) -> tuple[Array, Array]:
    """The 95 % interval of a share, `right` of `count`: (low, high); (0, 1) where nothing was counted.

    The score interval, which stays inside 0 and 1 and works for few images (Wilson, Probable inference, the law of
    succession, and statistical inference, JASA 22, 1927).
    """
    n = np.maximum(np.asarray(count, dtype=np.float64), 1e-300)
    share = np.asarray(right, dtype=np.float64) / n
    with np.errstate(over="ignore"):
        scale = 1 + _Z**2 / n
        middle = (share + _Z**2 / (2 * n)) / scale
        half = _Z * np.sqrt(share * (1 - share) / n + (_Z / (2 * n)) ** 2) / scale
    nothing = np.asarray(count) == 0
    return np.where(nothing, 0.0, np.maximum(middle - half, 0)), np.where(nothing, 1.0, np.minimum(middle + half, 1))


@dataclass(frozen=True, eq=False)
class DigitAccuracy:
    """How many images of each digit are right, each (10,); `low` and `high` are the 95 % interval of the share."""

    right: Array
    count: Array
    low: Array
    high: Array

    @property
    def share(self) -> Array:
        """The share that is right, (10,); nan for a digit that does not occur."""
        share: Array = np.where(self.count > 0, self.right / np.maximum(self.count, 1), np.nan)
        return share


def accuracy_of_digits(answers: Answers) -> DigitAccuracy:
    """The accuracy digit by digit with Wilson's intervals."""
    count = np.bincount(answers.labels, minlength=CLASSES)
    right = np.bincount(answers.labels[answers.right], minlength=CLASSES)
    return DigitAccuracy(right, count, *wilson(right, count))


@dataclass(frozen=True, eq=False)
class Calibration:
    """Whether it is right as often as it is sure, bin by bin (bins,) between `edges` (bins + 1,).

    `confidence` is the mean in each bin and `accuracy` the share that is right, both nan for an empty bin.
    """

    edges: Array
    count: Array
    right: Array
    confidence: Array
    low: Array
    high: Array

    @property
    def accuracy(self) -> Array:
        """The share that is right in each bin, nan where it is empty."""
        share: Array = np.where(self.count > 0, self.right / np.maximum(self.count, 1), np.nan)
        return share

    @property
    def error(self) -> float:
        """The expected calibration error: the mean gap between confidence and accuracy, each bin by its images."""
        full = self.count > 0
        if not full.any():
            return math.nan
        gaps = np.abs(self.accuracy - self.confidence)[full]
        return float((gaps * self.count[full]).sum() / self.count.sum())

    @property
    def excess(self) -> float:
        """The mean confidence less the accuracy of all answers: above 0 it is surer than it is right."""
        full = self.count > 0
        if not full.any():
            return math.nan
        return float(((self.confidence[full] * self.count[full]).sum() - self.right.sum()) / self.count.sum())


def calibrate(answers: Answers, bins: int = BINS) -> Calibration:
    """The reliability diagram's numbers in bins of equal width, closed on the right, over the images with an answer.

    Guo, Pleiss, Sun, Weinberger, On calibration of modern neural networks, ICML 2017.
    """
    there = answers.answered
    sure, right = answers.confidence[there], answers.right[there]
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, sure, side="left") - 1, 0, bins - 1)
    count = np.bincount(place, minlength=bins)
    correct = np.bincount(place[right], minlength=bins)
    total = np.bincount(place, weights=sure, minlength=bins)
    mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return Calibration(edges, count, correct, mean, *wilson(correct, count))


@dataclass(frozen=True)
class Threshold:
    """How many of `count` images are answered, and how many right, if it says "I don't know" below a confidence."""

    confidence: float
    answered: int
    right: int
    count: int

    @property
    def coverage(self) -> float:
        """The share of all images that it still answers."""
        return self.answered / self.count

    @property
    def share(self) -> float:
        """The share of the answers that is right, nan where none is left."""
        return self.right / self.answered if self.answered else math.nan


def at_threshold(answers: Answers, confidence: float) -> Threshold:
    """What it still answers, and how many of those are right, if it says nothing below a confidence from 0 to 1."""
    kept = answers.answered & (answers.confidence >= confidence)
    return Threshold(confidence, int(kept.sum()), int((kept & answers.right).sum()), len(answers))


@dataclass(frozen=True, eq=False)
class ThresholdCurve:
    """The same for every threshold, each (k,): thresholds rising from 0 to 1, the answers and the right ones of n."""

    confidence: Array
    answered: Array
    right: Array
    count: int

    @property
    def coverage(self) -> Array:
        """The share of all images that it still answers, (k,)."""
        coverage: Array = self.answered / self.count
        return coverage

    @property
    def share(self) -> Array:
        """The share of the answers that is right, (k,); nan where none is left."""
        share: Array = np.where(self.answered > 0, self.right / np.maximum(self.answered, 1), np.nan)
        return share


def threshold_curve(answers: Answers) -> ThresholdCurve:
    """What it answers at every threshold: the exact steps, at most 400 of them evenly taken where there are more.

    Known as the risk-coverage curve (El-Yaniv, Wiener, On the foundations of noise-free selective classification,
    JMLR 11, 2010).
    """
    order = np.argsort(answers.confidence, kind="stable")
    sure = answers.confidence[order]
    steps = np.unique(sure)
    if len(steps) > CURVE_POINTS:
        steps = steps[np.unique(np.linspace(0, len(steps) - 1, CURVE_POINTS).round().astype(np.intp))]
    thresholds = np.unique(np.concatenate([[0.0], steps, [1.0]]))
    first = np.searchsorted(sure, thresholds, side="left")

    def from_there(counted: Array) -> Array:
        sums = np.concatenate([counted[order][::-1].cumsum()[::-1], [0]])
        found: Array = sums[first]
        return found

    return ThresholdCurve(thresholds, from_there(answers.answered), from_there(answers.right), len(answers))


def threshold_for(answers: Answers, share: float) -> Threshold | None:
    """The lowest of the thresholds 0, 0.001, ..., 0.999 at which at least this share of the answers is right."""
    there = answers.answered
    order = np.argsort(answers.confidence[there], kind="stable")
    sure, right = answers.confidence[there][order], answers.right[there][order]
    thresholds = np.arange(STEPS) / STEPS
    first = np.searchsorted(sure, thresholds, side="left")
    kept = len(sure) - first
    correct = np.concatenate([right[::-1].cumsum()[::-1], [0]])[first]
    enough = np.flatnonzero((kept > 0) & (correct >= share * kept))
    return at_threshold(answers, float(thresholds[enough[0]])) if enough.size else None
