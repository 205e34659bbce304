"""What is shown of one unit: its weights, its sum, what it feeds and answers to; and the effect of touches as tiles."""

from netlib.figures import neuron as figures
from netlib.i18n import Text
from netlib.stats.neuron import Neuron, Response, Score, as_pixels, fed
from netlib.trace import Trace
from netlib.views import Picture, Tile
from netlib.words import neuron as words

_HEIGHT = 300


def weights(trace: Trace, neuron: Neuron, text: Text) -> Picture:
    """The unit's weights as a picture."""
    if neuron.source:
        pixels = as_pixels(trace, neuron.layer, neuron.unit)
        figure = figures.of_units(pixels, neuron, text, height=_HEIGHT)
    else:
        figure = figures.of_pixels(neuron.weights, neuron.products, text, height=_HEIGHT)
    return Picture(
        "unit_weights",
        text("What does it look for?"),
        figure,
        words.weights_alt(neuron, text),
        words.weights_note(neuron, text),
    )


def feeds(trace: Trace, neuron: Neuron, image: int, text: Text) -> Picture:
    """What the unit gives to the next layer; for a class its logit among the ten."""
    given = fed(trace, neuron)
    if given is None:
        logits, probabilities = trace.logits[image], trace.probabilities[image]
        return Picture(
            "unit_feeds",
            text("What does softmax weigh it against?"),
            figures.logit_bars(logits, neuron.unit, probabilities, text, height=_HEIGHT),
            words.logits_alt(neuron, logits, text),
        )
    return Picture(
        "unit_feeds",
        text("What does it give to {layer}?", layer=given.layer),
        figures.fed_bars(given, neuron, text, height=_HEIGHT),
        words.fed_alt(given, text),
        words.fed_note(given, text),
    )


def answers(found: Response, neuron: Neuron, image: int, text: Text) -> Picture:
    """What the unit answers to each digit."""
    title = text("logit") if neuron.is_output else text("after {activation}", activation=neuron.activation)
    return Picture(
        "unit_answers",
        text("Which digits does it answer to?"),
        figures.answers(found, image, title, text, height=_HEIGHT),
        words.response_alt(found, text),
        words.response_note(text),
    )


def effect(
    traces: tuple[Trace, Trace], batch: tuple[Score, Score], held: tuple[Score, Score], image: int, text: Text
) -> tuple[Tile, ...]:
    """Before and after the touches: this image, the batch, the held-out digits."""
    label = int(traces[0].labels[image])
    truth = [float(trace.probabilities[image, label]) for trace in traces]
    digits = [str(int(trace.logits[image].argmax())) for trace in traces]
    return (
        Tile(
            text("p({label}), this image", label=label),
            _both(*(text.fixed(value, 3) for value in truth)),
            text("What the true digit gets, before and after the touches."),
        ),
        Tile(
            text("Answer, this image"),
            _both(*digits),
            text("The digit with the largest probability, before and after the touches."),
        ),
        Tile(
            text("Cross-entropy, batch"),
            _both(*(text.number(score.cross_entropy, 4) for score in batch)),
            text("Mean of −ln p(true digit) over the batch, in nats."),
        ),
        Tile(
            text("Accuracy, batch"),
            _both(*(text.percent(score.accuracy) for score in batch)),
            text("{correct} of {count} images; chance is 10 %.", correct=batch[1].correct, count=batch[1].count),
        ),
        Tile(
            text("Accuracy, held out"), _both(*(text.percent(score.accuracy) for score in held)), words.held_out(text)
        ),
    )


def _both(before: str, after: str) -> str:
    return before if before == after else f"{before} → {after}"
