import itertools
import pickle
import tracemalloc
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.problem import Problem
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from tests.oracles import NUMBER_NAMES, PLAIN_SCHEMES, setups

ALL_SCHEMES = "pytorch, zeros, constant, normal, uniform, trunc_normal, xavier_uniform, xavier_normal, kaiming_uniform, kaiming_normal, lecun_normal, orthogonal, sparse"
ALL_ACTIVATIONS = "sigmoid, tanh, relu, leaky_relu, elu, gelu, silu, softplus, identity"


def sentence_of(make, *args, **fields):
    with pytest.raises(Problem) as caught:
        make(*args, **fields)
    return str(caught.value)


# --- defaults -----------------------------------------------------------------------------------------------------


def test_the_default_network_is_the_notebooks_exercise_3():
    assert NetworkSpec() == NetworkSpec((128, 64), "relu", "pytorch", "pytorch", 0)


def test_the_default_batch_is_64_bundled_training_digits():
    assert BatchSpec() == BatchSpec("bundled", "train", 64, 0, None, 0)


def test_the_default_setup_is_both():
    assert Setup() == Setup(NetworkSpec(), BatchSpec())


@pytest.mark.parametrize(
    ("scheme", "number"),
    [
        ("constant", 0.1),
        ("normal", 0.01),
        ("uniform", 0.05),
        ("trunc_normal", 0.02),
        ("orthogonal", 1.0),
        ("sparse", 0.01),
    ],
)
def test_the_bare_word_takes_its_stated_number(scheme, number):
    # A released default never changes: old links rely on it.
    assert Init(scheme).number == number
    assert Init(scheme) == Init(scheme, **{NUMBER_NAMES[scheme]: number})


@pytest.mark.parametrize("scheme", PLAIN_SCHEMES)
def test_a_scheme_without_a_number_has_none(scheme):
    assert Init(scheme).number is None


# --- one meaning, one value ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (NetworkSpec(activation="tanh"), NetworkSpec(activation=("tanh", "tanh"))),
        (NetworkSpec(activation=["tanh", "relu"]), NetworkSpec(activation=("tanh", "relu"))),
        (NetworkSpec(hidden_sizes=[128, 64]), NetworkSpec(hidden_sizes=(128, 64))),
        (NetworkSpec(hidden_sizes=iter([128, 64])), NetworkSpec()),
        (NetworkSpec(weight_init="normal"), NetworkSpec(weight_init=Init("normal", std=0.01))),
        (NetworkSpec(weight_init=("zeros",) * 3), NetworkSpec(weight_init=Init("zeros"))),
        (NetworkSpec(bias_init=("zeros", Init("zeros"), "zeros")), NetworkSpec(bias_init="zeros")),
        (NetworkSpec((), activation="tanh"), NetworkSpec((), activation="relu")),
        (NetworkSpec((), activation=()), NetworkSpec((), activation="gelu")),
        (NetworkSpec((7,), activation=("tanh",)), NetworkSpec((7,), activation="tanh")),
        (Init("normal", std=1), Init("normal", std=1.0)),
        (Init("constant", value=-0.0), Init("constant", value=0.0)),
        (Init("constant", value=0), Init("constant", value=-0.0)),
        (BatchSpec(digits=(7, 1, 1)), BatchSpec(digits=[1, 7])),
        (BatchSpec(digits={7, 1}), BatchSpec(digits=(1, 7))),
        (BatchSpec(digits=range(10)), BatchSpec(digits=None)),
    ],
)
def test_spellings_of_one_choice_are_equal_and_hash_alike(a, b):
    assert a == b
    assert hash(a) == hash(b)
    assert repr(a) == repr(b)


def test_minus_zero_becomes_zero():
    assert str(Init("constant", value=-0.0).number) == "0.0"


@pytest.mark.parametrize(
    "other",
    [
        NetworkSpec(hidden_sizes=(64, 128)),
        NetworkSpec(activation=("relu", "tanh")),
        NetworkSpec(weight_init=("pytorch", "pytorch", "zeros")),
        NetworkSpec(bias_init="zeros"),
        NetworkSpec(seed=1),
    ],
)
def test_different_choices_differ(other):
    assert other != NetworkSpec()


@given(setups())
def test_any_setup_is_a_key_and_survives_a_pickle(setup):
    assert {setup: 1}[pickle.loads(pickle.dumps(setup))] == 1


@given(setups())
def test_any_setup_made_again_from_its_own_fields_is_the_same(setup):
    """Normalising is done once: what is stored is what would be stored again."""
    again = Setup(replace(setup.network), replace(setup.batch))
    assert (again, hash(again), repr(again)) == (setup, hash(setup), repr(setup))


