"""Robustness with networks whose answers are known beforehand, and half ways by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib import perturb
from netlib.stats import robustness as stats
from tests.judged import one_hot

IMAGES = np.random.default_rng(0).uniform(-1, 1, (9, 28, 28)).astype(np.float32)
LABELS = np.arange(9)


def knows(images):
    """Says for each image which of `IMAGES` it is, bit by bit, and is half sure of 9 for any other."""
    rows = np.full((len(images), 10), 0.5 / 9, np.float32)
    rows[:, 9] = 0.5
    for place, image in enumerate(images):
        for label, known in enumerate(IMAGES):
            if np.array_equal(image, known):
                rows[place] = one_hot([label])[0]
    return rows


def test_only_what_is_unchanged_is_known():
    found = list(stats.trials(knows, IMAGES, LABELS, seed=0))
    assert len(found) == stats.trial_count() == sum(map(len, stats.LEVELS.values()))
    for trial in found:
        assert trial.count == 9
        assert (trial.right, trial.confidence) == ((9, 1.0) if trial.level == 0 else (0, 0.5))
        assert trial.accuracy == trial.right / 9


def test_every_kind_has_0_among_its_rising_levels_and_its_examples():
    for kind, levels in stats.LEVELS.items():
        assert 0 in levels
        assert 0 in stats.EXAMPLES[kind]
        assert list(levels) == sorted(set(levels))
        assert len(stats.EXAMPLES[kind]) == 6


def test_the_work_is_bounded():
    asked = []

    def counts(images):
        asked.append(len(images))
        return np.full((len(images), 10), 0.1, np.float32)

    many = np.repeat(IMAGES, 100, axis=0)
    list(stats.trials(counts, many, np.zeros(900, int), seed=0))
    assert set(asked) == {stats.MOST_IMAGES}
    assert len(asked) == stats.trial_count() - len(stats.LEVELS) + 1


def test_each_kind_is_its_own_change():
    assert np.array_equal(stats.changed(IMAGES, "noise", 0.5, 3), perturb.noise(IMAGES, 0.5, 3))
    assert np.array_equal(stats.changed(IMAGES, "rotation", 30, 3), perturb.rotate(IMAGES, 30))
    assert np.array_equal(stats.changed(IMAGES, "stroke", -1, 3), perturb.stroke(IMAGES, -1))
    with pytest.raises(ValueError, match="kind must be one of noise, shift"):
        stats.changed(IMAGES, "colour", 1, 3)


@pytest.mark.parametrize(
    ("image", "right", "down"), [(0, 2, 0), (1, 0, 2), (2, -2, 0), (3, 0, -2), (4, 2, 0), (7, 0, -2)]
)
def test_shifts_go_in_all_four_directions(image, right, down):
    shifted = stats.changed(IMAGES, "shift", 2, 0)[image]
    assert np.array_equal(shifted, perturb.shift(IMAGES[image : image + 1], right, down)[0])


def test_the_examples_are_one_image_at_each_level():
    found = stats.examples(IMAGES[0], seed=4)
    assert found.shape == (24, 28, 28)
    levels = [(kind, level) for kind, tried in stats.EXAMPLES.items() for level in tried]
    for image, (kind, level) in zip(found, levels, strict=True):
        assert np.array_equal(image, stats.changed(IMAGES[:1], kind, level, 4)[0])
        assert (level == 0) == np.array_equal(image, IMAGES[0])


def test_images_without_an_answer_are_not_right_and_not_sure():
    def lost(images):
        return np.full((len(images), 10), np.nan)

    found = list(stats.trials(lost, IMAGES, LABELS, seed=0))
    assert all(trial.right == 0 and math.isnan(trial.confidence) for trial in found)


# --- curves and half ways -------------------------------------------------------------------------------------------


def trials_of(accuracies, kind="shift"):
    return [stats.Trial(kind, level, round(100 * share), 100, 0.7) for level, share in accuracies.items()]


def test_curves_are_sorted_and_carry_intervals():
    found = stats.curves(trials_of({3: 0.2, 0: 0.9, 1: 0.5}))
    assert list(found) == ["shift"]
    curve = found["shift"]
    assert curve.levels.tolist() == [0, 1, 3]
    assert curve.accuracy.tolist() == [0.9, 0.5, 0.2]
    assert curve.unchanged == 0.9
    assert (curve.low < curve.accuracy).all()
    assert (curve.accuracy < curve.high).all()


def test_a_kind_that_was_not_tried_unchanged_has_no_curve_yet():
    assert stats.curves(trials_of({3: 0.2})) == {}
    assert stats.curves([]) == {}


@pytest.mark.parametrize(
    ("accuracies", "up", "down"),
    [
        ({0: 0.9, 1: 0.7, 2: 0.3}, 1.5, None),  # half way from 0.9 to 0.1 is 0.5
        ({0: 0.9, 1: 0.5, 2: 0.3}, 1.0, None),
        ({0: 0.9, 1: 0.8, 2: 0.6}, None, None),
        ({-2: 0.1, -1: 0.9, 0: 0.9, 1: 0.9}, None, -1.5),
        ({-4: 0.1, 0: 0.9, 4: 0.1}, 2.0, -2.0),
        ({0: 0.1, 1: 0.05}, None, None),  # a guess, which cannot fall
        ({0: 0.05, 1: 0.0}, None, None),
        ({0: 0.9, 1: 0.1, 2: 0.9, 3: 0.1}, 0.5, None),  # the first time
    ],
)
def test_half_ways_by_hand(accuracies, up, down):
    curve = stats.curves(trials_of(accuracies))["shift"]
    assert stats.half_way(curve) == (None if up is None else pytest.approx(up))
    assert stats.half_way(curve, downwards=True) == (None if down is None else pytest.approx(down))


@given(st.lists(st.integers(0, 100), min_size=2, max_size=8))
def test_at_a_half_way_the_curve_is_half_way(rights):
    curve = stats.curves([stats.Trial("noise", float(i), k, 100, 0.5) for i, k in enumerate(rights)])["noise"]
    found = stats.half_way(curve)
    middle = (rights[0] / 100 + 0.1) / 2
    if found is not None:
        assert np.interp(found, curve.levels, curve.accuracy) == pytest.approx(middle)
        assert all(share > middle for share in curve.accuracy[: math.ceil(found)])
    elif rights[0] > 10:
        assert min(rights) / 100 > middle
