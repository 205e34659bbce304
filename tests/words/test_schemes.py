"""What is said of all schemes follows their numbers, in both languages."""

from dataclasses import replace

import numpy as np
import pytest

from netlib.figures.schemes import NUMBERS
from netlib.i18n import LANGUAGES, translator
from netlib.stats import schemes as stats
from netlib.words import schemes as words
from tests.stats.test_schemes import GRIDS, HEALTHY, band, found

EN = translator("en")


def test_every_verdict_and_every_order_has_its_words():
    assert set(words.verdicts(EN)) == set(stats.VERDICTS)
    assert tuple(words.orders(EN)) == stats.ORDERS
    for language in LANGUAGES:
        said = words.verdicts(translator(language)).values()
        assert len(set(said)) == len(stats.VERDICTS)
        assert max(map(len, said)) <= 15, "a tile has no room for more"


def courses(*combinations):
    return [(each, stats.course(each)) for each in combinations]


def test_the_answer_counts_and_names_the_evenest():
    even = replace(HEALTHY, scheme="orthogonal", activation="tanh", gradient_ratio=band(0.9))
    dead = replace(HEALTHY, dead=band(1.0), gradient_ratio=band(1.0))
    said = words.answer(courses(HEALTHY, even, dead), (128, 64), EN)
    assert said.startswith("Of 3 combinations on 784-128-64-10, 2 keep their signal and their gradient.")
    assert said.endswith(
        "The most even gradient has `orthogonal` with `tanh`: in the first layer 0.900 times that of the last."
    )
    assert words.answer(courses(dead), (), EN) == (
        "Of 1 combinations on 784-10, 0 keep their signal and their gradient."
    )


def test_the_thresholds_are_those_that_are_used():
    said = words.thresholds(EN)
    for threshold in ("1,000", "0.001", "50%", "75%", "0.999"):
        assert threshold in said


def test_a_hover_says_each_number_in_its_place():
    said = words.hover([stats.course(HEALTHY)], EN)
    for index, name in enumerate(NUMBERS):
        assert f"{name.replace('_', '-')}" in said
        assert f"%{{customdata[{index}]" in said
    assert said.index("cross-entropy") < said.index("customdata[3]") < said.index("correlation")


def test_a_line_without_any_number_is_left_out():
    nothing = stats.course(replace(HEALTHY, saturated=band(np.nan), dead=band(np.nan)))
    assert "saturated" not in words.hover([nothing], EN)
    assert "saturated" in words.hover([nothing, stats.course(HEALTHY)], EN)
    assert words.hover([], EN) == ""


def test_how_far_it_is():
    assert words.progress(3, 117, 0, EN) == "3 of 117 combinations"
    assert words.progress(0, 117, 1, EN) == "1 other computation comes first."
    assert words.progress(0, 117, 2, EN) == "2 other computations come first."


def test_the_note_says_where_a_tile_ends_and_what_is_drawn():
    assert "10² and 10⁻²" in words.note(30, 2, True, EN)
    assert "Band: 10 to 90%" in words.note(30, 2, True, EN)
    assert "Band" not in words.note(30, 2, False, EN)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", GRIDS)
def test_everything_can_be_said_of_every_grid(name, language):
    text = translator(language)
    pairs = courses(*found(name))
    said = [words.hover([course for _, course in pairs], text)]
    said += [words.answer(pairs, GRIDS[name].hidden_sizes, text), words.alt([course for _, course in pairs], text)]
    assert not any("NaN" in sentence or "nan" in sentence for sentence in said)
    assert words.alt([], text)
