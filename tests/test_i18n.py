"""Words: the mechanics of `Text`, and that no message is missing, stale or invisible to translators."""

import ast
import gettext
import io
import math
import re
from functools import cache

import numpy as np
import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from netlib.activations import ACTIVATIONS
from netlib.i18n import LANGUAGES, LOCALE, Text, catalogue, preferred, translator
from netlib.initializers import SCHEMES
from netlib.presets import PRESETS
from netlib.problem import Problem
from tests.messages import ROOT, SOURCES, extracted, invisible, messages

NBSP = "\u00a0"
en, ru = translator("en"), translator("ru")

# --- numbers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "english", "russian"),
    [
        (0.0357, "0.0357", "0,0357"),
        (0.1, "0.100", "0,100"),
        (2.302585, "2.30", "2,30"),
        (9.999, "10.0", "10,0"),
        (0.99999, "1.00", "1,00"),
        (12.345, "12.3", "12,3"),
        (-0.5, "−0.500", "−0,500"),
        (1234.5678, "1,235", f"1{NBSP}235"),
        (0.0001, "0.000100", "0,000100"),
        (0.00009999, "1.00 × 10⁻⁴", "1,00 × 10⁻⁴"),
        (1.2e-7, "1.20 × 10⁻⁷", "1,20 × 10⁻⁷"),
        (-3.456e-12, "−3.46 × 10⁻¹²", "−3,46 × 10⁻¹²"),
        (9_999_999.0, "9,999,999", f"9{NBSP}999{NBSP}999"),
        (1e7, "1.00 × 10⁷", "1,00 × 10⁷"),
        (3.4e38, "3.40 × 10³⁸", "3,40 × 10³⁸"),
        (0, "0", "0"),
        (0.0, "0", "0"),
        (-0.0, "0", "0"),
        (7, "7", "7"),
        (-7, "−7", "−7"),
        (109_386, "109,386", f"109{NBSP}386"),
        (2_000_000, "2,000,000", f"2{NBSP}000{NBSP}000"),
        (math.inf, "∞", "∞"),
        (-math.inf, "−∞", "−∞"),
        (math.nan, "NaN", "NaN"),
    ],
)
def test_numbers_are_written_as_each_language_writes_them(value, english, russian):
    assert en.number(value) == english
    assert ru.number(value) == russian


def read_back(written):
    """What a reader takes a Russian or English number for."""
    plain = written.replace("−", "-").replace(NBSP, "").replace(" × 10", "e")
    return float(plain.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))


@given(st.floats(-1e308, 1e308), st.integers(2, 6))
def test_a_number_read_back_is_the_number_to_its_digits(value, digits):
    for written in (en.number(value, digits).replace(",", ""), ru.number(value, digits).replace(",", ".")):
        assert read_back(written) == pytest.approx(value, rel=0.51 * 10 ** (1 - digits), abs=1e-320)
        assert not written.startswith("−0.000000")


@given(st.floats(1e-4, 9_999, exclude_max=True))
def test_both_languages_write_the_same_digits(value):
    assert ru.number(value) == en.number(value).translate({ord(","): NBSP, ord("."): ","})


@pytest.mark.parametrize("huge", [10**15, 10**30, -(10**100)])
def test_whole_numbers_too_long_to_read_are_rounded(huge):
    assert read_back(en.number(huge)) == pytest.approx(huge)


@pytest.mark.parametrize(
    ("value", "decimals", "english", "russian"),
    [
        (2.5, 3, "2.500", "2,500"),
        (1234567.5, 1, "1234567.5", "1234567,5"),
        (-0.25, 2, "−0.25", "−0,25"),
        (-0.0001, 2, "0.00", "0,00"),
        (3.7, 0, "4", "4"),
        (math.nan, 2, "NaN", "NaN"),
        (math.inf, 2, "∞", "∞"),
        (-math.inf, 2, "−∞", "−∞"),
        (1e30, 2, "1.00 × 10³⁰", "1,00 × 10³⁰"),
    ],
)
def test_columns_have_a_fixed_count_of_decimals(value, decimals, english, russian):
    assert en.fixed(value, decimals) == english
    assert ru.fixed(value, decimals) == russian


@given(st.floats(), st.integers(0, 6))
def test_any_float_can_be_written_in_every_way(value, decimals):
    """A network that explodes fills a table with infinities and 10^38."""
    for text in (en, ru):
        assert text.number(value)
        assert text.fixed(value, decimals)
        assert text.percent(value, decimals)
        assert text("{value}", value=value)
        assert text.plural("{n} layer", "{n} layers", value)


