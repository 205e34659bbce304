"""A link is a Setup: written, read, and read again after somebody has been at it."""

import re
import time
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib import query
from netlib.draft import Draft, HiddenLayer, OutputLayer
from netlib.i18n import translator
from netlib.problem import Problem
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from tests.oracles import ACTIVATION_NAMES, BIAS_WORDS, batches, inits, seeds, setups


def setup_of(link):
    """The Setup that a query string says, and the fields that it complains about."""
    reading = query.read(dict(parse_qsl(link, keep_blank_values=True)))
    return reading.draft.setup(), [note.field for note in reading.notes]


drafts = st.builds(
    Draft,
    hidden=st.lists(
        st.builds(HiddenLayer, st.integers(1, 1_024), st.sampled_from(ACTIVATION_NAMES), inits(), inits(BIAS_WORDS)),
        max_size=30,
    ).map(tuple),
    output=st.builds(OutputLayer, inits(), inits(BIAS_WORDS)),
    seed=seeds,
    batch=batches(),
)

# --- there and back -----------------------------------------------------------------------------------------------


@given(setups())
def test_any_setup_comes_back_from_its_link(setup):
    reading = query.read(query.write(setup))
    assert reading.notes == ()
    assert reading.draft.setup() == setup


@given(setups())
def test_any_setup_comes_back_through_a_real_url(setup):
    link = urlencode(query.write(setup), safe=":")
    assert setup_of(link) == (setup, [])


@given(drafts)
def test_any_draft_comes_back_even_one_that_is_too_large_to_build(draft):
    reading = query.read(query.write_draft(draft))
    assert (reading.draft, reading.notes) == (draft, ())


@given(drafts)
def test_every_field_is_written_in_plain_characters_and_not_too_long(draft):
    written = query.write_draft(draft)
    assert tuple(written) == query.FIELDS
    for value in written.values():
        assert re.fullmatch(r"[A-Za-z0-9_.:-]{1,2000}", value)


@given(setups())
def test_two_setups_have_the_same_link_exactly_when_they_are_equal(setup):
    again = query.write(query.read(query.write(setup)).draft.setup())
    assert again == query.write(setup)


def test_thirty_one_layers_of_the_longest_numbers_still_fit_in_a_link():
    """The longest text of a float that is a std: 17 digits, and 300 zeros where it is written out."""
    network = NetworkSpec((1,) * 30, weight_init=[Init("trunc_normal", std=(1 + i / 97) * 1.2e-300) for i in range(31)])
    reading = query.read(query.write(Setup(network)))
    assert (reading.notes, reading.draft.setup().network) == ((), network)


# --- a released version never changes -----------------------------------------------------------------------------


def test_the_defaults_of_version_1():
    assert query.VERSION == "1"
    assert query.write(Setup()) == query.DEFAULTS
    assert query.DEFAULTS == {
        "hidden": "128-64",
        "activation": "relu",
        "weights": "pytorch",
        "biases": "pytorch",
        "seed": "0",
        "source": "bundled",
        "split": "train",
        "size": "64",
        "batch_seed": "0",
        "digits": "all",
        "image": "0",
    }


# Links as people may have saved them. Never edit a line: a link must go on saying what it said.
OLD_LINKS = [
    ("", Setup()),
    ("v=1", Setup()),
    (
        "v=1&hidden=128-64&activation=relu&weights=pytorch&biases=pytorch&seed=0&source=bundled&split=train&size=64"
        "&batch_seed=0&digits=all&image=0&lang=en&layer=fc1",
        Setup(),
    ),
    ("hidden=256&activation=sigmoid", Setup(NetworkSpec((256,), "sigmoid"))),
    (
        "v=1&hidden=256&activation=sigmoid&weights=normal:1&biases=normal:1&seed=7",
        Setup(NetworkSpec((256,), "sigmoid", Init("normal", std=1.0), Init("normal", std=1.0), 7)),
    ),
    (
        "weights=normal:0.01-pytorch&biases=zeros-pytorch",
        Setup(NetworkSpec((128, 64), "relu", (Init("normal", std=0.01), "pytorch", "pytorch"), ("zeros", "pytorch", "pytorch"))),
    ),
    (
        "weights=normal%3A0.01-pytorch",
        Setup(NetworkSpec(weight_init=(Init("normal", std=0.01), "pytorch", "pytorch"))),
    ),
    (
        "hidden=64-64-64&activation=tanh-relu-gelu&weights=normal",
        Setup(NetworkSpec((64, 64, 64), ("tanh", "relu", "gelu"), Init("normal", std=0.01))),
    ),
    ("hidden=none", Setup(NetworkSpec(()))),
    ("hidden=none&activation=tanh&weights=zeros", Setup(NetworkSpec((), weight_init="zeros"))),
    (
        "hidden=32&weights=constant:-0.5-orthogonal:2&biases=constant:-1",
        Setup(NetworkSpec((32,), "relu", (Init("constant", value=-0.5), Init("orthogonal", gain=2)), Init("constant", value=-1))),
    ),
    ("weights=uniform&biases=constant", Setup(NetworkSpec(weight_init=Init("uniform", bound=0.05), bias_init=Init("constant", value=0.1)))),
    ("weights=trunc_normal", Setup(NetworkSpec(weight_init=Init("trunc_normal", std=0.02)))),
    ("weights=sparse", Setup(NetworkSpec(weight_init=Init("sparse", std=0.01)))),
    (
        "weights=lecun_normal-kaiming_uniform-xavier_normal&activation=leaky_relu",
        Setup(NetworkSpec((128, 64), "leaky_relu", ("lecun_normal", "kaiming_uniform", "xavier_normal"))),
    ),
    (
        "source=full&split=test&size=256&batch_seed=4294967295&digits=1-7&image=255",
        Setup(NetworkSpec(), BatchSpec("full", "test", 256, 2**32 - 1, (1, 7), 255)),
    ),
]


