"""What a sweep must come to: every task evaluated here, one after the other; and whether two tables are one."""

import queue
import threading

import numpy as np
import pandas as pd

from netlib.sweep.evaluate import evaluate
from netlib.sweep.launcher import Launcher
from netlib.sweep.messages import Report, Settings
from netlib.sweep.spec import Sweep
from tests.training.oracles import soon

# Some twenty chunks of some tens of milliseconds: there is a middle of it to die in.
SWEEP = Sweep(depth=tuple(range(2, 22, 2)), width=(32, 64), activation=("tanh", "relu"), sigma_w=(1.0, 2.0), seeds=4)
SMALL = Sweep(depth=(0, 1, 2), width=(4,), activation=("tanh", "relu"), seeds=3)


def serial(sweep):
    """The table of a sweep, in the order of its tasks."""
    return pd.concat(map(evaluate, sweep.tasks()), ignore_index=True)


def same(found, expected):
    """Whether two tables have the same rows in any order, bit by bit, each once."""
    if list(found.columns) != list(expected.columns) or len(found) != len(expected):
        return False
    found, expected = (table.sort_values("key", ignore_index=True) for table in (found, expected))
    return all(_bits(found[name]) == _bits(expected[name]) for name in found.columns)


def _bits(column):
    if column.dtype == object:
        return [np.asarray(value, np.float64).tobytes() for value in column]
    if column.dtype == np.float64:
        return column.to_numpy().tobytes()
    return column.tolist()


class Harness:
    """A launcher in a thread of the tests, spoken to as its parents do."""

    def __init__(self, **settings):
        self.inbox, self.said = queue.SimpleQueue(), []
        launcher = Launcher(self.inbox, self.said.append, Settings(**{"seconds": 0.05, **settings}))
        self.thread = threading.Thread(target=launcher.run)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.inbox.put(("end",))
        self.thread.join(60)
        assert not self.thread.is_alive()

    def begin(self, run, sweep, here=False):
        self.inbox.put(("begin", run, sweep, here))

    def reports(self, run):
        return [value for word, key, value in list(self.said) if word == "report" and key == run]

    def done(self, run):
        return sum(report.done for report in self.reports(run))

    def end(self, run):
        """The last report of a sweep, waited for."""
        return soon(lambda: next((report for report in self.reports(run) if report.state != "running"), None))

    def rows(self, run):
        assert self.end(run) == Report("done"), self.end(run)
        return pd.concat([report.rows for report in self.reports(run) if report.rows is not None], ignore_index=True)
