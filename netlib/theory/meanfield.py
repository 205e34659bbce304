"""What theory expects of a network at its start: how large the signal is, how alike two images are, and the gradient.

In a wide layer a pre-activation is a sum of many independent terms, so over draws of the weights it is normal, and two
numbers say all of it: its second moment q, and the correlation c between two images. Each layer maps them to the next
one's (Poole et al. 2016); errors come back by the same factors chi (Schoenholz et al. 2017). With relu's or the
identity's integrals these maps are the rules of He et al. 2015 and Glorot and Bengio 2010.
"""

import math
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from netlib.distributions import Constant, Distribution, SparseNormal, UnitVectorEntry
from netlib.spec import LayerSpec, NetworkSpec
from netlib.theory import integrals
from netlib.trace import Array

# Below this many independent terms a sum is not very normal, and luck moves a layer's q by more than a quarter.
NARROW = 32


class Reason(Enum):
    """Why theory says nothing of a layer and of those after it; `words.theory` has the sentences."""

    EQUAL_WEIGHTS = "equal weights"
    ZERO_WEIGHTS = "zero weights"


class Note(Enum):
    """What to bear in mind where theory does apply."""

    NARROW = "narrow"
    SPARSE = "sparse"
    ORTHOGONAL = "orthogonal"
    SHIFTED = "shifted"


@dataclass(frozen=True)
class LayerTheory:
    """What is expected of one layer; None where theory does not apply.

    sigma_w2 = fan_in Var(w) and sigma_b2 = Var(b); mean: of the pre-activations, the constant bias. q: second moment of
    the pre-activations over units and images; c: correlation of two images' pre-activations, E[z_a z_b] / q, None where
    q is 0 or no correlation was given. chi = sigma_w2 E[f'(z)^2] with the z and f of the layer before (f' = 1 for the
    pixels): the factor by which a small difference between two images grows on its way into this layer.

    backward: mean square of the gradient of the loss by one pre-activation of this layer, divided by the last layer's;
    backward_norm: the norm of the gradient by all of them for one image, divided by the last layer's.
    reason says why it is None, in this layer and in all that follow; notes are of this layer alone.
    """

    name: str
    activation: str
    units: int
    sigma_w2: float
    sigma_b2: float
    mean: float | None = None
    q: float | None = None
    c: float | None = None
    chi: float | None = None
    backward: float | None = None
    backward_norm: float | None = None
    reason: Reason | None = None
    notes: tuple[Note, ...] = ()

    @property
    def applies(self) -> bool:
        """Whether theory says something of this layer."""
        return self.reason is None

    @property
    def variance(self) -> float | None:
        """Variance of the pre-activations over draws: q less the squared mean."""
        return None if self.q is None or self.mean is None else max(self.q - self.mean**2, 0.0)


@dataclass(frozen=True)
class MeanField:
    """What is expected of every layer, first to last, of a batch with this second moment and correlation."""

    second_moment: float
    correlation: float | None
    layers: tuple[LayerTheory, ...]

    def layer(self, name: str) -> LayerTheory:
        """The layer of this name; raises `KeyError`."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)

    @property
    def stop(self) -> LayerTheory | None:
        """The first layer of which theory says nothing; its `reason` says why. None where it holds to the end."""
        return next((layer for layer in self.layers if not layer.applies), None)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is to be borne in mind anywhere, each once."""
        applied = [note for layer in self.layers if layer.applies for note in layer.notes]
        return tuple(note for note in Note if note in applied)


@dataclass(frozen=True)
class Start:
    """Where the recursion starts: mean square of the inputs, and the mean correlation of two different ones."""

    second_moment: float
    correlation: float | None


def start_of(inputs: Array) -> Start:
    """The second moment of inputs (n, d) and the mean of x_a.x_b / d over all pairs, divided by it; float64.

    The correlation is None for one image, or where all inputs are 0.
    """
    exact = inputs.astype(np.float64)
    count = len(exact)
    squares = float(np.square(exact).sum())
    second_moment = squares / exact.size
    if count < 2 or not squares:
        return Start(second_moment, None)
    pairs = (float(np.square(exact.sum(axis=0)).sum()) - squares) / (count * (count - 1))
    return Start(second_moment, min(max(pairs / (squares / count), -1.0), 1.0))


def variance_map(activation: str, q: float, sigma_w2: float, sigma_b2: float, mean: float = 0.0) -> float:
    """V(q): the next layer's second moment where this layer's pre-activations have mean `mean` and second moment q.

    Poole et al. 2016, equation 3; the next layer's biases vary with variance sigma_b2 and have mean 0.
    """
    return sigma_w2 * integrals.second_moment(activation, mean, max(q - mean**2, 0.0)) + sigma_b2


def correlation_map(
    activation: str, q: float, c: float, sigma_w2: float, sigma_b2: float, mean: float = 0.0
) -> float | None:
    """C(c; q): the next layer's correlation of two images that have correlation c and second moment q here.

    Poole et al. 2016, equation 5. None where the next layer's second moment is 0.
    """
    after = variance_map(activation, q, sigma_w2, sigma_b2, mean)
    if not after:
        return None
    covariance = sigma_w2 * _product(activation, q, c, mean) + sigma_b2
    return _correlation(covariance, after)


