"""What the Outputs page says."""

from collections.abc import Callable
from functools import partial

import numpy as np

from netlib.draft import Draft, changed
from netlib.i18n import N_, Text
from netlib.presets import PRESETS, chosen
from netlib.spec import Init
from netlib.stats.outputs import LN10, ClassSummary, LogitSummary, OutputSummary, chance
from netlib.stats.softmax import Column, SoftmaxSteps, naive_softmax, on_paper, softmax_steps
from netlib.trace import Array

# Mean entropy as a share of ln 10: from here on the distribution is uniform to the digits shown, or nearly so.
_UNIFORM = 0.9999
_NEARLY = 0.97
# A mean top probability above this is more than all other classes together.
_SURE = 0.5
# An accuracy this many standard deviations from chance is no surprise.
_USUAL = 2.0
# More than this share of the logits' spread in common, and the image decides less than the network's own offset.
_MOSTLY = 0.8
# exp of this is beyond float32.
_TOO_LARGE = 100.0

Change = tuple[str, Callable[[Draft], Draft]]


def answer(summary: OutputSummary, text: Text) -> str:
    """How near the batch's distributions are to uniform, and how its accuracy compares with guessing."""
    share = summary.entropy / LN10
    if share >= _UNIFORM:
        verdict = N_(
            "Yes: the mean entropy is {entropy}, and ten equal probabilities have ln 10 = {blind}; "
            "the cross-entropy is {loss}."
        )
    elif share >= _NEARLY:
        verdict = N_("Nearly: the mean entropy is {entropy} of at most ln 10 = {blind}; the cross-entropy is {loss}.")
    elif summary.top_probability > _SURE:
        verdict = N_(
            "No, it is sure of itself: the largest probability is {top} on average, the mean entropy {entropy} of at "
            "most ln 10 = {blind}; the cross-entropy is {loss}."
        )
    else:
        verdict = N_(
            "No, it leans: the largest probability is {top} on average, the mean entropy {entropy} of at most "
            "ln 10 = {blind}; the cross-entropy is {loss}."
        )
    first = text(
        verdict,
        top=summary.top_probability,
        entropy=text.number(summary.entropy, 4),
        blind=text.number(LN10, 4),
        loss=text.number(summary.cross_entropy, 4),
    )
    return f"{first} {against_chance(summary.correct, summary.count, text)}"


def against_chance(correct: int, count: int, text: Text) -> str:
    """How many images are right, and how many a blind guess gets right, plus or minus one standard deviation."""
    expected, error = chance(count)
    said = text(
        "Right: {correct} of {count}; guessing gets {expected} ± {error}.",
        correct=correct,
        count=count,
        expected=text.fixed(expected, 1),
        error=text.fixed(error, 1),
    )
    return said.replace(" ± ", "\u00a0±\u00a0")  # a number and its error stay on one line


def no_numbers(finite: int, count: int, text: Text) -> str:
    """Why there is no distribution: logits beyond what float32 holds."""
    return text(
        "There is no answer: the signal has grown beyond what float32 holds, 3.4 × 10³⁸. Images whose ten logits are "
        "numbers: {finite} of {count}.",
        finite=finite,
        count=count,
    )


def temperature_note(steps: SoftmaxSteps, text: Text) -> str:
    """What this temperature does to the image's largest probability; 1 is the network itself."""
    message = N_("The network itself: largest p {top}.")
    if steps.temperature < 1:
        message = N_("Sharper: largest p {top}, at T = 1 {own}.")
    elif steps.temperature > 1:
        message = N_("Flatter: largest p {top}, at T = 1 {own}.")
    note = text(message, top=float(steps.probabilities.max()), own=float(steps.own.max()))
    return note.replace("T = ", "T\u00a0=\u00a0")  # the column is narrow: no line begins with the sign


