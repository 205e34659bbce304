"""What Home says."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from netlib.draft import Draft
from netlib.i18n import N_, Text
from netlib.presets import PRESETS, chosen
from netlib.stats.outputs import LN10, OutputSummary
from netlib.trace import Array, Trace
from netlib.words.outputs import no_numbers

_BLIND = 0.97
_SURE = 0.5

Change = tuple[str, Callable[[Draft], Draft]]


def answer(summary: OutputSummary, text: Text, *, other_weights: bool = False) -> str:
    """How sure the network is and how right, in one sentence with its numbers.

    other_weights: whether they may have been trained, so that what it says may have a reason.
    """
    if summary.finite < summary.count:
        return no_numbers(summary.finite, summary.count, text)
    if summary.entropy > _BLIND * LN10:
        verdict = N_(
            "It has no idea: the ten probabilities are nearly equal, the largest is {top} on average, and the "
            "cross-entropy {loss} is that of a blind guess, ln 10 = {blind}."
        )
    elif other_weights:
        verdict = N_(
            "It reads {correct} of the {count} digits right: the largest probability is {top} on average, and the "
            "cross-entropy {loss}, where a blind guess gets ln 10 = {blind}."
        )
    elif summary.top_probability > _SURE:
        verdict = N_(
            "It is sure of itself without having learned anything: the largest probability is {top} on average, and "
            "the cross-entropy {loss} is far from a blind guess, ln 10 = {blind}."
        )
    else:
        verdict = N_(
            "It leans without a reason: the largest probability is {top} on average, and the cross-entropy {loss} "
            "is to be compared with a blind guess, ln 10 = {blind}."
        )
    return text(
        verdict,
        correct=summary.correct,
        count=summary.count,
        top=summary.top_probability,
        loss=text.number(summary.cross_entropy, 4),
        blind=text.number(LN10, 4),
    )


def network_alt(trace: Trace, text: Text) -> str:
    """The drawing in words: the sizes from the pixels to the classes."""
    sizes = " – ".join(str(size) for size in (784, *(len(layer.bias) for layer in trace.layers)))
    return text("The network drawn layer by layer: {sizes}.", sizes=sizes)


def network_note(text: Text) -> str:
    """How to read the drawing."""
    return text(
        "Lines: the larger half of the real weights between the units shown, orange above zero, blue below. "
        "Fill: what this digit makes of a unit, relative to the strongest of its layer."
    )


def totals(table: pd.DataFrame, text: Text) -> str:
    """The table of layers added up."""
    return text(
        "Together {parameters} parameters in {bytes} bytes of float32, and {activations} bytes of activations "
        "for this batch.",
        parameters=int(table["parameters"].sum()),
        bytes=int(table["parameter bytes"].sum()),
        activations=int(table["activation bytes"].sum()),
    )


def probabilities_alt(probabilities: Array, label: int, text: Text) -> str:
    """The bars in words: the largest one, and what the true digit gets."""
    if not np.isfinite(probabilities).all():
        return text("No probabilities: the logits are beyond what float32 holds.")
    top = int(probabilities.argmax())
    return text(
        "Ten probabilities: the largest is {largest} for digit {top}; the true digit {label} gets {true}.",
        largest=float(probabilities[top]),
        top=top,
        label=label,
        true=float(probabilities[label]),
    )


def columns(text: Text) -> dict[str, str]:
    """The headings of the table of layers."""
    return {
        "layer": text("layer"),
        "activation": text("activation"),
        "in": text("shape in"),
        "out": text("shape out"),
        "weight": text("weight"),
        "bias": text("bias"),
        "parameters": text("parameters"),
        "parameter bytes": text("parameters, bytes"),
        "activation bytes": text("activations, bytes"),
    }


def tries(text: Text) -> list[Change]:
    """Three networks that answer this page's question differently."""
    return [(text(PRESETS[name].title), partial(chosen, name)) for name in ("exercise1", "exercise3", "vanishing")]
