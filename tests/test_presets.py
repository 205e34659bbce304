"""Each preset does what its sentence says, on real digits and for many seeds."""

from dataclasses import replace

import numpy as np
import pytest

import netlib
from netlib.draft import from_setup
from netlib.presets import PRESETS, chosen, matching
from netlib.spec import Setup
from netlib.stats.units import count_dead

SEEDS = range(10)


def traces(name):
    batch = netlib.sample(netlib.BatchSpec(split="test"))
    return [netlib.run(netlib.build(replace(PRESETS[name].network, seed=seed)), batch) for seed in SEEDS]


def test_exercise_1_is_made_of_randn_and_sure_of_itself():
    spec = PRESETS["exercise1"].network
    assert spec.parameters == 203_530
    for trace in traces("exercise1"):
        assert trace.probabilities.max(axis=1).mean() > 0.8


def test_the_network_class_is_exercise_1_as_linear_starts_it():
    a, b = PRESETS["network_class"].network, PRESETS["exercise1"].network
    assert (a.hidden_sizes, a.activation) == (b.hidden_sizes, b.activation)
    assert a.weight_init == netlib.Init("pytorch")


def test_exercise_3_has_the_notebooks_count_of_parameters():
    assert PRESETS["exercise3"].network.parameters == 109_386


def test_fc1_normal_touches_fc1_alone():
    preset, plain = (netlib.build(PRESETS[name].network).state_dict() for name in ("fc1_normal", "exercise3"))
    assert {key for key in plain if not plain[key].equal(preset[key])} == {"fc1.weight", "fc1.bias"}
    assert not preset["fc1.bias"].any()
    assert preset["fc1.weight"].std().item() == pytest.approx(0.01, rel=0.02)


def test_the_vanishing_net_forgets_its_images():
    for trace in traces("vanishing"):
        spread = [layer.before.std(axis=0).mean() for layer in trace.hidden]
        assert spread[-1] < 1e-3 * spread[0]


def test_the_exploding_net_multiplies_the_signal():
    for trace in traces("exploding"):
        spread = [float(layer.before.std(dtype=np.float64)) for layer in trace.hidden]
        assert spread[-1] > 1e6 * spread[0]
        assert np.isfinite(trace.logits).all()


def test_the_dead_net_has_no_unit_that_fires():
    for trace in traces("dead"):
        dead, units = count_dead(trace)
        assert dead == units == 192


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_recognised_whatever_its_seed(name):
    draft = chosen(name, replace(from_setup(Setup()), seed=42))
    assert draft.seed == 42
    found = matching(draft.setup().network)
    assert found is not None
    assert found.name == name


def test_a_network_of_ones_own_is_no_preset():
    assert matching(netlib.NetworkSpec((3,))) is None
