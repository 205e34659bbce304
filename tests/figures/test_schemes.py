"""The tiles lie where they should, carry the medians, and weigh little enough to come again and again."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.activations import ACTIVATIONS
from netlib.figures import schemes as figures
from netlib.i18n import LANGUAGES, translator
from netlib.initializers import SCHEMES
from netlib.stats import schemes as stats
from tests.stats.test_schemes import GRIDS, HEALTHY, found

NAMES = (tuple(SCHEMES), tuple(ACTIVATIONS))
WORDS = {name: name for name in stats.VERDICTS}


def drawn(combinations, *, as_table=True, banded=True, chosen=None, language="en", decades=2):
    tiles = [(each, stats.course(each), stats.small(each)) for each in combinations]
    figure = figures.multiples(
        tiles,
        NAMES,
        chosen,
        WORDS,
        "signal %{customdata[0]}",
        translator(language),
        decades=decades,
        as_table=as_table,
        banded=banded,
    )
    go.Figure(figure.to_dict())
    return figure


def trace_of(figure, name):
    return next(each for each in figure.data if each.name == name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("as_table", [True, False])
@pytest.mark.parametrize("name", GRIDS)
def test_every_grid_is_drawn_within_its_weight(name, as_table, language):
    figure = drawn(found(name), as_table=as_table, language=language, decades=8)
    assert len(figure.to_json()) < 120_000
    for each in figure.data:
        if each.x is not None and each.type == "scatter":
            known = np.asarray(each.y, dtype=float)
            assert (np.isnan(known) | ((known <= 0) & (known >= -13))).all()


def test_what_is_there_so_far_is_drawn_and_nothing_too():
    assert len(drawn(found("the notebook's")[:3], banded=False).data[-1].x) == 3
    assert len(drawn(()).data[-1].x) == 0


def test_a_tile_stands_in_its_row_and_column():
    figure = drawn(found("the notebook's"))
    targets = figure.data[-1]
    for name, x, y, numbers in zip(targets.hovertext, targets.x, targets.y, targets.customdata, strict=True):
        scheme, activation = name.split(figures.SEPARATOR)
        course = next(
            stats.course(e) for e in found("the notebook's") if (e.scheme, e.activation) == (scheme, activation)
        )
        np.testing.assert_allclose(numbers, [getattr(course, name) for name in figures.NUMBERS], rtol=1e-6)
        assert x == NAMES[1].index(activation) + 0.5
        assert y == -NAMES[0].index(scheme) - 0.5
    assert list(figure.layout.yaxis.ticktext) == list(SCHEMES)
    assert list(figure.layout.xaxis.ticktext) == list(ACTIVATIONS)


def test_in_another_order_the_tiles_are_numbered_through():
    combined = stats.ordered(found("the notebook's"), "gradient")
    targets = drawn(combined, as_table=False).data[-1]
    assert list(targets.hovertext) == [f"{each.scheme} · {each.activation}" for each in combined]
    assert (targets.x[0], targets.y[0]) == (0.5, -0.5)
    assert (targets.x[10], targets.y[10]) == (1.5, -1.5)


def test_a_line_is_the_median_and_what_is_beyond_lies_at_the_edge():
    figure = drawn([HEALTHY], as_table=False, decades=1)
    line = trace_of(figure, "signal")
    small = stats.small(HEALTHY)
    y = np.asarray(line.y)[:-1].astype(float)
    x = np.asarray(line.x)[:-1]
    assert np.isnan(line.y[-1])
    # Straight from decades to height: equal steps stay equal steps, up is larger.
    slope = np.diff(y) / np.diff(small.signal.middle)
    assert slope == pytest.approx([slope[0]] * 2, rel=1e-4)
    assert slope[0] > 0
    assert x[1] - x[0] == pytest.approx(x[2] - x[1], rel=1e-4)
    zero = trace_of(figure, "gradient").y[2]  # the gradient's last layer is its own measure: 0 decades
    far = stats.Small(small.depth, stats.Curve(*[np.array([-50.0, -np.inf, 50.0])] * 3), small.gradient)
    tiles = [(HEALTHY, stats.course(HEALTHY), far)]
    clipped = figures.multiples(tiles, NAMES, None, WORDS, "", translator("en"), decades=1, as_table=False, banded=True)
    low, also_low, high, _ = trace_of(clipped, "signal").y
    assert low == also_low
    assert high - zero == pytest.approx(zero - low, rel=1e-4)
    assert high - zero == pytest.approx(slope[0], rel=1e-4)


def test_the_bands_come_only_at_the_end_and_hold_the_median():
    without, banded = drawn([HEALTHY], banded=False), drawn([HEALTHY])
    assert len(banded.data) == len(without.data) + 2
    band = banded.data[1]
    assert band.fill == "toself"
    line = trace_of(banded, "gradient")
    assert min(band.y[:-1]) <= min(line.y[:-1]) <= max(line.y[:-1]) <= max(band.y[:-1])


def test_the_network_now_is_framed():
    figure = drawn(found("the notebook's"), chosen=("zeros", "tanh"))
    frame = figure.layout.shapes[-1]
    assert (frame.type, frame.x0, frame.y0) == ("rect", NAMES[1].index("tanh"), -NAMES[0].index("zeros"))
    assert not any(shape.type == "rect" for shape in drawn(found("the notebook's")).layout.shapes)


def test_what_keeps_stands_on_grey():
    figure = drawn(found("the notebook's"))
    ground = np.asarray(figure.data[0].z, dtype=float)
    for each in found("the notebook's"):
        place = NAMES[0].index(each.scheme), NAMES[1].index(each.activation)
        assert ground[place] == (stats.course(each).verdict == "keeps")


@pytest.mark.parametrize(("layers", "decades"), [(1, 1), (3, 2), (11, 7), (31, 8)])
def test_a_deeper_network_has_more_decades(layers, decades):
    assert figures.reach(layers) == decades