@pytest.mark.parametrize(
    ("share", "decimals", "english", "russian"),
    [
        (0.123, 1, "12.3%", "12,3\u00a0%"),
        (1, 0, "100%", "100\u00a0%"),
        (0, 1, "0.0%", "0,0\u00a0%"),
        (-1e-9, 1, "0.0%", "0,0\u00a0%"),
    ],
)
def test_percentages(share, decimals, english, russian):
    assert en.percent(share, decimals) == english
    assert ru.percent(share, decimals) == russian


def test_plotly_is_told_the_same_separators():
    assert (en.separators, ru.separators) == (".,", "," + NBSP)


@pytest.mark.parametrize("kind", [np.float32, np.float64, float])
def test_numpys_floats_are_written_like_pythons(kind):
    """An array gives np.float32, which is no `float`."""
    assert ru("{x}", x=kind(0.5)) == ru.number(kind(0.5)) == "0,500"


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8, int])
def test_numpys_whole_numbers_are_written_like_pythons(kind):
    assert en("{x}", x=kind(64)) == en.number(kind(64)) == "64"
    assert en.plural("{n} layer", "{n} layers", kind(1)) == "1 layer"
    assert ru("{x}", x=np.int64(12_345)) == f"12{NBSP}345"


# --- messages -----------------------------------------------------------------------------------------------------


def speaking(*entries):
    """A Russian `Text` of a small catalogue of its own, so that no real translation is needed here."""
    words = Catalog(locale="ru")
    for message, translation in entries:
        words.add(message, translation)
    compiled = io.BytesIO()
    write_mo(compiled, words)
    compiled.seek(0)
    return Text("ru", gettext.GNUTranslations(compiled))


SMALL = speaking(
    (("{n} layer", "{n} layers"), ("{n} слой", "{n} слоя", "{n} слоёв")),
    ("Seed {seed}", "Зерно {seed}"),
    ("{reason} So be it.", "{reason} Пусть будет так."),
)


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "0 слоёв"),
        (1, "1 слой"),
        (2, "2 слоя"),
        (4, "4 слоя"),
        (5, "5 слоёв"),
        (11, "11 слоёв"),
        (12, "12 слоёв"),
        (14, "14 слоёв"),
        (21, "21 слой"),
        (22, "22 слоя"),
        (25, "25 слоёв"),
        (101, "101 слой"),
        (111, "111 слоёв"),
        (1_001, f"1{NBSP}001 слой"),
        # A fraction always takes the genitive singular: "полтора слоя", "1,5 слоя" (CLDR: category "other").
        (1.5, "1,50 слоя"),
        (0.5, "0,500 слоя"),
        (np.int64(5), "5 слоёв"),
    ],
)
def test_russian_plurals(n, said):
    assert SMALL.plural("{n} layer", "{n} layers", n) == said


@pytest.mark.parametrize(
    ("n", "said"),
    [(0, "0 layers"), (1, "1 layer"), (2, "2 layers"), (11, "11 layers"), (21, "21 layers"), (1.5, "1.50 layers")],
)
def test_english_plurals(n, said):
    assert en.plural("{n} layer", "{n} layers", n) == said


def test_values_are_filled_in_and_floats_get_the_decimal_comma():
    assert SMALL("Seed {seed}", seed=3) == "Зерно 3"
    assert SMALL("Seed {seed}", seed=0.5) == "Зерно 0,500"
    assert en("Seed {seed}", seed="{braces} stay") == "Seed {braces} stay"
    assert en("on: {flag}", flag=True) == "on: True"


def test_a_message_without_values_keeps_its_braces():
    """Plotly's own templates are messages too: `%{x}`."""
    assert en("row %{y}") == "row %{y}"


def test_a_message_that_is_not_translated_is_said_in_english():
    assert SMALL("Nobody translated this {x}.", x=1) == "Nobody translated this 1."


def test_a_problem_is_said_in_the_visitors_language():
    assert SMALL.problem(Problem("Seed {seed}", seed=-1)) == "Зерно −1"


def test_a_problem_inside_a_problem_is_said_in_that_language_too():
    assert (
        SMALL.problem(Problem("{reason} So be it.", reason=Problem("Seed {seed}", seed=5)))
        == "Зерно 5 Пусть будет так."
    )


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("ru", "ru"),
        ("ru-RU", "ru"),
        ("ru_RU", "ru"),
        ("RU", "ru"),
        ("en", "en"),
        ("en-US", "en"),
        ("de-AT", "en"),
        ("rum", "en"),
        ("", "en"),
        (None, "en"),
        ("../../ru", "en"),
    ],
)
def test_a_visitors_locale_decides_the_language(locale, language):
    assert preferred(locale) == language


