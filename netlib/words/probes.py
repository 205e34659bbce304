"""What probing one image finds, in sentences."""

from netlib.i18n import N_, Text
from netlib.stats.drawing import Answer
from netlib.stats.probes import Flip, Occlusion, Saliency
from netlib.trace import Array

_LITTLE = 0.01
_UNSEEN = 0.03


def disturbed(before: Answer, after: Answer, text: Text) -> str:
    """What the disturbance did to the answer."""
    if not (before.finite and after.finite):
        return text("No probabilities: the logits are beyond what float32 holds.")
    was, now = float(before.probabilities[before.top]), float(after.probabilities[before.top])
    if after.top != before.top:
        message = N_("The answer changes from **{before}** to **{after}**: p({before}) goes from {was} to {now}.")
    elif abs(now - was) < _LITTLE:
        message = N_("The answer stays **{before}**, and p({before}) hardly moves: from {was} to {now}.")
    else:
        message = N_("The answer stays **{before}**; p({before}) goes from {was} to {now}.")
    return text(message, before=before.top, after=after.top, was=text.fixed(was, 3), now=text.fixed(now, 3))


def disturbed_alt(before: Answer, after: Answer, text: Text) -> str:
    """The two sets of bars in words."""
    return text("Ten probabilities before and after.") + " " + disturbed(before, after, text).replace("**", "")


def disturbed_image_alt(text: Text) -> str:
    """The disturbed image in words."""
    return text("The image after it was disturbed.")


def saliency_says(found: Saliency, image: Array, text: Text) -> str:
    """What the slopes say of this network and this image."""
    if not found.finite:
        return text("There are no slopes: the logits are beyond what float32 holds.")
    if found.flat:
        return text("All slopes are zero: no pixel has any say in the answer, whatever is drawn.")
    inked = float((image > -1).mean())
    if not inked:
        return text("There is no ink, so all of the slopes lie on background.")
    return text(
        "{share} of the slopes' size lies on the digit's own ink, which covers {inked} of the pixels.",
        share=text.percent(found.share_on_ink(image), 0),
        inked=text.percent(inked, 0),
    )


def saliency_note(text: Text) -> str:
    """How to read the slopes."""
    return text(
        "A saliency map. Orange: a little more ink there raises the logit; blue: it lowers it. One "
        "`torch.autograd.grad` of the logit with respect to the pixels (Simonyan, Vedaldi, Zisserman 2013). Without "
        "training it looks like noise: the weights are noise. It is a slope here and now, not a reason."
    )


def saliency_alt(found: Saliency, image: Array, text: Text) -> str:
    """The picture of the slopes in words."""
    heading = text("The image and the slope of the logit of digit {digit} at each pixel.", digit=found.digit)
    return f"{heading} {saliency_says(found, image, text)}"


def occlusion_says(found: Occlusion, text: Text) -> str:
    """Where hiding costs most."""
    if not found.finite:
        return text("No probabilities: the logits are beyond what float32 holds.")
    most = float(found.falls.max())
    if most <= 0:
        return text(
            "Hiding a square of {size} × {size} pixels costs p({digit}) = {before} nothing, wherever it is.",
            size=found.size,
            digit=found.digit,
            before=text.fixed(found.before, 3),
        )
    row, column = found.deepest
    said = text(
        "Hiding the {size} × {size} pixels around row {row}, column {column} costs most: p({digit}) falls from "
        "{before} to {after}.",
        size=found.size,
        row=row,
        column=column,
        digit=found.digit,
        before=text.fixed(found.before, 3),
        after=text.fixed(found.before - most, 3),
    )
    if not found.flips:
        return said + " " + text("The answer stays the same wherever the square is.")
    flips = text.plural(
        "At {n} of {places} places the answer becomes another one.",
        "At {n} of {places} places the answer becomes another one.",
        found.flips,
        places=found.falls.size,
    )
    return f"{said} {flips}"


def occlusion_note(text: Text) -> str:
    """How to read the map of falls."""
    return text(
        "Each cell: a square of background is laid over that place, and the network is asked again. Orange: the "
        "probability falls, so what was hidden spoke for the digit; blue: it rises (Zeiler, Fergus 2014). Framed in "
        "the image: the square that costs most."
    )


def occlusion_alt(found: Occlusion, text: Text) -> str:
    """The map of falls in words."""
    heading = text("The image and, place by place, what hiding a square costs p({digit}).", digit=found.digit)
    return f"{heading} {occlusion_says(found, text)}"


def flip_says(found: Flip | None, text: Text) -> str:
    """How small the change is that flips the answer, in numbers that can be compared."""
    if found is None:
        return text(
            "No change was found that flips the answer: the slopes are zero or not numbers, or the pixels that matter "
            "are at their ends already."
        )
    before, after = found.digits
    share = text.percent(found.per_pixel, 2)
    values = {
        "before": before,
        "after": after,
        "size": found.size,
        "share": share,
        "steps": found.steps,
    }
    message = N_(
        "A change of length {size} turns the answer from **{before}** into **{after}**: per pixel {share} of the way "
        "from background to full ink, root mean square."
    )
    if found.per_pixel < _UNSEEN:
        message = N_(
            "A change of length {size} turns the answer from **{before}** into **{after}**: per pixel {share} of the "
            "way from background to full ink, root mean square. Hardly an eye sees that."
        )
    return text(message, **values)


def flip_note(text: Text) -> str:
    """How the change was found, and what its length is."""
    return text(
        "Length: the root of the sum of squares over the 784 pixels, which go from −1 to 1. Found by DeepFool "
        "(Moosavi-Dezfooli, Fawzi, Frossard 2016): step by step to the nearest border of the linearised network, then "
        "halved until the answer just flips. A smaller one may exist. The colours of the change are on a scale of "
        "their own."
    )


def flip_alt(found: Flip, text: Text) -> str:
    """The three images in words."""
    return text("The image, the change, and the image with it.") + " " + flip_says(found, text).replace("**", "")
