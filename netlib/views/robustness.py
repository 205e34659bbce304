"""What is shown of accuracy on changed digits."""

from collections.abc import Mapping

from netlib.figures import robustness as figures
from netlib.figures.contact_sheet import Tile, contact_sheet
from netlib.i18n import Text
from netlib.stats.robustness import EXAMPLES, Curve
from netlib.trace import Array
from netlib.views import Picture
from netlib.words import robustness as words


def curves(found: Mapping[str, Curve], count: int, text: Text) -> Picture:
    """Accuracy against the four kinds of change, on `count` digits; `found` may still lack some."""
    return Picture(
        "robustness",
        text("What does it take to fool it?"),
        figures.curves(found, text),
        words.alt(found, text),
        f"{words.answer(found, text)} {words.note(found, count, text)}",
    )


def examples(images: Array, said: Array, label: int, text: Text) -> Picture:
    """One digit as `stats.robustness.examples` changes it, (24, 28, 28), and what the network says of each, (24,).

    `said` is -1 where there is no answer. `views.evaluation.image_of` reads the place of a chosen one.
    """
    levels = [(kind, level) for kind, tried in EXAMPLES.items() for level in tried]
    tiles = []
    for place, (kind, level) in enumerate(levels):
        answer = int(said[place])
        first = text("says {digit}", digit="–" if answer < 0 else answer)
        second = words.level(kind, level, text)
        tiles.append(Tile(place, first, second, f"{second}: {first}", wrong=answer != label))
    return Picture(
        "robustness_examples",
        text("How does one digit look then, and what does it say?"),
        contact_sheet(images, tiles, text),
        words.examples_alt(label, said, text),
    )
