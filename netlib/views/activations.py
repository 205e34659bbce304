"""What the Activations page shows: the signal along depth, the layer looked at on its curve, and the details."""

from functools import cached_property

import numpy as np

from netlib.figures import activations as figures
from netlib.figures.activation_map import activation_map
from netlib.figures.curves import curve_panels, gallery, softmax_panels
from netlib.i18n import Text
from netlib.stats import activations as stats
from netlib.stats.curves import REACH, curve
from netlib.trace import Array, LayerTrace, Trace
from netlib.views import Picture, Tile
from netlib.words import activations as words

_HEIGHT = 400


class LookedAt:
    """A trace, its signal, and the layer looked at, computed once for all pictures of a run."""

    def __init__(self, trace: Trace, name: str) -> None:
        self.trace, self.name = trace, name

    @cached_property
    def signal(self) -> stats.Signal:
        """The spreads of all layers."""
        return stats.summarise_signal(self.trace)

    @property
    def layer(self) -> LayerTrace:
        """The arrays of the layer looked at."""
        return self.trace.layer(self.name)

    @property
    def summary(self) -> stats.LayerSignal:
        """The numbers of the layer looked at."""
        return self.signal.layer(self.name)


def pictures(at: LookedAt, text: Text) -> tuple[Picture, Picture]:
    """The signal along depth, and the layer looked at on its activation's curve."""
    return bands(at, text), on_curve(at, text)


def bands(at: LookedAt, text: Text) -> Picture:
    """All layers before and after their activations, on one scale."""
    return Picture(
        "bands",
        text("How large are the numbers from layer to layer?"),
        figures.bands(at.signal, at.name, text, height=_HEIGHT),
        words.bands_alt(at.signal, text),
        words.bands_note(at.signal, text),
    )


def on_curve(at: LookedAt, text: Text) -> Picture:
    """The activation's curve and slope with the layer's real pre-activations beneath; softmax as points."""
    layer = at.layer
    if layer.is_output:
        binned = stats.pre_activation_histogram(layer, 0.0)
        logits, probabilities = _finite_pairs(layer)
        figure = softmax_panels(logits, probabilities, binned, text, height=_HEIGHT)
    else:
        binned = stats.pre_activation_histogram(layer, REACH)
        drawn = curve(layer.activation, float(binned.edges[0]), float(binned.edges[-1]))
        figure = curve_panels(drawn, binned, text, height=_HEIGHT)
    return Picture(
        "curve",
        words.curve_question(at.summary, text),
        figure,
        words.curve_alt(at.summary, text),
        words.curve_note(at.summary, text),
    )


def _finite_pairs(layer: LayerTrace) -> tuple[Array, Array]:
    finite = np.isfinite(layer.before) & np.isfinite(layer.after)
    return layer.before[finite], layer.after[finite]


def tiles(layer: stats.LayerSignal, text: Text) -> tuple[Tile, ...]:
    """Five numbers about the layer looked at."""
    return (
        Tile(
            text("Std before"),
            words.written_std(layer.before, text),
            text(
                "Standard deviation of the pre-activations z = x·W + b of {layer}, over all images and units; their "
                "mean is {mean}.",
                layer=layer.name,
                mean=words.written_mean(layer.before, text),
            ),
        ),
        Tile(
            text("Std after"),
            words.written_std(layer.after, text),
            text(
                "Standard deviation of the activations of {layer}, {activation} of z; their mean is {mean}.",
                layer=layer.name,
                activation=layer.activation,
                mean=words.written_mean(layer.after, text),
            ),
        ),
        Tile(
            text("Saturated"),
            "–" if layer.saturated is None else words.share(layer.saturated, text),
            words.saturated_meaning(layer, text),
        ),
        Tile(
            text("Dead units"),
            text("{dead} of {units}", dead=layer.dead, units=layer.units),
            text("Units of {layer} that are exactly zero for every image of this batch.", layer=layer.name),
        ),
        Tile(
            text("Silent images"),
            text("{silent} of {count}", silent=layer.silent, count=layer.images),
            text("Images for which every unit of {layer} is exactly zero.", layer=layer.name),
        ),
    )


def distributions(at: LookedAt, text: Text) -> Picture:
    """At most eight layers before and after their activations."""
    count = len(at.trace.layers)
    indices = stats.layers_shown(count, at.signal.names.index(at.name))
    shown = stats.distributions(at.trace, indices, at.signal.scale)
    return Picture(
        "ridges",
        text("How are the numbers distributed, layer by layer?"),
        figures.ridges(shown, at.name, text),
        words.ridges_alt(at.signal, shown, text),
        words.ridges_note(shown, count, text),
    )


def units_by_images(at: LookedAt, image: int, by_mean: bool, text: Text) -> Picture:
    """The layer looked at as a heatmap, its units by mean activation or by index."""
    mapped = stats.activation_map(at.layer, at.trace.labels, by_mean)
    return Picture(
        "activation_map",
        text("Which units of {layer} answer to which images?", layer=at.name),
        activation_map(mapped, at.trace.labels, image, text),
        words.map_alt(at.summary, text),
        words.map_note(mapped, text),
    )


def shares(at: LookedAt, text: Text) -> Picture:
    """Saturated, dead and silent, layer by layer."""
    return Picture(
        "shares",
        text("How much of each layer takes no part?"),
        figures.shares(at.signal, at.name, text),
        words.shares_alt(at.signal, text),
        words.shares_note(text),
    )


def curves(at: LookedAt, text: Text) -> Picture:
    """All activations that can be chosen."""
    return Picture(
        "gallery",
        text("Which activations are there, and where do they pass a gradient on?"),
        gallery({layer.activation for layer in at.trace.hidden}, text),
        words.gallery_alt(text),
        words.gallery_note(text),
    )
