"""What is said of a network's answers beside the labels."""

import math

import numpy as np

from netlib.i18n import N_, Text
from netlib.stats.evaluation import (
    NO_ANSWER,
    Answers,
    Calibration,
    Confusion,
    DigitAccuracy,
    Threshold,
    common_mistakes,
    threshold_for,
    wilson,
)
from netlib.trace import Array

# The share of right answers for which a threshold is looked for.
WANTED = 0.99
# One answer for more than this share of the images is an answer that hardly depends on the image.
_MOSTLY = 0.9
# A mean confidence that far from the accuracy is called too sure or too unsure.
_CLOSE = 0.02
_GUESS = 0.1


def answer(answers: Answers, text: Text) -> str:
    """How many are right with the interval, and what it gets wrong most often."""
    right, n = int(answers.right.sum()), len(answers)
    low, high = (float(end) for end in wilson(np.array(right), np.array(n)))
    first = text.plural(
        "{right} of {n} image is right, {share}; 95% interval: {low} to {high}.",
        "{right} of {n} images are right, {share}; 95% interval: {low} to {high}.",
        n,
        right=right,
        share=text.percent(right / n),
        low=text.percent(low),
        high=text.percent(high),
    )
    if low <= _GUESS <= high:
        first = f"{first} {text('A guess gets 10%.')}"
    return f"{first} {mistakes(answers, text)}"


def mistakes(answers: Answers, text: Text) -> str:
    """What it gets wrong, or that it gets nothing wrong, or always says the same, or nothing."""
    silent = int((~answers.answered).sum())
    if silent == len(answers):
        return text("It has no answer: its probabilities are no numbers.")
    said = answers.predicted[answers.answered]
    counts = np.bincount(said, minlength=10)
    favourite, wrong = int(counts.argmax()), int(answers.wrong.sum())
    if not wrong:
        sentence = text("None is wrong.")
    elif counts[favourite] > _MOSTLY * len(said) and len(np.unique(answers.labels)) > 1:
        sentence = text(
            "It says {digit} for {count} of them: the answer hardly depends on the image.",
            digit=favourite,
            count=int(counts[favourite]),
        )
    else:
        sentence = most_frequent(answers, text)
    if silent:
        sentence = f"{sentence} {text('Without an answer, for their probabilities are no numbers: {n}.', n=silent)}"
    return sentence


def most_frequent(answers: Answers, text: Text) -> str:
    """The most frequent mistake; there must be one."""
    pairs = answers.labels[answers.wrong] * 10 + answers.predicted[answers.wrong]
    counts = np.bincount(pairs, minlength=100)
    cell = int(counts.argmax())
    return text(
        "Most frequent mistake: a {true} taken for a {said}, {count} of {wrong}.",
        true=cell // 10,
        said=cell % 10,
        count=int(counts[cell]),
        wrong=int(answers.wrong.sum()),
    )


def confusion_alt(found: Confusion, text: Text) -> str:
    """The matrix in words: its diagonal, and the three most frequent mistakes."""
    first = text(
        "Confusion matrix, ten true digits by ten answers: {right} of {count} images lie on the diagonal.",
        right=int(np.trace(found.counts)),
        count=int(found.totals.sum()),
    )
    pairs = [
        text("{true} taken for {said}: {count}", true=true, said=said, count=count)
        for true, said, count in common_mistakes(found, 3)
    ]
    if not pairs:
        return first
    return f"{first} {text('Most frequent mistakes: {pairs}.', pairs='; '.join(pairs))}"


def confusion_note(text: Text) -> str:
    """How to read the matrix."""
    return text(
        "Rows: the true digit. Columns: its answer. Right answers stand on the diagonal. The colour is the logarithm "
        "of the count, so that a single mistake is seen. Choose a cell to see its images."
    )


def cell(true: int, said: int, count: int, text: Text) -> str:
    """One cell of the matrix as a question over its images, or as a choice in a list."""
    if true == said:
        return text.plural("A {true} read as it is: {n} image", "A {true} read as it is: {n} images", count, true=true)
    return text.plural(
        "A {true} taken for a {said}: {n} image", "A {true} taken for a {said}: {n} images", count, true=true, said=said
    )


def order_note(true: int, said: int, shown: int, count: int, text: Text) -> str:
    """In which order a cell's images stand, and how many of them are shown."""
    message = N_("The surest mistakes first; {shown} of {count} are shown.")
    if true == said:
        message = N_("The least sure first; {shown} of {count} are shown.")
    return text(message, shown=shown, count=count)


def sheet_alt(answers: Answers, images: Array, text: Text) -> str:
    """The images of a sheet in words: the first three, with answer and confidence."""
    if not len(images):
        return text("There is no image to show.")
    first = [
        text(
            "a {true}, answered {said} with probability {confidence}",
            true=int(answers.labels[image]),
            said=int(answers.predicted[image]),
            confidence=text.fixed(float(answers.confidence[image]), 3),
        )
        for image in images[:3]
    ]
    return text.plural("{n} image, first: {first}.", "{n} images, first: {first}.", len(images), first="; ".join(first))


