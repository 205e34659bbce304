"""What the Signal page puts together: valid figures with words, in both languages, for every network."""

import numpy as np
import plotly.graph_objects as go
import pytest

import netlib
from netlib.backward import gradients_of
from netlib.i18n import LANGUAGES, translator
from netlib.spec import BatchSpec
from netlib.stats.flow import flow
from netlib.stats.signal import Course
from netlib.stats.signal_units import sleepers
from netlib.views import signal as views
from netlib.views import signal_units as unit_views
from netlib.words import signal as words
from netlib.words import signal_units as unit_words
from tests.figures.test_activations import TRACES
from tests.stats.test_signal import SPECS, course

both_languages = pytest.mark.parametrize("language", LANGUAGES)
CACHED = {}


def shown(name):
    if name not in CACHED:
        CACHED[name] = course(SPECS[name])
    return CACHED[name]


def assert_sound(picture):
    go.Figure(picture.figure.to_dict())
    assert picture.question.endswith("?")
    assert len(picture.alt) > 10
    assert "nan" not in (picture.alt + picture.note).lower().replace("финанс", "")
    return len(picture.figure.to_json())


@both_languages
@pytest.mark.parametrize("name", SPECS)
def test_every_picture_of_every_network(name, language):
    text, (found, trace) = translator(language), shown(name)
    for looked_at in {trace.layers[0].name, "output"}:
        main = [assert_sound(each) for each in views.pictures(found, looked_at, text)]
        tabs = [
            views.forward_details(found, looked_at, text),
            [views.gradient_details(found, gradients_of(trace), looked_at, text)],
            views.common(trace, looked_at, text)[1],
        ]
        for tab in tabs:
            assert sum(main) + sum(assert_sound(each) for each in tab) < 125_000
        tiles = views.tiles(found, trace, text)
        assert len(tiles) == 5
        assert not any("nan" in tile.value.lower() for tile in tiles)
    assert words.answer(found, text).endswith(".")
    assert words.reading(found, False, text)
    assert "nan" not in (words.answer(found, text) + words.beyond_theory(found, text)).lower()


@both_languages
@pytest.mark.parametrize("name", TRACES)
def test_weights_of_a_visitors_own_are_measured_alone(name, language):
    text, trace = translator(language), TRACES[name]
    alone = Course(flow(trace, gradients_of(trace)))
    for picture in views.pictures(alone, trace.layers[0].name, text):
        assert_sound(picture)
        assert not [
            each for each in picture.figure.data if (each.line.dash if each.type == "scatter" else "") == "dash"
        ]
    assert words.reading(alone, True, text)
    assert unit_words.common_says(views.common(trace, "output", text)[0], text)


def test_theory_is_dashed_and_the_measured_line_has_the_numbers():
    found, _ = shown("the notebook's")
    picture = views.pictures(found, "fc1", translator("en"))[0]
    dashed = [each for each in picture.figure.data if each.type == "scatter" and each.line.dash == "dash"]
    solid = [each for each in picture.figure.data if each.mode == "lines" and each.line.width == 2.5]
    assert dashed
    measured = np.log10(found.second_moment.measured)
    (line,) = solid
    np.testing.assert_allclose(np.diff(np.asarray(line.y, float)), np.diff(measured), atol=1e-4)
    said = [number for each in picture.figure.data if each.mode == "markers" for number in np.asarray(each.customdata)]
    np.testing.assert_allclose(sorted(row[0] for row in said), sorted(found.second_moment.measured), rtol=1e-6)


@both_languages
@pytest.mark.parametrize("name", TRACES)
def test_the_finder_shows_a_unit_of_every_hidden_layer(name, language):
    text, trace = translator(language), TRACES[name]
    layer = unit_views.looked_at(trace, "output")
    if layer is None:
        assert not trace.hidden
        assert unit_words.no_hidden(text)
        return
    found = sleepers(layer)
    index = int(found.chosen[0])
    for picture in unit_views.pictures(trace, layer, found, index, text):
        assert_sound(picture)
    assert unit_words.sleepers_say(found, text)
    assert str(index) in unit_words.unit_option(found, index, text)


def test_the_answer_says_what_vanishes():
    spec = netlib.NetworkSpec((64,) * 20, "tanh", "pytorch", "zeros")
    found, _ = course(spec, netlib.sample(BatchSpec(size=16)), (0, 1))
    said = words.answer(found, translator("en"))
    assert "Forward it vanishes" in said
    assert "hardly told apart" in said or "Two images" in said
