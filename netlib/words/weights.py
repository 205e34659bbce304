"""What the Weights page says."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from netlib.distributions import Distribution, SparseNormal, UnitVectorEntry
from netlib.draft import Draft, changed
from netlib.i18n import N_, Text
from netlib.presets import PRESETS, chosen
from netlib.spec import Init, LayerSpec
from netlib.stats.weights import Moments, Pooled, point_mass, sampling_error, scheme_words
from netlib.trace import Array

# A measured std this many standard errors from the implied one is more than chance usually does (1 in 370).
_USUAL = 3.0

Change = tuple[str, Callable[[Draft], Draft]]


def formula(spec: LayerSpec, text: Text) -> str:
    """How the scheme's std comes from the layer's size, with its numbers: `1/√(3 · 784)`; empty where it does not."""
    size = {"fan_in": spec.fan_in, "both": spec.fan_in + spec.fan_out, "largest": max(spec.fan_in, spec.fan_out)}
    number = text.number(spec.weight_init.number or 0.0)
    gain = text.number(spec.fan.gain)
    distribution = spec.weight_distribution
    kept = text.number(distribution.kept if isinstance(distribution, SparseNormal) else 1.0)
    formulas = {
        "pytorch": f"1/√(3 · {size['fan_in']})",
        "uniform": f"{number}/√3",
        "trunc_normal": f"{text.number(0.8796)} · {number}",
        "xavier_uniform": f"√(2/{size['both']})",
        "xavier_normal": f"√(2/{size['both']})",
        "kaiming_uniform": f"{gain}/√{size['fan_in']}",
        "kaiming_normal": f"{gain}/√{size['fan_in']}",
        "lecun_normal": f"1/√{size['fan_in']}",
        "orthogonal": f"{number}/√{size['largest']}",
        "sparse": f"{number} · √{kept}",
    }
    return formulas.get(spec.weight_init.scheme, "")


def answer(spec: LayerSpec, measured: Moments, text: Text) -> str:
    """Whether the layer looked at has the spread that its scheme implies, in one sentence with its numbers."""
    distribution = spec.weight_distribution
    scheme = scheme_words(spec.weight_init.scheme, spec.weight_init.number)
    if point_mass(distribution) is not None:
        return text(
            "Yes: all {count} weights of {layer} are exactly {value}, as {scheme} says. No two of its units differ.",
            count=measured.count,
            layer=spec.name,
            value=measured.mean,
            scheme=scheme,
        )
    implied = text.number(distribution.std, 4)
    how = formula(spec, text)
    if measured.count == 1:
        return text(
            "There is only one weight in {layer}, {value}: one number has no spread to compare with the {implied} that "
            "{scheme} implies.",
            layer=spec.name,
            value=measured.mean,
            implied=implied,
            scheme=scheme,
        )
    error = sampling_error(distribution, measured.count)
    usual = abs(measured.std - distribution.std) <= _USUAL * error
    verdict = (
        N_(
            "Yes: {layer} holds {count} weights with std {std}; {scheme} implies {implied}, and chance alone moves it "
            "by about {error}."
        )
        if usual
        else N_(
            "Not quite: {layer} holds {count} weights with std {std}; {scheme} implies {implied}, and chance alone "
            "moves it by about {error}, which is less than what is seen."
        )
    )
    return text(
        verdict,
        layer=spec.name,
        count=measured.count,
        std=text.number(measured.std, 4),
        scheme=scheme,
        implied=f"{implied} = {how}" if how else implied,
        error=text.number(error, 2),
    )


def tiles(spec: LayerSpec, measured: Moments, text: Text) -> list[tuple[str, str, str]]:
    """Five numbers about the layer's weights, each with its meaning and, where there is one, its theory."""
    distribution = spec.weight_distribution
    implied_norm = float(np.hypot(distribution.std, distribution.mean)) * measured.count**0.5
    return [
        (
            text("Std, implied {implied}", implied=distribution.std),
            text.number(measured.std),
            text("Standard deviation: the usual distance of a weight from the mean, as weight.std() has it."),
        ),
        (
            text("Mean, implied {implied}", implied=distribution.mean),
            text.number(measured.mean),
            text(
                "Chance alone moves the mean by about {error} = std / √{count}.",
                error=text.number(distribution.std / measured.count**0.5, 2),
                count=measured.count,
            ),
        ),
        (
            text("Largest; smallest {low}", low=measured.low),
            text.number(measured.high),
            text("The weights lie between {low} and {high}.", low=measured.low, high=measured.high),
        ),
        (
            text("Frobenius norm"),
            text.number(measured.frobenius),
            text("Square root of the sum of all squared weights; implied: {implied}.", implied=implied_norm),
        ),
        (
            text("Number of weights"),
            text.number(measured.count),
            text(
                "{fan_out} units with {fan_in} inputs each: the shape of {layer}.weight is ({fan_out}, {fan_in}).",
                fan_out=str(spec.fan_out),
                fan_in=str(spec.fan_in),
                layer=spec.name,
            ),
        ),
    ]


