"""Places on an axis for numbers of very different sizes and both signs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netlib.trace import Array

LOG_FROM = 30.0
"""Where the largest size is more than this many times the smallest one, the smallest would not be seen: log scale."""

MOST_DECADES = 30


@dataclass(frozen=True)
class Scale:
    """Numbers as they are (`threshold` None), or on a log scale on both sides of zero.

    There a number x lies at sign(x) log10(1 + |x| / threshold): in decades far above the threshold, linear below it.
    """

    threshold: float | None = None

    @property
    def is_log(self) -> bool:
        """Whether equal steps are equal factors."""
        return self.threshold is not None

    def place(self, values: Array) -> Array:
        """Where numbers lie on the axis, float64 of the same shape."""
        exact = np.asarray(values, dtype=np.float64)
        if self.threshold is None:
            return exact
        places: Array = np.sign(exact) * np.log1p(np.abs(exact) / self.threshold) / math.log(10)
        return places

    def value(self, places: Array) -> Array:
        """The numbers that lie at these places: the inverse of `place`."""
        exact = np.asarray(places, dtype=np.float64)
        if self.threshold is None:
            return exact
        values: Array = np.sign(exact) * np.expm1(np.abs(exact) * math.log(10)) * self.threshold
        return values

    def ticks(self, low: float, high: float, most: int = 9) -> list[tuple[int, int]]:
        """Zero and powers of ten between two numbers, as (sign, exponent) in rising order; about `most` of them.

        Those too close to zero to be told from it are left out. Empty on a linear scale: an axis finds its own.
        """
        if self.threshold is None:
            return []
        lowest = round(math.log10(self.threshold)) + 1
        reach = {sign: _last_decade(sign * end) for sign, end in ((-1, low), (1, high))}
        decades = sum(max(last - lowest + 1, 0) for last in reach.values())
        step = max(math.ceil(decades / max(most - 1, 1)), 1)
        # Counted from the top on both sides alike, so that the ticks of two signs mirror each other.
        top = max(reach.values())
        exponents = [exponent for exponent in range(top, lowest - 1, -step) if exponent - lowest >= step - 1]
        negative = [(-1, exponent) for exponent in exponents if exponent <= reach[-1]]
        positive = [(1, exponent) for exponent in reversed(exponents) if exponent <= reach[1]]
        return [*negative, (0, 0), *positive]


def fit_scale(sizes: Sequence[float]) -> Scale:
    """The scale on which things of these sizes are all seen: linear unless they differ by more than a factor of 30.

    Zeros have no size. At most 30 decades are told apart.
    """
    real = [size for size in sizes if size > 0 and math.isfinite(size)]
    if not real or max(real) <= LOG_FROM * min(real):
        return Scale()
    lowest = max(math.log10(min(real)), math.log10(max(real)) - MOST_DECADES)
    return Scale(10.0 ** (math.floor(lowest) - 1))


def _last_decade(size: float) -> int:
    if size <= 0:
        return -(10**6)
    decade = math.floor(math.log10(size))
    return decade if 10.0**decade <= size else decade - 1  # the logarithm of 99.99999999999999 rounds to 2
