"""The page's sentences follow the numbers, in both languages, for every Setup."""

from dataclasses import replace

import pytest

from netlib.draft import from_setup
from netlib.i18n import LANGUAGES, translator
from netlib.spec import Setup
from netlib.stats.activations import LEVELS, LayerSignal, Signal, Spread, activation_map, summarise_signal
from netlib.stats.curves import collapse
from netlib.words import activations as words
from tests.figures.test_activations import TRACES

EN = translator("en")
FLAT = Spread(640, 640, 0.5, 1.0, (-3.0, -1.6, -0.7, 0.0, 0.7, 1.6, 3.0), 0.25)


def signal_of(*stds, finite=True):
    """Hidden layers and an output whose pre-activations have these stds."""
    layers = [
        LayerSignal(
            f"fc{i + 1}", "relu", 10, 64, replace(FLAT, std=std, from_images=0.25 if std else None), FLAT, 0.5, 2, 1
        )
        for i, std in enumerate(stds)
    ]
    last = replace(layers[-1], name="output", activation="softmax", saturated=None)
    if not finite:
        last = replace(last, before=replace(last.before, finite=3))
    return Signal(FLAT, (*layers[:-1], last))


@pytest.mark.parametrize(
    ("stds", "begins"),
    [
        (
            (1.0, 2.9e-4),
            "No, it vanishes: the std of the pre-activations falls from 1.00 in fc1 to 0.000290 in output.",
        ),
        ((1.0, 0.5, 0.3), "It shrinks: the std of the pre-activations falls from 1.00 in fc1 to 0.300 in output."),
        ((1.0, 0.34), "It keeps its size: the std of the pre-activations is 1.00 in fc1 and 0.340 in output."),
        ((1.0, 3.0), "It keeps its size"),
        ((1.0, 3.1), "It grows: the std of the pre-activations rises from 1.00 in fc1 to 3.10 in output."),
        ((1.0, 1001.0), "No, it explodes: the std of the pre-activations rises from 1.00 in fc1 to 1,001 in output."),
        ((1.0, 0.2, 0.0, 0.0), "No, it ends: the pre-activations have std 1.00 in fc1, and from fc3 on"),
        ((0.0, 0.0), "There is no signal: every pre-activation of fc1 is 0.500."),
        ((0.47,), "There is no hidden layer to pass: the pixels have std 1.00, the logits 0.470."),
    ],
)
def test_the_answer_says_what_becomes_of_the_signal(stds, begins):
    assert words.answer(signal_of(*stds), EN).startswith(begins)


def test_an_overflow_comes_first():
    said = words.answer(signal_of(1.0, 2.0, finite=False), EN)
    assert said.startswith("No, it explodes beyond what float32 holds")
    assert "in output they are no longer finite" in said


def test_the_answer_counts_who_takes_no_part():
    said = words.answer(signal_of(1.0, 1.0, 1.0), EN)
    assert "25.0% of the variance there is due to the images." in said
    assert "50.0% of the hidden pre-activations are saturated, 4 of 20 hidden units are dead." in said
    assert "hidden" not in words.answer(signal_of(1.0), EN).replace("no hidden layer", "")


def test_the_answers_of_real_networks():
    said = {name: words.answer(summarise_signal(trace), EN) for name, trace in TRACES.items()}
    assert said["vanishing"].startswith("No, it vanishes")
    assert said["huge"].startswith("No, it explodes")
    assert said["overflow"].startswith("No, it explodes beyond")
    assert said["all zero"].startswith("There is no signal")
    assert "192 of 192 hidden units are dead" in said["dead"]
    assert said["one unit, one image"].startswith("One unit and one image leave nothing to compare")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TRACES)
def test_everything_can_be_said_of_every_network(name, language):
    text, trace = translator(language), TRACES[name]
    signal = summarise_signal(trace)
    said = [words.answer(signal, text), words.bands_alt(signal, text), words.bands_note(signal, text)]
    for layer in signal.layers:
        said += [words.curve_note(layer, text), words.curve_alt(layer, text), words.curve_question(layer, text)]
        said += [words.saturated_meaning(layer, text), words.map_alt(layer, text)]
        said += [words.written_std(layer.after, text), words.written_mean(layer.after, text)]
    said += [words.shares_alt(signal, text), words.collapsed(collapse(trace), text)]
    for sentence in said:
        assert sentence
        assert "nan" not in sentence.lower()
        assert "{" not in sentence
        if language == "ru":
            assert not any(f"{digit}.{other}" in sentence for digit in range(10) for other in range(10))


def test_a_share_is_never_more_exact_than_it_is():
    assert words.share(0, EN) == "0%"
    assert words.share(1, EN) == "100%"
    assert words.share(1e-9, EN) == "less than 0.1%"
    assert words.share(0.1234, EN) == "12.3%"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relu", "z < 0"),
        ("sigmoid", "z < −4.36 or z > 4.36"),
        ("tanh", "z < −2.18 or z > 2.18"),
        ("gelu", "z < −2.28 or −0.90 < z < −0.63"),
        ("identity", "nowhere"),
    ],
)
def test_zones_are_written_as_conditions(name, expected):
    assert words.zones(name, EN).replace("\u00a0", " ") == expected


def test_notes_say_scale_pooling_and_gaps():
    assert "Log scale" not in words.bands_note(summarise_signal(TRACES["the notebook's"]), EN)
    assert "linear within ±" in words.bands_note(summarise_signal(TRACES["vanishing"]), EN)
    assert "left out" in words.bands_note(summarise_signal(TRACES["overflow"]), EN)
    for name, says in (("at the cap", "8 × 1"), ("the notebook's", "One row a unit")):
        trace = TRACES[name]
        assert says in words.map_note(activation_map(trace.layers[0], trace.labels, by_mean=True), EN)


def test_one_layer_is_linear_already():
    assert "Without a hidden layer" in words.collapsed(collapse(TRACES["no hidden layer"]), EN)
    assert "7,850" in words.collapsed(collapse(TRACES["the notebook's"]), EN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_a_heading_for_every_column(language):
    from netlib.stats.activations import signal_table

    table = signal_table(summarise_signal(TRACES["the notebook's"]))
    headings = words.columns(translator(language))
    assert set(headings) == set(table.columns)
    assert len(set(headings.values())) == len(headings)
    assert len(LEVELS) == sum(name.startswith("before") and name.endswith("%") for name in headings)


def test_every_try_is_another_network():
    setups = {change(from_setup(Setup())).setup() for _, change in words.tries(EN)}
    assert len(setups) == 3
