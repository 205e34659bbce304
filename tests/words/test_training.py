"""What the Train page says: which digits, how far, and that learning by heart is called so."""

import math

import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.spec import NetworkSpec
from netlib.training.snapshot import Look
from netlib.training.spec import OPTIMIZERS, TrainSpec
from netlib.words import training as words

EN = translator("en")
TEXTS = [translator(language) for language in LANGUAGES]


def test_which_digits_are_measured_is_always_said():
    bundled = words.data("bundled", 4000, 1000, 1000, EN)
    assert "4,000" in bundled
    assert "1,000" in bundled
    assert "not its test set" in bundled
    full = words.data("full", 60_000, 2_000, 10_000, EN)
    assert "2,000 of its 10,000 test digits" in full


@pytest.mark.parametrize(("held", "word"), [(0.1, "Hardly"), (0.5, "It begins to"), (0.9, "Yes:"), (0.97, "Yes, well")])
def test_the_verdict_follows_the_accuracy(held, word):
    said = words.answer(100, 1.5, held, held, EN)
    assert said.startswith(word)
    assert EN.percent(held) in said
    assert "by heart" not in said


def test_learning_by_heart_is_called_so():
    assert "9.0 points more" in words.answer(100, 1.5, 0.99, 0.90, EN)
    assert "by heart" not in words.answer(100, 1.5, math.nan, 0.90, EN)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("state", ["waiting", "running", "done", "paused", "diverged"])
@pytest.mark.parametrize("place", [0, 3])
def test_every_state_has_its_words(state, place, text):
    said = words.state(Look(state, place=place, target=5), text)
    assert said
    if state == "waiting" and place:
        assert "3" in said


@pytest.mark.parametrize("text", TEXTS)
def test_what_has_diverged_is_not_called_paused(text):
    assert words.state(Look("diverged"), text) != words.state(Look("paused"), text)


def test_the_time_left_is_said_while_it_runs():
    said = words.state(Look("running", steps_per_second=812.4, seconds_left=7.6), EN)
    assert said == "812 steps a second. About 8 s left."


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("text", TEXTS)
def test_each_optimiser_has_its_rule(name, text):
    said = words.rule(TrainSpec(NetworkSpec(), optimizer=name), text)
    assert OPTIMIZERS[name].formula in said
    assert words.optimizer(name)


@pytest.mark.parametrize(("value", "said"), [(0.001, "0.001"), (64, "64"), (1e-5, "0.00001"), (0.0, "0"), (10.0, "10")])
def test_a_setting_is_written_as_one_would_type_it(value, said):
    assert words.setting(value, EN) == said
    assert words.setting(value, translator("ru")) == said.replace(".", ",")


def test_the_limit_of_a_double_softmax_is_what_the_sentence_says():
    largest = math.e / (math.e + 9)
    said = words.double_softmax(EN)
    assert f"{100 * largest:.0f}\\,\\%" in said
    assert f"{-math.log(largest):.2f}" in said
