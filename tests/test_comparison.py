"""B of a comparison: its text and back, what differs, one change at a time, and whatever somebody may write there."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib import comparison, query
from netlib.comparison import alternatives, differences, read, swapped, with_only, write
from netlib.draft import Draft, HiddenLayer, OutputLayer, from_setup
from netlib.i18n import LANGUAGES, translator
from netlib.presets import PRESETS, chosen
from netlib.query import NETWORK_FIELDS
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from tests.oracles import networks, setups
from tests.test_query_hostile import PIECES, frames_held, hostile

EN = translator("en")


def drafts(**limits):
    return setups(**limits).map(from_setup)


small = drafts(most_layers=4, most_units=40)


def of(network, batch=BatchSpec()):
    return from_setup(Setup(network, batch))


# --- text and back ------------------------------------------------------------------------------------------------


@given(drafts(), networks())
def test_a_complete_b_is_the_same_beside_every_a(a, network):
    b = replace(of(network), batch=a.batch)
    found = read(write(b), a)
    assert (found.b, found.notes, found.said) == (b, (), NETWORK_FIELDS)
    assert found.b.setup().network == network
    assert not found.follows
    assert not found.suggested


@given(small, st.sets(st.sampled_from(NETWORK_FIELDS)), small)
def test_what_b_does_not_say_is_as_says(a, said, other):
    """Where the sizes are A's: a list must fit them."""
    other = with_only(other, a, "hidden")
    found = read(write(other, tuple(said)), a)
    if said:
        assert found.notes == ()
        mine, theirs, b = query.write_draft(a), query.write_draft(other), query.write_draft(found.b)
        assert b == {field: theirs[field] if field in said else mine[field] for field in query.FIELDS} | {
            field: mine[field] for field in query.BATCH_FIELDS
        }
        assert set(found.said) == said
        assert found.follows == (len(said) < 5)


def test_the_text_is_that_of_the_link_part_by_part():
    b = of(NetworkSpec((64,), "tanh", Init("normal", std=0.5), ("constant", "zeros"), 7))
    assert write(b) == "hidden:64,activation:tanh,weights:normal:0.5,biases:constant:0.1-zeros,seed:7"
    assert write(b, ("seed", "weights")) == "weights:normal:0.5,seed:7"


# Texts as people may have saved them. Never edit a line: a link must go on saying what it said.
DEFAULT = Draft()
OLD_TEXTS = [
    ("", NetworkSpec(weight_init="kaiming_normal")),
    ("weights:zeros", NetworkSpec(weight_init="zeros")),
    ("weights:normal:0.01-pytorch", NetworkSpec(weight_init=(Init("normal", std=0.01), "pytorch", "pytorch"))),
    ("hidden:none", NetworkSpec(())),
    ("hidden:256,activation:sigmoid", NetworkSpec((256,), "sigmoid")),
    ("hidden:64-64-64", NetworkSpec((64, 64, 64))),
    ("seed:9,biases:zeros", NetworkSpec(bias_init="zeros", seed=9)),
    (
        "hidden:32,activation:gelu,weights:orthogonal:2,biases:constant:-1,seed:4294967295",
        NetworkSpec((32,), "gelu", Init("orthogonal", gain=2), Init("constant", value=-1), 2**32 - 1),
    ),
    (" weights : zeros , seed : 3 ,", NetworkSpec(weight_init="zeros", seed=3)),
]


@pytest.mark.parametrize(("text", "network"), OLD_TEXTS)
def test_an_old_text_says_what_it_always_said(text, network):
    found = read(text, DEFAULT)
    assert found.notes == ()
    assert found.b.setup() == Setup(network)


def test_b_takes_from_a_whatever_a_becomes():
    a = of(NetworkSpec((9, 8), ("tanh", "elu"), "orthogonal", "zeros", 5))
    assert read("weights:zeros", a).b.setup().network == NetworkSpec((9, 8), ("tanh", "elu"), "zeros", "zeros", 5)
    found = read("hidden:7-6-5", a).b.setup().network
    assert found == NetworkSpec((7, 6, 5), ("tanh", "elu", "elu"), "orthogonal", "zeros", 5)
    assert read("hidden:7", a).b.setup().network == NetworkSpec((7,), "tanh", "orthogonal", "zeros", 5)


@given(drafts())
def test_the_suggestion_changes_exactly_one_thing(a):
    found = read("", a)
    assert found.suggested
    assert found.differences == ("weights",)
    assert found.notes == ()


# --- differences --------------------------------------------------------------------------------------------------


@given(drafts(), drafts())
def test_no_difference_is_the_same_network_and_the_order_does_not_matter(a, b):
    b = replace(b, batch=a.batch)
    assert (differences(a, b) == ()) == (a == b) == (a.setup() == b.setup())
    assert differences(a, a) == ()
    assert differences(a, b) == differences(b, a)


@given(small, small)
def test_of_several_differences_one_is_left(a, b):
    """Done twice, once in the draft and once through the text that a link carries."""
    for field in differences(a, b):
        one = with_only(a, b, field)
        assert differences(a, one) == (field,)
        found = read(write(one, (field,)), a)
        assert (found.b, found.notes, found.differences) == (one, (), (field,))


HIDDEN = (HiddenLayer(20, "tanh"), HiddenLayer(10, "relu"))
BASE = Draft(HIDDEN, OutputLayer(), 3)


