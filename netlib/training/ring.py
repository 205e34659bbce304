"""Checkpoints in a bounded ring: evenly spread over the whole run, the start and the newest always among them."""

from netlib.trace import Array

Weights = tuple[tuple[Array, Array], ...]

COUNT = 32
NBYTES = 48 * 2**20


def nbytes_of(weights: Weights) -> int:
    """Memory of one checkpoint, in bytes."""
    return sum(weight.nbytes + bias.nbytes for weight, bias in weights)


class Ring:
    """At most `count` checkpoints and `nbytes` bytes, but two at least: step 0 and the newest.

    Every step is kept at first. When the ring is full, every second checkpoint is dropped and from then on half as many
    are taken, so that what is kept stays evenly spread however long a run becomes.
    """

    def __init__(self, count: int = COUNT, nbytes: int = NBYTES) -> None:
        self._count, self._nbytes = max(count, 2), nbytes
        self._kept: dict[int, Weights] = {}
        self._stride = 1

    def wants(self, step: int) -> bool:
        """Whether this step is one of those that are evenly spread."""
        return step % self._stride == 0

    def put(self, step: int, weights: Weights) -> None:
        """Keeps the weights after a step, the newest: steps only grow until `clear`."""
        for old in [old for old in self._kept if old % self._stride]:
            del self._kept[old]  # it was here as the newest alone
        self._kept[step] = weights
        while len(self._kept) > 2 and (len(self._kept) > self._count or self.nbytes > self._nbytes):
            self._stride *= 2
            self._kept = {old: kept for old, kept in self._kept.items() if old % self._stride == 0 or old == step}

    def get(self, step: int) -> Weights | None:
        """The weights after a step; None where they are not kept."""
        return self._kept.get(step)

    def clear(self) -> None:
        """Forgets everything: a run begins anew."""
        self._kept, self._stride = {}, 1

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps that are kept, in their order."""
        return tuple(sorted(self._kept))

    @property
    def nbytes(self) -> int:
        """Memory of all that is kept, in bytes."""
        return sum(nbytes_of(weights) for weights in self._kept.values())
