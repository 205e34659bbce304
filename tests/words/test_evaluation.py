"""What is said of answers follows their numbers, in both languages."""

import numpy as np
import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.stats import evaluation as stats
from netlib.words import evaluation as words
from tests.judged import CASES, one_hot

EN = translator("en")


def answers_of(name):
    return stats.judge(*CASES[name])


def all_sentences(answers, text):
    found, digits, calibrated = stats.confuse(answers), stats.accuracy_of_digits(answers), stats.calibrate(answers)
    surest = stats.surest_mistakes(answers, 24)
    yield words.answer(answers, text)
    yield words.confusion_alt(found, text)
    yield words.confusion_note(text)
    yield words.cell(4, 9, 3, text)
    yield words.order_note(4, 4, 3, 10, text)
    yield words.sheet_alt(answers, surest, text)
    yield words.worst_note(answers, len(surest), text)
    yield words.costly_note(text)
    yield words.digits_alt(digits, text)
    yield words.digits_note(digits, text)
    yield words.calibration_alt(calibrated, text)
    yield words.calibration_note(calibrated, text) or "-"
    for threshold in (0.0, 0.5, 1.0):
        yield words.threshold_alt(answers, stats.at_threshold(answers, threshold), text)
    yield from words.tile(answers, 0, text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_there_are_words_for_every_kind_of_answers(name, language):
    for sentence in all_sentences(answers_of(name), translator(language)):
        assert sentence
        assert "nan" not in sentence.lower()
        assert "{" not in sentence


@pytest.mark.parametrize(
    ("name", "has"),
    [
        ("all right and sure", "None is wrong."),
        ("always 3", "It says 3 for 300 of them: the answer hardly depends on the image."),
        ("uniform", "It says 0 for 300 of them"),
        ("no numbers", "It has no answer"),
        ("one image, no number", "It has no answer"),
        ("some no numbers", "Without an answer, for their probabilities are no numbers: 44."),
        ("plain", "Most frequent mistake: a "),
    ],
)
def test_the_answer_names_what_matters(name, has):
    answers = answers_of(name)
    said = words.answer(answers, EN)
    assert has in said
    assert f"{int(answers.right.sum())} of {len(answers)}".replace("10000", "10,000") in said


@pytest.mark.parametrize(
    ("name", "guesses"),
    [("uniform", True), ("plain", False), ("all right and sure", False), ("all wrong and sure", False)],
)
def test_a_guess_is_named_where_it_does_as_well(name, guesses):
    assert ("A guess gets 10%." in words.answer(answers_of(name), EN)) is guesses


def test_one_image_is_one_image():
    assert words.answer(stats.judge(one_hot([4]), np.array([4])), EN).startswith("1 of 1 image is right, 100.0%;")


def test_the_most_frequent_mistake_is_the_most_frequent():
    labels = np.array([4, 4, 4, 7, 1])
    said = words.answer(stats.judge(one_hot([9, 9, 4, 1, 1]), labels), EN)
    assert "Most frequent mistake: a 4 taken for a 9, 2 of 3." in said


def test_the_matrix_in_words():
    labels = np.array([4, 4, 4, 7, 1])
    said = words.confusion_alt(stats.confuse(stats.judge(one_hot([9, 9, 4, 1, 1]), labels)), EN)
    assert "2 of 5 images lie on the diagonal" in said
    assert said.endswith("4 taken for 9: 2; 7 taken for 1: 1.")
    assert "Most frequent" not in words.confusion_alt(stats.confuse(answers_of("all right and sure")), EN)


def test_a_cell_is_named_by_what_it_holds():
    assert words.cell(4, 9, 1, EN) == "A 4 taken for a 9: 1 image"
    assert words.cell(4, 4, 2, EN) == "A 4 read as it is: 2 images"
    assert words.order_note(4, 9, 24, 30, EN).startswith("The surest mistakes first; 24 of 30")
    assert words.order_note(4, 4, 24, 30, EN).startswith("The least sure first")


def test_an_image_has_its_two_lines():
    first, second, hover = words.tile(stats.judge(one_hot([9]), np.array([4])), 0, EN)
    assert (first, second) == ("says 9", "is 4")
    assert "answered 9 with probability 1.0000" in hover
    assert "probability of 4: 0" in hover
    assert words.tile(answers_of("no numbers"), 0, EN)[0] == "says –"


def digits(rights, counts):
    right, count = np.zeros(10, int), np.zeros(10, int)
    right[: len(rights)], count[: len(counts)] = rights, counts
    return stats.DigitAccuracy(right, count, *stats.wilson(right, count))


def test_the_hardest_digit_is_harder_only_where_the_intervals_say_so():
    assert "do not overlap" in words.digits_alt(digits([50, 99], [100, 100]), EN)
    near = words.digits_alt(digits([9, 8], [10, 10]), EN)
    assert "from 80.0% for 1 to 90.0% for 0" in near
    assert "may be chance" in near
    assert words.digits_alt(digits([5, 5], [10, 10]), EN) == "Every digit that occurs: 50.0% right."
    assert words.digits_alt(digits([0, 0, 3], [0, 0, 4]), EN) == "Only the digit 2 occurs: 75.0% right."
    assert "10 to 20 images" in words.digits_note(digits([9, 9], [10, 20]), EN)
    assert "10 images" in words.digits_note(digits([9, 9], [10, 10]), EN)


def sure_of(confidence, right, count):
    rows = np.full((count, 10), (1 - confidence) / 9)
    rows[:, 0] = confidence
    return stats.calibrate(stats.judge(rows, np.where(np.arange(count) < right, 0, 1)))


@pytest.mark.parametrize(
    ("confidence", "right", "begins"),
    [
        (0.9, 50, "It is surer"),
        (0.6, 90, "It is less sure"),
        (0.8, 80, "It is about as sure"),
        (0.81, 80, "It is about"),
    ],
)
def test_calibration_says_which_way_it_errs(confidence, right, begins):
    found = sure_of(confidence, right, 100)
    said = words.calibration_alt(found, EN)
    assert said.startswith(begins)
    assert f"{confidence:.1%}" in said
    assert f"{right}.0%" in said
    assert f"calibration error: {abs(confidence - right / 100):.1%}" in words.calibration_note(found, EN)


def test_the_threshold_that_is_named_does_what_it_says():
    answers = answers_of("plain")
    said = words.threshold_answer(answers, EN)
    threshold = float(said.split("below ")[1].split(",")[0])
    found = stats.at_threshold(answers, threshold)
    assert found.share >= 0.99
    assert stats.at_threshold(answers, threshold - 0.001).share < 0.99
    assert said.endswith(f"still answers {found.coverage:.1%}.")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("all right and sure", "99% of its answers are right without any threshold."),
        ("all wrong and sure", "At no threshold up to 0.999 are 99% of its answers right."),
        ("no numbers", "It has no answer: its probabilities are no numbers."),
    ],
)
def test_there_may_be_no_threshold_to_name(name, says):
    assert words.threshold_answer(answers_of(name), EN) == says


def test_a_threshold_that_leaves_nothing_says_so():
    answers = answers_of("uniform")
    assert words.threshold_alt(answers, stats.at_threshold(answers, 0.5), EN).startswith(
        "Below 0.50 it says nothing, and"
    )
    assert "answers 100.0% of the images" in words.threshold_alt(answers, stats.at_threshold(answers, 0.1), EN)
