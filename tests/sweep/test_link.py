"""A sweep as one text of a link: there and back, part by part, and nothing that a hostile one could break."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from netlib.activations import ACTIVATIONS
from netlib.initializers import BIAS_SCHEMES, SCHEMES
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from netlib.sweep import link
from netlib.sweep.spec import ShortTraining, Sweep

SETUP = Setup(NetworkSpec((300, 20), ("tanh", "relu"), Init("normal", std=0.3), "zeros"), BatchSpec(size=32, seed=4))

numbers = st.lists(st.integers(0, 10_000).map(lambda each: each / 100), min_size=1, max_size=8, unique=True)
inits = st.lists(
    st.sampled_from([Init(scheme) for scheme in SCHEMES] + [Init("normal", std=0.05)]), min_size=1, max_size=4
)
biases = st.lists(st.sampled_from([Init(scheme) for scheme in BIAS_SCHEMES]), min_size=1, max_size=3)
trainings = st.builds(
    ShortTraining,
    epochs=st.integers(1, 9),
    optimizer=st.sampled_from(("sgd", "adam")),
    learning_rate=st.sampled_from((0.5, 0.01, 0.0003)),
    threshold=st.sampled_from((0.0, 0.5, 0.95)),
)


@st.composite
def sweeps(draw):
    shape = draw(
        st.one_of(
            st.fixed_dictionaries(
                {
                    "depth": st.lists(st.integers(0, 9), min_size=1, max_size=6).map(tuple),
                    "width": st.lists(st.integers(1, 200), min_size=1, max_size=4).map(tuple),
                }
            ),
            st.fixed_dictionaries(
                {
                    "hidden_sizes": st.lists(
                        st.lists(st.integers(1, 99), max_size=4).map(tuple), min_size=1, max_size=4
                    ).map(tuple)
                }
            ),
        )
    )
    weights = {"sigma_w": tuple(draw(numbers))} if draw(st.booleans()) else {"weight_init": tuple(draw(inits))}
    bias = {"sigma_b": tuple(draw(numbers))} if draw(st.booleans()) else {"bias_init": tuple(draw(biases))}
    return Sweep(
        **shape,
        **weights,
        **bias,
        activation=tuple(draw(st.lists(st.sampled_from(sorted(ACTIVATIONS)), min_size=1, max_size=3))),
        seeds=draw(st.integers(1, 50)),
        batch=SETUP.batch,
        training=draw(st.none() | trainings),
    )


@given(sweeps())
def test_what_is_written_is_read(sweep):
    reading = link.read(link.write(sweep), SETUP)
    assert reading.notes == ()
    assert reading.problem is None
    assert reading.sweep == sweep


@settings(max_examples=200)
@given(st.text(max_size=60) | st.from_regex(r"(depth|width|sigma_w|seeds|weights|hidden|epochs):[0-9./a-z,:-]{0,30}"))
@example("depth:" + "1/" * 1_990)
@example("depth:0..999999999..0.000001")
@example("sigma_w:" + "/".join(f"{each}..{each + 199}" for each in range(0, 4_000, 200)))
@example("depth:1..5,width:1024,depth:30")
@example("seeds:1000,depth:0..30,width:1..200,sigma_w:0..100")
@example("x" * 5_000)
def test_whatever_a_link_says_there_is_a_sweep_and_a_sentence(text):
    reading = link.read(text, SETUP)
    assert isinstance(reading.sweep, Sweep)
    for note in reading.notes:
        assert str(note.problem)
    assert len(reading.sweep.architectures()) < 10_000


def test_nothing_said_is_a_grid_around_the_setups_network():
    sweep = link.read("", SETUP).sweep
    assert sweep == link.default(SETUP)
    assert sweep.width == (128,)
    assert sweep.activation == ("tanh", "relu")
    assert sweep.weight_init[0] == Init("normal", std=0.3)
    assert sweep.bias_init == (Init("zeros"),)
    assert sweep.batch == SETUP.batch
    assert link.default(Setup(NetworkSpec(()))).width == (64,)


@pytest.mark.parametrize(
    ("said", "name", "values"),
    [
        ("depth:2..30..4", "depth", (2, 6, 10, 14, 18, 22, 26, 30)),
        ("depth:1..4", "depth", (1, 2, 3, 4)),
        ("sigma_w:0.5..1..0.1", "sigma_w", (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)),
        ("width:8/16,width:4", "width", (4,)),
        ("hidden:128-64/none", "hidden_sizes", ((128, 64), ())),
        ("weights:normal:0.01/zeros", "weight_init", (Init("normal", std=0.01), Init("zeros"))),
        ("biases:constant:0.1", "bias_init", (Init("constant", value=0.1),)),
        ("epochs:0", "training", None),
        ("epochs:2,rate:0.05,optimizer:sgd", "training", ShortTraining(2, "sgd", 0.05)),
        ("rate:0.05", "training", None),
    ],
)
def test_parts_say_what_one_reads(said, name, values):
    reading = link.read(said, SETUP)
    assert not reading.notes
    assert getattr(reading.sweep, name) == values


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ("depth:x", "depth", "numbers such as"),
        ("depth:31", "depth", "from 0 to 30"),
        ("depth:1.5", "depth", "whole number"),
        ("width:0", "width", "from 1 to 1024"),
        ("depth:9..1", "depth", "upwards"),
        ("depth:1..9..0", "depth", "upwards"),
        ("activation:rleu", "activation", "one of"),
        ("weights:normal:x", "weights", "must be a number"),
        ("biases:orthogonal", "biases", "one of"),
        ("seeds:0", "seeds", "from 1 to"),
        ("optimizer:x", "optimizer", "one of"),
        ("threshold:2", "threshold", "from 0 to 1"),
        ("depht:1", "grid", "such as depth:1/2/4"),
        ("depth", "grid", "such as depth:1/2/4"),
    ],
)
def test_a_part_that_cannot_be_read_is_named_and_the_others_count(said, field, words):
    reading = link.read(f"{said},seeds:7" if field != "seeds" else said, SETUP)
    assert [note.field for note in reading.notes] == [field]
    assert words in str(reading.notes[0].problem)
    assert field == "seeds" or reading.sweep.seeds == 7


def test_networks_that_cannot_be_built_are_a_problem_of_the_whole():
    reading = link.read("depth:30,width:1024", SETUP)
    assert reading.notes == ()
    assert "2000000 are allowed" in str(reading.problem)


def test_a_change_leaves_the_other_parts_and_takes_the_place_of_what_it_replaces():
    assert link.changed("", "depth", "1, 2 4") == "depth:1/2/4"
    assert link.changed("depth:1,seeds:3", "hidden", "128-64; 32") == "hidden:128-64/32,seeds:3"
    assert link.changed("hidden:8,seeds:3", "width", "16") == "width:16,seeds:3"
    assert link.changed("sigma_w:1,seeds:3", "sigma_w", "") == "seeds:3"
    assert link.changed("weights:zeros", "sigma_w", "0.5..3") == "sigma_w:0.5..3"
    assert link.changed("depth:oops", "seeds", "4") == "depth:oops,seeds:4"  # what was typed stays where it is


def test_what_was_typed_is_shown_again_and_what_was_not_as_it_would_be():
    reading = link.read("depth:oops,sigma_w:1", SETUP)
    assert reading.part("depth") == "oops"
    assert reading.part("width") == "128"
    assert reading.part("weights") == ""
