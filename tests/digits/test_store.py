import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from netlib.digits import BadFile, known, load, store
from netlib.problem import Problem
from tests.digits.mirror import (
    TEST_IMAGES,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    archived,
    first_digits,
    idx_labels,
    manifest_of,
)


@pytest.fixture
def raw(cache, small):
    """The small set in the place of a downloaded MNIST."""
    folder = cache / "MNIST" / "raw"
    folder.mkdir(parents=True)
    for name, content in small.files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(("split", "each"), [("train", 400), ("test", 100)])
def test_every_class_is_there_equally_often(split, each):
    digits = load("bundled", split)
    assert digits.images.shape == (10 * each, 28, 28)
    assert np.bincount(digits.labels).tolist() == [each] * 10
    assert len(digits) == 10 * each


def test_the_bundled_digits_have_the_statistics_of_their_readme():
    pixels = np.concatenate([load("bundled", split).images for split in ("train", "test")]) / 255
    assert round(pixels.mean(), 4) == 0.1313
    assert round(pixels.std(), 4) == 0.3086


def test_no_image_is_in_both_splits():
    train, test = ({image.tobytes() for image in load("bundled", split).images} for split in ("train", "test"))
    assert not train & test


def test_a_split_is_read_once():
    assert load("bundled", "test") is load("bundled", "test")
    assert load("bundled", "test") is not load("bundled", "train")


def test_many_first_visitors_at_once_get_the_same_digits_read_once(monkeypatch):
    reads = []
    read_split = store.read_split
    monkeypatch.setattr(store, "read_split", lambda *asked: reads.append(asked) or read_split(*asked))
    barrier = threading.Barrier(16)

    def visit(_):
        barrier.wait()
        return load("bundled", "train")

    with ThreadPoolExecutor(16) as visitors:
        seen = set(visitors.map(visit, range(16)))
    assert len(seen) == 1
    assert len(reads) == 1


def test_what_is_kept_is_bounded(cache, small, raw, monkeypatch, tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name / "MNIST").mkdir(parents=True)
        (tmp_path / name / "MNIST" / "raw").symlink_to(raw)
        monkeypatch.setenv("LAYERSCOPE_MNIST", str(tmp_path / name))
        for split in ("train", "test"):
            assert load("full", split).source == "full"
            assert len(store._kept) <= store.MAX_KEPT
    assert load("bundled", "test").split == "test"


@pytest.mark.parametrize(
    ("source", "split", "sentence"),
    [
        ("web", "train", "source must be one of bundled, full; given: web."),
        ("bundled", "all", "split must be one of train, test; given: all."),
    ],
)
def test_another_word_is_refused(source, split, sentence):
    with pytest.raises(Problem) as caught:
        load(source, split)
    assert str(caught.value) == sentence


def test_a_set_that_was_never_downloaded_is_no_fault_of_a_file():
    with pytest.raises(Problem) as caught:
        load("full", "train")
    assert not isinstance(caught.value, BadFile)
    assert str(caught.value) == "The full MNIST has not been downloaded here."


def test_a_folder_of_ones_own_without_digits_is_told_what_belongs_there(tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERSCOPE_MNIST", str(tmp_path))
    with pytest.raises(Problem) as caught:
        load("full", "train")
    assert str(caught.value) == "The folder that LAYERSCOPE_MNIST names holds no MNIST/raw/train-images-idx3-ubyte."


def test_the_downloaded_set_is_read(raw):
    assert len(load("full", "train")) == 600
    assert len(load("full", "test")) == 100


def test_nothing_bad_is_kept_and_the_next_look_sees_the_repair(raw, small):
    flipped = bytearray(small.files[TRAIN_IMAGES])
    flipped[5_000] ^= 1
    (raw / TRAIN_IMAGES).write_bytes(flipped)
    for _ in range(2):
        with pytest.raises(BadFile, match=r"^train-images-idx3-ubyte is damaged: "):
            load("full", "train")
    assert len(load("full", "test")) == 100  # the other split is none the worse for it
    (raw / TRAIN_IMAGES).write_bytes(small.files[TRAIN_IMAGES])
    assert len(load("full", "train")) == 600


def test_one_missing_file_is_named(raw):
    (raw / TEST_IMAGES).unlink()
    with pytest.raises(BadFile) as caught:
        load("full", "test")
    assert str(caught.value) == "t10k-images-idx3-ubyte is missing."


def test_one_label_too_few_is_refused(raw, small):
    (raw / TRAIN_LABELS).write_bytes(idx_labels(599, small.files[TRAIN_LABELS][8:-1]))
    with pytest.raises(BadFile) as caught:
        load("full", "train")
    assert str(caught.value) == "train-labels-idx1-ubyte must hold 600 digits; found 599."


def test_labels_must_be_as_many_as_images_whatever_the_manifest_says(cache, monkeypatch):
    files = first_digits(600, 100)
    files[TRAIN_LABELS] = idx_labels(599, files[TRAIN_LABELS][8:-1])
    broken = archived(files)
    monkeypatch.setattr(known, "FULL", manifest_of(files, dict.fromkeys(files, b"")))
    (cache / "MNIST" / "raw").mkdir(parents=True)
    for name, content in broken.files.items():
        (cache / "MNIST" / "raw" / name).write_bytes(content)
    with pytest.raises(BadFile) as caught:
        load("full", "train")
    assert str(caught.value) == "train-labels-idx1-ubyte holds 599 labels for 600 images."


def test_digits_that_were_read_stay_what_they_were_when_the_file_changes(raw):
    before = load("full", "train")
    kept = before.images.copy()
    (raw / TRAIN_IMAGES).write_bytes(b"")
    assert np.array_equal(before.images, kept)
