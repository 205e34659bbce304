"""The pad hands on what a browser sends, whatever it is, and gives the browser what it needs to go on."""

import json

import pytest

from netlib.drawing import PENS, Stroke
from netlib.drawing.strokes import MOST_POINTS, MOST_STROKES, read
from netlib.ui.components import pad, source

WORDS = dict.fromkeys(
    ("label", "undo", "clear", "pen", "thin", "middle", "thick", "keys", "down", "up", "full"), "word"
)


def mounted(monkeypatch, sent, strokes=()):
    """What is given to the browser, and what its message calls."""
    options, said = {}, []
    monkeypatch.setattr(pad, "_pad", lambda **given: options.update(given))
    monkeypatch.setattr(pad.st, "session_state", {"pad": {"drawn": sent}})
    pad.pad(strokes, under="data:image/png;base64,", pen=80, edition=3, answered=7, words=WORDS, on_draw=said.append)
    options["on_drawn_change"]()
    return options["data"], said


@pytest.mark.parametrize("sent", [{"strokes": []}, [], "x", 0, False, float("nan")])
def test_whatever_a_browser_sends_is_handed_on(monkeypatch, sent):
    assert mounted(monkeypatch, sent)[1] == [sent]


def test_nothing_is_no_message(monkeypatch):
    assert mounted(monkeypatch, None)[1] == []


def test_what_it_gives_is_what_it_would_read(monkeypatch):
    strokes = (Stroke(50, ((0, 1), (2, 3))), Stroke(120, ((1000, 1000),)))
    data, _ = mounted(monkeypatch, None, strokes)
    data = json.loads(json.dumps(data))
    message = {"strokes": data["strokes"], "keeps": True, "pen": data["pen"], "done": True, "number": data["answered"]}
    assert read(message).strokes == strokes
    assert data["pens"] == list(PENS)
    assert (data["mostStrokes"], data["mostPoints"]) == (MOST_STROKES, MOST_POINTS)
    assert (data["edition"], data["answered"]) == (3, 7)


def test_every_word_that_the_script_says_is_given():
    import re

    script = source("pad", "js")
    assert set(re.findall(r"words\.(\w+)", script)) == set(WORDS)


def test_a_finger_that_draws_does_not_scroll():
    assert "touch-action: none" in source("pad", "css")
