"""The digits that a training needs, as tensors already in memory; one copy for all trainings of a process."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from netlib.digits import load, normalised

HELD_OUT = 2_000
"""So many test digits are measured on at most: all of the bundled ones, every fifth of the full set's."""

_AS_FLOATS = 10_000


@dataclass(frozen=True, eq=False)
class Material:
    """Training and held-out digits of one source.

    images (n, 784): float32 in [-1, 1], or bytes where there are so many that floats would fill the memory; labels (n,)
    int64; held_images (m, 784) float32; held_labels (m,); held_of: how many test digits the m were chosen from, evenly.
    """

    images: Tensor
    labels: Tensor
    held_images: Tensor
    held_labels: Tensor
    held_of: int

    def __len__(self) -> int:
        return len(self.labels)

    def batch(self, chosen: Tensor) -> tuple[Tensor, Tensor]:
        """The images at these positions, float32 (n, 784), and their labels."""
        images = self.images.index_select(0, chosen)
        if images.dtype == torch.uint8:  # ToTensor and Normalize((0.5,), (0.5,)), in their order
            images = images.float().div_(255.0).sub_(0.5).div_(0.5)
        return images, self.labels.index_select(0, chosen)


@lru_cache(maxsize=2)
def material(source: str) -> Material:
    """The digits of `bundled` or `full`; raises `Problem` where they are not here or damaged."""
    train, test = load(source, "train"), load(source, "test")
    every = -(-len(test) // HELD_OUT)
    pixels = train.images if len(train) > _AS_FLOATS else normalised(train.images)
    return Material(
        images=torch.tensor(pixels).flatten(start_dim=1),
        labels=torch.tensor(train.labels.astype(np.int64)),
        held_images=torch.tensor(normalised(test.images[::every])).flatten(start_dim=1),
        held_labels=torch.tensor(test.labels[::every].astype(np.int64)),
        held_of=len(test),
    )
