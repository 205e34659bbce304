"""A table along its axes, against pandas' own groups and cases by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from netlib.spec import Init
from netlib.stats import sweep as stats
from netlib.sweep.spec import ShortTraining, Sweep
from tests.sweep.tables import table

DEEP = Sweep(
    depth=(2, 1),
    width=(8, 4),
    activation=("relu", "tanh"),
    weight_init=(Init("xavier_normal"), Init("normal", std=0.05)),
    seeds=3,
    first_seed=5,
)
SCALED = Sweep(depth=(1, 2, 3), width=(4,), activation=("tanh",), sigma_w=(1.5, 0.5), sigma_b=(0.0, 0.1), seeds=4)


def scatter(task, seed):
    """A number that differs from network to network."""
    said = repr((task.network, task.sigma_w, task.sigma_b, seed))
    return 0.1 + sum(map(ord, said)) % 97 + 0.001 * seed


def test_the_axes_are_what_the_sweep_lists_numbers_in_order():
    assert [(axis.name, axis.options) for axis in stats.axes(DEEP)] == [
        ("depth", (1, 2)),
        ("width", (4, 8)),
        ("activation", ("relu", "tanh")),
        ("weight_init", ("xavier_normal", "normal:0.05")),
        ("bias_init", ("pytorch",)),
    ]
    assert [axis.name for axis in stats.axes(SCALED)] == ["depth", "width", "activation", "sigma_w", "sigma_b"]
    assert stats.axes(SCALED)[3].options == (0.5, 1.5)
    listed = stats.axes(Sweep(hidden_sizes=((), (8, 4))))
    assert (listed[0].name, listed[0].options) == ("hidden_sizes", ("none", "8-4"))


@pytest.mark.parametrize(("sweep", "x", "y"), [(DEEP, "width", "weight_init"), (SCALED, "sigma_w", "depth")])
def test_every_cell_is_the_median_and_the_percentiles_that_pandas_finds(sweep, x, y):
    rows = table(sweep, scatter).sample(frac=1, random_state=0, ignore_index=True)
    found = stats.grid(rows, sweep)
    others = [axis for axis in found.axes if axis.name not in (x, y)]
    for picked in np.ndindex(*(len(axis.options) for axis in others)):
        chosen = {axis.name: place for axis, place in zip(others, picked, strict=True)}
        plane = stats.plane(found, "entropy", x, y, chosen)
        part = rows
        for axis in others:
            part = part[part[axis.name] == axis.options[chosen[axis.name]]]
        groups = part.groupby([y, x])["entropy"]
        for quantile, shown in ((0.1, plane.low), (0.5, plane.middle), (0.9, plane.high)):
            wanted = [
                [groups.get_group((up, across)).quantile(quantile) for across in plane.x.options]
                for up in plane.y.options
            ]
            assert shown == pytest.approx(np.array(wanted))
        assert (plane.seen == sweep.seeds).all()
        assert plane.spread == pytest.approx(plane.high - plane.low)


def test_without_a_hidden_layer_a_network_stands_at_every_width_and_activation():
    sweep = Sweep(depth=(0, 1), width=(4, 8), activation=("relu", "tanh"), seeds=2)
    found = stats.grid(table(sweep, scatter), sweep)
    flat = found.numbers["entropy"][0]
    assert np.isfinite(flat).all()
    assert (flat == flat[:1, :1]).all()
    assert (found.rows[0] == found.rows[0, :1, :1]).all()


def test_a_table_that_is_still_coming_has_holes_and_no_guesses():
    rows = table(DEEP, scatter)
    found = stats.grid(rows.iloc[:7], DEEP)
    assert (found.rows >= 0).sum() == 7
    plane = stats.plane(found, "entropy", "weight_init", "depth", {"width": 1})
    assert np.isnan(plane.middle[plane.seen == 0]).all()
    assert plane.seen.max() == 3
    empty = stats.grid(rows.iloc[:0], DEEP)
    assert (empty.rows == -1).all()
    assert stats.extremes(empty, "entropy") is None
    assert stats.deepest(empty, "entropy") is None


def test_a_cell_has_a_number_where_half_of_its_seeds_have_one():
    sweep = Sweep(depth=(1,), width=(4,), activation=("relu", "tanh"), seeds=4)
    bad = {"relu": 2, "tanh": 3}
    rows = table(sweep, lambda task, seed: math.inf if seed < bad[task.network.activation] else 4.0 + seed)
    plane = stats.plane(stats.grid(rows, sweep), "signal_ratio", "activation", "depth", {})
    assert plane.middle[0, 0] == pytest.approx(6.5)
    assert np.isnan(plane.middle[0, 1])
    assert plane.counted.tolist() == [[2, 1]]


def test_a_logarithmic_spread_is_in_decades():
    sweep = Sweep(seeds=11)
    plane = stats.plane(
        stats.grid(table(sweep, lambda task, seed: 10.0**seed), sweep),
        "gradient_ratio",
        "activation",
        "hidden_sizes",
        {},
    )
    assert plane.spread.item() == pytest.approx(8.0)


def test_the_verdict_becomes_the_share_of_seeds_that_keep():
    sweep = Sweep(depth=(1, 2), width=(4,), seeds=4)
    rows = table(sweep, verdict=lambda task, seed: "keeps" if seed < len(task.network.hidden_sizes) else "vanishes")
    found = stats.grid(rows, sweep)
    plane = stats.plane(found, "keeps", "depth", "width", {})
    assert plane.middle.tolist() == [[0.25, 0.5]]
    # How far a share may be off: the solutions p of |share - p| = z sqrt(p (1 - p) / n) for n = 4 (Wilson 1927).
    for kept, low, high in zip((1, 2), plane.low[0], plane.high[0], strict=True):
        interval = binomtest(kept, 4).proportion_ci(0.95, method="wilson")
        assert (low, high) == pytest.approx((interval.low, interval.high))
    assert plane.spread == pytest.approx(plane.high - plane.low)
    assert stats.shares(rows) == {"vanishes": 0.625, "keeps": 0.375}


@pytest.mark.parametrize(
    ("metric", "numbers", "best", "worst"),
    [
        ("entropy", (1.0, 3.0, 2.0), 2, 1),
        ("cross_entropy", (1.0, 3.0, 2.0), 1, 2),
        ("gradient_ratio", (1e-6, 2.0, 1e3), 2, 1),
        ("gradient_ratio", (0.5, math.nan, 3.0), 1, 2),
        ("signal_ratio", (0.0, 0.5, 10.0), 2, 1),
        ("entropy", (2.0, 2.0, 1.0), 2, 3),  # of equals the deepest is best
        ("entropy", (1.0, 1.0, 2.0), 3, 1),  # and the least deep worst
    ],
)
def test_the_best_and_the_worst(metric, numbers, best, worst):
    sweep = Sweep(depth=(1, 2, 3), width=(4,), seeds=3)
    rows = table(sweep, lambda task, seed: numbers[len(task.network.hidden_sizes) - 1])
    found = stats.grid(rows, sweep)
    top, bottom = stats.extremes(found, metric)
    assert (top.where["depth"], bottom.where["depth"]) == (best, worst)
    assert rows["depth"].iloc[top.row] == best
    assert top.equals == sum(number == numbers[best - 1] for number in numbers) - 1


def test_where_all_are_alike_there_is_neither_best_nor_worst():
    sweep = Sweep(depth=(1, 2), width=(4,), seeds=2)
    assert stats.extremes(stats.grid(table(sweep), sweep), "entropy") is None


def test_what_opens_is_the_seed_nearest_to_the_median():
    sweep = Sweep(depth=(1, 2), width=(4,), seeds=5)
    rows = table(sweep, lambda task, seed: (1.0, 90.0, 3.1, 70.0, 3.0)[seed] * len(task.network.hidden_sizes))
    found = stats.grid(rows, sweep)
    top, _ = stats.extremes(found, "entropy")
    assert rows["seed"].iloc[top.row] == 2
    assert stats.row_at(found, "entropy", {"depth": 1}) == top.row
    assert stats.row_at(stats.grid(rows.iloc[:5], sweep), "entropy", {"depth": 1}) is None


def test_the_best_of_the_deepest():
    sweep = Sweep(depth=(1, 3), width=(4,), activation=("relu", "tanh"), seeds=2)
    numbers = {(1, "relu"): 9.0, (1, "tanh"): 8.0, (3, "relu"): 2.0, (3, "tanh"): 3.0}
    rows = table(sweep, lambda task, seed: numbers[len(task.network.hidden_sizes), task.network.activation])
    found = stats.grid(rows, sweep)
    assert stats.deepest(found, "entropy").where == {
        "depth": 3,
        "width": 4,
        "activation": "tanh",
        "weight_init": "pytorch",
        "bias_init": "pytorch",
    }
    alone = Sweep(depth=(1, 3), width=(4,), seeds=2)
    assert stats.deepest(stats.grid(table(alone, scatter), alone), "entropy") is None


def test_what_comes_after_a_training_is_shown_only_where_there_is_one():
    plain, trained = Sweep(seeds=1), Sweep(seeds=1, training=ShortTraining())
    assert "held_out_accuracy" not in stats.metrics(stats.grid(table(plain), plain))
    assert next(iter(stats.metrics(stats.grid(table(trained), trained)))) == "held_out_accuracy"
    assert next(iter(stats.metrics(stats.grid(table(plain), plain)))) == "gradient_ratio"


@pytest.mark.parametrize(
    ("sweep", "wanted"),
    [
        (DEEP, ("depth", "weight_init")),
        (SCALED, ("sigma_w", "depth")),
        (Sweep(depth=(4,), width=(4, 8)), ("depth", "width")),
        (Sweep(), ("weight_init", "hidden_sizes")),
        (Sweep(hidden_sizes=((8,), (4, 4)), sigma_w=(0.5, 1.0)), ("sigma_w", "hidden_sizes")),
    ],
)
def test_the_axes_to_begin_with(sweep, wanted):
    assert set(stats.pair(stats.grid(table(sweep), sweep))) == set(wanted)


@settings(max_examples=25)
@given(
    st.lists(st.floats(0, 99).map(lambda each: round(each, 6)), min_size=1, max_size=6, unique=True),
    st.integers(1, 4),
)
def test_every_row_has_its_own_place(sigmas, seeds):
    sweep = Sweep(hidden_sizes=((3,), (3, 3)), sigma_w=tuple(sigmas), seeds=seeds)
    rows = table(sweep)
    found = stats.grid(rows, sweep)
    assert sorted(found.rows.flat) == list(range(len(rows)))
    for index in np.ndindex(*found.rows.shape[:-1]):
        part = rows.iloc[found.rows[index]]
        where = dict(zip([axis.name for axis in found.axes], index, strict=True))
        assert set(part["sigma_w"]) == {found.axis("sigma_w").options[where["sigma_w"]]}
        assert sorted(part["seed"]) == list(range(seeds))


def test_an_axis_or_a_metric_that_is_not_there_is_an_error():
    found = stats.grid(table(DEEP), DEEP)
    with pytest.raises(KeyError):
        stats.plane(found, "entropy", "sigma_w", "depth", {})
    with pytest.raises(KeyError):
        stats.plane(found, "loss", "width", "depth", {})
    assert isinstance(found.nbytes, int)
    assert found.nbytes > 0
    assert isinstance(table(DEEP), pd.DataFrame)
