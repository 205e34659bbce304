"""What is offered against a verdict really is another network, and it is judged better on real digits."""

import pytest

from netlib.draft import from_setup
from netlib.remedies import remedies, suited
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from netlib.stats.diagnosis import judge, severity
from tests.stats.test_diagnosis import DESERVED, case


@pytest.mark.parametrize("kind", DESERVED)
def test_one_of_the_remedies_helps(kind):
    spec = DESERVED[kind]
    worst = judge(case(spec))[0]
    draft = from_setup(Setup(spec, BatchSpec()))
    offered = remedies(draft, worst.kind)
    judged = [judge(case(remedy.draft.setup().network))[0] for remedy in offered]
    assert min(severity(each) for each in judged) < severity(worst)
    assert judged[-1].kind == "keeps" or severity(judged[-1]) < severity(worst)


@pytest.mark.parametrize("kind", DESERVED)
def test_a_remedy_changes_neither_sizes_nor_seed_nor_batch(kind):
    setup = Setup(DESERVED[kind], BatchSpec(size=12, seed=5))
    for remedy in remedies(from_setup(setup), kind):
        after = remedy.draft.setup()
        assert after != setup
        assert after.network.hidden_sizes == setup.network.hidden_sizes
        assert (after.network.seed, after.batch) == (setup.network.seed, setup.batch)


def test_each_layer_gets_the_scheme_of_its_own_activation():
    draft = from_setup(Setup(NetworkSpec((8, 8, 8), ("relu", "tanh", "gelu"), "zeros"), BatchSpec()))
    weights = remedies(draft, "symmetric")[0].draft
    assert [layer.weight_init.scheme for layer in weights.layers] == [
        "kaiming_normal",
        "xavier_normal",
        "kaiming_normal",
        "xavier_normal",
    ]
    assert [layer.activation for layer in weights.hidden] == ["relu", "tanh", "gelu"]


def test_biases_alone_where_they_alone_are_at_fault():
    draft = from_setup(Setup(NetworkSpec((8,), "relu", "kaiming_normal", Init("constant", value=-1.0)), BatchSpec()))
    first = remedies(draft, "dies")[0]
    assert first.name == "biases"
    assert [layer.bias_init.scheme for layer in first.draft.layers] == ["zeros", "zeros"]
    assert [layer.weight_init for layer in first.draft.layers] == [layer.weight_init for layer in draft.layers]


def test_he_for_rectifiers_glorot_for_the_rest():
    assert suited("relu") == suited("softplus") == "kaiming_normal"
    assert suited("tanh") == suited("sigmoid") == suited("identity") == "xavier_normal"
