"""The numbers of a task's networks: a pure function of the task, whoever computes it. Needs torch."""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import torch

from netlib.digits import sample
from netlib.ensemble import Data, Stack, draw_biases, draw_weights, measure
from netlib.network import one_thread
from netlib.spec import BatchSpec, NetworkSpec
from netlib.stats.diagnosis import Measured, kinds
from netlib.sweep import rows
from netlib.sweep.short_training import train
from netlib.sweep.spec import Task
from netlib.trace import Array
from netlib.training.material import material

CHUNK_BYTES = 64 * 2**20
"""Weights, and what an optimiser keeps of them, that are held at once."""

CACHED_BYTES = 2**17
"""So large may one layer's signal of all networks at once be: what stays in a core's cache is much quicker."""

MOST_TRAINED = 16
"""So many networks are trained at once: each has a batch of digits of its own, which has to stay near, too."""


def evaluate(*tasks: Task) -> pd.DataFrame:
    """One row a seed, task after task, in the columns of `netlib.sweep.rows`.

    A pure function of the tasks: a network's row has the same bits in any process, whatever ran before, and whichever
    other seeds and tasks go with it. The weights are those of `netlib.network.build`, and the numbers those of
    `netlib.stats.flow` up to the order of sums. Raises `Problem` where the digits are not here.
    """
    parts = [(_columns(task), len(task.seeds)) for task in tasks if task.seeds]
    return rows.table(*parts) if parts else rows.empty()


def _columns(task: Task) -> dict[str, Any]:
    with one_thread():
        data = _data(task.batch)
        found = [_evaluated(task, seeds, data) for seeds in chunks(task)]
    return {**rows.given(task), **{name: np.concatenate([each[name] for each in found]) for name in found[0]}}


@lru_cache(maxsize=4)
def _data(batch: BatchSpec) -> Data:
    return Data.of(sample(batch), filled=True)


def chunks(task: Task) -> Iterator[Sequence[int]]:
    """The seeds of a task that are worked on together."""
    widest = max(layer.fan_out for layer in task.network.layers)
    weights, images, most = 4 * task.network.parameters, task.batch.size, len(task.seeds)
    if task.training is not None:
        weights, images, most = 4 * weights, task.training.batch_size, MOST_TRAINED
    most = max(min(CACHED_BYTES // (4 * images * widest), CHUNK_BYTES // weights, most), 1)
    most = -(-len(task.seeds) // -(-len(task.seeds) // most)) if task.seeds else most  # as even as can be
    for start in range(0, len(task.seeds), most):
        yield task.seeds[start : start + most]


def _evaluated(task: Task, seeds: Sequence[int], data: Data) -> dict[str, Array]:
    layers = task.network.layers
    if len(seeds) == 1 and 1 in task.network.hidden_sizes:
        # A lone matrix of one column is multiplied in another way than among others.
        return {name: values[:1] for name, values in _evaluated(task, [*seeds, *seeds], data).items()}
    stacks = [
        Stack(layer.activation, draw_weights(layer, layer.weight_distribution, seeds), draw_biases(layer, seeds))
        for layer in layers
    ]
    columns = _at_start(task.network, stacks, data)
    if task.training is None:
        nothing = np.full(len(seeds), math.nan)
        return {
            **columns,
            **dict.fromkeys(("loss", "held_out_accuracy", "steps_to_threshold"), nothing),
            "diverged": np.full(len(seeds), False),
        }
    tensors = [(stack.weight, stack.bias) for stack in stacks]
    return {**columns, **vars(train(task.network, task.training, seeds, tensors, material(task.batch.source)))}


def _at_start(network: NetworkSpec, stacks: Sequence[Stack], data: Data) -> dict[str, Array]:
    """The columns of what is measured before any training."""
    numbers = measure(stacks, data, whole=False)
    layers, outputs = numbers.layers, numbers.outputs
    overflows = np.isnan(layers["second_moment"])
    correlation = np.full(overflows.shape, math.nan)
    correlation[:, -1:] = layers["correlation"]
    gradient = layers["weight_gradient"]
    lost = np.where(overflows.any(axis=1, keepdims=True), math.nan, math.inf)
    gradient = np.where(np.isfinite(gradient), gradient, lost)
    measured = Measured(
        activations=tuple(layer.activation for layer in network.layers),
        units=tuple(layer.fan_out for layer in network.layers),
        images=data.count,
        second_moment=layers["second_moment"],
        overflows=overflows,
        symmetric=_symmetric(stacks),
        correlation=correlation,
        saturated=layers["saturated"],
        dead=layers["dead"],
        weight_gradient=gradient,
        top_probability=outputs["top_probability"],
    )
    return {
        "signal": np.sqrt(layers["second_moment"]),
        "gradient": gradient,
        "signal_ratio": measured.signal,
        "gradient_ratio": measured.gradient,
        "entropy": outputs["entropy"],
        "cross_entropy": outputs["cross_entropy"],
        "dead": _over_units(layers["dead"], measured.units),
        "saturated": _over_units(layers["saturated"], measured.units),
        "verdict": np.array(kinds(measured), dtype=object),
    }


def _symmetric(stacks: Sequence[Stack]) -> Array:
    """Which layers of which networks have units that are all equal, and listened to equally, (seeds, layers)."""
    seeds = len(stacks[0].weight)
    found = np.full((seeds, len(stacks)), False)
    for place, (stack, after) in enumerate(pairwise(stacks)):
        weight, bias, heard = stack.weight, stack.bias, after.weight
        if weight.shape[1] < 2:
            continue
        # Two units tell nearly all networks that are not; the others are looked at as a whole.
        alike = (weight[:, 0] == weight[:, 1]).all(dim=1)
        for seed in torch.nonzero(alike).flatten().tolist():
            found[seed, place] = (
                (weight[seed] == weight[seed, :1]).all()
                and (bias[seed] == bias[seed, :, :1]).all()
                and (heard[seed] == heard[seed, :, :1]).all()
            )
    return found


def _over_units(shares: Array, units: tuple[int, ...]) -> Array:
    """The share of all hidden units, from each layer's; nan without hidden layers."""
    hidden = np.array(units[:-1], dtype=np.float64)
    return shares[:, :-1] @ hidden / hidden.sum() if hidden.size else np.full(len(shares), math.nan)
