"""The ring of checkpoints: bounded, even, its two ends always there, whatever is put when."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.training.ring import Ring, nbytes_of


def weights(step, size=10):
    return ((np.full((size, 1), step, np.float32), np.zeros(0, np.float32)),)


def fill(ring, steps, size=10, seen=lambda step: False):
    """As a session does: what the ring wants, and now and then what somebody sees."""
    for step in range(steps + 1):
        if ring.wants(step) or seen(step) or step == steps:
            ring.put(step, weights(step, size))


@given(st.integers(0, 2_000), st.integers(2, 40), st.sets(st.integers(0, 2_000), max_size=20))
def test_it_is_bounded_and_even_and_has_both_ends(steps, count, seen):
    ring = Ring(count=count)
    fill(ring, steps, seen=lambda step: step in seen)
    kept = ring.steps
    assert len(kept) <= count
    assert (kept[0], kept[-1]) == (0, steps)
    gaps = np.diff(kept)
    if len(gaps) > 1:
        assert len(set(gaps[:-1])) == 1, "all but the newest are equally far apart"
        assert gaps[-1] <= gaps[0]
    assert len(kept) > count // 2 or len(kept) == steps + 1, "it is never thinner than a half"
    for step in kept:
        assert ring.get(step)[0][0][0, 0] == step


@given(st.integers(1, 500), st.integers(1, 60))
def test_its_bytes_are_bounded_too_but_start_and_newest_always_fit(steps, room):
    ring = Ring(nbytes=room * 40)
    fill(ring, steps)
    assert ring.nbytes <= max(room, 2) * 40
    assert (ring.steps[0], ring.steps[-1]) == (0, steps)


def test_what_is_not_kept_is_none_and_a_ring_can_begin_anew():
    ring = Ring(count=4)
    fill(ring, 100)
    assert ring.get(1) is None
    ring.clear()
    assert ring.steps == ()
    fill(ring, 3)
    assert ring.steps == (0, 1, 2, 3)


@pytest.mark.parametrize("size", [1, 7])
def test_bytes_are_counted(size):
    assert nbytes_of(weights(0, size)) == 4 * size
