"""Probabilities and labels of plain and difficult kinds, for the tests of everything that judges answers."""

import numpy as np


def drawn(seed, count, *, sharp=2.0, skill=2.0):
    """Probabilities float32 (n, 10) of a network that is right more often than not, and labels (n,)."""
    source = np.random.default_rng(seed)
    labels = source.integers(0, 10, count)
    logits = source.normal(0, sharp, (count, 10))
    logits[np.arange(count), labels] += skill * sharp
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32), labels


def one_hot(labels):
    return np.eye(10, dtype=np.float32)[labels]


def _cases():
    probabilities, labels = drawn(0, 300)
    broken = probabilities.copy()
    broken[::7] = np.nan
    broken[3] = np.inf
    return {
        "plain": (probabilities, labels),
        "some no numbers": (broken, labels),
        "no numbers": (np.full_like(probabilities, np.nan), labels),
        "uniform": (np.full_like(probabilities, 0.1), labels),
        "always 3": (one_hot(np.full(300, 3)), labels),
        "all right and sure": (one_hot(labels), labels),
        "all wrong and sure": (one_hot((labels + 1) % 10), labels),
        "one image": drawn(1, 1),
        "one image, no number": (np.full((1, 10), np.nan, np.float32), np.array([4])),
        "one digit": (probabilities[labels == 3], labels[labels == 3]),
        "two digits": (probabilities[labels < 2], labels[labels < 2]),
        "many": drawn(2, 10_000, sharp=4.0),
    }


CASES = _cases()


def images_for(labels):
    """Images float32 (n, 28, 28) in [-1, 1], one for each label."""
    return np.random.default_rng(5).uniform(-1, 1, (len(labels), 28, 28)).astype(np.float32)