@given(setups())
def test_any_network_says_the_same_layer_by_layer(setup):
    spec = setup.network
    spelled_out = NetworkSpec(
        hidden_sizes=[layer.fan_out for layer in spec.layers[:-1]],
        activation=[layer.activation for layer in spec.layers[:-1]],
        weight_init=[layer.weight_init for layer in spec.layers],
        bias_init=[layer.bias_init for layer in spec.layers],
        seed=spec.seed,
    )
    assert spelled_out == spec


@pytest.mark.parametrize("thing", [Init("normal"), NetworkSpec(), BatchSpec(), Setup()])
def test_nothing_can_be_changed_afterwards(thing):
    with pytest.raises(FrozenInstanceError):
        setattr(thing, next(iter(vars(thing))), "something else")


# --- layers -------------------------------------------------------------------------------------------------------


def test_layers_carry_the_names_and_shapes_of_the_notebook():
    layers = NetworkSpec((128, 64), ("relu", "tanh")).layers
    assert [layer.name for layer in layers] == ["fc1", "fc2", "output"]
    assert [layer.activation_name for layer in layers] == ["relu1", "tanh2", "softmax"]
    assert [(layer.fan_in, layer.fan_out) for layer in layers] == [(784, 128), (128, 64), (64, 10)]
    assert [layer.parameters for layer in layers] == [100_480, 8_256, 650]
    assert [layer.is_output for layer in layers] == [False, False, True]


def test_a_network_without_hidden_layers_is_one_linear_map():
    (layer,) = NetworkSpec(()).layers
    assert (layer.name, layer.fan_in, layer.fan_out, layer.activation_name) == ("output", 784, 10, "softmax")
    assert NetworkSpec(()).parameters == 7_850


def test_one_value_a_layer_is_taken_in_order():
    spec = NetworkSpec(
        (8, 7), ("tanh", "relu"), ("zeros", Init("normal", std=3), "orthogonal"), ("zeros", "pytorch", "normal")
    )
    assert [layer.weight_init.scheme for layer in spec.layers] == ["zeros", "normal", "orthogonal"]
    assert [layer.bias_init.scheme for layer in spec.layers] == ["zeros", "pytorch", "normal"]
    assert spec.layers[1].weight_init.number == 3


