"""Digits in memory: the same floats whether they are kept as floats or as bytes, and held-out ones chosen evenly."""

import numpy as np
import pytest
import torch

from netlib.digits import Digits, load
from netlib.problem import Problem
from netlib.training import material as module
from netlib.training.material import HELD_OUT, Material, material


def test_the_bundled_digits_are_all_there_and_normalised_as_in_the_notebook(digits):
    train = load("bundled", "train")
    assert (len(digits), digits.held_of, len(digits.held_labels)) == (4000, 1000, 1000)
    images, labels = digits.batch(torch.tensor([7, 0, 3999]))
    pixels = torch.tensor(train.images[[7, 0, 3999]])
    assert torch.equal(images, ((pixels.float() / 255 - 0.5) / 0.5).flatten(1))
    assert labels.tolist() == train.labels[[7, 0, 3999]].tolist()


def test_bytes_become_the_very_same_floats(digits):
    pixels = torch.tensor(load("bundled", "train").images).flatten(1)
    small = Material(pixels, digits.labels, digits.held_images, digits.held_labels, 1000)
    chosen = torch.randperm(4000, generator=torch.Generator().manual_seed(1))
    assert torch.equal(small.batch(chosen)[0], digits.batch(chosen)[0])


def test_a_process_has_one_copy(digits):
    assert material("bundled") is digits


def test_a_set_that_is_not_here_is_a_problem(monkeypatch, tmp_path):
    monkeypatch.setenv("LAYERSCOPE_MNIST", str(tmp_path))
    with pytest.raises(Problem):
        material("full")


def test_the_full_sets_held_out_digits_are_every_fifth(monkeypatch):
    def fake(source, split):
        count = 60_000 if split == "train" else 10_000
        labels = (np.arange(count) % 251).astype(np.uint8)
        return Digits(np.zeros((count, 28, 28), np.uint8), labels, source, split)

    monkeypatch.setattr(module, "load", fake)
    made = material.__wrapped__("full")
    assert made.images.dtype == torch.uint8, "floats would take 188 MB"
    assert (len(made), len(made.held_labels), made.held_of) == (60_000, HELD_OUT, 10_000)
    assert made.held_labels[:3].tolist() == [0, 5, 10]
