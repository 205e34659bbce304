"""The Weights page's sentences follow the numbers, in both languages."""

import re
from dataclasses import replace

import numpy as np
import pytest

import netlib
from netlib.draft import Draft
from netlib.i18n import LANGUAGES, translator
from netlib.presets import PRESETS
from netlib.spec import Init, NetworkSpec
from netlib.stats import weights as stats
from netlib.words import weights as words
from tests.oracles import NUMBER_NAMES, PLAIN_SCHEMES

en, ru = translator("en"), translator("ru")


def case(init, sizes=(128, 64), name="fc1", **choices):
    """The layer's spec and the moments of its weights."""
    spec = NetworkSpec(sizes, weight_init=init, **choices)
    layer = next(layer for layer in spec.layers if layer.name == name)
    return layer, stats.moments(getattr(netlib.build(spec), name).weight.detach().numpy())


class TestAnswer:
    def test_the_notebooks_fc1(self):
        """R14 of the notebook: default bound 1/sqrt(784), std 0.0206."""
        said = words.answer(*case("pytorch"), en)
        assert said.startswith("Yes: fc1 holds 100,352 weights with std 0.0206")
        assert "pytorch implies 0.02062 = 1/√(3 · 784)" in said
        assert said.endswith("about 0.00003.")

    def test_the_notebooks_normal(self):
        """R16: normal_(std=0.01) needs no formula."""
        said = words.answer(*case(Init("normal", std=0.01)), en)
        assert "normal:0.01 implies 0.01000, and" in said

    @pytest.mark.parametrize("scheme", [*PLAIN_SCHEMES, *NUMBER_NAMES])
    @pytest.mark.parametrize("activation", ["relu", "tanh", "silu"])
    def test_a_formula_gives_the_number_that_it_stands_behind(self, scheme, activation):
        layer, _ = case(scheme, activation=activation)
        written = words.formula(layer, en)
        if written:
            plain = written.replace("·", "*").replace("√(", "root(")
            value = eval(re.sub(r"√([\d.]+)", r"root(\1)", plain), {"root": np.sqrt})
            assert value == pytest.approx(layer.weight_distribution.std, rel=6e-3)
        else:
            assert scheme in ("zeros", "constant", "normal")

    def test_formulas_have_russian_commas(self):
        layer, _ = case("kaiming_normal")
        assert words.formula(layer, ru) == "1,41/√784"
        assert words.formula(layer, en) == "1.41/√784"

    @pytest.mark.parametrize(
        ("init", "value"), [("zeros", "exactly 0,"), (Init("constant", value=-2), "exactly −2.00,")]
    )
    def test_equal_weights(self, init, value):
        said = words.answer(*case(init), en)
        assert said.startswith("Yes: all 100,352 weights of fc1")
        assert value in said

    def test_one_weight(self):
        assert "only one weight in fc2" in words.answer(*case("pytorch", (1, 1), "fc2"), en)

    def test_what_chance_does_not_explain_is_said(self):
        layer, measured = case("pytorch")
        error = stats.sampling_error(layer.weight_distribution, measured.count)
        for times, begins in ((0, "Yes"), (2.9, "Yes"), (-2.9, "Yes"), (3.1, "Not quite"), (-3.1, "Not quite")):
            moved = replace(measured, std=layer.weight_distribution.std + times * error)
            assert words.answer(layer, moved, en).startswith(begins)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("scheme", [*PLAIN_SCHEMES, *NUMBER_NAMES])
    def test_every_scheme_at_every_size(self, scheme, language):
        for sizes in ((), (1,), (1, 1), (7, 300)):
            for layer in NetworkSpec(sizes, weight_init=scheme).layers:
                said = words.answer(*case(scheme, sizes, layer.name), translator(language))
                assert layer.name in said
                assert "nan" not in said.lower()

    @pytest.mark.parametrize(("error", "written"), [(0.00003, "0.00003"), (0.2, "0.2"), (4.2, "4"), (3e-9, "3 × 10⁻⁹")])
    def test_an_error_is_written_as_the_number_beside_it(self, error, written):
        assert words._rounded(error, en) == written


def test_the_histogram_in_words():
    assert "All weights of fc1 sit on one number, 0." in words.histogram_alt(*case("zeros"), en)
    said = words.histogram_alt(*case("pytorch"), en)
    assert "from −0.0357 to 0.0357" in said
    assert "pytorch has 0.0206" in said


