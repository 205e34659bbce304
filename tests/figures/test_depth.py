"""Numbers along depth as figures: a log axis where zero and overflow have places of their own, bands that close."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import depth
from netlib.i18n import LANGUAGES, translator
from netlib.population import Band
from netlib.stats.signal import Line

NAMES = ["input", "fc1", "fc2", "output"]
NAN = np.nan


def line(measured, beyond=None, theory=None, band=None):
    measured = np.array(measured, dtype=float)
    return Line(measured, np.zeros(len(measured), bool) if beyond is None else np.array(beyond), theory, band)


def drawn(*lines, axis=None, language="en"):
    text = translator(language)
    axis = axis or depth.log_axis(lines, text)
    panel = depth.Panel("y", [depth.Drawn(each, depth.FIRST, "what", "name") for each in lines], axis)
    figure = depth.along_depth([panel], NAMES, "fc1", text)
    go.Figure(figure.to_dict())
    return figure


@pytest.mark.parametrize("language", LANGUAGES)
def test_equal_factors_are_equal_steps_however_many_decades(language):
    figure = drawn(line([1, 1e-10, 1e-20, 1e-30]), language=language)
    (solid,) = [each for each in figure.data if each.mode == "lines"]
    np.testing.assert_allclose(np.diff(np.asarray(solid.y, float)), -10, atol=1e-4)


def test_an_exact_zero_has_a_place_apart_and_no_line_leads_there():
    figure = drawn(line([1, 0.1, 0, 0]))
    (solid,) = [each for each in figure.data if each.mode == "lines"]
    assert np.isfinite(np.asarray(solid.y, float)).tolist() == [True, True, False, False]
    points = {int(x): y for each in figure.data if each.mode == "markers" for x, y in zip(each.x, each.y, strict=True)}
    assert sorted(points) == [0, 1, 2, 3]
    assert points[2] == points[3] < points[1] < points[0]
    symbols = [symbol for each in figure.data if each.mode == "markers" for symbol in np.atleast_1d(each.marker.symbol)]
    assert "circle-open" in symbols


def test_what_float32_cannot_hold_is_a_triangle_at_the_top():
    figure = drawn(line([1, 1e30, NAN, NAN], beyond=[False, False, True, True]))
    (ringed,) = [
        each for each in figure.data if each.mode == "markers" and "triangle-up" in np.atleast_1d(each.marker.symbol)
    ]
    top = max(float(y) for each in figure.data if each.mode == "markers" for y in each.y)
    assert (
        min(float(y) for y, s in zip(ringed.y, np.atleast_1d(ringed.marker.symbol), strict=False) if s == "triangle-up")
        == top
    )


def test_a_band_closes_around_its_low_and_high_and_theory_is_dashed():
    band = Band(np.array([NAN, 0.5, 0.2, 0.1]), np.array([NAN, 0.6, 0.3, 0.2]), np.array([NAN, 0.7, 0.4, 0.3]))
    figure = drawn(line([1, 0.6, 0.3, 0.2], theory=np.array([1, 0.55, 0.3, 0.2]), band=band))
    (area,) = [each for each in figure.data if each.fill == "toself"]
    assert len(area.x) == 6
    assert area.hoverinfo == "skip"
    assert [each for each in figure.data if each.line.dash == "dash"]


def test_no_numbers_at_all_is_an_empty_picture():
    drawn(line([NAN] * 4))
    drawn(line([0, 0, 0, 0]))


def test_shares_correlations_and_signed_numbers_have_their_axes():
    text = translator("en")
    some = line([0.1, -0.5, 0.9, 1.0])
    assert depth.share_axis(text).options["range"][0] <= 0
    for axis in (depth.share_axis(text), depth.correlation_axis([some]), depth.signed_axis([some], text)):
        figure = drawn(some, axis=axis)
        values = [float(y) for each in figure.data if each.mode == "markers" for y in each.y]
        assert len(values) == 4
        low, high = axis.options["range"]
        assert all(low <= value <= high for value in np.asarray(axis.place(some.measured[1:]), float)) or axis.options


def test_theory_beyond_what_float32_squares_is_not_drawn():
    figure = drawn(line([1, 1e30, NAN, NAN], [False, False, True, True], np.array([1, 1e30, 1e60, 1e120])))
    (dashed,) = [each for each in figure.data if each.line.dash == "dash"]
    assert list(dashed.x) == [0, 1, 2]
    np.testing.assert_allclose(np.asarray(dashed.y, float), [0, 30, 60], atol=1e-4)


def test_names_stand_by_their_own_lines_and_apart_where_the_lines_are_one():
    (names,) = [each for each in drawn(line([NAN, 9, 5, 1]), line([NAN, 0.1, 0.5, 1])).data if each.mode == "text"]
    assert list(names.x) == [1, 1]
    assert [position.split()[0] for position in names.textposition] == ["top", "bottom"]
    (names,) = [each for each in drawn(line([NAN, 1, 1, 1]), line([NAN, 1, 1, 1])).data if each.mode == "text"]
    assert list(names.x) == [1, 3]
