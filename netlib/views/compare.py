"""What the Compare page shows: pictures of other pages, A beside B on common scales, and the differences drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from netlib.comparison import Comparison
from netlib.figures import activations as activation_figures
from netlib.figures import compare as figures
from netlib.figures import outputs as output_figures
from netlib.figures.home import probability_bars
from netlib.i18n import Text
from netlib.spec import LayerSpec
from netlib.stats import compare as stats
from netlib.stats import flow
from netlib.stats import weights as weight_stats
from netlib.stats.outputs import LN10, order_by_label
from netlib.trace import Array, LayerTrace, Trace
from netlib.views import Picture, Tile
from netlib.words import activations as activation_words
from netlib.words import compare as words
from netlib.words import home as home_words
from netlib.words import outputs as output_words

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

HEIGHT = 288
MAP = 340

Sizes = Mapping[str, flow.Sizes]
"""The sizes of each layer's weights' gradients, by the layer's name."""


class Strip(NamedTuple):
    """Some units of one side as pictures: a heading, the PNG, and its `alt` text."""

    key: str
    heading: str
    png: bytes
    alt: str


class Row(NamedTuple):
    """Pictures side by side, or strips of units, under the one question that they answer, and how to read them."""

    question: str
    pictures: Sequence[Picture] = ()
    note: str = ""
    strips: Sequence[Strip] = ()


@dataclass(frozen=True, eq=False)
class Pair:
    """Both networks on the batch, with what each was drawn from, the layer and the image looked at."""

    compared: Comparison
    a: Trace
    b: Trace
    a_specs: Sequence[LayerSpec]
    b_specs: Sequence[LayerSpec]
    layer: str
    image: int

    @cached_property
    def effect(self) -> stats.Effect:
        """The numbers of both."""
        return stats.effect(self.a, self.b)

    @cached_property
    def b_layer(self) -> str:
        """The layer of B that stands beside the one looked at."""
        return stats.counterpart(self.layer, self.b)

    @property
    def layers(self) -> tuple[LayerTrace, LayerTrace]:
        """The two layers that are looked at."""
        return self.a.layer(self.layer), self.b.layer(self.b_layer)

    @property
    def specs(self) -> tuple[LayerSpec, LayerSpec]:
        """What those two were drawn from."""
        a = next(spec for spec in self.a_specs if spec.name == self.layer)
        return a, next(spec for spec in self.b_specs if spec.name == self.b_layer)

    @property
    def sees_pixels(self) -> bool:
        """Whether both layers' inputs are the pixels, so that a unit's weights are a picture."""
        return self.layer == self.a.layers[0].name and self.b_layer == self.b.layers[0].name

    def label(self, side: str) -> str:
        """`A`, or `A: weight_init pytorch` where exactly one thing differs."""
        return words.side(side, self.compared)

    def apart(self, a: Array, b: Array, text: Text) -> str:
        """Why no difference of these two arrays can be drawn; nothing where it can."""
        if self.b_layer != self.layer:
            return words.other_layer(self.layer, self.b_layer, text)
        return "" if a.shape == b.shape else words.other_shapes(a.shape, b.shape, text)


def tiles(pair: Pair, text: Text) -> tuple[Tile, ...]:
    """Five numbers of both networks."""
    a, b = pair.effect.a, pair.effect.b

    def both(mine: float | None, other: float | None, digits: int = 3) -> str:
        return f"{_number(mine, digits, text)} → {_number(other, digits, text)}"

    def percents(mine: float | None, other: float | None) -> str:
        return " → ".join("–" if share is None else text.percent(share) for share in (mine, other))

    return (
        Tile(
            text("Cross-entropy"),
            both(a.outputs.cross_entropy, b.outputs.cross_entropy, 4),
            text("Mean of −ln p(true digit); ln 10 = {blind} is a blind guess.", blind=text.number(LN10, 4)),
        ),
        Tile(
            text("Mean entropy, nats"),
            both(a.outputs.entropy, b.outputs.entropy, 4),
            text("How undecided it is: ln 10 = {blind} where all ten are equally likely.", blind=text.number(LN10, 4)),
        ),
        Tile(
            text("Mean top probability"),
            both(a.outputs.top_probability, b.outputs.top_probability),
            text("How sure it is: 0.1 is a blind guess, 1 is certainty."),
        ),
        Tile(
            text("Units that never fire"),
            f"{a.dead} → {b.dead}",
            text(
                "Hidden units that are exactly zero for every image: {a} in A, {b} in B.",
                a=_of(a, text),
                b=_of(b, text),
            ),
        ),
        Tile(
            text("Saturated"),
            percents(a.signal.saturated, b.signal.saturated),
            text("Share of the hidden pre-activations where the activation's slope is below 5 % of its steepest."),
        ),
    )


def _number(value: float | None, digits: int, text: Text) -> str:
    return "–" if value is None or not np.isfinite(value) else text.number(value, digits)


def _of(side: stats.Side, text: Text) -> str:
    return text("{dead} of {units}", dead=side.dead, units=side.units)


def side_by_side(
    key: str, drawn: Sequence["Figure"], alts: Sequence[str], pair: Pair, text: Text, axes: Sequence[str] = ()
) -> list[Picture]:
    """A and B of one kind of figure, on common scales."""
    a, b = drawn
    common = figures.on_common_scales(a, b, axes)
    return [
        Picture(f"{side.lower()}_{key}", pair.label(side), figure, words.alt(side, finding, text))
        for side, figure, finding in zip("AB", common, alts, strict=True)
    ]


