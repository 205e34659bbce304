"""What takes longer than a page may: all initialisations x activations, many seeds of a large network.

It is computed beside the pages, in one thread for all visitors. A page draws a fragment with `run_every` that calls
`watch`, shows what there is, and stops when it is finished.
"""

import atexit
import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, overload

import streamlit as st

from netlib.ui import cached
from netlib import ensemble, schemes
from netlib.activations import ACTIVATIONS
from netlib.initializers import SCHEMES
from netlib.job import Jobs, Progress
from netlib.population import Combination, Ensemble, Grid, Population

Key = Grid | Population

_VISITOR = "background_visitor"


def _work(key: Key) -> Iterator[Combination | Ensemble | None]:
    batch = cached.batch(key.batch)
    if isinstance(key, Grid):
        return schemes.combinations(key, batch)
    return ensemble.parts(key.network, key.seeds, batch, ranks=True)


def _total(key: Key) -> int:
    if isinstance(key, Grid):
        return len(SCHEMES) * len(ACTIVATIONS)
    return len(list(ensemble.chunks(key.network, key.seeds, key.batch.size)))


_jobs: Jobs[Key, Combination | Ensemble] = Jobs(_work, _total, cached.background)
atexit.register(_jobs.close)


@overload
def watch(key: Grid) -> Progress[Combination]: ...


@overload
def watch(key: Population) -> Progress[Ensemble]: ...


def watch(key: Key) -> Progress[Any]:
    """How far this visitor's work is: a look starts it, keeps it going, and gives up what was looked at before.

    The results of a `Grid` are its combinations, those of a `Population` some seeds each, for `population.joined`.
    """
    return _jobs.watch(_served(key), visitor())


def cancel(key: Key) -> None:
    """This visitor looks no more; the work ends unless somebody else does."""
    _jobs.cancel(_served(key), visitor())


def _served(key: Key) -> Key:
    # The digits that are shown: the full set may be missing, and the image looked at changes nothing.
    return replace(key, batch=cached.batch(key.batch).spec)


def visitor() -> str:
    """A name for whoever looks, by which work is shared fairly."""
    name: str = st.session_state.setdefault(_VISITOR, secrets.token_hex(8))
    return name
