"""What is kept between runs and shared by all visitors: read-only results, keyed by frozen specs, bounded in bytes."""

import hashlib
from dataclasses import replace
from threading import Condition
from typing import Any

from cachetools import LRUCache, cached
from cachetools.keys import hashkey

from netlib import backward, digits, forward, network
from netlib import ensemble as ensembles
from netlib import stamp as stamps
from netlib.code.filling import Style
from netlib.code.forms import Form
from netlib.digits import Batch
from netlib.lesson import experiments
from netlib.lesson.experiments import Separation
from netlib.population import Combination, Ensemble, Grid, Population
from netlib.problem import Problem
from netlib.spec import BatchSpec, NetworkSpec, Setup
from netlib.stats import flow as flows
from netlib.stats import lesson as lesson_stats
from netlib.stats import spectrum
from netlib.stats import sweep as sweep_stats
from netlib.stats.flow import Flow
from netlib.stats.lesson import Sweep
from netlib.stats.neuron import Score, score
from netlib.sweep import shipped
from netlib.sweep.shipped import Shipped
from netlib.theory import meanfield, phase
from netlib.theory.meanfield import MeanField
from netlib.theory.phase import PhaseMap
from netlib.touch import Weights
from netlib.trace import Array, Trace

TRACE_BYTES = 112 * 2**20
BATCH_BYTES = 32 * 2**20
SPECTRUM_BYTES = 2 * 2**20
LESSON_BYTES = 2**20
STAMPS = 256
PHASE_BYTES = 2**20
ENSEMBLE_BYTES = 2**20
SHIPPED_BYTES = 2 * 2**20
FLOWS = 32
THEORIES = 32
SCORES = 64
BACKGROUND = 16  # of half a megabyte at most


def _size(result: Any) -> int:
    return int(result.nbytes)


_traces: LRUCache[Any, Trace] = LRUCache(TRACE_BYTES, getsizeof=_size)
_batches: LRUCache[Any, Batch] = LRUCache(BATCH_BYTES, getsizeof=_size)
_spectra: LRUCache[Any, Array] = LRUCache(SPECTRUM_BYTES, getsizeof=_size)
_sweeps: LRUCache[Any, Sweep] = LRUCache(LESSON_BYTES, getsizeof=_size)
_separations: LRUCache[Any, Separation] = LRUCache(LESSON_BYTES, getsizeof=_size)
_trainings: LRUCache[Any, Array] = LRUCache(LESSON_BYTES, getsizeof=_size)
_stamps: LRUCache[Any, tuple[Form, ...]] = LRUCache(STAMPS)
_phases: LRUCache[Any, PhaseMap] = LRUCache(PHASE_BYTES, getsizeof=_size)
_ensembles: LRUCache[Any, Ensemble] = LRUCache(ENSEMBLE_BYTES, getsizeof=_size)
_grids: LRUCache[Any, sweep_stats.Grid] = LRUCache(SHIPPED_BYTES, getsizeof=_size)
_shipped: LRUCache[Any, Shipped] = LRUCache(SHIPPED_BYTES, getsizeof=_size)
_flows: LRUCache[Any, Flow] = LRUCache(FLOWS)
_theories: LRUCache[Any, MeanField] = LRUCache(THEORIES)
_scores: LRUCache[Any, Score] = LRUCache(SCORES)
# Filled by the thread of `background`, under its lock.
background: LRUCache[Grid | Population, tuple[Combination | Ensemble, ...]] = LRUCache(BACKGROUND)


def batch(spec: BatchSpec) -> Batch:
    """The digits of a spec; where its source is not here, the bundled digits with a notice that says so."""
    spec = replace(spec, image=0)
    try:
        return _batch(spec)
    except Problem:  # not kept: the full set may arrive at any moment
        return digits.sample_or_bundled(spec)


def trace(setup: Setup) -> Trace:
    """Everything that the Setup's batch does in the Setup's network."""
    return _trace(setup.network, batch(setup.batch).spec)


def singular_values(weight: Array) -> Array:
    """The singular values of a weight matrix, largest first; tenths of a second at the cap, so kept by its numbers."""
    return _singular_values(weight)


def stamp(setup: Setup, style: Style) -> tuple[Form, ...]:
    """The five spellings of the Setup's network after their run on its batch; a second or two at the cap."""
    return _stamp(setup.network, batch(setup.batch).spec, style)


def sweep(setup: Setup) -> Sweep:
    """The Setup's network, its weights drawn anew, at each width from 0.001 to 10."""
    return _sweep(lesson_stats.unit_normal(setup.network), batch(setup.batch).spec)


def symmetry(setup: Setup, start: str) -> Separation:
    """Sixteen units that start as `start` says, with the Setup's first activation, over a few steps of training."""
    hidden = setup.network.layers[:-1]
    activation = hidden[0].activation if hidden else "sigmoid"
    return _symmetry(start, activation, setup.network.seed, batch(setup.batch).spec)


