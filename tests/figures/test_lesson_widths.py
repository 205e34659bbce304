"""The sweep's picture carries its curves, the chosen width and the notebook's points."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures.lesson_widths import Mark, uniformity
from netlib.i18n import LANGUAGES, translator
from netlib.stats.lesson import STDS, Sweep

STD = np.array(STDS)
MARKS = (Mark("exercise 1", 1.0, 0.9, 15.0), Mark("exercise 3", 0.0206, 0.12, 2.32))


def sweep(loss):
    return Sweep(STD, np.linspace(0.1, 1, len(STD)), np.linspace(math.log(10), 0, len(STD)), loss)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("high", [3.0, 1e70])
def test_curves_marks_and_the_width_chosen(language, high):
    loss = np.geomspace(2.3, high, len(STD))
    figure = uniformity(sweep(loss), 0.1, MARKS, translator(language))
    go.Figure(figure.to_dict())
    assert len(figure.to_json()) < 12_000
    top, entropy, cost, marked, marked_costs = figure.data
    assert np.asarray(top.y) == pytest.approx(np.linspace(0.1, 1, len(STD)))
    assert np.asarray(entropy.y) == pytest.approx(np.linspace(1, 0, len(STD)), abs=1e-6)
    assert np.asarray(cost.y, dtype=np.float64)[0] == pytest.approx(2.3)
    assert np.isfinite(np.asarray(cost.y)).all()
    assert list(marked.x) == [1.0, 0.0206]
    assert list(marked.y) == [0.9, 0.12]
    assert list(marked_costs.y) == [15.0, 2.32]
    assert figure.layout.shapes[-1].x0 == 0.1
    assert figure.layout.xaxis.type == figure.layout.yaxis2.type == "log"


def test_the_notebooks_ten_equal_bars_are_dashed():
    figure = uniformity(sweep(np.full(len(STD), 2.3)), 0.1, MARKS, translator("en"))
    dashed = [shape.y0 for shape in figure.layout.shapes if shape.line.dash == "dash"]
    assert dashed == [0.1, pytest.approx(math.log(10))]
