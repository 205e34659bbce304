"""What the loss says back to every layer of a network, as read-only arrays. Numpy only."""

from dataclasses import dataclass

from netlib.trace import Array


@dataclass(frozen=True, eq=False)
class LayerGradient:
    """The gradient of the batch's mean cross-entropy at one linear layer, on a batch of n.

    With respect to weight (out, in), bias (out,), before (n, out): its pre-activations, and after (n, out): what leaves
    its activation. None for the `after` of `output`: the loss is computed from the logits, nothing hangs on the
    probabilities. All float32 and read-only; where the signal overflows, inf or nan.
    """

    name: str
    weight: Array
    bias: Array
    before: Array
    after: Array | None


@dataclass(frozen=True, eq=False)
class Gradients:
    """The mean cross-entropy of a batch in nats, and its gradient at every layer, first to last."""

    loss: float
    layers: tuple[LayerGradient, ...]

    def layer(self, name: str) -> LayerGradient:
        """The layer of this name; raises `KeyError`."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)

    @property
    def nbytes(self) -> int:
        """Memory of all arrays together, in bytes."""
        arrays = [array for layer in self.layers for array in (layer.weight, layer.bias, layer.before, layer.after)]
        return sum(array.nbytes for array in arrays if array is not None)
