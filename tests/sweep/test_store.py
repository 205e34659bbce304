"""Part files: whole or not there, each row once, torn ones named and moved aside; what a plain reader sees."""

import math
import os
import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netlib.problem import Problem
from netlib.sweep import rows as layout
from netlib.sweep.rows import DTYPES, empty, table
from netlib.sweep.spec import Sweep
from netlib.sweep.store import ASIDE, Store, packed, write_csv
from tests.sweep.serial import same

SWEEP = Sweep(hidden_sizes=((), (4,), (4, 4)), seeds=3)


def part(task, seed=0):
    """Rows as an evaluation makes them, with numbers that are none at all among them."""
    random, count = np.random.default_rng(seed), len(task.seeds)
    layers = len(task.network.hidden_sizes) + 1
    lists = {name: list(random.normal(size=(count, layers))) for name in ("signal", "gradient")}
    lists["gradient"][0][0], lists["signal"][-1][-1] = math.inf, math.nan
    numbers = {name: random.normal(size=count) for name, dtype in DTYPES.items() if dtype == "float64"}
    return table(({**numbers, "verdict": "keeps", "diverged": False, **layout.given(task), **lists}, count))


PARTS = [part(task) for task in SWEEP.tasks()]
ALL = pd.concat(PARTS, ignore_index=True)


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "results")


@pytest.fixture
def full(store):
    for rows in PARTS:
        store.add(rows)
    return store


def test_what_was_kept_is_read_bit_by_bit(full):
    found = Store(full.folder).read()
    assert same(found, ALL)
    assert found.dtypes.astype(str).to_dict() == ALL.dtypes.astype(str).to_dict()
    assert Store(full.folder).keys() == set(map(packed, ALL["key"]))
    assert full.torn() == []


def test_an_empty_folder_has_no_rows(store):
    assert store.keys() == set()
    assert same(store.read(), empty())
    assert same(store.read(["0" * 64]), empty())


def test_some_rows_in_the_order_that_is_asked_for(full):
    keys = list(ALL["key"])
    asked = [keys[7], "0" * 64, keys[0], keys[4]]
    assert list(full.read(asked)["key"]) == [keys[7], keys[0], keys[4]]
    assert list(Store(full.folder).read(keys[::-1])["key"]) == keys[::-1]


def test_a_row_that_was_computed_twice_counts_once(full):
    full.add(PARTS[0])
    assert len(full.parts()) == len(PARTS), "the same chunk is the same file"
    full.add(pd.concat([PARTS[0], PARTS[1]], ignore_index=True))
    assert len(full.parts()) == len(PARTS) + 1
    assert same(full.read(), ALL)


def test_any_reader_of_parquet_sees_the_same(full):
    plain = pd.read_parquet(full.folder)
    assert same(plain.astype(DTYPES), ALL)
    torn = full.folder / full.parts()[0]
    torn.write_bytes(torn.read_bytes()[:-1])
    (full.folder / f".{torn.name}.1234").write_bytes(b"half written")
    assert len(Store(full.folder).keys()) < len(ALL)
    assert len(pd.read_parquet(full.folder)) == len(Store(full.folder).keys())


@settings(max_examples=25)
@given(st.data())
def test_a_file_that_is_torn_anywhere_is_named_and_moved_aside(tmp_path_factory, data):
    store = Store(tmp_path_factory.mktemp("torn"))
    for rows in PARTS:
        store.add(rows)
    name = data.draw(st.sampled_from(store.parts()))
    path = store.folder / name
    content = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    else:
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)

    again = Store(store.folder)
    lost = again.keys() ^ set(map(packed, ALL["key"]))
    assert len(lost) == 3, "the rows of that part are missing, and no others"
    assert again.torn() == [name]
    assert again.torn() == [], "it is said once"
    assert not path.exists()
    assert [entry.read_bytes() for entry in (store.folder / ASIDE).iterdir()] == [content], "nothing is thrown away"
    again.add(next(rows for rows in PARTS if packed(rows["key"][0]) in lost))
    assert same(again.read(), ALL)


def test_one_that_tears_after_it_was_read_is_noticed_too(full):
    (full.folder / full.parts()[0]).write_bytes(b"")
    assert len(full.read()) == len(ALL) - 3
    assert len(full.torn()) == 1
    assert len(full.keys()) == len(ALL) - 3


def test_what_another_command_has_just_mended_stays(full, monkeypatch):
    """One sees a torn file; before it moves it aside, another has done that and computed it anew."""
    name = full.parts()[0]
    whole = (full.folder / name).read_bytes()
    (full.folder / name).write_bytes(b"torn")
    move = Path.replace

    def slowly(path, target):
        if path.name == name:
            path.write_bytes(whole)
        return move(path, target)

    monkeypatch.setattr(Path, "replace", slowly)
    again = Store(full.folder)
    again.keys()
    assert again.torn() == []
    assert (full.folder / name).read_bytes() == whole
    assert len(again.keys()) == len(ALL)


def test_many_at_once_on_one_folder(tmp_path):
    def write():
        own = Store(tmp_path)
        for rows in PARTS:
            own.add(rows)
            own.keys()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert same(Store(tmp_path).read(), ALL)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == Store(tmp_path).parts(), "nothing half written is left"


def test_files_of_others_are_left_alone(full):
    (full.folder / "mine.parquet").write_bytes(b"mine")
    (full.folder / "notes.txt").write_text("mine")
    assert same(Store(full.folder).read(), ALL)
    assert (full.folder / "mine.parquet").exists()


def test_what_was_half_written_long_ago_is_taken_away(full):
    old, new = full.folder / ".part-1.2", full.folder / ".part-3.4"
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    Store(full.folder)
    assert not old.exists()
    assert new.exists(), "another command may be writing it"


def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Problem, match=r"The results cannot be kept in .*file/results: Not a directory\."):
        Store(tmp_path / "file" / "results")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is Linux's /dev/full")
def test_a_full_disk_is_one_sentence(store, monkeypatch):
    monkeypatch.setattr(Path, "write_bytes", lambda path, content: os.write(os.open("/dev/full", os.O_WRONLY), content))
    with pytest.raises(Problem, match="No space left on device"):
        store.add(PARTS[0])
    assert store.parts() == []


def test_as_csv(full, tmp_path):
    write_csv(full.read(list(ALL["key"])), tmp_path / "table.csv")
    found = pd.read_csv(tmp_path / "table.csv", keep_default_na=False)
    assert list(found["key"]) == list(ALL["key"])
    for name in ("signal", "gradient"):
        for written, exact in zip(found[name], ALL[name], strict=True):
            assert np.array_equal(np.array(written.split(), np.float64), exact, equal_nan=True)
    assert np.array_equal(found["entropy"].astype(float), ALL["entropy"])  # pandas reads what Python's repr wrote
    with pytest.raises(Problem, match="cannot be written: No such file or directory"):
        write_csv(ALL, tmp_path / "nowhere" / "table.csv")
