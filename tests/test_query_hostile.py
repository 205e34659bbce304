"""Links that somebody has been at: every bad field falls back by itself, and nothing raises or takes long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib import query
from netlib.draft import Draft
from netlib.i18n import translator
from netlib.problem import Problem
from netlib.spec import BatchSpec
from tests.oracles import setups

# --- each bad field falls back by itself, with one note -----------------------------------------------------------

BAD = [
    ("hidden", "abc", "hidden_sizes must be whole numbers such as 128-64; given: abc."),
    ("hidden", "128-abc", "hidden_sizes must be whole numbers such as 128-64; given: 128-abc."),
    ("hidden", "-", "hidden_sizes must be whole numbers such as 128-64; given: -."),
    ("hidden", "1e3", "hidden_sizes must be whole numbers such as 128-64; given: 1e3."),
    ("hidden", "64.5", "hidden_sizes must be whole numbers such as 128-64; given: 64.5."),
    ("hidden", "１２８", "hidden_sizes must be whole numbers such as 128-64; given: １２８."),
    ("hidden", "٣", "hidden_sizes must be whole numbers such as 128-64; given: ٣."),
    ("hidden", "0-64", "hidden_sizes must be a whole number from 1 to 1024; given: 0."),
    ("hidden", "1025", "hidden_sizes must be a whole number from 1 to 1024; given: 1025."),
    ("hidden", "999999999999", "hidden_sizes must be a whole number from 1 to 1024; given: 999999999999."),
    ("hidden", "-".join(["8"] * 31), "hidden_sizes must name at most 30 layers; given: 31."),
    ("hidden", "8-" * 1_001, "hidden must be at most 2000 characters long; given: 2002."),
    ("activation", "swish", "activation must be one of "),
    ("activation", "ReLU", "activation must be one of "),
    ("activation", "relu-", "activation must be one of "),
    ("activation", "relu-relu-relu", "activation must name at most 2 values, one a layer; given: 3."),
    ("activation", "constant:-0.5-relu", "activation must be one of "),
    ("weights", "constant:-0.5-relu", "An initialisation must be one of "),
    ("weights", "he", "An initialisation must be one of "),
    ("weights", "-".join(["zeros"] * 4), "weights must name at most 3 values, one a layer; given: 4."),
    ("weights", "normal:", "std of normal must be a number; given: ."),
    ("weights", "normal:abc", "std of normal must be a number; given: abc."),
    ("weights", "normal:nan", "std of normal must be a number; given: nan."),
    ("weights", "normal:inf", "std of normal must be a number; given: inf."),
    ("weights", "normal:1_0", "std of normal must be a number; given: 1_0."),
    ("weights", "normal:0x1", "std of normal must be a number; given: 0x1."),
    ("weights", "normal:１", "std of normal must be a number; given: １."),
    ("weights", "normal:1,5", "std of normal must be a number; given: 1,5."),
    ("weights", "normal:1:2", "std of normal must be a number; given: 1:2."),
    ("weights", "normal:1e309", "std of normal must be a number from 0 to 100; given: inf."),
    ("weights", "normal:-1", "std of normal must be a number from 0 to 100; given: -1.0."),
    ("weights", "normal:101", "std of normal must be a number from 0 to 100; given: 101.0."),
    ("weights", "constant:--0.5", "value of constant must be a number; given: -."),
    ("weights", "pytorch:0.1", "pytorch takes no std; given: 0.1."),
    ("biases", "xavier_normal", "bias_init must be one of pytorch, zeros, constant, normal; given: xavier_normal."),
    ("biases", "normal:1e999", "std of normal must be a number from 0 to 100; given: inf."),
    ("seed", "-1", "seed must be a whole number from 0 to 4294967295; given: -1."),
    ("seed", "4294967296", "seed must be a whole number from 0 to 4294967295; given: 4294967296."),
    ("seed", "1e309", "seed must be a whole number from 0 to 4294967295; given: 1e309."),
    ("seed", "9" * 1_999, "seed must be a whole number from 0 to 4294967295; given: 9999"),
    ("seed", "NaN", "seed must be a whole number from 0 to 4294967295; given: NaN."),
    ("seed", "1.0", "seed must be a whole number from 0 to 4294967295; given: 1.0."),
    ("seed", "१", "seed must be a whole number from 0 to 4294967295; given: १."),
    ("seed", "", "seed must be a whole number from 0 to 4294967295; given: ."),
    ("source", "internet", "source must be one of bundled, full; given: internet."),
    ("source", "../../etc/passwd", "source must be one of bundled, full; given: ../../etc/passwd."),
    ("split", "<script>alert(1)</script>", "split must be one of train, test; given: <script>alert(1)</script>."),
    ("size", "0", "size must be a whole number from 1 to 256; given: 0."),
    ("size", "257", "size must be a whole number from 1 to 256; given: 257."),
    ("size", "64; DROP TABLE digits", "size must be a whole number from 1 to 256; given: 64; DROP TABLE digits."),
    ("batch_seed", "-0", "batch_seed must be a whole number from 0 to 4294967295; given: -0."),
    ("digits", "abc", "digits must be some of the digits 0 to 9; given: abc."),
    ("digits", "1,7", "digits must be some of the digits 0 to 9; given: 1,7."),
    ("digits", "-1", "digits must be some of the digits 0 to 9; given: -1."),
    ("digits", "71", "digits must be some of the digits 0 to 9; given: 71."),
    ("digits", "1--7", "digits must be some of the digits 0 to 9; given: 1--7."),
    ("digits", "٣", "digits must be some of the digits 0 to 9; given: ٣."),
    ("image", "64", "image must be a whole number from 0 to 63; given: 64."),
    ("image", "first", "image must be a whole number from 0 to 63; given: first."),
]


@pytest.mark.parametrize(("field", "text", "sentence"), BAD, ids=[f"{f}={t[:24]}" for f, t, _ in BAD])
def test_a_bad_field_falls_back_by_itself_with_one_sentence(field, text, sentence):
    valid = {
        "seed": "5",
        "activation": "tanh",
        "size": "64",
        "digits": "1-7",
        "source": "full",
        "biases": "zeros",
        "image": "3",
    }
    reading = query.read({**valid, field: text})
    (note,) = reading.notes
    assert note.field == field
    assert note.used == query.DEFAULTS[field]
    assert str(note.problem).startswith(sentence)
    # Everything else is as it was asked for.
    assert query.write_draft(reading.draft) == {**query.DEFAULTS, **valid, field: query.DEFAULTS[field]}


def test_many_bad_fields_have_one_note_each_in_the_order_of_the_link():
    reading = query.read(dict.fromkeys(query.FIELDS, "?"))
    assert sorted(note.field for note in reading.notes) == sorted(query.FIELDS)
    assert reading.draft == Draft()


def test_an_image_beyond_a_batch_that_fell_back_has_its_own_note():
    reading = query.read({"size": "huge", "image": "200"})
    assert [note.field for note in reading.notes] == ["size", "image"]
    assert reading.draft.batch == BatchSpec()


def test_an_image_within_a_larger_batch_is_kept():
    assert query.read({"size": "256", "image": "255"}).draft.batch == BatchSpec(size=256, image=255)


def test_unknown_fields_are_nobodys():
    assert query.read({"utm_source": "mail", "v": "99", "lang": "ru", "theme": "dark"}) == query.read({})


def test_a_network_over_the_cap_is_not_corrected():
    """The draft stays as it was typed; only building it is refused, in one sentence."""
    reading = query.read({"hidden": "-".join(["1024"] * 30)})
    assert reading.notes == ()
    assert [layer.units for layer in reading.draft.hidden] == [1024] * 30
    with pytest.raises(Problem, match="at most 2000000 are allowed"):
        reading.draft.setup()


# --- whatever comes ------------------------------------------------------------------------------------------------

# Pieces that a parser of this format might stumble over, glued together at random; and plainly any text.
PIECES = [
    *"-:.,;x×eE+_0123456789 \t\n\x00\u2028\ud7ff",
    *("--", "::", ":-", "e-", "1e", "1e-", "-0.5", "1e309", "1e-400", "NaN", "inf", "-inf", "0x10", "1_000"),
    *("٣", "１２", "½", "²", "İ", "ß", "ﬁ", "🙂"),
    *("none", "all", "relu", "normal", "constant", "normal:", "constant:-0.5", "orthogonal:1e2", "zeros", "bundled"),
    *("<b>", "</script>", "'; DROP TABLE x;--", "{0}", "{given}", "%s", "%00", "${x}", "\\", '"'),
    *("9" * 30, "1" * 330, "0." + "0" * 400 + "1", "a" * 300, "-" * 300, "8-" * 40),
]
hostile = st.text(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def frames_held(problem):
    """What a kept exception holds on to beyond its words: every local variable of each frame on its way."""
    return [one for one in (problem, problem.__context__, problem.__cause__) if one and one.__traceback__]


def check(reading, parameters):
    """What must hold for every reading, whatever was read."""
    draft = reading.draft
    fields = [note.field for note in reading.notes]
    assert len(fields) == len(set(fields))
    assert set(fields) <= parameters.keys() & set(query.FIELDS)
    # Valid: it can be written and read without a note, and it is a Setup unless it is too large.
    again = query.read(query.write_draft(draft))
    assert (again.draft, again.notes) == (draft, ())
    try:
        draft.setup()
    except Problem as problem:
        assert "at most 2000000 are allowed" in str(problem)  # noqa: PT017 - either way is right
    for note in reading.notes:
        assert note.used == query.DEFAULTS[note.field]
        assert not frames_held(note.problem)
        for language in ("en", "ru"):
            assert 0 < len(translator(language).problem(note.problem)) < 500


@given(st.dictionaries(st.sampled_from(query.FIELDS) | st.text(max_size=10), hostile, max_size=12))
def test_nothing_in_a_link_raises(parameters):
    check(query.read(parameters), parameters)


@given(setups(), st.sampled_from([f for f in query.FIELDS if f not in ("hidden", "size")]), hostile)
def test_one_hostile_field_leaves_all_others_as_they_are(setup, field, text):
    """Except that `hidden` rules how long lists may be, and `size` which images there are: see below."""
    parameters = {**query.write(setup), field: text}
    reading = query.read(parameters)
    check(reading, parameters)
    assert {note.field for note in reading.notes} <= {field}
    before, after = query.write(setup), query.write_draft(reading.draft)
    assert {f: v for f, v in after.items() if f != field} == {f: v for f, v in before.items() if f != field}
    if reading.notes and field not in ("activation", "weights", "biases"):
        assert after[field] == query.DEFAULTS[field]


@given(setups(), hostile)
def test_hostile_hidden_sizes_can_only_make_lists_too_long(setup, text):
    parameters = {**query.write(setup), "hidden": text}
    reading = query.read(parameters)
    check(reading, parameters)
    assert {note.field for note in reading.notes} <= {"hidden", "activation", "weights", "biases"}
    assert reading.draft.batch == setup.batch
    assert reading.draft.seed == setup.network.seed


@given(setups(), hostile)
def test_a_hostile_size_can_only_lose_the_image(setup, text):
    parameters = {**query.write(setup), "size": text}
    reading = query.read(parameters)
    check(reading, parameters)
    assert {note.field for note in reading.notes} <= {"size", "image"}
    assert reading.draft.setup().network == setup.network


LONG = {
    "digits": "1" * 2_000,
    "separators": "-" * 2_000,
    "sizes": "1-" * 1_000,
    "colons": ":-" * 1_000,
    "exponents": "9e-" * 666,
    "points": "1." * 1_000,
    "schemes": "constant:-" * 200,
    "spaces": " " * 2_000,
    "spaces between": "1" + " " * 1_998 + "1",
    "tail": "normal:" + "0" * 1_992 + "x",
    "million": "1-" * 500_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_long_adversarial_text_takes_no_time(text):
    """A catastrophic pattern takes seconds or years; 11 fields of 2,000 characters take about 5 ms here."""
    parameters = dict.fromkeys(query.FIELDS, text)
    start = time.perf_counter()
    reading = query.read(parameters)
    assert time.perf_counter() - start < 0.5
    check(reading, parameters)
