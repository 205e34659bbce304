"""What is said of one unit, and of what was touched in the network."""

import math
from collections.abc import Sequence

import numpy as np

from netlib.i18n import N_, Text
from netlib.stats.neuron import DIGITS, Fed, Neuron, Paper, Response, Score, Sum, pixel
from netlib.touch import Touch
from netlib.trace import Array

_NAMED = 4
_PLAIN_EXPONENTS = range(-9, 1)


def name(layer: str, unit: int) -> str:
    """`fc1[5]`, as the drawing has it."""
    return f"{layer}[{unit}]"


def answer(neuron: Neuron, found: Response, label: int, text: Text) -> str:
    """What the unit says of this image, and of which digit it says most."""
    known = np.flatnonzero(np.isfinite(found.mean))
    if not math.isfinite(neuron.before) or not known.size:
        return text("Its numbers are beyond what float32 holds: there is nothing to add up.")
    if found.is_silent and not neuron.is_output:
        return text("It is silent: exactly 0 for every image of this batch, whatever the digit.")
    said = _here(neuron, label, text)
    if known.size < 2:
        return said
    most, least = int(known[found.mean[known].argmax()]), int(known[found.mean[known].argmin()])
    if math.isclose(found.mean[most], found.mean[least], rel_tol=1e-6):
        return said + " " + text("On average it says the same of every digit.")
    return (
        said
        + " "
        + text(
            "On average it answers most to digit {most} ({high}) and least to digit {least} ({low}).",
            most=most,
            high=float(found.mean[most]),
            least=least,
            low=float(found.mean[least]),
        )
    )


def _here(neuron: Neuron, label: int, text: Text) -> str:
    if neuron.is_output:
        return text(
            "To this {label} it gives the logit {before}; softmax makes a probability of {after} of it.",
            label=label,
            before=neuron.before,
            after=neuron.after,
        )
    return text(
        "To this {label} it adds up {before}, and {activation} makes {after} of it.",
        label=label,
        before=neuron.before,
        activation=neuron.activation,
        after=neuron.after,
    )


def sum_table(neuron: Neuron, found: Sum, text: Text) -> str:
    """The weighted sum as a table in Markdown: its last column adds up on paper, digit by digit."""
    if found.paper is None:
        return text("The sum is beyond what float32 holds: {total}.", total=neuron.before)
    written = list(_written(found.paper, text))
    adds = text("adds") + _power(found.paper, text)
    head = (text("input") if neuron.source else text("pixel"), text("value × weight"), adds)
    lines = [head, ("---", "---:", "---:")]
    for index in found.largest:
        value, weight = text.number(float(neuron.inputs[index])), text.number(float(neuron.weights[index]))
        if neuron.weights[index] < 0:
            weight = f"({weight})"
        lines.append((_input(neuron, int(index), text), f"{value} × {weight}", written.pop(0)))
    if found.others:
        others = text.plural("the other {n} input", "the other {n} together", found.others)
        lines.append((others, "", written.pop(0)))
    lines.append((text("its bias"), "", written.pop(0)))
    lines.append((f"**{_total(neuron, text)}**", "", f"**{written.pop(0)}**"))
    lines.append((f"**{_after(neuron, text)}**", "", f"**{text.number(neuron.after, DIGITS)}**"))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _written(paper: Paper, text: Text) -> list[str]:
    """Terms and total in the same columns."""
    decimals = -paper.exponent if paper.exponent in _PLAIN_EXPONENTS else DIGITS - 1
    return [text.fixed(number / 10**decimals, decimals) for number in (*paper.terms, paper.total)]


def _power(paper: Paper, text: Text) -> str:
    if paper.exponent in _PLAIN_EXPONENTS:
        return ""
    return ", × " + text.number(10.0 ** (paper.exponent + DIGITS - 1), 1).removeprefix("1 × ")


def _input(neuron: Neuron, index: int, text: Text) -> str:
    if neuron.source:
        return name(neuron.source, index)
    row, column = pixel(index)
    return text("row {row}, column {column}", row=row, column=column)


def _total(neuron: Neuron, text: Text) -> str:
    return text("logit") if neuron.is_output else text("before {activation}", activation=neuron.activation)


def _after(neuron: Neuron, text: Text) -> str:
    if neuron.is_output:
        return text("its share of the ten, by softmax")
    return text("after {activation}", activation=neuron.activation)


def sum_note(neuron: Neuron, text: Text) -> str:
    """How the numbers were rounded, and what a background pixel is."""
    said = text("Rounded so that the last column adds up exactly.")
    if not neuron.source:
        said += " " + text("A pixel of the background is −1, so it takes its weight away.")
    return said


def weights_alt(neuron: Neuron, text: Text) -> str:
    """The weights in words."""
    weights = neuron.weights.astype(np.float64)
    return text(
        "The {count} weights of {name}: from {low} to {high}, their mean is {mean}.",
        count=len(weights),
        name=name(neuron.layer, neuron.unit),
        low=float(weights.min()),
        high=float(weights.max()),
        mean=float(weights.mean()),
    )


