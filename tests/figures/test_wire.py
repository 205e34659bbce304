"""What a browser is sent of a figure is the figure, in valid JSON."""

import json

import numpy as np
import pytest

from netlib.figures import theme
from netlib.figures.wire import packed
from netlib.i18n import translator


@pytest.mark.parametrize("value", [1.5, float("nan"), float("inf"), -float("inf")])
def test_a_number_that_json_does_not_have_is_null(value):
    figure = theme.figure([{"type": "scatter", "x": [value], "y": np.array([value])}], translator("en"))
    sent = json.loads(packed(figure, named="ё <b>"), parse_constant=pytest.fail)
    assert sent["named"] == "ё <b>"
    (trace,) = sent["figure"]["data"]
    assert trace["x"] == [value if np.isfinite(value) else None]


def test_it_is_a_fraction_of_what_plotly_writes():
    figure = theme.figure([{"type": "bar", "y": [1, 2]}], translator("en"))
    assert len(packed(figure)) < len(figure.to_json()) / 5
