"""Which units work: saturated, dead for the whole batch; which images leave a layer silent."""

import numpy as np

from netlib.stats.curves import saturated_zones
from netlib.trace import Array, LayerTrace, Trace


def dead_units(layer: LayerTrace) -> Array:
    """True for a unit whose activation is exactly zero for every image of the batch, (out,)."""
    dead: Array = np.logical_and.reduce(layer.after == 0, axis=0)
    return dead


def silent_images(layer: LayerTrace) -> Array:
    """True for an image that leaves every unit of the layer at exactly zero, (n,)."""
    silent: Array = np.logical_and.reduce(layer.after == 0, axis=1)
    return silent


def saturated_share(layer: LayerTrace) -> float | None:
    """The share of finite pre-activations where the slope is below 5 % of the activation's steepest one.

    None for `output`, whose softmax mixes ten logits and has no curve of its own, and where nothing is finite.
    """
    z = layer.before[np.isfinite(layer.before)]
    if layer.is_output or not z.size:
        return None
    flat = sum(int(((z >= start) & (z <= end)).sum()) for start, end in saturated_zones(layer.activation))
    return flat / z.size


def count_dead(trace: Trace) -> tuple[int, int]:
    """How many hidden units never fire on this batch, and how many hidden units there are."""
    masks = [dead_units(layer) for layer in trace.hidden]
    return int(sum(mask.sum() for mask in masks)), int(sum(len(mask) for mask in masks))


def sizes_shown(units: int, most: int) -> Array:
    """Indices of the units that a drawing shows: all, or the first and the last ones around an ellipsis."""
    if units <= most:
        return np.arange(units)
    first = (most + 1) // 2
    return np.concatenate([np.arange(first), np.arange(units - (most - first), units)])
