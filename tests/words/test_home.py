"""Home's sentence follows the numbers: blind, leaning, or sure."""

import math
from dataclasses import replace

import pytest

import netlib
from netlib.i18n import LANGUAGES, translator
from netlib.stats.outputs import LN10, OutputSummary, summarise_outputs
from netlib.words import home as words

BLIND = OutputSummary(0.12, 2.31, LN10 * 0.99, 0.1, 6, 64, 5, 40, 64)


@pytest.mark.parametrize(
    ("summary", "begins"),
    [
        (BLIND, "It has no idea"),
        (replace(BLIND, top_probability=0.3, entropy=2.0), "It leans"),
        (replace(BLIND, top_probability=0.9, entropy=0.3, cross_entropy=19.2), "It is sure"),
    ],
)
def test_the_answer_says_how_sure_it_is(summary, begins):
    said = words.answer(summary, translator("en"))
    assert said.startswith(begins)
    assert translator("en").number(summary.cross_entropy, 4) in said
    assert "2.303" in said


def test_the_answer_of_the_notebooks_networks():
    def said(spec):
        trace = netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec()))
        return words.answer(summarise_outputs(trace), translator("en"))

    assert said(netlib.NetworkSpec()).startswith("It has no idea")
    randn = netlib.Init("normal", std=1.0)
    assert said(netlib.NetworkSpec((256,), "sigmoid", randn, randn)).startswith("It is sure")
    assert said(netlib.NetworkSpec((128, 64), "relu", "kaiming_normal")).startswith("It leans")


def test_a_signal_beyond_float32_is_said_to_have_no_answer():
    said = words.answer(replace(BLIND, entropy=math.nan, cross_entropy=math.nan, finite=0), translator("en"))
    assert said.startswith("There is no answer")
    assert "0 of 64" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_in_russian_have_a_decimal_comma(language):
    said = words.answer(BLIND, translator(language))
    assert ("2,303" if language == "ru" else "2.303") in said


def test_the_pictures_are_told_in_words():
    trace = netlib.run(netlib.build(netlib.NetworkSpec((5, 4))), netlib.sample(netlib.BatchSpec(size=3)))
    assert "784 – 5 – 4 – 10" in words.network_alt(trace, translator("en"))
    probabilities = trace.probabilities[0]
    alt = words.probabilities_alt(probabilities, 3, translator("en"))
    assert f"digit {probabilities.argmax()}" in alt
    assert math.isclose(float(alt.split("gets ")[1].rstrip(".")), probabilities[3], rel_tol=1e-2)


def test_every_try_is_another_network():
    from netlib.draft import from_setup
    from netlib.spec import Setup

    setups = {change(from_setup(Setup())).setup() for _, change in words.tries(translator("en"))}
    assert len(setups) == 3
