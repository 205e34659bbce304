"""A sweep as its page shows it: the median of a metric over two axes, its spread, and what is said of both."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from netlib.figures import sweep as figures
from netlib.i18n import Text
from netlib.stats import sweep as stats
from netlib.stats.sweep import Extreme, Grid, Plane
from netlib.theory.phase import PhaseMap
from netlib.trace import Array
from netlib.views import Picture, Tile
from netlib.words import schemes as scheme_words
from netlib.words import sweep as words


def pictures(
    plane: Plane,
    ends: tuple[Extreme, Extreme] | None,
    critical: float | None,
    text: Text,
    *,
    line: figures.Line | None = None,
) -> tuple[Picture, ...]:
    """The median of the seeds and, where there are several, their spread; what theory draws is dashed."""
    frames = _frames(plane, ends)
    seeds = int(plane.seen.max(initial=0))
    middle = Picture(
        "sweep_median",
        words.question(plane.metric, text),
        figures.median(plane, _said(plane, plane.middle, text), text, critical=critical, line=line, frames=frames),
        words.median_alt(plane, text),
        words.note(plane.metric, seeds, bool(frames), critical is not None, text),
    )
    if seeds < 2:
        return (middle,)
    apart = replace(_said(plane, plane.spread, text), colors=words.spread_title(plane.metric, text))
    return (
        middle,
        Picture(
            "sweep_spread",
            words.spread_question(text),
            figures.spread(plane, apart, text),
            words.spread_alt(plane, text),
        ),
    )


def _said(plane: Plane, numbers: Array, text: Text) -> figures.Said:
    return figures.Said(
        x=words.axis_title(plane.x.name, text),
        y=words.axis_title(plane.y.name, text),
        colors=words.unit(plane.metric, text),
        x_options=[words.option(each, text) for each in plane.x.options],
        y_options=[words.option(each, text) for each in plane.y.options],
        cells=[words.cell(plane.metric, float(number), text) for number in numbers.flat],
        hover=words.hover(plane, text),
    )


def _frames(plane: Plane, ends: tuple[Extreme, Extreme] | None) -> list[figures.Frame]:
    """The cells of the best and the worst network, where they can be seen here."""
    found: list[figures.Frame] = []
    for end, dash in zip(ends or (), ("solid", "dot"), strict=False):
        row = plane.y.options.index(end.where[plane.y.name])
        column = plane.x.options.index(end.where[plane.x.name])
        if plane.seen[row, column] and np.array_equal(plane.middle[row, column], end.value, equal_nan=True):
            found.append((row, column, dash))
    return found


def critical(found: Grid, chosen: Mapping[str, int], map_of: Callable[[str], PhaseMap]) -> float | None:
    """The sigma_w at which theory expects neither order nor chaos; None where a grid scales no weights, or none is."""
    names = {axis.name: axis for axis in found.axes}
    if "sigma_w" not in names:
        return None
    activation = names["activation"].options[chosen.get("activation", 0)]
    drawn = map_of(activation)
    sigma_b = float(names["sigma_b"].options[chosen.get("sigma_b", 0)]) if "sigma_b" in names else None
    if sigma_b is None:
        init = names["bias_init"].options[chosen.get("bias_init", 0)]
        if init not in ("zeros", "constant:0"):
            return None
        sigma_b = 0.0
    if len(drawn.line_w) > 1 and sigma_b <= drawn.line_b[-1]:
        return float(np.interp(sigma_b, drawn.line_b, drawn.line_w))
    return drawn.edge


def tiles(
    found: Grid, metric: str, ends: tuple[Extreme, Extreme] | None, table: pd.DataFrame, text: Text
) -> tuple[Tile, ...]:
    """How many networks, how many keep their signal, and the best and the worst."""
    kind = stats.metrics(found)[metric]
    kept = stats.shares(table).get("keeps", 0.0) if len(table) else 0.0
    shown = [
        Tile(text("Networks"), text.number(found.count), words.listed(found, text)),
        Tile(
            text("Keep signal and gradient"),
            text.percent(kept, 0),
            text("Of all networks, before any training; the thresholds are those of the Signal page's verdict."),
        ),
    ]
    for label, end in zip((text("Best"), text("Worst")), ends or (), strict=False):
        value, network = words.tile(kind, end, found.axes, text)
        shown.append(Tile(label, value, network))
    return tuple(shown)


def table(rows: pd.DataFrame, text: Text) -> pd.DataFrame:
    """One row a network for the eye: without keys, links and lists, the verdict in words."""
    verdicts = {**scheme_words.verdicts(text), **{name: text(said) for name, said in words.VERDICTS.items()}}
    frame = rows.drop(columns=["key", "link", "signal", "gradient"], errors="ignore")
    frame = frame.dropna(axis="columns", how="all")
    return frame.assign(verdict=frame["verdict"].map(lambda kind: verdicts.get(kind, kind)))


def flat(rows: pd.DataFrame) -> pd.DataFrame:
    """The whole table for a file of lines: its lists, one number a layer, as words parted by spaces."""
    lists = {
        name: rows[name].map(lambda each: " ".join(f"{one:.9g}" for one in each)) for name in ("signal", "gradient")
    }
    return rows.assign(**lists)
