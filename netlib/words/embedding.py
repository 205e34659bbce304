"""What is said of a layer's activations as a map."""

from netlib.i18n import N_, Text
from netlib.stats.embedding import Plane, Separation

# A share of like neighbours this far above what shuffled labels give is order that is seen.
_MUCH = 0.3
_MOSTLY = 0.8


def answer(found: Plane, apart: Separation, text: Text) -> str:
    """How far the plane keeps the digits apart, and how much of the layer it shows."""
    if not len(found):
        return text("No activation here is a number, so there is nothing to place.")
    if apart.same is None:
        if len(found) > 1 and found.explained is not None and not found.explained.any():
            return text("All images lie on one point: the layer gives the same activations for each of them.")
        return text("There is nothing to compare: it takes images of at least two digits.")
    values = {"same": text.percent(apart.same, 0), "guess": text.percent(apart.guess, 0)}
    message = N_("Hardly: {same} of the images lie nearest to one of the same digit; shuffled labels give {guess}.")
    if apart.same > _MOSTLY:
        message = N_("Yes: {same} of the images lie nearest to one of the same digit; shuffled labels give {guess}.")
    elif apart.same > apart.guess + _MUCH:
        message = N_("Partly: {same} of the images lie nearest to one of the same digit; shuffled labels give {guess}.")
    first = text(message, **values)
    if found.explained is None:
        return first
    second = text("The plane holds {share} of the layer's variance.", share=text.percent(found.explained.sum(), 0))
    return f"{first} {second}"


def note(found: Plane, total: int, drawn: int, text: Text) -> str:
    """How to read the map, how many images are on it, and what its axes are."""
    parts = [text("Each image is written as the digit that it is, in orange where the answer is wrong.")]
    if found.explained is None:
        parts.append(
            text(
                "t-SNE (van der Maaten, Hinton 2008) keeps neighbours together; distances between groups and the axes "
                "mean nothing."
            )
        )
    if drawn < len(found):
        parts.append(text("{drawn} of {count} images are drawn.", drawn=drawn, count=len(found)))
    if len(found) < total and found.explained is not None:
        parts.append(text("Left out, for their activations are no numbers: {count}.", count=total - len(found)))
    return " ".join(parts)


def alt(found: Plane, apart: Separation, layer: str, text: Text) -> str:
    """The map in words."""
    name = N_("The activations of {layer} as points in a plane, by principal components.")
    if found.explained is None:
        name = N_("The activations of {layer} as points in a plane, by t-SNE.")
    return f"{text(name, layer=layer)} {answer(found, apart, text)}"
