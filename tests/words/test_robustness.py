"""What is said of changed digits follows the curves."""

import math

import numpy as np
import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.stats import robustness as stats
from netlib.words import robustness as words

EN = translator("en")


def curves(accuracy, confidence=lambda kind, level: 0.5, kinds=tuple(stats.LEVELS)):
    return stats.curves(
        stats.Trial(kind, level, round(1000 * accuracy(kind, level)), 1000, confidence(kind, level))
        for kind in kinds
        for level in stats.LEVELS[kind]
    )


def test_half_ways_are_named_with_their_signs():
    """Accuracy falls from 0.9 to 0.1 along a line that is half way, 0.5, at a known level of each kind."""
    half = {"noise": 1.5, "shift": 3.0, "rotation": 30.0, "stroke": 1.0}
    said = words.answer(curves(lambda kind, level: max(0.9 - 0.4 * abs(level) / half[kind], 0)), EN)
    assert said == (
        "Unchanged digits: 90.0% right. Half way to guessing: noise of 1.5; shift by 3.0 pixels; "
        "rotation by −30 / +30°; strokes −1.0 / +1.0 pixels on each side."
    )


def test_what_never_spoils_it_is_said():
    said = words.answer(curves(lambda kind, level: 0.9 if kind != "shift" else 0.9 / (1 + level)), EN)
    assert "noise never" in said
    assert "stroke width never" in said
    assert "shift by 0.8" in said


def test_one_side_alone_may_spoil_it():
    said = words.answer(curves(lambda kind, level: 0.1 if level > 1 else 0.9, kinds=("rotation",)), EN)
    assert "rotation by +" in said
    assert "−" not in said


@pytest.mark.parametrize("accuracy", [0.0, 0.1, 0.14])
def test_a_guess_has_nothing_to_lose(accuracy):
    assert "no better than a guess" in words.answer(curves(lambda kind, level: accuracy), EN)


def test_nothing_tried_is_said():
    assert words.answer({}, EN) == "Nothing is tried yet."


def test_the_worst_overconfidence_is_named():
    found = curves(
        lambda kind, level: 0.3 if (kind, level) == ("shift", 6) else 0.9,
        lambda kind, level: 0.95,
    )
    assert "at shift 6 it is sure to 95% on average and right for 30%" in words.note(found, 500, EN)
    assert "does not know" not in words.note(curves(lambda kind, level: 0.9, lambda kind, level: 0.9), 500, EN)
    assert "does not know" not in words.note(curves(lambda kind, level: 0.0, lambda kind, level: math.nan), 500, EN)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("noise", 0.25, "noise 0.25"),
        ("noise", 0, "noise 0"),
        ("shift", 4, "shift 4"),
        ("rotation", -60, "turn −60°"),
        ("stroke", -1.5, "stroke −1.5"),
    ],
)
def test_a_level_is_written_as_short_as_it_is(kind, value, said):
    assert words.level(kind, value, EN) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_level_and_state_has_words(language):
    text = translator(language)
    for kind, levels in stats.LEVELS.items():
        assert len({words.level(kind, level, text) for level in levels}) == len(levels)
    for found in ({}, curves(lambda kind, level: 0.9 / (1 + abs(level))), curves(lambda *_: 0.0, lambda *_: math.nan)):
        for said in (words.alt(found, text), words.note(found, 500, text)):
            assert "{" not in said
            assert "nan" not in said.lower()


def test_the_examples_in_words():
    said = words.examples_alt(3, np.array([3] * 10 + [-1] * 4 + [5] * 10), EN)
    assert said == "A handwritten 3 in 24 changed forms; read as it is in 10 of them."