# --- refusals: which field, what is allowed, what was given -------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"hidden_sizes": (0,)}, "hidden_sizes must be a whole number from 1 to 1024; given: 0."),
        ({"hidden_sizes": (1025,)}, "hidden_sizes must be a whole number from 1 to 1024; given: 1025."),
        ({"hidden_sizes": (128, -3)}, "hidden_sizes must be a whole number from 1 to 1024; given: -3."),
        ({"hidden_sizes": (64.0,)}, "hidden_sizes must be a whole number from 1 to 1024; given: 64.0."),
        ({"hidden_sizes": (True,)}, "hidden_sizes must be a whole number from 1 to 1024; given: True."),
        ({"hidden_sizes": ("64",)}, "hidden_sizes must be a whole number from 1 to 1024; given: 64."),
        ({"hidden_sizes": (None,)}, "hidden_sizes must be a whole number from 1 to 1024; given: None."),
        ({"hidden_sizes": (1,) * 31}, "hidden_sizes must name at most 30 layers; given: 31."),
        ({"hidden_sizes": "128-64"}, "hidden_sizes must be whole numbers such as 128-64; given: 128-64."),
        ({"hidden_sizes": 128}, "hidden_sizes must be whole numbers such as 128-64; given: 128."),
        ({"hidden_sizes": None}, "hidden_sizes must be whole numbers such as 128-64; given: None."),
        ({"hidden_sizes": b"ab"}, "hidden_sizes must be whole numbers such as 128-64; given: b'ab'."),
        ({"activation": "swish"}, f"activation must be one of {ALL_ACTIVATIONS}; given: swish."),
        ({"activation": "ReLU"}, f"activation must be one of {ALL_ACTIVATIONS}; given: ReLU."),
        ({"activation": "softmax"}, f"activation must be one of {ALL_ACTIVATIONS}; given: softmax."),
        ({"activation": 5}, f"activation must be one of {ALL_ACTIVATIONS}; given: 5."),
        ({"activation": None}, f"activation must be one of {ALL_ACTIVATIONS}; given: None."),
        ({"activation": ("relu", 5)}, f"activation must be one of {ALL_ACTIVATIONS}; given: 5."),
        ({"activation": ("relu", ["tanh"])}, f"activation must be one of {ALL_ACTIVATIONS}; given: ['tanh']."),
        ({"activation": ("relu",)}, "activation must be one value or 2 values, one a layer; given: 1."),
        ({"activation": ()}, "activation must be one value or 2 values, one a layer; given: 0."),
        ({"weight_init": "he"}, f"weight_init must be one of {ALL_SCHEMES}; given: he."),
        ({"weight_init": 0.01}, f"weight_init must be one of {ALL_SCHEMES}; given: 0.01."),
        (
            {"weight_init": ("zeros", ["normal"], "zeros")},
            f"weight_init must be one of {ALL_SCHEMES}; given: ['normal'].",
        ),
        ({"weight_init": ("zeros", "zeros")}, "weight_init must be one value or 3 values, one a layer; given: 2."),
        (
            {"bias_init": "xavier_normal"},
            "bias_init must be one of pytorch, zeros, constant, normal; given: xavier_normal.",
        ),
        ({"bias_init": Init("sparse")}, "bias_init must be one of pytorch, zeros, constant, normal; given: sparse."),
        ({"bias_init": ("zeros",) * 4}, "bias_init must be one value or 3 values, one a layer; given: 4."),
        ({"seed": -1}, "seed must be a whole number from 0 to 4294967295; given: -1."),
        ({"seed": 2**32}, "seed must be a whole number from 0 to 4294967295; given: 4294967296."),
        ({"seed": 1.0}, "seed must be a whole number from 0 to 4294967295; given: 1.0."),
        ({"seed": True}, "seed must be a whole number from 0 to 4294967295; given: True."),
        ({"seed": "0"}, "seed must be a whole number from 0 to 4294967295; given: 0."),
        ({"seed": None}, "seed must be a whole number from 0 to 4294967295; given: None."),
    ],
)
def test_a_network_is_refused_in_one_sentence(fields, sentence):
    assert sentence_of(NetworkSpec, **fields) == sentence


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"source": "internet"}, "source must be one of bundled, full; given: internet."),
        ({"source": None}, "source must be one of bundled, full; given: None."),
        ({"source": ["full"]}, "source must be one of bundled, full; given: ['full']."),
        ({"split": "valid"}, "split must be one of train, test; given: valid."),
        ({"size": 0}, "size must be a whole number from 1 to 256; given: 0."),
        ({"size": 257}, "size must be a whole number from 1 to 256; given: 257."),
        ({"size": "64"}, "size must be a whole number from 1 to 256; given: 64."),
        ({"seed": -1}, "batch_seed must be a whole number from 0 to 4294967295; given: -1."),
        ({"image": 64}, "image must be a whole number from 0 to 63; given: 64."),
        ({"image": -1}, "image must be a whole number from 0 to 63; given: -1."),
        ({"size": 1, "image": 1}, "image must be a whole number from 0 to 0; given: 1."),
        ({"digits": ()}, "digits must be some of the digits 0 to 9; given: ()."),
        ({"digits": (10,)}, "digits must be some of the digits 0 to 9; given: (10,)."),
        ({"digits": (-1, 3)}, "digits must be some of the digits 0 to 9; given: (-1, 3)."),
        ({"digits": (1.0,)}, "digits must be some of the digits 0 to 9; given: (1.0,)."),
        ({"digits": "17"}, "digits must be some of the digits 0 to 9; given: 17."),
        ({"digits": 7}, "digits must be some of the digits 0 to 9; given: 7."),
        ({"digits": (True,)}, "digits must be some of the digits 0 to 9; given: (True,)."),
        ({"digits": ("7",)}, "digits must be some of the digits 0 to 9; given: ('7',)."),
    ],
)
def test_a_batch_is_refused_in_one_sentence(fields, sentence):
    assert sentence_of(BatchSpec, **fields) == sentence


@pytest.mark.parametrize(
    ("arguments", "fields", "sentence"),
    [
        (("he",), {}, f"An initialisation must be one of {ALL_SCHEMES}; given: he."),
        ((None,), {}, f"An initialisation must be one of {ALL_SCHEMES}; given: None."),
        ((["normal"],), {}, f"An initialisation must be one of {ALL_SCHEMES}; given: ['normal']."),
        (("zeros",), {"std": 1}, "zeros takes no std; given: 1."),
        (("normal",), {"value": 0}, "normal takes no value; given: 0."),
        (("normal",), {"std": -0.01}, "std of normal must be a number from 0 to 100; given: -0.01."),
        (("normal",), {"std": 100.5}, "std of normal must be a number from 0 to 100; given: 100.5."),
        (("normal",), {"std": float("nan")}, "std of normal must be a number from 0 to 100; given: nan."),
        (("normal",), {"std": float("inf")}, "std of normal must be a number from 0 to 100; given: inf."),
        (("normal",), {"std": "0.01"}, "std of normal must be a number from 0 to 100; given: 0.01."),
        (("normal",), {"std": True}, "std of normal must be a number from 0 to 100; given: True."),
        (("normal",), {"std": 1j}, "std of normal must be a number from 0 to 100; given: 1j."),
        (("constant",), {"value": -101}, "value of constant must be a number from -100 to 100; given: -101."),
        (("uniform",), {"bound": -1}, "bound of uniform must be a number from 0 to 100; given: -1."),
        (("orthogonal",), {"gain": 1e9}, "gain of orthogonal must be a number from 0 to 100; given: 1000000000.0."),
    ],
)
def test_an_init_is_refused_in_one_sentence(arguments, fields, sentence):
    assert sentence_of(Init, *arguments, **fields) == sentence