def tile(answers: Answers, image: int, text: Text) -> tuple[str, str, str]:
    """Two short lines for below an image, and the sentence for hovering over it."""
    true, said = int(answers.labels[image]), int(answers.predicted[image])
    hover = text(
        "image {image}: a {true}<br>answered {said} with probability {confidence}<br>probability of {true}: {own}",
        image=image,
        true=true,
        said="–" if said == NO_ANSWER else said,
        confidence=text.fixed(float(answers.confidence[image]), 4),
        own=text.number(float(answers.true_probability[image])),
    )
    return text("says {digit}", digit="–" if said == NO_ANSWER else said), text("is {digit}", digit=true), hover


def worst_note(answers: Answers, shown: int, text: Text) -> str:
    """How many mistakes there are, and how sure it is of the surest."""
    wrong = int(answers.wrong.sum())
    if not wrong:
        return text("No answer is wrong, so there is nothing to show.")
    return text(
        "Mistakes: {wrong}, the surest first; {shown} of them are shown. First line: its answer; second: the true "
        "digit.",
        wrong=wrong,
        shown=shown,
    )


def costly_note(text: Text) -> str:
    """What the images with the largest loss are."""
    return text(
        "The loss is −ln p(true digit): these images say most about what it has not learnt, right ones among them if "
        "it is unsure."
    )


def digits_alt(found: DigitAccuracy, text: Text) -> str:
    """The easiest and the hardest digit, and whether their intervals overlap."""
    there = np.flatnonzero(found.count)
    share = found.share[there]
    best, worst = int(there[share.argmax()]), int(there[share.argmin()])
    if len(there) == 1:
        return text(
            "Only the digit {digit} occurs: {share} right.", digit=best, share=text.percent(float(found.share[best]))
        )
    if share.min() == share.max():
        return text("Every digit that occurs: {share} right.", share=text.percent(float(share[0])))
    first = text(
        "Right by digit: from {low} for {worst} to {high} for {best}.",
        low=text.percent(float(found.share[worst])),
        worst=worst,
        high=text.percent(float(found.share[best])),
        best=best,
    )
    message = N_("Their 95% intervals overlap: with so few images that may be chance.")
    if found.low[best] > found.high[worst]:
        message = N_("Their 95% intervals do not overlap: the one is harder.")
    return f"{first} {text(message)}"


def digits_note(found: DigitAccuracy, text: Text) -> str:
    """Where the intervals come from."""
    least, most = int(found.count[found.count > 0].min()), int(found.count.max())
    if least == most:
        return text.plural(
            "Bars: 95% intervals by Wilson (1927), {n} image a digit. Line: all digits together.",
            "Bars: 95% intervals by Wilson (1927), {n} images a digit. Line: all digits together.",
            most,
        )
    return text(
        "Bars: 95% intervals by Wilson (1927), {least} to {most} images a digit. Line: all digits together.",
        least=least,
        most=most,
    )


def calibration_alt(found: Calibration, text: Text) -> str:
    """Whether it is surer than it is right."""
    if math.isnan(found.error):
        return text("It has no answer: its probabilities are no numbers.")
    message = N_("It is about as sure as it is right: its mean confidence is {mean}, and {accuracy} are right.")
    if found.excess > _CLOSE:
        message = N_("It is surer than it is right: its mean confidence is {mean}, but {accuracy} are right.")
    elif found.excess < -_CLOSE:
        message = N_("It is less sure than it is right: its mean confidence is {mean}, but {accuracy} are right.")
    count = int(found.count.sum())
    accuracy = float(found.right.sum()) / count
    return text(message, mean=text.percent(accuracy + found.excess), accuracy=text.percent(accuracy))


def calibration_note(found: Calibration, text: Text) -> str:
    """The expected calibration error and what it is."""
    if math.isnan(found.error):
        return ""
    return text(
        "Expected calibration error: {error}, the mean distance from the dashed line over {bins} bins, each counted by "
        "its images (Guo et al. 2017). Bars: 95% intervals; a bin of few images says little.",
        error=text.percent(found.error),
        bins=len(found.count),
    )


def threshold_answer(answers: Answers, text: Text) -> str:
    """How sure it must be for 99 % of its answers to be right, and how many it then gives."""
    if not answers.answered.any():
        return text("It has no answer: its probabilities are no numbers.")
    found = threshold_for(answers, WANTED)
    wanted = text.percent(WANTED, 0)
    if found is None:
        return text("At no threshold up to 0.999 are {wanted} of its answers right.", wanted=wanted)
    if found.answered == int(answers.answered.sum()):
        return text("{wanted} of its answers are right without any threshold.", wanted=wanted)
    return text(
        "If it says nothing below {confidence}, {wanted} of its answers are right, and it still answers {coverage}.",
        confidence=text.fixed(found.confidence, 3),
        wanted=wanted,
        coverage=text.percent(found.coverage),
    )


def threshold_alt(answers: Answers, chosen: Threshold, text: Text) -> str:
    """What is left at the chosen threshold, and what a better one would do."""
    if not chosen.answered:
        now = text("Below {confidence} it says nothing, and so it answers none.", confidence=_written(chosen, text))
    else:
        now = text(
            "Below {confidence} it says nothing: it answers {coverage} of the images, {share} of them right.",
            confidence=_written(chosen, text),
            coverage=text.percent(chosen.coverage),
            share=text.percent(chosen.share),
        )
    return f"{now} {threshold_answer(answers, text)}"


def _written(chosen: Threshold, text: Text) -> str:
    return text.fixed(chosen.confidence, 2)
