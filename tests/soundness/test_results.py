"""What long work leaves for all visitors, outside of `cached`: few entries, light, and nothing that can be written."""

import pickle
from dataclasses import replace

import dask.config
import numpy as np

from netlib.ui import evaluation
from netlib import digits
from netlib.activations import ACTIVATIONS
from netlib.initializers import SCHEMES
from netlib.spec import Init
from netlib.stats import embedding, robustness
from netlib.sweep import engine, runs
from netlib.sweep.messages import Report
from netlib.sweep.spec import Sweep
from tests.soundness.test_caches import ELSEWHERE
from tests.soundness.writable import problems
from tests.sweep.cluster import free_port
from tests.training.oracles import soon


def light_and_read_only(file, key, value):
    entries, heaviest = ELSEWHERE[file]
    assert entries <= 256
    assert len(pickle.dumps((key, value))) <= heaviest
    assert not problems(key)
    assert not problems(value)


def test_what_is_found_out_about_a_trained_network_is_light_and_cannot_be_written():
    """All trials of robustness on as many digits as there are, and a map of as many as one has."""
    held = digits.load("bundled", "test")
    images = digits.normalised(held.images)
    unsure = tuple(
        robustness.trials(lambda asked: np.full((len(asked), 10), 0.1, np.float32), images, held.labels, seed=0)
    )
    assert len(unsure) == robustness.trial_count()
    plane = embedding.principal(images[: evaluation.MAPPED].reshape(evaluation.MAPPED, -1))
    assert len(plane) == evaluation.MAPPED
    asked = evaluation._Asked("a" * 64, 10**9, "robustness")
    light_and_read_only("netlib/ui/evaluation.py", asked, unsure)
    light_and_read_only("netlib/ui/evaluation.py", asked, (plane,))
    assert evaluation._kept.maxsize == evaluation.RESULTS


def test_what_is_remembered_of_sweeps_is_light_and_cannot_be_written(monkeypatch):
    """How long a kind takes, and why another could not be measured."""
    every = tuple(Init(scheme) for scheme in SCHEMES)
    largest = Sweep(hidden_sizes=((8,),), activation=tuple(ACTIVATIONS), weight_init=every, seeds=16)
    ours = runs.Runs(threads=True)
    try:
        ours.estimate(largest)
        soon(lambda: len(ours._rates) == 1)
        monkeypatch.setattr(engine, "REACH", 0.5)
        with dask.config.set({"scheduler-address": f"tcp://127.0.0.1:{free_port()}"}):
            ours.estimate(replace(largest, activation=("relu",)))
            soon(lambda: len(ours._rates) == 2)
        kinds = {type(value) for value in ours._rates.values()}
        assert kinds == {tuple, Report}
        for key, value in ours._rates.items():
            light_and_read_only("netlib/sweep/runs.py", key, value)
        assert ours._rates.maxsize == runs.RATES
    finally:
        ours.close()
