"""Every scene of every chapter for the difficult Setups: valid, finite, small, in both languages."""

import json

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.ui import cached
from netlib import BatchSpec, Init, NetworkSpec, Setup
from netlib.i18n import LANGUAGES, translator
from netlib.lesson.chapters import NAMES
from netlib.lesson.traps import TRAPS
from netlib.views.lesson import LookedAt, mover
from netlib.views.lesson_scenes import scene

SETUPS = {
    "the notebook's": Setup(),
    "no hidden layer, one image": Setup(NetworkSpec(()), BatchSpec(size=1)),
    "ten images": Setup(NetworkSpec((1,), "tanh"), BatchSpec(size=10, digits=(3,))),
    "thirty layers": Setup(NetworkSpec((64,) * 30, "tanh"), BatchSpec(size=256, image=255)),
    "all zero": Setup(NetworkSpec((32, 16), "relu", "zeros", "zeros")),
    "huge": Setup(NetworkSpec((64,) * 6, "identity", Init("normal", std=100.0))),
}
WITHOUT_PICTURE = {"next", "no_fc1"}


def values(made):
    """A few of a mover's options, the ends among them."""
    options = made.options if made else ("0",)
    return options if len(options) <= 12 else (options[0], options[len(options) // 2], options[-1])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chapter", NAMES)
@pytest.mark.parametrize("name", SETUPS)
def test_a_scene_is_a_sentence_and_pictures_that_are_fit_to_be_shown(name, chapter, language):
    setup = SETUPS[name]
    at = LookedAt(setup, cached.trace(setup), cached, translator(language))
    for choice in values(mover(chapter, at)):
        shown = scene(chapter, at, choice)
        assert len(shown.answer) > 10
        assert "NaN" not in shown.answer
        if chapter != "traps":
            assert shown.pictures
        assert len({picture.key for picture in shown.pictures}) == len(shown.pictures) <= 2
        for picture in shown.pictures:
            go.Figure(picture.figure.to_dict())
            assert len(picture.figure.to_json()) < 60_000
            assert len(picture.alt) > 10
            json.loads(picture.figure.to_json())
            for trace in picture.figure.data:
                for part in ("x", "y", "z"):
                    numbers = getattr(trace, part, None)
                    if numbers is not None and np.asarray(numbers).dtype.kind == "f" and trace.type != "scatter":
                        assert np.isfinite(np.asarray(numbers)).all()


@pytest.mark.parametrize("trap", TRAPS, ids=[trap.name for trap in TRAPS])
def test_a_trap_shows_its_code_its_message_why_and_the_cure(trap):
    at = LookedAt(Setup(), cached.trace(Setup()), cached, translator("en"))
    shown = scene("traps", at, trap.name)
    (code, said, _), (cure, cured, failed) = shown.cells
    assert (code, cure) == (trap.code, trap.cure)
    assert said
    assert cured
    assert not failed
    assert shown.why == trap.why
    assert bool(shown.pictures) == (trap.name not in WITHOUT_PICTURE)


@pytest.mark.parametrize("chapter", ["softmax", "forward"])
def test_a_network_that_overflows_is_replaced_and_that_is_said(chapter):
    setup = Setup(NetworkSpec((64,) * 30, "relu", Init("normal", std=100.0)))
    at = LookedAt(setup, cached.trace(setup), cached, translator("en"))
    answer = scene(chapter, at, "1").answer
    assert answer.startswith("The signal of your network overflows float32")
    assert "NaN" not in answer
