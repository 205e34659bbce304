"""A batch inside a program: the same bytes, not too many."""

import base64
import zlib

import numpy as np
import pytest

import netlib
from netlib.code.payload import batch_lines, packed, torchvision_lines
from netlib.i18n import translator


def test_bytes_come_back_as_they_were():
    pixels = netlib.sample(netlib.BatchSpec(size=5)).pixels
    data = zlib.decompress(base64.b64decode("".join(packed(pixels))))
    np.testing.assert_array_equal(np.frombuffer(data, np.uint8).reshape(-1, 28, 28), pixels)


@pytest.mark.parametrize("seed", range(3))
def test_the_largest_batch_stays_below_200_kilobytes(seed):
    batch = netlib.sample(netlib.BatchSpec(size=256, seed=seed))
    assert sum(len(line) + 1 for line in batch_lines(batch.pixels, batch.labels, translator("ru"))) < 200_000


def test_torchvisions_lines_are_the_notebooks():
    """R1."""
    lines = "\n".join(torchvision_lines(64))
    for said in (
        "Normalize((0.5,), (0.5,))",
        "datasets.MNIST(",
        "train=True",
        "batch_size=64, shuffle=True",
        "next(iter(trainloader))",
    ):
        assert said in lines
