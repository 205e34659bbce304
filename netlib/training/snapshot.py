"""What a look at a training sees: frozen numbers, read-only arrays. Numpy alone."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from netlib.problem import Problem
from netlib.trace import Array, frozen

POINTS = 600
"""So many points of a curve are kept; beyond that every second one is let go."""


class _Sent:
    """Crosses from one process to another whole: its arrays are read-only on the other side, too."""

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, field.name) for field in fields(self))  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray) and value.flags.writeable:
                object.__setattr__(self, field.name, frozen(value))


@dataclass(frozen=True, eq=False)
class LayerLook(_Sent):
    """One linear layer and the activation behind it, now and at step 0.

    gradient_norm of weights and biases together, update_ratio |change| / |weights| of the last step watched, nan before
    the first; dead: units that are never positive on the held-out digits, None where the activation is no rectifier.
    weight_* count the weights, activation_* what leaves the layer for all held-out digits (the logits of `output`):
    edges (bins + 1,) shared by counts (bins,) now and start (bins,) at step 0. What is no finite number is not counted.
    """

    name: str
    activation: str
    units: int
    gradient_norm: float
    update_ratio: float
    dead: int | None
    weight_edges: Array
    weight_counts: Array
    weight_start: Array
    activation_edges: Array
    activation_counts: Array
    activation_start: Array


@dataclass(frozen=True)
class Point:
    """One point of the curves: what a `Snapshot` says in single numbers, each of the last three one a layer."""

    step: int
    epoch: float
    training_loss: float
    training_accuracy: float
    held_out_loss: float
    held_out_accuracy: float
    gradient_norms: tuple[float, ...]
    update_ratios: tuple[float, ...]
    dead: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Snapshot(_Sent):
    """A training after `step` steps; `epoch` counts epochs done, the present one as a share.

    training_loss (nats) and training_accuracy: means over the `training_digits` images of the last steps, with the
    weights and the dropout of each; at step 0 over some training digits without dropout. held_out_loss and
    held_out_accuracy: over `held_out_digits` test digits, chosen evenly of `held_out_of`, without dropout.
    pictures (k, 28, 28) float32: weights of the first layer's first units. seconds: what measuring took.
    """

    step: int
    epoch: float
    training_loss: float
    training_accuracy: float
    training_digits: int
    held_out_loss: float
    held_out_accuracy: float
    held_out_digits: int
    held_out_of: int
    layers: tuple[LayerLook, ...]
    pictures: Array
    learning_rate: float
    batch_size: int
    seconds: float = 0.0

    @property
    def point(self) -> Point:
        """Its single numbers."""
        return Point(
            self.step,
            self.epoch,
            self.training_loss,
            self.training_accuracy,
            self.held_out_loss,
            self.held_out_accuracy,
            tuple(layer.gradient_norm for layer in self.layers),
            tuple(layer.update_ratio for layer in self.layers),
            tuple(float("nan") if layer.dead is None else float(layer.dead) for layer in self.layers),
        )


@dataclass(frozen=True, eq=False)
class Curves(_Sent):
    """A training's course, at most 600 points: steps, epochs, losses, accuracies (k,); the rest (k, layers).

    dead is nan where the activation is no rectifier; gradient_norms and update_ratios are nan before the first step.
    """

    steps: Array
    epochs: Array
    training_loss: Array
    training_accuracy: Array
    held_out_loss: Array
    held_out_accuracy: Array
    gradient_norms: Array
    update_ratios: Array
    dead: Array

    def __len__(self) -> int:
        return len(self.steps)


class History:
    """Gathers points; one of an earlier step takes back all that came after it.

    When there are too many, every second one is let go and from then on half as many are taken, so that they stay as
    even as they came; the first and the newest are always there.
    """

    def __init__(self, points: int = POINTS) -> None:
        self._most, self._every = points, 1
        self._points: list[tuple[int, Point]] = []  # each with its number among all that came
        self._curves: Curves | None = None

    def add(self, point: Point) -> None:
        """Takes a point, the newest."""
        while self._points and self._points[-1][1].step >= point.step:
            self._points.pop()
        number = self._points[-1][0] + 1 if self._points else 0
        if not self._points:
            self._every = 1
        elif self._points[-1][0] % self._every:
            self._points.pop()  # it was here as the newest alone
        self._points.append((number, point))
        if len(self._points) > self._most:
            self._every *= 2
            self._points = [(at, kept) for at, kept in self._points if at % self._every == 0 or at == number]
        self._curves = None

    @property
    def curves(self) -> Curves:
        """All points as arrays."""
        if self._curves is None:
            columns = ([getattr(point, name) for _, point in self._points] for name in _COLUMNS)
            self._curves = Curves(*(np.array(column) for column in columns)) if self._points else _NO_CURVES
        return self._curves


_COLUMNS = tuple(field.name for field in fields(Point))
_NO_CURVES = Curves(*(np.zeros(0) for _ in range(6)), *(np.zeros((0, 0)) for _ in range(3)))


@dataclass(frozen=True, eq=False)
class Report:
    """What a session says of itself: `served` commands are done; `snapshot` and `points` are those not said yet."""

    state: str
    problem: Problem | None
    step: int
    epoch: float
    steps_per_second: float
    target: int
    seconds_left: float | None
    snapshot: Snapshot | None
    points: tuple[Point, ...]
    checkpoints: tuple[int, ...]
    learning_rate: float
    batch_size: int
    served: int


@dataclass(frozen=True, eq=False)
class Look:
    """A training as whoever looks sees it.

    state: `waiting`, `paused`, `running`, `diverged` (`problem` says why and at which step), `done`, `gone` (`problem`
    says why, where more is known than that it is not there). place: 0 where it is neither queued nor held up, n where
    it waits as the nth; one that is being prepared, or has not heard a command yet, waits with place 0. target: epochs
    until which it runs; seconds_left until then, None where it does not run. checkpoints: steps whose weights are kept.
    fresh: whether the snapshot is of another step than the one that the looker has seen already.
    """

    state: str
    place: int = 0
    problem: Problem | None = None
    step: int = 0
    epoch: float = 0.0
    steps_per_second: float = 0.0
    target: int = 0
    seconds_left: float | None = None
    history: Curves = _NO_CURVES
    snapshot: Snapshot | None = None
    checkpoints: tuple[int, ...] = ()
    learning_rate: float = 0.0
    batch_size: int = 0
    fresh: bool = False

    @property
    def here(self) -> bool:
        """Whether there is such a training at all."""
        return self.state != "gone"

    @property
    def changing(self) -> bool:
        """Whether another look will see more by itself."""
        return self.state in ("waiting", "running")


STATES = ("waiting", "paused", "running", "diverged", "done", "gone")
GONE = Look("gone")
