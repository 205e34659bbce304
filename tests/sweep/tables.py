"""Tables of sweeps made by hand: no network is built, every number is given."""

import math

import pandas as pd

from netlib.sweep import rows
from netlib.sweep.metrics import METRICS
from netlib.sweep.spec import Sweep


def table(
    sweep: Sweep, number=lambda task, seed: 1.0, *, verdict=lambda task, seed: "keeps", **metrics
) -> pd.DataFrame:
    """One row a network: `number(task, seed)` for every metric, or for one by its name."""
    parts = []
    for task in sweep.tasks():
        count = len(task.seeds)
        measured = {
            name: [metrics.get(name, number)(task, seed) for seed in task.seeds]
            if sweep.training or not metric.trained
            else math.nan
            for name, metric in METRICS.items()
        }
        layers = len(task.network.hidden_sizes) + 1
        lists = {name: [[0.5] * layers] * count for name in ("signal", "gradient")}
        said = {"verdict": [verdict(task, seed) for seed in task.seeds], "diverged": False}
        parts.append(rows.table(({**rows.given(task), **measured, **lists, **said}, count)))
    return pd.concat(parts, ignore_index=True)
