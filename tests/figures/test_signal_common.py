"""Predicted classes with and without the common mode: each row's counts, the undecided ones in a column apart."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures.signal_common import predicted_classes
from netlib.i18n import LANGUAGES, translator

ROWS = [
    ("labels", np.array([3, 4, 5, 6, 7, 8, 9, 10, 6, 6, 0])),
    ("as it is", np.array([0] * 5 + [60] + [0] * 4 + [4])),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("none", [True, False])
def test_the_counts_are_those_given(language, none):
    figure = predicted_classes(ROWS, translator(language), none=none)
    go.Figure(figure.to_dict())
    (shown,) = [each for each in figure.data if each.type == "heatmap"]
    expected = np.stack([counts if none else counts[:10] for _, counts in ROWS])
    drawn = np.asarray(shown.customdata if shown.customdata is not None else shown.z, float)
    assert drawn.shape[:2] == expected.shape or np.asarray(shown.z).shape == expected.shape
    assert sorted(np.asarray(shown.z, float).ravel()) == sorted(expected.ravel())
