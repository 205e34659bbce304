"""The stamp's chart: a dot where there is a difference, words where there is none."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.code.forms import FORMS, TITLES, Form
from netlib.figures.code import differences
from netlib.i18n import LANGUAGES, translator

CASES = [0.0, 1.5e-8, 9e-7, 0.4, 1.0, 1e-12, math.inf]


def forms(tensors):
    return tuple(Form(name, tensors if name == "tensors" else 0.0, "", ()) for name in FORMS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tensors", CASES)
def test_it_is_valid_small_and_complete(tensors, language):
    drawn = differences(forms(tensors), translator(language))
    go.Figure(drawn.to_dict())
    assert len(drawn.to_json()) < 10_000
    finite = 0 < tensors < math.inf
    assert list(drawn.data[0].x) == [tensors] * finite
    low, high = drawn.layout.xaxis.range
    assert np.isfinite([low, high]).all()
    assert all(low < math.log10(x) < high for x in drawn.data[0].x)
    assert list(drawn.layout.yaxis.categoryarray)[::-1] == [TITLES[name] for name in FORMS]
    exact = translator(language)("exactly 0")
    assert sum(note.text == exact for note in drawn.layout.annotations) == len(FORMS) - (tensors != 0)
