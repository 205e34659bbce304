"""What is said of accuracy on changed digits."""

from collections.abc import Callable, Mapping

import numpy as np

from netlib.i18n import Text
from netlib.stats.robustness import CHANCE, Curve, half_way
from netlib.trace import Array

# Within this of a guess there is nothing to lose.
_NEAR_GUESS = 0.05


def answer(found: Mapping[str, Curve], text: Text) -> str:
    """How much of each change halves what it knows beyond guessing."""
    if not found:
        return text("Nothing is tried yet.")
    unchanged = next(iter(found.values())).unchanged
    if unchanged <= CHANCE + _NEAR_GUESS:
        return text(
            "Unchanged digits: {accuracy} right, no better than a guess, so changes have nothing to spoil.",
            accuracy=text.percent(unchanged),
        )
    first = text("Unchanged digits: {accuracy} right.", accuracy=text.percent(unchanged))
    limits = [_limit(curve, text) for curve in found.values()]
    second = text("Half way to guessing: {limits}.", limits="; ".join(limits))
    return f"{first} {second}"


def alt(found: Mapping[str, Curve], text: Text) -> str:
    """The curves in words."""
    return f"{text('Accuracy against noise, shift, rotation and stroke width.')} {answer(found, text)}"


def note(found: Mapping[str, Curve], count: int, text: Text) -> str:
    """How many images, what the lines are, and whether it knows that it fails."""
    parts = [
        text(
            "{count} digits at each level; bars: 95% intervals; dashed: a guess. Shifts go right, down, left and up "
            "in turn; rotations above 0 are counterclockwise.",
            count=count,
        )
    ]
    gaps = {
        kind: curve.confidence - curve.accuracy for kind, curve in found.items() if np.isfinite(curve.confidence).all()
    }
    if gaps:
        kind = max(gaps, key=lambda name: float(gaps[name].max()))
        place, curve = int(gaps[kind].argmax()), found[kind]
        if gaps[kind][place] > 0.2:
            parts.append(
                text(
                    "It does not know when it fails: at {level} it is sure to {confidence} on average and right "
                    "for {accuracy}.",
                    level=level(kind, float(curve.levels[place]), text),
                    confidence=text.percent(float(curve.confidence[place]), 0),
                    accuracy=text.percent(float(curve.accuracy[place]), 0),
                )
            )
    return " ".join(parts)


def level(kind: str, value: float, text: Text) -> str:
    """One level of one kind, short enough for below a small picture."""
    names: dict[str, Callable[[str], str]] = {
        "noise": lambda number: text("noise {level}", level=number),
        "shift": lambda number: text("shift {level}", level=number),
        "rotation": lambda number: text("turn {level}°", level=number),
        "stroke": lambda number: text("stroke {level}", level=number),
    }
    return names[kind](_plain(value, text))


def examples_alt(label: int, said: Array, text: Text) -> str:
    """What it says about one digit at all levels; `said` (24,), -1 for no answer."""
    return text(
        "A handwritten {label} in {count} changed forms; read as it is in {right} of them.",
        label=label,
        count=len(said),
        right=int((said == label).sum()),
    )


def _limit(curve: Curve, text: Text) -> str:
    ends = [half_way(curve, downwards=True), half_way(curve)] if curve.levels[0] < 0 else [half_way(curve)]
    found = [end for end in ends if end is not None]
    if not found:
        return text("{kind} never", kind=_kind(curve.kind, text))
    signed = curve.levels[0] < 0
    written = " / ".join(_signed(end, text) if signed else text.number(end, 2) for end in found)
    units: dict[str, Callable[[], str]] = {
        "noise": lambda: text("noise of {level}", level=written),
        "shift": lambda: text("shift by {level} pixels", level=written),
        "rotation": lambda: text("rotation by {level}°", level=written),
        "stroke": lambda: text("strokes {level} pixels on each side", level=written),
    }
    return units[curve.kind]()


def _kind(kind: str, text: Text) -> str:
    return {
        "noise": text("noise"),
        "shift": text("shift"),
        "rotation": text("rotation"),
        "stroke": text("stroke width"),
    }[kind]


def _signed(value: float, text: Text) -> str:
    number = text.number(value, 2)
    return number if value < 0 else f"+{number}"


def _plain(value: float, text: Text) -> str:
    return text.fixed(value, next(places for places in (0, 1, 2) if round(value, places) == value))
