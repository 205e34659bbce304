"""What the Weights page says about singular values."""

from netlib.i18n import Text
from netlib.stats import spectrum
from netlib.stats.spectrum import SpectralLaw
from netlib.trace import Array

# The largest singular value this many standard deviations from its edge is more than chance usually does.
_USUAL = 4.0
# With fewer singular values a law for large matrices is a rough guide.
_LARGE = 20


def caption(values: Array, law: SpectralLaw, text: Text) -> str:
    """What is expected of the singular values, why, and what was measured."""
    first = text(
        "A singular value is the factor by which the layer stretches one direction of its input; the largest, "
        "{largest}, is the spectral norm.",
        largest=float(values[0]),
    )
    return f"{first} {_law(values, law, text)}"


def _law(values: Array, law: SpectralLaw, text: Text) -> str:
    largest, smallest = float(values[0]), float(values[-1])
    units, inputs = law.shape
    if law.kind == spectrum.ZERO:
        return text("All weights are zero: every direction is flattened to nothing, and the rank is 0.")
    if law.kind == spectrum.RANK_ONE:
        return text(
            "All weights are equal: one direction passes, stretched by |c| · √({inputs} · {units}) = {expected}, all "
            "others are flattened to nothing; the rank is {rank}.",
            inputs=str(inputs),
            units=str(units),
            expected=law.upper,
            rank=spectrum.rank(values, law.shape),
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
        "lower": law.lower,
        "upper": law.upper,
        "inputs": str(inputs),
        "units": str(units),
        "error": text.number(law.edge_error, 2),
    }
    if law.kind == spectrum.SPARSE:
        return text(
            "Most weights are zero here, a fixed number for each input. The law of Marchenko and Pastur (1967) asks "
            "for independent weights, so it holds only roughly: between {lower} and {upper} = std · (√{inputs} + "
            "√{units}).",
            **edges,
        )
    law_says = text(
        "The weights are independent and have one variance, so the law of Marchenko and Pastur (1967) applies: between "
        "{lower} and {upper} = std · (√{inputs} + √{units}), and chance moves the largest by about {error}.",
        **edges,
    )
    if min(law.shape) < _LARGE:
        return law_says + " " + text("It is a law for large layers: with so few values it is a rough guide.")
    if abs(largest - law.upper) > _USUAL * law.edge_error:
        return law_says + " " + text("The largest is further from the edge than chance takes it.")
    return law_says


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
        "Compute the singular values of {units} × {inputs} weights; this takes up to a second or two",
        units=shape[0],
        inputs=shape[1],
    )
