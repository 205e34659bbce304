"""The page's sentences follow the numbers, in both languages, for every pair."""

from dataclasses import replace

import numpy as np
import pytest

import netlib
from netlib.comparison import read, write
from netlib.draft import Draft, OutputLayer, from_setup
from netlib.i18n import LANGUAGES, translator
from netlib.query import NETWORK_FIELDS
from netlib.spec import Init, NetworkSpec, Setup
from netlib.stats import compare as stats
from netlib.stats.weights import pooled
from netlib.words import compare as words
from tests.figures.test_activations import TRACES
from tests.stats.test_compare import DEAD, KAIMING, NOTEBOOK, OVERFLOW

EN = translator("en")
A = Draft()


def said(a, b):
    return words.consequence(stats.effect(a, b), EN)


# --- what differs -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("b", "sentence"),
    [
        ("hidden:256", "Only hidden_sizes differs: `128-64` in A, `256` in B."),
        ("activation:tanh", "Only activation differs: `relu` in A, `tanh` in B."),
        ("weights:zeros", "Only weight_init differs: `pytorch` in A, `zeros` in B."),
        ("biases:constant:-1", "Only bias_init differs: `pytorch` in A, `constant:-1` in B."),
        ("seed:7", "Only seed differs: `0` in A, `7` in B."),
        ("seed:7,weights:zeros", "2 things differ: weight_init (`pytorch` → `zeros`), seed (`0` → `7`)."),
    ],
)
def test_what_differs_is_named_with_both_values(b, sentence):
    assert words.named(read(b, A), EN) == sentence


def test_nothing_differs():
    compared = read(write(A), A)
    assert words.answer(compared, stats.effect(NOTEBOOK, NOTEBOOK), "", EN) == words.named(compared, EN)
    assert words.named(compared, EN).startswith("Nothing differs: A and B are the same network.")


def test_weights_of_a_file_are_a_difference_that_no_field_names():
    compared = read(write(A), A)
    answer = words.answer(compared, stats.effect(KAIMING, NOTEBOOK), "file", EN)
    assert "A has the weights of a file" in answer
    assert "cross-entropy" in answer


@pytest.mark.parametrize(
    ("own", "said"), [("trained", "B is the same network before the first step"), ("touched", "A has been touched")]
)
def test_training_and_touches_are_differences_too(own, said):
    answer = words.answer(read(write(A), A), stats.effect(KAIMING, NOTEBOOK), own, EN)
    assert said in answer
    assert "Nothing differs" not in answer
    assert "cross-entropy" in answer


def test_long_lists_are_cut_for_the_sentence():
    deep = from_setup(Setup(NetworkSpec((64,) * 30)))
    assert len(words.named(read("seed:1,hidden:5", deep), EN)) < 160


def test_each_field_has_the_name_that_the_code_has():
    assert set(words.FIELD_NAMES) == set(NETWORK_FIELDS)
    assert all(hasattr(netlib.NetworkSpec(), name) for name in words.FIELD_NAMES.values())


# --- what comes of it ---------------------------------------------------------------------------------------------


def test_an_overflow_comes_first():
    assert said(NOTEBOOK, OVERFLOW).startswith("In B the signal grows beyond what float32 holds")
    assert said(OVERFLOW, NOTEBOOK).startswith("In A the signal grows beyond what float32 holds")
    assert said(OVERFLOW, NOTEBOOK).endswith("in B it does not.")
    assert said(OVERFLOW, OVERFLOW).startswith("In both the signal grows")


def test_then_units_that_die():
    dead = stats.effect(NOTEBOOK, DEAD).a.dead
    assert said(NOTEBOOK, DEAD).startswith(f"Units that never fire: {dead} of 192 in A, 192 of 192 in B.")


def test_then_saturation():
    randn = Init("normal", std=1.0)
    pair = [
        netlib.run(netlib.build(NetworkSpec((256,), "sigmoid", init)), netlib.sample(netlib.BatchSpec(size=16)))
        for init in ("pytorch", randn)
    ]
    assert said(*pair).startswith("Saturated pre-activations: 0.0% in A, 8")


def test_then_the_size_of_the_logits():
    a, b = NOTEBOOK.logits.astype(np.float64).std(), KAIMING.logits.astype(np.float64).std()
    begins = f"The logits spread {EN.number(b / a)} times as wide: std {EN.number(a)} in A, {EN.number(b)} in B."
    assert said(NOTEBOOK, KAIMING).startswith(begins)
    assert said(KAIMING, NOTEBOOK).startswith(f"The logits shrink to {EN.number(a / b)} of their spread")
    assert said(NOTEBOOK, NOTEBOOK).startswith("The logits keep their size")
    assert said(NOTEBOOK, NOTEBOOK).endswith("The prediction changes for 0 of 16 images.")


