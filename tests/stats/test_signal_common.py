"""What all images share, and what is said without it: small cases by hand, real ones by plain torch."""

import numpy as np
import pytest
import torch

import netlib
from netlib.spec import BatchSpec, NetworkSpec
from netlib.stats.signal_common import UNDECIDED, common_mode, common_share
from tests.figures.test_activations import TRACES


def test_equal_images_share_everything_and_opposite_ones_nothing():
    assert common_share(np.array([[1.0, 2.0], [1.0, 2.0]])) == pytest.approx(1)
    assert common_share(np.array([[1.0, 2.0], [-1.0, -2.0]])) == 0
    assert common_share(np.array([[1.0, 0.0], [0.0, 1.0]])) == pytest.approx(1 / 2)


def test_without_two_images_or_any_size_there_is_no_share():
    assert np.isnan(common_share(np.ones((1, 3))))
    assert np.isnan(common_share(np.zeros((4, 3))))


def test_independent_images_share_one_in_n():
    values = np.random.default_rng(0).normal(size=(50, 20_000))
    assert common_share(values) == pytest.approx(1 / 50, rel=0.02)


def test_an_untrained_network_says_one_thing_until_the_common_part_is_taken_away():
    trace = netlib.run(netlib.build(NetworkSpec()), netlib.sample(BatchSpec(size=64, seed=0)))
    found = common_mode(trace)
    logits = torch.tensor(trace.logits).double()
    counted = torch.bincount((logits - logits.mean(0)).argmax(1), minlength=11)
    assert found.without_logits.tolist() == counted.tolist()
    assert found.predicted.tolist() == torch.bincount(logits.argmax(1), minlength=11).tolist()
    assert found.predicted.max() > 2 * found.without_logits.max()
    last = trace.layers[-1]
    received = torch.tensor(trace.inputs_of("output")).double()
    again = (received - received.mean(0)) @ torch.tensor(last.weight).double().T + torch.tensor(last.bias).double()
    assert found.without_hidden.tolist() == torch.bincount(again.argmax(1), minlength=11).tolist()
    assert found.shares[-1] == pytest.approx(float((logits.mean(0) ** 2).sum() / (logits**2).sum(1).mean()))
    assert (found.hidden, found.images) == ("fc2", 64)
    assert found.labels.tolist() == np.bincount(trace.labels, minlength=11).tolist()


@pytest.mark.parametrize("name", TRACES)
def test_every_network_has_its_counts(name):
    trace = TRACES[name]
    found = common_mode(trace)
    assert len(found.shares) == len(trace.layers) + 1
    for counts in (found.labels, found.predicted, found.without_logits, found.without_hidden):
        assert len(counts) == UNDECIDED + 1
        assert counts.sum() == found.images
    known = found.shares[np.isfinite(found.shares)]
    assert ((known >= 0) & (known <= 1)).all()


def test_equal_logits_are_undecided():
    trace = netlib.run(netlib.build(NetworkSpec((4,), "relu", "zeros", "zeros")), netlib.sample(BatchSpec(size=5)))
    found = common_mode(trace)
    assert found.favourite == UNDECIDED
    assert found.said(found.predicted) == 0
