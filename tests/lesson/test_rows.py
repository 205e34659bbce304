"""The notebook's rows R1 to R21: what the lesson displays for each, held against plain torch."""

import math
import re

import numpy as np
import pytest
import torch
from torch import nn

from netlib.ui import cached
from netlib import NetworkSpec, Setup
from netlib.i18n import translator
from netlib.lesson.cells import run_cell
from netlib.lesson.chapters import chapter_named
from netlib.views.lesson import LookedAt, chapter_cells
from netlib.views.lesson_scenes import scene

en = translator("en")


def shown(chapter, choice="0", setup=None):
    setup = setup or Setup()
    return scene(chapter, LookedAt(setup, cached.trace(setup), cached, en), choice)


def said(chapter):
    return chapter_cells(chapter_named(chapter))[0][1]


def first(scene_):
    return scene_.pictures[0].figure.data


def test_r01_the_batch_is_normalised_and_shuffling_is_explained():
    assert "tensor(-1.) tensor(1.)" in said("batch")
    assert "shuffle=True" in chapter_named("batch").lead
    assert "exactly −1" in shown("batch").answer


def test_r02_shapes_of_images_and_labels_and_the_picture():
    assert said("batch").startswith("torch.Size([64, 1, 28, 28])\ntorch.Size([64])")
    assert "images, channels, rows, columns" in shown("batch").answer
    picture = first(shown("batch"))[0]
    assert np.array_equal(picture.z, cached.trace(Setup()).images[0, 0])
    assert picture.colorscale[0][1] == "#000000"


def test_r03_no_network_is_needed():
    assert Setup().batch.source == "bundled"
    assert shown("batch").answer


def test_r04_flattening_keeps_every_number():
    assert said("flatten") == "torch.Size([64, 784])\nTrue"
    vector = np.asarray(first(shown("flatten", "14"))[1].y)
    assert vector == pytest.approx(torch.tensor(cached.trace(Setup()).images[0]).flatten().numpy())


def test_r05_exercise_1_has_203530_parameters_and_out_is_64_by_10():
    answer = shown("tensors", "1").answer
    assert "203,530" in answer
    assert "(64, 10)" in answer
    assert said("tensors") == "torch.Size([64, 10])"
    percent = float(re.search(r"([\d.]+)%", answer).group(1))
    assert 80 < percent < 95


def test_r06_uniform_is_tested_and_not_believed():
    assert "it is:" in shown("uniform", "0.01").answer
    assert "it is not" in shown("uniform", "1.0").answer
    marked = first(shown("uniform", "0.01"))[3]
    assert list(marked.text) == ["exercise 1", "exercise 3"]
    assert 0.8 < marked.y[0] < 0.99
    assert 0.1 < marked.y[1] < 0.2


def test_r07_softmax_is_shown_with_its_formula_and_adds_up_to_one():
    assert "e^{x_i}" in chapter_named("softmax").formula
    table = np.asarray(first(shown("softmax", "1"))[0].z)
    assert ((table > 0) & (table < 1)).all()
    assert table.sum(axis=1) == pytest.approx(np.ones(64), abs=1e-5)


def test_r08_dim_0_and_dim_1_and_the_sum_without_keepdim():
    logits = torch.tensor(cached.trace(Setup()).logits)
    for dim in (0, 1):
        assert np.asarray(first(shown("softmax", str(dim)))[0].z) == pytest.approx(
            logits.softmax(dim=dim).numpy(), abs=1e-6
        )
    assert "must match the size of tensor b (64)" in shown("softmax", "flat").answer
    assert said("softmax").endswith("True")


def test_r09_the_class_line_by_line():
    for line in ("self.hidden", "self.sigmoid", "self.output", "self.softmax"):
        assert line in shown("module", line).answer
    assert "super().__init__()" in chapter_named("module").lead
    assert "xW + b" in chapter_named("module").lead
    assert "net.hidden.weight" in chapter_named("module").lead


def test_r10_the_model_is_printed_as_torch_prints_it():
    assert said("module") == (
        "Network(\n  (hidden): Linear(in_features=784, out_features=256, bias=True)\n"
        "  (output): Linear(in_features=256, out_features=10, bias=True)\n"
        "  (sigmoid): Sigmoid()\n  (softmax): Softmax(dim=1)\n)"
    )


