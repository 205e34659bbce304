"""The types that hold a network's gradients."""

import dataclasses

import numpy as np
import pytest

from netlib.gradients import Gradients, LayerGradient


def layer(name, *, is_output=False):
    after = None if is_output else np.zeros((2, 3), np.float32)
    return LayerGradient(
        name, np.zeros((3, 4), np.float32), np.zeros(3, np.float32), np.zeros((2, 3), np.float32), after
    )


GRADIENTS = Gradients(2.3, (layer("fc1"), layer("output", is_output=True)))


def test_a_layer_is_found_by_its_name():
    assert GRADIENTS.layer("output") is GRADIENTS.layers[1]
    with pytest.raises(KeyError, match="fc9"):
        GRADIENTS.layer("fc9")


def test_memory_counts_what_is_there():
    assert GRADIENTS.nbytes == 4 * ((12 + 3 + 6 + 6) + (12 + 3 + 6))


def test_gradients_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        GRADIENTS.loss = 0.0
