"""What the Compare page shows of the layer looked at: its activations and its weights, A beside B, and B minus A."""

import numpy as np

from netlib.figures import theme
from netlib.figures import weights as weight_figures
from netlib.figures.activation_map import activation_map
from netlib.figures.tiles import unit_tiles
from netlib.i18n import Text
from netlib.stats import weights as weight_stats
from netlib.stats.compare import coarse, coarse_map, map_difference, minus
from netlib.views import Picture
from netlib.views.compare import HEIGHT, MAP, Pair, Row, Strip, difference, images, side_by_side
from netlib.words import activations as activation_words
from netlib.words import compare as words
from netlib.words import weights as weight_words

_UNITS = 5


def activations(pair: Pair, text: Text) -> list[Row]:
    """The layer looked at, units by images, in both, and the difference where both have as many units."""
    a, b = pair.layers
    labels = pair.a.labels
    maps = [activation_map(coarse_map(layer, labels), labels, pair.image, text, height=MAP) for layer in (a, b)]
    summaries = pair.effect.a.signal.layer(a.name), pair.effect.b.signal.layer(b.name)
    alts = (activation_words.map_alt(summaries[0], text), activation_words.map_alt(summaries[1], text))
    shown = side_by_side("map", maps, alts, pair, text)
    question = text("Which units of {layer} answer to which images?", layer=pair.layer)
    if reason := pair.apart(a.after, b.after, text):
        return [Row(question, shown, reason)]
    cells = map_difference(a, b, labels)
    picture = difference(
        "map_difference",
        cells,
        (_numbered(len(a.bias)), images(labels)),
        (text("units, by index"), text("images, ordered by label")),
        text("unit %{y}, image (label) %{x}"),
        text,
    )
    return [Row(question, [*shown, picture], words.difference_note(cells, text))]


def weights(pair: Pair, text: Text) -> list[Row]:
    """How the layer's weights are spread in both; where they are no pictures, the matrices and their difference."""
    (a, b), (spec_a, spec_b) = pair.layers, pair.specs
    binned = [weight_stats.histogram(a.weight, spec_a.weight_distribution)]
    binned.append(weight_stats.histogram(b.weight, spec_b.weight_distribution))
    histograms = [
        weight_figures.histogram(
            histogram,
            spec.weight_init.scheme,
            theme.SIZE,
            text("weight value"),
            text,
            height=HEIGHT,
        )
        for histogram, spec in zip(binned, (spec_a, spec_b), strict=True)
    ]
    # A share of all on one number is no density: two such axes have nothing in common.
    of_one_kind = (binned[0].spike_share == 1) == (binned[1].spike_share == 1)
    alts = tuple(
        weight_words.histogram_alt(spec, weight_stats.moments(layer.weight), text)
        for layer, spec in ((a, spec_a), (b, spec_b))
    )
    rows = [
        Row(
            text("How are the weights of {layer} spread?", layer=pair.layer),
            side_by_side("histogram", histograms, alts, pair, text, ("xaxis", "yaxis") if of_one_kind else ("xaxis",)),
            "" if pair.b_layer == pair.layer else words.other_layer(pair.layer, pair.b_layer, text),
        )
    ]
    return [*rows, _units(pair, text) if pair.sees_pixels else _matrices(pair, text)]


def _matrices(pair: Pair, text: Text) -> Row:
    (a, b), (spec_a, spec_b) = pair.layers, pair.specs
    cells = [coarse(layer.weight) for layer in (a, b)]
    drawn = [weight_figures.matrix(each, False, text, height=HEIGHT) for each in cells]
    alts = (weight_words.matrix_alt(cells[0], spec_a, text), weight_words.matrix_alt(cells[1], spec_b, text))
    shown = side_by_side("matrix", drawn, alts, pair, text)
    question = text("Is there a pattern in the matrix of {layer}?", layer=pair.layer)
    if reason := pair.apart(a.weight, b.weight, text):
        return Row(question, shown, reason)
    between = coarse(minus(b.weight, a.weight))
    picture = Picture(
        "matrix_difference",
        "B − A",
        weight_figures.matrix(between, False, text, height=HEIGHT),
        words.difference_alt(between, text),
    )
    return Row(question, [*shown, picture], words.difference_note(between, text))


def _units(pair: Pair, text: Text) -> Row:
    """The first units of both as pictures, and unit by unit B minus A, with one colour for one number."""
    a, b = (layer.weight for layer in pair.layers)
    shown = np.arange(min(_UNITS, len(a), len(b)))
    drawn = [("a", pair.label("A"), a[shown]), ("b", pair.label("B"), b[shown])]
    if pair.b_layer == pair.layer:
        drawn.append(("difference", "B − A", minus(b[shown], a[shown])))
    limit = max(float(np.abs(numbers).max()) for _, _, numbers in drawn)
    strips = []
    for key, heading, numbers in drawn:
        norms = weight_stats.unit_norms(numbers)
        labels = [weight_words.unit_label(int(unit), float(norms[unit]), text) for unit in shown]
        png = unit_tiles(numbers, shown, labels, limit, text)
        strips.append(Strip(key, heading, png, words.alt(heading, weight_words.units_alt(shown, norms, text), text)))
    return Row(
        text("What do the first units of {layer} look for?", layer=pair.layer),
        note=words.units_note(text),
        strips=strips,
    )


def _numbered(count: int) -> list[str]:
    return [str(index) for index in range(count)]
