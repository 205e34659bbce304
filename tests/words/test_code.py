"""The answer follows the differences, and says how large they are."""

import math

import pytest

from netlib.code.filling import STYLES
from netlib.code.forms import FORMS, Form
from netlib.code.spellings import SPELLINGS
from netlib.draft import Draft
from netlib.i18n import LANGUAGES, translator
from netlib.words import code as words

en = translator("en")


def forms(tensors, module=0.0):
    return tuple(Form(name, {"tensors": tensors, "module": module}.get(name, 0.0), "", ()) for name in FORMS)


@pytest.mark.parametrize(
    ("tensors", "module", "said"),
    [
        (0.0, 0.0, "all of them to the last bit"),
        (9.5e-7, 0.0, "at most 9.50 × 10⁻⁷ away"),
        (0.3, 0.0, "up to 0.300 away"),
        (math.inf, 0.0, "overflows"),
        (0.0, 0.5, "do not: the largest difference is 0.500"),
    ],
)
def test_the_answer(tensors, module, said):
    assert said in words.answer(forms(tensors, module), en)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tensors", [0.0, 1e-8, 0.3, math.inf])
def test_the_alt_names_the_largest_difference(tensors, language):
    said = words.stamp_alt(forms(tensors), translator(language))
    assert translator(language).number(tensors) in said
    assert "NaN" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_spelling_and_style_is_explained(language):
    text = translator(language)
    assert len({words.spelling_note(name, text) for name in SPELLINGS}) == len(SPELLINGS)
    assert len({words.style(name, text) for name in STYLES}) == 2
    notes = {
        words.style_note(name, spelling, text, loaded=loaded)
        for name in STYLES
        for spelling in SPELLINGS
        for loaded in (False, True)
    }
    assert len(notes) == 6  # tensors have neither .data nor a model, and a file is not drawn
    assert words.asserted(text)
    assert "`a.safetensors`" in words.asserted_with_a_file("a.safetensors", text)
    assert words.stamp_note(text)
    assert "fc2" in words.looked_at("fc2", text)
    assert set(words.columns(text)) == {"layer", "shape", "looked at"}


def test_each_try_gives_a_network_that_stands():
    for _, change in words.tries(en):
        change(Draft()).setup()
