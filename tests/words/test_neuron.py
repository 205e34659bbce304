"""What is said of a unit follows its numbers; the table adds up as it is written, in both languages."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.i18n import LANGUAGES, translator
from netlib.stats import neuron as stats
from netlib.stats.neuron import Score
from netlib.touch import Touch
from netlib.words import neuron as words
from tests.stats.test_neuron import DIFFICULT, trace_of

EN, RU = translator("en"), translator("ru")


def looked(layer="fc1", unit=0, image=0, spec=None, **batch):
    trace = trace_of(spec, **batch) if spec else trace_of(**batch)
    return stats.look_into(trace, layer, unit, image), stats.response(trace, layer, unit), trace


def last_column(table):
    """The numbers of the last column, as written."""
    cells = [line.rstrip(" |").rpartition("|")[2].strip().strip("*") for line in table.splitlines()[2:]]
    return [cell.replace("−", "-").replace("\u00a0", "").replace(",", ".") for cell in cells]


def on_paper(cells):
    """A number without its decimal sign, as a pupil adds columns up: every one with as many decimals."""
    decimals = {len(cell.partition(".")[2]) for cell in cells}
    assert len(decimals) == 1
    return [int(cell.replace(".", "")) for cell in cells]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layer", ["fc1", "fc2", "output"])
def test_the_table_adds_up_as_it_is_written(layer, language):
    trace = trace_of(size=30)
    for unit in range(7):
        for image in range(0, 30, 5):
            found = stats.look_into(trace, layer, unit, image)
            table = words.sum_table(found, stats.weighted_sum(found), translator(language))
            *terms, total = on_paper(last_column(table)[:-1])
            assert sum(terms) == total


@given(st.lists(st.floats(-1e12, 1e12), min_size=3, max_size=3))
def test_numbers_of_any_size_add_up_as_they_are_written(weights):
    found = looked("output", spec=DIFFICULT["one unit"])[0]
    w = np.array(weights, np.float32)
    x = np.array([0.5, -1.0, 0.25], np.float32)
    before = float(np.float32(np.dot(w.astype(float), x) + 0.125))
    unit = replace(found, weights=w, inputs=x, bias=0.125, before=before, after=0.1)
    *terms, total = on_paper(last_column(words.sum_table(unit, stats.weighted_sum(unit), EN).replace(",", ""))[:-1])
    assert sum(terms) == total


def test_rows_of_the_table():
    found, _, _ = looked("fc2", 2, 1, size=3)
    table = words.sum_table(found, stats.weighted_sum(found, most=2), EN)
    assert re.search(r"\| fc1\[\d\] \| \S+ × \(?\S+\)? \|", table)
    assert "the other 7 together" in table
    assert "before relu" in table
    assert "after relu" in table
    pixels, _, _ = looked("fc1", 2, 1, size=3)
    assert re.search(r"\| row \d+, column \d+ \|", words.sum_table(pixels, stats.weighted_sum(pixels), EN))
    classes, _, _ = looked("output", 2, 1, size=3)
    assert "its share of the ten" in words.sum_table(classes, stats.weighted_sum(classes), EN)


def test_a_large_number_says_its_power_of_ten():
    found = looked(layer="fc3", spec=DIFFICULT["huge"])[0]
    table = words.sum_table(found, stats.weighted_sum(found), EN)
    assert re.search(r"\| adds, × 10[⁰¹²³⁴⁵⁶⁷⁸⁹]+ \|", table)
    *terms, total = on_paper(last_column(table)[:-1])
    assert sum(terms) == total


def test_beyond_float32_nothing_is_added_up():
    found, response, _ = looked("output", spec=DIFFICULT["beyond float32"])
    assert "beyond what float32 holds" in words.sum_table(found, stats.weighted_sum(found), EN)
    assert "beyond" in words.answer(found, response, 3, EN)
    assert "beyond" in words.response_alt(response, EN)


def test_the_answer_says_the_numbers_and_the_digits():
    found, response, trace = looked("fc1", 3, 2, size=60)
    said = words.answer(found, response, int(trace.labels[2]), EN)
    most, least = np.nanargmax(response.mean), np.nanargmin(response.mean)
    assert f"To this {trace.labels[2]} it adds up {EN.number(found.before)}" in said
    assert f"most to digit {most} ({EN.number(response.mean[most])})" in said
    assert f"least to digit {least} ({EN.number(response.mean[least])})" in said
    assert "tanh" in said
    logit, response, _ = looked("output", 3, 2, size=60)
    assert "softmax makes a probability" in words.answer(logit, response, 0, EN)


def test_a_silent_unit_and_one_that_says_the_same():
    found, response, _ = looked(spec=DIFFICULT["dead"], size=20)
    assert "It is silent" in words.answer(found, response, 1, EN)
    found, response, trace = looked("output", spec=DIFFICULT["zeros"], size=20)
    assert "the same of every digit" in words.answer(found, response, 1, EN)
    assert "It gives nothing" in words.fed_alt(stats.fed(trace, stats.look_into(trace, "fc1", 0, 0)), EN)
    one, response, _ = looked(size=1)
    assert "On average" not in words.answer(one, response, 1, EN)


def test_what_it_feeds_in_words():
    _, _, trace = looked(size=4)
    unit = int(trace.layer("fc2").after[1].argmax())
    given = stats.fed(trace, stats.look_into(trace, "fc2", unit, 1), most=4)
    assert f"output[{given.units[0]}] gets most" in words.fed_alt(given, EN)
    assert words.fed_note(given, EN) == "6 more get less."
    assert words.fed_note(stats.fed(trace, stats.look_into(trace, "fc2", unit, 1)), EN) == ""


def test_the_place_of_a_logit():
    _, _, trace = looked(size=4)
    best = int(trace.logits[1].argmax())
    found = stats.look_into(trace, "output", best, 1)
    assert "number 1 of the ten" in words.logits_alt(found, trace.logits[1], EN)


@pytest.mark.parametrize(
    ("touch", "english", "russian"),
    [
        (Touch("scale", 0, "fc1", 5), "fc1[5] is off", "fc1[5]: выключено"),
        (Touch("scale", 2.5, "fc1"), "fc1 × 2.5", "fc1 × 2,5"),
        (Touch("shift", 0.05, "fc1", 5), "bias of fc1[5] +0.05", "смещение fc1[5]: +0,05"),
        (Touch("shift", -1, "output", 5), "bias of output[5] −1", "смещение output[5]: −1"),
        (Touch("noise", 0.25), "noise of 25% of each layer's std", "шум в 25\u00a0% от std каждого слоя"),
        (Touch("prune", 0.3), "the smallest 30% of all weights are 0", "наименьшие 30\u00a0% всех весов равны 0"),
        (Touch("temperature", 2), "temperature 2", "температура 2"),
    ],
)
def test_a_touch_in_words(touch, english, russian):
    assert words.touched(touch, EN) == english
    assert words.touched(touch, RU) == russian


def test_many_touches_are_counted():
    touches = [Touch("scale", 0, "fc1", unit) for unit in range(7)]
    assert words.all_touched(touches[:2], EN) == "fc1[0] is off; fc1[1] is off"
    assert words.all_touched(touches, EN).endswith("fc1[3] is off and 3 more")


def test_the_effect():
    held = Score(2.3, 93, 1000), Score(2.3, 100, 1000)
    said = words.effect((7, 0.12), (4, 0.31), held, EN)
    assert "changes from 7 (0.120) to 4 (0.310)" in said
    assert "100 of 1,000 are right, before it was 93" in said
    same = words.effect((7, 0.12), (7, 0.31), (held[0], held[0]), EN)
    assert "stays 7, with 0.310 in place of 0.120" in same
    assert "as before: 93 of 1,000" in same
    assert "there is no answer" in words.effect((7, 0.12), (0, math.nan), held, EN)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DIFFICULT)
def test_everything_can_be_said_of_every_network(name, language):
    text = translator(language)
    trace = trace_of(DIFFICULT[name], size=3)
    for layer in ("output", trace.layers[0].name):
        found, response = stats.look_into(trace, layer, 0, 1), stats.response(trace, layer, 0)
        given = stats.fed(trace, found)
        for said in (
            words.answer(found, response, 4, text),
            words.sum_table(found, stats.weighted_sum(found), text),
            words.sum_note(found, text),
            words.weights_alt(found, text),
            words.weights_note(found, text),
            words.response_alt(response, text),
            words.response_note(text),
            words.fed_alt(given, text) if given else words.logits_alt(found, trace.logits[1], text),
        ):
            assert len(said) > 10
            assert "{" not in said
