"""Heatmaps that Plotly accepts, with the right colours, numbers, legends and lines."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import sweep as figures
from netlib.figures import theme
from netlib.figures.sweep import Line, Said
from netlib.i18n import translator
from netlib.spec import Init
from netlib.stats import sweep as stats
from netlib.sweep.metrics import METRICS
from netlib.sweep.spec import ShortTraining, Sweep
from tests.sweep.tables import table

EN = translator("en")
SCALED = Sweep(depth=(1, 2, 4), width=(4,), sigma_w=(0.5, 1.0, 2.0, 4.0), seeds=3, training=ShortTraining())


def plane_of(metric, number, sweep=SCALED):
    return stats.plane(stats.grid(table(sweep, number), sweep), metric, "sigma_w", "depth", {})


def said(plane):
    return Said(
        "x", "y", "colours", [str(each) for each in plane.x.options], [str(each) for each in plane.y.options],
        [f"{each:.2f}" for each in plane.middle.flat], "%{customdata[1]}",
    )  # fmt: skip


def drawn(plane, **options):
    return figures.median(plane, said(plane), EN, **options)


@pytest.mark.parametrize("metric", [*METRICS, "keeps"])
def test_every_metric_is_drawn_for_any_numbers(metric):
    for number in (0.0, 0.25, 3.0, math.nan, math.inf):
        plane = plane_of(metric, lambda task, seed, number=number: number)
        figure = figures.median(plane, said(plane), EN, frames=[(0, 1, "solid"), (2, 3, "dot")])
        spread = figures.spread(plane, said(plane), EN)
        assert len(figure.to_json()) < 20_000
        assert all(each.data[0].zmin < each.data[0].zmax for each in (figure, spread))
    go.Figure(figure.to_dict())
    go.Figure(spread.to_dict())


def test_a_ratio_is_coloured_by_its_decades_the_same_both_ways():
    plane = plane_of("gradient_ratio", lambda task, seed: 10.0 ** (3 if task.sigma_w > 1 else -2))
    heat = drawn(plane).data[0]
    assert np.array(heat.z) == pytest.approx(np.log10(plane.middle), rel=1e-6)
    assert (heat.zmin, heat.zmax) == (-3.0, 3.0)
    assert heat.colorscale[1][1] == heat.colorscale[1][1].replace(",1)", ",0)")  # nothing in the middle
    assert "1" in heat.colorbar.ticktext
    assert heat.colorbar.ticktext[heat.colorbar.tickvals.index(0)] == "1"


def test_what_is_beyond_eight_decades_lies_at_the_end():
    heat = drawn(plane_of("signal_ratio", lambda task, seed: 1e-30)).data[0]
    assert (np.array(heat.z) == -8).all()
    zero = drawn(plane_of("signal_ratio", lambda task, seed: 0.0)).data[0]
    assert (np.array(zero.z) == -8).all()


def test_a_share_is_coloured_from_none_to_all():
    heat = drawn(plane_of("held_out_accuracy", lambda task, seed: 0.3)).data[0]
    assert (heat.zmin, heat.zmax) == (0.0, 1.0)
    assert heat.colorbar.tickformat == ".0%"


def test_colours_are_soft_enough_for_the_numbers_on_them():
    for metric in ("gradient_ratio", "entropy"):
        alphas = [
            float(color.rsplit(",", 1)[1].rstrip(")"))
            for _, color in drawn(plane_of(metric, lambda t, s: 2.0)).data[0].colorscale
        ]
        assert max(alphas) < 0.7


def test_each_cell_has_its_number_in_its_place():
    words = drawn(plane_of("entropy", lambda task, seed: task.sigma_w * len(task.network.hidden_sizes))).data[1]
    numbers = {(x, y): text for x, y, text in zip(words.x, words.y, words.text, strict=True)}
    assert len(numbers) == 12
    assert numbers[3.0, 2.0] == "16.00"
    assert numbers[0.0, 0.0] == "0.50"


def test_many_columns_go_without_numbers():
    wide = Sweep(depth=(1,), width=(4,), sigma_w=tuple(np.linspace(0.5, 3, 26).round(3)), seeds=1)
    figure = drawn(plane_of("entropy", lambda task, seed: 1.0, wide))
    assert [trace.type for trace in figure.data] == ["heatmap"]
    assert len(figure.layout.xaxis.tickvals) <= 13


@pytest.mark.parametrize(("critical", "at"), [(1.0, 1.0), (1.5, 1.5), (3.0, 2.5), (0.4, None), (4.1, None)])
def test_the_critical_line_stands_between_the_values_where_it_belongs(critical, at):
    figure = drawn(plane_of("entropy", lambda task, seed: 1.0), critical=critical)
    lines = [shape.x0 for shape in figure.layout.shapes if shape.type == "line"]
    assert lines == ([] if at is None else [pytest.approx(at)])
    assert len(figure.layout.annotations) == len(lines)


def test_a_line_of_theory_follows_both_axes():
    plane = plane_of("entropy", lambda task, seed: 1.0)
    figure = drawn(plane, line=Line((0.5, 3.0, 9.0), (3.0, 1.5, 2.0), "theory"))
    go.Figure(figure.to_dict())
    line = figure.data[-2]
    assert list(line.x) == pytest.approx([0.0, 2.5])
    assert list(line.y) == pytest.approx([1.5, 0.5])
    assert line.line.dash == "dash"
    assert "theory" in figure.data[-1].text[0]
    assert len(drawn(plane, line=Line((9.0,), (1.0,), "theory")).data) == 2


def test_the_best_and_the_worst_are_framed_each_in_its_way():
    figure = drawn(plane_of("entropy", lambda task, seed: 1.0), frames=[(0, 1, "solid"), (2, 3, "dot")])
    solid, dotted = figure.layout.shapes
    assert (solid.x0, solid.y1, solid.line.dash) == (pytest.approx(0.52), pytest.approx(0.46), "solid")
    assert (dotted.x0, dotted.line.dash) == (pytest.approx(2.52), "dot")


def test_the_spread_is_from_the_tenth_to_the_ninetieth_percentile():
    sweep = Sweep(depth=(1, 2), width=(4,), weight_init=(Init("zeros"),), seeds=11)
    rows = table(sweep, lambda task, seed: float(seed))
    plane = stats.plane(stats.grid(rows, sweep), "entropy", "depth", "width", {})
    heat = figures.spread(plane, said(plane), EN).data[0]
    assert np.array(heat.z).tolist() == [[8.0, 8.0]]
    assert (heat.zmin, heat.zmax) == (0.0, 8.0)
    assert theme.rgba(theme.NEUTRAL, 0.0) in heat.colorscale[0][1]


def test_both_pictures_are_high_enough_for_a_finger_and_low_enough_for_a_screen():
    assert 280 <= figures.height(plane_of("entropy", lambda task, seed: 1.0)) <= 400
    tall = Sweep(depth=tuple(range(1, 31)), width=(4,), sigma_w=(1.0, 2.0), seeds=1)
    assert figures.height(plane_of("entropy", lambda task, seed: 1.0, tall)) == 400
