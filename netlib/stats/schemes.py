"""All initialisations x activations of one architecture: what becomes of each, which is evenest, one row each."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from netlib.population import Band, Combination
from netlib.trace import Array

MOST_LAYERS = 7
"""Layers that a small picture shows, evenly chosen; the first and the last are among them."""

# What a verdict is given for: all of them are medians over the seeds. The sizes are those of the Activations page.
FEW_FINITE = 0.5
EXPLODES = 1e3
VANISHES = 1e-3
DEAD = 0.5
SATURATED = 0.75
FADES = 1e-3
GROWS = 1e3
ALIKE = 0.999

VERDICTS = (
    "keeps",
    "alike",
    "gradient_grows",
    "gradient_fades",
    "saturates",
    "dies",
    "vanishes",
    "explodes",
    "no_gradient",
    "overflows",
)
"""What may become of a combination, best first."""

NO_ACTIVATION = "–"
"""Stands for the activation of a network without a hidden layer, which has none: nine times the same network."""

ORDERS = ("table", "verdict", "signal", "gradient", "entropy")


@dataclass(frozen=True)
class Course:
    """What becomes of a combination, in a few numbers; nan where there is no such number.

    signal: its size in the last layer over that in the first; gradient: its size in the first layer over that in the
    last; the others are medians over the seeds, `correlation` in the last layer.
    """

    verdict: str
    signal: float
    gradient: float
    correlation: float
    saturated: float
    dead: float
    entropy: float
    cross_entropy: float


def distinct(combinations: Sequence[Combination]) -> list[Combination]:
    """Each network once: without a hidden layer every activation gives the same one, which has none."""
    if not combinations or len(combinations[0].signal.middle) > 1:
        return list(combinations)
    return list({each.scheme: replace(each, activation=NO_ACTIVATION) for each in combinations}.values())


def course(combination: Combination) -> Course:
    """What becomes of a combination: the first verdict, worst first, whose threshold its medians pass."""
    sizes = np.sqrt(combination.signal.middle)
    first, last = float(sizes[0]), float(sizes[-1])
    signal = last / first if first > 0 else math.nan if math.isnan(first) or not last else math.inf
    found = Course(
        verdict="",
        signal=signal,
        gradient=_median(combination.gradient_ratio),
        correlation=float(combination.correlation.middle[-1]),
        saturated=_median(combination.saturated),
        dead=_median(combination.dead),
        entropy=_median(combination.entropy),
        cross_entropy=_median(combination.cross_entropy),
    )
    return Course(**{**vars(found), "verdict": _verdict(combination, found)})


def _verdict(combination: Combination, found: Course) -> str:
    # A comparison with nan is false: what has no number deserves no verdict for it.
    passed = {
        "overflows": combination.finite < FEW_FINITE * combination.seeds,
        "no_gradient": float(combination.gradient.middle[0]) == 0,
        "explodes": found.signal > EXPLODES and math.isfinite(found.signal),
        "vanishes": found.signal < VANISHES,
        "dies": found.dead >= DEAD,
        "saturates": found.saturated >= SATURATED,
        "gradient_fades": found.gradient < FADES,
        "gradient_grows": found.gradient > GROWS,
        "alike": found.correlation >= ALIKE,
    }
    return next((name for name in reversed(VERDICTS) if passed.get(name)), "keeps")


def _median(band: Band) -> float:
    return float(band.middle)


def ordered(combinations: Sequence[Combination], order: str) -> list[Combination]:
    """As they came, by verdict, evenest signal or gradient first, or most undecided first; without a number, last."""
    keys: dict[str, Callable[[Course], tuple[float, ...]]] = {
        "verdict": lambda found: (VERDICTS.index(found.verdict), _unevenness(found.gradient)),
        "signal": lambda found: (_unevenness(found.signal),),
        "gradient": lambda found: (_unevenness(found.gradient),),
        "entropy": lambda found: (-found.entropy if math.isfinite(found.entropy) else math.inf,),
    }
    if order not in keys:
        return list(combinations)
    return sorted(combinations, key=lambda combination: keys[order](course(combination)))


def _unevenness(ratio: float) -> float:
    """Decades from 1, up or down; infinite where there is no number."""
    return abs(math.log10(ratio)) if 0 < ratio < math.inf else math.inf


@dataclass(frozen=True, eq=False)
class Curve:
    """One quantity along depth in decades, each (layers,): the 10th percentile, the median and the 90th."""

    low: Array
    middle: Array
    high: Array


@dataclass(frozen=True, eq=False)
class Small:
    """What a small picture draws: depth (shown,) from 0 to 1, signal over the inputs', gradient over the last's."""

    depth: Array
    signal: Curve
    gradient: Curve


def small(combination: Combination) -> Small:
    """A combination's signal (root of the second moment) and gradients at some of its layers; -inf for zero."""
    count = len(combination.signal.middle)
    chosen = np.unique(np.linspace(0, count - 1, min(count, MOST_LAYERS)).round().astype(int))
    depth = chosen / (count - 1) if count > 1 else np.array([0.5])
    last = float(combination.gradient.middle[-1])
    origin = math.log10(last) if 0 < last < math.inf else 0.0
    return Small(depth, _curve(combination.signal, chosen, 0.5), _curve(combination.gradient, chosen, 1.0, origin))


def _curve(band: Band, chosen: Array, power: float, origin: float = 0.0) -> Curve:
    with np.errstate(divide="ignore"):
        low, middle, high = (power * np.log10(values[chosen]) - origin for values in (band.low, band.middle, band.high))
    return Curve(low, middle, high)


def table(combinations: Sequence[Combination]) -> pd.DataFrame:
    """One row a combination: its names, verdict and numbers."""
    rows = []
    for combination in combinations:
        found = course(combination)
        rows.append(
            {
                "scheme": combination.scheme,
                "activation": combination.activation,
                "verdict": found.verdict,
                "signal": found.signal,
                "gradient": found.gradient,
                "entropy": found.entropy,
                "cross-entropy": found.cross_entropy,
                "correlation": found.correlation,
                "saturated": found.saturated,
                "dead": found.dead,
                "finite": combination.finite,
            }
        )
    return pd.DataFrame(rows)
