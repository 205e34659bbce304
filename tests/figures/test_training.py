"""The Train page's pictures: the numbers that they show, and difficult histories."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import training
from netlib.i18n import LANGUAGES, translator

TEXTS = [translator(language) for language in LANGUAGES]
STEPS = np.array([0, 50, 100, 150])
FALLING = np.array([2.3, 0.9, 0.5, 0.4])
RISING = np.array([0.1, 0.7, 0.85, 0.9])


def checked(figure):
    """The figure itself, after Plotly has accepted all of it."""
    go.Figure(figure.to_dict())
    return figure


def numbers(trace, axis="y"):
    return np.array(trace[axis], dtype=float)


@pytest.mark.parametrize("text", TEXTS)
def test_loss_and_accuracy_are_those_given(text):
    figure = checked(training.progress(STEPS, (FALLING, FALLING + 0.1), (RISING, RISING - 0.05), 100, text))
    shown = [numbers(trace) for trace in figure.data]
    for line, expected in zip(shown, (FALLING, FALLING + 0.1, RISING, RISING - 0.05), strict=True):
        np.testing.assert_allclose(line, expected, rtol=1e-6)
    assert all((numbers(trace, "x") == STEPS).all() for trace in figure.data)
    low, high = (10.0**end for end in figure.layout.yaxis.range)
    assert low < FALLING.min()
    assert high > FALLING.max() + 0.1
    assert [shape.x0 for shape in figure.layout.shapes] == [100, 100]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "loss",
    [[], [2.3], [np.nan], [2.3, np.nan], [2.3, np.inf], [0.0, 0.0], [1e30, 1e-30]],
    ids=["none", "one", "no number", "then none", "then infinite", "zero", "far"],
)
def test_any_history_is_drawn(loss, text):
    steps, values = np.arange(len(loss)), np.array(loss)
    figure = checked(training.progress(steps, (values, values), (np.zeros(len(loss)), np.zeros(len(loss))), None, text))
    assert np.isfinite(figure.layout.yaxis.range).all()
    assert figure.layout.yaxis.range[0] < figure.layout.yaxis.range[1]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("layers", [1, 3, 31])
def test_each_layer_is_a_line(layers, text):
    values = np.random.default_rng(0).random((4, layers)) + 0.1
    names = [f"fc{index + 1}" for index in range(layers)]
    figure = checked(training.per_layer(STEPS, [("norm", values, None), ("ratio", values / 1e3, 1e-3)], names, text))
    shown = np.stack([numbers(trace) for trace in figure.data])
    np.testing.assert_allclose(shown, np.concatenate([values.T, values.T / 1e3]), rtol=1e-6)
    assert figure.layout.shapes[0].y0 == 1e-3
    ends = figure.layout.yaxis2.range
    assert ends[0] < -3 < ends[1]
    written = [note.text for note in figure.layout.annotations]
    assert set(written) <= set(names)
    assert names[0] in written


@pytest.mark.parametrize("values", [np.zeros((4, 2)), np.full((4, 2), np.nan), np.zeros((0, 2))])
def test_layers_without_numbers_are_drawn(values):
    checked(training.per_layer(STEPS[: len(values)], [("norm", values, 1e-3)], ["fc1", "output"], TEXTS[0]))


@pytest.mark.parametrize("text", TEXTS)
def test_now_is_filled_over_the_start(text):
    edges, now, start = np.array([-1.0, 0.0, 1.0]), np.array([0.25, 0.75]), np.array([0.5, 0.5])
    figure = checked(
        training.since_the_start([("weight", edges, now, start), ("z", edges, start, now)], "#8457e0", text)
    )
    filled, dashed = figure.data[:2]
    assert filled.fill == "toself"
    assert dashed.line.dash == "dash"
    np.testing.assert_allclose(numbers(filled)[1:-1], np.sqrt(now), rtol=1e-6)
    np.testing.assert_allclose(np.square(numbers(dashed))[1:-1], start, rtol=1e-6)
    np.testing.assert_allclose(np.square(figure.layout.yaxis.tickvals)[-1], 0.5)


def test_units_now_stand_below_those_of_the_start_upright():
    start, now = np.zeros((3, 28, 28)), np.zeros((3, 28, 28))
    now[1, 0, 5] = -2.0  # first row of a picture: drawn at its top
    start[2, 27, 0] = 1.0
    figure = checked(training.unit_pictures(start, now, TEXTS[0]))
    drawn = np.array(figure.data[0].z, dtype=float)
    assert (figure.data[0].zmin, figure.data[0].zmax) == (-2.0, 2.0)
    assert drawn[27, 30 + 5] == -2.0
    assert drawn[30, 60] == 1.0
    assert np.isnan(drawn[28:30]).all()
    assert np.nansum(np.abs(drawn)) == 3.0
    assert figure.layout.yaxis.ticktext == ("now", "step 0")
