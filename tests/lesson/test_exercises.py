"""The exercises' truths, each computed here by plain torch from the model itself."""

import math

import pytest
import torch
from torch import nn

import netlib
from netlib import BatchSpec, Init, NetworkSpec, Setup
from netlib.i18n import LANGUAGES, translator
from netlib.lesson.chapters import NAMES
from netlib.lesson.exercises import tasks

SETUPS = {
    "the notebook's": Setup(),
    "one hidden layer": Setup(NetworkSpec((256,), "sigmoid", Init("normal", std=1.0)), BatchSpec(size=10, seed=7)),
    "no hidden layer": Setup(NetworkSpec(()), BatchSpec(size=1)),
    "thirty layers": Setup(NetworkSpec((8,) * 30, "tanh"), BatchSpec(size=256, image=200)),
    "all zero": Setup(NetworkSpec((32, 16), "relu", "zeros", "zeros")),
    "a mix": Setup(NetworkSpec((300, 20), ("sigmoid", "elu")), BatchSpec(digits=(3,), size=5)),
}


class Case:
    """A Setup, its model by torch, and its tasks by name."""

    def __init__(self, setup, language="en"):
        self.setup = setup
        self.model = netlib.build(setup.network)
        self.batch = netlib.sample(setup.batch)
        self.trace = netlib.run(self.model, self.batch)
        self.images = torch.tensor(self.batch.images)
        self.linears = [module for module in self.model if isinstance(module, nn.Linear)]
        self.tasks = {
            task.name: task for name in NAMES for task in tasks(name, setup, self.trace, translator(language))
        }

    def truth(self, name):
        return self.tasks[name].truth


@pytest.fixture(params=SETUPS, scope="module")
def case(request):
    return Case(SETUPS[request.param])


def test_shapes(case):
    out = case.model[:-1](case.images.flatten(start_dim=1))
    assert case.truth("images") == tuple(case.images.shape)
    assert case.truth("flat") == tuple(case.images.flatten(start_dim=1).shape)
    assert case.truth("out") == tuple(out.shape)
    assert case.truth("denominator") == tuple(out.sum(dim=1, keepdim=True).shape)
    assert case.truth("weight") == tuple(case.linears[0].weight.shape)
    assert case.truth("ps") == tuple(case.model(case.images[0].flatten(start_dim=1)).shape)
    matrix = torch.eye(784)
    for linear in case.linears:
        matrix = linear.weight @ matrix
    assert case.truth("matrix") == tuple(matrix.shape)


def test_counts(case):
    parameters = [sum(p.numel() for p in linear.parameters()) for linear in case.linears]
    assert case.truth("parameters") == (sum(p.numel() for p in case.model.parameters()),)
    names = [name for name, module in case.model.named_children() if isinstance(module, nn.Linear)]
    assert case.truth("largest") == names[parameters.index(max(parameters))]
    assert case.truth("printed") == (len(case.linears),)
    assert case.truth("keys") == (len(case.model.state_dict()),)
    sizes = case.setup.network.hidden_sizes
    units = sizes[0] if sizes else 256
    tensors = [torch.empty(784, units), torch.empty(units), torch.empty(units, 10), torch.empty(10)]
    assert case.truth("by_hand") == (sum(tensor.numel() for tensor in tensors),)
    with pytest.raises(RuntimeError, match=rf"\({int(case.truth('rows')[0])}x28 and 784x"):
        case.linears[0](case.images)


def test_names_and_indices(case):
    children = list(case.model.named_children())
    last = max(index for index, (_, module) in enumerate(children) if isinstance(module, nn.Linear))
    assert case.truth("last") == (last,)
    assert case.truth("second") == type(case.model[1]).__name__
    assert case.truth("second") in case.tasks["second"].options
    assert case.truth("name") == children[min(2, len(children) - 1)][0]
    assert case.truth("name") in case.tasks["name"].options


