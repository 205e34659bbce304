"""What the Weights page shows: one layer's weights beside their theory, and all layers beside each other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from netlib.figures import spectrum as spectrum_figures
from netlib.figures import theme
from netlib.figures import weights as figures
from netlib.figures.tiles import PER_PAGE, unit_tiles
from netlib.i18n import Text
from netlib.spec import LayerSpec
from netlib.stats import weights as stats
from netlib.stats.spectrum import spectral_law
from netlib.trace import Array, LayerTrace, Trace
from netlib.views import Picture, Tile
from netlib.words import spectrum as spectrum_words
from netlib.words import weights as words

_HEIGHT = 300


@dataclass(frozen=True, eq=False)
class LookedAt:
    """The layer looked at, among all layers of its network; `specs` says what each was drawn from."""

    trace: Trace
    specs: Sequence[LayerSpec]
    name: str

    @cached_property
    def layer(self) -> LayerTrace:
        """Its weights and biases."""
        return self.trace.layer(self.name)

    @cached_property
    def index(self) -> int:
        """Its place, 0 for the first."""
        return self.trace.layers.index(self.layer)

    @property
    def spec(self) -> LayerSpec:
        """What it was drawn from."""
        return self.specs[self.index]

    @property
    def names(self) -> list[str]:
        """The names of all layers."""
        return [spec.name for spec in self.specs]

    @property
    def color(self) -> str:
        """Its step on the scale of depth."""
        return theme.depth_colors(len(self.specs))[self.index]

    @cached_property
    def all_measured(self) -> list[stats.Moments]:
        """The moments of every layer's weights."""
        return [stats.moments(layer.weight) for layer in self.trace.layers]

    @property
    def measured(self) -> stats.Moments:
        """The moments of its own weights."""
        return self.all_measured[self.index]

    @property
    def sees_pixels(self) -> bool:
        """Whether its inputs are the pixels, so that a unit's weights are a picture."""
        return self.index == 0

    @property
    def pages(self) -> int:
        """How many pages its units' pictures fill."""
        return math.ceil(self.spec.fan_out / PER_PAGE)


def pictures(at: LookedAt, text: Text) -> tuple[Picture, Picture]:
    """The histogram of the layer looked at, and the widths of all layers."""
    distribution, measured = at.spec.weight_distribution, at.measured
    hist = stats.histogram(at.layer.weight, distribution)
    implied = [spec.weight_distribution for spec in at.specs]
    return (
        Picture(
            "histogram",
            text("How are the weights of {layer} spread?", layer=at.name),
            figures.histogram(hist, at.spec.weight_init.scheme, at.color, text("weight value"), text, height=_HEIGHT),
            words.histogram_alt(at.spec, measured, text),
        ),
        Picture(
            "widths",
            text("How wide is each layer?"),
            figures.widths(at.names, at.all_measured, implied, at.name, text, height=_HEIGHT),
            words.widths_alt(at.names, at.all_measured, text),
        ),
    )


def tiles(at: LookedAt, text: Text) -> tuple[Tile, ...]:
    """Five numbers about the layer's weights, each with its theory where there is one."""
    distribution, measured = at.spec.weight_distribution, at.measured
    return (
        Tile(
            text("Std, implied {implied}", implied=distribution.std),
            text.number(measured.std),
            text("Standard deviation: the usual distance of a weight from the mean, as weight.std() has it."),
        ),
        Tile(
            text("Mean, implied {implied}", implied=distribution.mean),
            text.number(measured.mean),
            text(
                "Chance alone moves the mean by about {error} = std / √{count}.",
                error=text.number(distribution.std / math.sqrt(measured.count), 2),
                count=measured.count,
            ),
        ),
        Tile(
            text("Largest; smallest {low}", low=measured.low),
            text.number(measured.high),
            text("The weights lie between {low} and {high}.", low=measured.low, high=measured.high),
        ),
        Tile(
            text("Norm, implied {implied}", implied=stats.implied_norm(distribution, measured.count)),
            text.number(measured.frobenius),
            text("Frobenius norm: the square root of the sum of all squared weights."),
        ),
        Tile(
            text("Number of weights"),
            text.number(measured.count),
            text(
                "{fan_out} units with {fan_in} inputs each: the shape of {layer}.weight is ({fan_out}, {fan_in}).",
                fan_out=str(at.spec.fan_out),
                fan_in=str(at.spec.fan_in),
                layer=at.name,
            ),
        ),
    )


def unit_picture(at: LookedAt, by_norm: bool, page: int, text: Text) -> tuple[bytes, str]:
    """The units of one page (counted from 1) as pictures in one PNG, and what it shows in words."""
    units = stats.unit_order(at.layer.weight, by_norm)[(page - 1) * PER_PAGE : page * PER_PAGE]
    norms = stats.unit_norms(at.layer.weight)
    labels = [words.unit_label(int(unit), float(norms[unit]), text) for unit in units]
    limit = max(abs(at.measured.low), abs(at.measured.high))
    return unit_tiles(at.layer.weight, units, labels, limit, text), words.units_alt(units, norms, text)


def matrix(at: LookedAt, text: Text) -> Picture:
    """The whole matrix as a heatmap."""
    pooled = stats.pooled(at.layer.weight)
    return Picture(
        "matrix",
        text("Is there a pattern in the matrix of {layer}?", layer=at.name),
        figures.matrix(pooled, at.sees_pixels, text),
        words.matrix_alt(pooled, at.spec, text),
        words.matrix_caption(pooled, at.spec, text),
    )


def spectrum(at: LookedAt, values: Array, text: Text) -> tuple[Picture, ...]:
    """The layer's singular values beside what is expected of them, and their density where they have one."""
    law = spectral_law(at.spec.weight_distribution, at.layer.weight.shape)
    ranked = Picture(
        "ranked",
        text("By how much does {layer} stretch its input?", layer=at.name),
        spectrum_figures.ranked(values, law, at.color, text),
        spectrum_words.ranked_alt(values, law, text),
        spectrum_words.what(values, text),
    )
    if not law.has_density:
        return (ranked,)
    density = Picture(
        "spectrum",
        text("Where do the singular values crowd?"),
        spectrum_figures.spectrum(values, law, at.color, text),
        spectrum_words.spectrum_alt(values, law, text),
    )
    return ranked, density


def biases(at: LookedAt, text: Text) -> tuple[Picture, Picture]:
    """Every unit's bias, and the histogram of them."""
    bias, distribution = at.layer.bias, at.spec.bias_distribution
    measured = stats.moments(bias)
    hist = stats.histogram(bias, distribution)
    alt = words.bias_alt(at.spec, measured, text)
    return (
        Picture(
            "bias_bars",
            text("With which bias does each unit of {layer} start?", layer=at.name),
            figures.bias_bars(bias, distribution, text),
            alt,
            words.bias_caption(at.spec, measured, text),
        ),
        Picture(
            "bias_histogram",
            text("How are they spread?"),
            figures.histogram(hist, at.spec.bias_init.scheme, at.color, text("bias value"), text, height=theme.SMALL),
            words.bias_spread_alt(at.spec, measured, text),
        ),
    )


def all_layers(at: LookedAt, text: Text) -> Picture:
    """All layers' histograms on one axis."""
    pairs = [(layer.weight, spec.weight_distribution) for layer, spec in zip(at.trace.layers, at.specs, strict=True)]
    return Picture(
        "ridges",
        text("How do the layers compare on one axis?"),
        figures.ridges(stats.histograms(pairs), at.names, text),
        words.widths_alt(at.names, at.all_measured, text),
        words.ridges_caption(text),
    )
