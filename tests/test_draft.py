from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.draft import Draft, HiddenLayer, OutputLayer, changed, from_setup, resized
from netlib.problem import Problem
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from tests.oracles import ACTIVATION_NAMES, setups

FOUR = Draft(
    hidden=(
        HiddenLayer(100, "tanh", Init("zeros"), Init("normal", std=2)),
        HiddenLayer(90, "relu", Init("sparse"), Init("zeros")),
        HiddenLayer(80, "gelu", Init("orthogonal"), Init("pytorch")),
        HiddenLayer(70, "elu", Init("lecun_normal"), Init("constant")),
    ),
    output=OutputLayer(Init("xavier_normal"), Init("zeros")),
    seed=12,
    batch=BatchSpec(size=5, image=4),
)


def test_an_untouched_draft_is_the_default_setup():
    assert Draft().setup() == Setup()


@given(setups())
def test_a_setup_becomes_a_draft_and_the_same_setup_again(setup):
    assert from_setup(setup).setup() == setup


def test_layers_are_named_as_in_the_network():
    assert FOUR.names == ("fc1", "fc2", "fc3", "fc4", "output")
    assert FOUR.names == tuple(layer.name for layer in FOUR.setup().network.layers)
    assert FOUR.layer("fc3") == FOUR.hidden[2]
    assert FOUR.layer("output") == FOUR.output
    assert Draft(hidden=()).names == ("output",)


def test_a_draft_may_be_too_large_and_says_so_only_when_it_is_built():
    draft = Draft(hidden=(HiddenLayer(1024),) * 30)
    with pytest.raises(Problem, match="31252490 parameters"):
        draft.setup()


# --- more and fewer layers ----------------------------------------------------------------------------------------


def test_four_layers_to_two_and_back_are_the_same_four():
    two = resized(FOUR, 2)
    assert two.hidden == FOUR.hidden[:2]
    assert resized(two, 4, FOUR.hidden) == FOUR


def test_what_was_changed_meanwhile_stays_changed():
    two = changed(resized(FOUR, 2), "fc1", units=7)
    again = resized(two, 4, FOUR.hidden)
    assert again.hidden == (replace(FOUR.hidden[0], units=7), *FOUR.hidden[1:])


def test_a_layer_that_never_was_is_a_copy_of_the_last_one():
    assert resized(FOUR, 6).hidden == (*FOUR.hidden, FOUR.hidden[3], FOUR.hidden[3])
    assert resized(resized(FOUR, 2), 4).hidden == (*FOUR.hidden[:2], FOUR.hidden[1], FOUR.hidden[1])


def test_beyond_the_memory_the_last_remembered_one_is_copied():
    assert resized(resized(FOUR, 1), 5, FOUR.hidden).hidden == (*FOUR.hidden, FOUR.hidden[3])


def test_the_first_layer_ever_has_128_units():
    assert resized(Draft(hidden=()), 1).hidden == (HiddenLayer(128),)


def test_no_layer_at_all_and_back():
    none = resized(FOUR, 0)
    assert none.hidden == ()
    assert none.setup().network.layers[0].name == "output"
    assert resized(none, 4, FOUR.hidden) == FOUR


@given(setups(most_layers=6), st.integers(0, 6))
def test_resizing_touches_neither_output_nor_seed_nor_batch_nor_the_layers_that_stay(setup, count):
    before = from_setup(setup)
    after = resized(before, count)
    assert len(after.hidden) == count
    assert (after.output, after.seed, after.batch) == (before.output, before.seed, before.batch)
    kept = min(count, len(before.hidden))
    assert after.hidden[:kept] == before.hidden[:kept]
    assert resized(after, len(before.hidden), before.hidden) == before


# --- changing layers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize(
    "choice",
    [{"units": 3}, {"activation": "softplus"}, {"weight_init": Init("normal")}, {"bias_init": Init("constant")}],
)
def test_one_hidden_layer_changes_alone(index, choice):
    after = changed(FOUR, f"fc{index + 1}", **choice)
    assert after.hidden[index] == replace(FOUR.hidden[index], **choice)
    assert [a for i, a in enumerate(after.layers) if i != index] == [b for i, b in enumerate(FOUR.layers) if i != index]


def test_the_output_changes_alone_and_has_no_units_or_activation():
    after = changed(FOUR, "output", weight_init=Init("zeros"), bias_init=Init("normal"), units=3, activation="relu")
    assert after.hidden == FOUR.hidden
    assert after.output == OutputLayer(Init("zeros"), Init("normal"))


@pytest.mark.parametrize("activation", ACTIVATION_NAMES)
def test_an_activation_for_all_passes_the_output_by(activation):
    after = changed(FOUR, None, activation=activation)
    assert {layer.activation for layer in after.hidden} == {activation}
    assert after.output == FOUR.output
    assert after.setup().network.activation == activation


def test_an_initialisation_for_all_includes_the_output():
    network = changed(FOUR, None, weight_init=Init("kaiming_normal"), bias_init=Init("zeros")).setup().network
    assert (network.weight_init, network.bias_init) == (Init("kaiming_normal"), Init("zeros"))


def test_several_choices_at_once():
    after = changed(FOUR, None, units=5, weight_init=Init("zeros"))
    assert after.setup().network == NetworkSpec(
        (5,) * 4, [h.activation for h in FOUR.hidden], "zeros", [layer.bias_init for layer in FOUR.layers], 12
    )


def test_the_draft_itself_is_never_changed():
    before = repr(FOUR)
    changed(FOUR, None, units=1)
    resized(FOUR, 1)
    assert repr(FOUR) == before