def test_a_language_that_we_do_not_speak_is_refused():
    with pytest.raises(ValueError, match="language must be one of en, ru; given: 'de'"):
        translator("de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_read_once_and_parses(language):
    assert catalogue(language) is catalogue(language)
    assert translator(language) is translator(language)


# --- completeness: what the source says ---------------------------------------------------------------------------


def test_the_extractor_reads_what_is_written():
    source = """
text("one " "and {n} "
     "more", n=text("inner"))
view.text("by attribute")
X = N_("marked")
text.plural("{n} unit", "{n} units", len(text("in n")), x=text("in x"))
st.text("not ours"); pen.text((0, 1), "nor this"); text(X); text(f"never {x}"); other("no")
"""
    plural = ("{n} unit", "{n} units")
    assert extracted(source) == {"one and {n} more", "inner", "by attribute", "marked", plural, "in n", "in x"}


def test_the_registries_speak_in_marked_messages():
    """`text(activation.summary)` finds a translation only if the literal was seen by the extractor."""
    registered = [a.summary for a in ACTIVATIONS.values()] + [s.summary for s in SCHEMES.values()]
    registered += [words for preset in PRESETS.values() for words in (preset.title, preset.summary)]
    assert [words for words in registered if words not in messages()] == []


# --- completeness: the catalogues ---------------------------------------------------------------------------------


@cache
def catalogues():
    """{file name: Catalog} of the Russian locale."""
    found = {}
    for path in sorted((LOCALE / "ru").glob("*.po")):
        with path.open("rb") as file:
            found[path.name] = read_po(file, locale="ru", abort_invalid=True)
    return found


def entries():
    for name, words in catalogues().items():
        for message in words:
            if message.id:
                yield name, message


def placeholders(text):
    return sorted(re.findall(r"%?\{[^{}]*\}", text))


def forms(message):
    return message.string if isinstance(message.string, tuple | list) else (message.string,)


def test_every_message_is_translated():
    translated = {message.id for _, message in entries()}
    missing = [f"{where}: {message!r}" for message, where in messages().items() if message not in translated]
    assert not missing, "\n".join(["to be translated:", *missing])


def test_no_translation_is_empty_or_fuzzy():
    empty = [f"{name}: {m.id!r}" for name, m in entries() if m.fuzzy or not all(form.strip() for form in forms(m))]
    assert not empty, "\n".join(empty)


def test_every_plural_has_its_three_russian_forms():
    assert [(name, m.id) for name, m in entries() if isinstance(m.id, tuple) and len(forms(m)) != 3] == []


def test_every_translation_has_the_placeholders_of_its_message():
    wrong = []
    for name, message in entries():
        allowed = {tuple(placeholders(one)) for one in (message.id if isinstance(message.id, tuple) else (message.id,))}
        wrong += [
            f"{name}: {message.id!r} -> {form!r}" for form in forms(message) if tuple(placeholders(form)) not in allowed
        ]
    assert not wrong, "\n".join(wrong)


def test_no_translation_is_of_a_message_that_nobody_says():
    stale = [f"{name}: {m.id!r}" for name, m in entries() if m.id not in messages()]
    stale += [f"{name}: {m.id!r}" for name, words in catalogues().items() for m in words.obsolete.values()]
    assert not stale, "\n".join(["nobody says:", *stale])


def test_a_message_is_translated_once_or_alike():
    """All files of a language are one catalogue: two translations of one message would depend on the files' order."""
    said = {}
    for name, message in entries():
        said.setdefault(message.id, {})[forms(message)] = name
    assert {message: where for message, where in said.items() if len(where) > 1} == {}


# --- completeness: no message that an extractor cannot see --------------------------------------------------------


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_message_is_a_literal_that_a_translator_gets_to_see(path):
    assert list(invisible(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "line",
    [
        'text(f"Seed {seed}")',
        'text("a" + b)',
        'text("a" if x else "b")',
        'text("a {}".format(3))',
        "text(str(x))",
        "text()",
        "text(nobody_marked_this)",
        "text(thing.nobody_marked_this)",
        "N_(x)",
        'text.plural("a", b, 3)',
        'Problem("plain")',
        'Problem(f"{x}")',
    ],
)
def test_such_a_line_would_be_found(line):
    assert list(invisible(ast.parse(line))) == [1]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_russian_stands_in_the_source(path):
    """It belongs into a catalogue; only a language's own name is written in itself."""
    strings = [n.value for n in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(n, ast.Constant)]
    assert [s for s in strings if isinstance(s, str) and re.search("[Ѐ-ӿ]", s) and s != "Русский"] == []
