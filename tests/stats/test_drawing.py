"""What is read in one image, and whether a network can read: by hand and against plain numpy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netlib
from netlib.drawing import enlarged, frame
from netlib.stats.drawing import Skill, Subject, entropy_share, read_answer, skill
from netlib.trace import Trace
from tests.oracles import noise

floats = st.lists(st.floats(-50, 50, width=32), min_size=10, max_size=10)


def softmax(logits):
    shifted = np.exp(np.array(logits, dtype=np.float64) - max(logits))
    return (shifted / shifted.sum()).astype(np.float32)


@given(floats)
def test_the_answer_is_the_largest_logit_and_the_next(logits):
    found = read_answer(np.array(logits, np.float32), softmax(logits))
    ranked = sorted(range(10), key=lambda digit: (-np.float32(logits[digit]), digit))
    assert (found.top, found.second) == (ranked[0], ranked[1])
    assert found.tied == sum(np.float32(z) == np.float32(max(logits)) for z in logits)
    assert found.finite


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_no_answer(bad):
    logits = np.zeros(10, np.float32)
    logits[4] = bad
    assert not read_answer(logits, np.full(10, np.nan, np.float32)).finite
    assert not read_answer(logits, softmax(np.zeros(10))).finite


@given(floats)
def test_the_entropys_share_is_between_certainty_and_a_blind_guess(logits):
    assert -1e-6 <= entropy_share(softmax(logits)) <= 1 + 1e-6


def test_the_ends_of_the_entropys_share():
    assert entropy_share(np.full(10, 0.1)) == pytest.approx(1)
    assert entropy_share(np.eye(10)[3]) == 0
    assert entropy_share(np.array([0.5, 0.5] + [0] * 8)) == pytest.approx(np.log(2) / np.log(10))


def fake(correct, count):
    """A trace of which so many predictions are right."""
    labels = np.arange(count) % 10
    logits = np.zeros((count, 10), np.float32)
    said = np.where(np.arange(count) < correct, labels, (labels + 1) % 10)
    logits[np.arange(count), said] = 1
    model = netlib.build(netlib.NetworkSpec(()))
    layer = netlib.run(model, noise(count)).layers[0]
    object.__setattr__(layer, "before", logits)
    return Trace(np.zeros((count, 1, 28, 28), np.float32), labels, (layer,))


@pytest.mark.parametrize(
    ("correct", "count", "guesses", "reads"),
    [
        (6, 64, True, False),  # as guessing: 6.4 and a standard deviation of 2.4
        (13, 64, True, False),
        (14, 64, False, False),
        (51, 64, False, False),
        (52, 64, False, True),
        (64, 64, False, True),
        (0, 64, True, False),
        (1, 1, True, False),  # one image right is no proof
        (0, 1, True, False),
        (3, 3, False, True),
    ],
)
def test_whether_it_reads_or_guesses(correct, count, guesses, reads):
    found = skill(fake(correct, count))
    assert found == Skill(correct, count, count / 10, guesses, reads)


def test_untrained_networks_guess():
    batch = netlib.sample(netlib.BatchSpec(size=256))
    found = [skill(netlib.run(netlib.build(netlib.NetworkSpec(seed=seed)), batch)) for seed in range(6)]
    assert not any(each.reads for each in found)
    assert sum(each.guesses for each in found) >= 5


def test_a_subject_knows_its_centre():
    batch = netlib.sample(netlib.BatchSpec(size=2))
    raster = enlarged(batch.pixels[1])
    shown = Subject(batch.images[1, 0], raster, frame(raster), True, 3, 1)
    assert not shown.drawn
    assert shown.centre == pytest.approx(frame(raster).centre, abs=0.01)
    empty = Subject(np.full((28, 28), -1, np.float32), raster * 0, None, True, None, None)
    assert empty.drawn
    assert empty.centre is None
