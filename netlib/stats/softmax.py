"""Softmax one step at a time, and its numbers rounded so that they add up on paper. Numpy only."""

import math
from dataclasses import dataclass

import numpy as np

from netlib.trace import Array

TEMPERATURES = (0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)

_PLAIN_FROM = 1e-3
_PLAIN_BELOW = 1e3
_LEGIBLE = 100


@dataclass(frozen=True, eq=False)
class SoftmaxSteps:
    """Everything that lies between the logits of one image and its probabilities; arrays float64 (10,).

    scaled: the logits divided by the temperature; shifted: minus the largest of them, so that none is above 0;
    exponentials: in [0, 1], the largest is 1; probabilities: divided by their total, which is from 1 to 10.
    """

    temperature: float
    logits: Array
    scaled: Array
    shifted: Array
    exponentials: Array
    probabilities: Array

    @property
    def largest(self) -> float:
        """What is subtracted before the exponential."""
        return float(self.scaled.max())

    @property
    def total(self) -> float:
        """What the exponentials are divided by."""
        return float(self.exponentials.sum())

    @property
    def own(self) -> Array:
        """The network's own probabilities, those at temperature 1."""
        return softmax_steps(self.logits).probabilities


def softmax_steps(logits: Array, temperature: float = 1.0) -> SoftmaxSteps:
    """The softmax of one row of finite logits (10,) at a temperature above 0; 1 is the network itself.

    Computed in float64. The temperature is that of Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural
    Network" (2015): above 1 the distribution is flatter, below 1 sharper, and the order of the classes stays.
    """
    exact = np.asarray(logits, dtype=np.float64)
    scaled = exact / temperature
    shifted = scaled - scaled.max()
    exponentials = np.exp(shifted)
    return SoftmaxSteps(temperature, exact, scaled, shifted, exponentials, exponentials / exponentials.sum())


def naive_softmax(logits: Array) -> Array:
    """exp(z) / sum exp(z) in float32 with nothing subtracted, one row (10,); nan where exp overflows, above 88.7."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        exponentials = np.exp(np.asarray(logits, dtype=np.float32))
        probabilities: Array = exponentials / exponentials.sum(dtype=np.float32)
    return probabilities


@dataclass(frozen=True, eq=False)
class Column:
    """Numbers as they are written under one another: whole counts of the last decimal, int64 (10,).

    `counts / 10**decimals` is what is written, in units of 10**exponent.
    """

    counts: Array
    decimals: int
    exponent: int = 0

    @property
    def written(self) -> Array:
        """The numbers as written, without their unit."""
        values: Array = self.counts / 10**self.decimals
        return values


@dataclass(frozen=True, eq=False)
class PaperSteps:
    """The steps of one softmax with a fixed count of decimals, such that a reader's own sums come out.

    Exactly: the exponentials add up to `total`, the probabilities to 1, and scaled - largest = shifted wherever the
    two columns have the same unit. To one unit of the last decimal: the divisions. Each number is less than one unit
    of its last decimal away from the computed one.
    """

    logits: Column
    scaled: Column
    shifted: Column
    exponentials: Column
    probabilities: Column

    @property
    def largest(self) -> float:
        """The largest scaled logit as written."""
        return float(self.scaled.written.max())

    @property
    def total(self) -> float:
        """The sum of the exponentials as written."""
        return float(self.exponentials.counts.sum() / 10**self.exponentials.decimals)


def on_paper(steps: SoftmaxSteps, decimals: int = 4) -> PaperSteps:
    """The steps as they are written; the logits have one decimal more, for a small T magnifies their error."""
    scaled = _column(steps.scaled, decimals, _exponent(steps.scaled))
    shifted = Column(scaled.counts - scaled.counts.max(), decimals, scaled.exponent)
    if -shifted.counts.min() < _LEGIBLE:  # the logits lie so close together that their own unit shows next to nothing
        shifted_alone = _column(steps.shifted, decimals, _exponent(steps.shifted))
        shifted = shifted if shifted_alone.exponent == scaled.exponent else shifted_alone
    return PaperSteps(
        _column(steps.logits, decimals + 1, _exponent(steps.logits)),
        scaled,
        shifted,
        Column(round_to_total(steps.exponentials, decimals), decimals),
        Column(round_to_total(steps.probabilities, decimals), decimals),
    )


def round_to_total(values: Array, decimals: int) -> Array:
    """Numbers rounded up or down so that they add up to their rounded sum, as counts of the last decimal, int64.

    The method of largest remainders: all are rounded down, then those that lost most get one unit back.
    """
    exact = np.asarray(values, dtype=np.float64) * 10**decimals
    counts: Array = np.floor(exact).astype(np.int64)
    missing = round(float(exact.sum())) - int(counts.sum())
    counts[np.argsort(counts - exact, kind="stable")[:missing]] += 1
    return counts


def _column(values: Array, decimals: int, exponent: int) -> Column:
    return Column(np.rint(values / 10.0**exponent * 10**decimals).astype(np.int64), decimals, exponent)


def _exponent(values: Array) -> int:
    """The power of ten that a column is written in: 0 unless its largest number would be too long or vanish."""
    largest = float(np.abs(values).max())
    return 0 if largest == 0 or _PLAIN_FROM <= largest < _PLAIN_BELOW else math.floor(math.log10(largest))
