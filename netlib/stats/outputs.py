"""What the ten outputs say: probabilities, entropy, cross-entropy, accuracy."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from netlib.bounds import CLASSES
from netlib.trace import Array, Trace

LN10 = math.log(10)
LEVELS = (0, 5, 25, 50, 75, 95, 100)
_ENTROPY_STEP = 0.05
_CLOSE_BINS = 31  # an odd number: where all are equal, they stand in the middle of the middle one
_CLOSE_AT_LEAST = 0.01


def log_softmax(logits: Array) -> Array:
    """Logarithms of the softmax of each row (n, 10), in float64 and without overflow."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    logarithms: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return logarithms


def cross_entropy(logits: Array, labels: Array) -> Array:
    """-ln of the probability given to the true class, one an image (n,), in nats; ln 10 = 2.3026 is a blind guess."""
    losses: Array = -log_softmax(logits)[np.arange(len(labels)), labels]
    return losses


def entropy(probabilities: Array) -> Array:
    """Entropy of each row (n,), in nats: ln 10 where all ten are equally likely, 0 where one is certain."""
    p = probabilities.astype(np.float64)
    nats: Array = -np.sum(p * np.log(np.where(p > 0, p, 1.0)), axis=1)
    return nats


@dataclass(frozen=True)
class OutputSummary:
    """How sure and how right a network is on its batch; entropies in nats, accuracy and top probability as shares."""

    top_probability: float
    cross_entropy: float
    entropy: float
    accuracy: float
    correct: int
    count: int
    favourite: int
    favourite_count: int
    finite: int


def summarise_outputs(trace: Trace) -> OutputSummary:
    """The batch's means: top probability, cross-entropy, entropy, accuracy, and the class predicted most often.

    Means are nan where `finite`, the number of images whose logits are all numbers, is below `count`.
    """
    with np.errstate(invalid="ignore"):
        return _summarise(trace)


def _summarise(trace: Trace) -> OutputSummary:
    predicted = predictions(trace)
    correct = int((predicted == trace.labels).sum())
    counts = np.bincount(predicted, minlength=10)
    return OutputSummary(
        top_probability=float(trace.probabilities.max(axis=1).mean(dtype=np.float64)),
        cross_entropy=float(cross_entropy(trace.logits, trace.labels).mean()),
        entropy=float(entropy(trace.probabilities).mean()),
        accuracy=correct / len(trace.labels),
        correct=correct,
        count=len(trace.labels),
        favourite=int(counts.argmax()),
        favourite_count=int(counts.max()),
        finite=finite(trace),
    )


def predictions(trace: Trace) -> Array:
    """The class with the largest logit, one an image (n,); the first one where some are equal."""
    predicted: Array = trace.logits.argmax(axis=1)
    return predicted


def ties(trace: Trace) -> int:
    """For how many images several logits are the largest, so that the prediction is only the first of them."""
    tied = trace.logits == trace.logits.max(axis=1, keepdims=True)
    return int((tied.sum(axis=1) > 1).sum())


def finite(trace: Trace) -> int:
    """For how many images all ten logits are numbers: float32 ends at 3.4e38, a signal beyond it is infinite or nan."""
    return int(np.isfinite(trace.logits).all(axis=1).sum())


def order_by_label(labels: Array) -> Array:
    """Indices that put images in the order of their labels (n,); images of one label stay in the batch's order."""
    order: Array = np.argsort(labels, kind="stable")
    return order


def chance(count: int) -> tuple[float, float]:
    """How many of `count` images a blind guess among ten gets right: mean and standard deviation, binomial."""
    return count / CLASSES, math.sqrt(count * (1 / CLASSES) * (1 - 1 / CLASSES))


def chance_distribution(count: int) -> Array:
    """The probability that a blind guess gets 0, 1, ..., `count` images right, (count + 1,): binomial with p = 1/10."""
    p = 1 / CLASSES
    return np.array([math.comb(count, k) * p**k * (1 - p) ** (count - k) for k in range(count + 1)])


@dataclass(frozen=True, eq=False)
class ClassSummary:
    """What the ten classes get over the batch, each (10,): mean probability, and counts of predictions and labels."""

    mean_probability: Array
    predicted: Array
    true: Array

    @property
    def label_share(self) -> Array:
        """The share of the batch that each label has."""
        share: Array = self.true / self.true.sum()
        return share


def summarise_classes(trace: Trace) -> ClassSummary:
    """Mean probability a class in float64, and how often each class is predicted and true."""
    return ClassSummary(
        mean_probability=trace.probabilities.mean(axis=0, dtype=np.float64),
        predicted=np.bincount(predictions(trace), minlength=CLASSES),
        true=np.bincount(trace.labels, minlength=CLASSES),
    )


@dataclass(frozen=True, eq=False)
class LogitSummary:
    """The logits of each class over the batch: percentiles (7, 10) at `LEVELS`, means (10,), and what images share.

    `shared` is the share of the spread between an image's ten logits that is the same for all images, 0 to 1; None
    where there is nothing to compare: one image, or ten equal logits.
    """

    percentiles: Array
    means: Array
    shared: float | None


def summarise_logits(logits: Array) -> LogitSummary:
    """Percentiles and means a class of finite logits (n, 10), and the share of their spread that images have in common.

    What softmax sees is each row less its own mean, c. Shared is sum_class mean_image(c)^2 / sum_class mean_image(c^2):
    a decomposition of variance between and within classes.
    """
    exact = logits.astype(np.float64)
    centred = exact - exact.mean(axis=1, keepdims=True)
    spread = float((centred**2).mean(axis=0).sum())
    rounding = (1e-6 * float(np.abs(exact).max())) ** 2  # equal logits differ by float32's last bit
    comparable = len(exact) > 1 and spread > rounding
    return LogitSummary(
        percentiles=np.percentile(exact, LEVELS, axis=0),
        means=exact.mean(axis=0),
        shared=float((centred.mean(axis=0) ** 2).sum()) / spread if comparable else None,
    )


@dataclass(frozen=True, eq=False)
class Histogram:
    """Counts (bins,) between edges (bins + 1,)."""

    edges: Array
    counts: Array


def entropy_histograms(entropies: Array) -> tuple[Histogram, Histogram]:
    """The entropies of a batch (n,) in nats, binned twice: from 0 to ln 10 in steps of 0.05, and close up."""
    inside = np.clip(entropies, 0.0, LN10)  # sums of float32 probabilities end a last bit above ln 10
    low, high = float(inside.min()), float(inside.max())
    missing = max(_CLOSE_AT_LEAST - (high - low), 0.0) / 2
    low, high = low - missing, high + missing
    return _histogram(inside, 0.0, LN10, round(LN10 / _ENTROPY_STEP)), _histogram(inside, low, high, _CLOSE_BINS)


def _histogram(values: Array, low: float, high: float, bins: int) -> Histogram:
    counts, edges = np.histogram(values, bins, (low, high))
    return Histogram(edges, counts)


def image_table(trace: Trace) -> pd.DataFrame:
    """One row an image in the batch's order: label, prediction, entropy and cross-entropy in nats, p0 to p9."""
    columns = {
        "image": np.arange(len(trace.labels)),
        "label": trace.labels,
        "predicted": predictions(trace),
        "entropy": entropy(trace.probabilities),
        "cross-entropy": cross_entropy(trace.logits, trace.labels),
    }
    return pd.DataFrame({**columns, **{f"p{digit}": trace.probabilities[:, digit] for digit in range(CLASSES)}})
