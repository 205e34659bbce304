"""The closed forms that initialisations draw from: mean, standard deviation, density. No torch."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Constant:
    """Every entry is the same number."""

    value: float

    @property
    def mean(self) -> float:
        """The number itself."""
        return self.value

    @property
    def std(self) -> float:
        """Nothing varies."""
        return 0.0

    def density(self, x: Array) -> Array | None:
        """None: all of the probability sits on one number."""
        return None


@dataclass(frozen=True)
class Uniform:
    """Every number between -bound and bound is equally likely."""

    bound: float

    mean = 0.0

    @property
    def std(self) -> float:
        """bound / sqrt(3)."""
        return self.bound / math.sqrt(3)

    def density(self, x: Array) -> Array | None:
        """1 / (2 bound) inside the bounds."""
        return np.where(np.abs(x) <= self.bound, 0.5 / self.bound, 0.0) if self.bound else None


@dataclass(frozen=True)
class Normal:
    """The bell curve around zero."""

    std: float

    mean = 0.0

    def density(self, x: Array) -> Array | None:
        """exp(-x^2 / (2 std^2)) / (std sqrt(2 pi))."""
        return _bell(x / self.std) / self.std if self.std else None


@dataclass(frozen=True)
class TruncatedNormal:
    """The bell curve of standard deviation `scale`, redrawn where it falls beyond two of them."""

    scale: float

    mean = 0.0

    @property
    def std(self) -> float:
        """0.8796 scale: what the cut leaves of it."""
        return self.scale * math.sqrt(1 - 2 * 2 * math.exp(-2) / math.sqrt(2 * math.pi) / _WITHIN_TWO)

    def density(self, x: Array) -> Array | None:
        """The bell curve inside two standard deviations, scaled up so that it still adds up to 1."""
        if not self.scale:
            return None
        z = x / self.scale
        return np.where(np.abs(z) <= 2, _bell(z) / (_WITHIN_TWO * self.scale), 0.0)


@dataclass(frozen=True)
class UnitVectorEntry:
    """One entry of a random vector of length `gain` in `size` dimensions: what an orthogonal matrix is made of."""

    size: int
    gain: float

    mean = 0.0

    @property
    def std(self) -> float:
        """gain / sqrt(size): the squares of all entries add up to gain^2."""
        return self.gain / math.sqrt(self.size)

    def density(self, x: Array) -> Array | None:
        """Proportional to (1 - (x / gain)^2)^((size - 3) / 2) inside [-gain, gain]."""
        if self.size < 3 or not self.gain:  # with fewer the density has poles at its ends
            return None
        n = self.size
        logarithm = math.lgamma(n / 2) - math.lgamma((n - 1) / 2) - 0.5 * math.log(math.pi) - math.log(self.gain)
        inside = np.clip(1 - (x / self.gain) ** 2, 0.0, 1.0)
        # `where`, because in three dimensions the power is 0 and 0 ** 0 is 1
        return np.where(np.abs(x) <= self.gain, np.exp(logarithm) * inside ** ((n - 3) / 2), 0.0)


@dataclass(frozen=True)
class SparseNormal:
    """Zero with probability `1 - kept`, else the bell curve of standard deviation `scale`."""

    scale: float
    kept: float

    mean = 0.0

    @property
    def std(self) -> float:
        """scale sqrt(kept)."""
        return self.scale * math.sqrt(self.kept)

    def density(self, x: Array) -> Array | None:
        """The continuous part alone; the zeros are a spike that no curve can show."""
        return self.kept * _bell(x / self.scale) / self.scale if self.scale else None


Distribution = Constant | Uniform | Normal | TruncatedNormal | UnitVectorEntry | SparseNormal

_WITHIN_TWO = math.erf(math.sqrt(2))


def _bell(z: Array) -> Array:
    bell: Array = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    return bell
