"""What is said about singular values: which law holds, why, and what was measured."""

import numpy as np
import pytest

import netlib
from netlib.i18n import LANGUAGES, translator
from netlib.spec import Init, NetworkSpec
from netlib.stats.spectrum import singular_values, spectral_law
from netlib.words import spectrum as words

en = translator("en")


def case(init, sizes=(128, 64), name="fc1"):
    """The layer, its singular values, its shape."""
    spec = NetworkSpec(sizes, weight_init=init)
    layer = next(layer for layer in spec.layers if layer.name == name)
    weight = getattr(netlib.build(spec), name).weight.detach().numpy()
    return layer, singular_values(weight), weight.shape


@pytest.mark.parametrize(
    ("init", "said"),
    [
        ("pytorch", "so the law of Marchenko and Pastur (1967) applies: between 0.344 and 0.811 = std · (√784 + √128)"),
        ("sparse", "holds only roughly"),
        (Init("orthogonal", gain=2), "each of its singular values is the gain, 2.00; measured from 2.0000 to 2.0000"),
        ("constant", "stretched by |c| · √(784 · 128) = 31.7, all others are flattened to nothing; the rank is 1"),
        ("zeros", "the rank is 0"),
    ],
)
def test_each_law_is_named_with_its_reason(init, said):
    assert said in words.law_says(*case(init), en)


def test_few_values_are_a_rough_guide():
    assert "rough guide" in words.law_says(*case("pytorch", name="output"), en)
    assert "rough guide" not in words.law_says(*case("pytorch"), en)


def test_a_value_far_beyond_the_edge_is_said():
    layer, values, shape = case("pytorch")
    assert "further from the edge" not in words.law_says(layer, values, shape, en)
    law = spectral_law(layer.weight_distribution, shape)
    for times, beyond in ((3.9, False), (4.1, True)):
        moved = np.concatenate([[law.upper + times * law.edge_error], values[1:]])
        assert ("further from the edge" in words.law_says(layer, moved, shape, en)) == beyond


@pytest.mark.parametrize("init", ["zeros", "constant"])
def test_weights_of_ones_own_do_not_pass_for_equal_ones(init):
    layer, _, shape = case(init)
    _, values, _ = case("pytorch")
    assert words.law_says(layer, values, shape, en) == (
        f"{init} gives all weights one value, and these differ: the rank is 128."
    )


def test_the_largest_is_called_the_spectral_norm():
    _, values, _ = case("pytorch")
    assert f"{values[0]:.3f}, is the spectral norm" in words.what(values, en)


def test_the_pictures_in_words():
    layer, values, shape = case("pytorch")
    law = spectral_law(layer.weight_distribution, shape)
    assert f"from {values[0]:.3f} down to {values[-1]:.3f}" in words.ranked_alt(values, law, en)
    inside = np.clip(values, law.lower, law.upper)
    assert "128 singular values" in words.spectrum_alt(inside, law, en)
    assert ": 0 of them lie outside its edges, 0.344 and 0.811" in words.spectrum_alt(inside, law, en)
    inside[0], inside[-1] = law.upper + 1, law.lower - 0.1
    assert ": 2 of them" in words.spectrum_alt(inside, law, en)


def test_the_switch_says_the_size():
    assert "1,024 × 784" in words.expensive((1024, 784), en)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("init", ["pytorch", "sparse", "orthogonal", "constant", "zeros", Init("normal", std=100.0)])
@pytest.mark.parametrize(("sizes", "name"), [((), "output"), ((1,), "fc1"), ((1, 1), "fc2"), ((300, 300), "fc2")])
def test_no_size_leaves_it_without_words(init, sizes, name, language):
    said = words.law_says(*case(init, sizes, name), translator(language))
    assert len(said) > 40
    assert "nan" not in said.lower()