@pytest.mark.parametrize(("link", "setup"), OLD_LINKS, ids=[link or "empty" for link, _ in OLD_LINKS])
def test_an_old_link_says_what_it_always_said(link, setup):
    assert setup_of(link) == (setup, [])


# --- spellings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("128-64", (128, 64)),
        ("128,64", (128, 64)),
        ("128, 64", (128, 64)),
        ("128 64", (128, 64)),
        ("128×64", (128, 64)),
        ("128x64", (128, 64)),
        ("128;64", (128, 64)),
        (" 128-64 ", (128, 64)),
        ("128--64-", (128, 64)),
        ("0128", (128,)),
        ("1024", (1024,)),
        ("none", ()),
        ("None", ()),
        ("0", ()),
        ("", ()),
    ],
)
def test_hidden_sizes_may_be_typed_in_several_ways(text, sizes):
    reading = query.read({"hidden": text})
    assert reading.notes == ()
    assert tuple(layer.units for layer in reading.draft.hidden) == sizes


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("normal:0.01", 0.01),
        ("normal:.5", 0.5),
        ("normal:5.", 5.0),
        ("normal:1e-5", 1e-5),
        ("normal:2.5E-3", 2.5e-3),
        ("normal:1e2", 100.0),
        ("normal:0", 0.0),
        ("normal:-0", 0.0),
        ("normal:00.10", 0.1),
        ("constant:-0.5", -0.5),
        ("constant:-1e-3", -1e-3),
        ("constant:-.5", -0.5),
    ],
)
def test_numbers_may_be_typed_in_several_ways(text, number):
    assert query.read_init(text).number == number


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("zeros", ["zeros", "zeros", "zeros"]),
        ("zeros-sparse", ["zeros", "sparse:0.01", "sparse:0.01"]),
        ("zeros-sparse-pytorch", ["zeros", "sparse:0.01", "pytorch"]),
        ("constant:-0.5-zeros", ["constant:-0.5", "zeros", "zeros"]),
        ("constant:-0.5-constant:-2", ["constant:-0.5", "constant:-2", "constant:-2"]),
        ("normal:1e-5-zeros", ["normal:0.00001", "zeros", "zeros"]),
        ("normal:1e-5-normal:1e-6-zeros", ["normal:0.00001", "normal:0.000001", "zeros"]),
        ("constant:-1e-5-normal:2E-1", ["constant:-0.00001", "normal:0.2", "normal:0.2"]),
        (" zeros - sparse ", ["zeros", "sparse:0.01", "sparse:0.01"]),
    ],
)
def test_a_list_shorter_than_the_network_repeats_its_last_word(text, words):
    reading = query.read({"weights": text})
    assert reading.notes == ()
    assert [query.write_init(layer.weight_init) for layer in reading.draft.layers] == words


def test_each_list_is_repeated_for_itself():
    setup, notes = setup_of("hidden=8-8-8-8&activation=tanh-relu&weights=zeros-pytorch&biases=zeros")
    assert notes == []
    assert setup.network == NetworkSpec(
        (8,) * 4, ("tanh", "relu", "relu", "relu"), ("zeros", *["pytorch"] * 4), "zeros"
    )


@pytest.mark.parametrize(
    ("text", "digits"),
    [("all", None), ("", None), ("7", (7,)), ("1-7", (1, 7)), ("71", (1, 7)), ("7-1-1", (1, 7)), ("0123456789", None)],
)
def test_digits_may_be_typed_in_several_ways(text, digits):
    reading = query.read({"digits": text})
    assert (reading.notes, reading.draft.batch.digits) == ((), digits)


@pytest.mark.parametrize("init", ["normal:0.01", "pytorch", "constant:-0.5", "normal:0.00001", "orthogonal:1", "normal:100"])
def test_numbers_are_written_as_a_person_would(init):
    assert query.write_init(query.read_init(init)) == init


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
    ("weights", "constant:--0.5", "value of constant must be a number; given: --0.5."),
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
    ("digits", "1--7", "digits must be some of the digits 0 to 9; given: 1--7."),
    ("digits", "٣", "digits must be some of the digits 0 to 9; given: ٣."),
    ("image", "64", "image must be a whole number from 0 to 63; given: 64."),
    ("image", "first", "image must be a whole number from 0 to 63; given: first."),
]


@pytest.mark.parametrize(("field", "text", "sentence"), BAD, ids=[f"{f}={t[:24]}" for f, t, _ in BAD])
def test_a_bad_field_falls_back_by_itself_with_one_sentence(field, text, sentence):
    valid = {"seed": "5", "activation": "tanh", "size": "64", "digits": "1-7", "source": "full", "biases": "zeros", "image": "3"}
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
    *("--", "::", ":-", "e-", "1e", "1e-", "-0.5", "1e309", "1e-400", "NaN", "inf", "-inf", "0x10", "1_000", "٣", "１２", "½", "²"),
    *("none", "all", "relu", "normal", "constant", "normal:", "constant:-0.5", "orthogonal:1e2", "zeros", "pytorch", "bundled", "test"),
    *("<b>", "</script>", "'; DROP TABLE x;--", "{0}", "{given}", "%s", "%00", "${x}", "\\", '"', "🙂", "İ", "ß", "ﬁ"),
    *("9" * 30, "1" * 330, "0." + "0" * 400 + "1", "a" * 300, "-" * 300, "8-" * 40),
]
hostile = st.text(max_size=300) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


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
