"""What the lesson's pictures show, in float64 with numpy alone: sums along an axis, a sweep of widths, collapse."""

from dataclasses import dataclass

import numpy as np

from netlib.activations import ACTIVATIONS
from netlib.spec import Init, NetworkSpec
from netlib.stats.outputs import cross_entropy, entropy, log_softmax
from netlib.trace import Array, Trace, frozen

STDS: tuple[float, ...] = tuple(float(f"{10**exponent:.2g}") for exponent in np.linspace(-3, 1, 41))
"""The widths of the sweep, 0.001 to 10, evenly on a logarithmic axis."""

EXERCISE_1 = NetworkSpec((256,), "sigmoid", Init("normal", std=1.0), Init("normal", std=1.0))
_AT_LEAST, _AT_MOST, _WORK = 8, 64, 25_000_000


@dataclass(frozen=True, eq=False)
class AxisSoftmax:
    """exp(logits) over its sums along one axis: values (n, 10), what its rows (n,) and columns (10,) add up to."""

    dim: int
    values: Array
    row_sums: Array
    column_sums: Array


def axis_softmax(logits: Array, dim: int) -> AxisSoftmax:
    """Softmax of finite logits (n, 10) along `dim` 0 or 1, in float64."""
    exact = logits.astype(np.float64)
    values = np.exp(log_softmax(exact) if dim == 1 else log_softmax(exact.T).T)
    return AxisSoftmax(dim, values, values.sum(axis=1), values.sum(axis=0))


@dataclass(frozen=True, eq=False)
class Sweep:
    """One network at each width of `stds`: mean top probability, mean entropy in nats, mean cross-entropy in nats."""

    stds: Array
    top: Array
    entropy: Array
    cross_entropy: Array

    @property
    def nbytes(self) -> int:
        """Memory, in bytes."""
        return 4 * self.stds.nbytes


def unit_normal(network: NetworkSpec) -> NetworkSpec:
    """The same sizes, activations and seed with weights from N(0, 1) and biases of zero: where a sweep starts."""
    return NetworkSpec(network.hidden_sizes, network.activation, Init("normal", std=1.0), Init("zeros"), network.seed)


def sweep(at_one: Trace, stds: tuple[float, ...] = STDS) -> Sweep:
    """What a network with N(0, 1) weights and zero biases says when all its weights are scaled by each std.

    A normal number of width std is std times one of width 1, so one draw serves all widths. Up to 64 images,
    fewer for a network so large that this would take seconds.
    """
    count = max(_AT_LEAST, min(_AT_MOST, _WORK // sum(layer.weight.size for layer in at_one.layers)))
    inputs = at_one.inputs[:count].astype(np.float64)
    labels = at_one.labels[:count]
    weights = [(layer.weight.astype(np.float64), layer.activation) for layer in at_one.layers]
    first = inputs @ weights[0][0].T
    rows = []
    for std in stds:
        signal = std * first
        for index, (_, activation) in enumerate(weights[:-1]):
            signal = std * (ACTIVATIONS[activation].function(signal) @ weights[index + 1][0].T)
        chances = np.exp(log_softmax(signal))
        rows.append((chances.max(axis=1).mean(), entropy(chances).mean(), cross_entropy(signal, labels).mean()))
    columns = np.array(rows, dtype=np.float64).T
    return Sweep(frozen(np.array(stds)), *(frozen(column) for column in columns))


@dataclass(frozen=True, eq=False)
class Collapse:
    """A stack of layers as one: matrix (10, 784), bias (10,), and what each says to a batch, (n, 10) in float64.

    `difference` is the largest one between the two, as a share of the largest logit of the stack.
    """

    matrix: Array
    bias: Array
    stacked: Array
    single: Array
    difference: float


def collapse(trace: Trace, activation: str) -> Collapse:
    """The trace's weights with this activation between the layers, and the one matrix that equals them without any."""
    matrix, bias = np.eye(trace.inputs.shape[1]), np.zeros(trace.inputs.shape[1])
    signal = trace.inputs.astype(np.float64)
    for index, layer in enumerate(trace.layers):
        weight = layer.weight.astype(np.float64)
        matrix = weight if index == 0 else weight @ matrix
        bias = weight @ bias * (index > 0) + layer.bias
        signal = signal @ weight.T + layer.bias
        if not layer.is_output:
            signal = ACTIVATIONS[activation].function(signal)
    single = trace.inputs.astype(np.float64) @ matrix.T + bias
    largest = float(np.abs(signal).max())
    difference = float(np.abs(signal - single).max()) / largest if largest else float(np.abs(single).max() > 0)
    return Collapse(matrix, bias, signal, single, difference)


def saturated_share(trace: Trace) -> float:
    """The share of the first hidden layer's answers on a batch whose slope is below 5 % of the steepest."""
    layer = trace.layers[0]
    return float(ACTIVATIONS[layer.activation].saturated(layer.before).mean())


def histogram(values: Array, low: float, high: float, bins: int) -> tuple[Array, Array]:
    """Bin centres (bins,) and the share of all values in each (bins,)."""
    counts, edges = np.histogram(values, bins, (low, high))
    return (edges[:-1] + edges[1:]) / 2, counts / max(values.size, 1)


def trap_rows(name: str, logits: Array) -> tuple[Array, Array] | None:
    """Ten numbers from a trap and from its cure, for those whose numbers deceive; None for the others.

    `logits` (n, 10) with n of at least 10. Square: what ten rows add up to; the others: one image's probabilities.
    """
    exact = logits.astype(np.float64)
    right = np.exp(log_softmax(exact))
    if name == "square":
        numerators = np.exp(exact[:10])
        return (numerators / numerators.sum(axis=1)).sum(axis=1), right[:10].sum(axis=1)
    if name == "ones":
        return np.ones(10), right[0]
    if name == "overflow":
        return np.zeros(10), np.exp(log_softmax(np.arange(100.0, 110.0)[np.newaxis]))[0]
    if name == "double_softmax":
        certain = np.eye(10)[:1]
        return np.exp(log_softmax(certain))[0], certain[0]
    if name == "no_dim":  # with three axes torch takes the first: down the images
        return np.exp(log_softmax(exact.T).T)[0], right[0]
    return None


TRAP_SHAPES: dict[str, tuple[tuple[str, tuple[int, ...]], ...]] = {
    "column": (("a", (64, 10)), ("b", (64,))),
    "in_place": (("images", (64, 1, 784)),),
    "not_flattened": (("images", (64, 1, 28, 28)), ("W", (128, 784))),
    "repeated_key": (("fc1", (128,)), ("relu", (128,)), ("fc2", (64,)), ("output", (10,))),
    "transposed": (("x", (64, 784)), ("W", (128, 784))),
}
"""The shapes that meet in the traps that are about shapes; for the repeated key, the parts that are left."""