def signal(pair: Pair, text: Text) -> list[Row]:
    """All layers before and after their activations, and by what factor B's are wider."""
    signals, looked_at = (pair.effect.a.signal, pair.effect.b.signal), (pair.layer, pair.b_layer)
    bands = [
        activation_figures.bands(of, layer, text, height=HEIGHT) for of, layer in zip(signals, looked_at, strict=True)
    ]
    alts = (activation_words.bands_alt(signals[0], text), activation_words.bands_alt(signals[1], text))
    return [
        Row(
            text("How large are the numbers from layer to layer?"),
            side_by_side("bands", bands, alts, pair, text, ("yaxis", "yaxis2")),
            activation_words.bands_note(signals[0] if pair.effect.b.is_finite else signals[1], text),
        ),
        _factors(
            "factors",
            text("By what factor are the pre-activations of B wider?"),
            stats.factors(pair.effect),
            text("std B / std A (log scale)"),
            text("std %{customdata[0]:.4g} in A, %{customdata[1]:.4g} in B"),
            text,
        ),
    ]


def gradients(pair: Pair, a: Sizes, b: Sizes, text: Text) -> list[Row]:
    """What the loss says back to each layer's weights in both, and by what factor it says more in B."""
    drawn = [figures.gradient_bands(sizes, text, height=HEIGHT) for sizes in (a, b)]
    alts = (words.gradients_alt(a, text), words.gradients_alt(b, text))
    return [
        Row(
            text("How much does the loss say back to each layer?"),
            side_by_side("gradients", drawn, alts, pair, text, ("yaxis",)),
            words.gradients_note(a, b, text),
        ),
        _factors(
            "gradient_factors",
            text("By what factor are the gradients of B larger?"),
            stats.gradient_factors(a, b),
            text("rms B / rms A (log scale)"),
            text("root mean square %{customdata[0]:.4g} in A, %{customdata[1]:.4g} in B"),
            text,
        ),
    ]


def _factors(key: str, question: str, found: stats.Factors, axis: str, hover: str, text: Text) -> Row:
    """B divided by A, layer by layer."""
    shown = Picture(key, "B / A", figures.factor_bars(found, axis, hover, text), words.factors_alt(found, text))
    return Row(question, [shown], words.factors_note(found, text))


def probabilities(pair: Pair, text: Text) -> list[Row]:
    """The ten probabilities of the image looked at, and those of all images; a sentence where a side has none."""
    if not (pair.effect.a.is_finite and pair.effect.b.is_finite):
        return [Row(text("What does each say?"), note=words.no_probabilities(pair.effect, text))]
    return [_of_the_image(pair, text), _of_the_batch(pair, text)]


def _of_the_image(pair: Pair, text: Text) -> Row:
    label = int(pair.a.labels[pair.image])
    p, q = pair.a.probabilities[pair.image], pair.b.probabilities[pair.image]
    difference = stats.minus(q, p)
    bars = [probability_bars(each, label, text, height=HEIGHT) for each in (p, q)]
    alts = (home_words.probabilities_alt(p, label, text), home_words.probabilities_alt(q, label, text))
    return Row(
        text("What does each say to image {image}, a handwritten {label}?", image=pair.image, label=label),
        [
            *side_by_side("probabilities", bars, alts, pair, text, ("xaxis",)),
            Picture(
                "probability_differences",
                "B − A",
                figures.probability_differences(difference, label, text, height=HEIGHT),
                words.probabilities_alt(difference, text),
            ),
        ],
    )


def _of_the_batch(pair: Pair, text: Text) -> Row:
    order = order_by_label(pair.a.labels)
    maps = [
        output_figures.batch_heatmap(trace.probabilities, trace.labels, order, pair.image, text, height=MAP)
        for trace in (pair.a, pair.b)
    ]
    alts = tuple(output_words.heatmap_alt(trace.probabilities, trace.labels, text) for trace in (pair.a, pair.b))
    cells = weight_stats.pooled(stats.minus(pair.b.probabilities, pair.a.probabilities)[order].T, 10, len(order))
    return Row(
        text("Does the answer follow the digit?"),
        [
            *side_by_side("batch", maps, alts, pair, text),
            difference(
                "batch_difference",
                cells,
                (list("0123456789"), images(pair.a.labels)),
                (text("class"), text("images, ordered by label")),
                text("class %{y}, image (label) %{x}"),
                text,
            ),
        ],
        words.difference_note(cells, text),
    )


def difference(
    key: str,
    cells: weight_stats.Pooled,
    names: tuple[list[str], list[str]],
    titles: tuple[str, str],
    hover: str,
    text: Text,
) -> Picture:
    """A heatmap of B minus A; `names` are those of rows and columns, `hover` says both."""
    figure = figures.difference_map(cells, *names, titles, hover, text, height=MAP)
    return Picture(key, "B − A", figure, words.difference_alt(cells, text))


def images(labels: Array) -> list[str]:
    """`12 (3)`: each image's index in the batch and its label, in the order of the labels."""
    return [f"{image} ({labels[image]})" for image in order_by_label(labels)]
