"""What the Signal page says of the way there and back."""

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from netlib.draft import Draft, changed
from netlib.i18n import N_, Text
from netlib.population import bands
from netlib.presets import PRESETS, chosen
from netlib.spec import Init
from netlib.stats.signal import Course, Line
from netlib.words.theory import limits

# The last layer's root mean square, divided by the first layer's.
_GONE = 1e-3
_SMALLER = 1 / 3
_LARGER = 3.0
_HUGE = 1e3
# The norm of the gradient by the first layer's pre-activations, divided by the last layer's.
_GRADIENT_GONE = 1e-3
_GRADIENT_SMALLER = 0.1
_GRADIENT_LARGER = 10.0
_GRADIENT_HUGE = 1e3
# Two images this correlated are the same to the next layer, but for a twentieth of their size or less.
_ALIKE = 0.99
_SAME = 0.999

Change = tuple[str, Callable[[Draft], Draft]]


def answer(course: Course, text: Text) -> str:
    """What becomes of the signal's size, of the gradient, and of the difference between two images."""
    return " ".join(filter(None, (forward(course, text), backward(course, text), _alike(course, text))))


def forward(course: Course, text: Text) -> str:
    """How the mean square of the pre-activations changes from the first to the last layer."""
    line, names = course.second_moment, course.names
    if line.beyond.any():
        return text(
            "Forward it explodes: in {layer} the pre-activations are beyond what float32 holds, 3.4 × 10³⁸.",
            layer=names[int(line.beyond.argmax()) - 1],
        )
    first, last = float(line.measured[1]), float(line.measured[-1])
    if len(names) == 1:
        return text(
            "There is no hidden layer to pass: the mean square is {pixels} in the pixels and {logits} in the logits.",
            pixels=float(line.measured[0]),
            logits=last,
        )
    zeros = np.flatnonzero(line.measured[1:] == 0)
    if zeros.size:
        return text("Forward it ends: every pre-activation of {layer} is zero.", layer=names[int(zeros[0])])
    ratio = math.sqrt(last / first)
    if ratio < _GONE:
        said = N_(
            "Forward it vanishes: the mean square of the pre-activations falls from {a} in {first} to {b} in {last}."
        )
    elif ratio < _SMALLER:
        said = N_(
            "Forward it shrinks: the mean square of the pre-activations falls from {a} in {first} to {b} in {last}."
        )
    elif ratio <= _LARGER:
        said = N_("Forward it keeps its size: the mean square of the pre-activations is {a} in {first}, {b} in {last}.")
    elif ratio <= _HUGE:
        said = N_(
            "Forward it grows: the mean square of the pre-activations rises from {a} in {first} to {b} in {last}."
        )
    else:
        said = N_(
            "Forward it explodes: the mean square of the pre-activations rises from {a} in {first} to {b} in {last}."
        )
    return text(said, a=first, first=names[0], b=last, last=names[-1])


def backward(course: Course, text: Text) -> str:
    """How the gradient by the pre-activations changes from the last layer back to the first, and what weights get."""
    line, weights, names = course.before_gradient, course.weight_gradient.measured, course.names
    if course.flow.layers[-1].before.finite < course.flow.layers[-1].before.count:
        return text("Nothing comes back: the loss is not a number, and neither is its gradient.")
    if line.beyond.any():
        layer = names[len(names) - 1 - int(line.beyond[::-1].argmax())]
        return text("Back it explodes: in {layer} the gradient is beyond what float32 holds.", layer=layer)
    first, last = float(line.measured[1]), float(line.measured[-1])
    if len(names) == 1:
        return text("The gradient by its weights has norm {norm}.", norm=float(weights[-1]))
    if not first or not last:
        zeros = np.flatnonzero(line.measured[1:] == 0)
        return text("Back it ends: the gradient of {layer} is exactly zero.", layer=names[int(zeros[-1])])
    ratio = first / last
    if ratio < _GRADIENT_GONE:
        said = N_("Back it vanishes: the gradient by the pre-activations falls from {b} in {last} to {a} in {first}.")
    elif ratio < _GRADIENT_SMALLER:
        said = N_("Back it shrinks: the gradient by the pre-activations falls from {b} in {last} to {a} in {first}.")
    elif ratio <= _GRADIENT_LARGER:
        said = N_("Back it keeps its size: the gradient by the pre-activations is {b} in {last}, {a} in {first}.")
    elif ratio <= _GRADIENT_HUGE:
        said = N_("Back it grows: the gradient by the pre-activations rises from {b} in {last} to {a} in {first}.")
    else:
        said = N_("Back it explodes: the gradient by the pre-activations rises from {b} in {last} to {a} in {first}.")
    by_weights = text(
        "By the weights it is {a} in {first}, {b} in {last}.",
        a=float(weights[1]),
        first=names[0],
        b=float(weights[-1]),
        last=names[-1],
    )
    return text(said, a=first, first=names[0], b=last, last=names[-1]) + " " + by_weights