def histogram_alt(spec: LayerSpec, measured: Moments, text: Text) -> str:
    """The histogram in words."""
    if point_mass(spec.weight_distribution) is not None:
        return text("All weights of {layer} sit on one number, {value}.", layer=spec.name, value=measured.mean)
    return text(
        "Histogram of the weights of {layer}, from {low} to {high}: std {std}; the dashed density of {scheme} has "
        "{implied}.",
        layer=spec.name,
        low=measured.low,
        high=measured.high,
        std=measured.std,
        scheme=spec.weight_init.scheme,
        implied=spec.weight_distribution.std,
    )


def widths_alt(names: Sequence[str], measured: Sequence[Moments], text: Text) -> str:
    """The widths along depth in words: the widest and the narrowest layer."""
    stds = [m.std for m in measured]
    widest, narrowest = stds.index(max(stds)), stds.index(min(stds))
    if stds[widest] == stds[narrowest]:
        return text("Spread of the weights, layer by layer: the same everywhere, std {std}.", std=stds[widest])
    return text(
        "Spread of the weights, layer by layer: widest in {widest} with std {most}, narrowest in {narrowest} with "
        "{least}.",
        widest=names[widest],
        most=stds[widest],
        narrowest=names[narrowest],
        least=stds[narrowest],
    )


def unit_label(unit: int, norm: float, text: Text) -> str:
    """What stands above a unit's picture: its index and its norm."""
    return f"{unit} · {text.number(norm)}"


def units_caption(spec: LayerSpec, limit: float, text: Text) -> str:
    """How to read the units' pictures."""
    return text(
        "Each square is one unit: its 784 weights, one a pixel, and above it its index and its norm (the length of "
        "its weight vector; √784 · std = {norm} is expected). The colours are the same for all units of {layer} and "
        "run from −{limit} to {limit}; zero is the page's own background.",
        norm=28.0 * float(np.hypot(spec.weight_distribution.std, spec.weight_distribution.mean)),
        layer=spec.name,
        limit=limit,
    )


def units_alt(units: Array, norms: Array, text: Text) -> str:
    """The units' pictures in words: how many, and which have the largest and the smallest norm."""
    shown = norms[units]
    return text(
        "Weights of {count} units as 28 × 28 pictures; the largest norm is {most} (unit {first}), the smallest {least} "
        "(unit {last}).",
        count=len(units),
        most=float(shown.max()),
        first=int(units[int(shown.argmax())]),
        least=float(shown.min()),
        last=int(units[int(shown.argmin())]),
    )


def no_pictures(layer: str, first: str, text: Text) -> str:
    """Why the units of this layer are no pictures."""
    return text(
        "Only the units of {first} are pictures: their inputs are the pixels. The inputs of {layer} are the units of "
        "the layer before, which have no place in an image, so its weights are shown as one matrix.",
        first=first,
        layer=layer,
    )


