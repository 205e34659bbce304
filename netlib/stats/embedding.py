"""A layer's activations as points in a plane: principal components, and t-SNE on demand."""

from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from netlib.bounds import CLASSES
from netlib.trace import Array, frozen

MOST_POINTS = 1_000
LEAST_POINTS = 5

_PERPLEXITY = 30.0
_ROUNDING = 1e-12  # singular values below this share of the numbers themselves are rounding, not spread


@dataclass(frozen=True, eq=False)
class Plane:
    """Images as points: `places` (k, 2), `images` int (k,) which ones of those given, `explained` (2,) for PCA.

    Images whose activations are no numbers are left out. `explained` is each direction's share of the variance, zeros
    where nothing varies, and None for t-SNE, whose axes mean nothing.
    """

    places: Array
    images: Array
    explained: Array | None

    def __len__(self) -> int:
        return len(self.images)


def principal(activations: Array) -> Plane:
    """The two directions (n, units) in which a layer's activations vary most, by a singular value decomposition.

    Pearson, On lines and planes of closest fit, 1901. Each direction's sign is such that its largest weight is
    positive, so that the same layer always gives the same picture.
    """
    images, values = _usable(activations)
    if not len(images):
        return _read_only(np.zeros((0, 2)), images, np.zeros(2))
    largest = float(np.abs(values).max(initial=0.0))
    centred = values - values.mean(axis=0)
    scores, singular, directions = np.linalg.svd(centred, full_matrices=False)
    if not singular.size or singular[0] <= _ROUNDING * largest * np.sqrt(values.size):
        return _read_only(np.zeros((len(images), 2)), images, np.zeros(2))
    kept = min(2, len(singular))
    top = directions[np.arange(kept), np.abs(directions[:kept]).argmax(axis=1)]
    places = np.zeros((len(images), 2))
    places[:, :kept] = scores[:, :kept] * (singular[:kept] * np.where(top < 0, -1.0, 1.0))
    explained = np.zeros(2)
    relative = singular / singular[0]
    explained[:kept] = relative[:kept] ** 2 / (relative**2).sum()
    return _read_only(places, images, explained)


def _read_only(places: Array, images: Array, explained: Array | None) -> Plane:
    # All visitors who ask for the same share it.
    return Plane(frozen(places), frozen(images.copy()), None if explained is None else frozen(explained))


def tsne_available() -> bool:
    """Whether scikit-learn, which t-SNE needs and nothing else does, is installed."""
    return find_spec("sklearn") is not None


def neighbourhoods(activations: Array, seed: int) -> Plane:
    """The first 1,000 images' activations (n, units) as t-SNE lays them out: neighbours stay neighbours.

    van der Maaten, Hinton, Visualizing data using t-SNE, JMLR 9, 2008, in scikit-learn's Barnes-Hut form, started from
    the principal components, so that the same seed gives the same picture. It takes seconds: not for a page's script.
    Raises `ValueError` for fewer than 5 images whose activations are numbers, `ImportError` without scikit-learn.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    start = principal(activations[:MOST_POINTS])
    if len(start) < LEAST_POINTS:
        raise ValueError(f"t-SNE needs at least {LEAST_POINTS} images, not {len(start)}")
    values = activations[start.images].astype(np.float64)
    spread = float(start.places[:, 0].std())
    # Equal points have no neighbourhood to keep: a start a hair apart lets the method end without dividing by 0.
    layout = TSNE(
        perplexity=min(_PERPLEXITY, (len(start) - 1) / 3),
        init=(start.places / spread * 1e-4 if spread else start.places).astype(np.float32),
        learning_rate="auto",
        random_state=seed,
        n_jobs=1,
    )
    scale = float(np.abs(values).max()) or 1.0
    with threadpool_limits(1, user_api="openmp"):  # this thread's alone; two threads would add in another order
        places = layout.fit_transform((values / scale).astype(np.float32))
    return _read_only(places.astype(np.float64), start.images, None)


def _usable(activations: Array) -> tuple[Array, Array]:
    """Which rows of (n, units) are all numbers, and these rows in float64."""
    if activations.ndim != 2:
        raise ValueError(f"activations must have the shape (n, units), but have {activations.shape}")
    images = np.flatnonzero(np.isfinite(activations).all(axis=1))
    return images, activations[images].astype(np.float64)


@dataclass(frozen=True)
class Separation:
    """How far a plane keeps the digits apart.

    `same` is the share of images whose nearest neighbour in the plane is the same digit, `guess` the share that
    shuffled labels would give; None where there is nothing to compare: one image, one digit, or no spread.
    """

    same: float | None
    guess: float


def separate(plane: Plane, labels: Array) -> Separation:
    """Whose nearest neighbour in the plane is the same digit; labels (n,) are those of all images given."""
    own = labels[plane.images]
    count = np.bincount(own, minlength=CLASSES).astype(np.float64)
    n = len(plane)
    guess = float((count * (count - 1)).sum() / (n * (n - 1))) if n > 1 else 1.0
    if n < 2 or (count > 0).sum() < 2 or not np.ptp(plane.places, axis=0).any():
        return Separation(None, guess)
    same = 0
    places = plane.places / np.abs(plane.places).max()
    for start in range(0, n, 256):  # a block of distances at a time keeps memory small
        block = places[start : start + 256]
        distance = ((block[:, np.newaxis] - places) ** 2).sum(axis=2)
        distance[np.arange(len(block)), np.arange(start, start + len(block))] = np.inf
        same += int((own[distance.argmin(axis=1)] == own[start : start + len(block)]).sum())
    return Separation(same / n, guess)


def centres(plane: Plane, labels: Array) -> list[tuple[int, float, float]]:
    """The median place of each digit that occurs: (digit, x, y)."""
    own = labels[plane.images]
    return [
        (digit, float(np.median(plane.places[own == digit, 0])), float(np.median(plane.places[own == digit, 1])))
        for digit in range(CLASSES)
        if (own == digit).any()
    ]
