"""What probing one image shows: disturbed, its slopes, its places hidden, its answer flipped."""

from netlib.figures import probes as figures
from netlib.figures import theme
from netlib.figures.digit import digit
from netlib.i18n import Text
from netlib.stats.drawing import Answer
from netlib.stats.probes import Flip, Occlusion, Saliency
from netlib.trace import Array
from netlib.views import Picture
from netlib.words import probes as words


def disturbed(changed: Array, before: Answer, after: Answer, label: int | None, text: Text) -> tuple[Picture, Picture]:
    """The disturbed image (28, 28), and the ten probabilities before and after."""
    return (
        Picture(
            "probe_image",
            text("What does the network get now?"),
            digit(changed, text, height=theme.MIDDLE),
            words.disturbed_image_alt(text),
        ),
        Picture(
            "probe_probabilities",
            text("What does that do to the answer?"),
            figures.before_after(before.probabilities, after.probabilities, label, text),
            words.disturbed_alt(before, after, text),
        ),
    )


def saliency(found: Saliency, image: Array, text: Text) -> Picture:
    """The slopes of one logit beside the image."""
    return Picture(
        "probe_saliency",
        text("Which pixels would move the logit of {digit}?", digit=found.digit),
        figures.saliency(found, image, text),
        words.saliency_alt(found, image, text),
        words.saliency_note(text),
    )


def occlusion(found: Occlusion, image: Array, text: Text) -> Picture:
    """What hiding a square costs, beside the image."""
    return Picture(
        "probe_occlusion",
        text("Which places does p({digit}) need?", digit=found.digit),
        figures.occlusion(found, image, text),
        words.occlusion_alt(found, text),
        words.occlusion_note(text),
    )


def flip(found: Flip, text: Text) -> Picture:
    """The image, the change that flips its answer, and the image with it."""
    return Picture(
        "probe_flip",
        text("How little is enough?"),
        figures.flip(found, text),
        words.flip_alt(found, text),
        words.flip_note(text),
    )