def weights_note(neuron: Neuron, text: Text) -> str:
    """How to read the picture of the weights."""
    if not neuron.source:
        return text("Orange: ink there makes the answer larger. Blue: smaller.")
    return text(
        "Left: the pictures of the first layer, added up with the weights that lead here: what the unit would look for "
        "if there were no activations between. Right: its own weights, one for each unit of {layer}.",
        layer=neuron.source,
    )


def fed_alt(given: Fed, text: Text) -> str:
    """What the unit gives away, in words."""
    if not np.isfinite(given.given).all():
        return text("What it gives to {layer} is beyond what float32 holds.", layer=given.layer)
    if not np.any(given.given):
        return text("It gives nothing to the {count} units of {layer}.", count=given.total, layer=given.layer)
    return text(
        "Of the {count} units of {layer}, {name} gets most from it: {given}.",
        count=given.total,
        layer=given.layer,
        name=name(given.layer, int(given.units[0])),
        given=float(given.given[0]),
    )


def fed_note(given: Fed, text: Text) -> str:
    """How many units are not shown."""
    hidden = given.total - len(given.units)
    return text.plural("{n} more gets less.", "{n} more get less.", hidden) if hidden else ""


def logits_alt(neuron: Neuron, logits: Array, text: Text) -> str:
    """Where the unit's logit stands among the ten."""
    if not np.isfinite(logits).all():
        return text("No probabilities: the logits are beyond what float32 holds.")
    place = int((logits > logits[neuron.unit]).sum()) + 1
    return text(
        "The logit of digit {digit} is {logit}: number {place} of the ten by size.",
        digit=neuron.unit,
        logit=neuron.before,
        place=place,
    )


def response_alt(found: Response, text: Text) -> str:
    """The answers in words."""
    known = np.flatnonzero(np.isfinite(found.mean))
    if not known.size:
        return text("Its answers are beyond what float32 holds.")
    if found.is_silent:
        return text("It answers 0 to each of the {count} images.", count=len(found.answers))
    most, least = int(known[found.mean[known].argmax()]), int(known[found.mean[known].argmin()])
    return text(
        "Mean answer by digit: from {low} for digit {least} to {high} for digit {most}.",
        low=float(found.mean[least]),
        least=least,
        high=float(found.mean[most]),
        most=most,
    )


def response_note(text: Text) -> str:
    """How to read the cloud of answers."""
    return text("One point an image; line: the mean of a digit, bar: its std. Orange: the image looked at.")


def place(touch: Touch) -> str:
    """What a touch is about: `fc1[5]` or `fc1`."""
    return touch.layer if touch.unit is None else name(touch.layer, touch.unit)


def touched(touch: Touch, text: Text) -> str:
    """One touch in words."""
    where, amount = place(touch), touch.amount
    match touch.kind:
        case "scale" if amount == 0:
            return text("{place} is off", place=where)
        case "scale":
            return text("{place} × {amount}", place=where, amount=_as_typed(amount, text))
        case "shift":
            return text("bias of {place} {amount}", place=where, amount=_signed(amount, text))
        case "noise":
            return text("noise of {share} of each layer's std", share=text.percent(amount, 0))
        case "prune":
            return text("the smallest {share} of all weights are 0", share=text.percent(amount, 0))
    return text("temperature {amount}", amount=_as_typed(amount, text))


def all_touched(touches: Sequence[Touch], text: Text) -> str:
    """The first touches in words, and how many more there are."""
    said = "; ".join(touched(touch, text) for touch in touches[:_NAMED])
    more = len(touches) - _NAMED
    if more > 0:
        said += " " + text.plural("and {n} more", "and {n} more", more)
    return said


def _as_typed(amount: float, text: Text) -> str:
    decimals = next((count for count in range(5) if round(amount, count) == amount), 4)
    return text.fixed(amount, decimals)


def _signed(amount: float, text: Text) -> str:
    return ("+" if amount > 0 else "") + _as_typed(amount, text)


def effect(before: tuple[int, float], after: tuple[int, float], held: tuple[Score, Score], text: Text) -> str:
    """What the touches do: the answer on this image (digit, probability), and how the held-out digits are told."""
    if not math.isfinite(after[1]) or not math.isfinite(before[1]):
        image = text("On this image there is no answer: the logits are beyond what float32 holds.")
    elif before[0] == after[0]:
        image = text(
            "On this image the answer stays {digit}, with {after} in place of {before}.",
            digit=after[0],
            after=text.fixed(after[1], 3),
            before=text.fixed(before[1], 3),
        )
    else:
        image = text(
            "On this image the answer changes from {old} ({before}) to {new} ({after}).",
            old=before[0],
            before=text.fixed(before[1], 3),
            new=after[0],
            after=text.fixed(after[1], 3),
        )
    change = held[1].correct - held[0].correct
    verdict = N_("As many of the held-out digits are right as before: {right} of {count}.")
    if change:
        verdict = N_("Of the held-out digits {right} of {count} are right, before it was {was}.")
    return f"{image} " + text(verdict, right=held[1].correct, count=held[1].count, was=held[0].correct)


def held_out(text: Text) -> str:
    """Which digits the network was not trained on."""
    return text("Held out: the 1,000 bundled digits that no training sees; they are from MNIST's training split, too.")
