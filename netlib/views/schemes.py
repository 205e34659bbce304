"""All initialisations x activations of the current architecture, as the Compare page shows them."""

from collections.abc import Sequence

import pandas as pd

from netlib.activations import ACTIVATIONS
from netlib.figures import schemes as figures
from netlib.i18n import Text
from netlib.initializers import SCHEMES
from netlib.population import Combination, Grid
from netlib.stats import schemes as stats
from netlib.views import Picture
from netlib.words import schemes as words


def multiples(
    found: Sequence[Combination], chosen: tuple[str, str] | None, order: str, finished: bool, grid: Grid, text: Text
) -> Picture:
    """A small picture for each combination that there is so far; the seeds' bands come when all are there."""
    tiles = [(each, stats.course(each), stats.small(each)) for each in stats.ordered(stats.distinct(found), order)]
    courses = [course for _, course, _ in tiles]
    decades = figures.reach(len(grid.hidden_sizes) + 1)
    figure = figures.multiples(
        tiles,
        (tuple(SCHEMES), tuple(ACTIVATIONS) if grid.hidden_sizes else (stats.NO_ACTIVATION,)),
        chosen,
        words.verdicts(text),
        words.hover(courses, text),
        text,
        decades=decades,
        as_table=order == "table",
        banded=finished,
    )
    return Picture(
        "schemes",
        text("Which initialisation suits which activation?"),
        figure,
        words.alt(courses, text),
        words.note(len(grid.seeds), decades, finished, text),
    )


def answer(found: Sequence[Combination], grid: Grid, text: Text) -> str:
    """How many keep their signal and gradient."""
    return words.answer([(each, stats.course(each)) for each in stats.distinct(found)], grid.hidden_sizes, text)


def table(found: Sequence[Combination], text: Text) -> pd.DataFrame:
    """One row a combination, its verdict in words."""
    frame = stats.table(stats.distinct(found))
    frame["verdict"] = frame["verdict"].map(words.verdicts(text))
    return frame
