"""What is said of a sweep: numbers and names of the very networks that are meant, in both languages."""

import math

import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.spec import Init
from netlib.stats import sweep as stats
from netlib.sweep.metrics import METRICS, Metric
from netlib.sweep.spec import ShortTraining, Sweep
from netlib.words import sweep as words
from tests.sweep.tables import table

EN, RU = translator("en"), translator("ru")
DEEP = Sweep(
    depth=(0, 1, 4), width=(8, 16), activation=("tanh",), weight_init=(Init("zeros"), Init("pytorch")), seeds=2
)


def deep(task, seed):
    return 1.0 + len(task.network.hidden_sizes) + (task.network.weight_init == Init("zeros"))


def test_the_answer_names_count_best_worst_and_the_best_of_the_deepest():
    found = stats.grid(table(DEEP, deep), DEEP)
    said = words.answer(
        found,
        METRICS["cross_entropy"],
        stats.extremes(found, "cross_entropy"),
        stats.deepest(found, "cross_entropy"),
        EN,
    )
    assert said.startswith("20 networks: 3 depths × 2 widths × 2 initialisations × 2 seeds.")
    assert "best with 0 hidden layers, pytorch (1.00 nats)" in said
    assert "worst with 4 hidden layers" in said
    assert "At a depth of 4 the best is " in said
    assert said.endswith(" units a layer, pytorch (5.00 nats).")


def test_without_a_best_only_the_count_is_said():
    found = stats.grid(table(DEEP), DEEP)
    assert words.answer(found, METRICS["entropy"], None, None, EN).endswith("2 seeds.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("metric", [*METRICS.values(), stats.KEEPS], ids=lambda metric: metric.name)
def test_every_metric_has_a_question_of_its_own(metric, language):
    text = translator(language)
    assert words.question(metric, text).endswith("?")
    assert text(metric.title) not in words.question(metric, text)


def test_a_metric_that_was_just_added_has_a_question_too():
    assert words.question(Metric("new", "Newness", "It is new.", "high"), EN) == "Where is it high, where low: Newness?"


@pytest.mark.parametrize("name", stats._TELLING)
def test_every_axis_has_its_name_and_its_title(name):
    for text in (EN, RU):
        assert words.axis_name(name, text)
        assert words.axis_title(name, text)


@pytest.mark.parametrize(
    ("number", "share", "said"),
    [
        (0.1234, True, "12"),
        (0.1234, False, "0.12"),
        (1.25, False, "1.2"),
        (12.34, False, "12"),
        (999.0, False, "999"),
        (4321.0, False, "10<sup>4</sup>"),
        (2.5e-7, False, "10<sup>−7</sup>"),
        (0.0, False, "0.00"),
        (math.nan, True, "–"),
        (math.inf, False, "–"),
    ],
)
def test_a_cell_says_two_or_three_digits_or_a_power(number, share, said):
    assert words.cell(Metric("m", "M", "m", "high", share=share), number, EN) == said


def test_options_are_written_as_each_language_does_and_words_as_in_a_link():
    assert [words.option(each, RU) for each in (0.5, 8, "normal:0.05", 1e-05)] == ["0,5", "8", "normal:0.05", "1e-05"]


def test_what_all_networks_share():
    sweep = Sweep(
        depth=(1, 2), width=(8,), sigma_w=(1.5,), sigma_b=(0.1,), seeds=1, training=ShortTraining(2, "sgd", 0.05)
    )
    said = words.shared(stats.grid(table(sweep), sweep), sweep, EN)
    for part in (
        "8 units a layer",
        "relu",
        "σ_w 1.5",
        "σ_b 0.1",
        "64 images",
        "trained for 2 epochs by sgd at a rate of 0.05",
    ):
        assert part in said
    assert "before any training" in words.training(DEEP, EN)
    assert "0,05" in words.training(sweep, RU)


def test_the_findings_are_the_ends_of_what_is_drawn():
    found = stats.grid(table(DEEP, deep), DEEP)
    plane = stats.plane(found, "entropy", "depth", "weight_init", {})
    said = words.median_alt(plane, EN)
    assert "from 1.00 nats (pytorch, 0 hidden layers) to 6.00 nats (zeros, 4 hidden layers)" in said
    assert words.spread_alt(plane, EN).startswith("10 to 90% of the seeds, nats: at most 0")
    empty = stats.plane(stats.grid(table(DEEP).iloc[:0], DEEP), "entropy", "depth", "weight_init", {})
    assert "no network has a number yet" in words.median_alt(empty, EN)
    assert "enough seeds" in words.spread_alt(empty, EN)


def test_the_shipped_sweep_says_how_it_was_made():
    said = words.shipped("torch 2.14.1", EN)
    assert "docs/sweeps.md" in said
    assert "torch 2.14.1" in said


def test_the_colours_say_their_unit():
    assert [words.unit(METRICS[name], EN) for name in ("held_out_accuracy", "entropy", "gradient_ratio")] == [
        "Held-out accuracy, %",
        "Entropy, nats",
        "Gradient, first layer over last (log scale)",
    ]
    assert words.spread_title(METRICS["dead"], EN).endswith("points")
    assert words.spread_title(METRICS["signal_ratio"], EN).endswith("decades")
