"""What a sweep spans, each network once, and every sentence about what it cannot be."""

import math
import pickle
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.problem import Problem
from netlib.spec import BatchSpec, Init, NetworkSpec
from netlib.sweep.spec import MAX_NETWORKS, ShortTraining, Sweep, Task, scaled
from netlib.training.spec import OPTIMIZERS, TrainSpec


def test_left_out_it_is_the_default_network_with_ten_seeds():
    (task,) = Sweep().tasks()
    assert task == Task(NetworkSpec(), tuple(range(10)))


def test_every_combination_once_the_last_list_fastest():
    sweep = Sweep(
        depth=(1, 2),
        width=(8, 16),
        activation=("tanh", "relu"),
        weight_init=(Init("zeros"), Init("normal", std=0.1)),
        seeds=3,
        first_seed=5,
    )
    tasks = list(sweep.tasks())
    assert sweep.most == 3 * len(tasks) == 3 * 16
    assert len({task.network for task in tasks}) == 16
    assert [task.network.weight_init.scheme for task in tasks[:4]] == ["zeros", "normal"] * 2
    assert [task.network.hidden_sizes for task in tasks[::4]] == [(8,), (16,), (8, 8), (16, 16)]
    assert {task.seeds for task in tasks} == {(5, 6, 7)}
    assert [network.seed for network in tasks[0].networks()] == [5, 6, 7]


def test_without_hidden_layers_width_and_activation_choose_nothing():
    sweep = Sweep(depth=(0, 1), width=(8, 16), activation=("tanh", "relu"))
    assert [task.network.hidden_sizes for task in sweep.tasks()] == [(), (8,), (8,), (16,), (16,)]


def test_a_value_given_twice_is_one():
    assert Sweep(activation=["relu", "tanh", "relu"]).activation == ("relu", "tanh")


def test_sigmas_are_the_standard_deviations_of_mean_field_theory():
    sweep = Sweep(hidden_sizes=((300, 20),), sigma_w=(1.5,), sigma_b=(0.2, 0.0))
    one, other = sweep.tasks()
    assert (one.sigma_w, one.sigma_b, other.sigma_b) == (1.5, 0.2, 0.0)
    for layer in one.network.layers:
        assert layer.weight_distribution.std * math.sqrt(layer.fan_in) == pytest.approx(1.5, rel=1e-5)
        assert layer.bias_distribution.std == 0.2
    assert next(Sweep().tasks()).sigma_w is None


@given(st.lists(st.integers(1, 1024), max_size=30), st.floats(0, 100))
def test_a_scaled_deviation_is_short_in_a_link(sizes, sigma):
    inits = scaled(sizes, sigma)
    assert len(inits) == len(sizes) + 1
    for init, fan_in in zip(inits, (784, *sizes), strict=True):
        assert init.std == pytest.approx(sigma / math.sqrt(fan_in), rel=1e-5, abs=1e-300)
        assert len(f"{init.std:g}") <= 12


def test_equal_sweeps_are_equal_and_travel():
    sweep = Sweep(depth=[3], width=[8], sigma_w=[1, 2.0], training=ShortTraining(optimizer="sgd"))
    again = pickle.loads(pickle.dumps(sweep))
    assert again == sweep == Sweep(depth=(3,), width=(8,), sigma_w=(1.0, 2.0), training=ShortTraining(1, "sgd", 0.1))
    assert hash(again) == hash(sweep)
    assert list(again.tasks()) == list(sweep.tasks())


def test_the_image_looked_at_is_no_part_of_it():
    assert Sweep(batch=BatchSpec(image=3)) == Sweep()


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_short_training_is_a_training_shuffled_by_the_networks_seed(optimizer):
    network = NetworkSpec(seed=7)
    training = ShortTraining(2, optimizer, batch_size=32)
    assert training.rate == OPTIMIZERS[optimizer].learning_rate
    assert training.of(network, BatchSpec(source="full")) == TrainSpec(
        network, optimizer, batch_size=32, seed=7, source="full"
    )


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"activation": "relu"}, "activation must be a list; given: relu."),
        ({"depth": 3, "width": (8,)}, "depth must be a list; given: 3."),
        ({"weight_init": Init("zeros")}, "weight_init must be a list"),
        ({"activation": ()}, "activation must list at least one value."),
        ({"activation": ("swish",)}, "activation must be one of"),
        ({"depth": (1,)}, "depth and width belong together"),
        ({"width": (1,)}, "depth and width belong together"),
        ({"depth": (31,), "width": (1,)}, "depth must be a whole number from 0 to 30; given: 31."),
        ({"depth": (1,), "width": (0,)}, "width must be a whole number from 1 to 1024; given: 0."),
        ({"hidden_sizes": ((8,),), "depth": (1,), "width": (1,)}, "Only one of hidden_sizes and depth can be listed."),
        ({"sigma_w": (1,), "weight_init": (Init("zeros"),)}, "Only one of weight_init and sigma_w can be listed."),
        ({"sigma_b": (1,), "bias_init": (Init("zeros"),)}, "Only one of bias_init and sigma_b can be listed."),
        ({"sigma_w": (-1,)}, "sigma_w must be a number from 0 to 100; given: -1."),
        ({"sigma_b": (math.nan,)}, "sigma_b must be a number from 0 to 100; given: nan."),
        ({"bias_init": ("orthogonal",)}, "bias_init must be one of"),
        ({"seeds": 0}, "seeds must be a whole number from 1 to 1000; given: 0."),
        ({"first_seed": 2**32}, "first_seed must be a whole number"),
        (
            {"depth": range(31), "width": range(1, 1001), "seeds": 1000},
            f"A sweep has at most {MAX_NETWORKS} networks; given: 31000000.",
        ),
    ],
)
def test_what_it_cannot_be_is_said_in_one_sentence(wrong, sentence):
    with pytest.raises(Problem) as caught:
        Sweep(**wrong)
    assert str(caught.value).startswith(sentence)


def test_a_network_over_the_cap_is_said_when_its_turn_comes():
    tasks = Sweep(depth=(1, 3), width=(1024,)).tasks()
    next(tasks)
    with pytest.raises(Problem, match="at most 2000000 are allowed"):
        next(tasks)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"epochs": 0}, "epochs must be a whole number from 1 to 100; given: 0."),
        ({"optimizer": "lion"}, "optimizer must be one of sgd, momentum, adam, adamw; given: lion."),
        ({"learning_rate": 0}, "learning_rate must be a number from 1e-06 to 100; given: 0."),
        ({"batch_size": 2000}, "batch_size must be a whole number from 1 to 1024; given: 2000."),
        ({"threshold": 1.5}, "threshold must be a number from 0 to 1; given: 1.5."),
    ],
)
def test_a_training_out_of_bounds(wrong, sentence):
    with pytest.raises(Problem) as caught:
        ShortTraining(**wrong)
    assert str(caught.value) == sentence


def test_tasks_come_one_by_one():
    sweep = Sweep(depth=range(1, 31), width=range(1, 300), seeds=1000)
    assert sweep.most == 8_970_000
    assert len(list(islice(sweep.tasks(), 3))) == 3
