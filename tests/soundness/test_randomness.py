"""Randomness is an argument: no page reads or moves a generator that all visitors share."""

import itertools
import random

import numpy as np
import pytest
import torch
from cachetools import Cache

from netlib.ui import cached, evaluation
from netlib.activations import ACTIVATIONS
from netlib.initializers import BIAS_SCHEMES, SCHEMES
from netlib.spec import BatchSpec, NetworkSpec, Setup
from tests.soundness.everything import draw_everything, went_well
from tests.soundness.source import PAGES
from tests.test_pages import charts


def generators():
    """Where each global generator stands."""
    name, keys, *rest = np.random.get_state()  # noqa: NPY002 - it is the global one that is meant
    return {
        "random": random.getstate(),
        "numpy": (name, keys.tobytes(), *rest),
        "torch": torch.get_rng_state().numpy().tobytes(),
    }


def every_scheme_and_activation():
    """A network that has every scheme, every activation and every bias scheme somewhere."""
    activations = itertools.islice(itertools.cycle(ACTIVATIONS), len(SCHEMES) - 1)
    biases = itertools.islice(itertools.cycle(BIAS_SCHEMES), len(SCHEMES))
    sizes = (24,) * (len(SCHEMES) - 1)
    return Setup(
        NetworkSpec(sizes, tuple(activations), tuple(SCHEMES), tuple(biases), seed=11), BatchSpec(seed=3, digits=(2, 7))
    )


SETUPS = {
    "the defaults": Setup(),
    "every scheme and activation": every_scheme_and_activation(),
    "more images than digits match": Setup(NetworkSpec((8,)), BatchSpec(split="test", digits=(4,), size=256)),
}


@pytest.fixture
def nothing_kept():
    """Everything is computed anew, for a cache hit would draw nothing."""
    forget()


def forget():
    """Empties whatever the pages keep of what they have computed."""
    kept = [store for module in (cached, evaluation) for store in vars(module).values() if isinstance(store, Cache)]
    assert len(kept) > 10
    for store in kept:
        store.clear()


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("name", SETUPS)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_moves_no_global_generator(page, name):
    draw_everything(page, Setup(NetworkSpec((5,))))  # imports and Streamlit's own first run are no page's doing
    before = generators()
    app = draw_everything(page, SETUPS[name])
    assert went_well(app)
    assert generators() == before


@pytest.mark.parametrize("page", PAGES)
def test_a_page_reads_no_global_generator(page):
    """From other positions of the generators it delivers the same to the last byte."""

    def delivered(seed):
        forget()
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        torch.manual_seed(seed)
        app = draw_everything(page, SETUPS["every scheme and activation"])
        assert went_well(app)
        return [chart.spec for chart in charts(app)], [words.value for words in app.markdown]

    before = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    try:
        assert delivered(1) == delivered(2)
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])  # noqa: NPY002
        torch.set_rng_state(before[2])


def test_the_watch_notices_a_single_draw():
    for draw in (random.random, lambda: np.random.rand(1), lambda: torch.rand(1)):  # noqa: NPY002
        before = generators()
        draw()
        assert generators() != before
