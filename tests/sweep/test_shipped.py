"""The sweep that comes along is whole, small, and what its grid gives when it is computed again."""

import numpy as np
import pandas as pd
import pytest

from netlib.sweep import rows, shipped
from netlib.sweep.evaluate import evaluate

SHIPPED = shipped.load()


def test_every_network_of_the_grid_is_there_once():
    links = [link for task in SHIPPED.sweep.tasks() for link in rows.links(task)]
    assert list(SHIPPED.rows["link"]) == links
    assert SHIPPED.rows["key"].is_unique
    assert list(SHIPPED.rows.columns) == list(rows.COLUMNS)


def test_it_is_small_and_says_what_computed_it():
    assert shipped.TABLE.stat().st_size < 300_000
    assert "torch" in SHIPPED.versions


@pytest.mark.parametrize("index", [0, 25, 60])
def test_computed_again_it_gives_the_same_numbers(index):
    task = list(SHIPPED.sweep.tasks())[index]
    again = evaluate(task)
    kept = SHIPPED.rows[SHIPPED.rows["link"].isin(rows.links(task))].reset_index(drop=True)
    for name in ("signal_ratio", "gradient_ratio", "entropy", "cross_entropy", "dead", "saturated"):
        assert again[name].to_numpy() == pytest.approx(kept[name].to_numpy(), rel=1e-3, abs=1e-9), name
    # Sixty-three steps of training: rounding of another processor may move an image or two.
    assert np.abs(again["held_out_accuracy"] - kept["held_out_accuracy"]).max() < 0.05
    assert (again["verdict"] == kept["verdict"]).mean() >= 0.9


def test_what_is_written_to_the_table_that_was_handed_out_stays_there():
    kept = shipped.load()
    before = kept.handed_out().rows.copy(deep=True)
    taken = kept.handed_out().rows
    taken.loc[0, "seed"] = -1
    taken["entropy"] = 0.0
    taken.columns = taken.columns[::-1]
    with pytest.raises(ValueError, match="read-only"):
        kept.handed_out().rows["signal"].iloc[0][0] = 0.0
    pd.testing.assert_frame_equal(kept.handed_out().rows, before)
