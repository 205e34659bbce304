"""What is kept between runs and shared by all visitors: read-only results, keyed by frozen specs, bounded in bytes."""

from dataclasses import replace
from threading import Condition
from typing import Any

from cachetools import LRUCache, cached
from cachetools.keys import hashkey

from netlib import digits, forward, network
from netlib.digits import Batch
from netlib.problem import Problem
from netlib.spec import BatchSpec, NetworkSpec, Setup
from netlib.stats import spectrum
from netlib.trace import Array, Trace

TRACE_BYTES = 128 * 2**20
BATCH_BYTES = 32 * 2**20
SPECTRUM_BYTES = 2 * 2**20


def _size(result: Any) -> int:
    return int(result.nbytes)


_traces: LRUCache[Any, Trace] = LRUCache(TRACE_BYTES, getsizeof=_size)
_batches: LRUCache[Any, Batch] = LRUCache(BATCH_BYTES, getsizeof=_size)
_spectra: LRUCache[Any, Array] = LRUCache(SPECTRUM_BYTES, getsizeof=_size)


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


def singular_values(setup: Setup, layer: str) -> Array:
    """The singular values of one layer's weights, largest first; half a second at the cap, so kept for the network."""
    return _singular_values(setup.network, layer, trace(setup).layer(layer).weight)


# The Condition makes visitors who ask for the same thing at once wait for one computation.
@cached(_batches, condition=Condition())
def _batch(spec: BatchSpec) -> Batch:
    return digits.sample(spec)


@cached(_traces, condition=Condition())
def _trace(spec: NetworkSpec, served: BatchSpec) -> Trace:
    return forward.run(network.build(spec), batch(served))


@cached(_spectra, key=lambda spec, layer, weight: hashkey(spec, layer), condition=Condition())
def _singular_values(spec: NetworkSpec, layer: str, weight: Array) -> Array:  # noqa: ARG001 - spec and layer are the key
    return spectrum.singular_values(weight)
