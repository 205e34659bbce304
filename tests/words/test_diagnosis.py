"""The verdict's sentences carry their numbers, in both languages."""

import math

import pytest

from netlib.draft import from_setup
from netlib.i18n import LANGUAGES, translator
from netlib.remedies import remedies
from netlib.spec import BatchSpec, Setup
from netlib.stats.diagnosis import KINDS, Verdict, judge, number, std
from netlib.words import diagnosis as words
from tests.stats.test_diagnosis import DESERVED, case

both_languages = pytest.mark.parametrize("language", LANGUAGES)


@both_languages
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_sentence(kind, language):
    said = words.finding(Verdict(kind, "fc2", 0.25, 3.5), translator(language))
    assert said.endswith(".")
    assert "{" not in said
    assert "nan" not in said.lower()


@both_languages
@pytest.mark.parametrize("kind", DESERVED)
def test_what_is_found_on_real_digits_can_be_said(kind, language):
    text = translator(language)
    for found in judge(case(DESERVED[kind])):
        said = words.finding(found, text)
        assert found.layer in said or found.kind in ("linear", "sure")
        assert "nan" not in said.lower()


def test_the_example_of_exercise_1():
    judged = case(DESERVED["saturates"])
    said = words.finding(judge(judged)[0], translator("en"))
    assert said == "fc1 is 87% saturated because its pre-activations have std 26.6."
    better = case(remedies(from_setup(Setup(DESERVED["saturates"], BatchSpec())), "saturates")[0].draft.setup().network)
    layer = better.flow.layers[0]
    after = words.after("saturates", "fc1", number("saturates", "fc1", better), std(layer), translator("en"))
    assert after == f"With it fc1 would be {layer.saturated:.1%} saturated, with std {std(layer):.2f}."


def test_a_linear_network_has_nothing_to_lose():
    assert "no hidden layer" in words.finding(Verdict("keeps", "output", math.nan, math.nan), translator("en"))


@both_languages
def test_every_remedy_has_a_label_and_a_reason(language):
    text = translator(language)
    for kind, spec in DESERVED.items():
        for remedy in remedies(from_setup(Setup(spec, BatchSpec())), kind):
            assert remedy.scheme in words.label(remedy, text) or remedy.name == "biases"
            assert words.reason(remedy, text)


def test_nothing_is_compared_where_there_is_no_number():
    assert words.after("overflows", "fc1", math.nan, math.nan, translator("en")) == ""
    assert words.after("saturates", "fc1", math.nan, 1.0, translator("en")) == ""


def test_the_thresholds_are_those_that_judge():
    said = words.thresholds(translator("en"))
    for threshold in ("50%", "75%", "1,000", "0.001", "0.999", "0.5"):
        assert threshold in said
