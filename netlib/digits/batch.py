"""A batch of digits as a network gets it: chosen by a seed, normalised as in the notebook, read-only."""

import hashlib
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from netlib.digits.idx import Bytes
from netlib.digits.store import Digits, load
from netlib.i18n import N_
from netlib.problem import Problem
from netlib.spec import BatchSpec
from netlib.trace import frozen

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

# What ToTensor and Normalize((0.5,), (0.5,)) do, in their order and in float32, once for each possible byte.
_NORMALISED: Floats = (np.arange(256, dtype=np.float32) / np.float32(255) - np.float32(0.5)) / np.float32(0.5)


@dataclass(frozen=True, eq=False)
class Batch:
    """Some digits, ready for a network; all arrays read-only.

    images float32 (n, 1, 28, 28) in [-1, 1], background exactly -1; labels int64 (n,); pixels uint8 (n, 28,
    28), the same digits as bytes; indices int64 (n,), their positions in the file. `spec` says what is
    served, `available` how many digits match it, `notice` what a visitor should know about it: that other
    digits are shown than were asked for or, less urgent, that some are shown more than once.
    """

    images: Floats
    labels: Integers
    pixels: Bytes
    indices: Integers
    spec: BatchSpec
    available: int
    notice: Problem | None = None

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def nbytes(self) -> int:
        """Memory of all arrays together, in bytes."""
        return self.images.nbytes + self.labels.nbytes + self.pixels.nbytes + self.indices.nbytes


def normalised(pixels: Bytes) -> Floats:
    """Bytes as a network gets them: uint8 in, float32 of the same shape in [-1, 1] out, 0 becomes -1.

    Equal bit for bit to torchvision's `ToTensor` followed by `Normalize((0.5,), (0.5,))`.
    """
    return _NORMALISED[pixels]


def sample(spec: BatchSpec) -> Batch:
    """The batch of a spec, the same for everybody and on every call: a choice by a generator of its own.

    A larger `size` keeps the earlier images. Where fewer digits match than `size`, it goes on through them in
    a new order, and `notice` says so. Raises `Problem` where the source is not here or a file is not what it
    must be.
    """
    digits = load(spec.source, spec.split)
    indices, available = choose(digits, spec)
    pixels = digits.images[indices]
    notice = None
    if available < spec.size:
        notice = Problem(
            N_(
                "{available} digits match and the batch has {size} images, so some are shown more than once: "
                "like a shuffled DataLoader, it starts over in a new order."
            ),
            available=available,
            size=spec.size,
        )
    return Batch(
        images=frozen(normalised(pixels))[:, np.newaxis],
        labels=frozen(digits.labels[indices].astype(np.int64)),
        pixels=frozen(pixels),
        indices=frozen(indices),
        spec=spec,
        available=available,
        notice=notice,
    )


def sample_or_bundled(spec: BatchSpec) -> Batch:
    """The batch of a spec or, where its source cannot be shown, of the bundled digits with a `notice` why.

    `batch.spec.source` says which. Raises `Problem` only where the bundled digits themselves are damaged.
    """
    try:
        return sample(spec)
    except Problem as problem:
        if spec.source == "bundled":
            raise
        batch = sample(replace(spec, source="bundled"))
        notice = Problem(
            N_("The full MNIST cannot be shown, so these are the bundled digits. {reason}"),
            reason=problem.with_traceback(None),  # it would hold this frame, and with it the batch that holds it
        )
        return replace(batch, notice=notice)


def choose(digits: Digits, spec: BatchSpec) -> tuple[Integers, int]:
    """The positions of a spec's digits, int64 (size,), and how many match; raises `Problem` where none does."""
    matching = np.arange(len(digits)) if spec.digits is None else np.flatnonzero(np.isin(digits.labels, spec.digits))
    if not matching.size:
        raise Problem(N_("No digit of this split matches."))
    source = _generator(spec.seed)
    rounds = -(-spec.size // matching.size)
    order = np.concatenate([_permutation(source, matching.size) for _ in range(rounds)])
    return matching[order[: spec.size]].astype(np.int64), int(matching.size)


def _generator(seed: int) -> np.random.PCG64:
    digest = hashlib.sha256(f"{seed}:batch".encode()).digest()
    return np.random.PCG64(int.from_bytes(digest[:8], "big") >> 1)


def _permutation(source: np.random.PCG64, count: int) -> Integers:
    # The order of raw draws rather than `Generator.permutation`: numpy guarantees that the stream of PCG64 itself
    # never changes, and of Generator's methods only that they may (NEP 19). A link must show the same digits for years.
    return np.argsort(source.random_raw(count), kind="stable")
