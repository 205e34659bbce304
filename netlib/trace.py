"""Everything that one batch does inside one network, as read-only arrays. Numpy only."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """One linear layer and the activation behind it, on a batch of n.

    weight (out, in), bias (out,), before (n, out): the pre-activations x W^T + b, after (n, out): what leaves it.
    For `output`, before holds the logits and after the probabilities. All float32 and read-only.
    """

    name: str
    activation: str
    weight: Array
    bias: Array
    before: Array
    after: Array

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return self.weight.size + self.bias.size

    @property
    def is_output(self) -> bool:
        """Whether its outputs are the logits."""
        return self.activation == "softmax"


@dataclass(frozen=True, eq=False)
class Trace:
    """A batch's way through a network.

    images (n, 1, 28, 28) in [-1, 1], labels (n,), logits and probabilities (n, 10); one `LayerTrace` a linear layer.
    """

    images: Array
    labels: Array
    layers: tuple[LayerTrace, ...]

    @property
    def logits(self) -> Array:
        """The last layer before softmax, (n, 10)."""
        return self.layers[-1].before

    @property
    def probabilities(self) -> Array:
        """The last layer after softmax, (n, 10); each row adds up to 1."""
        return self.layers[-1].after

    @property
    def hidden(self) -> tuple[LayerTrace, ...]:
        """The layers before `output`."""
        return self.layers[:-1]

    @property
    def inputs(self) -> Array:
        """The images flattened to (n, 784): what `fc1` sees."""
        return self.images.reshape(len(self.images), -1)

    def layer(self, name: str) -> LayerTrace:
        """The layer of this name; raises `KeyError`."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)

    def inputs_of(self, name: str) -> Array:
        """What the layer of this name receives, (n, in); raises `KeyError`."""
        index = self.layers.index(self.layer(name))
        return self.layers[index - 1].after if index else self.inputs

    @property
    def nbytes(self) -> int:
        """Memory of all arrays together, in bytes."""
        arrays = [self.images, self.labels]
        for layer in self.layers:
            arrays += [layer.weight, layer.bias, layer.before, layer.after]
        return sum(array.nbytes for array in arrays)


def frozen(array: Array) -> Array:
    """The same numbers where nobody can write: a contiguous array whose `writeable` flag is off."""
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array
