"""What is said of a drawing follows the numbers."""

import numpy as np
import pytest

from netlib.draft import Draft
from netlib.i18n import LANGUAGES, translator
from netlib.stats.drawing import Answer, Skill, read_answer
from netlib.words import drawing as words
from tests.views.test_drawing import SUBJECTS, drawn

en, ru = translator("en"), translator("ru")
BLIND = Skill(7, 64, 6.4, guesses=True, reads=False)
POOR = Skill(30, 64, 6.4, guesses=False, reads=False)
GOOD = Skill(60, 64, 6.4, guesses=False, reads=True)


def saying(*probabilities):
    p = np.array([*probabilities, *[(1 - sum(probabilities)) / (10 - len(probabilities))] * (10 - len(probabilities))])
    return read_answer(np.log(np.maximum(p, 1e-30)), p)


NOTHING = Answer(np.full(10, np.nan), 0, 1, 0, finite=False)


class TestVerdict:
    def test_sure(self):
        assert words.verdict(saying(0.001, 0.985), en) == "It reads a **1** and is sure of it: probability 0.985."

    def test_leaning(self):
        assert words.verdict(saying(0.1, 0.6, 0.2), en) == (
            "It reads a **1** with probability 0.600; next comes 2 with 0.200."
        )

    def test_no_idea(self):
        assert words.verdict(saying(0.1, 0.11, 0.09), en).startswith("It has no idea: ten nearly equal")

    def test_all_equal(self):
        assert words.verdict(read_answer(np.zeros(10), np.full(10, 0.1)), en).startswith("It says nothing")

    def test_beyond_float32(self):
        assert "beyond what float32 holds" in words.verdict(NOTHING, en)


class TestAnswer:
    def test_where_nothing_is_drawn_the_image_is_named(self):
        said = words.answer(SUBJECTS["of the batch"], saying(0.9), GOOD, en)
        assert said.startswith("Nothing is drawn yet, so this is image 2 of the batch, a handwritten ")

    def test_a_drawing_is_compared_with_what_it_is_meant_to_be(self):
        assert "That is the digit it is meant to be." in words.answer(drawn(label=0), saying(0.95), GOOD, en)
        said = words.answer(drawn(label=3), saying(0.95), GOOD, en)
        assert "It is meant to be a 3, which gets 0.006." in said
        assert "meant" not in words.answer(drawn(), saying(0.95), GOOD, en)

    @pytest.mark.parametrize(
        ("skill", "said"),
        [
            (BLIND, "this network cannot read, it gets 7 of 64 held-out digits right, and guessing 6.4."),
            (POOR, "It reads poorly: of 64 held-out digits it gets 30 right."),
            (GOOD, "Of 64 held-out digits it reads 60 right."),
        ],
    )
    def test_whether_that_means_anything(self, skill, said):
        assert words.answer(drawn(), saying(0.95), skill, en).endswith(said)

    def test_without_numbers_nothing_else_is_said(self):
        assert words.answer(drawn(label=3), NOTHING, BLIND, en) == words.verdict(NOTHING, en)


def test_the_steps_in_numbers():
    subject = SUBJECTS["drawn"]
    said = words.steps_alt(subject, en)
    assert f"a box of {subject.framed.box.height} by {subject.framed.box.width} of the pad's 280" in said
    assert f"becomes 20 by {subject.framed.small.shape[1]}" in said
    assert "without framing" in words.steps_alt(SUBJECTS["unframed"], en)
    assert "empty" in words.steps_alt(SUBJECTS["empty"], en)
    assert "once more changes nothing" in words.steps_note(SUBJECTS["of the batch"], en)
    assert "Framing is off" in words.steps_note(SUBJECTS["unframed"], en)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SUBJECTS)
@pytest.mark.parametrize("skill", [BLIND, POOR, GOOD])
def test_every_sentence_is_filled_in(language, name, skill):
    text, subject = translator(language), SUBJECTS[name]
    for found in (saying(0.95), saying(0.3), NOTHING):
        for said in (
            words.answer(subject, found, skill, text),
            words.probabilities_alt(found, text),
            words.seen_alt(subject, text),
            words.steps_alt(subject, text),
            words.steps_note(subject, text),
        ):
            assert len(said) > 10
            assert "{" not in said
            assert "NaN" not in said


def test_the_pad_has_a_word_for_everything():
    needed = {"label", "undo", "clear", "pen", "thin", "middle", "thick", "keys", "down", "up", "full"}
    for text in (en, ru):
        assert set(words.pad_words(text)) == needed
        assert all(words.pad_words(text).values())


def test_what_to_try():
    none, blind, another = [change(Draft()) for _, change in words.tries(63, 64, en)]
    assert none.hidden == ()
    assert {layer.weight_init.scheme for layer in blind.layers} == {"kaiming_normal"}
    assert another.batch.image == 0  # after the last comes the first
    for draft in (none, blind, another):
        draft.setup()