def by_hand(steps: SoftmaxSteps, label: int, text: Text) -> str:
    """The true digit's row as a calculation, with the numbers as they are written in the picture."""
    paper = on_paper(steps)
    decimals = paper.scaled.decimals
    return text(
        "By hand, for the true digit {label} (the band): {z} / {temperature} = {scaled}; "
        "{scaled} − {largest} = {shifted}; exp({shifted}) = {exponential}; {exponential} / {total} = {p}.",
        label=label,
        z=written(paper.logits, label, text),
        temperature=temperature(steps.temperature, text),
        scaled=written(paper.scaled, label, text),
        largest=_signed(text.fixed(paper.largest, decimals), paper.scaled.exponent),
        shifted=written(paper.shifted, label, text),
        exponential=written(paper.exponentials, label, text),
        total=text.fixed(paper.total, decimals),
        p=written(paper.probabilities, label, text),
    )


def written(column: Column, row: int, text: Text) -> str:
    """One number of a column as the picture writes it, with its unit."""
    return _with_unit(text.fixed(float(column.written[row]), column.decimals), column.exponent)


def temperature(value: float, text: Text) -> str:
    """A temperature as short as it is: `0.15`, `1`, `10`."""
    return text.fixed(value, len(f"{value:g}".partition(".")[2]))


def why_subtract(logits: Array, text: Text) -> str:
    """What softmax without the subtraction makes of this image's logits in float32, tried here and now."""
    moved = logits.astype(np.float64) - float(logits.max()) + _TOO_LARGE
    top = int(moved.argmax())
    return text(
        "exp grows so fast that float32 ends at exp(88.7). Moved so that the largest is {moved}, this image's logits "
        "give {lost} of 10 probabilities as nan without the subtraction (∞ / ∞, tried just now in float32), and "
        "p = {p} for digit {top} with it. It changes no probability: the factor exp(−max) is in every exponential and "
        "in their sum, and cancels.",
        moved=int(_TOO_LARGE),
        lost=int(np.isnan(naive_softmax(moved)).sum()),
        p=text.fixed(float(softmax_steps(moved).probabilities[top]), 4),
        top=top,
    )


def heatmap_note(end: float, text: Text) -> str:
    """How to read the heatmap, and where its colour scale ends."""
    return text(
        "One column an image, ▲ is the one looked at; framed: the class that is true. Even rows mean that all images "
        "get the same answer. The colour scale ends at {end}, which no probability here exceeds.",
        end=text.number(end, 1),
    )


def logits_note(summary: LogitSummary, text: Text) -> str:
    """How much of what the logits say is the same for every image."""
    boxes = text("Dark: half of the images; light: 5 to 95 % of them; line: all; mark and number: the mean.")
    if summary.shared is None:
        return boxes
    share = text.percent(summary.shared, 0)
    message = N_("{share} of the spread between the ten logits is the same for all images.")
    if summary.shared > _MOSTLY:
        message = N_(
            "{share} of the spread between the ten logits is the same for all images: the answer hardly depends on "
            "the image."
        )
    return f"{text(message, share=share)} {boxes}"


def softmax_alt(steps: SoftmaxSteps, label: int, text: Text) -> str:
    """The five columns in words."""
    top = int(steps.probabilities.argmax())
    return text(
        "Softmax in five columns of ten rows: the logits run from {low} to {high}, the exponentials add up to {total}; "
        "the largest probability is {largest} for digit {top}, the true digit {label} gets {true}.",
        low=float(steps.logits.min()),
        high=float(steps.logits.max()),
        total=steps.total,
        largest=float(steps.probabilities[top]),
        top=top,
        label=label,
        true=float(steps.probabilities[label]),
    )


def heatmap_alt(probabilities: Array, labels: Array, text: Text) -> str:
    """The batch's probabilities in words: their range, and what the true class gets."""
    true = probabilities[np.arange(len(labels)), labels]
    return text(
        "Ten probabilities for each image, ordered by label: from {low} to {high}; the true class gets {true} on "
        "average.",
        low=float(probabilities.min()),
        high=float(probabilities.max()),
        true=float(true.mean(dtype=np.float64)),
    )


def mean_alt(classes: ClassSummary, text: Text) -> str:
    """The mean probabilities in words."""
    low, high = int(classes.mean_probability.argmin()), int(classes.mean_probability.argmax())
    return text(
        "Mean probability a class: from {least} for digit {low} to {most} for digit {high}; uniform is 0.1 for each.",
        least=float(classes.mean_probability[low]),
        low=low,
        most=float(classes.mean_probability[high]),
        high=high,
    )


