"""The sizes of all entries of the gradients: columns of layers, rows of quarter decades, zeros in a row apart."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures.signal_gradients import gradient_maps
from netlib.i18n import LANGUAGES, translator
from netlib.stats.flow import decades

NAMES = ["fc1", "fc2", "output"]


def arrays():
    draw = np.random.default_rng(0)
    return [draw.normal(size=(20, 30)).astype(np.float32) * scale for scale in (1e-12, 1e-4, 1.0)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_vanishing_entries_stay_legible(language):
    counted = [decades(each) for each in arrays()]
    figure = gradient_maps(counted, counted, NAMES, "fc2", translator(language))
    go.Figure(figure.to_dict())
    maps = [each for each in figure.data if each.type == "heatmap"]
    assert len(maps) == 2
    for shown in maps:
        z = np.nan_to_num(np.asarray(shown.z, float))
        highest = (
            [np.asarray(shown.y, float)[column.argmax()] for column in z.T[: len(NAMES)]] if shown.y is not None else []
        )
        assert highest == sorted(highest), "each layer's entries lie higher than those of the one before"


@pytest.mark.parametrize("zeros", [0, 300, 600])
def test_exact_zeros_and_nothing_else_can_be_drawn(zeros):
    some = arrays()
    some[0].ravel()[:zeros] = 0
    counted = [decades(each) for each in some]
    go.Figure(gradient_maps(counted, counted, NAMES, "output", translator("en")).to_dict())
    none = [decades(np.zeros((4, 4), np.float32))] * 3
    go.Figure(gradient_maps(none, none, NAMES, "fc1", translator("en")).to_dict())
