"""What is shown of a network's answers: confusion and its images, worst mistakes, digits, calibration, threshold."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from netlib.figures import evaluation as figures
from netlib.figures.contact_sheet import MOST, contact_sheet
from netlib.figures.contact_sheet import Tile as SheetTile
from netlib.i18n import Text
from netlib.stats import evaluation as stats
from netlib.stats.evaluation import Answers
from netlib.trace import Array
from netlib.views import Picture, Tile
from netlib.words import evaluation as words

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def confusion(answers: Answers, chosen: tuple[int, int] | None, text: Text) -> Picture:
    """The confusion matrix; `chosen` is a cell (true, said), and `cell_of` reads one from a point."""
    found = stats.confuse(answers)
    return Picture(
        "confusion",
        text("What does it take for what?"),
        figures.confusion(found, chosen, text),
        words.confusion_alt(found, text),
        words.confusion_note(text),
    )


def cell_of(point: Mapping[str, Any]) -> tuple[int, int]:
    """The cell (true, said) of a point of the matrix that was chosen, as Streamlit reports it."""
    return int(point["y"]), int(point["x"])


def image_of(point: Mapping[str, Any]) -> int:
    """The image of a point that was chosen on a sheet of images or a map, as Streamlit reports it."""
    about = point["customdata"]
    return int(about["0"] if isinstance(about, Mapping) else about[0])  # of a typed array it makes an object


def cell_choices(answers: Answers, text: Text, count: int = 10) -> dict[tuple[int, int], str]:
    """The most frequent mistakes as a list to choose from without a mouse: {(true, said): words}."""
    found = stats.common_mistakes(stats.confuse(answers), count)
    return {(true, said): words.cell(true, said, often, text) for true, said, often in found}


def cell(images: Array, answers: Answers, chosen: tuple[int, int] | None, text: Text) -> Picture:
    """The images of the chosen cell, (n, 28, 28) being all images; asks for a choice where there is none."""
    if chosen is None:
        return Picture(
            "confusion_cell",
            text("Which images are they?"),
            contact_sheet(images[:0], (), text, empty=text("Choose a cell of the matrix.")),
            text("There is no image to show."),
        )
    true, said = chosen
    found = stats.images_of(answers, true, said)
    return Picture(
        "confusion_cell",
        words.cell(true, said, len(found), text),
        _sheet(images, answers, found, text, text("No image in this cell.")),
        words.sheet_alt(answers, found, text),
        words.order_note(true, said, min(len(found), MOST), len(found), text) if len(found) else "",
    )


def worst(images: Array, answers: Answers, text: Text) -> tuple[Picture, Picture]:
    """The mistakes that it is surest of, and the images with the largest loss; images (n, 28, 28)."""
    sure, costly = stats.surest_mistakes(answers, MOST), stats.costliest_images(answers, MOST)
    return (
        Picture(
            "surest_mistakes",
            text("Where is it surest and yet wrong?"),
            _sheet(images, answers, sure, text, text("No answer is wrong.")),
            words.sheet_alt(answers, sure, text),
            words.worst_note(answers, len(sure), text),
        ),
        Picture(
            "costliest_images",
            text("Which images cost most?"),
            _sheet(images, answers, costly, text, text("It has no answer: its probabilities are no numbers.")),
            words.sheet_alt(answers, costly, text),
            words.costly_note(text),
        ),
    )


def digits(answers: Answers, text: Text) -> Picture:
    """The accuracy of each digit with its interval."""
    found = stats.accuracy_of_digits(answers)
    return Picture(
        "digit_accuracy",
        text("Which digits are hard?"),
        figures.digit_accuracy(found, answers.accuracy, text),
        words.digits_alt(found, text),
        words.digits_note(found, text),
    )


def calibration(answers: Answers, text: Text) -> Picture:
    """Whether it is right as often as it is sure."""
    found = stats.calibrate(answers)
    note = words.calibration_note(found, text)
    said = words.calibration_alt(found, text)
    return Picture(
        "calibration",
        text("Is it right as often as it is sure?"),
        figures.calibration(found, text),
        said,
        f"{said} {note}" if note else said,
    )


def thresholds(answers: Answers, confidence: float, text: Text) -> Picture:
    """What is left of its answers, and how many of them are right, as a threshold rises; one is chosen, 0 to 1."""
    chosen = stats.at_threshold(answers, confidence)
    return Picture(
        "thresholds",
        text("When should it say “I don't know”?"),
        figures.thresholds(stats.threshold_curve(answers), chosen, text),
        words.threshold_alt(answers, chosen, text),
        words.threshold_answer(answers, text),
    )


def threshold_tiles(answers: Answers, confidence: float, text: Text) -> tuple[Tile, Tile, Tile]:
    """What it answers at a threshold, how many of these answers are right, and what is wrong beside without it."""
    chosen, all_of_them = stats.at_threshold(answers, confidence), stats.at_threshold(answers, 0.0)
    wrong, before = chosen.answered - chosen.right, all_of_them.answered - all_of_them.right
    low, high = stats.wilson(np.array(chosen.right), np.array(chosen.answered))
    return (
        Tile(
            text("Still answered"),
            text.percent(chosen.coverage),
            text("{answered} of {count} images.", answered=chosen.answered, count=chosen.count),
        ),
        Tile(
            text("Right of those"),
            text.percent(chosen.share) if chosen.answered else "–",
            text(
                "{right} of {answered}; 95% interval {low} to {high}. Without a threshold: {accuracy}.",
                right=chosen.right,
                answered=chosen.answered,
                low=text.percent(float(low)),
                high=text.percent(float(high)),
                accuracy=text.percent(all_of_them.share) if all_of_them.answered else "–",
            ),
        ),
        Tile(
            text("Mistakes left"),
            text("{wrong} of {before}", wrong=wrong, before=before),
            text(
                "Mistakes that are surer than the threshold stay. Right answers lost: {lost}.",
                lost=all_of_them.right - chosen.right,
            ),
        ),
    )


def tiles(answers: Answers, text: Text) -> tuple[Tile, Tile, Tile, Tile]:
    """Four numbers: accuracy, mistakes, the hardest digit, calibration error."""
    found, calibrated = stats.accuracy_of_digits(answers), stats.calibrate(answers)
    hardest, share = int(np.nanargmin(found.share)), found.share[found.count > 0]
    right, n = int(answers.right.sum()), len(answers)
    low, high = stats.wilson(np.array(right), np.array(n))
    return (
        Tile(
            text("Right"),
            text.percent(answers.accuracy),
            text("95% interval {low} to {high}.", low=text.percent(float(low)), high=text.percent(float(high))),
        ),
        Tile(
            text("Mistakes"),
            text.number(int(answers.wrong.sum())),
            words.mistakes(answers, text),
        ),
        Tile(
            text("Hardest digit"),
            text("{digit}: {share}", digit=hardest, share=text.percent(float(share.min()), 0))
            if share.min() < share.max()
            else "–",
            words.digits_alt(found, text),
        ),
        Tile(
            text("Calibration error"),
            text.percent(calibrated.error) if calibrated.count.any() else "–",
            words.calibration_alt(calibrated, text),
        ),
    )


def _sheet(images: Array, answers: Answers, chosen: Array, text: Text, empty: str) -> "Figure":
    chosen = chosen[:MOST]
    tiles = [
        SheetTile(int(image), *words.tile(answers, int(image), text), wrong=not answers.right[image])
        for image in chosen
    ]
    return contact_sheet(images[chosen], tiles, text, empty=empty)
