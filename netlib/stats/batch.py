"""What a batch of digits is in numbers: pixels before and after normalisation, classes, average digits."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from netlib.bounds import CLASSES, INPUTS
from netlib.trace import Array

BACKGROUND = -1.0
LEVELS = 256
SIDE = 28
BIN_LEVELS = 4


@dataclass(frozen=True)
class PixelSummary:
    """Moments of a set of pixels in their own unit; std is that of the whole set, divided by n."""

    mean: float
    std: float
    low: float
    high: float


@dataclass(frozen=True)
class PixelHistogram:
    """How many pixels have how much ink, in bins of four byte values.

    counts int64 (64,); before and after float64 (65,): the same edges on the scale of ToTensor, 0 to 1, and on that of
    Normalize((0.5,), (0.5,)), -1 to 1. An edge lies between two byte values, so no pixel lies on one.
    """

    counts: Array
    before: Array
    after: Array


@dataclass(frozen=True)
class ClassAverages:
    """The average of all images and of each class, in bytes from 0 to 255.

    overall float64 (28, 28); by_class float64 (10, 28, 28), zero where the batch has no such digit; counts int64 (10,).
    """

    overall: Array
    by_class: Array
    counts: Array


def summarise_pixels(pixels: Array) -> PixelSummary:
    """Mean, standard deviation and range of pixels of any shape and unit, in float64."""
    values = pixels.astype(np.float64)
    return PixelSummary(float(values.mean()), float(values.std()), float(values.min()), float(values.max()))


def scaled(pixels: Array) -> Array:
    """Bytes (0 to 255) as `ToTensor` scales them: float64 of the same shape in [0, 1]."""
    values: Array = pixels.astype(np.float64) / (LEVELS - 1)
    return values


def background_share(images: Array) -> float:
    """The share of normalised pixels that are background, exactly -1."""
    return float((images == BACKGROUND).mean())


def pixel_histogram(pixels: Array) -> PixelHistogram:
    """The histogram of bytes of any shape, and its edges before and after normalisation."""
    counts = np.bincount(pixels.ravel(), minlength=LEVELS).reshape(-1, BIN_LEVELS).sum(axis=1)
    edges = (np.arange(0, LEVELS + 1, BIN_LEVELS) - 0.5) / (LEVELS - 1)
    return PixelHistogram(counts, edges, (edges - 0.5) / 0.5)


def histogram_table(histogram: PixelHistogram) -> pd.DataFrame:
    """One row a bin: first and last byte, its edges on both scales, and how many pixels it holds."""
    first = np.arange(0, LEVELS, BIN_LEVELS)
    return pd.DataFrame(
        {
            "first byte": first,
            "last byte": first + BIN_LEVELS - 1,
            "before from": histogram.before[:-1],
            "before to": histogram.before[1:],
            "after from": histogram.after[:-1],
            "after to": histogram.after[1:],
            "pixels": histogram.counts,
        }
    )


def count_classes(labels: Array) -> Array:
    """How many images each of the ten digits has, int64 (10,)."""
    counts: Array = np.bincount(labels, minlength=CLASSES)
    return counts


def even_share(count: int, digits: tuple[int, ...] | None) -> float:
    """How many images each digit would have if all that may occur had equally many."""
    return count / (CLASSES if digits is None else len(digits))


def usual_deviation(count: int, digits: tuple[int, ...] | None) -> float:
    """The standard deviation of one class count where each image is drawn independently and all digits are as likely.

    sqrt(n p (1 - p)), that of the binomial distribution; a batch drawn without replacement deviates a little less.
    """
    p = even_share(1, digits)
    return float(np.sqrt(count * p * (1 - p)))


def class_table(counts: Array) -> pd.DataFrame:
    """One row a digit: its count and its share of the batch."""
    return pd.DataFrame({"digit": np.arange(CLASSES), "images": counts, "share": counts / counts.sum()})


def average_images(pixels: Array, labels: Array) -> ClassAverages:
    """The average of all images and of those of each digit; pixels uint8 (n, 28, 28), labels (n,)."""
    counts = count_classes(labels)
    member = labels == np.arange(CLASSES)[:, np.newaxis]
    sums = member.astype(np.float64) @ pixels.reshape(len(pixels), -1).astype(np.float64)
    by_class = (sums / np.maximum(counts, 1)[:, np.newaxis]).reshape(CLASSES, SIDE, SIDE)
    return ClassAverages(pixels.mean(axis=0, dtype=np.float64), by_class, counts)


def flat_index(row: int, column: int) -> int:
    """Where flattening puts a pixel of a 28 x 28 image: row after row, 28 r + c."""
    return SIDE * row + column


def fullest_row(image: Array) -> int:
    """The row of an image (28, 28) with the most ink; the first one where some are equal."""
    return int(image.sum(axis=1, dtype=np.float64).argmax())


def brightest_pixel(image: Array) -> tuple[int, int]:
    """Row and column of the pixel with the most ink in the row that has the most."""
    row = fullest_row(image)
    return row, int(image[row].argmax())


def image_table(images: Array, labels: Array, indices: Array) -> pd.DataFrame:
    """One row an image: its place in the batch and in the file, its label, and its pixels' statistics.

    images float32 (n, 1, 28, 28) in [-1, 1]; labels and indices (n,); std divides by 784.
    """
    flat = images.reshape(len(images), INPUTS).astype(np.float64)
    return pd.DataFrame(
        {
            "image": np.arange(len(images)),
            "label": labels,
            "index in file": indices,
            "minimum": flat.min(axis=1),
            "mean": flat.mean(axis=1),
            "std": flat.std(axis=1),
            "maximum": flat.max(axis=1),
            "background": (flat == BACKGROUND).mean(axis=1),
        }
    )
