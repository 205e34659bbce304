"""What the Activations page says."""

from collections.abc import Callable
from functools import partial

from netlib.activations import ACTIVATIONS
from netlib.draft import Draft, changed
from netlib.i18n import N_, Text
from netlib.presets import PRESETS, chosen
from netlib.spec import Init
from netlib.stats.activations import ActivationMap, Distributions, LayerSignal, Signal, Spread
from netlib.stats.curves import Collapse, saturated_zones

# The std of the last layer's pre-activations, divided by that of the first layer's.
_GONE = 1e-3
_SMALLER = 1 / 3
_LARGER = 3.0
_HUGE = 1e3
# A share of the variance below this is written as "less than".
_LEAST_SHARE = 1e-3

Change = tuple[str, Callable[[Draft], Draft]]


def answer(signal: Signal, text: Text) -> str:
    """How the signal's size changes from the first to the last layer, what is left of the images, who takes no part."""
    first, last = signal.layers[0], signal.layers[-1]
    sentences = [_course(signal, text)]
    if last.before.from_images is not None:
        sentences.append(
            text("{share} of the variance there is due to the images.", share=share(last.before.from_images, text))
        )
    if first is not last and signal.saturated is not None:
        sentences.append(
            text(
                "{share} of the hidden pre-activations are saturated, {dead} of {units} hidden units are dead.",
                share=share(signal.saturated, text),
                dead=sum(layer.dead for layer in signal.hidden),
                units=sum(layer.units for layer in signal.hidden),
            )
        )
    return " ".join(sentences)


def _course(signal: Signal, text: Text) -> str:
    """The first sentence of the answer; it ends at the last layer."""
    first, last = signal.layers[0], signal.layers[-1]
    overflown = next((layer for layer in signal.layers if not layer.before.is_finite), None)
    if overflown is not None:
        return text(
            "No, it explodes beyond what float32 holds, 3.4 × 10³⁸: the pre-activations have std {before} in {first}, "
            "and in {layer} they are no longer finite.",
            before=first.before.std,
            first=first.name,
            layer=overflown.name,
        )
    if first is last:
        return text(
            "There is no hidden layer to pass: the pixels have std {pixels}, the logits {logits}.",
            pixels=signal.inputs.std,
            logits=last.before.std,
        )
    if first.before.count == 1:
        return text(
            "One unit and one image leave nothing to compare: the pre-activation of {layer} is {value}.",
            layer=first.name,
            value=first.before.mean,
        )
    if not first.before.std:
        return text(
            "There is no signal: every pre-activation of {layer} is {value}.",
            layer=first.name,
            value=first.before.mean,
        )
    if not last.before.std:
        return text(
            "No, it ends: the pre-activations have std {before} in {first}, and from {layer} on they are all equal.",
            before=first.before.std,
            first=first.name,
            layer=_constant_from(signal).name,
        )
    ratio = last.before.std / first.before.std
    if ratio < _GONE:
        verdict = N_(
            "No, it vanishes: the std of the pre-activations falls from {before} in {first} to {after} in {last}."
        )
    elif ratio < _SMALLER:
        verdict = N_("It shrinks: the std of the pre-activations falls from {before} in {first} to {after} in {last}.")
    elif ratio <= _LARGER:
        verdict = N_("It keeps its size: the std of the pre-activations is {before} in {first} and {after} in {last}.")
    elif ratio <= _HUGE:
        verdict = N_("It grows: the std of the pre-activations rises from {before} in {first} to {after} in {last}.")
    else:
        verdict = N_(
            "No, it explodes: the std of the pre-activations rises from {before} in {first} to {after} in {last}."
        )
    return text(verdict, before=first.before.std, first=first.name, after=last.before.std, last=last.name)


def _constant_from(signal: Signal) -> LayerSignal:
    """The first of the layers at the end whose pre-activations do not vary."""
    found = signal.layers[-1]
    for layer in reversed(signal.layers):
        if layer.before.std:
            break
        found = layer
    return found


def share(value: float, text: Text) -> str:
    """A share as a percentage; none and all without decimals, a tiny one as less than 0.1 %."""
    if value in (0, 1):
        return text.percent(value, 0)
    if value < _LEAST_SHARE:
        return text("less than {limit}", limit=text.percent(_LEAST_SHARE))
    return text.percent(value)