def training(setup: Setup, rate: float) -> Array:
    """The loss of the Setup's network over the first steps of training on its batch."""
    return _training(setup.network, batch(setup.batch).spec, rate)


def phase_map(activation: str) -> PhaseMap:
    """The plane of order and chaos of an activation; a tenth of a second, and the same for every visitor."""
    return _phase_map(activation)


def flow(setup: Setup) -> Flow:
    """The Setup's batch there and back through its network, in a few numbers a layer."""
    return _flow(setup.network, batch(setup.batch).spec)


def theory(setup: Setup) -> MeanField:
    """What is expected of the Setup's network, whatever its seed, on its batch; 30 ms for 30 layers."""
    return _theory(replace(setup.network, seed=0), batch(setup.batch).spec)


def ensemble(population: Population) -> Ensemble:
    """One network with many seeds, all at once: for those that fit into one chunk, `background` is for the others."""
    return _ensemble(replace(population, batch=batch(population.batch).spec))


def shipped_sweep() -> Shipped:
    """The sweep that comes with the project, with a table of the caller's own; 10 ms to read."""
    return _shipped_sweep().handed_out()


def shipped_grid() -> sweep_stats.Grid:
    """Its rows along its axes."""
    return _shipped_grid()


def held_out(spec: NetworkSpec, weights: Weights) -> Score:
    """How well a network with these weights tells the 1,000 bundled test digits; a tenth of a second at the cap."""
    return _held_out(spec, weights)


# The Condition makes visitors who ask for the same thing at once wait for one computation.
@cached(_batches, condition=Condition())
def _batch(spec: BatchSpec) -> Batch:
    return digits.sample(spec)


@cached(_traces, condition=Condition())
def _trace(spec: NetworkSpec, served: BatchSpec) -> Trace:
    return forward.run(network.build(spec), batch(served))


def _by_its_numbers(weight: Array) -> Any:
    return hashkey(weight.shape, hashlib.blake2b(weight.tobytes(), digest_size=16).digest())


# A visitor's own weights are no Setup's: the key is what the matrix holds, and hashing 4 MB of it takes 5 ms.
@cached(_spectra, key=_by_its_numbers, condition=Condition())
def _singular_values(weight: Array) -> Array:
    return spectrum.singular_values(weight)


@cached(_sweeps, condition=Condition())
def _sweep(spec: NetworkSpec, served: BatchSpec) -> Sweep:
    return lesson_stats.sweep(_trace(spec, served))


@cached(_separations, condition=Condition())
def _symmetry(start: str, activation: str, seed: int, served: BatchSpec) -> Separation:
    return experiments.symmetry(_trace(NetworkSpec(()), served), start, activation, seed)


@cached(_trainings, condition=Condition())
def _training(spec: NetworkSpec, served: BatchSpec, rate: float) -> Array:
    return experiments.training(_trace(spec, served), spec, rate)


@cached(_stamps, condition=Condition())
def _stamp(spec: NetworkSpec, served: BatchSpec, style: Style) -> tuple[Form, ...]:
    return stamps.stamp(spec, style, _trace(spec, served))


@cached(_phases, condition=Condition())
def _phase_map(activation: str) -> PhaseMap:
    return phase.phase_map(activation)


@cached(_flows, condition=Condition())
def _flow(spec: NetworkSpec, served: BatchSpec) -> Flow:
    trace = _trace(spec, served)
    return flows.flow(trace, backward.gradients_of(trace))


@cached(_theories, condition=Condition())
def _theory(spec: NetworkSpec, served: BatchSpec) -> MeanField:
    start = meanfield.start_of(batch(served).images.reshape(served.size, -1))
    return meanfield.mean_field(spec, start.second_moment, start.correlation)


@cached(_ensembles, condition=Condition())
def _ensemble(population: Population) -> Ensemble:
    return ensembles.ensemble(population.network, population.seeds, batch(population.batch), ranks=True)


@cached(_shipped, condition=Condition())
def _shipped_sweep() -> Shipped:
    return shipped.load()


@cached(_grids, condition=Condition())
def _shipped_grid() -> sweep_stats.Grid:
    come = _shipped_sweep()
    return sweep_stats.grid(come.rows, come.sweep)


def _by_all_numbers(spec: NetworkSpec, weights: Weights) -> Any:
    digest = hashlib.blake2b(digest_size=16)
    for array in (array for layer in weights for array in layer):
        digest.update(repr(array.shape).encode() + array.tobytes())
    return hashkey(spec.hidden_sizes, spec.activation, digest.digest())


@cached(_scores, key=_by_all_numbers, condition=Condition())
def _held_out(spec: NetworkSpec, weights: Weights) -> Score:
    held = digits.load("bundled", "test")
    said = forward.logits(network.restore(spec, weights), digits.normalised(held.images))
    return score(said, held.labels)
