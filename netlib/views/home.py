"""What Home shows: a digit, the network that it passes through, ten probabilities."""

from netlib.figures.digit import digit
from netlib.figures.home import network, probability_bars
from netlib.i18n import Text
from netlib.stats.outputs import LN10, OutputSummary
from netlib.stats.units import count_dead
from netlib.trace import Trace
from netlib.views import Picture, Tile
from netlib.words import home as words

_HEIGHT = 300


def pictures(
    trace: Trace,
    image: int,
    looked_at: str,
    text: Text,
    *,
    chosen: tuple[str, int] | None = None,
    untouched: Trace | None = None,
) -> tuple[Picture, Picture, Picture]:
    """What goes in, what happens inside, what comes out, for one image of the batch.

    `chosen` is the unit looked into; `untouched` the same network before it was touched.
    """
    label, probabilities = int(trace.labels[image]), trace.probabilities[image]
    return (
        Picture(
            "digit",
            text("What goes in?"),
            digit(trace.images[image, 0], text, height=_HEIGHT),
            text("Image {image} of the batch, a handwritten {label}.", image=image, label=label),
        ),
        Picture(
            "network",
            text("What happens inside?"),
            network(trace, image, looked_at, text, chosen=chosen, height=_HEIGHT),
            words.network_alt(trace, text),
            words.network_note(text),
        ),
        Picture(
            "probabilities",
            text("What comes out?"),
            probability_bars(
                probabilities,
                label,
                text,
                before=None if untouched is None else untouched.probabilities[image],
                height=_HEIGHT,
            ),
            words.probabilities_alt(probabilities, label, text),
            "" if untouched is None else text("Grey marks: before the touches."),
        ),
    )


def tiles(trace: Trace, summary: OutputSummary, text: Text) -> tuple[Tile, ...]:
    """The five figures that matter."""
    dead, units = count_dead(trace)
    return (
        Tile(
            text("Parameters"),
            text.number(sum(layer.parameters for layer in trace.layers)),
            text("Weights and biases, all layers."),
        ),
        Tile(
            text("Mean top probability"),
            text.number(summary.top_probability),
            text("How sure it is: 0.1 is a blind guess, 1 is certainty."),
        ),
        Tile(
            text("Cross-entropy"),
            text.number(summary.cross_entropy, 4),
            text("Mean of −ln p(true digit); ln 10 = {blind} is a blind guess.", blind=text.number(LN10, 4)),
        ),
        Tile(
            text("Accuracy of the batch"),
            text.percent(summary.accuracy),
            text("{correct} of {count} images; chance is 10 %.", correct=summary.correct, count=summary.count),
        ),
        Tile(
            text("Units that never fire"),
            text("{dead} of {units}", dead=dead, units=units),
            text("Hidden units that are exactly zero for every image of this batch."),
        ),
    )
