"""The signal's way there and back as lines along depth: measured, expected by theory, and usual with other seeds."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from netlib.population import Band, Ensemble, bands
from netlib.stats.flow import Flow, LayerFlow, Moments, Sizes
from netlib.theory.meanfield import LayerTheory, MeanField
from netlib.trace import Array


@dataclass(frozen=True, eq=False)
class Line:
    """One number for the pixels and for each layer, first to last: each (layers + 1,), nan where there is none.

    measured: this network's; beyond: where it is more than float32 holds; theory, band: what is expected, and where
    most seeds lie, None where nothing is to be drawn.
    """

    measured: Array
    beyond: Array
    theory: Array | None = None
    band: Band | None = None


@dataclass(frozen=True, eq=False)
class Course:
    """A batch there and back through a network, beside what theory expects of it and what other seeds do.

    theory and ensemble are None for weights that no initialisation drew; ensemble also while it is being computed.
    """

    flow: Flow
    theory: MeanField | None = None
    ensemble: Ensemble | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The layers' names, first to last."""
        return tuple(layer.name for layer in self.flow.layers)

    @cached_property
    def second_moment(self) -> Line:
        """Mean square of the pixels, and of each layer's pre-activations."""
        return self._of_signal(
            lambda moments: moments.second_moment,
            self._theory(lambda layer: layer.q, lambda theory: theory.second_moment),
            self._band("second_moment"),
        )

    @cached_property
    def mean(self) -> Line:
        """Mean of each layer's pre-activations; none for the pixels, whose own would dwarf the others."""
        theory, band = self._theory(lambda layer: layer.mean), self._band("mean")
        found = self._of_signal(lambda moments: moments.mean, theory, band)
        return Line(np.concatenate([[math.nan], found.measured[1:]]), found.beyond, theory, band)

    @cached_property
    def correlation(self) -> Line:
        """Mean correlation of two different images: of their pixels, of their pre-activations in each layer."""
        return self._of_signal(
            lambda moments: moments.correlation,
            self._theory(lambda layer: layer.c, lambda theory: theory.correlation),
            self._band("correlation"),
        )

    @cached_property
    def saturated(self) -> Line:
        """Share of each layer's pre-activations where its activation is flat; none for the pixels and `output`."""
        return Line(self._row(None, lambda layer: layer.saturated), self._overflows(), None, self._band("saturated"))

    @cached_property
    def dead(self) -> Line:
        """Share of each layer's units that are exactly zero for every image; none for the pixels."""
        return Line(self._row(None, lambda layer: layer.dead), self._nowhere(), None, self._band("dead"))

    @cached_property
    def rank(self) -> Line:
        """Effective rank of the pixels, and of what leaves each layer."""
        return Line(
            self._row(self.flow.input_rank, lambda layer: layer.rank), self._nowhere(), None, self._band("rank")
        )

    @cached_property
    def weight_gradient(self) -> Line:
        """Norm of the loss's gradient by each layer's weights; none for the pixels."""
        return self._of_gradient(lambda layer: layer.weight, None, self._band("weight_gradient"))

    @cached_property
    def before_gradient(self) -> Line:
        """Norm of the loss's gradient by each layer's pre-activations; theory starts from the last layer's own."""
        last = self.flow.layers[-1].before
        theory = self._theory(lambda layer: layer.backward_norm)
        if theory is not None:
            theory = theory * last.norm if last.finite == last.count and last.norm else None
        return self._of_gradient(lambda layer: layer.before, theory, self._band("before_gradient"))

    @property
    def inside(self) -> int:
        """How many of the seeds stay within float32 from the first layer to the last."""
        return 0 if self.ensemble is None else int(np.isfinite(self.ensemble.second_moment).all(axis=1).sum())

    def _of_signal(self, number: Callable[[Moments], float | None], theory: Array | None, band: Band | None) -> Line:
        row = self._row(number(self.flow.inputs), lambda layer: number(layer.signal))
        beyond = self._overflows()
        row[beyond] = math.nan  # the mean of what is left would not be the layer's
        return Line(row, beyond, theory, band)

    def _of_gradient(self, sizes: Callable[[LayerFlow], Sizes], theory: Array | None, band: Band | None) -> Line:
        beyond = np.array([False, *(sizes(layer).finite < sizes(layer).count for layer in self.flow.layers)])
        row = self._row(None, lambda layer: sizes(layer).norm)
        row[beyond] = math.nan
        return Line(row, beyond, theory, band)

    def _row(self, pixels: float | None, number: Callable[[LayerFlow], float | None]) -> Array:
        return _numbers([pixels, *(number(layer) for layer in self.flow.layers)])

    def _overflows(self) -> Array:
        return np.array([False, *(layer.signal.finite < layer.signal.count for layer in self.flow.layers)])

    def _nowhere(self) -> Array:
        return np.zeros(len(self.flow.layers) + 1, dtype=bool)

    def _theory(
        self,
        number: Callable[[LayerTheory], float | None],
        of_pixels: Callable[[MeanField], float | None] = lambda _: None,
    ) -> Array | None:
        if self.theory is None:
            return None
        row = _numbers([of_pixels(self.theory), *(number(layer) for layer in self.theory.layers)])
        return row if np.isfinite(row[1:]).any() else None

    def _band(self, name: str) -> Band | None:
        values = None if self.ensemble is None else getattr(self.ensemble, name)
        if values is None:
            return None
        found = bands(values)
        return Band(*(np.concatenate([[math.nan], row]) for row in (found.low, found.middle, found.high)))


def _numbers(values: Sequence[float | None]) -> Array:
    return np.array([math.nan if value is None else value for value in values], dtype=np.float64)


def course_table(course: Course) -> pd.DataFrame:
    """One row a layer: everything that is measured, with theory and the seeds' 10 and 90 % where there are such."""
    columns: dict[str, object] = {
        "layer": course.names,
        "activation": [layer.activation for layer in course.flow.layers],
        "units": [layer.units for layer in course.flow.layers],
    }
    for name in ("mean", "second_moment", "correlation", "saturated", "dead", "rank"):
        columns |= _columns(name, getattr(course, name))
    for name in ("weight_gradient", "before_gradient"):
        columns |= _columns(name, getattr(course, name))
    columns["after_gradient"] = [None if each.after is None else each.after.norm for each in course.flow.layers]
    columns["weight_zeros"] = [each.weight.zeros for each in course.flow.layers]
    return pd.DataFrame(columns)


def _columns(name: str, line: Line) -> dict[str, object]:
    found: dict[str, object] = {name: line.measured[1:]}
    if line.theory is not None:
        found[f"{name} theory"] = line.theory[1:]
    if line.band is not None:
        found |= {f"{name} 10%": line.band.low[1:], f"{name} 90%": line.band.high[1:]}
    return found
