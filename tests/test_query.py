"""A link is a Setup: written, read, and read again years later. For bad links see test_query_hostile.py."""

import re
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib import query
from netlib.draft import Draft, HiddenLayer, OutputLayer
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
        "v=1&hidden=128-64&activation=relu&weights=pytorch&biases=pytorch&seed=0&source=bundled&split=train&size=64&batch_seed=0&digits=all&image=0&lang=en&layer=fc1",
        Setup(),
    ),
    ("hidden=256&activation=sigmoid", Setup(NetworkSpec((256,), "sigmoid"))),
    (
        "v=1&hidden=256&activation=sigmoid&weights=normal:1&biases=normal:1&seed=7",
        Setup(NetworkSpec((256,), "sigmoid", Init("normal", std=1.0), Init("normal", std=1.0), 7)),
    ),
    (
        "weights=normal:0.01-pytorch&biases=zeros-pytorch",
        Setup(
            NetworkSpec(
                (128, 64), "relu", (Init("normal", std=0.01), "pytorch", "pytorch"), ("zeros", "pytorch", "pytorch")
            )
        ),
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
        Setup(
            NetworkSpec(
                (32,), "relu", (Init("constant", value=-0.5), Init("orthogonal", gain=2)), Init("constant", value=-1)
            )
        ),
    ),
    (
        "weights=uniform&biases=constant",
        Setup(NetworkSpec(weight_init=Init("uniform", bound=0.05), bias_init=Init("constant", value=0.1))),
    ),
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
    [("all", None), ("", None), ("7", (7,)), ("1-7", (1, 7)), ("7-1-1", (1, 7)), ("0-1-2-3-4-5-6-7-8-9", None)],
)
def test_digits_may_be_typed_in_several_ways(text, digits):
    reading = query.read({"digits": text})
    assert (reading.notes, reading.draft.batch.digits) == ((), digits)


@pytest.mark.parametrize(
    "init", ["normal:0.01", "pytorch", "constant:-0.5", "normal:0.00001", "orthogonal:1", "normal:100"]
)
def test_numbers_are_written_as_a_person_would(init):
    assert query.write_init(query.read_init(init)) == init
