"""Which layers stand in which plane, by hand."""

import pytest

import netlib
from netlib.theory.meanfield import Reason
from netlib.theory.places import places, plane_of

Init, NetworkSpec = netlib.Init, netlib.NetworkSpec
MIX = NetworkSpec((300, 20, 50, 30), ("tanh", "relu", "tanh", "elu"), "lecun_normal", Init("normal", std=0.2))


def names(found):
    return [place.name for place in found.shown]


@pytest.mark.parametrize(
    ("layer", "activation", "shown", "focus"),
    [
        ("fc1", "tanh", ["fc1", "fc2", "fc4"], "fc2"),
        ("fc2", "tanh", ["fc1", "fc2", "fc4"], "fc2"),
        ("fc4", "tanh", ["fc1", "fc2", "fc4"], "fc4"),
        ("fc3", "relu", ["fc1", "fc3"], "fc3"),
        ("output", "elu", ["fc1", "output"], "output"),
    ],
)
def test_a_layer_stands_in_the_plane_of_the_activation_before_it(layer, activation, shown, focus):
    found = places(MIX, layer)
    assert found.activation == plane_of(MIX, layer) == activation
    assert names(found) == shown
    assert found.others == 5 - len(shown)
    assert found.focus.name == focus
    assert found.end is not None
    assert [place.from_pixels for place in found.shown] == [name == "fc1" for name in shown]


def test_sizes_and_biases_are_those_of_the_layer():
    found = places(NetworkSpec((128, 64), "tanh", "xavier_normal", Init("normal", std=0.3)), "output")
    expected = [(784 * 2 / (784 + 128)) ** 0.5, (128 * 2 / (128 + 64)) ** 0.5, (64 * 2 / (64 + 10)) ** 0.5]
    assert [place.sigma_w for place in found.shown] == pytest.approx(expected, rel=1e-12)
    assert [place.sigma_b for place in found.shown] == pytest.approx([0.3] * 3, rel=1e-12)
    assert [place.depth for place in found.shown] == [0, 1, 2]


def test_without_a_hidden_layer_there_is_nothing_to_repeat():
    found = places(NetworkSpec(()), "output")
    assert (found.activation, found.focus, found.end) == ("identity", None, None)
    assert names(found) == ["output"]
    assert found.shown[0].from_pixels


def test_who_has_no_place():
    zeros = places(NetworkSpec((20, 20), "tanh", "zeros"), "fc2")
    assert (zeros.shown, zeros.focus, zeros.missing) == ((), None, Reason.ZERO_WEIGHTS)
    equal = places(NetworkSpec((20, 20), "tanh", ("pytorch", "constant", "pytorch")), "fc2")
    assert names(equal) == ["fc1", "output"]
    assert (equal.focus, equal.missing, equal.shifted) == (None, Reason.EQUAL_WEIGHTS, False)
    shifted = places(NetworkSpec((20,), "tanh", "pytorch", ("pytorch", Init("constant", value=1))), "output")
    assert (names(shifted), shifted.focus, shifted.missing, shifted.shifted) == (["fc1"], None, None, True)
    assert places(NetworkSpec((20,), "tanh", "pytorch", Init("constant", value=0)), "output").focus is not None
