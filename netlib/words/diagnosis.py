"""The verdict on a network in one or two sentences, what its remedy would give, and from where on each is given."""

import math

from netlib.i18n import N_, Text
from netlib.initializers import SCHEMES
from netlib.remedies import Remedy
from netlib.stats import diagnosis as stats
from netlib.stats.diagnosis import Verdict
from netlib.stats.schemes import ALIKE, DEAD, EXPLODES, FADES, GROWS, SATURATED, VANISHES

_FINDINGS = {
    "overflows": N_("In {layer} the pre-activations are larger than float32 holds, so nothing after it is a number."),
    "symmetric": N_(
        "The {number} units of {layer} are all equal, and so is all that listens to them: their gradients are equal, "
        "and training never tells them apart."
    ),
    "no_gradient": N_(
        "No gradient reaches {layer} or the layers before it: the first step of training leaves them as they are."
    ),
    "dies": N_("{share} of the units of {layer} are zero for every image of this batch."),
    "explodes": N_("The signal explodes: in {layer} it is {number} times as large as in the first layer."),
    "saturates": N_("{layer} is {share} saturated because its pre-activations have std {std}."),
    "vanishes": N_("The signal vanishes: in {layer} {number} of its size in the first layer is left."),
    "gradient_fades": N_("The gradient fades on its way back: {layer} gets {number} of what the last layer gets."),
    "gradient_grows": N_("The gradient grows on its way back: {layer} gets {number} times what the last layer gets."),
    "alike": N_("All images look alike in {layer}: two images' logits have a correlation of {alike}."),
    "sure": N_(
        "Too sure before it has learned anything: the logits have std {std}, the mean top probability is {number}."
    ),
    "linear": N_("Without a non-linearity the {number} layers are one: a single matrix gives the same logits."),
}

_AFTER = {
    "dies": N_("With it {share} of {layer} would be."),
    "explodes": N_("With it the factor would be {number}."),
    "saturates": N_("With it {layer} would be {share} saturated, with std {std}."),
    "vanishes": N_("With it {number} would be left."),
    "gradient_fades": N_("With it {layer} would get {number} of it."),
    "gradient_grows": N_("With it {layer} would get {number} times as much."),
    "alike": N_("With it the correlation would be {alike}."),
    "sure": N_("With it the mean top probability would be {number}, the logits' std {std}."),
}

_LABELS = {
    "weights": N_("Use {scheme}"),
    "both": N_("Use {scheme}, biases 0"),
    "biases": N_("Set the biases to 0"),
    "relu": N_("Use relu, {scheme}, biases 0"),
    "leaky_relu": N_("Use leaky_relu, {scheme}, biases 0"),
}

_REASONS = {
    "biases": N_("Biases below what the weights can lift keep every unit at zero."),
    "relu": N_("A slope of 1 on one side lets the gradient pass through many layers."),
    "leaky_relu": N_("A small slope below zero lets a silent unit learn to wake."),
}


def trained(text: Text) -> str:
    """In the verdict's place where the weights shown have been trained."""
    return text(
        "These weights have been trained: the verdict on an initialisation does not apply. Signal still shows how far "
        "numbers and gradients get."
    )


def finding(verdict: Verdict, text: Text) -> str:
    """One finding as a sentence with the numbers that prove it."""
    if verdict.kind == "keeps":
        return _keeps(verdict, text)
    return text(_FINDINGS[verdict.kind], **_values(verdict.layer, verdict.number, verdict.std, text))


def _keeps(verdict: Verdict, text: Text) -> str:
    if math.isnan(verdict.number) or math.isnan(verdict.std):
        return text("Nothing is lost here: there is no hidden layer to lose it in.")
    return text(
        "Ready to learn: the signal arrives with {signal} of its first layer's size, the gradient comes back with "
        "{gradient} times the last layer's.",
        signal=verdict.number,
        gradient=verdict.std,
    )


def after(kind: str, layer: str, number: float, std: float, text: Text) -> str:
    """What the remedied network has in place of a finding's number; empty where there is nothing to compare."""
    if kind not in _AFTER or not math.isfinite(number):
        return ""
    return text(_AFTER[kind], **_values(layer, number, std, text))


def _values(layer: str, number: float, std: float, text: Text) -> dict[str, object]:
    whole = math.isfinite(number) and number == int(number) and number < 1e6
    share = number if math.isfinite(number) else 0.0
    return {
        "layer": layer,
        "number": int(number) if whole else number,
        "share": text.percent(share, 0 if share in (0, 1) or 0.01 <= share <= 0.99 else 1),
        "alike": text.fixed(number, 4) if math.isfinite(number) else "",
        "std": std,
    }


def label(remedy: Remedy, text: Text) -> str:
    """The remedy's button."""
    return text(_LABELS[remedy.name], scheme=remedy.scheme)


def reason(remedy: Remedy, text: Text) -> str:
    """Why the remedy should help."""
    parts = [text(_REASONS[remedy.name])] if remedy.name in _REASONS else []
    if remedy.name != "biases":
        parts.append(f"`{remedy.scheme}`: {text(SCHEMES[remedy.scheme].summary)}")
    return " ".join(parts)


def no_remedy(text: Text) -> str:
    """Where none of the remedies has helped."""
    return text("None of the usual remedies helps here: try fewer layers.")


def thresholds(text: Text) -> str:
    """From where on each verdict is given, worst first."""
    return text(
        "Measured on this batch, worst first. Overflows: a pre-activation beyond 3.4 × 10³⁸. Symmetric: all units of a "
        "hidden layer are equal. No gradient: exactly zero in the first layer. Dies: at least {dead} of a hidden "
        "layer's units. Explodes, vanishes: the last layer's signal is above {explodes} or below {vanishes} of the "
        "first one's. Saturates: at least {saturated} of a hidden layer's pre-activations. Gradient fades, grows: the "
        "first layer's is below {fades} or above {grows} of the last one's. Alike: a correlation of at least {alike}. "
        "Too sure: a mean top probability of at least {sure}. Linear: only identity. A remedy is offered when its "
        "network, built and run just now, is judged better.",
        dead=text.percent(DEAD, 0),
        explodes=text.number(int(EXPLODES)),
        vanishes=text.fixed(VANISHES, 3),
        saturated=text.percent(SATURATED, 0),
        fades=text.fixed(FADES, 3),
        grows=text.number(int(GROWS)),
        alike=text.fixed(ALIKE, 3),
        sure=text.fixed(stats.SURE, 1),
    )
