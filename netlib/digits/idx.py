"""A strict reader of IDX, MNIST's file format: what is wrong with a file is one sentence that names it.

torchvision's own reader lets a file pass whose pixels were flipped, or that has fewer labels than images.
Source: the format's description in http://yann.lecun.com/exdb/mnist/.
"""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from netlib.i18n import N_
from netlib.problem import Problem

Bytes = NDArray[np.uint8]


class BadFile(Problem):
    """A file that is not what it must be; `file` is its name alone: the folder is no visitor's business."""

    def __init__(self, message: str, *, file: str, **values: object) -> None:
        super().__init__(message, file=file, **values)
        self.file = file


class _Layout(NamedTuple):
    magic: int
    shape: tuple[int, ...]

    @property
    def header(self) -> int:
        """Bytes before the first digit: magic number, count, and each further dimension, four bytes each."""
        return 8 + 4 * len(self.shape)

    @property
    def item(self) -> int:
        """Bytes of one digit."""
        return int(np.prod(self.shape, dtype=int))


_IMAGES = _Layout(magic=2051, shape=(28, 28))
_LABELS = _Layout(magic=2049, shape=())


def read_images(path: Path, *, count: int | None = None, sha256: str | None = None) -> Bytes:
    """The images of an IDX file: uint8 (n, 28, 28), 0 = background, read-only for good.

    `count` and `sha256` are what the file must have where that is known. Raises `BadFile`.
    """
    header, body = _read(path, _IMAGES, count)
    _check_sum(path.name, header, body, sha256)
    return np.frombuffer(body, dtype=np.uint8).reshape(-1, *_IMAGES.shape)


def read_labels(path: Path, *, count: int | None = None, sha256: str | None = None) -> Bytes:
    """The labels of an IDX file: uint8 (n,), each 0 to 9, read-only for good.

    `count` and `sha256` are what the file must have where that is known. Raises `BadFile`.
    """
    header, body = _read(path, _LABELS, count)
    labels = np.frombuffer(body, dtype=np.uint8)
    wrong = np.flatnonzero(labels > 9)
    if wrong.size:
        raise BadFile(
            N_("{file} must hold labels from 0 to 9; found {found} at position {position}."),
            file=path.name,
            found=int(labels[wrong[0]]),
            position=int(wrong[0]),
        )
    _check_sum(path.name, header, body, sha256)
    return labels


def _read(path: Path, layout: _Layout, count: int | None) -> tuple[bytes, bytes]:
    try:
        with path.open("rb") as stream:
            header = stream.read(layout.header)
            # The size first: nobody reads ten gigabytes to learn that they are no MNIST.
            size = os.fstat(stream.fileno()).st_size
            expected = _check_header(path.name, header, size, layout, count)
            body = stream.read(expected)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise BadFile(N_("{file} is missing."), file=path.name) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise BadFile(N_("{file} cannot be read: {reason}."), file=path.name, reason=reason) from error
    if len(body) != expected:
        raise BadFile(N_("{file} was changed while it was read."), file=path.name)
    return header, body


def _check_header(file: str, header: bytes, size: int, layout: _Layout, count: int | None) -> int:
    """The bytes that must follow the header; raises `BadFile`."""
    if not header:
        raise BadFile(N_("{file} is empty."), file=file)
    if len(header) < layout.header:
        raise BadFile(
            N_("{file} is cut off: its header alone needs {expected} bytes; found {found}."),
            file=file,
            expected=layout.header,
            found=len(header),
        )
    magic, declared, *shape = (int.from_bytes(header[i : i + 4], "big") for i in range(0, layout.header, 4))
    if magic != layout.magic:
        raise BadFile(
            N_("{file} must start with the magic number {expected}; found {found}."),
            file=file,
            expected=str(layout.magic),  # a name rather than a quantity: no thousands separator
            found=str(magic),
        )
    if tuple(shape) != layout.shape:
        raise BadFile(
            N_("{file} must hold images of {expected} pixels; found {found}."),
            file=file,
            expected=" × ".join(map(str, layout.shape)),
            found=" × ".join(map(str, shape)),
        )
    if declared == 0:
        raise BadFile(N_("{file} declares no digit at all."), file=file)
    expected = layout.header + declared * layout.item
    if size != expected:
        raise BadFile(
            N_("{file} declares {count} digits, which take {expected} bytes; found {found} bytes."),
            file=file,
            count=declared,
            expected=expected,
            found=size,
        )
    if count is not None and declared != count:
        raise BadFile(
            N_("{file} must hold {expected} digits; found {found}."),
            file=file,
            expected=count,
            found=declared,
        )
    return declared * layout.item


def _check_sum(file: str, header: bytes, body: bytes, sha256: str | None) -> None:
    if sha256 is None:
        return
    digest = hashlib.sha256(header)
    digest.update(body)
    if digest.hexdigest() != sha256:
        raise BadFile(
            N_("{file} is damaged: its SHA-256 must start with {expected}; found {found}."),
            file=file,
            expected=sha256[:12],
            found=digest.hexdigest()[:12],
        )
