"""What a row says of its network, that its link opens as it, and that its key knows all that it depends on."""

import math
import pickle
import subprocess
import sys
from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlib.digits import known
from netlib.problem import Problem
from netlib.query import read, write
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from netlib.sweep import rows
from netlib.sweep.rows import COLUMNS, DTYPES, keys, setup_of
from netlib.sweep.spec import ShortTraining, Sweep, Task
from tests.oracles import batches, networks, seeds

TASK = Task(NetworkSpec((16, 8), "tanh"), (0, 7), training=ShortTraining(), sigma_w=1.5)


def whole(task):
    """A table with nothing measured in it."""
    nothing = {name: math.nan for name in DTYPES if DTYPES[name] == "float64"}
    lists = [np.zeros(len(task.network.layers))] * len(task.seeds)
    measured = {"signal": lists, "gradient": lists, "verdict": "keeps", "diverged": False}
    return rows.table(({**nothing, **measured, **rows.given(task)}, len(task.seeds)))


@given(networks(), batches(), st.lists(seeds, min_size=1, max_size=3, unique=True))
@settings(max_examples=60)
def test_the_link_of_any_row_opens_as_its_setup(network, batch, some):
    task = Task(network, tuple(some), batch)
    table = whole(task)
    for place, expected in enumerate(task.networks()):
        assert setup_of(table.iloc[place]) == Setup(expected, batch)
    assert table["seed"].tolist() == some
    assert table["parameters"].tolist() == [network.parameters] * len(some)


@pytest.mark.parametrize("sigma", [0.0, 1e-9, 0.3, 1.7, 100.0])
def test_scaled_weights_are_readable_in_the_deepest_link(sigma):
    (task,) = Sweep(hidden_sizes=(tuple(range(1, 31)),), sigma_w=(sigma,), sigma_b=(sigma,), seeds=1).tasks()
    row = whole(task).iloc[0]
    assert setup_of(row).network == task.network
    assert (row["sigma_w"], row["sigma_b"]) == (sigma, sigma)
    assert len(row["link"]) < 1_000


def test_a_row_says_what_its_link_says_in_columns_to_group_by():
    row = whole(TASK).iloc[1]
    texts = write(setup_of(row))
    assert (row["hidden_sizes"], row["depth"], row["width"]) == ("16-8", 2, 16) == (texts["hidden"], 2, 16)
    assert (row["activation"], row["weight_init"], row["bias_init"]) == ("tanh", "pytorch", "pytorch")
    assert (row["sigma_w"], math.isnan(row["sigma_b"])) == (1.5, True)
    assert (row["epochs"], row["optimizer"], row["learning_rate"]) == (1, "adam", 0.001)
    assert (row["batch_size"], row["threshold"]) == (64, 0.8)
    bare = whole(Task(NetworkSpec(()), (3,))).iloc[0]
    assert (bare["hidden_sizes"], bare["depth"], bare["width"]) == ("none", 0, 0)
    assert (bare["epochs"], bare["optimizer"], math.isnan(bare["learning_rate"])) == (0, "", True)


def test_a_link_that_is_none_of_ours_says_why():
    with pytest.raises(Problem, match="activation must be one of"):
        setup_of({"link": "v=1&activation=swish"})


def test_every_column_in_order_of_its_dtype():
    for table in (whole(TASK), rows.empty()):
        assert list(table.columns) == list(COLUMNS) == list(DTYPES)
        assert {name: str(dtype) for name, dtype in table.dtypes.items()} == DTYPES
    assert len(rows.empty()) == 0
    assert all(column.summary.endswith(".") for column in COLUMNS.values())


def test_it_goes_through_parquet_and_back(tmp_path):
    table = whole(TASK)
    table.to_parquet(tmp_path / "rows.parquet")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "rows.parquet"), table, check_exact=True)


def test_a_key_is_one_seeds_own_and_the_same_in_any_task():
    together = keys(TASK)
    assert len(set(together)) == 2
    assert all(len(key) == 64 for key in together)
    assert keys(replace(TASK, seeds=(7, 9)))[0] == together[1]
    assert keys(pickle.loads(pickle.dumps(TASK))) == together == tuple(whole(TASK)["key"])
    assert keys(replace(TASK, network=replace(TASK.network, seed=99))) == together, "a task's seeds stand for it"


@pytest.mark.parametrize(
    "change",
    [
        {"network": NetworkSpec((16, 9), "tanh")},
        {"network": NetworkSpec((16, 8), "relu")},
        {"network": NetworkSpec((16, 8), "tanh", Init("normal", std=0.0101))},
        {"network": NetworkSpec((16, 8), "tanh", bias_init="zeros")},
        {"seeds": (1, 8)},
        {"batch": BatchSpec(size=63)},
        {"batch": BatchSpec(seed=1)},
        {"batch": BatchSpec(split="test")},
        {"batch": BatchSpec(source="full")},
        {"batch": BatchSpec(digits=(1, 7))},
        {"training": None},
        {"training": ShortTraining(2)},
        {"training": ShortTraining(optimizer="adamw")},
        {"training": ShortTraining(learning_rate=0.002)},
        {"training": ShortTraining(batch_size=32)},
        {"training": ShortTraining(threshold=0.9)},
        {"sigma_w": None},
        {"sigma_b": 0.0},
    ],
)
def test_whatever_changes_a_row_changes_its_key(change):
    assert not set(keys(replace(TASK, **change))) & set(keys(TASK))


def test_other_numbers_other_versions_and_other_digits_are_other_rows():
    before = keys(TASK)
    other = replace(known.BUNDLED, train=replace(known.BUNDLED.train, labels=known.BUNDLED.test.labels))
    for changed in (
        patch.object(rows, "FORMAT", rows.FORMAT + 1),
        patch.object(rows, "version", lambda name: "9.9"),
        patch.object(known, "BUNDLED", other),
    ):
        rows.identity.cache_clear()
        with changed:
            assert not set(keys(TASK)) & set(before)
        rows.identity.cache_clear()
    assert keys(TASK) == before


def test_keys_are_the_same_in_another_process_and_need_no_torch():
    code = (
        "import sys; from netlib.sweep import rows; from netlib.sweep.spec import *; from netlib.spec import *; "
        "task = Task(NetworkSpec((16, 8), 'tanh'), (0, 7), training=ShortTraining(), sigma_w=1.5); "
        "print(*rows.keys(task)); assert 'torch' not in sys.modules"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert tuple(found.stdout.split()) == keys(TASK)


def test_a_link_is_what_the_pages_write():
    assert read(dict(part.split("=") for part in rows.links(TASK)[0].split("&")[1:])).notes == ()