@pytest.mark.parametrize(
    ("b", "found"),
    [
        (replace(BASE, seed=4), ("seed",)),
        (replace(BASE, output=OutputLayer(Init("zeros"))), ("weights",)),
        (replace(BASE, output=OutputLayer(bias_init=Init("zeros"))), ("biases",)),
        (replace(BASE, hidden=(HIDDEN[0], HiddenLayer(10, "relu", Init("normal", std=0.5)))), ("weights",)),
        (replace(BASE, hidden=(HIDDEN[0], HiddenLayer(10, "relu", bias_init=Init("zeros")))), ("biases",)),
        (replace(BASE, hidden=(HIDDEN[0], HiddenLayer(10, "gelu"))), ("activation",)),
        (replace(BASE, hidden=(HIDDEN[0], HiddenLayer(11, "relu"))), ("hidden",)),
        (replace(BASE, hidden=HIDDEN[:1]), ("hidden",)),
        (replace(BASE, hidden=(*HIDDEN, HiddenLayer(5, "elu", Init("zeros"), Init("zeros")))), ("hidden",)),
        (replace(BASE, hidden=(HiddenLayer(20, "elu"),), seed=4), ("hidden", "activation", "seed")),
        (replace(BASE, batch=BatchSpec(size=3)), ()),
    ],
)
def test_each_field_is_named(b, found):
    assert differences(BASE, b) == differences(b, BASE) == found


# --- swap, copy ---------------------------------------------------------------------------------------------------


@given(drafts(most_layers=5), drafts(most_layers=5))
def test_swapped_twice_all_is_as_it_was(a, b):
    b = replace(b, batch=a.batch)
    once = read(*reversed(swapped(read(write(b), a))))
    assert (once.a, once.b, once.notes) == (b, a, ())
    twice = read(*reversed(swapped(once)))
    assert (twice.a, twice.b, twice.notes) == (a, b, ())


@given(drafts())
def test_a_copy_has_no_differences_and_stays_when_a_changes(a):
    text = write(a)
    assert read(text, a).differences == ()
    later = replace(a, seed=(a.seed + 1) % 2**32)
    assert read(text, later).differences == ("seed",)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_can_be_b(name):
    b = chosen(name, DEFAULT)
    assert read(write(b), DEFAULT).b == b


# --- what may be chosen -------------------------------------------------------------------------------------------


@given(drafts())
def test_every_alternative_changes_its_field_and_no_other(a):
    for field in NETWORK_FIELDS:
        options = alternatives(field, a)
        if field != "activation" or a.hidden:
            assert options
        for option in options:
            found = read(f"{field}:{option}", a)
            assert found.notes == ()
            found.b.setup()
            if field != "activation" or a.hidden:
                assert found.differences == (field,)


def test_a_network_at_the_cap_is_not_offered_twice_its_size():
    a = of(NetworkSpec((1024, 1024, 128), "gelu"))
    assert all("2048" not in option for option in alternatives("hidden", a))


# --- whatever comes -----------------------------------------------------------------------------------------------

BAD = [
    ("zeros", 1, "b must be parts such as weights:zeros, with commas between them; given: zeros."),
    (",", 1, "b must be parts such as weights:zeros"),
    ("weights", 1, "b must be parts such as weights:zeros"),
    ("size:3", 1, "b must be parts such as weights:zeros"),
    ("weights:zeros,weights:pytorch", 1, "b must be parts such as weights:zeros"),
    ("hidden:128,64", 1, "b must be parts such as weights:zeros, with commas between them; given: 64."),
    ("weights:he", 1, "An initialisation must be one of "),
    ("weights:normal:1e309", 1, "std of normal must be a number from 0 to 100; given: inf."),
    ("biases:orthogonal", 1, "bias_init must be one of "),
    ("seed:-1,activation:swish", 2, ""),
    ("hidden:1024-1024-1024", 1, "The network would have 2913290 parameters"),
    ("hidden:1-" + "-1" * 40, 1, "hidden_sizes must name at most 30 layers"),
    ("activation:relu-relu-relu", 1, "activation must name at most 2 values"),
    ("weights:" + "zeros-" * 1_000, 1, "b must be at most 4000 characters long; given: 6008."),
]


@pytest.mark.parametrize(("text", "count", "sentence"), BAD)
def test_a_bad_part_falls_back_by_itself_with_one_sentence(text, count, sentence):
    found = read(text, DEFAULT)
    assert len(found.notes) == count
    assert all(note.field == "b" for note in found.notes)
    assert str(found.notes[0].problem).startswith(sentence)
    assert all(read(note.used, DEFAULT).notes == () for note in found.notes)


def test_a_bad_part_leaves_the_others():
    found = read("weights:he,seed:5", DEFAULT)
    assert found.b == replace(DEFAULT, seed=5)
    assert found.said == ("seed",)
    assert found.notes[0].used == "weights:pytorch"


@given(small, hostile | st.lists(st.sampled_from((*PIECES, *NETWORK_FIELDS, ",", ":")), max_size=14).map("".join))
def test_nothing_that_is_written_there_raises(a, text):
    found = read(text, a)
    found.b.setup()
    assert found.b.batch == a.batch
    assert read(write(found.b), a).notes == ()
    assert all(name in NETWORK_FIELDS for name in found.said)
    for note in found.notes:
        assert note.used
        assert not frames_held(note.problem)
        for language in LANGUAGES:
            assert 0 < len(translator(language).problem(note.problem)) < 500


def test_the_field_is_nobody_elses():
    assert comparison.NAME not in query.FIELDS
