"""Answers judged as a person with a pencil, scipy and the papers' own definitions would."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from netlib.stats import evaluation as stats
from tests.judged import CASES, drawn

every_case = pytest.mark.parametrize("name", CASES)
seeds = st.integers(0, 10_000)
counts = st.integers(1, 60)


def said(row):
    """The answer of one row: the first largest, -1 where it holds what is no number."""
    return int(np.argmax(row)) if all(math.isfinite(p) for p in row) else -1


@every_case
def test_answers_are_read_off_row_by_row(name):
    probabilities, labels = CASES[name]
    answers = stats.judge(probabilities, labels)
    assert answers.predicted.tolist() == [said(row) for row in probabilities]
    assert len(answers) == len(labels)
    for image, row in enumerate(probabilities):
        known = said(row) >= 0
        assert answers.confidence[image] == (max(row) if known else 0)
        assert answers.true_probability[image] == (row[labels[image]] if known else 0)
    rights = sum(said(row) == label for row, label in zip(probabilities, labels, strict=True))
    assert answers.right.sum() == rights
    assert answers.accuracy == pytest.approx(rights / len(labels))
    assert (answers.right.astype(int) + answers.wrong + ~answers.answered == 1).all()


def test_labels_may_be_the_files_own_bytes():
    """In bytes, 10 times a label and more would begin again at 0."""
    probabilities, labels = CASES["plain"]
    answers = stats.judge(probabilities, labels.astype(np.uint8))
    assert (answers.labels * 100 == labels * 100).all()


@pytest.mark.parametrize("shape", [(0, 10), (3, 9), (2, 10), (3,)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="probabilities must be"):
        stats.judge(np.ones(shape), np.zeros(3 if shape[0] else 0, int))


@every_case
def test_the_confusion_matrix_is_a_count_of_pairs(name):
    probabilities, labels = CASES[name]
    found = stats.confuse(stats.judge(probabilities, labels))
    expected, silent = np.zeros((10, 10), int), np.zeros(10, int)
    for row, label in zip(probabilities, labels, strict=True):
        if said(row) < 0:
            silent[label] += 1
        else:
            expected[label, said(row)] += 1
    assert (found.counts == expected).all()
    assert (found.silent == silent).all()
    assert (found.totals == np.bincount(labels, minlength=10)).all()
    for digit in range(10):
        occurs = int((labels == digit).sum())
        assert found.shares[digit].sum() == pytest.approx(1 - silent[digit] / occurs if occurs else 0)


def test_the_most_frequent_mistakes_come_first():
    labels = np.array([4, 4, 4, 7, 7, 1, 2])
    predicted = [9, 9, 4, 1, 1, 7, 2]
    found = stats.common_mistakes(stats.confuse(stats.judge(np.eye(10)[predicted], labels)))
    assert found == [(4, 9, 2), (7, 1, 2), (1, 7, 1)]
    assert stats.common_mistakes(stats.confuse(stats.judge(np.eye(10)[labels], labels))) == []


@given(seeds, counts)
def test_a_cell_holds_its_images_in_order(seed, count):
    answers = stats.judge(*drawn(seed, count, skill=0.5))
    together = []
    for true in range(10):
        for said_ in range(10):
            chosen = stats.images_of(answers, true, said_)
            assert all(answers.labels[i] == true and answers.predicted[i] == said_ for i in chosen)
            sure = answers.confidence[chosen].tolist()
            assert sure == sorted(sure, reverse=true != said_)
            together += chosen.tolist()
    assert sorted(together) == list(range(count))


@given(seeds, counts, st.integers(0, 70))
def test_the_surest_mistakes_are_those_of_a_full_sort(seed, count, most):
    answers = stats.judge(*drawn(seed, count, skill=0.5))
    wrong = [i for i in range(count) if answers.predicted[i] != answers.labels[i]]
    expected = sorted(wrong, key=lambda i: (-answers.confidence[i], i))[:most]
    assert stats.surest_mistakes(answers, most).tolist() == expected


@given(seeds, counts)
def test_the_costliest_images_have_the_largest_loss(seed, count):
    probabilities, labels = drawn(seed, count)
    losses = -np.log(probabilities.astype(float)[np.arange(count), labels])
    chosen = stats.costliest_images(stats.judge(probabilities, labels), 5)
    assert len(chosen) == min(5, count)
    assert losses[chosen] == pytest.approx(np.sort(losses)[::-1][:5])


def test_where_the_loss_is_infinite_the_surest_comes_first():
    probabilities = np.array([[0, 0.9, 0.1, *[0] * 7], [0, 1, *[0] * 8], [0.2, 0.8, *[0] * 8]])
    assert stats.costliest_images(stats.judge(probabilities, np.zeros(3, int)), 9).tolist() == [1, 0, 2]


def test_images_without_an_answer_are_no_mistakes():
    answers = stats.judge(*CASES["no numbers"])
    assert stats.surest_mistakes(answers, 9).size == stats.costliest_images(answers, 9).size == 0
    assert answers.accuracy == 0


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_scipys(case):
    right, count = case
    expected = binomtest(right, count).proportion_ci(0.95, method="wilson")
    low, high = stats.wilson(np.array(right), np.array(count))
    assert (float(low), float(high)) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert 0 <= low <= right / count + 1e-12
    assert right / count - 1e-12 <= high <= 1


def test_nothing_counted_is_nothing_known():
    low, high = stats.wilson(np.array([0, 5]), np.array([0, 10]))
    assert (low[0], high[0]) == (0, 1)
    assert 0 < low[1] < 0.5 < high[1] < 1


@every_case
def test_the_accuracy_of_a_digit_is_that_of_its_images(name):
    probabilities, labels = CASES[name]
    found = stats.accuracy_of_digits(stats.judge(probabilities, labels))
    for digit in range(10):
        own = [said(row) == digit for row, label in zip(probabilities, labels, strict=True) if label == digit]
        assert (found.count[digit], found.right[digit]) == (len(own), sum(own))
        assert found.share[digit] == pytest.approx(np.mean(own) if own else math.nan, nan_ok=True)
        if own:
            interval = binomtest(sum(own), len(own)).proportion_ci(0.95, method="wilson")
            assert (found.low[digit], found.high[digit]) == pytest.approx((interval.low, interval.high), abs=1e-9)


# --- calibration ---------------------------------------------------------------------------------------------------


def expected_calibration_error(probabilities, labels, bins):
    """Guo et al. 2017, equation 3, with its bins ((m - 1) / M, m / M]."""
    rows = [(max(row), said(row) == label) for row, label in zip(probabilities.astype(float), labels, strict=True)]
    total = 0.0
    for m in range(1, bins + 1):
        inside = [(sure, right) for sure, right in rows if (m - 1) / bins < sure <= m / bins]
        if inside:
            accuracy = sum(right for _, right in inside) / len(inside)
            confidence = sum(sure for sure, _ in inside) / len(inside)
            total += len(inside) / len(rows) * abs(accuracy - confidence)
    return total


@given(seeds, counts, st.integers(1, 20))
def test_the_calibration_error_is_the_papers(seed, count, bins):
    probabilities, labels = drawn(seed, count)
    found = stats.calibrate(stats.judge(probabilities, labels), bins)
    assert found.error == pytest.approx(expected_calibration_error(probabilities, labels, bins), abs=1e-9)
    assert found.count.sum() == count


def test_a_bin_is_closed_on_the_right():
    rows = np.zeros((3, 10))
    rows[:, 0], rows[:, 1] = [0.5, 0.6, 0.55], [0.5, 0.4, 0.45]
    found = stats.calibrate(stats.judge(rows, np.zeros(3, int)))
    assert found.count.tolist() == [0, 0, 0, 0, 1, 2, 0, 0, 0, 0]
    assert found.confidence[5] == pytest.approx(0.575)
    assert np.isnan(found.confidence[0])
    assert np.isnan(found.accuracy[0])


@pytest.mark.parametrize(
    ("name", "error", "excess"),
    [("all right and sure", 0, 0), ("all wrong and sure", 1, 1), ("no numbers", math.nan, math.nan)],
)
def test_the_ends_of_calibration(name, error, excess):
    found = stats.calibrate(stats.judge(*CASES[name]))
    assert (found.error, found.excess) == pytest.approx((error, excess), nan_ok=True)


@every_case
def test_the_excess_is_mean_confidence_less_accuracy(name):
    answers = stats.judge(*CASES[name])
    found = stats.calibrate(answers)
    there = answers.answered
    if there.any():
        expected = answers.confidence[there].mean() - answers.right[there].mean()
        assert found.excess == pytest.approx(expected)
        assert abs(found.excess) <= found.error + 1e-9


# --- the threshold -------------------------------------------------------------------------------------------------


@every_case
@pytest.mark.parametrize("threshold", [0, 0.1, 0.5, 0.999, 1])
def test_a_threshold_counts_what_is_at_least_as_sure(name, threshold):
    probabilities, labels = CASES[name]
    rows = [(row, label) for row, label in zip(probabilities, labels, strict=True) if said(row) >= 0]
    kept = [(row, label) for row, label in rows if max(row) >= threshold]
    right = sum(said(row) == label for row, label in kept)
    found = stats.at_threshold(stats.judge(probabilities, labels), threshold)
    assert (found.answered, found.right, found.count) == (len(kept), right, len(labels))
    assert found.coverage == pytest.approx(len(kept) / len(labels))
    assert found.share == pytest.approx(right / len(kept) if kept else math.nan, nan_ok=True)


@every_case
def test_the_curve_is_every_threshold_by_itself(name):
    answers = stats.judge(*CASES[name])
    curve = stats.threshold_curve(answers)
    assert curve.confidence[0] == 0
    assert curve.confidence[-1] == 1
    assert (np.diff(curve.confidence) > 0).all()
    assert (np.diff(curve.answered) <= 0).all()
    assert len(curve.confidence) <= stats.CURVE_POINTS + 2
    for threshold, answered, right in zip(curve.confidence, curve.answered, curve.right, strict=True):
        alone = stats.at_threshold(answers, float(threshold))
        assert (answered, right) == (alone.answered, alone.right)


@given(seeds, counts)
def test_a_small_curve_has_every_step(seed, count):
    answers = stats.judge(*drawn(seed, count))
    assert set(answers.confidence) <= set(stats.threshold_curve(answers).confidence)


@settings(max_examples=20)  # each tries a thousand thresholds
@given(seeds, counts, st.floats(0, 1))
def test_the_threshold_looked_for_is_the_first_that_does(seed, count, share):
    answers = stats.judge(*drawn(seed, count, skill=0.5))
    found = stats.threshold_for(answers, share)
    tried = (stats.at_threshold(answers, k / 1000) for k in range(1000))
    expected = next((one for one in tried if one.answered and one.right >= share * one.answered), None)
    assert found == expected


@pytest.mark.parametrize("name", ["all wrong and sure", "no numbers"])
def test_there_may_be_no_such_threshold(name):
    assert stats.threshold_for(stats.judge(*CASES[name]), 0.5) is None
