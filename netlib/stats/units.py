"""Which units work: saturated, dead for the whole batch; which images leave a layer silent."""

import numpy as np

from netlib.activations import ACTIVATIONS
from netlib.trace import Array, LayerTrace, Trace


def dead_units(layer: LayerTrace) -> Array:
    """True for a unit whose activation is exactly zero for every image of the batch, (out,)."""
    dead: Array = ~layer.after.any(axis=0)
    return dead


def silent_images(layer: LayerTrace) -> Array:
    """True for an image that leaves every unit of the layer at exactly zero, (n,)."""
    silent: Array = ~layer.after.any(axis=1)
    return silent


def saturated_share(layer: LayerTrace) -> float:
    """The share of pre-activations where the slope is below 5 % of the activation's steepest one."""
    return float(ACTIVATIONS[layer.activation].saturated(layer.before).mean())


def count_dead(trace: Trace) -> tuple[int, int]:
    """How many hidden units never fire on this batch, and how many hidden units there are."""
    masks = [dead_units(layer) for layer in trace.hidden]
    return int(sum(mask.sum() for mask in masks)), int(sum(len(mask) for mask in masks))


def never_fires_applies(trace: Trace) -> bool:
    """Whether any activation of the network can be exactly zero over a range: with the others no unit is ever silent."""
    return any(layer.activation == "relu" for layer in trace.hidden)


def sizes_shown(units: int, most: int) -> Array:
    """Indices of the units that a drawing shows: all, or the first and the last ones around an ellipsis."""
    if units <= most:
        return np.arange(units)
    first = (most + 1) // 2
    return np.concatenate([np.arange(first), np.arange(units - (most - first), units)])
