"""What the Weights page says."""

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from netlib.distributions import SparseNormal
from netlib.draft import Draft, changed
from netlib.i18n import N_, Text
from netlib.presets import PRESETS, chosen
from netlib.spec import Init, LayerSpec
from netlib.stats.weights import (
    Moments,
    Pooled,
    implied_norm,
    neighbour_correlation,
    point_mass,
    sampling_error,
    scheme_words,
)
from netlib.trace import Array

# A measured std this many standard errors from the implied one is more than chance usually does (1 in 370).
_USUAL = 3.0
# What is left of a bell curve's width when its tails beyond two std are redrawn.
_CUT = 0.8796
# More decimals than this are easier to read as a power of ten.
_DECIMALS = 7

Change = tuple[str, Callable[[Draft], Draft]]


def formula(spec: LayerSpec, text: Text) -> str:
    """How the scheme's std comes from the layer's size, with its numbers: `1/√(3 · 784)`; empty where it does not."""
    size = {"fan_in": spec.fan_in, "both": spec.fan_in + spec.fan_out, "largest": max(spec.fan_in, spec.fan_out)}
    distribution = spec.weight_distribution
    share = distribution.kept if isinstance(distribution, SparseNormal) else 1.0
    number, gain, kept, cut = (
        f"{value:.3g}".replace(".", text.separators[0])
        for value in (spec.weight_init.number or 0.0, spec.fan.gain, share, _CUT)
    )
    formulas = {
        "pytorch": f"1/√(3 · {size['fan_in']})",
        "uniform": f"{number}/√3",
        "trunc_normal": f"{cut} · {number}",
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
    if point_mass(distribution) is not None and measured.low == measured.high:
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
    if point_mass(distribution) is not None:
        verdict = N_("No: {layer} holds {count} weights with std {std}, and {scheme} gives all of them one value.")
    elif abs(measured.std - distribution.std) <= _USUAL * error:
        verdict = N_(
            "Yes: {layer} holds {count} weights with std {std}; {scheme} implies {implied}, and chance alone moves it "
            "by about {error}."
        )
    else:
        verdict = N_(
            "Not quite: {layer} holds {count} weights with std {std}; {scheme} implies {implied}, and chance alone "
            "moves it by about {error}, which is less than what is seen."
        )
    return text(
        verdict,
        layer=spec.name,
        count=measured.count,
        std=text.number(measured.std, 4),
        scheme=scheme,
        implied=f"{implied} = {how}" if how else implied,
        error=_rounded(error, text),
    )


def _rounded(error: float, text: Text) -> str:
    """An error to one digit, written beside the number that it belongs to: 0.00003, not 3 × 10⁻⁵."""
    decimals = -math.floor(math.log10(error)) if error else 0
    return text.fixed(error, decimals) if 0 < decimals <= _DECIMALS else text.number(error, 1)


def histogram_alt(spec: LayerSpec, measured: Moments, text: Text) -> str:
    """The histogram in words."""
    if measured.low == measured.high:
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


def units_caption(spec: LayerSpec, weight: Array, text: Text) -> str:
    """What the units' pictures show, noise or shapes, and how to read them."""
    correlation, error = neighbour_correlation(weight)
    limit = float(np.abs(weight).max())
    if not error:
        finding = N_("All units are alike: each sees every pixel in the same way.")
    elif abs(correlation) <= _USUAL * error:
        finding = N_(
            "Noise: neighbouring pixels' weights have a correlation of {correlation}, as near to 0 as chance has it "
            "(±{error}). No unit looks for a shape; training would draw strokes here."
        )
    else:
        finding = N_(
            "Not noise: neighbouring pixels' weights have a correlation of {correlation}, where chance alone has "
            "±{error}."
        )
    found = text(finding, correlation=text.fixed(correlation, 4), error=text.fixed(error, 4))
    reading = text(
        "Each square is one unit: its 784 weights, one a pixel. Above it stand its index and its norm, the length of "
        "its weight vector; {norm} is expected. All squares of {layer} share one scale, from {low} to {high}, and "
        "zero is the page's own background.",
        norm=implied_norm(spec.weight_distribution, spec.fan_in),
        layer=spec.name,
        low=-limit,
        high=limit,
    )
    return f"{found} {reading}"


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


def bias_spread_alt(spec: LayerSpec, measured: Moments, text: Text) -> str:
    """The biases' histogram in words."""
    return text(
        "Histogram of the biases of {layer}: std {std}, implied {implied}.",
        layer=spec.name,
        std=measured.std,
        implied=spec.bias_distribution.std,
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