def counts_alt(classes: ClassSummary, text: Text) -> str:
    """The counts in words: who is predicted most, who never."""
    favourite = int(classes.predicted.argmax())
    never = [str(digit) for digit in range(10) if not classes.predicted[digit]]
    return text(
        "Digit {digit} is predicted most, {times} of {count}, and true for {true}. Never predicted: {never}.",
        digit=favourite,
        times=int(classes.predicted[favourite]),
        count=int(classes.true.sum()),
        true=int(classes.true[favourite]),
        never=", ".join(never) or "–",
    )


def entropy_alt(entropies: Array, text: Text) -> str:
    """The entropies in words."""
    return text(
        "Entropy of each image: from {low} to {high} nats, {mean} on average; ten equal probabilities have "
        "ln 10 = {blind}.",
        low=text.number(float(entropies.min()), 4),
        high=text.number(float(entropies.max()), 4),
        mean=text.number(float(entropies.mean()), 4),
        blind=text.number(LN10, 4),
    )


def losses_alt(losses: Array, text: Text) -> str:
    """The cross-entropies in words."""
    return text(
        "Cross-entropy of each image: from {low} to {high} nats; {above} of {count} lie above ln 10 = {blind}, worse "
        "than a blind guess.",
        count=len(losses),
        low=text.number(float(losses.min()), 4),
        high=text.number(float(losses.max()), 4),
        above=int((losses > LN10).sum()),
        blind=text.number(LN10, 4),
    )


def losses_note(losses: Array, floor: float, text: Text) -> str:
    """How many losses are drawn at the floor of a log axis because they are smaller; empty where there is none."""
    below = int((losses < floor).sum())
    if not below:
        return ""
    return text(
        "Losses below {floor} are drawn at {floor}: {below} of {count}.",
        floor=text.fixed(floor, 3),
        below=below,
        count=len(losses),
    )


def guess_alt(correct: int, count: int, text: Text) -> str:
    """Whether the accuracy is one that guessing gives, too."""
    expected, error = chance(count)
    verdict = N_("Guessing often does as well.")
    if abs(correct - expected) > _USUAL * error:
        verdict = N_("That is more than two standard deviations from guessing.")
    return f"{against_chance(correct, count, text)} {text(verdict)}"


def logits_alt(summary: LogitSummary, text: Text) -> str:
    """The logits in words: their means, and what is the same for all images."""
    low, high = int(summary.means.argmin()), int(summary.means.argmax())
    return text(
        "Mean logits a class: from {least} for digit {low} to {most} for digit {high}; all logits lie between {bottom} "
        "and {top}.",
        least=float(summary.means[low]),
        low=low,
        most=float(summary.means[high]),
        high=high,
        bottom=float(summary.percentiles.min()),
        top=float(summary.percentiles.max()),
    )


def columns(text: Text) -> dict[str, str]:
    """The headings of the table of images; p0 to p9 are the same in every language."""
    return {
        "image": text("image"),
        "label": text("label"),
        "predicted": text("predicted"),
        "entropy": text("entropy, nats"),
        "cross-entropy": text("cross-entropy, nats"),
    }


def tries(text: Text) -> list[Change]:
    """A network that is sure of itself, one that leans, and one that is uniform."""
    return [
        (text(PRESETS["exercise1"].title), partial(chosen, "exercise1")),
        (text("kaiming_normal in every layer"), lambda draft: changed(draft, None, weight_init=Init("kaiming_normal"))),
        (
            text("normal(0.01) in every layer, biases 0"),
            lambda draft: changed(draft, None, weight_init=Init("normal", std=0.01), bias_init=Init("zeros")),
        ),
    ]


def _with_unit(number: str, exponent: int) -> str:
    return f"{number} × 10{_superscript(exponent)}" if exponent else number


def _signed(number: str, exponent: int) -> str:
    number = _with_unit(number, exponent)
    return f"({number})" if number.startswith("−") else number


def _superscript(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
