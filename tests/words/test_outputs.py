"""What the Outputs page says follows its numbers, in both languages."""

from dataclasses import replace

import numpy as np
import pytest

import netlib
from netlib.draft import from_setup
from netlib.i18n import LANGUAGES, translator
from netlib.spec import Setup
from netlib.stats import outputs as stats
from netlib.stats.outputs import LN10, LogitSummary, OutputSummary
from netlib.stats.softmax import TEMPERATURES, softmax_steps
from netlib.words import outputs as words

EN = translator("en")
NEARLY = OutputSummary(0.12, 2.31, LN10 * 0.99, 9 / 64, 9, 64, 5, 40, 64)
LOGITS = np.array([0.5, -1.5, 0, 0, 2.0, 0, 0, 0, 0, 0], dtype=np.float32)


@pytest.mark.parametrize(
    ("summary", "begins"),
    [
        (replace(NEARLY, top_probability=0.1, entropy=LN10), "Yes"),
        (NEARLY, "Nearly"),
        (replace(NEARLY, top_probability=0.3, entropy=2.0), "No, it leans"),
        (replace(NEARLY, top_probability=0.9, entropy=0.3, cross_entropy=19.2), "No, it is sure"),
    ],
)
def test_the_answer_says_how_near_to_uniform(summary, begins):
    said = words.answer(summary, EN)
    assert said.startswith(begins)
    for number in (EN.number(summary.entropy, 4), EN.number(summary.cross_entropy, 4), "2.303"):
        assert number in said
    assert said.endswith("Right: 9 of 64; guessing gets 6.4\u00a0±\u00a02.4.")


def test_the_answers_of_the_notebooks_networks():
    def said(spec):
        trace = netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec()))
        return words.answer(stats.summarise_outputs(trace), EN)

    randn = netlib.Init("normal", std=1.0)
    assert said(netlib.NetworkSpec()).startswith("Nearly")
    assert said(netlib.NetworkSpec((256,), "sigmoid", randn, randn)).startswith("No, it is sure")
    assert said(netlib.NetworkSpec((128, 64), "relu", "zeros", "zeros")).startswith("Yes")


def test_every_try_says_something_else():
    answers = set()
    for _, change in words.tries(EN):
        setup = change(from_setup(Setup())).setup()
        trace = netlib.run(netlib.build(setup.network), netlib.sample(setup.batch))
        answers.add(words.answer(stats.summarise_outputs(trace), EN).split()[0:3][-1])
        assert setup.batch == Setup().batch
    assert len(answers) == 3


