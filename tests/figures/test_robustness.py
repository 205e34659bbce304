"""Four curves on one scale, whole or still on their way."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import robustness as figures
from netlib.i18n import LANGUAGES, translator
from netlib.stats import robustness as stats

EN = translator("en")


def tried(accuracy=lambda kind, level: 0.9 / (1 + abs(level)), confidence=0.8, count=500):
    return [
        stats.Trial(kind, level, round(count * accuracy(kind, level)), count, confidence)
        for kind, levels in stats.LEVELS.items()
        for level in levels
    ]


FOUND = {
    "plain": stats.curves(tried()),
    "a guess": stats.curves(tried(lambda kind, level: 0.1, 0.1)),
    "no answers": stats.curves(tried(lambda kind, level: 0.0, math.nan)),
    "one image": stats.curves(tried(lambda kind, level: 1.0, count=1)),
    "on its way": stats.curves(tried()[:12]),
    "nothing yet": {},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", FOUND)
def test_plotly_takes_every_state_and_it_weighs_little(name, language):
    figure = figures.curves(FOUND[name], translator(language))
    go.Figure(figure.to_dict())
    assert len(figure.to_json()) < 25_000
    for trace in figure.data:
        assert np.isfinite(np.asarray(trace.y, float)).all()
    axes = [figure.layout[f"xaxis{n}"].title.text for n in ("", 2, 3, 4)]
    assert len(set(axes)) == 4


def test_the_curves_are_the_trials_on_one_scale_beside_a_guess():
    figure = figures.curves(FOUND["plain"], EN)
    for place, curve in enumerate(FOUND["plain"].values()):
        sure, right = figure.data[2 * place : 2 * place + 2]
        assert list(right.x) == list(sure.x) == curve.levels.tolist()
        assert list(right.y) == curve.accuracy.tolist()
        assert list(sure.y) == curve.confidence.tolist()
        assert right.y + right.error_y.array == pytest.approx(curve.high)
        assert right.y - right.error_y.arrayminus == pytest.approx(curve.low)
        assert right.xaxis == ("x" if not place else f"x{place + 1}")
    assert {tuple(figure.layout[f"yaxis{n}"].range) for n in ("", 2, 3, 4)} == {(-0.02, 1.04)}
    assert [(shape.y0, shape.line.dash) for shape in figure.layout.shapes] == [(0.1, "dash")] * 4


def test_each_line_is_named_once():
    figure = figures.curves(FOUND["plain"], EN)
    assert [trace.name for trace in figure.data if trace.showlegend] == ["sure, on average", "right"]