def test_a_scheme_without_a_number_refuses_to_be_given_one():
    assert sentence_of(Init("pytorch").with_number, 5.0) == "pytorch takes no std; given: 5.0."


def test_another_number_keeps_the_scheme():
    assert Init("constant").with_number(-2) == Init("constant", value=-2.0)


@pytest.mark.parametrize("huge", [10**400, -(10**400), 10**5_000], ids=["1e400", "-1e400", "1e5000"])
def test_a_number_beyond_every_float_is_refused_like_any_other(huge):
    """float(10**400) overflows, and repr(10**5000) raises: neither may hide the sentence."""
    assert sentence_of(Init, "normal", std=huge).startswith("std of normal must be a number from 0 to 100; given: ")
    assert sentence_of(NetworkSpec, seed=huge).startswith("seed must be a whole number from 0 to 4294967295; given: ")


def test_a_thing_that_cannot_even_be_shown_is_refused_all_the_same():
    class Shy:
        def __repr__(self):
            raise RuntimeError("no")

    assert sentence_of(NetworkSpec, seed=Shy()).startswith("seed must be a whole number")


def test_what_was_given_is_cut_to_a_readable_length():
    sentence = sentence_of(NetworkSpec, activation="x" * 10_000)
    assert sentence.endswith("given: " + "x" * 39 + "….")


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=60)
    | st.binary(max_size=9)
    | st.complex_numbers(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.tuples(inner, inner) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


def valid_or_refused(make, **fields):
    try:
        made = make(**fields)
    except Problem as problem:
        return len(str(problem)) < 500
    return hash(made) == hash(replace(made))


@given(st.sampled_from(["hidden_sizes", "activation", "weight_init", "bias_init", "seed"]), anything)
def test_a_network_from_anything_is_valid_or_a_problem(field, value):
    assert valid_or_refused(NetworkSpec, **{field: value})


@given(st.sampled_from(["source", "split", "size", "seed", "digits", "image"]), anything)
def test_a_batch_from_anything_is_valid_or_a_problem(field, value):
    assert valid_or_refused(BatchSpec, **{field: value})


@given(anything, st.sampled_from(["std", "value", "bound", "gain"]), anything)
def test_an_init_from_anything_is_valid_or_a_problem(scheme, name, value):
    for word in (scheme, *NUMBER_NAMES):
        assert valid_or_refused(Init, scheme=word, **{name: value})


# --- the cap of parameters ----------------------------------------------------------------------------------------


def test_a_network_over_the_cap_names_its_count_and_its_largest_layer():
    # 785 x 1024 + 29 x 1025 x 1024 + 1025 x 10, by hand
    assert sentence_of(NetworkSpec, hidden_sizes=(1024,) * 30) == (
        "The network would have 31252490 parameters and at most 2000000 are allowed; "
        "its largest layer is fc2 with 1024 × 1024 weights and 1049600 parameters."
    )


def test_the_first_layer_is_named_where_it_is_the_largest():
    # 785 x 1024 = 803,840 against 1025 x 780 = 799,500 and 781 x 780 = 609,180, and 781 x 10
    assert sentence_of(NetworkSpec, hidden_sizes=(1024, 780, 780)) == (
        "The network would have 2220330 parameters and at most 2000000 are allowed; "
        "its largest layer is fc1 with 784 × 1024 weights and 803840 parameters."
    )


@given(st.lists(st.integers(1, 1_024), max_size=30))
def test_exactly_the_networks_up_to_two_million_parameters_stand(sizes):
    widths = [784, *sizes, 10]
    each = [a * b + b for a, b in itertools.pairwise(widths)]
    if sum(each) <= 2_000_000:
        assert NetworkSpec(sizes).parameters == sum(each)
    else:
        sentence = sentence_of(NetworkSpec, sizes)
        assert f"would have {sum(each)} parameters" in sentence
        assert f"and {max(each)} parameters." in sentence


def test_the_cap_itself_is_allowed_and_one_unit_more_is_not():
    sizes = (1024, 936, 250)  # found by search: 803,840 + 959,400 + 234,250 + 2,510
    assert NetworkSpec(sizes).parameters == 2_000_000
    assert "would have" in sentence_of(NetworkSpec, (*sizes[:-1], sizes[-1] + 1))


def test_nothing_is_allocated_to_find_out():
    """A spec is arithmetic alone: refusing one that is 15 times too large costs less than a megabyte."""
    tracemalloc.start()
    try:
        sentence_of(NetworkSpec, hidden_sizes=(1024,) * 30)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
