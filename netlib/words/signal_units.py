"""What the Signal page says of what all images share, and of units that sleep through the batch."""

import math

from netlib.i18n import Text
from netlib.stats.signal_common import CLASSES, UNDECIDED, CommonMode
from netlib.stats.signal_units import MOST, Sleepers, Unit

# A share of images above this is "nearly always".
_ALWAYS = 0.5


def common_says(common: CommonMode, text: Text) -> str:
    """What the network says as it is, and what it says without what all images share."""
    if not common.images:
        return text("No image has finite logits: there is nothing to take away.")
    if common.images == 1:
        return text("With a single image everything is shared: take a larger batch.")
    count = int(common.predicted[common.favourite])
    if common.favourite == UNDECIDED:
        as_it_is = text(
            "As it is, {count} of {images} images get no answer: all logits are equal.", **_of(common, count)
        )
    else:
        as_it_is = text(
            "As it is, the network says {digit} to {count} of {images} images.",
            digit=common.favourite,
            **_of(common, count),
        )
    less = common.without_logits
    favourite = int(less.argmax())
    if favourite == UNDECIDED:
        return as_it_is + " " + text("Without the mean of the logits nothing is left to tell them apart.")
    return (
        as_it_is
        + " "
        + text.plural(
            "Without the mean of the logits {n} class occurs, the most frequent {most} times.",
            "Without the mean of the logits {n} different classes occur, the most frequent {most} times.",
            common.said(less),
            most=int(less[favourite]),
        )
    )


def _of(common: CommonMode, count: int) -> dict[str, object]:
    return {"count": count, "images": common.images}


def shares_alt(common: CommonMode, text: Text) -> str:
    """The shares along depth in words."""
    return text(
        "Share of each layer's output that is the same for all images: {pixels} of the pixels, {logits} of the logits.",
        pixels=share(float(common.shares[0]), text),
        logits=share(float(common.shares[-1]), text),
    )


def share(value: float, text: Text) -> str:
    """A share, or that there is none."""
    return text.percent(value) if math.isfinite(value) else "–"


def shares_note(common: CommonMode, text: Text) -> str:
    """What the share is, and how large it is by chance."""
    note = text("|mean over the images|² divided by the mean of |x|². Hidden layers: what leaves them; output: logits.")
    if common.images > 1:
        note += " " + text("Images with nothing in common would have {chance}.", chance=text.percent(1 / common.images))
    return note


def rows(common: CommonMode, text: Text) -> list[str]:
    """The names of the rows of predicted classes."""
    return [
        text("labels"),
        text("predicted"),
        text("less mean logits"),
        text("less mean input") if common.hidden is None else text("less mean of {layer}", layer=common.hidden),
    ]


def classes_note(common: CommonMode, text: Text) -> str:
    """What was taken away, and why the last two rows may differ."""
    if common.hidden is None:
        note = text("Last row: the mean image is taken from the pixels, and the bias of output stays.")
    else:
        note = text("Last row: the mean of {layer} is taken away, and the bias of output stays.", layer=common.hidden)
    if common.predicted[CLASSES] or common.without_logits[CLASSES] or common.without_hidden[CLASSES]:
        note += " " + text("None: the two largest logits are equal up to rounding.")
    return note


def sleepers_say(found: Sleepers, text: Text) -> str:
    """How many units sleep, or that none does and which come closest."""
    units = len(found.silent)
    if not found.count:
        return text(
            "No unit of {layer} is silent or saturated for the whole batch. Closest to it: those below, awake for the "
            "fewest images.",
            layer=found.layer,
        )
    silent, saturated = int(found.silent.sum()), int((found.saturated & ~found.silent).sum())
    values = {"units": units, "layer": found.layer, "images": found.images}
    if not saturated:
        says = text("{n} of {units} units of {layer} are exactly zero for all {images} images.", n=silent, **values)
    elif not silent:
        says = text("{n} of {units} units of {layer} are saturated for all {images} images.", n=saturated, **values)
    else:
        says = text(
            "{n} of {units} units of {layer} are exactly zero for all {images} images, {saturated} more are saturated.",
            n=silent,
            saturated=saturated,
            **values,
        )
    if found.count > MOST:
        says += " " + text("Below are the {most} nearest to waking.", most=MOST)
    return says


