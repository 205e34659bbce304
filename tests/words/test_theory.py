"""What is said of theory follows its numbers; each sentence has a network that deserves it."""

import pytest

import netlib
from netlib.i18n import LANGUAGES, translator
from netlib.theory.meanfield import Note, Reason, mean_field
from netlib.theory.places import places
from netlib.words import theory as words
from tests.figures.test_phase import SPECS, ends

Init, NetworkSpec = netlib.Init, netlib.NetworkSpec
EN = translator("en")
each_language = pytest.mark.parametrize("language", LANGUAGES)


def memory(spec, layer="fc2", text=EN):
    return words.memory(places(spec, layer), text)


def biased(std, activation="tanh", sigma_b=0.0, width=100):
    """Layers of a hundred units, so that sigma_w is ten times the std."""
    return NetworkSpec((width,) * 3, activation, Init("normal", std=std), Init("normal", std=sigma_b))


@pytest.mark.parametrize(
    ("spec", "begins", "ends_with"),
    [
        (
            NetworkSpec((128, 64), "relu"),
            "fc2 lies in order (σ_w = 0.577, σ_b = 0.0510, χ₁ = 0.167).",
            "all images become alike. The memory of the input fades to 1/e after about 1 layer.",
        ),
        # relu: chi_1 = sigma_w^2 / 2 = 0.845, and -1 / ln 0.845 = 5.94
        (biased(0.13, "relu", 0.1), "fc2 lies in order", "The memory of the input fades to 1/e after about 6 layers."),
        (biased(0.03, "relu", 0.1), "fc2 lies in order", "The memory of the input fades within a layer."),
        (biased(0.25, "tanh", 0.3), "fc2 lies in chaos", "fades to 1/e after about 5 layers."),
        (biased(0.1, "relu"), "fc2 lies in order", "would die out, smaller by a factor of 1.41 per layer."),
        (biased(0.2, "relu"), "fc2 lies where the signal explodes", "by a factor of 1.41 per layer, with no size to settle at."),
        (
            NetworkSpec((100,) * 3, "relu", "kaiming_normal", "zeros"),
            "fc2 lies at the critical line (σ_w = 1.41, σ_b = 0, χ₁ = 1.00).",
            "the memory of the input reaches deepest here.",
        ),
        (NetworkSpec((100,) * 3, "tanh", "lecun_normal", "zeros"), "fc2 lies at the critical line", "deepest here."),
    ],
)  # fmt: skip
def test_the_sentence_about_memory(spec, begins, ends_with):
    said = memory(spec)
    assert said.startswith(begins)
    assert said.endswith(ends_with)


def test_in_chaos_the_last_correlation_is_said():
    assert "nearly equal images part, and any two end with a correlation of 0." in memory(biased(0.25))
    assert "correlation of 0." in memory(biased(0.25, sigma_b=0.3))


@pytest.mark.parametrize(
    ("spec", "layer", "said"),
    [
        (NetworkSpec(()), "output", "Without a hidden layer nothing is repeated"),
        (SPECS["all zero"], "fc2", "all zero: it has no place"),
        (SPECS["all equal"], "fc2", "not drawn around zero: it has no place"),
        (SPECS["shifted"], "fc2", "the bias of this layer is one constant"),
        (NetworkSpec((20, 20), "tanh", ("pytorch", "zeros", "zeros")), "fc1", "The layers that tanh feeds have no place"),
    ],
)  # fmt: skip
def test_why_nothing_is_said_of_memory(spec, layer, said):
    assert said in memory(spec, layer)


def test_fc1_speaks_of_the_first_layer_that_an_activation_feeds():
    assert memory(NetworkSpec((128, 64)), "fc1") == memory(NetworkSpec((128, 64)), "fc2")


@each_language
@pytest.mark.parametrize("reason", Reason)
def test_each_reason_names_the_layer(reason, language):
    init = {Reason.EQUAL_WEIGHTS: Init("constant", value=0.5), Reason.ZERO_WEIGHTS: Init("zeros")}[reason]
    theory = mean_field(NetworkSpec((64, 64), "tanh", ("pytorch", init, "pytorch")), 0.9, 0.7)
    said = words.reason_says(theory.layer("fc2"), translator(language))
    assert "fc2" in said
    assert words.reason_says(theory.layer("fc1"), translator(language)) == ""
    assert words.limits(theory, translator(language)).startswith(said)


@each_language
@pytest.mark.parametrize(
    ("note", "spec", "layers"),
    [
        (Note.NARROW, NetworkSpec((5,)), "fc1, output"),
        (Note.SPARSE, NetworkSpec((500,), "relu", ("pytorch", "sparse")), "output"),
        (Note.ORTHOGONAL, NetworkSpec((64,) * 5, "relu", "orthogonal"), "fc1, fc2, …, output"),
        (Note.SHIFTED, NetworkSpec((64, 64), "relu", "pytorch", Init("constant", value=1)), "fc1, fc2, output"),
    ],
)
def test_each_note_names_its_layers(note, spec, layers, language):
    theory = mean_field(spec, 0.9, 0.7)
    assert theory.notes == (note,)
    (said,) = words.notes_say(theory, translator(language))
    assert layers in said
    assert words.limits(theory, translator(language)) == said


def test_where_theory_holds_to_the_end_nothing_limits_it():
    assert words.limits(mean_field(NetworkSpec(), 0.9, 0.7), EN) == ""


@each_language
@pytest.mark.parametrize("name", SPECS)
def test_every_network_has_its_words(name, language):
    text = translator(language)
    for layer in ends(SPECS[name]):
        stand = places(SPECS[name], layer)
        for said in (words.plane_alt(stand, text), words.plane_note(stand, text)):
            assert "NaN" not in said
            assert "∞" not in said
            assert "{" not in said
        assert stand.activation in words.plane_alt(stand, text)


def test_the_note_says_who_is_missing():
    note = words.plane_note(places(SPECS["a mix"], "fc2"), EN)
    assert "Open: the layer that the pixels feed" in note
    # tanh feeds fc2, fc4 and fc5, and fc4's weights are zero: fc3, fc4 and output are not there
    assert note.endswith("3 layers are not shown: another activation feeds them, or they have no place here.")
    assert "not shown" not in words.plane_note(places(NetworkSpec(), "fc2"), EN)


@pytest.mark.parametrize(
    ("activation", "said"),
    [
        ("tanh", "order on the left, chaos on the right"),
        ("sigmoid", "order on the left, chaos on the right"),
        ("elu", "a strip of chaos, and from σ_w = 1.41 on"),
        ("relu", "order up to σ_w = 1.41, beyond it the signal explodes"),
        ("identity", "order up to σ_w = 1.00, beyond it"),
    ],
)
def test_the_alt_text_states_what_is_where(activation, said):
    alt = words.plane_alt(places(NetworkSpec((64,), activation), "output"), EN)
    assert said in alt
    assert memory(NetworkSpec((64,), activation), "output") in alt
