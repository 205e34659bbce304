"""One unit: what it adds up for an image, what it feeds, what it answers to; and what a touch changes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from netlib.bounds import CLASSES, INPUTS
from netlib.stats.outputs import cross_entropy
from netlib.trace import Array, Trace

DIGITS = 4
"""Significant digits of the largest number of a sum on paper; all others stand in the same columns."""

TERMS = 6
FED = 12
EXCITING = 8


@dataclass(frozen=True, eq=False)
class Neuron:
    """A unit on one image: weights and inputs (in,), bias, and the numbers before and after its activation.

    `source` is the layer that it hears, "" where that are the 784 pixels. Of `output`, `before` is the logit and
    `after` the probability.
    """

    layer: str
    unit: int
    source: str
    activation: str
    weights: Array
    inputs: Array
    bias: float
    before: float
    after: float

    @property
    def is_output(self) -> bool:
        """Whether it is one of the ten classes."""
        return self.activation == "softmax"

    @property
    def products(self) -> Array:
        """What each input adds, w x, in float64 (in,)."""
        with np.errstate(invalid="ignore"):  # zero times what is beyond float32
            found: Array = self.weights.astype(np.float64) * self.inputs
        return found


def look_into(trace: Trace, layer: str, unit: int, image: int) -> Neuron:
    """The unit on an image of the batch; raises `KeyError` for a layer, `IndexError` for a unit that is not there."""
    found = trace.layer(layer)
    index = trace.layers.index(found)
    return Neuron(
        layer=layer,
        unit=unit,
        source=trace.layers[index - 1].name if index else "",
        activation=found.activation,
        weights=found.weight[unit],
        inputs=trace.inputs_of(layer)[image],
        bias=float(found.bias[unit]),
        before=float(found.before[image, unit]),
        after=float(found.after[image, unit]),
    )


@dataclass(frozen=True)
class Paper:
    """Terms and their total as whole numbers of 10^exponent each, so that they add up on paper exactly."""

    terms: tuple[int, ...]
    total: int
    exponent: int


def on_paper(terms: Sequence[float], total: float) -> Paper | None:
    """Rounds terms and their total to the same columns; None where one of them is not a number that can be written.

    Each term is rounded down or up, those nearest to the next column up first, until they add up to the rounded
    total: the method of the largest remainder, by which seats are shared out among parties.
    """
    largest = max(abs(number) for number in (*terms, total)) if terms else abs(total)
    if not all(map(math.isfinite, (*terms, total))):
        return None
    exponent = (math.floor(math.log10(largest)) if largest > 0 else 0) - DIGITS + 1
    exponent = max(exponent, -300)
    unit = 10.0**exponent
    sought = round(total / unit)
    low = [math.floor(term / unit) for term in terms]
    missing = sought - sum(low)
    order = sorted(range(len(terms)), key=lambda i: low[i] - terms[i] / unit)
    each, more = divmod(missing, len(terms)) if terms else (0, 0)
    for place, index in enumerate(order):
        low[index] += each + (place < more)
    return Paper(tuple(low), sought, exponent)


@dataclass(frozen=True, eq=False)
class Sum:
    """A weighted sum: the inputs that add most, in this order, what all others add, the bias, the total.

    `paper` has the terms largest inputs, others where there are any, bias; None beyond float32.
    """

    largest: Array
    others: int
    paper: Paper | None


def weighted_sum(neuron: Neuron, most: int = TERMS) -> Sum:
    """What the unit adds up; inputs that add nothing are among the others."""
    products = neuron.products
    if not np.isfinite(products).all() or not math.isfinite(neuron.before):
        return Sum(np.zeros(0, np.int64), len(products), None)
    order = np.argsort(-np.abs(products), kind="stable")[:most]
    largest = order[products[order] != 0]
    others = len(products) - len(largest)
    terms = [float(product) for product in products[largest]]
    if others:
        # The total is float32's, as everywhere; its rounding, a millionth part, goes to the sum of hundreds.
        terms.append(neuron.before - neuron.bias - math.fsum(terms))
    return Sum(largest, others, on_paper([*terms, neuron.bias], neuron.before))


@dataclass(frozen=True, eq=False)
class Fed:
    """What a unit gives to the next layer: the units that get most, their weights, what each gets; (k,) each."""

    layer: str
    units: Array
    weights: Array
    given: Array
    total: int


def fed(trace: Trace, neuron: Neuron, most: int = FED) -> Fed | None:
    """The units that the unit feeds, those that get most first, or by weight where it is silent; None for `output`."""
    if neuron.is_output:
        return None
    following = trace.layers[trace.layers.index(trace.layer(neuron.layer)) + 1]
    weights = following.weight[:, neuron.unit].astype(np.float64)
    with np.errstate(invalid="ignore"):
        given = weights * neuron.after
    by = np.abs(given) if neuron.after else np.abs(weights)
    units = np.argsort(-by, kind="stable")[:most]
    return Fed(following.name, units, weights[units], given[units], len(weights))


@dataclass(frozen=True, eq=False)
class Response:
    """A unit's answers over the batch (n,): logits of `output`, else activations; by digit mean, std, count (10,).

    Mean and std are nan where the batch has no such digit, or an answer is beyond float32.
    """

    answers: Array
    labels: Array
    mean: Array
    std: Array
    count: Array

    @property
    def is_silent(self) -> bool:
        """Whether it answers exactly zero to every image."""
        return not np.any(self.answers)


def response(trace: Trace, layer: str, unit: int) -> Response:
    """What the unit answers to each image, and to each digit."""
    found = trace.layer(layer)
    answers = (found.before if found.is_output else found.after)[:, unit]
    mean, std = np.full(CLASSES, np.nan), np.full(CLASSES, np.nan)
    for digit in np.unique(trace.labels):
        mine = answers[trace.labels == digit].astype(np.float64)
        if np.isfinite(mine).all():
            mean[digit], std[digit] = mine.mean(), mine.std()
    return Response(answers, trace.labels, mean, std, np.bincount(trace.labels, minlength=CLASSES))


def exciting(trace: Trace, layer: str, unit: int, most: int = EXCITING) -> Array:
    """The images that the unit answers most to, the strongest first; where answers are equal, by pre-activation."""
    found = trace.layer(layer)
    after = (found.before if found.is_output else found.after)[:, unit]
    before = found.before[:, unit]
    order: Array = np.lexsort((-before, -after))
    return order[:most]


def as_pixels(trace: Trace, layer: str, unit: int) -> Array:
    """A unit's weights as a picture of the input, float64 (784,): for the first layer the weights themselves.

    For a later one the sum of what the units before it look for, each times its weight, back to the pixels: what the
    unit would look for if there were no activations between.
    """
    index = trace.layers.index(trace.layer(layer))
    row: Array = trace.layers[index].weight[unit].astype(np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        for before in trace.layers[:index][::-1]:
            row = row @ before.weight.astype(np.float64)
    return row


def strongest(trace: Trace, layer: str, image: int) -> int:
    """The unit that answers an image most strongly; the first where none is a number."""
    answers = np.abs(trace.layer(layer).after[image])
    return int(np.nan_to_num(answers, nan=-1.0).argmax())


@dataclass(frozen=True)
class Score:
    """How well some digits are told: mean cross-entropy in nats, nan beyond float32, and how many of them are right."""

    cross_entropy: float
    correct: int
    count: int

    @property
    def accuracy(self) -> float:
        """The share that is right."""
        return self.correct / self.count


def score(logits: Array, labels: Array) -> Score:
    """The score of logits (n, 10) for labels (n,)."""
    with np.errstate(invalid="ignore"):
        loss = float(cross_entropy(logits, labels).mean())
    return Score(loss, int((logits.argmax(axis=1) == labels).sum()), len(labels))


def pixel(index: int) -> tuple[int, int]:
    """Row and column of an input of the first layer."""
    side = math.isqrt(INPUTS)
    return divmod(index, side)