def _alike(course: Course, text: Text) -> str:
    before, after = (float(course.correlation.measured[index]) for index in (0, -1))
    if not (math.isfinite(before) and math.isfinite(after)):
        return ""
    if after > _ALIKE:
        return text(
            "Two images that correlate by {before} as pixels correlate by {after} as logits: hardly told apart.",
            before=text.fixed(before, 2),
            after=text.fixed(after, 3) if after < _SAME else text("more than {limit}", limit=text.fixed(_SAME, 3)),
        )
    return text(
        "Two images correlate by {before} as pixels and by {after} as logits.",
        before=text.fixed(before, 2),
        after=text.fixed(after, 2),
    )


def reading(course: Course, own_weights: bool, text: Text) -> str:
    """How to read the lines, and where theory ends; of weights that no initialisation drew there is only the line."""
    if own_weights:
        return text("Line: your own weights. No initialisation drew them: there is no theory for them, no other seeds.")
    parts = [text("Solid: this network.")]
    theory = course.theory
    if theory is not None and theory.layers[0].applies:
        parts.append(
            text("Dashed: theory of infinitely wide layers, from this batch's own second moment and correlation.")
        )
    if course.ensemble is not None:
        seeds = len(course.ensemble.seeds)
        parts.append(text("Band: 10 to 90 % of {seeds} seeds; so much is luck.", seeds=seeds))
        if course.inside < seeds:
            parts.append(text("{n} of them go beyond float32.", n=seeds - course.inside))
    lines = (course.second_moment, course.weight_gradient, course.before_gradient)
    if any((line.measured == 0).any() for line in lines):
        parts.append(text("Open circles: exactly zero."))
    if any(line.beyond.any() for line in lines):
        parts.append(text("Triangles: beyond float32."))
    return " ".join(parts)


def beyond_theory(course: Course, text: Text) -> str:
    """Where theory ends and why, and what is to be borne in mind; nothing where there is nothing to say."""
    return "" if course.theory is None else limits(course.theory, text)


def progress(done: int, total: int, place: int | None, text: Text) -> str:
    """How far the seeds are."""
    if place:
        return text("Other seeds: waiting, {place} before.", place=place)
    return text("Other seeds: part {done} of {total} is done.", done=done, total=total)


def second_moment_alt(course: Course, text: Text) -> str:
    """The forward picture in words."""
    return text(
        "Mean square of the pre-activations along depth, log axis. {course}", course=forward(course, text)
    ) + _agrees(course.second_moment, text)


def gradient_alt(course: Course, text: Text) -> str:
    """The backward picture in words."""
    return text("Norm of the gradient along depth, log axis. {course}", course=backward(course, text)) + _agrees(
        course.before_gradient, text
    )


def _agrees(line: Line, text: Text) -> str:
    """By what factor theory and measurement differ at most."""
    if line.theory is None:
        return ""
    both = np.isfinite(line.theory) & (line.theory > 0) & (line.measured > 0)
    if not both.any():
        return ""
    decades = np.abs(np.log10(line.theory[both]) - np.log10(line.measured[both])).max()
    return " " + text("Theory and measurement differ by a factor of {factor} at most.", factor=float(10.0**decades))


def signal_meaning(course: Course, text: Text) -> str:
    """What the tile of the signal's ratio is, and what other seeds have."""
    says = text(
        "Mean square of the pre-activations of {last}, divided by that of {first}.",
        first=course.names[0],
        last=course.names[-1],
    )
    seeds = course.ensemble
    return says if seeds is None else says + _usual(seeds.second_moment[:, -1], seeds.second_moment[:, 0], text)


def gradient_meaning(course: Course, text: Text) -> str:
    """What the tile of the gradient's ratio is, and what other seeds have."""
    says = text(
        "Norm of the gradient by the weights of {first}, divided by that of {last}.",
        first=course.names[0],
        last=course.names[-1],
    )
    seeds = course.ensemble
    return says if seeds is None else says + _usual(seeds.weight_gradient[:, 0], seeds.weight_gradient[:, -1], text)


