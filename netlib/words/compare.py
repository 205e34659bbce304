"""What the Compare page says: what differs between A and B, and what that does."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from netlib import query
from netlib.bounds import shown
from netlib.comparison import Comparison
from netlib.draft import Draft
from netlib.i18n import N_, Text
from netlib.presets import chosen
from netlib.stats.compare import Effect, Factors, Side
from netlib.stats.flow import Sizes
from netlib.stats.weights import Pooled
from netlib.trace import Array

FIELD_NAMES = {
    "hidden": "hidden_sizes",
    "activation": "activation",
    "weights": "weight_init",
    "biases": "bias_init",
    "seed": "seed",
}
"""The fields of a link as the code calls them."""

# A share (dead units, saturated pre-activations) has changed where it moves by this much.
_SHARE = 0.25
# The logits have another size where their std changes by this factor.
_FACTOR = 1.5

Try = tuple[str, Callable[[Draft], Draft] | None, str]
"""A label, what becomes of A, and the text of B."""


OWN = {
    "file": N_("And A has the weights of a file, which its initialisation did not draw."),
    "trained": N_("And A has been trained; B has not."),
    "touched": N_("And A has been touched; B has not."),
}


def answer(compared: Comparison, effect: Effect, own: str, text: Text) -> str:
    """What differs, and the main thing that comes of it, in numbers; `own` says whose weights A has, if not its own."""
    sentences = [] if own and not compared.differences else [named(compared, text)]
    if own == "trained" and not compared.differences:
        sentences.append(text("B is the same network before the first step of its training, A after some of it."))
    elif own:
        sentences.append(text(OWN[own]))
    if own or compared.differences:
        sentences.append(consequence(effect, text))
    return " ".join(sentences)


def named(compared: Comparison, text: Text) -> str:
    """Every field that differs, with its value in A and in B."""
    fields = compared.differences
    if not fields:
        return text("Nothing differs: A and B are the same network. Change one thing, in A or in B.")
    mine, other = query.write_draft(compared.a), query.write_draft(compared.b)
    if len(fields) == 1:
        return text(
            "Only {field} differs: `{a}` in A, `{b}` in B.",
            field=FIELD_NAMES[fields[0]],
            a=shown(mine[fields[0]]),
            b=shown(other[fields[0]]),
        )
    listed = ", ".join(f"{FIELD_NAMES[name]} (`{shown(mine[name])}` → `{shown(other[name])}`)" for name in fields)
    return text.plural("{n} thing differs: {listed}.", "{n} things differ: {listed}.", len(fields), listed=listed)


def consequence(effect: Effect, text: Text) -> str:
    """The first of these that there is: overflow, units that die, saturation, logits of another size; then the rest."""
    a, b = effect.a, effect.b
    if not (a.is_finite and b.is_finite):
        return _overflow(a, b, text)
    sentences = [_main(a, b, text), _loss(a, b, text)]
    if effect.moved is not None:
        sentences.append(
            text("The prediction changes for {moved} of {count} images.", moved=effect.moved, count=effect.count)
        )
    return " ".join(filter(None, sentences))


def _overflow(a: Side, b: Side, text: Text) -> str:
    both = not a.is_finite and not b.is_finite
    if both:
        return text("In both the signal grows beyond what float32 holds, 3.4 × 10³⁸.")
    name, broken = ("A", a) if not a.is_finite else ("B", b)
    layer = broken.overflows_in
    return text(
        "In {side} the signal grows beyond what float32 holds, 3.4 × 10³⁸, from {layer} on; in {other} it does not.",
        side=name,
        layer=layer.name if layer else "output",
        other="B" if name == "A" else "A",
    )


def _main(a: Side, b: Side, text: Text) -> str:
    dead = [side.dead / side.units if side.units else 0.0 for side in (a, b)]
    if abs(dead[1] - dead[0]) >= _SHARE:
        return text(
            "Units that never fire: {a} of {all_a} in A, {b} of {all_b} in B.",
            a=a.dead,
            all_a=a.units,
            b=b.dead,
            all_b=b.units,
        )
    saturated = [side.signal.saturated or 0.0 for side in (a, b)]
    if abs(saturated[1] - saturated[0]) >= _SHARE:
        return text(
            "Saturated pre-activations: {a} in A, {b} in B.",
            a=text.percent(saturated[0]),
            b=text.percent(saturated[1]),
        )
    if not a.logit_std and not b.logit_std:
        return text("In both all logits are equal.")
    if not a.logit_std or not b.logit_std:
        return text(
            "The std of the logits is {a} in A and {b} in B: in one of them they are all equal.",
            a=a.logit_std,
            b=b.logit_std,
        )
    ratio = b.logit_std / a.logit_std
    if ratio >= _FACTOR:
        message = N_("The logits spread {ratio} times as wide: std {a} in A, {b} in B.")
    elif ratio <= 1 / _FACTOR:
        message = N_("The logits shrink to {ratio} of their spread: std {a} in A, {b} in B.")
    else:
        message = N_("The logits keep their size: std {a} in A, {b} in B.")
    return text(message, ratio=ratio, a=a.logit_std, b=b.logit_std)


def _loss(a: Side, b: Side, text: Text) -> str:
    return text(
        "The cross-entropy goes from {a} to {b}.",
        a=text.number(a.outputs.cross_entropy, 4),
        b=text.number(b.outputs.cross_entropy, 4),
    )


def guard(count: int, text: Text) -> str:
    """Why one change at a time."""
    return text.plural(
        "{n} thing differs: a difference in the pictures has {n} possible cause.",
        "{n} things differ: a difference in the pictures has {n} possible causes. Keep one:",
        count,
    )


def standing(compared: Comparison, text: Text) -> str:
    """Whether B follows A."""
    if compared.suggested:
        return text("An example until you choose your own B: A with other weights. It follows A.")
    if not compared.said:
        return text("B is A, and follows it.")
    if compared.follows:
        said = ", ".join(FIELD_NAMES[name] for name in compared.said)
        return text("B has its own {said}; everything else follows A.", said=said)
    return text("B stands by itself: a change of A in the sidebar leaves it as it is.")


def side(name: str, compared: Comparison) -> str:
    """`A: weight_init pytorch`: a side's name, with what it has where exactly one thing differs."""
    fields = compared.differences
    if len(fields) != 1:
        return name
    draft = compared.a if name == "A" else compared.b
    return f"{name}: {FIELD_NAMES[fields[0]]} {shown(query.write_draft(draft)[fields[0]])}"