def test_the_widths_in_words():
    measured = [stats.Moments(4, 0, std, -1, 1, 1) for std in (0.2, 0.5, 0.1)]
    said = words.widths_alt(["fc1", "fc2", "output"], measured, en)
    assert "widest in fc2 with std 0.500, narrowest in output with 0.100" in said
    assert "the same everywhere, std 0.200" in words.widths_alt(["a", "b"], measured[:1] * 2, en)


def test_units_in_words():
    norms = np.array([3.0, 1.0, 2.0, 9.0])
    said = words.units_alt(np.array([0, 2]), norms, en)
    assert said.startswith("Weights of 2 units")
    assert "largest norm is 3.00 (unit 0), the smallest 2.00 (unit 2)" in said
    assert words.unit_label(12, 0.5841, ru) == "12 · 0,584"


def test_the_units_caption_tells_noise_from_shapes_and_from_equal_weights():
    spec = NetworkSpec((40,))
    noise = netlib.build(spec).fc1.weight.detach().numpy()
    said = words.units_caption(spec.layers[0], noise, en)
    assert said.startswith("Noise")
    assert "from −0.0357 to 0.0357" in said
    assert "0.577 is expected" in said  # sqrt(784) / sqrt(3 * 784)
    strokes = noise + 0.02 * np.sin(np.arange(784) / 28 / 4).astype(np.float32)
    assert words.units_caption(spec.layers[0], strokes, en).startswith("Not noise")
    assert words.units_caption(spec.layers[0], np.full((3, 784), 0.1, np.float32), en).startswith("All units are alike")


@pytest.mark.parametrize("scheme", [*PLAIN_SCHEMES, *NUMBER_NAMES])
def test_what_is_drawn_is_noise(scheme):
    spec = NetworkSpec((60,), weight_init=scheme, seed=5)
    said = words.units_caption(spec.layers[0], netlib.build(spec).fc1.weight.detach().numpy(), en)
    assert said.startswith("All units" if scheme in ("zeros", "constant") else "Noise")


def test_weights_of_ones_own_do_not_pass_for_the_schemes():
    """Uploaded weights stand where the link's scheme says `zeros`."""
    layer, _ = case("zeros")
    _, measured = case("pytorch")
    assert words.answer(layer, measured, en).startswith("No: fc1 holds 100,352 weights with std 0.0206")
    assert words.histogram_alt(layer, measured, en).startswith("Histogram")


def test_why_a_later_layer_has_no_pictures():
    said = words.no_pictures("fc2", "fc1", en)
    assert said.startswith("Only the units of fc1")
    assert "inputs of fc2" in said


def test_pooling_is_said_with_its_factor():
    layer, _ = case("pytorch")
    weight = np.ones((128, 784), np.float32)
    said = words.matrix_caption(stats.pooled(weight), layer, en)
    assert "mean of 1 × 7 weights" in said
    assert "√7 = 2.65 times narrower" in said
    assert "one weight" in words.matrix_caption(stats.pooled(weight[:, :9]), layer, en)
    assert "128 units by 784 inputs, in cells of 1 × 7" in words.matrix_alt(stats.pooled(weight), layer, en)


def test_the_biases_in_words():
    layer, _ = case("pytorch", bias_init=Init("normal", std=0.5))
    measured = stats.Moments(3, 0.1, 0.2, -0.3, 0.4, 1)
    said = words.bias_caption(layer, measured, en)
    assert said.startswith(
        "normal:0.5 implies mean 0 and std 0.500; measured: mean 0.100, std 0.200, from −0.300 to 0.400"
    )
    assert "3 units of fc1: from −0.300 to 0.400, mean 0.100" in words.bias_alt(layer, measured, en)
    assert "std 0.200, implied 0.500" in words.bias_spread_alt(layer, measured, en)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_has_a_heading_of_its_own(language):
    spec = NetworkSpec((3,))
    trace = netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec(size=1)))
    text = translator(language)
    for table, headings in (
        (stats.weight_table(trace, spec.layers), words.columns(text)),
        (stats.unit_table(trace.layers[0].weight), words.unit_columns(text)),
    ):
        assert list(headings) == list(table.columns)
        assert len(set(headings.values())) == len(headings)


def test_three_things_to_try_change_the_weights_and_nothing_else():
    draft = Draft(seed=7)
    changed = [change(draft) for _, change in words.tries(en)]
    assert [one.setup().network.layers[0].weight_init for one in changed] == [
        Init("normal", std=0.01),
        Init("orthogonal"),
        Init("sparse", std=0.1),
    ]
    assert all((one.seed, one.batch) == (draft.seed, draft.batch) for one in changed)
    assert changed[0].setup().network == replace(PRESETS["fc1_normal"].network, seed=7)
    assert len({label for label, _ in words.tries(ru)}) == 3