def test_r11_functional_prints_two_linears_and_gives_the_same_numbers():
    assert said("functional").count("Linear(") == 2
    assert "Sigmoid" not in said("functional")
    assert "differ by 0 at most" in shown("functional").answer


def test_r12_activations_bend_and_linear_ones_collapse():
    value, slope = first(shown("activations", "tanh"))
    z = torch.tensor(np.asarray(value.x), requires_grad=True)
    (expected,) = torch.autograd.grad(torch.tanh(z).sum(), z)
    assert np.asarray(value.y) == pytest.approx(torch.tanh(z).detach().numpy(), abs=1e-6)
    assert np.asarray(slope.y) == pytest.approx(expected.numpy(), abs=1e-6)
    assert "are one matrix" in shown("collapse", "identity").answer
    assert "no one matrix" in shown("collapse", "relu").answer
    assert said("collapse") == "torch.Size([10, 784])\nTrue"


def test_r13_exercise_3_has_109386_parameters():
    assert said("build") == "109386"
    assert list(first(shown("build", "fc1"))[0].y) == [100_480, 8_256, 650]
    assert "109,386" in shown("build", "fc1").answer


def test_r14_weights_are_there_before_you_ask():
    assert "torch.Size([128, 784]) torch.Size([128])" in said("init")
    answer = shown("init", "start").answer
    assert "0.0357" in answer
    assert "0.0206" in answer


def test_r15_fill_0_is_exactly_zero():
    assert "exactly 0;" in shown("init", "fill_").answer
    assert "tensor(0., " in said("init")


def test_r16_normal_001_touches_fc1_alone():
    std = float(re.search(r"std ([\d.]+);", shown("init", "normal_").answer).group(1))
    assert std == pytest.approx(0.01, rel=0.02)
    assert "only fc1" in shown("init", "normal_").answer


def test_r17_one_image_gives_ten_bars_on_an_axis_to_1_1():
    assert said("forward").startswith("torch.Size([1, 10])\ntensor(1.")
    picture, bars = shown("forward").pictures
    assert bars.figure.layout.xaxis.range == (0, 1.1)
    assert sum(bars.figure.data[0].x) == pytest.approx(1)
    assert list(bars.figure.data[0].y) == [str(digit) for digit in range(10)]
    assert np.array_equal(picture.figure.data[0].z, cached.trace(Setup()).images[0, 0])


def test_r18_it_has_no_idea_and_the_loss_says_so():
    trace = cached.trace(Setup())
    loss = nn.CrossEntropyLoss()(torch.tensor(trace.logits), torch.tensor(trace.labels)).item()
    assert f"{loss:.3f}" in shown("forward").answer
    assert f"{math.log(10):.3f}" in shown("forward").answer


def test_r19_sequential_has_the_indices_0_to_5():
    assert "  (5): Softmax(dim=1)" in said("sequential")
    assert "\nLinear(in_features=784, out_features=128, bias=True)\ntorch.Size([128, 784])" in said("sequential")
    assert list(first(shown("sequential", "0"))[0].y) == [128, 128, 64, 64, 10, 10]
    assert "`Softmax()`" in shown("sequential", "5").answer


def test_r20_names_are_unique_and_indices_still_work():
    assert said("ordereddict").startswith("True\n")
    assert "'fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias', 'output.weight', 'output.bias'" in said("ordereddict")
    assert list(first(shown("ordereddict", "unique"))[0].customdata) == [
        "fc1",
        "relu1",
        "fc2",
        "relu2",
        "output",
        "softmax",
    ]
    repeated = shown("ordereddict", "repeated")
    assert list(first(repeated)[0].customdata) == ["fc1", "act", "fc2", "output", "softmax"]
    assert "5 parts are left" in repeated.answer


def test_r21_what_comes_next_is_training():
    assert "train" in chapter_named("next").pages
    losses = np.asarray(first(shown("next", "0.1"))[0].y)
    assert losses[-1] < losses[0]
    assert not run_cell("import torch\ntorch.is_grad_enabled()").failed


def test_symmetry_is_shown_unit_by_unit():
    groups = np.asarray(first(shown("symmetry", "constant", Setup(NetworkSpec())))[0].z)
    assert groups.shape == (16, 7)
    assert (groups == 0).all()
    assert set(np.asarray(first(shown("symmetry", "xavier_uniform"))[0].z)[:, -1]) == set(range(16))
