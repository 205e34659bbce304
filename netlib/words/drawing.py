"""What the Draw page says of a drawing: what is read in it, whether that means anything, and what framing did."""

from collections.abc import Callable
from dataclasses import replace

from netlib.draft import Draft, changed
from netlib.drawing.framing import BOX, CENTRE
from netlib.i18n import N_, Text
from netlib.spec import Init
from netlib.stats.drawing import Answer, Skill, Subject, entropy_share

_BLIND = 0.97
_SURE = 0.9

Change = tuple[str, Callable[[Draft], Draft]]


def answer(subject: Subject, found: Answer, skill: Skill, text: Text) -> str:
    """Which image it is, what the network reads in it, and whether it can read at all."""
    parts = [] if subject.drawn else [_from_the_batch(subject, text)]
    parts.append(verdict(found, text))
    if found.finite:
        if subject.drawn and subject.label is not None:
            parts.append(_against(found, subject.label, text))
        parts.append(_skill(skill, text))
    return " ".join(filter(None, parts))


def _from_the_batch(subject: Subject, text: Text) -> str:
    return text(
        "Nothing is drawn yet, so this is image {image} of the batch, a handwritten {label}.",
        image=subject.place,
        label=subject.label,
    )


def verdict(found: Answer, text: Text) -> str:
    """What the ten probabilities say, in one sentence."""
    if not found.finite:
        return text("The network has no answer: its logits are beyond what float32 holds.")
    top, second = float(found.probabilities[found.top]), float(found.probabilities[found.second])
    if found.tied == len(found.probabilities):
        message = N_("It says nothing: all ten probabilities are equal.")
    elif entropy_share(found.probabilities) > _BLIND:
        message = N_("It has no idea: ten nearly equal probabilities, the largest {top} for the digit **{digit}**.")
    elif top >= _SURE:
        message = N_("It reads a **{digit}** and is sure of it: probability {top}.")
    else:
        message = N_("It reads a **{digit}** with probability {top}; next comes {second} with {next}.")
    return text(message, digit=found.top, top=text.fixed(top, 3), second=found.second, next=text.fixed(second, 3))


def _against(found: Answer, label: int, text: Text) -> str:
    if found.top == label:
        return text("That is the digit it is meant to be.")
    meant = text.fixed(float(found.probabilities[label]), 3)
    return text("It is meant to be a {label}, which gets {meant}.", label=label, meant=meant)


def _skill(skill: Skill, text: Text) -> str:
    if skill.guesses:
        message = N_(
            "Do not take it to heart: this network cannot read, it gets {correct} of {count} held-out digits right, "
            "and guessing {expected}."
        )
    elif skill.reads:
        message = N_("Of {count} held-out digits it reads {correct} right.")
    else:
        message = N_("It reads poorly: of {count} held-out digits it gets {correct} right.")
    return text(message, count=skill.count, correct=skill.correct, expected=text.number(skill.expected, 2))


def seen_alt(subject: Subject, text: Text) -> str:
    """The image that the network gets, in words."""
    if not subject.drawn:
        return text("Image {image} of the batch, a handwritten {label}.", image=subject.place, label=subject.label)
    if subject.centre is None:
        return text("The drawing as the network gets it: nothing but background.")
    row, column = subject.centre
    return text(
        "The drawing as the network gets it, 28 by 28 pixels; its centre of mass is in row {row}, column {column}.",
        row=row,
        column=column,
    )


def probabilities_alt(found: Answer, text: Text) -> str:
    """The bars in words."""
    if not found.finite:
        return text("No probabilities: the logits are beyond what float32 holds.")
    return text(
        "Ten probabilities: the largest is {largest} for digit {top}, the second {next} for digit {second}.",
        largest=float(found.probabilities[found.top]),
        top=found.top,
        next=float(found.probabilities[found.second]),
        second=found.second,
    )


def steps_alt(subject: Subject, text: Text) -> str:
    """What framing did, in numbers."""
    framed = subject.framed
    if framed is None:
        return text("The pad is empty, and so is what the network gets.")
    if not subject.framing:
        return text("The whole pad, shrunk to 28 by 28 pixels without framing.")
    return text(
        "Framing: a box of {height} by {width} of the pad's 280 pixels becomes {rows} by {columns}, and its centre of "
        "mass comes to row {row}, column {column}.",
        height=framed.box.height,
        width=framed.box.width,
        rows=framed.small.shape[0],
        columns=framed.small.shape[1],
        row=framed.centre[0],
        column=framed.centre[1],
    )


def steps_note(subject: Subject, text: Text) -> str:
    """How to read the steps, and why they are made."""
    if not subject.framing and subject.drawn:
        return text(
            "Framing is off: the whole pad is shrunk to 28 × 28. Each pixel has weights of its own, so a digit that is "
            "small or stands elsewhere meets weights that were made for something else. Draw one in a corner and "
            "switch framing on and off."
        )
    note = text(
        "As MNIST's makers did (LeCun, Cortes, Burges): the box around the ink is scaled to {box} pixels, proportions "
        "kept, grey at the edges; then it is moved by whole pixels until its centre of mass (×) is at the centre, row "
        "and column {centre} (dotted).",
        box=BOX,
        centre=CENTRE,
    )
    if subject.drawn:
        return note
    return note + " " + text("MNIST's own digits have been through it: once more changes nothing.")


def pad_words(text: Text) -> dict[str, str]:
    """Everything that the pad says."""
    return {
        "label": text("Pad to draw a digit on"),
        "undo": text("Undo"),
        "clear": text("Clear"),
        "pen": text("Pen width"),
        "thin": text("thin"),
        "middle": text("middle"),
        "thick": text("thick"),
        "keys": text(
            "By keyboard: arrows move the pen (with Shift further), Space puts it down and lifts it, Ctrl+Z undoes."
        ),
        "down": text("The pen is down."),
        "up": text("The pen is up."),
        "full": text("The pad is full: undo or clear to go on."),
    }


def tries(place: int, size: int, text: Text) -> list[Change]:
    """A network whose saliency is its weights, one that is sure and blind, another image."""

    def another(draft: Draft) -> Draft:
        return replace(draft, batch=replace(draft.batch, image=(place + 1) % size))

    return [
        (text("No hidden layer: the slopes are the weights"), lambda draft: replace(draft, hidden=())),
        (text("kaiming_normal in every layer"), lambda draft: changed(draft, None, weight_init=Init("kaiming_normal"))),
        (text("The next image of the batch"), another),
    ]
