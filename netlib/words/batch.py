"""What the Batch page says, and the line by which every page says which digits it shows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from netlib.bounds import MAX_BATCH, MAX_SEED
from netlib.draft import Draft
from netlib.i18n import N_, Text
from netlib.stats.batch import (
    ClassAverages,
    PixelSummary,
    background_share,
    brightest_pixel,
    count_classes,
    even_share,
    flat_index,
    summarise_pixels,
    usual_deviation,
)
from netlib.trace import Array

if TYPE_CHECKING:
    from netlib.digits import Batch

# Above this share of background it is the background that decides where the mean lies.
_MOSTLY = 0.5
# A class count this many standard deviations from its even share is more than chance usually gives.
_UNUSUAL = 3.0

Change = tuple[str, Callable[[Draft], Draft]]

LOADING = """transform = transforms.Compose([
    transforms.ToTensor(),
    transforms.Normalize((0.5,), (0.5,)),
])"""


def data_line(batch: "Batch", text: Text) -> str:
    """Which digits are shown: how many, of which set and part, and the seed that chose them."""
    spec, n = batch.spec, len(batch)
    if spec.source == "full" and spec.split == "train":
        line = text.plural(
            "{n} digit of MNIST's 60,000 training digits, seed {seed}.",
            "{n} digits of MNIST's 60,000 training digits, seed {seed}.",
            n,
            seed=spec.seed,
        )
    elif spec.source == "full":
        line = text.plural(
            "{n} digit of MNIST's 10,000 test digits, seed {seed}.",
            "{n} digits of MNIST's 10,000 test digits, seed {seed}.",
            n,
            seed=spec.seed,
        )
    elif spec.split == "train":
        line = text.plural(
            "{n} digit of the bundled sample (4,000 of MNIST's training split), training part, seed {seed}.",
            "{n} digits of the bundled sample (4,000 of MNIST's training split), training part, seed {seed}.",
            n,
            seed=spec.seed,
        )
    else:
        line = text.plural(
            "{n} of 1,000 held-out digits, also from MNIST's training split, not its test set, seed {seed}.",
            "{n} of 1,000 held-out digits, also from MNIST's training split, not its test set, seed {seed}.",
            n,
            seed=spec.seed,
        )
    if spec.digits is None:
        return line
    chosen = text(
        "Chosen digits: {digits}; {available} match.",
        digits=", ".join(map(str, spec.digits)),
        available=batch.available,
    )
    return f"{line} {chosen}"


def answer(batch: "Batch", text: Text) -> str:
    """How much goes in, where the mean of its pixels lies and why, and how even the classes are."""
    background = background_share(batch.images)
    first = text.plural(
        "{n} handwritten digit, 28 × 28 = 784 numbers from −1 to 1.",
        "{n} handwritten digits, each 28 × 28 = 784 numbers from −1 to 1.",
        len(batch),
    )
    if background > _MOSTLY:
        verdict = N_("{share} of them are background, exactly −1, so their mean is {mean} and not 0.")
    else:
        verdict = N_("{share} of them are background, exactly −1; their mean is {mean}.")
    second = text(verdict, share=text.percent(background), mean=summarise_pixels(batch.images).mean)
    if len(batch) == 1:
        return f"{first} {second}"
    return f"{first} {second} {evenness(count_classes(batch.labels), batch.spec.digits, text)}"


def evenness(counts: Array, digits: tuple[int, ...] | None, text: Text) -> str:
    """How the class counts compare with an even share."""
    possible = list(range(len(counts)) if digits is None else digits)
    if len(possible) == 1:
        return text("All of them are the digit {digit}.", digit=possible[0])
    total = int(counts.sum())
    share, usual = even_share(total, digits), usual_deviation(total, digits)
    low, high = int(counts[possible].min()), int(counts[possible].max())
    if max(high - share, share - low) <= _UNUSUAL * usual:
        said = N_("Each digit occurs {low} to {high} times; even would be {share}, and chance explains the difference.")
    else:
        said = N_("Each digit occurs {low} to {high} times; even would be {share}, and chance rarely goes that far.")
    return text(said, low=low, high=high, share=share)


def grid_question(text: Text) -> str:
    """What the grid of images answers."""
    return text("Which digits are in the batch? Choose one to look at.")


def image_name(text: Text) -> str:
    """What a screen reader says of one image of the grid: `{image}` and `{label}` are filled in where it is shown."""
    return text("Image {image} of the batch, a handwritten {label}.")


def image_facts(batch: "Batch", image: int, text: Text) -> str:
    """The image looked at in numbers: where it is in its file, and its pixels before and after normalisation."""
    before, after = summarise_pixels(batch.pixels[image]), summarise_pixels(batch.images[image])
    if batch.indices[image] < 0:
        return text(
            "Your own digit, meant to be {label}. Pixels from {low} to {high}, mean {mean}.",
            label=int(batch.labels[image]),
            low=text.number(after.low, 2),
            mean=after.mean,
            high=text.number(after.high, 2),
        )
    return text(
        "Label {label}; number {index} in its file. Pixels from {low} to {high}, mean {mean}; as bytes in the file "
        "from {byte_low} to {byte_high}, mean {byte_mean}.",
        label=int(batch.labels[image]),
        index=int(batch.indices[image]),
        low=text.number(after.low, 2),
        mean=after.mean,
        high=text.number(after.high, 2),
        byte_low=int(before.low),
        byte_mean=before.mean,
        byte_high=int(before.high),
    )


def axes(n: int, text: Text) -> str:
    """The four axes of the images and the one of the labels, as a Markdown table with live numbers."""
    head = f"| `images` | {text('size')} | {text('what it counts')} |\n|---|--:|---|\n"
    rows = [
        ("dim=0", n, text("images in the batch: what one step of the DataLoader hands out")),
        ("dim=1", 1, text("colour channels: one, because the digits are grey; a colour photograph has three")),
        ("dim=2", 28, text("rows of pixels, from top to bottom")),
        ("dim=3", 28, text("columns of pixels, from left to right")),
    ]
    table = head + "\n".join(f"| `{dim}` | {size} | {meaning} |" for dim, size, meaning in rows)
    labels = text("`labels` has one axis, ({n},): the true digit of each image, in the same order.", n=n)
    return f"{table}\n\n{labels}"


def shapes_code(n: int) -> str:
    """The notebook's lines about shapes, with what they print for this batch."""
    return (
        "images, labels = next(iter(trainloader))\n"
        f"images.shape  # torch.Size([{n}, 1, 28, 28])\n"
        f"labels.shape  # torch.Size([{n}])\n"
        "flat = images.view(images.shape[0], -1)\n"
        f"flat.shape    # torch.Size([{n}, 784])"
    )


