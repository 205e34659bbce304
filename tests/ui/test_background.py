"""The background's own wiring: what a visitor's looks bring is what the work gives when it is done at once."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from netlib.ui import background, cached
from netlib import digits, ensemble, schemes
from netlib.population import Grid, Population, joined
from netlib.spec import BatchSpec, NetworkSpec

BATCH = BatchSpec(size=5)
BANDS = ("signal", "correlation", "gradient", "gradient_ratio", "saturated", "dead", "entropy", "cross_entropy")
local = threading.local()


@pytest.fixture(autouse=True)
def visitors(monkeypatch):
    """A thread is a visitor; nothing is kept from another test."""
    monkeypatch.setattr(background, "visitor", lambda: getattr(local, "name", "a"))
    cached.background.clear()
    yield
    cached.background.clear()


def until_finished(key):
    end = time.monotonic() + 60
    while not (found := background.watch(key)).finished:
        assert time.monotonic() < end
        time.sleep(0.005)
    return found


def assert_same_grid(found, expected):
    assert [(one.scheme, one.activation) for one in found] == [(one.scheme, one.activation) for one in expected]
    for one, other in zip(found, expected, strict=True):
        for name in BANDS:
            for part in ("low", "middle", "high"):
                np.testing.assert_array_equal(getattr(getattr(one, name), part), getattr(getattr(other, name), part))


def test_eight_visitors_at_once_get_what_each_would_get_alone():
    grids = [Grid((3 + index % 5,), batch=BATCH, seeds=(0, 1)) for index in range(8)]
    batch = digits.sample(BATCH)
    serial = {grid: [one for one in schemes.combinations(grid, batch) if one is not None] for grid in grids}
    found = {}

    def visit(index):
        local.name = f"visitor {index}"
        found[index] = until_finished(grids[index])

    threads = [threading.Thread(target=visit, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for index, grid in enumerate(grids):
        assert found[index].problem is None
        assert found[index].done == found[index].total == 117
        assert_same_grid(found[index].results, serial[grid])


def test_many_seeds_come_in_parts_that_join_to_the_ensemble(monkeypatch):
    monkeypatch.setattr(ensemble, "CHUNK_BYTES", 300_000)
    key = Population(NetworkSpec((8,), "tanh"), BATCH, tuple(range(6)))
    expected = ensemble.ensemble(key.network, key.seeds, digits.sample(BATCH), ranks=True)
    found = until_finished(key)
    assert found.done == found.total > 1
    whole = joined(found.results)
    assert whole.seeds == key.seeds
    np.testing.assert_array_equal(whole.second_moment, expected.second_moment)
    np.testing.assert_array_equal(whole.rank, expected.rank)


def test_the_image_looked_at_and_missing_digits_start_no_work_of_their_own(monkeypatch, tmp_path):
    monkeypatch.setenv("LAYERSCOPE_MNIST", str(tmp_path))
    grid = Grid((3,), batch=BATCH, seeds=(0,))
    results = until_finished(grid).results
    assert background.watch(replace(grid, batch=replace(BATCH, image=3))).results is results
    assert background.watch(replace(grid, batch=replace(BATCH, source="full"))).results is results
    assert len(cached.background) == 1


def test_a_cancelled_grid_is_not_kept_and_can_be_asked_again():
    grid = Grid((64, 32), batch=BATCH)
    assert not background.watch(grid).finished
    background.cancel(grid)
    time.sleep(0.3)
    assert cached.background.get(grid) is None
    again = background.watch(grid)
    assert again.place == 0
    assert again.done < 117
    background.cancel(grid)


def test_a_grid_that_cannot_be_built_says_why_to_who_looks():
    found = until_finished(Grid((1_024,) * 30, batch=BATCH))
    assert "2000000" in str(found.problem)
    background.cancel(Grid((1_024,) * 30, batch=BATCH))