def unit_option(found: Sleepers, index: int, text: Text) -> str:
    """A unit in the menu: its number, and how it sleeps."""
    if found.silent[index]:
        return text("unit {unit}: silent", unit=index)
    if found.saturated[index]:
        return text("unit {unit}: saturated", unit=index)
    return text(
        "unit {unit}: awake for {awake} of {images}", unit=index, awake=int(found.awake[index]), images=found.images
    )


def no_hidden(text: Text) -> str:
    """Without a hidden layer there is nothing to find."""
    return text("There is no hidden layer, and softmax has no slope of its own: no unit can be silent or saturated.")


def instead(layer: str, text: Text) -> str:
    """The output was looked at, and a hidden layer is shown."""
    return text("Softmax has no slope of its own; shown is the last hidden layer, {layer}.", layer=layer)


def unit_note(unit: Unit, found: Sleepers, text: Text) -> str:
    """How far the nearest image is from waking the unit."""
    nearest = float(unit.margin[unit.images[0]])
    if math.isnan(nearest):
        return text("Its pre-activations are not numbers.")
    if math.isinf(nearest) and nearest < 0:
        return text(
            "{activation} is flat nowhere: with other weights this unit would answer at once.",
            activation=found.activation,
        )
    if math.isinf(nearest):
        return text("Its pre-activations are beyond what float32 holds.")
    if nearest >= 0:
        return text(
            "Grey: the slope is below 5 % of the steepest. {distance} is missing for the nearest image.",
            distance=nearest,
        )
    return text(
        "Grey: the slope is below 5 % of the steepest. Awake for {awake} of {images} images, most for those in rings.",
        awake=int(found.awake[unit.index]),
        images=found.images,
    )


def signal_alt(unit: Unit, text: Text) -> str:
    """A unit's pre-activations in words."""
    finite = unit.before[abs(unit.before) < math.inf]
    if not finite.size:
        return text("Unit {unit} has no finite pre-activation.", unit=unit.index)
    return text(
        "Pre-activations of unit {unit} over the batch: from {low} to {high}; its bias is {bias}.",
        unit=unit.index,
        low=float(finite.min()),
        high=float(finite.max()),
        bias=unit.bias,
    )


def weights_alt(unit: Unit, text: Text) -> str:
    """A unit's weights in words."""
    return text(
        "Weights of unit {unit}: from {low} to {high}.",
        unit=unit.index,
        low=float(unit.weight.min()),
        high=float(unit.weight.max()),
    )


def weights_note(from_pixels: bool, text: Text) -> str:
    """What a cell of the weights' picture is."""
    if from_pixels:
        return text("A cell a pixel: orange adds to z where the pixel is light, blue takes away.")
    return text("A cell a unit of the layer before, row by row from 0: orange adds to z, blue takes away.")


def caption(unit: Unit, image: int, text: Text) -> str:
    """Below an image: its number and its pre-activation."""
    return text("image {image}", image=image) + "<br>z = " + text.number(float(unit.before[image]))


def images_note(unit: Unit, text: Text) -> str:
    """What is missing for the nearest and for the furthest of them; nothing where no distance is finite."""
    near, far = (float(unit.margin[unit.images[index]]) for index in (0, -1))
    if not (math.isfinite(near) and math.isfinite(far)):
        return ""
    if near < 0:
        return text("These wake it, the first one most: z is past the edge by {distance}.", distance=-near)
    return text(
        "Missing until the slope is no longer flat: {near} for the first, {far} for the last.", near=near, far=far
    )


def images_alt(unit: Unit, text: Text) -> str:
    """The nearest images in words."""
    return text(
        "The images nearest to waking unit {unit}: {images}.", unit=unit.index, images=", ".join(map(str, unit.images))
    )
