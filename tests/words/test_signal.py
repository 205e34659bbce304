"""What the Signal page says of there and back: each threshold from both sides, in both languages."""

import numpy as np
import pytest

from netlib.backward import gradients_of
from netlib.draft import from_setup
from netlib.i18n import LANGUAGES, translator
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from netlib.stats.flow import flow
from netlib.stats.signal import Course
from netlib.words import signal as words
from tests.stats.test_signal import SPECS, course

both_languages = pytest.mark.parametrize("language", LANGUAGES)
en = translator("en")


def deep(activation, weights, layers=20):
    return course(NetworkSpec((64,) * layers, activation, weights, "zeros"), seeds=(0, 1))[0]


@pytest.mark.parametrize(
    ("activation", "weights", "said"),
    [
        ("tanh", "pytorch", "Forward it vanishes"),
        ("relu", "kaiming_normal", "Forward it"),
        ("relu", Init("normal", std=0.5), "Forward it explodes"),
        ("relu", "zeros", "Forward it ends"),
    ],
)
def test_forward(activation, weights, said):
    assert words.forward(deep(activation, weights), en).startswith(said)


@pytest.mark.parametrize(
    ("activation", "weights", "said"),
    [
        ("sigmoid", "xavier_normal", "Back it vanishes"),
        ("relu", "zeros", "Back it ends"),
        ("tanh", Init("normal", std=0.5), "Back it"),
    ],
)
def test_backward(activation, weights, said):
    assert words.backward(deep(activation, weights), en).startswith(said)


def test_a_network_without_a_hidden_layer_has_nothing_to_pass():
    found, trace = course(SPECS["no hidden layer"])
    said = words.answer(found, en)
    assert "no hidden layer" in said
    assert f"{(trace.logits.astype(float) ** 2).mean():.3g}"[:4] in said


def test_overflow_is_named_by_its_layer():
    found, trace = course(SPECS["overflow"])
    first = next(layer.name for layer in trace.layers if not np.isfinite(layer.before).all())
    assert first in words.forward(found, en)
    assert "Nothing comes back" in words.backward(found, en)


@both_languages
def test_own_weights_are_said_to_be_that(language):
    _, trace = course(SPECS["a mix"])
    alone = Course(flow(trace, gradients_of(trace)))
    assert words.reading(alone, True, translator(language))
    assert words.no_plane(translator(language))


@both_languages
def test_progress_and_place_in_the_queue(language):
    assert "3" in words.progress(1, 3, None, translator(language))
    assert words.progress(0, 3, 2, translator(language))


@both_languages
def test_every_column_has_a_heading(language):
    from netlib.stats.signal import course_table

    for spec in SPECS.values():
        table = course_table(course(spec)[0])
        assert set(table.columns) <= set(words.columns(translator(language)))


@both_languages
def test_every_try_can_be_built(language):
    draft = from_setup(Setup(NetworkSpec(), BatchSpec()))
    for label, change in words.tries(translator(language)):
        assert label
        assert change(draft).setup() != draft.setup()
