"""What probing one image finds: which pixels matter, which places, and the smallest change that flips the answer."""

import math
from dataclasses import dataclass

import numpy as np

from netlib.trace import Array


@dataclass(frozen=True, eq=False)
class Saliency:
    """The gradient of one digit's logit with respect to the pixels, float (28, 28): what a little more ink would do.

    `digit` is whose logit. A network that has no slope there gives zeros; one beyond float32 gives what is not finite.
    """

    digit: int
    gradient: Array

    @property
    def finite(self) -> bool:
        """Whether every slope is a number."""
        return bool(np.isfinite(self.gradient).all())

    @property
    def flat(self) -> bool:
        """Whether no pixel has any say."""
        return not self.gradient.any()

    def share_on_ink(self, image: Array) -> float:
        """The share of the slopes' size that lies on the digit's ink, where the image (28, 28) is not background."""
        size = np.abs(self.gradient.astype(np.float64))
        return float(size[image > -1].sum() / size.sum())


@dataclass(frozen=True, eq=False)
class Occlusion:
    """How much a digit's probability falls where a square is background.

    falls (k, k): the probability without the square less that with it, so above zero where the square hid what spoke
    for the digit; starts (k,): the rows, and columns, at which the squares begin; size: their side; before: the
    probability with nothing hidden; flips: at how many places another digit gets the largest one.
    """

    digit: int
    size: int
    starts: Array
    falls: Array
    before: float
    flips: int

    @property
    def finite(self) -> bool:
        """Whether every probability is a number."""
        return bool(np.isfinite(self.falls).all())

    @property
    def deepest(self) -> tuple[int, int]:
        """The row and column of the middle of the square that costs most."""
        row, column = np.unravel_index(int(self.falls.argmax()), self.falls.shape)
        return int(self.starts[row]) + self.size // 2, int(self.starts[column]) + self.size // 2


@dataclass(frozen=True, eq=False)
class Flip:
    """A small change of an image after which a network gives another answer.

    image and changed float32 (28, 28) in [-1, 1]; digits: the answer before and after, whose probabilities are all but
    equal now; probabilities before and after, each (10,); steps that the search took.
    """

    image: Array
    changed: Array
    digits: tuple[int, int]
    before: Array
    after: Array
    steps: int

    @property
    def change(self) -> Array:
        """What was added to each pixel (28, 28)."""
        difference: Array = self.changed - self.image
        return difference

    @property
    def size(self) -> float:
        """The change's length: the root of the sum of squares over all pixels."""
        return float(np.linalg.norm(self.change.astype(np.float64)))

    @property
    def per_pixel(self) -> float:
        """The root of the mean square over all pixels, as a share of the way from background to full ink, 2."""
        return self.size / math.sqrt(self.change.size) / 2
