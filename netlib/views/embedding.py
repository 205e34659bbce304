"""What is shown of a layer's activations as a map."""

from netlib.figures import embedding as figures
from netlib.i18n import Text
from netlib.stats.embedding import Plane, separate
from netlib.stats.evaluation import Answers
from netlib.views import Picture
from netlib.words import embedding as words


def plane(found: Plane, answers: Answers, layer: str, looked_at: int | None, text: Text) -> Picture:
    """The map of a layer; `answers` are those of all images given to it, `looked_at` the one that is ringed.

    `views.evaluation.image_of` reads the image of a chosen point.
    """
    apart = separate(found, answers.labels)
    said = words.answer(found, apart, text)
    drawn = min(len(found), figures.MOST_WRITTEN)
    return Picture(
        "embedding" if found.explained is not None else "embedding_tsne",
        text("Does {layer} keep the digits apart?", layer=layer),
        figures.plane(found, answers, looked_at, text),
        words.alt(found, apart, layer, text),
        f"{said} {words.note(found, len(answers), drawn, text)}",
    )
