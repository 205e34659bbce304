"""Networks counted and work reckoned without listing anything, against a list; samples that stay small."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netlib.spec import Init
from netlib.sweep.estimate import count, kind, sample, work, work_of
from netlib.sweep.spec import ShortTraining, Sweep

SWEEPS = st.builds(
    Sweep,
    depth=st.lists(st.integers(0, 6), min_size=1, max_size=3).map(tuple),
    width=st.lists(st.integers(1, 40), min_size=1, max_size=2).map(tuple),
    activation=st.sampled_from([("relu",), ("tanh", "relu")]),
    weight_init=st.sampled_from([(), (Init("orthogonal"), Init("xavier_normal"))]),
    sigma_b=st.sampled_from([(), (0.0, 0.5)]),
    seeds=st.integers(1, 20),
    training=st.sampled_from([None, ShortTraining(), ShortTraining(3, "sgd")]),
)


@given(SWEEPS)
def test_counted_and_reckoned_as_if_it_were_listed(sweep):
    tasks = list(sweep.tasks())
    assert count(sweep) == sum(len(task.seeds) for task in tasks)
    assert work(sweep) == pytest.approx(sum(map(work_of, tasks)))


@given(SWEEPS)
def test_a_sample_is_of_the_sweep_and_small(sweep):
    whole = {(task.network, task.batch) for task in sweep.tasks()}
    found = list(sample(sweep, 0.01))
    assert 1 <= len(found) <= 60
    for task in found:
        assert (task.network, task.batch) in whole
        assert task.training is None or task.training.epochs == 1
        assert len(task.seeds) == 1 or work_of(task) <= 0.01 + work_of(replace(task, seeds=(0,)))


def test_millions_are_counted_at_once():
    sweep = Sweep(
        depth=tuple(range(1, 31)),
        width=(16, 32),
        sigma_w=tuple(range(1, 101)),
        sigma_b=tuple(number / 50 for number in range(50)),
        seeds=30,
    )
    assert count(sweep) == 30 * 2 * 100 * 50 * 30
    assert work(sweep) > 60
    assert len(list(sample(sweep))) <= 60


def test_more_work_for_more_of_anything():
    small = Sweep(hidden_sizes=((16,),), seeds=2)
    larger = [
        Sweep(hidden_sizes=((32,),), seeds=2),
        Sweep(hidden_sizes=((16, 16),), seeds=2),
        Sweep(hidden_sizes=((16,),), seeds=3),
        Sweep(hidden_sizes=((16,),), seeds=2, training=ShortTraining()),
        Sweep(hidden_sizes=((16,),), seeds=2, weight_init=(Init("orthogonal"),)),
    ]
    assert all(work(other) > work(small) for other in larger)
    assert work(Sweep(training=ShortTraining(10))) > 5 * work(Sweep(training=ShortTraining(1)))


def test_like_sweeps_are_of_one_kind():
    assert kind(Sweep(seeds=20)) == kind(Sweep(seeds=21, first_seed=9))
    assert (
        len({kind(Sweep()), kind(Sweep(training=ShortTraining())), kind(Sweep(weight_init=(Init("orthogonal"),)))}) == 3
    )