def zones(name: str, text: Text) -> str:
    """Where an activation is saturated, as conditions on z."""
    conditions = []
    for start, end in saturated_zones(name):
        if start == float("-inf"):
            conditions.append(f"z\u00a0<\u00a0{_short(end, text)}")
        elif end == float("inf"):
            conditions.append(f"z\u00a0>\u00a0{_short(start, text)}")
        else:
            conditions.append(f"{_short(start, text)}\u00a0<\u00a0z\u00a0<\u00a0{_short(end, text)}")
    if not conditions:
        return text("nowhere")
    return text(" or ").join(conditions)


def _short(value: float, text: Text) -> str:
    return text.fixed(value, 2) if value else "0"


def written_std(numbers: Spread, text: Text) -> str:
    """A std, or that there is none."""
    return text.number(numbers.std) if numbers.finite else "–"


def written_mean(numbers: Spread, text: Text) -> str:
    """A mean, or that there is none."""
    return text.number(numbers.mean) if numbers.finite else "–"


def saturated_meaning(layer: LayerSignal, text: Text) -> str:
    """What counts as saturated in this layer."""
    if layer.activation not in ACTIVATIONS:
        return text("Softmax mixes ten logits and has no curve of its own: nothing to saturate unit by unit.")
    return text(
        "Pre-activations where the slope of {activation} is below 5% of its steepest: {zones}. Almost no gradient "
        "passes there.",
        activation=layer.activation,
        zones=zones(layer.activation, text),
    )


def bands_note(signal: Signal, text: Text) -> str:
    """How to read the bands, and what the scale is."""
    parts = [text("Light: 5 to 95% of all numbers, dark: 25 to 75%, line: median.")]
    threshold = signal.scale.threshold
    if threshold is not None:
        parts.append(
            text("Log scale on both sides of zero, linear within ±{threshold}.", threshold=text.number(threshold, 1))
        )
    if any(not layer.before.is_finite or not layer.after.is_finite for layer in signal.layers):
        parts.append(text("What float32 cannot hold is left out."))
    return " ".join(parts)


def bands_alt(signal: Signal, text: Text) -> str:
    """The bands in words."""
    return text("Percentile bands layer by layer. {course}", course=_course(signal, text))


def curve_note(layer: LayerSignal, text: Text) -> str:
    """Where the layer is saturated, and how much of it."""
    if not layer.before.finite:
        return text("No pre-activation of {layer} is finite.", layer=layer.name)
    if layer.saturated is None:
        return text("Softmax takes ten logits together, so one logit can have many probabilities: one point each.")
    return text(
        "Grey: saturated, slope below 5% of the steepest ({zones}); here {share} of the pre-activations.",
        zones=zones(layer.activation, text),
        share=share(layer.saturated, text),
    )


def curve_alt(layer: LayerSignal, text: Text) -> str:
    """Curve and histogram in words."""
    if not layer.before.finite:
        return text("No pre-activation of {layer} is finite.", layer=layer.name)
    low, *_, high = layer.before.percentiles
    what = text(
        "The pre-activations of {layer} run from {low} to {high}, their median is {median}.",
        layer=layer.name,
        low=low,
        high=high,
        median=layer.before.percentiles[3],
    )
    if layer.saturated is None:
        return what
    where = text(
        "{share} of them lie where {activation} is saturated.",
        share=share(layer.saturated, text),
        activation=layer.activation,
    )
    return f"{what} {where}"


def ridges_note(shown: Distributions, count: int, text: Text) -> str:
    """Which layers are shown, and how to read them."""
    parts = []
    if len(shown.before) < count:
        parts.append(text("{shown} of {count} layers, evenly chosen.", shown=len(shown.before), count=count))
    parts.append(text("Each layer has its own height; exact zeros are written, not drawn."))
    if shown.scale.is_log:
        parts.append(text("Log scale on both sides of zero: a narrow distribution looks as wide as its logarithm."))
    return " ".join(parts)


def ridges_alt(signal: Signal, shown: Distributions, text: Text) -> str:
    """The distributions in words: the first and the last layer's widths."""
    first, last = (signal.layer(shown.before[index].name) for index in (0, -1))
    return text(
        "Distributions layer by layer: in {first} std {first_before} before the activation and {first_after} after it, "
        "in {last} {last_before} and {last_after}.",
        first=first.name,
        first_before=written_std(first.before, text),
        first_after=written_std(first.after, text),
        last=last.name,
        last_before=written_std(last.before, text),
        last_after=written_std(last.after, text),
    )


