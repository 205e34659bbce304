"""A digit of a visitor's own, drawn or uploaded, in a batch of the others. Numpy only."""

from dataclasses import dataclass, replace

import numpy as np

from netlib.bounds import CLASSES
from netlib.digits.batch import Batch, normalised
from netlib.digits.idx import Bytes
from netlib.trace import frozen

NOT_IN_A_FILE = -1


@dataclass(frozen=True, eq=False)
class OwnDigit:
    """An image of one's own: pixels uint8 (28, 28), 0 is background, read-only; `label` is what it is meant to be.

    Raises `ValueError` for another shape, kind of number or label.
    """

    pixels: Bytes
    label: int

    def __post_init__(self) -> None:
        if self.pixels.shape != (28, 28) or self.pixels.dtype != np.uint8:
            raise ValueError(f"pixels must be uint8 (28, 28), not {self.pixels.dtype} {self.pixels.shape}")
        if self.label not in range(CLASSES):
            raise ValueError(f"label must be 0 to {CLASSES - 1}, not {self.label}")
        object.__setattr__(self, "pixels", frozen(self.pixels.copy()))


def with_own(batch: Batch, index: int, own: OwnDigit) -> Batch:
    """The batch with a digit of one's own in the place `index`; the batch itself stays as it is.

    Its position in the file is -1. Raises `IndexError` beyond the batch.
    """
    if not 0 <= index < len(batch):
        raise IndexError(f"index must be 0 to {len(batch) - 1}, not {index}")
    images, labels = batch.images.copy(), batch.labels.copy()
    pixels, indices = batch.pixels.copy(), batch.indices.copy()
    images[index, 0], labels[index] = normalised(own.pixels), own.label
    pixels[index], indices[index] = own.pixels, NOT_IN_A_FILE
    return replace(batch, images=frozen(images), labels=frozen(labels), pixels=frozen(pixels), indices=frozen(indices))
