"""What the ten outputs say: probabilities, entropy, cross-entropy, accuracy."""

import math
from dataclasses import dataclass

import numpy as np

from netlib.trace import Array, Trace

LN10 = math.log(10)


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


def summarise_outputs(trace: Trace) -> OutputSummary:
    """The batch's means: top probability, cross-entropy, entropy, accuracy, and the class predicted most often."""
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
    )


def predictions(trace: Trace) -> Array:
    """The class with the largest logit, one an image (n,); the first one where some are equal."""
    predicted: Array = trace.logits.argmax(axis=1)
    return predicted
