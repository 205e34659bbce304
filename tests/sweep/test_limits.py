"""What a page lets its visitors ask for, and the sentence where that is too much."""

import re

import pytest

from netlib.problem import Problem
from netlib.sweep.limits import OWN, PUBLIC, of_server
from netlib.sweep.spec import ShortTraining, Sweep


def test_strangers_share_less(monkeypatch):
    monkeypatch.delenv("LAYERSCOPE_PUBLIC", raising=False)
    assert of_server() == OWN
    monkeypatch.setenv("LAYERSCOPE_PUBLIC", "1")
    assert of_server() == PUBLIC
    assert all(vars(PUBLIC)[name] < value for name, value in vars(OWN).items())


def test_a_sweep_within_them_passes():
    PUBLIC.check(Sweep(depth=(1, 2, 4, 8), width=(16,), seeds=10))
    OWN.check(Sweep(seeds=1000, sigma_w=tuple(range(1, 51))), seconds=7_000)


def test_too_many_networks_or_too_long_is_one_sentence():
    with pytest.raises(Problem, match=r"at most 3000 networks; given: 5000\. A shell takes any number"):
        PUBLIC.check(Sweep(seeds=1000, sigma_w=(1, 2, 3, 4, 5)))
    with pytest.raises(Problem, match=re.escape("may take 300 seconds of one worker, and this one would take 301;")):
        PUBLIC.check(Sweep(), seconds=301)
    with pytest.raises(Problem, match="seconds of one worker"):
        PUBLIC.check(Sweep(hidden_sizes=((1024, 512),), seeds=100, training=ShortTraining(100)))