def other_layer(name: str, instead: str, text: Text) -> str:
    """That B has no layer of this name."""
    return text(
        "B has no {layer}: its {instead} stands beside it, and no difference is drawn.", layer=name, instead=instead
    )


def other_shapes(a: Sequence[int], b: Sequence[int], text: Text) -> str:
    """Why there is no picture of the difference."""
    return text(
        "No difference is drawn: {a} numbers in A, {b} in B, and they do not pair off.",
        a=" × ".join(map(str, a)),
        b=" × ".join(map(str, b)),
    )


def no_probabilities(effect: Effect, text: Text) -> str:
    """Which side has no probabilities, because its logits are beyond float32."""
    if not effect.a.is_finite and not effect.b.is_finite:
        return text("Neither A nor B has probabilities: their logits are beyond what float32 holds.")
    name = "A" if not effect.a.is_finite else "B"
    return text("{side} has no probabilities: its logits are beyond what float32 holds.", side=name)


def alt(side: str, finding: str, text: Text) -> str:
    """A picture's finding, and whose it is."""
    return text("{side}. {finding}", side=side, finding=finding)


def probabilities_alt(differences: Array, text: Text) -> str:
    """The largest change of a probability of the image looked at."""
    digit = int(np.abs(differences).argmax())
    return text(
        "B minus A: the largest change is {change}, for digit {digit}.",
        change=float(differences[digit]),
        digit=digit,
    )


def difference_alt(cells: Pooled, text: Text) -> str:
    """From where to where the differences run."""
    known = cells.values[np.isfinite(cells.values)]
    if not known.size:
        return text("B minus A: no number to compare.")
    if not known.any():
        return text("B minus A: no difference anywhere.")
    return text("B minus A: differences from {low} to {high}.", low=float(known.min()), high=float(known.max()))


def difference_note(cells: Pooled, text: Text) -> str:
    """How to read it, and what a cell is."""
    note = text("Orange: larger in B; blue: smaller. A colour scale of its own.")
    if not cells.is_pooled:
        return note
    blocks = text("A cell is the mean of {rows} × {columns} numbers.", rows=cells.rows, columns=cells.columns)
    return f"{note} {blocks}"


def factors_alt(found: Factors, text: Text) -> str:
    """The layer where the two differ most."""
    known = np.flatnonzero(~np.isnan(found.decades))
    if not known.size:
        return text("There is no layer in which the two could be compared.")
    most = int(known[np.abs(found.decades[known]).argmax()])
    return text(
        "The two differ most in {layer}: {a} in A, {b} in B.",
        layer=found.names[most],
        a=float(found.a[most]),
        b=float(found.b[most]),
    )


def factors_note(found: Factors, text: Text) -> str:
    """How to read the bars, and the layers that have none."""
    note = text("Up: larger in B; down: smaller; no bar: the same.")
    missing = [name for name, decades in zip(found.names, found.decades, strict=True) if np.isnan(decades)]
    if not missing:
        return note
    listed = shown(", ".join(missing))
    return f"{note} " + text("Not to be compared, for both are 0 or one is no number: {listed}.", listed=listed)


def gradients_alt(sizes: Mapping[str, Sizes], text: Text) -> str:
    """Where the gradients of the weights are largest and smallest."""
    known = {name: each.rms for name, each in sizes.items() if np.isfinite(each.rms)}
    if not any(known.values()):
        return text("No layer's weights have a gradient that is a number other than 0.")
    most, least = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
    return text(
        "Gradients of the weights, layer by layer: the root mean square is {high} in {most} and {low} in {least}.",
        high=known[most],
        most=most,
        low=known[least],
        least=least,
    )


def gradients_note(a: Mapping[str, Sizes], b: Mapping[str, Sizes], text: Text) -> str:
    """How to read the bands, and what is not in them."""
    note = text("Gradients of the mean cross-entropy. Light: 5 to 95% of their sizes, dark: 25 to 75%, line: median.")
    if any(each.zeros or each.finite < each.count for sizes in (a, b) for each in sizes.values()):
        note += " " + text("Exact zeros and what float32 cannot hold are left out.")
    return note


def units_note(text: Text) -> str:
    """How to read the strips of units."""
    return text(
        "Above each picture: the unit's number and the norm of what is drawn. One colour is one number in all rows."
    )


def tries(text: Text) -> list[Try]:
    """What chance alone does, what symmetry does, and a deep network with and without the right width."""
    return [
        (text("Only another seed"), None, "seed:1"),
        (text("All weights of B zero"), None, "weights:zeros"),
        (text("A deep tanh net, B with xavier_normal"), partial(chosen, "vanishing"), "weights:xavier_normal"),
    ]