def flattening_text(n: int, text: Text) -> str:
    """Why a batch of images is flattened."""
    return text(
        "A fully-connected (dense) layer joins each of its units to every number of a row. So each picture becomes one "
        "row, a line of pixels after a line of pixels: ({n}, 1, 28, 28) turns into ({n}, 784). That is flattening.",
        n=n,
    )


def flattening_example(image: Array, text: Text) -> str:
    """Where flattening puts a pixel: the brightest one of the image's fullest row."""
    row, column = brightest_pixel(image)
    return text(
        "Pixel (row {row}, column {column}) becomes number 28 · {row} + {column} = {position}; its value is {value}.",
        row=row,
        column=column,
        position=flat_index(row, column),
        value=float(image[row, column]),
    )


def flattening_alt(image: Array, text: Text) -> str:
    """The picture of flattening in words."""
    row, _ = brightest_pixel(image)
    return text(
        "The image, and below it the same 784 numbers in one line; row {row} becomes the numbers {start} to {end}.",
        row=row,
        start=flat_index(row, 0),
        end=flat_index(row, 27),
    )


def normalisation_text(text: Text) -> str:
    """What the notebook's two transforms do to a pixel."""
    return text(
        "`ToTensor` divides each byte by 255. `Normalize((0.5,), (0.5,))` takes away 0.5 and divides by 0.5: 0 becomes "
        "−1, 1 stays 1. The bars are the same; they are moved and stretched to twice the width. It does not make the "
        "mean 0: 0.5 is the middle of the scale, not of these pixels."
    )