def _usual(above: np.ndarray, below: np.ndarray, text: Text) -> str:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = bands((above / below)[:, np.newaxis])
    low, high = float(found.low[0]), float(found.high[0])
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    return " " + text("80 % of the seeds: {low} to {high}.", low=low, high=high)


def ratio(above: float, below: float, text: Text) -> str:
    """`×0.13`; a dash where there is no ratio."""
    if not (math.isfinite(above) and math.isfinite(below)) or not below:
        return "–"
    return "×" + text.number(above / below)


def details_alt(course: Course, text: Text) -> tuple[str, str]:
    """The two pictures of the way forward in words."""
    return (
        text(
            "Mean of the pre-activations, and correlation of two images along depth: {a} as pixels, {b} as logits.",
            a=_written(float(course.correlation.measured[0]), text),
            b=_written(float(course.correlation.measured[-1]), text),
        ),
        text(
            "Saturated pre-activations, dead units, effective rank along depth: {a} for the pixels, {b} at the end.",
            a=_written(float(course.rank.measured[0]), text),
            b=_written(float(course.rank.measured[-1]), text),
        ),
    )


def _written(value: float, text: Text) -> str:
    return text.number(value) if math.isfinite(value) else "–"


def details_notes(text: Text) -> tuple[str, str]:
    """What the four numbers of the way forward are."""
    return (
        text("Correlation: mean cosine of two different images; 1 means that a layer sees all images alike."),
        text(
            "Saturated: slope below 5 % of the steepest. Dead: zero for every image. Effective rank: in how many "
            "directions the images differ as they leave a layer (participation ratio); as output, the probabilities."
        ),
    )


def gradients_alt(course: Course, text: Text) -> str:
    """The distributions of the gradients in words: the median sizes of the first and the last layer."""
    first, last = course.flow.layers[0], course.flow.layers[-1]
    return text(
        "Distributions of the gradient's entries. Median size by the weights: {a} in {first}, {b} in {last}; exact "
        "zeros: {zeros} in {first}.",
        a=_written(float(first.weight.percentiles[3]), text),
        b=_written(float(last.weight.percentiles[3]), text),
        first=first.name,
        last=last.name,
        zeros=text.percent(first.weight.zeros),
    )


def gradients_note(course: Course, text: Text) -> str:
    """How to read the distributions; or that there are none."""
    if not any(layer.weight.finite or layer.before.finite for layer in course.flow.layers):
        return text("No entry of any gradient is a number: there is nothing to draw.")
    return text(
        "A column a layer, in full colour where most of its entries are. A row is a quarter of a decade; the one apart "
        "at the bottom holds exact zeros. Nearly empty rows at both ends, and what float32 cannot hold, are left out."
    )


def no_plane(text: Text) -> str:
    """The plane is of initialisations, and a visitor's own weights have none."""
    return text("Your own weights were drawn by no initialisation: they have no place in the plane of order and chaos.")


def columns(text: Text) -> dict[str, str]:
    """The headings of the table of layers."""
    numbers = {
        "mean": text("mean of z"),
        "second_moment": text("mean square of z"),
        "correlation": text("correlation"),
        "saturated": text("saturated"),
        "dead": text("dead units"),
        "rank": text("effective rank"),
        "weight_gradient": text("gradient by W"),
        "before_gradient": text("gradient by z"),
    }
    named = {"layer": text("layer"), "activation": text("activation"), "units": text("units")}
    for name, label in numbers.items():
        named[name] = label
        named[f"{name} theory"] = text("{what}: theory", what=label)
        named[f"{name} 10%"] = text("{what}: seeds 10 %", what=label)
        named[f"{name} 90%"] = text("{what}: seeds 90 %", what=label)
    named["after_gradient"] = text("gradient by f(z)")
    named["weight_zeros"] = text("zeros in the gradient by W")
    return named


def tries(text: Text) -> list[Change]:
    """A signal that vanishes on both ways, the same with a remedy, and a dead network."""

    def remedied(draft: Draft) -> Draft:
        return changed(chosen("vanishing", draft), None, weight_init=Init("kaiming_normal"))

    return [
        (text(PRESETS["vanishing"].title), partial(chosen, "vanishing")),
        (text("The same with kaiming_normal"), remedied),
        (text(PRESETS["dead"].title), partial(chosen, "dead")),
    ]
