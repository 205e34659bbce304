"""The lesson's sentences say the numbers that they are given, and each verdict where it holds."""

import numpy as np
import pytest

import netlib
from netlib.draft import Draft
from netlib.i18n import translator
from netlib.presets import PRESETS
from netlib.stats.lesson import axis_softmax, collapse
from netlib.stats.outputs import summarise_outputs
from netlib.words import lesson as words

en, ru = translator("en"), translator("ru")


@pytest.fixture(scope="module")
def trace():
    return netlib.run(netlib.build(netlib.NetworkSpec()), netlib.sample(netlib.BatchSpec()))


@pytest.mark.parametrize(
    ("top", "share", "verdict"), [(0.1, 1.0, "it is:"), (0.9, 0.1, "it is not"), (0.3, 0.8, "not quite")]
)
def test_uniform_or_not(top, share, verdict):
    assert verdict in words.uniform(0.01, top, share, 2.5, en)


def test_both_axes(trace):
    assert "each of the 64 rows adds up to 1" in words.softmax(axis_softmax(trace.logits, 1), en)
    assert "each of the 10 columns adds up to 1" in words.softmax(axis_softmax(trace.logits, 0), en)


@pytest.mark.parametrize(("images", "said"), [(1, "right by chance"), (10, "raises nothing"), (64, "message")])
def test_a_sum_without_keepdim(trace, images, said):
    assert said in words.without_keepdim(images, axis_softmax(trace.logits[:images], 1), "the message", en)


def test_large_logits():
    assert "nan" in words.large_logits(np.full(10, np.nan), 100.0, en)
    assert "both forms agree" in words.large_logits(np.full(10, 0.1), 3.0, en)


def test_collapse(trace):
    assert "one matrix of shape (10, 784)" in words.collapse(collapse(trace, "identity"), "identity", 3, en)
    assert "no one matrix" in words.collapse(collapse(trace, "relu"), "relu", 3, en)


@pytest.mark.parametrize(
    ("different", "moved", "said"),
    [([16, 16], 0.1, "16 different units"), ([1, 1], 0.0, "not one hidden weight"), ([1, 1], 0.1, "still are 1 unit")],
)
def test_symmetry(different, moved, said):
    assert said in words.symmetry("constant", np.array(different), moved, en)


RAN = (("1", False), ("TypeError: no", True), ("1\nUserWarning: yes", True))


def test_names_and_traps_and_learning():
    assert "4 parts are left" in words.names(True, 4, en)
    assert "all 6 parts" in words.names(False, 6, en)
    assert "The cell fails: `boom`" in words.trap("T", "x\nboom.", True, en)
    assert "Nothing is raised" in words.trap("T", "tensor([1.])", False, en)
    assert "runs and warns" in words.trap("T", "x\nUserWarning: say it.", True, en)
    assert [words.run_here(said, failed, en).rpartition(" ")[2] for said, failed in RAN] == [
        "says:",
        "fails:",
        "warns:",
    ]
    assert "overflows" in words.learning(np.array([]), 0.1, en)
    assert "from 2.300 to 1.500 in 1 steps" in words.learning(np.array([2.3, 1.5]), 0.1, en)


def test_russian_numbers_have_a_comma(trace):
    assert "0,1" in words.forward(trace, 0, 2.3, summarise_outputs(trace), ru)


def test_tries_are_presets():
    (label, change), *_ = words.tries(("exercise1",), en)
    assert label == PRESETS["exercise1"].title
    assert change(Draft()).setup().network.hidden_sizes == (256,)
