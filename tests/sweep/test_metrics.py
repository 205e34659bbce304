"""Every metric is a column of the table, and says what a picture of it needs."""

import pytest

from netlib.sweep.metrics import METRICS
from netlib.sweep.rows import DTYPES


def test_each_is_a_column_of_numbers_under_its_own_name():
    assert all(DTYPES[name] == "float64" for name in METRICS)
    assert [metric.name for metric in METRICS.values()] == list(METRICS)


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_it_can_be_shown(metric):
    assert metric.title[0].isupper()
    assert not metric.title.endswith(".")
    assert metric.summary.endswith(".")
    assert not (metric.share and (metric.unit or metric.logarithmic)), "a share is per cent, from 0 to 100"
    assert metric.good != "one" or metric.logarithmic, "the distance from 1 is that of the logarithm from 0"


def test_what_is_measured_after_a_training_is_marked():
    assert {name for name, metric in METRICS.items() if metric.trained} == {
        "loss",
        "held_out_accuracy",
        "steps_to_threshold",
    }
