"""What the Draw page shows of a drawing: what the network gets, what it reads in it, how framing came there."""

from netlib.figures import drawing as figures
from netlib.figures.digit import digit
from netlib.figures.home import probability_bars
from netlib.i18n import Text
from netlib.stats.drawing import Answer, Subject
from netlib.views import Picture
from netlib.words import drawing as words

_HEIGHT = 280
_NO_DIGIT = -1


def pictures(subject: Subject, found: Answer, text: Text) -> tuple[Picture, Picture]:
    """What goes in, and what comes out."""
    label = _NO_DIGIT if subject.label is None else subject.label
    return (
        Picture(
            "drawn_seen",
            text("What does the network get?"),
            digit(subject.image, text, height=_HEIGHT),
            words.seen_alt(subject, text),
        ),
        Picture(
            "drawn_probabilities",
            text("What does it read?"),
            probability_bars(found.probabilities, label, text, height=_HEIGHT),
            words.probabilities_alt(found, text),
        ),
    )


def steps(subject: Subject, text: Text) -> Picture:
    """From the pad to the 28 x 28 pixels."""
    if subject.framed is not None and subject.framing:
        figure = figures.framing(subject.raster, subject.framed, text)
    else:
        figure = figures.unframed(subject.raster, subject.image, subject.centre, text)
    return Picture(
        "drawn_steps",
        text("How does it become like MNIST's digits?"),
        figure,
        words.steps_alt(subject, text),
        words.steps_note(subject, text),
    )
