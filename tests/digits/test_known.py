import hashlib

import pytest

from netlib.digits.folders import raw_folder
from netlib.digits.known import BUNDLED, FULL


@pytest.mark.parametrize("file", BUNDLED.files, ids=lambda file: file.name)
def test_the_bundled_files_are_the_ones_of_their_readme(file):
    path = raw_folder("bundled") / file.name
    assert path.stat().st_size == file.size
    assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
    readme = (raw_folder("bundled").parents[1] / "README.md").read_text(encoding="utf-8")
    assert file.sha256 in readme


def test_the_archives_are_the_ones_that_torchvision_downloads():
    from torchvision.datasets import MNIST

    assert [(file.archive, file.archive_md5) for file in FULL.files] == MNIST.resources


def test_the_full_mnist_has_70_000_digits_in_files_of_the_known_sizes():
    assert [(file.count, file.size) for file in FULL.files] == [
        (60_000, 47_040_016),
        (60_000, 60_008),
        (10_000, 7_840_016),
        (10_000, 10_008),
    ]


def test_no_checksum_is_written_down_twice():
    files = (*BUNDLED.files, *FULL.files)
    assert len({file.sha256 for file in files}) == len(files)
    assert all(len(file.sha256) == 64 for file in files)