def matrix_caption(pooled: Pooled, spec: LayerSpec, text: Text) -> str:
    """What a cell of the heatmap is, and what averaging does to it."""
    if not pooled.is_pooled:
        return text("Each cell is one weight: row = unit, column = input, as in {layer}.weight.", layer=spec.name)
    block = pooled.rows * pooled.columns
    return text(
        "Too large to show cell by cell: each cell is the mean of {rows} × {columns} weights (units × inputs). Means "
        "of independent weights are √{block} = {shrinks} times narrower, so the colours span only ±{limit}.",
        rows=pooled.rows,
        columns=pooled.columns,
        block=block,
        shrinks=block**0.5,
        limit=float(np.abs(pooled.values).max()),
    )


def matrix_alt(pooled: Pooled, spec: LayerSpec, text: Text) -> str:
    """The heatmap in words."""
    return text(
        "Heatmap of {layer}.weight, {units} units by {inputs} inputs, in cells of {rows} × {columns}: from {low} to "
        "{high}.",
        layer=spec.name,
        units=pooled.shape[0],
        inputs=pooled.shape[1],
        rows=pooled.rows,
        columns=pooled.columns,
        low=float(pooled.values.min()),
        high=float(pooled.values.max()),
    )


def bias_caption(spec: LayerSpec, measured: Moments, text: Text) -> str:
    """The biases' numbers beside what their scheme implies."""
    return text(
        "{scheme} implies mean {implied_mean} and std {implied_std}; measured: mean {mean}, std {std}, from {low} to "
        "{high}. A bias is added to the unit's weighted sum, whatever the image.",
        scheme=scheme_words(spec.bias_init.scheme, spec.bias_init.number),
        implied_mean=spec.bias_distribution.mean,
        implied_std=spec.bias_distribution.std,
        mean=measured.mean,
        std=measured.std,
        low=measured.low,
        high=measured.high,
    )


def bias_alt(spec: LayerSpec, measured: Moments, text: Text) -> str:
    """The biases' picture in words."""
    return text(
        "Biases of the {count} units of {layer}: from {low} to {high}, mean {mean}.",
        count=measured.count,
        layer=spec.name,
        low=measured.low,
        high=measured.high,
        mean=measured.mean,
    )


def ridges_caption(text: Text) -> str:
    """How to read all layers' histograms at once."""
    return text(
        "All layers on one axis and with one bin width; each row is as high as its own peak, so compare widths, not "
        "heights. Solid: measured. Dashed: what the scheme implies."
    )


def no_curve(distribution: Distribution, text: Text) -> str:
    """Why no theory is drawn over a histogram; empty where it is drawn."""
    if isinstance(distribution, UnitVectorEntry) and distribution.size < 3 and point_mass(distribution) is None:
        return text("A unit vector of so few weights has no density to draw.")
    return ""


def columns(text: Text) -> dict[str, str]:
    """The headings of the table of layers."""
    return {
        "layer": text("layer"),
        "scheme": text("scheme"),
        "fan_in": "fan_in",
        "fan_out": "fan_out",
        "weights": text("weights"),
        "implied mean": text("implied mean"),
        "mean": text("mean"),
        "implied std": text("implied std"),
        "std": "std",
        "min": text("smallest"),
        "max": text("largest"),
        "frobenius": text("Frobenius norm"),
        "largest unit norm": text("largest norm of a unit"),
        "bias scheme": text("biases: scheme"),
        "bias implied std": text("biases: implied std"),
        "bias mean": text("biases: mean"),
        "bias std": text("biases: std"),
        "bias min": text("biases: smallest"),
        "bias max": text("biases: largest"),
    }


def unit_columns(text: Text) -> dict[str, str]:
    """The headings of the table of units."""
    return {
        "unit": text("unit"),
        "norm": text("norm"),
        "mean": text("mean"),
        "std": "std",
        "min": text("smallest"),
        "max": text("largest"),
    }


def tries(text: Text) -> list[Change]:
    """Three initialisations that look different here."""
    orthogonal = partial(changed, name=None, weight_init=Init("orthogonal"))
    sparse = partial(changed, name=None, weight_init=Init("sparse", std=0.1))
    return [
        (text(PRESETS["fc1_normal"].title), partial(chosen, "fc1_normal")),
        (text("Orthogonal: all singular values are 1"), orthogonal),
        (text("Sparse: nine weights in ten are zero"), sparse),
    ]
