"""What the Weights page says about singular values."""

from netlib.i18n import Text
from netlib.spec import LayerSpec
from netlib.stats import spectrum
from netlib.stats.spectrum import SpectralLaw
from netlib.trace import Array

# The largest singular value this many standard deviations from its edge is more than chance usually does.
_USUAL = 4.0
# With fewer singular values a law for large matrices is a rough guide.
_LARGE = 20


def what(values: Array, text: Text) -> str:
    """What a singular value is, and what the largest of them is called."""
    return text(
        "A singular value is the factor by which the layer stretches one direction of its input; the largest, "
        "{largest}, is the spectral norm. Solid: measured. Dashed: expected.",
        largest=float(values[0]),
    )


def law_says(spec: LayerSpec, values: Array, shape: tuple[int, int], text: Text) -> str:
    """What is expected of the singular values, why, and whether the largest is where it should be."""
    law = spectrum.spectral_law(spec.weight_distribution, shape)
    largest, smallest = float(values[0]), float(values[-1])
    units, inputs = law.shape
    scheme = spec.weight_init.scheme
    rank = spectrum.rank(values, shape)
    if law.kind == spectrum.ZERO and not rank:
        return text("All weights are zero: every direction is flattened to nothing, and the rank is 0.")
    if law.kind == spectrum.RANK_ONE and rank == 1:
        return text(
            "All weights are equal: one direction passes, stretched by |c| · √({inputs} · {units}) = {expected}, all "
            "others are flattened to nothing; the rank is 1.",
            inputs=str(inputs),
            units=str(units),
            expected=law.upper,
        )
    if law.kind in (spectrum.ZERO, spectrum.RANK_ONE):
        return text(
            "{scheme} gives all weights one value, and these differ: the rank is {rank}.", scheme=scheme, rank=rank
        )
    if law.kind == spectrum.ORTHOGONAL:
        return text(
            "An orthogonal matrix stretches all directions alike: each of its singular values is the gain, {gain}; "
            "measured from {smallest} to {largest}. The law of Marchenko and Pastur is for independent weights, and "
            "these are not.",
            gain=law.upper,
            smallest=text.number(smallest, 5),
            largest=text.number(largest, 5),
        )
    edges = {
        "scheme": scheme,
        "lower": law.lower,
        "upper": law.upper,
        "inputs": str(inputs),
        "units": str(units),
        "error": text.number(law.edge_error, 2),
    }
    if law.kind == spectrum.SPARSE:
        return text(
            "{scheme} leaves most weights at zero, a fixed number for each input. The law of Marchenko and Pastur "
            "(1967) asks for independent weights, so it holds only roughly: between {lower} and {upper} = std · "
            "(√{inputs} + √{units}).",
            **edges,
        )
    applies = text(
        "{scheme} draws independent weights of one variance, so the law of Marchenko and Pastur (1967) applies: "
        "between {lower} and {upper} = std · (√{inputs} + √{units}), and chance moves the largest by about {error}.",
        **edges,
    )
    if min(law.shape) < _LARGE:
        return applies + " " + text("It is a law for large layers: with so few values it is a rough guide.")
    if abs(largest - law.upper) > _USUAL * law.edge_error:
        return applies + " " + text("The largest is further from the edge than chance takes it.")
    return applies


def ranked_alt(values: Array, law: SpectralLaw, text: Text) -> str:
    """The sorted singular values in words."""
    return text(
        "Singular values, largest first: from {largest} down to {smallest}; expected from {first} down to {last}.",
        largest=float(values[0]),
        smallest=float(values[-1]),
        first=float(law.expected[0]),
        last=float(law.expected[-1]),
    )


def spectrum_alt(values: Array, law: SpectralLaw, text: Text) -> str:
    """The density of the singular values in words: how many are outside the edges."""
    outside = int(((values < law.lower) | (values > law.upper)).sum())
    return text(
        "Density of {count} singular values over the dashed law of Marchenko and Pastur: {outside} of them lie outside "
        "its edges, {lower} and {upper}.",
        count=len(values),
        outside=outside,
        lower=law.lower,
        upper=law.upper,
    )


def expensive(shape: tuple[int, int], text: Text) -> str:
    """The switch that allows the long computation."""
    return text(
        "Compute the singular values of {units} × {inputs} weights; this takes a moment",
        units=shape[0],
        inputs=shape[1],
    )
