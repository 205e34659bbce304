"""Reads a split of a set of digits, checks it, and keeps it for the next one who asks."""

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from netlib.bounds import SOURCES, SPLITS, check_word
from netlib.digits import known
from netlib.digits.folders import own_root, raw_folder, size_of
from netlib.digits.idx import BadFile, Bytes, read_images, read_labels
from netlib.digits.known import KnownSplit, Manifest
from netlib.i18n import N_
from netlib.problem import Problem

MAX_KEPT = 4


@dataclass(frozen=True, eq=False)
class Digits:
    """A whole split: images uint8 (n, 28, 28) with 0 = background, labels uint8 (n,), both read-only."""

    images: Bytes
    labels: Bytes
    source: str
    split: str

    def __len__(self) -> int:
        return len(self.labels)


_Key = tuple[str, str, Path, Manifest]
_kept: dict[_Key, Digits] = {}
_loading = Lock()


def load(source: str, split: str) -> Digits:
    """A whole split of the `bundled` or `full` digits, read and checked once a process; safe from any thread.

    Raises `Problem` where the full set is not here, `BadFile` where a file is not what it must be; then
    nothing is kept, and the next call looks again.
    """
    check_word("source", source, SOURCES)
    check_word("split", split, SPLITS)
    manifest = known.BUNDLED if source == "bundled" else known.FULL
    raw = raw_folder(source)
    key = (source, split, raw, manifest)
    if (digits := _kept.get(key)) is not None:
        return digits
    with _loading:
        if (digits := _kept.get(key)) is not None:
            return digits
        if source == "full":
            _check_present(raw, manifest)
        digits = Digits(*read_split(raw, manifest.split(split)), source, split)
        while len(_kept) >= MAX_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = digits
        return digits


def read_split(raw: Path, files: KnownSplit) -> tuple[Bytes, Bytes]:
    """The images and labels of one split in a folder, each checked in full; raises `BadFile`."""
    images = read_images(raw / files.images.name, count=files.images.count, sha256=files.images.sha256)
    labels = read_labels(raw / files.labels.name, count=files.labels.count, sha256=files.labels.sha256)
    if len(images) != len(labels):
        raise BadFile(
            N_("{file} holds {found} labels for {expected} images."),
            file=files.labels.name,
            found=len(labels),
            expected=len(images),
        )
    return images, labels


def is_good(raw: Path, manifest: Manifest) -> bool:
    """Whether a folder holds the four files, each exactly as it must be: reads all of them."""
    try:
        for split in SPLITS:
            read_split(raw, manifest.split(split))
    except BadFile:
        return False
    return True


def _check_present(raw: Path, manifest: Manifest) -> None:
    """Raises `Problem` where none of the files is here: no file is at fault, they were never fetched."""
    if any(size_of(raw / file.name) for file in manifest.files):
        return
    if own_root() is not None:
        raise Problem(
            N_("The folder that LAYERSCOPE_MNIST names holds no {file}."),
            file=f"MNIST/raw/{manifest.files[0].name}",
        )
    raise Problem(N_("The full MNIST has not been downloaded here."))
