"""The layer looked at in both networks: common colours, differences where the numbers pair off, a sentence where not."""

import numpy as np
import pytest

from netlib.i18n import translator
from netlib.spec import BatchSpec, Init, NetworkSpec
from netlib.stats.compare import coarse
from netlib.views import compare_layer as views
from tests.views.test_compare import NOTEBOOK, PAIRS, pair_of

EN = translator("en")
WIDER = NetworkSpec((128, 65))


def figures(row):
    return [picture.figure for picture in row.pictures]


def test_activations_have_one_scale_of_colours_and_a_difference():
    pair = pair_of(NOTEBOOK, NetworkSpec(activation="tanh"), BatchSpec(size=16))
    (row,) = views.activations(pair, EN)
    a, b, difference = figures(row)
    assert (a.data[0].zmin, a.data[0].zmax) == (b.data[0].zmin, b.data[0].zmax)
    assert a.data[0].zmin < 0, "tanh has both signs, so relu is coloured by sign too"
    order = pair.a.labels.argsort(kind="stable")
    expected = (pair.b.layer("fc1").after - pair.a.layer("fc1").after).T[:, order]
    np.testing.assert_allclose(difference.data[0].z, coarse(expected).values, atol=1e-6)
    assert "mean of 2 × 1 numbers" in row.note


def test_of_other_widths_no_difference_is_drawn_and_the_row_says_why():
    (row,) = views.activations(pair_of(NOTEBOOK, WIDER, BatchSpec(size=16), "fc2"), EN)
    assert len(row.pictures) == 2
    assert row.note == "No difference is drawn: 16 × 64 numbers in A, 16 × 65 in B, and they do not pair off."
    _, matrices = views.weights(pair_of(NOTEBOOK, WIDER, BatchSpec(size=16), "fc2"), EN)
    assert len(matrices.pictures) == 2
    assert "64 × 128 numbers in A, 65 × 128 in B" in matrices.note


def test_a_layer_that_b_has_not_stands_beside_another_and_says_so():
    pair = pair_of(NetworkSpec((64,) * 4), NetworkSpec((64, 64)), BatchSpec(size=4), "fc4")
    said = "B has no fc4: its fc2 stands beside it, and no difference is drawn."
    (row,) = views.activations(pair, EN)
    assert (len(row.pictures), row.note) == (2, said)
    spread, matrices = views.weights(pair, EN)
    assert (spread.note, matrices.note, len(matrices.pictures)) == (said, said, 2)


def test_histograms_stand_on_one_axis():
    a, b = figures(views.weights(pair_of(NOTEBOOK, NetworkSpec(weight_init="kaiming_normal")), EN)[0])
    for axis in ("xaxis", "yaxis"):
        assert a.layout[axis].range == b.layout[axis].range
    weights = pair_of(NOTEBOOK, NetworkSpec(weight_init="kaiming_normal")).b.layer("fc1").weight
    low, high = b.layout.xaxis.range
    assert low <= weights.min() <= weights.max() <= high


def test_a_share_and_a_density_are_not_put_on_one_axis():
    a, b = figures(views.weights(pair_of(NOTEBOOK, NetworkSpec(weight_init="zeros")), EN)[0])
    assert a.layout.xaxis.range == b.layout.xaxis.range
    assert a.layout.yaxis.title.text != b.layout.yaxis.title.text
    assert tuple(b.layout.yaxis.range) == (0, 1.25)


def test_the_matrices_of_a_deeper_layer_and_their_difference():
    pair = pair_of(NOTEBOOK, NetworkSpec(seed=1), layer="fc2")
    _, row = views.weights(pair, EN)
    a, b, difference = figures(row)
    assert (a.data[0].zmin, a.data[0].zmax) == (b.data[0].zmin, b.data[0].zmax)
    expected = pair.b.layer("fc2").weight - pair.a.layer("fc2").weight
    np.testing.assert_allclose(difference.data[0].z, coarse(expected).values, atol=1e-6)
    assert not row.strips


def test_the_first_layers_units_are_pictures_in_three_rows():
    _, row = views.weights(pair_of(NOTEBOOK, NetworkSpec(seed=1)), EN)
    assert [strip.heading for strip in row.strips] == ["A: seed 0", "B: seed 1", "B − A"]
    assert len({strip.png for strip in row.strips}) == 3
    assert not row.pictures


def test_the_same_weights_give_the_same_pictures_and_an_empty_difference():
    _, row = views.weights(pair_of(NOTEBOOK, NetworkSpec(activation="tanh")), EN)
    a, b, difference = row.strips
    assert a.png == b.png != difference.png


def test_pixels_are_pictures_where_b_has_no_such_layer_too():
    _, row = views.weights(pair_of(NOTEBOOK, NetworkSpec(())), EN)
    assert [strip.key for strip in row.strips] == ["a", "b"]


@pytest.mark.parametrize("name", PAIRS)
def test_units_that_hold_one_number_are_drawn_too(name):
    a, b, batch = PAIRS[name]
    assert views.weights(pair_of(a, b, batch), EN)[0].pictures
    assert views.weights(pair_of(NetworkSpec((3,), "relu", Init("constant", value=0.0)), b, batch), EN)
