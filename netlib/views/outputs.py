"""What the Outputs page shows: one image's softmax step by step, and what the whole batch gets."""

from netlib.figures import outputs as figures
from netlib.figures import softmax as softmax_figures
from netlib.i18n import Text
from netlib.stats import outputs as stats
from netlib.stats.outputs import LN10, OutputSummary
from netlib.stats.softmax import SoftmaxSteps
from netlib.trace import Trace
from netlib.views import Picture, Tile
from netlib.words import outputs as words

_SOFTMAX_HEIGHT = 390


def looked_at(trace: Trace, image: int, text: Text) -> Picture:
    """The digit whose logits the steps begin with."""
    return Picture(
        "digit",
        text("The digit"),
        softmax_figures.looked_at(trace.images[image, 0], text),
        text("Image {image} of the batch, a handwritten {label}.", image=image, label=int(trace.labels[image])),
    )


def softmax(steps: SoftmaxSteps, label: int, text: Text) -> Picture:
    """From ten logits to ten probabilities in five columns; `label` is the true digit."""
    return Picture(
        "softmax",
        text("How do ten logits become probabilities?"),
        softmax_figures.softmax_panels(steps, label, text, height=_SOFTMAX_HEIGHT),
        words.softmax_alt(steps, label, text),
        words.by_hand(steps, label, text),
    )


def tiles(trace: Trace, summary: OutputSummary, text: Text) -> tuple[Tile, ...]:
    """Five numbers about the batch, each beside what a blind guess gets."""
    return (
        Tile(
            text("Mean top probability"),
            text.number(summary.top_probability),
            text("How sure it is: 0.1 is a blind guess, 1 is certainty."),
        ),
        Tile(
            text("Mean entropy / ln 10"),
            text.number(summary.entropy / LN10),
            text(
                "Entropy, −Σ p ln p, says how undecided it is: {entropy} nats of at most ln 10 = {blind}.",
                entropy=text.number(summary.entropy, 4),
                blind=text.number(LN10, 4),
            ),
        ),
        Tile(
            text("Cross-entropy"),
            text.number(summary.cross_entropy, 4),
            text("Mean of −ln p(true digit); ln 10 = {blind} is a blind guess.", blind=text.number(LN10, 4)),
        ),
        Tile(
            text("Accuracy of the batch"),
            text.percent(summary.accuracy),
            words.against_chance(summary.correct, summary.count, text),
        ),
        Tile(
            text("Predicted most often"),
            text(
                "{digit}: {times} of {count}",
                digit=summary.favourite,
                times=summary.favourite_count,
                count=summary.count,
            ),
            text(
                "The class with the largest logit counts as the prediction; where several are equal, the first of "
                "them: here for {tied} of {count} images.",
                tied=stats.ties(trace),
                count=summary.count,
            ),
        ),
    )


def batch(trace: Trace, image: int, text: Text) -> tuple[Picture]:
    """All probabilities of the batch as one heatmap."""
    order = stats.order_by_label(trace.labels)
    return (
        Picture(
            "batch_heatmap",
            text("Does the answer follow the digit?"),
            figures.batch_heatmap(trace.probabilities, trace.labels, order, image, text),
            words.heatmap_alt(trace.probabilities, trace.labels, text),
            words.heatmap_note(figures.scale_end(trace.probabilities), text),
        ),
    )


def classes(trace: Trace, text: Text) -> tuple[Picture, Picture]:
    """What each class gets: mean probability against the labels' share, predictions against labels."""
    found = stats.summarise_classes(trace)
    return (
        Picture(
            "mean_probabilities",
            text("Which digits does it lean to?"),
            figures.mean_probabilities(found, text),
            words.mean_alt(found, text),
        ),
        Picture(
            "class_counts",
            text("How often does it say each digit?"),
            figures.class_counts(found, text),
            words.counts_alt(found, text),
        ),
    )


def entropy(trace: Trace, text: Text) -> tuple[Picture]:
    """Each image's entropy against ln 10."""
    entropies = stats.entropy(trace.probabilities)
    return (
        Picture(
            "entropies",
            text("How undecided is it, image by image?"),
            figures.entropy_panels(*stats.entropy_histograms(entropies), float(entropies.mean()), text),
            words.entropy_alt(entropies, text),
        ),
    )


def chance(trace: Trace, summary: OutputSummary, text: Text) -> tuple[Picture, Picture]:
    """Each image's cross-entropy and the batch's accuracy, both against a blind guess."""
    losses = stats.cross_entropy(trace.logits, trace.labels)
    return (
        Picture(
            "losses",
            text("Which images cost more than a blind guess?"),
            figures.loss_curve(losses, trace.labels, float(losses.mean()), text),
            words.losses_alt(losses, text),
            words.losses_note(losses, figures.LOG_FLOOR if figures.is_logarithmic(losses) else 0.0, text),
        ),
        Picture(
            "guesses",
            text("Would guessing do as well?"),
            figures.guess_distribution(stats.chance_distribution(summary.count), summary.correct, text),
            words.guess_alt(summary.correct, summary.count, text),
        ),
    )


def logits(trace: Trace, text: Text) -> tuple[Picture]:
    """The logits of each class over the batch, and how much of them is the same for every image."""
    found = stats.summarise_logits(trace.logits)
    return (
        Picture(
            "logit_bands",
            text("What does each class get before softmax?"),
            figures.logit_bands(found, text),
            words.logits_alt(found, text),
            words.logits_note(found, text),
        ),
    )
