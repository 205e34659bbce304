"""The common mode: what of each layer's output is the same for all images, and what is said without it."""

from dataclasses import dataclass

import numpy as np

from netlib.stats.flow import ROUNDING
from netlib.trace import Array, Trace

CLASSES = 10
UNDECIDED = 10
"""The column after the ten classes: images whose two largest logits do not differ by more than rounding."""


@dataclass(frozen=True, eq=False)
class CommonMode:
    """What all images share, layer by layer, and whom the network calls what with it and without it.

    shares (layers + 1,): |mean over images|^2 / mean of |x|^2 over images, of the pixels, of what leaves each hidden
    layer, of the logits; nan where all is zero or fewer than two images have finite numbers. By chance alone it is
    1 / images.

    Each (11,) counts of the images, by class, the last for the undecided ones: labels; predicted as the network is;
    without_logits: the logits less their mean over images; without_hidden: what the last layer receives less its mean.
    images: how many are counted, those with finite numbers. hidden: where the last layer's input comes from, None for
    the pixels.
    """

    shares: Array
    labels: Array
    predicted: Array
    without_logits: Array
    without_hidden: Array
    images: int
    hidden: str | None

    @property
    def favourite(self) -> int:
        """The class that the network says most often; `UNDECIDED` where it mostly says none."""
        return int(self.predicted.argmax())

    @staticmethod
    def said(counts: Array) -> int:
        """How many different classes occur."""
        return int(np.count_nonzero(counts[:CLASSES]))


def common_share(values: Array) -> float:
    """The share of the second moment of values (n, units) that is their mean over the images; nan where all are 0."""
    exact = values.astype(np.float64)
    exact = exact[np.isfinite(exact).all(axis=1)]
    total = float(np.einsum("nu,nu->", exact, exact))
    if len(exact) < 2 or not total:
        return float("nan")
    mean = exact.mean(axis=0)
    return min(float(mean @ mean) * len(exact) / total, 1.0)


def common_mode(trace: Trace) -> CommonMode:
    """The common mode of a trace; float64."""
    last = trace.layers[-1]
    received = trace.inputs_of(last.name).astype(np.float64)
    logits = trace.logits.astype(np.float64)
    usable = np.isfinite(logits).all(axis=1) & np.isfinite(received).all(axis=1)
    received, logits = received[usable], logits[usable]
    size = float(np.abs(logits).max(initial=0.0))
    centred = received - received.mean(axis=0) if len(received) else received
    without_hidden = centred @ last.weight.T.astype(np.float64) + last.bias
    return CommonMode(
        shares=np.array(
            [
                common_share(trace.inputs),
                *(common_share(layer.after) for layer in trace.hidden),
                common_share(trace.logits),
            ]
        ),
        labels=np.bincount(trace.labels[usable], minlength=CLASSES + 1),
        predicted=_counts(logits, size),
        without_logits=_counts(logits - logits.mean(axis=0) if len(logits) else logits, size),
        without_hidden=_counts(without_hidden, size),
        images=len(logits),
        hidden=trace.hidden[-1].name if trace.hidden else None,
    )


def _counts(logits: Array, size: float) -> Array:
    top = np.sort(logits, axis=1)
    undecided = top[:, -1] - top[:, -2] <= ROUNDING * size
    return np.bincount(np.where(undecided, UNDECIDED, logits.argmax(axis=1)), minlength=CLASSES + 1)
