"""What the Batch page shows: the image looked at, how it is flattened, and the whole batch's pixels and classes."""

from typing import TYPE_CHECKING

from netlib.figures import batch as figures
from netlib.figures.digit import digit
from netlib.i18n import Text
from netlib.stats import batch as stats
from netlib.views import Picture, Tile
from netlib.words import batch as words

if TYPE_CHECKING:
    from netlib.digits import Batch

_DIGIT_HEIGHT = 280


def looked_at(batch: "Batch", image: int, text: Text) -> Picture:
    """One image of the batch, large, with its place in the file and its pixels in numbers."""
    return Picture(
        "digit",
        text("Image {image}", image=image),
        digit(batch.images[image, 0], text, height=_DIGIT_HEIGHT),
        text("Image {image} of the batch, a handwritten {label}.", image=image, label=int(batch.labels[image])),
        words.image_facts(batch, image, text),
    )


def tiles(batch: "Batch", text: Text) -> tuple[Tile, ...]:
    """Two shapes, and three numbers about all pixels after normalisation."""
    pixels = stats.summarise_pixels(batch.images)
    return (
        Tile(
            text("Shape of images"),
            f"({len(batch)}, 1, 28, 28)",
            text("Images in the batch, colour channels, rows, columns. The tab Shapes says more."),
        ),
        Tile(
            text("Shape of labels"),
            f"({len(batch)},)",
            text("One whole number from 0 to 9 for each image: what it shows."),
        ),
        Tile(
            text("Mean of the pixels"),
            text.number(pixels.mean),
            text("After normalisation, over all pixels of the batch: −1 is black, 1 is white."),
        ),
        Tile(
            text("Their standard deviation"),
            text.number(pixels.std),
            text("After normalisation, over all pixels of the batch: how far they lie from their mean."),
        ),
        Tile(
            text("Background"),
            text.percent(stats.background_share(batch.images)),
            text("The share of pixels without any ink: exactly −1 after normalisation."),
        ),
    )


def flattening(batch: "Batch", image: int, text: Text) -> Picture:
    """An image, and the row of 784 numbers that it becomes."""
    shown = batch.images[image, 0]
    return Picture(
        "flattening",
        text("How does a picture become a row of numbers?"),
        figures.flattening(shown, text),
        words.flattening_alt(shown, text),
        words.flattening_example(shown, text),
    )


def pixels(batch: "Batch", text: Text) -> Picture:
    """All pixels of the batch before and after normalisation."""
    before = stats.summarise_pixels(stats.scaled(batch.pixels))
    after = stats.summarise_pixels(batch.images)
    return Picture(
        "pixels",
        text("What does normalisation change?"),
        figures.pixel_histogram(stats.pixel_histogram(batch.pixels), before, after, text),
        words.pixels_alt(before, after, stats.background_share(batch.images), text),
    )


def classes(batch: "Batch", text: Text) -> Picture:
    """How many images each digit has."""
    counts = stats.count_classes(batch.labels)
    return Picture(
        "classes",
        text("Is every digit there equally often?"),
        figures.class_counts(counts, batch.spec.digits, text),
        words.classes_alt(counts, batch.spec.digits, text),
        words.classes_note(text),
    )


def averages(batch: "Batch", text: Text) -> tuple[Picture, Picture]:
    """The average of all images, and of the images of each digit."""
    found = stats.average_images(batch.pixels, batch.labels)
    return (
        Picture(
            "average",
            text("What do all images share?"),
            figures.average_digit(found, text),
            words.average_alt(found, text),
        ),
        Picture(
            "averages",
            text("What does each digit look like on average?"),
            figures.class_averages(found, text),
            words.class_averages_alt(found, text),
            words.averages_note(text),
        ),
    )