def map_note(mapped: ActivationMap, text: Text) -> str:
    """What a cell is, what the strip marks."""
    cells = mapped.cells
    what = text("One row a unit, one column an image; a column without colour is a silent image.")
    if cells.is_pooled:
        what = text(
            "Each cell is the mean of a block of {rows} × {columns} (units × images): extremes are flattened.",
            rows=cells.rows,
            columns=cells.columns,
        )
    strip = text(
        "The strip on the right marks dead units: {dead} of {units}.", dead=mapped.dead, units=len(mapped.unit_order)
    )
    return f"{what} {strip}"


def map_alt(layer: LayerSignal, text: Text) -> str:
    """The heatmap in words."""
    return text(
        "Activations of {layer}, units × images: {units} × {images}; their mean is {mean}, dead units: {dead}, silent "
        "images: {silent}.",
        layer=layer.name,
        units=layer.units,
        images=layer.images,
        mean=written_mean(layer.after, text),
        dead=layer.dead,
        silent=layer.silent,
    )


def shares_note(text: Text) -> str:
    """What the three rows count."""
    return text(
        "Saturated: slope below 5% of the steepest; for relu every z ≤ 0. Dead: a unit that is exactly zero for every "
        "image. Silent: an image for which every unit is exactly zero. Softmax has no slope to saturate; a class of "
        "the output is dead where float32 rounds its probability to zero."
    )


def shares_alt(signal: Signal, text: Text) -> str:
    """The shares in words: which layer is worst."""
    worst = max(signal.layers, key=lambda layer: layer.dead / layer.units)
    dead = text("Most dead units: {dead} of {units} in {layer}.", dead=worst.dead, units=worst.units, layer=worst.name)
    if signal.saturated is None:
        return dead
    most = max(signal.hidden, key=lambda layer: layer.saturated or 0.0)
    saturated = text("Most saturated: {layer} with {share}.", layer=most.name, share=share(most.saturated or 0.0, text))
    return f"{saturated} {dead}"


def gallery_alt(text: Text) -> str:
    """The nine curves in words."""
    return text(
        "Nine activations with their slopes between −6 and 6: sigmoid and tanh flatten on both sides, relu and its "
        "relatives on the left, identity nowhere."
    )


def gallery_note(text: Text) -> str:
    """How to read the nine curves."""
    return text("Violet: f(z), orange: its slope, grey: saturated. Bold: used in this network.")


def collapsed(found: Collapse, text: Text) -> str:
    """Why an activation must be non-linear, tried on this network's own weights."""
    if found.layers == 1:
        return text("**Why non-linear?** Without a hidden layer a network is one linear map, and softmax after it.")
    return text(
        "**Why non-linear?** Without its activations this network would be one linear map: its {layers} layers with "
        "{parameters} parameters multiply out to a single 784 → 10 layer with {single}. Tried now on this batch in "
        "float64: the logits of both differ by at most {difference} of the largest one, and that is rounding.",
        layers=found.layers,
        parameters=found.parameters,
        single=found.single,
        difference=found.difference,
    )


def curve_question(layer: LayerSignal, text: Text) -> str:
    """What the curve and the histogram beneath it answer."""
    if layer.activation not in ACTIVATIONS:
        return text("What does softmax make of the logits?")
    return text("Where on {activation} does {layer} lie?", activation=layer.activation, layer=layer.name)


def columns(text: Text) -> dict[str, str]:
    """The headings of the table of layers."""
    named = {
        "layer": text("layer"),
        "activation": text("activation"),
        "units": text("units"),
        "from images": text("variance due to images"),
        "saturated": text("saturated"),
        "dead": text("dead units"),
        "silent": text("silent images"),
    }
    for when, label in (("before", text("before")), ("after", text("after"))):
        named[f"{when} mean"] = text("{when}: mean", when=label)
        named[f"{when} std"] = text("{when}: std", when=label)
        for level in (0, 5, 25, 50, 75, 95, 100):
            named[f"{when} {level}%"] = f"{label}: {level}%"
    return named


def tries(text: Text) -> list[Change]:
    """A signal that vanishes, one that holds, and one that saturates."""
    return [
        (text(PRESETS["vanishing"].title), partial(chosen, "vanishing")),
        (text("kaiming_normal in every layer"), lambda draft: changed(draft, None, weight_init=Init("kaiming_normal"))),
        (text(PRESETS["exercise1"].title), partial(chosen, "exercise1")),
    ]