def test_numbers(case):
    linear = nn.Linear(case.linears[-1].in_features, 10_000 // case.linears[-1].in_features + 1_000)
    bound = case.truth("bound")[0]
    assert linear.weight.abs().max().item() == pytest.approx(bound, rel=0.02)
    assert case.truth("std")[0] == pytest.approx(bound / math.sqrt(3))
    assert linear.weight.std().item() == pytest.approx(case.truth("std")[0], rel=0.05)
    assert case.truth("background") == (case.images.min().item(),)
    z = torch.linspace(-3, 3, 601, requires_grad=True)
    (slope,) = torch.autograd.grad(torch.sigmoid(z).sum(), z)
    assert case.truth("steepest")[0] == pytest.approx(slope.max().item())
    uniform = torch.full((1, 10), 0.1).log()
    assert case.truth("blind")[0] == pytest.approx(nn.NLLLoss()(uniform, torch.tensor([3])).item())
    certain = torch.log(torch.tensor([[1.0] + [1e-30] * 9]))
    assert case.truth("perfect")[0] == pytest.approx(nn.NLLLoss()(certain, torch.tensor([0])).item())


def test_the_place_of_a_pixel(case):
    task = case.tasks["place"]
    index = int(task.truth[0])
    numbered = torch.arange(784).view(28, 28)
    row, column = divmod(index, 28)
    assert numbered[row, column] == index
    assert f"row {row}, column {column}" in task.question


def test_what_the_network_says(case):
    image = case.setup.batch.image
    probabilities = case.model(case.images.flatten(start_dim=1)).detach()
    assert case.truth("guess") == str(int(probabilities[image].argmax()))
    top = probabilities.max(dim=1).values.mean().item()
    entropy = -(probabilities * probabilities.clamp_min(1e-30).log()).sum(dim=1).mean().item() / math.log(10)
    expected = "uniform" if entropy > 0.97 else "sure" if top > 0.5 else "leaning"
    assert case.truth("verdict") == expected


def test_choices_that_hold_for_every_setup(case):
    out = torch.tensor(case.trace.logits)
    assert torch.allclose(out.softmax(dim=int(case.truth("dim")[-1])).sum(dim=1), torch.ones(len(out)), atol=1e-5)
    assert case.truth("order") == "no"
    assert case.truth("linear") == "identity"
    assert case.truth("silent") == "10"
    assert case.truth("different") == (1,)
    assert case.truth("kills") == "zeros"


def test_zeros_kill_a_relu_network_and_the_others_do_not():
    images = torch.tensor(netlib.sample(BatchSpec()).images).flatten(start_dim=1)
    labels = torch.tensor(netlib.sample(BatchSpec()).labels)
    for scheme in Case(Setup()).tasks["kills"].options:
        model = netlib.build(NetworkSpec((32, 16), "relu", scheme, "zeros"))
        nn.CrossEntropyLoss()(model[:-1](images), labels).backward()
        alive = any(m.weight.grad.abs().max() > 0 for m in model if isinstance(m, nn.Linear))
        assert alive == (scheme != "zeros")


def test_another_setup_has_other_truths():
    one, other = Case(SETUPS["the notebook's"]), Case(SETUPS["one hidden layer"])
    changed = {name for name in one.tasks if one.truth(name) != other.truth(name)}
    assert {"images", "flat", "place", "parameters", "last", "keys", "weight", "verdict"} <= changed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SETUPS)
def test_every_chapter_has_exercises_with_reasons_whose_truth_is_accepted(name, language):
    case = Case(SETUPS[name], language)
    for chapter in NAMES:
        assert tasks(chapter, case.setup, case.trace, translator(language))
    assert len(case.tasks) == 31
    for task in case.tasks.values():
        assert task.accepts(task.truth)
        assert task.reason
        assert "{" not in task.question
        assert any("а" <= letter <= "я" for letter in task.question) == (language == "ru")
        assert task.written(task.truth, translator(language))
        if task.is_choice:
            assert task.truth in task.options


def test_a_chapter_without_exercises_has_none():
    case = Case(Setup())
    assert tasks("nothing", case.setup, case.trace, translator("en")) == ()


def test_a_network_that_overflows_is_not_asked_what_it_says():
    case = Case(Setup(NetworkSpec((64,) * 30, "relu", Init("normal", std=100.0)), BatchSpec(size=4)))
    assert not {"verdict", "guess"} & set(case.tasks)