def chi(activation: str, q: float, sigma_w2: float, mean: float = 0.0) -> float:
    """chi = sigma_w2 E[f'(z)^2]: how the square of a small difference grows, and of an error on its way back."""
    return sigma_w2 * integrals.squared_slope(activation, mean, max(q - mean**2, 0.0))


def mean_field(spec: NetworkSpec, second_moment: float, correlation: float | None) -> MeanField:
    """The recursion over all layers of a spec, each with its own activation, sizes and distributions.

    second_moment and correlation are those of the batch, from `start_of`. Pixels enter as an activation whose values
    are known: q of fc1 is sigma_w2 second_moment + sigma_b2.
    """
    forward = _forward(spec, second_moment, correlation)
    return MeanField(second_moment, correlation, _backward(forward))


def weight_scale(layer: LayerSpec) -> float:
    """sigma_w^2 = fan_in Var(w)."""
    return layer.fan_in * layer.weight_distribution.std**2


def bias_scale(layer: LayerSpec) -> float:
    """sigma_b^2 = Var(b); a constant bias has none: it moves the mean of all units alike."""
    return layer.bias_distribution.std**2


def reason_against(weights: Distribution) -> Reason | None:
    """Why theory says nothing behind such weights; None where they vary around 0."""
    if weights.mean:
        return Reason.EQUAL_WEIGHTS
    return None if weights.std**2 > 0 else Reason.ZERO_WEIGHTS


def _notes(layer: LayerSpec) -> tuple[Note, ...]:
    weights = layer.weight_distribution
    terms, found = float(layer.fan_in), []
    if isinstance(weights, SparseNormal):
        terms *= weights.kept
        found.append(Note.SPARSE)
    if isinstance(weights, UnitVectorEntry):
        found.append(Note.ORTHOGONAL)
    if isinstance(layer.bias_distribution, Constant) and layer.bias_distribution.value:
        found.append(Note.SHIFTED)
    if terms < NARROW or (layer.fan_out < NARROW and not layer.is_output):
        found.append(Note.NARROW)
    return tuple(note for note in Note if note in found)


def _forward(spec: NetworkSpec, second_moment: float, correlation: float | None) -> list[LayerTheory]:
    found: list[LayerTheory] = []
    reason: Reason | None = None
    for layer in spec.layers:
        reason = reason or reason_against(layer.weight_distribution)
        known = LayerTheory(layer.name, layer.activation, layer.fan_out, weight_scale(layer), bias_scale(layer))
        if reason is not None:
            found.append(replace(known, reason=reason))
            continue
        inputs, products, slopes = _inputs(found[-1] if found else None, second_moment, correlation)
        mean = layer.bias_distribution.mean
        q = known.sigma_w2 * inputs + known.sigma_b2 + mean**2
        c = None
        if products is not None and q > 0:
            c = _correlation(known.sigma_w2 * products + known.sigma_b2 + mean**2, q)
        found.append(replace(known, mean=mean, q=q, c=c, chi=known.sigma_w2 * slopes, notes=_notes(layer)))
    return found


def _inputs(
    before: LayerTheory | None, second_moment: float, correlation: float | None
) -> tuple[float, float | None, float]:
    """Second moment of what a layer receives, mean product of two images' inputs, mean squared slope behind it."""
    if before is None:
        return second_moment, None if correlation is None else correlation * second_moment, 1.0
    assert before.q is not None
    assert before.mean is not None
    variance = max(before.q - before.mean**2, 0.0)
    moment = integrals.second_moment(before.activation, before.mean, variance)
    slope = integrals.squared_slope(before.activation, before.mean, variance)
    if before.c is None:
        return moment, None, slope
    return moment, _product(before.activation, before.q, before.c, before.mean), slope


def _product(activation: str, q: float, c: float, mean: float) -> float:
    """E[f(z_a) f(z_b)] where both have second moment q, and E[z_a z_b] = c q."""
    variance = max(q - mean**2, 0.0)
    around = (c * q - mean**2) / variance if variance else 1.0
    return integrals.product(activation, mean, variance, min(max(around, -1.0), 1.0))


def _correlation(covariance: float, q: float) -> float:
    return min(max(covariance / q, -1.0), 1.0)


def _backward(forward: list[LayerTheory]) -> tuple[LayerTheory, ...]:
    """The same layers with their gradients: going back into a layer multiplies by chi and by the ratio of widths."""
    found: list[LayerTheory] = []
    mean_square: float | None = None
    for layer in reversed(forward):
        if found:
            after = found[-1]
            step = None if after.chi is None else after.units / layer.units * after.chi
            mean_square = None if mean_square is None or step is None else mean_square * step
        else:
            mean_square = 1.0 if layer.applies else None
        norm = None if mean_square is None else math.sqrt(mean_square * layer.units / forward[-1].units)
        found.append(replace(layer, backward=mean_square, backward_norm=norm))
    return tuple(reversed(found))
