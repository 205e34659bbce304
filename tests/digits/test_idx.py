import hashlib
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.digits import BadFile
from netlib.digits.folders import raw_folder
from netlib.digits.idx import read_images, read_labels
from tests.digits.mirror import TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS, idx, idx_images, idx_labels


def test_images_are_the_ones_that_torchvision_reads():
    from torchvision.datasets.mnist import read_image_file

    for name in (TRAIN_IMAGES, TEST_IMAGES):
        path = raw_folder("bundled") / name
        ours = read_images(path)
        assert ours.dtype == np.uint8
        assert np.array_equal(ours, read_image_file(str(path)).numpy())


def test_labels_are_the_ones_that_torchvision_reads():
    from torchvision.datasets.mnist import read_label_file

    for name in (TRAIN_LABELS, TEST_LABELS):
        path = raw_folder("bundled") / name
        ours = read_labels(path)
        assert ours.dtype == np.uint8
        assert np.array_equal(ours, read_label_file(str(path)).numpy())


@given(st.lists(st.integers(0, 9), min_size=1, max_size=50), st.binary(min_size=784, max_size=784))
def test_any_digits_come_back_as_they_were_written(tmp_path_factory, labels, pixels):
    folder = tmp_path_factory.mktemp("digits")
    (folder / "images").write_bytes(idx_images(len(labels), pixels * len(labels)))
    (folder / "labels").write_bytes(idx_labels(len(labels), labels))
    assert read_labels(folder / "labels").tolist() == labels
    assert read_images(folder / "images").tobytes() == pixels * len(labels)


def test_nobody_can_write_into_what_was_read():
    for array in (read_images(raw_folder("bundled") / TEST_IMAGES), read_labels(raw_folder("bundled") / TEST_LABELS)):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
        with pytest.raises(ValueError, match="WRITEABLE"):
            array.flags.writeable = True


BROKEN_IMAGES = {
    "empty": (b"", "images is empty."),
    "header cut off": (idx(2051, (2, 28), b""), "images is cut off: its header alone needs 16 bytes; found 12."),
    "labels for images": (
        idx_labels(8, [0] * 8),
        "images must start with the magic number 2051; found 2049.",
    ),
    "compressed": (
        b"\x1f\x8b\x08\x00" + bytes(100),
        "images must start with the magic number 2051; found 529205248.",
    ),
    "other shape": (idx(2051, (1, 32, 32), bytes(1024)), "images must hold images of 28 × 28 pixels; found 32 × 32."),
    "turned shape": (idx(2051, (1, 14, 56), bytes(784)), "images must hold images of 28 × 28 pixels; found 14 × 56."),
    "no image": (idx_images(0, b""), "images declares no digit at all."),
    "cut off": (idx_images(2, bytes(1567)), "images declares 2 digits, which take 1584 bytes; found 1583 bytes."),
    "too long": (idx_images(2, bytes(1569)), "images declares 2 digits, which take 1584 bytes; found 1585 bytes."),
    "a count of billions": (
        idx_images(2**32 - 1, bytes(784)),
        "images declares 4294967295 digits, which take 3367254359296 bytes; found 800 bytes.",
    ),
}

BROKEN_LABELS = {
    "empty": (b"", "labels is empty."),
    "header cut off": (b"\x00\x00\x08\x01", "labels is cut off: its header alone needs 8 bytes; found 4."),
    "images for labels": (
        idx_images(1, bytes(784)),
        "labels must start with the magic number 2049; found 2051.",
    ),
    "no label": (idx_labels(0, b""), "labels declares no digit at all."),
    "one label missing": (
        idx_labels(6_000, bytes(5_999)),
        "labels declares 6000 digits, which take 6008 bytes; found 6007 bytes.",
    ),
    "a label of 10": (
        idx_labels(3, [9, 10, 255]),
        "labels must hold labels from 0 to 9; found 10 at position 1.",
    ),
}


@pytest.mark.parametrize(("content", "sentence"), BROKEN_IMAGES.values(), ids=BROKEN_IMAGES)
def test_a_broken_file_of_images_is_refused_in_one_sentence(content, sentence, tmp_path):
    (tmp_path / "images").write_bytes(content)
    with pytest.raises(BadFile) as caught:
        read_images(tmp_path / "images")
    assert str(caught.value) == sentence
    assert caught.value.file == "images"


@pytest.mark.parametrize(("content", "sentence"), BROKEN_LABELS.values(), ids=BROKEN_LABELS)
def test_a_broken_file_of_labels_is_refused_in_one_sentence(content, sentence, tmp_path):
    (tmp_path / "labels").write_bytes(content)
    with pytest.raises(BadFile) as caught:
        read_labels(tmp_path / "labels")
    assert str(caught.value) == sentence
    assert caught.value.file == "labels"


@pytest.mark.parametrize("read", [read_images, read_labels])
def test_a_file_that_is_not_there_is_called_missing(read, tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "digits", tmp_path / "file" / "digits"):
        with pytest.raises(BadFile) as caught:
            read(path)
        assert str(caught.value) == "digits is missing."


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "digits").mkdir()
    with pytest.raises(BadFile) as caught:
        read_images(tmp_path / "digits")
    assert str(caught.value) == "digits cannot be read: Is a directory."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_we_may_not_read_is_named(tmp_path):
    (tmp_path / "digits").write_bytes(idx_labels(1, [0]))
    (tmp_path / "digits").chmod(0)
    with pytest.raises(BadFile) as caught:
        read_labels(tmp_path / "digits")
    assert str(caught.value) == "digits cannot be read: Permission denied."


def test_another_count_than_the_known_one_is_refused(tmp_path):
    (tmp_path / "labels").write_bytes(idx_labels(5_999, bytes(5_999)))
    assert len(read_labels(tmp_path / "labels", count=5_999)) == 5_999
    with pytest.raises(BadFile) as caught:
        read_labels(tmp_path / "labels", count=6_000)
    assert str(caught.value) == "labels must hold 6000 digits; found 5999."


@given(position=st.integers(0, 1583), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_noticed(tmp_path_factory, position, bit):
    content = idx_images(2, bytes(range(196)) * 8)
    path = tmp_path_factory.mktemp("digits") / "images"
    path.write_bytes(content)
    known = hashlib.sha256(content).hexdigest()
    read_images(path, sha256=known)
    flipped = bytearray(content)
    flipped[position] ^= 1 << bit
    path.write_bytes(flipped)
    with pytest.raises(BadFile, match=r"^images "):
        read_images(path, sha256=known)


def test_a_damaged_file_says_what_was_expected_and_what_was_found(tmp_path):
    (tmp_path / "labels").write_bytes(idx_labels(1, [3]))
    found = hashlib.sha256(idx_labels(1, [3])).hexdigest()
    with pytest.raises(BadFile) as caught:
        read_labels(tmp_path / "labels", sha256="0123456789ab" + 52 * "c")
    assert str(caught.value) == (f"labels is damaged: its SHA-256 must start with 0123456789ab; found {found[:12]}.")


def test_no_sentence_names_a_folder(tmp_path):
    with pytest.raises(BadFile) as caught:
        read_images(tmp_path / "images")
    assert str(tmp_path) not in str(caught.value)