def test_equal_logits_are_said():
    def flat(bias):
        spec = NetworkSpec((5,), "identity", "zeros", Init("constant", value=bias))
        return netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec(size=16)))

    assert said(flat(0.1), flat(0.3)).startswith("In both all logits are equal.")
    some = netlib.run(netlib.build(NetworkSpec((5,), "identity")), netlib.sample(netlib.BatchSpec(size=16)))
    assert "in one of them they are all equal" in said(flat(0.1), some)


def test_the_losses_are_those_of_torch():
    from torch import tensor
    from torch.nn.functional import cross_entropy

    a, b = (
        cross_entropy(tensor(trace.logits.astype(np.float64)), tensor(trace.labels).long()).item()
        for trace in (NOTEBOOK, KAIMING)
    )
    assert f"The cross-entropy goes from {a:.3f} to {b:.3f}." in said(NOTEBOOK, KAIMING)


# --- the rest -----------------------------------------------------------------------------------------------------


def test_the_guard_counts():
    assert words.guard(2, EN) == "2 things differ: a difference in the pictures has 2 possible causes. Keep one:"
    ru = translator("ru")
    assert "3 возможные причины" in words.guard(3, ru)
    assert "5 возможных причин" in words.guard(5, ru)


@pytest.mark.parametrize(
    ("b", "begins"),
    [
        ("", "An example until"),
        ("weights:zeros", "B has its own weight_init; everything else follows A."),
        ("weights:zeros,seed:3", "B has its own weight_init, seed; everything else follows A."),
        ("weights:nothing", "B is A, and follows it."),
        (write(A), "B stands by itself"),
    ],
)
def test_whether_b_follows_a(b, begins):
    assert words.standing(read(b, A), EN).startswith(begins)


def test_a_side_is_labelled_with_the_one_difference():
    one = read("weights:zeros", A)
    assert (words.side("A", one), words.side("B", one)) == ("A: weight_init pytorch", "B: weight_init zeros")
    two = read("weights:zeros,seed:1", A)
    assert (words.side("A", two), words.side("B", two)) == ("A", "B")


def test_differences_in_words():
    cells = pooled(np.array([[-0.5, 0.25], [np.nan, 0.0]]))
    assert words.difference_alt(cells, EN) == "B minus A: differences from −0.500 to 0.250."
    assert "no difference anywhere" in words.difference_alt(pooled(np.zeros((2, 2))), EN)
    assert "no number" in words.difference_alt(pooled(np.full((2, 2), np.nan)), EN)
    assert "mean of 2 × 3 numbers" in words.difference_note(pooled(np.ones((4, 6)), 2, 2), EN)
    assert "mean" not in words.difference_note(cells, EN)
    assert words.probabilities_alt(np.array([0.1, -0.3, 0.2]), EN).endswith("is −0.300, for digit 1.")


def test_who_has_no_probabilities():
    assert words.no_probabilities(stats.effect(NOTEBOOK, OVERFLOW), EN).startswith("B has no probabilities")
    assert words.no_probabilities(stats.effect(OVERFLOW, NOTEBOOK), EN).startswith("A has no probabilities")
    assert words.no_probabilities(stats.effect(OVERFLOW, OVERFLOW), EN).startswith("Neither")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name, trace in TRACES.items() if len(trace.labels) == 16])
def test_everything_can_be_said_of_every_pair(name, language):
    text = translator(language)
    for pair in ((NOTEBOOK, TRACES[name]), (TRACES[name], NOTEBOOK)):
        effect = stats.effect(*pair)
        factors = stats.factors(effect)
        sentences = [words.consequence(effect, text), words.factors_alt(factors, text)]
        sentences.append(words.factors_note(factors, text))
        assert all(10 < len(sentence) < 400 for sentence in sentences)
        assert not any("NaN" in sentence for sentence in sentences)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_try_is_a_pair_that_stands_and_differs_in_one_thing(language):
    tries = words.tries(translator(language))
    assert 2 <= len(tries) <= 3
    for _, change, b in tries:
        a = A if change is None else change(replace(A, output=OutputLayer()))
        compared = read(b, a)
        assert compared.notes == ()
        assert len(compared.differences) == 1
        compared.b.setup()
