"""What a sweep will cost: networks counted, work reckoned from shapes, seconds from a measured sample. No torch.

Work is in seconds of an imagined worker: what is measured of a sample is how many of ours go into one of those.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from netlib.bounds import CLASSES, INPUTS, count_parameters
from netlib.problem import Problem
from netlib.sweep.spec import ShortTraining, Sweep, Task

FLOPS = 8e10
DRAW = 4.5e-9
"""Seconds a weight; a scheme that decomposes matrices has those products on top."""

_DENSE = {"orthogonal": 9.0}
_TASK, _TASK_LAYER, _TASK_STEP = 2e-3, 2e-4, 4e-4
"""Seconds for all seeds of a network together: calls, not numbers."""

_NETWORK, _LAYER, _STEP_LAYER, _PARAMETER_STEP = 6e-5, 2e-5, 1e-5, 1e-9
_TRAINING_DIGITS = {"bundled": 4_000, "full": 50_000}
_HELD_OUT = 1_000
_SAMPLE = 24


@dataclass(frozen=True)
class Estimate:
    """What a sweep would take: its networks, seconds until it is done (None while that is measured), and workers.

    problem: why nothing could be measured; away: because the scheduler cannot be reached.
    """

    networks: int
    seconds: float | None
    workers: int
    problem: Problem | None = None
    away: bool = False


def count(sweep: Sweep) -> int:
    """The networks of a sweep, by arithmetic alone; without hidden layers all activations are one network."""
    architectures = sweep.architectures()
    weights = len(sweep.sigma_w or sweep.weight_init)
    biases = len(sweep.sigma_b or sweep.bias_init)
    bare = () in architectures
    return ((len(architectures) - bare) * len(sweep.activation) + bare) * weights * biases * sweep.seeds


def work(sweep: Sweep) -> float:
    """The work of all its networks, without listing them."""
    schemes = ["normal"] * len(sweep.sigma_w) or [init.scheme for init in sweep.weight_init]
    biases = len(sweep.sigma_b or sweep.bias_init)
    found = 0.0
    for sizes in sweep.architectures():
        each = _passes(sizes, sweep.batch.size) + _training(sizes, sweep.training, sweep.batch.source)
        fills = sum(_fills(sizes, (scheme,) * (len(sizes) + 1)) for scheme in schemes)
        networks = (each * len(schemes) + fills) * sweep.seeds + len(schemes) * _calls(
            sizes, sweep.training, sweep.batch.source
        )
        found += networks * biases * (len(sweep.activation) if sizes else 1)
    return found


def work_of(task: Task) -> float:
    """The work of one task."""
    sizes = task.network.hidden_sizes
    schemes = [layer.weight_init.scheme for layer in task.network.layers]
    each = _passes(sizes, task.batch.size) + _training(sizes, task.training, task.batch.source) + _fills(sizes, schemes)
    return each * len(task.seeds) + _calls(sizes, task.training, task.batch.source)


def kind(sweep: Sweep) -> tuple[object, ...]:
    """Sweeps of one kind take about as long for the same work: what is measured of one serves the other."""
    training = None if sweep.training is None else (sweep.training.optimizer, sweep.training.batch_size)
    schemes = frozenset(init.scheme for init in sweep.weight_init if init.scheme in _DENSE)
    size = round(math.log2(work(sweep) / max(count(sweep), 1)))
    return training, sweep.batch.source, sweep.activation, schemes, size, min(sweep.seeds, 16)


def sample(sweep: Sweep, most: float = 1.0) -> Iterator[Task]:
    """Tasks to measure a sweep by, spread over its grid; the dearest first, no more seeds or epochs each than needed.

    most: work in one of them, where one network is not more than that.
    """
    tasks = list(_spread(sweep))
    tasks.sort(key=work_of, reverse=True)
    for task in [*tasks[:1], *tasks[-1:], *tasks[1:-1]]:
        short = replace(task, training=replace(task.training, epochs=1)) if task.training else task
        each = work_of(short) / len(short.seeds)
        yield replace(short, seeds=short.seeds[: max(1, int(most / each))])


def _spread(sweep: Sweep) -> Iterator[Task]:
    """A few tasks of the grid, spread evenly, without making all of them."""
    lists: Sequence[Sequence[object]] = [getattr(sweep, name) for name in _LISTS]
    longest = max(len(each) for each in lists)
    for index in range(min(_SAMPLE, longest)):
        # each list at its own pace, so that long ones are seen from end to end and short ones in turn
        place = index / max(min(_SAMPLE, longest) - 1, 1)
        chosen = {
            name: (each[round(place * (len(each) - 1)) if len(each) > _SAMPLE // 4 else index % len(each)],)
            for name, each in zip(_LISTS, lists, strict=True)
            if each
        }
        yield from replace(sweep, **chosen).tasks()  # type: ignore[arg-type]


_LISTS = ("hidden_sizes", "depth", "width", "activation", "weight_init", "sigma_w", "bias_init", "sigma_b")


def _passes(sizes: tuple[int, ...], images: int) -> float:
    return _NETWORK + _LAYER * (len(sizes) + 1) + 6 * images * count_parameters(sizes) / FLOPS


def _fills(sizes: tuple[int, ...], schemes: Iterable[str]) -> float:
    found = 0.0
    for (fan_in, fan_out), scheme in zip(pairwise((INPUTS, *sizes, CLASSES)), schemes, strict=True):
        found += fan_in * fan_out * (DRAW + _DENSE.get(scheme, 0.0) * min(fan_in, fan_out) / FLOPS)
    return found


def _calls(sizes: tuple[int, ...], training: ShortTraining | None, source: str) -> float:
    """What all seeds share."""
    return _TASK + _TASK_LAYER * (len(sizes) + 1) + _TASK_STEP * _steps(training, source)


def _training(sizes: tuple[int, ...], training: ShortTraining | None, source: str) -> float:
    if training is None:
        return 0.0
    parameters = count_parameters(sizes)
    step = _STEP_LAYER * (len(sizes) + 1) + parameters * (6 * training.batch_size / FLOPS + _PARAMETER_STEP)
    return _steps(training, source) * step + training.epochs * 2 * _HELD_OUT * parameters / FLOPS


def _steps(training: ShortTraining | None, source: str) -> int:
    return 0 if training is None else training.epochs * math.ceil(_TRAINING_DIGITS[source] / training.batch_size)