def test_logits_that_are_no_numbers_are_said():
    assert words.no_numbers(3, 64, EN).endswith("3 of 64.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("temperature", TEMPERATURES)
def test_the_temperature_says_what_it_does(temperature, language):
    text = translator(language)
    steps = softmax_steps(LOGITS, temperature)
    said = words.temperature_note(steps, text).replace("\u00a0", " ")
    assert text.number(float(steps.probabilities.max())) in said
    if language == "en":
        assert ("Sharper" in said, "Flatter" in said) == (temperature < 1, temperature > 1)
        assert ("The network itself" in said) == (temperature == 1)


def test_temperatures_are_written_as_short_as_they_are():
    assert [words.temperature(t, EN) for t in (0.1, 0.15, 1.0, 1.5, 10.0)] == ["0.1", "0.15", "1", "1.5", "10"]
    assert words.temperature(0.15, translator("ru")) == "0,15"


class TestByHand:
    """One row of the table as a calculation."""

    def test_it_is_right(self):
        said = words.by_hand(softmax_steps(LOGITS, 0.5), 1, EN)
        # exp(-7) = 0.000912; the sum is 1 + e^-3 + e^-7 + 7 e^-4 = 1.1789
        assert said.endswith(
            "−1.50000 / 0.5 = −3.0000; −3.0000 − 4.0000 = −7.0000; exp(−7.0000) = 0.0009; 0.0009 / 1.1789 = 0.0008."
        )

    def test_a_negative_largest_logit_stands_in_brackets(self):
        said = words.by_hand(softmax_steps(LOGITS - 10), 4, EN)
        assert "−8.0000 − (−8.0000) = 0.0000; exp(0.0000) = 1.0000" in said

    def test_units_are_said(self):
        assert "2.00000 × 10⁹ / 1 = 2.0000 × 10⁹" in words.by_hand(softmax_steps(LOGITS * 1e9), 4, EN)
        assert "−1.50000 × 10⁻⁹" in words.by_hand(softmax_steps(LOGITS * 1e-9), 1, EN)


class TestWhySubtract:
    """The naive softmax is tried, not told."""

    def test_logits_close_together_are_lost_altogether(self):
        said = words.why_subtract(LOGITS, EN)
        assert "Moved so that the largest is 100" in said
        assert "10 of 10 probabilities as nan" in said
        assert f"p = {softmax_steps(LOGITS).probabilities[4]:.4f} for digit 4" in said

    def test_of_logits_far_apart_only_the_largest_is(self):
        logits = np.zeros(10, dtype=np.float32)
        logits[6] = 50
        assert "1 of 10 probabilities as nan" in words.why_subtract(logits, EN)
        assert "p = 1.0000 for digit 6" in words.why_subtract(logits * 1e7, EN)


@pytest.mark.parametrize(("shared", "says"), [(0.9, "hardly depends"), (0.3, "30% of the spread"), (None, "Dark")])
def test_what_images_share_is_said_where_it_is_known(shared, says):
    summary = LogitSummary(np.zeros((7, 10)), np.zeros(10), shared)
    assert says in words.logits_note(summary, EN)
    assert ("spread" in words.logits_note(summary, EN)) == (shared is not None)


def test_accuracy_is_compared_with_guessing():
    assert words.guess_alt(9, 64, EN).endswith("Guessing often does as well.")
    assert words.guess_alt(20, 64, EN).endswith("more than two standard deviations from guessing.")
    assert words.guess_alt(0, 64, EN).endswith("more than two standard deviations from guessing.")


def test_small_losses_are_said_to_be_drawn_at_the_floor():
    losses = np.array([0.0, 1e-5, 3.0])
    assert words.losses_note(losses, 0.001, EN) == "Losses below 0.001 are drawn at 0.001: 2 of 3."
    assert words.losses_note(losses, 0.0, EN) == ""


def test_the_alts_state_the_findings():
    probabilities = np.full((3, 10), 0.05, dtype=np.float32)
    probabilities[[0, 1, 2], [7, 7, 2]] = 0.55
    labels = np.array([7, 1, 1])
    assert "from 0.0500 to 0.550; the true class gets 0.217" in words.heatmap_alt(probabilities, labels, EN)
    found = stats.ClassSummary(
        probabilities.mean(axis=0, dtype=np.float64),
        np.bincount([7, 7, 2], minlength=10),
        np.bincount(labels, minlength=10),
    )
    assert "to 0.383 for digit 7" in words.mean_alt(found, EN)
    assert (
        words.counts_alt(found, EN)
        == "Digit 7 is predicted most, 2 of 3, and true for 1. Never predicted: 0, 1, 3, 4, 5, 6, 8, 9."
    )
    assert "from 1.500 to 2.000 nats, 1.750 on average" in words.entropy_alt(np.array([1.5, 2.0]), EN)
    assert "from 1.000 to 4.000 nats; 2 of 3 lie above ln 10" in words.losses_alt(np.array([1.0, 3.0, 4.0]), EN)
    steps = softmax_steps(LOGITS)
    assert "the logits run from −1.50 to 2.00" in words.softmax_alt(steps, 1, EN)
    assert f"true digit 1 gets {EN.number(float(steps.probabilities[1]))}" in words.softmax_alt(steps, 1, EN)
    summary = stats.summarise_logits(np.stack([LOGITS, LOGITS + 1]))
    assert "from −1.00 for digit 1 to 2.50 for digit 4; all logits lie between −1.50 and 3.00" in words.logits_alt(
        summary, EN
    )