def pixels_alt(before: PixelSummary, after: PixelSummary, background: float, text: Text) -> str:
    """The finding of the pixels' histogram."""
    return text(
        "Two histograms of the same shape: before normalisation the mean is {before} and the standard deviation "
        "{before_std}, after it {after} and {after_std}; {share} of the pixels are background.",
        before=before.mean,
        before_std=before.std,
        after=after.mean,
        after_std=after.std,
        share=text.percent(background),
    )


def classes_alt(counts: Array, digits: tuple[int, ...] | None, text: Text) -> str:
    """The finding of the class counts."""
    possible = list(range(len(counts)) if digits is None else digits)
    even = evenness(counts, digits, text)
    if len(possible) == 1:
        return even
    most, least = possible[int(counts[possible].argmax())], possible[int(counts[possible].argmin())]
    shown = text(
        "Images of each digit: most are {most} ({high}), fewest are {least} ({low}).",
        most=most,
        high=int(counts[most]),
        least=least,
        low=int(counts[least]),
    )
    return f"{shown} {even}"


def classes_note(text: Text) -> str:
    """How to read the dashed line and the band."""
    return text(
        "The bars are counted. Dashed line and band are theory: n images spread evenly, n p each, and two standard "
        "deviations of chance, √(n p (1 − p)), to either side."
    )


def shuffling_text(batch: "Batch", text: Text) -> str:
    """What shuffling, batch size and seed mean here and in the notebook."""
    return "\n".join(
        [
            "- "
            + text(
                "**Shuffling** (`shuffle=True`): the DataLoader puts all images into a random order before it deals "
                "them out, and into a new one for every pass. A batch is then a fair sample of all digits, whatever "
                "the order of the file."
            ),
            "- "
            + text(
                "**Batch size** ({n} here, 64 in the notebook): how many images go through the network at once. A "
                "larger batch keeps the images of the smaller one and adds more.",
                n=len(batch),
            ),
            "- "
            + text(
                "**Seed** ({seed} here): fixes the random order, so that a link shows the same digits to everybody. "
                "The notebook sets none and gets other digits on every run.",
                seed=batch.spec.seed,
            ),
        ]
    )


def average_alt(averages: ClassAverages, text: Text) -> str:
    """The finding of the average of all images."""
    return text(
        "The average of all images: its brightest pixel has {brightest} of 255, and {empty} of 784 pixels have no ink "
        "in any image.",
        brightest=float(averages.overall.max()),
        empty=int((averages.overall == 0).sum()),
    )


def class_averages_alt(averages: ClassAverages, text: Text) -> str:
    """The finding of the averages of each digit."""
    present = [str(digit) for digit in np.flatnonzero(averages.counts)]
    absent = [str(digit) for digit in np.flatnonzero(averages.counts == 0)]
    said = text("Average images of the digits {present}.", present=", ".join(present))
    if not absent:
        return said
    missing = text("None in this batch: {absent}.", absent=", ".join(absent))
    return f"{said} {missing}"


def averages_note(text: Text) -> str:
    """What an average image is."""
    return text(
        "Each pixel is the mean of that pixel over the images, from 0 (black) to 255 (white). Where an average is "
        "sharp, the digits are written alike; where it is blurred, they differ."
    )


def columns(text: Text) -> dict[str, str]:
    """The headings of the table of images."""
    return {
        "image": text("image"),
        "label": text("label"),
        "index in file": text("number in its file"),
        "minimum": text("min"),
        "mean": text("mean"),
        "std": text("std"),
        "maximum": text("max"),
        "background": text("share of background"),
    }


def tries(batch: "Batch", text: Text) -> Sequence[Change]:
    """Three other batches: two classes only, a large one, and the same from the next seed."""
    following = (batch.spec.seed + 1) % (MAX_SEED + 1)
    return [
        (text("Only 1 and 7"), lambda draft: _with(draft, digits=(1, 7))),
        (
            text("A batch of {n}: the classes even out", n=MAX_BATCH),
            lambda draft: _with(draft, digits=None, size=MAX_BATCH),
        ),
        (text("Shuffle again: seed {seed}", seed=text.number(following)), lambda draft: _with(draft, seed=following)),
    ]


def _with(draft: Draft, **choices: object) -> Draft:
    return replace(draft, batch=replace(draft.batch, **choices))  # type: ignore[arg-type]
