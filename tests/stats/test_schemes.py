"""Every verdict for a combination that deserves it and none for its neighbour; orders, curves and rows."""

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import netlib
from netlib.backward import gradients_of
from netlib.population import Band, Combination, Grid
from netlib.schemes import combinations
from netlib.spec import BatchSpec, Init, NetworkSpec
from netlib.stats import schemes as stats

GRIDS = {
    "the notebook's": Grid((128, 64), batch=BatchSpec(size=16), seeds=(0, 1, 2)),
    "no hidden layer": Grid((), batch=BatchSpec(size=4), seeds=(0, 1)),
    "one unit, one image": Grid((1,), batch=BatchSpec(size=1), seeds=(0, 1)),
    "thirty layers": Grid((16,) * 30, "zeros", BatchSpec(size=4), (0, 1)),
    "one class, large biases": Grid((5, 3), Init("constant", value=-100.0), BatchSpec(size=8, digits=(3,)), (0,)),
}


@cache
def found(name):
    """All combinations of a grid."""
    grid = GRIDS[name]
    return tuple(each for each in combinations(grid, netlib.sample(grid.batch)) if each is not None)


def band(middle):
    values = np.asarray(middle, dtype=float)
    return Band(values / 2, values, values * 2)


HEALTHY = Combination(
    scheme="kaiming_normal",
    activation="relu",
    seeds=30,
    finite=30,
    signal=band([1.0, 0.5, 0.25]),
    correlation=band([0.7, 0.75, 0.8]),
    gradient=band([2.0, 1.5, 1.0]),
    gradient_ratio=band(2.0),
    saturated=band(0.5),
    dead=band(0.1),
    entropy=band(2.0),
    cross_entropy=band(2.5),
)


def verdict(**changes):
    return stats.course(replace(HEALTHY, **changes)).verdict


@pytest.mark.parametrize(
    ("name", "deserves", "does_not"),
    [
        ("overflows", {"finite": 14}, {"finite": 15}),
        ("no_gradient", {"gradient": band([0, 1, 1])}, {"gradient": band([1e-300, 1, 1])}),
        ("explodes", {"signal": band([1, 1, 1.1e6])}, {"signal": band([1, 1, 0.9e6])}),
        ("vanishes", {"signal": band([1, 1, 0.9e-6])}, {"signal": band([1, 1, 1.1e-6])}),
        ("vanishes", {"signal": band([1, 1, 0])}, {"signal": band([0, 1, 1])}),
        ("dies", {"dead": band(0.5)}, {"dead": band(0.49)}),
        ("saturates", {"saturated": band(0.75)}, {"saturated": band(0.74)}),
        ("gradient_fades", {"gradient_ratio": band(0.9e-3)}, {"gradient_ratio": band(1.1e-3)}),
        ("gradient_grows", {"gradient_ratio": band(1.1e3)}, {"gradient_ratio": band(0.9e3)}),
        ("alike", {"correlation": band([0.7, 0.8, 0.9991])}, {"correlation": band([1.0, 1.0, 0.998])}),
    ],
)
def test_a_verdict_has_a_combination_that_deserves_it_and_one_that_does_not(name, deserves, does_not):
    assert verdict(**deserves) == name
    assert verdict(**does_not) == "keeps"


def test_the_worst_verdict_is_given():
    assert verdict(finite=0, gradient=band([0, 0, 0]), dead=band(1.0)) == "overflows"
    assert verdict(gradient=band([0, 0, 0]), dead=band(1.0), saturated=band(1.0)) == "no_gradient"
    assert verdict(dead=band(1.0), gradient_ratio=band(1e-9)) == "dies"


def test_what_is_no_number_deserves_nothing():
    nothing = band(np.nan)
    assert verdict(saturated=nothing, dead=nothing, gradient_ratio=nothing, correlation=band([np.nan] * 3)) == "keeps"


def test_the_size_of_the_signal_is_the_root_of_its_second_moment():
    assert stats.course(HEALTHY).signal == pytest.approx(0.5)
    assert stats.course(replace(HEALTHY, signal=band([0, 1, 1]))).signal == math.inf
    assert math.isnan(stats.course(replace(HEALTHY, signal=band([0, 0, 0]))).signal)


def test_the_numbers_are_those_of_networks_built_one_by_one():
    grid = GRIDS["the notebook's"]
    batch = netlib.sample(grid.batch)
    chosen = next(
        each for each in found("the notebook's") if (each.scheme, each.activation) == ("xavier_normal", "tanh")
    )
    ratios, signals = [], []
    for seed in grid.seeds:
        trace = netlib.run(netlib.build(NetworkSpec((128, 64), "tanh", "xavier_normal", seed=seed)), batch)
        moments = [np.square(layer.before, dtype=np.float64).mean() for layer in (trace.layers[0], trace.layers[-1])]
        signals.append(moments)
        norms = [np.linalg.norm(each.weight.astype(np.float64)) for each in gradients_of(trace).layers]
        ratios.append(norms[0] / norms[-1])
    course = stats.course(chosen)
    assert course.gradient == pytest.approx(np.median(ratios), rel=1e-4)
    first, last = np.median(signals, axis=0)
    assert course.signal == pytest.approx(math.sqrt(last / first), rel=1e-4)
    assert course.verdict == "keeps"


def test_networks_that_are_known_to_fail_do():
    verdicts = {(each.scheme, each.activation): stats.course(each).verdict for each in found("the notebook's")}
    assert {verdicts["zeros", name] for name in ("relu", "tanh", "identity")} == {"no_gradient"}
    assert verdicts["kaiming_normal", "relu"] == "keeps"
    deep = {(each.scheme, each.activation): stats.course(each).verdict for each in found("thirty layers")}
    assert deep["sparse", "tanh"] in ("vanishes", "no_gradient")
    assert deep["xavier_uniform", "sigmoid"] in ("gradient_fades", "no_gradient")


# --- orders -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", stats.ORDERS)
@pytest.mark.parametrize("name", GRIDS)
def test_an_order_loses_nothing(name, order):
    combined = found(name)
    assert len(combined) == 13 * 9
    assert {id(each) for each in stats.ordered(combined, order)} == {id(each) for each in combined}


def test_orders_put_the_best_first_and_what_has_no_number_last():
    even = replace(HEALTHY, gradient_ratio=band(1.1), entropy=band(1.0))
    uneven = replace(HEALTHY, gradient_ratio=band(1e-2), signal=band([1, 1, 1]), entropy=band(2.3))
    none = replace(HEALTHY, gradient_ratio=band(np.nan), signal=band([0, 0, 0]), entropy=band(np.nan), finite=0)
    given = [none, uneven, even]
    assert stats.ordered(given, "table") == given
    assert stats.ordered(given, "gradient") == [even, uneven, none]
    assert stats.ordered(given, "signal") == [uneven, even, none]
    assert stats.ordered(given, "entropy") == [uneven, even, none]
    assert stats.ordered(given, "verdict") == [even, uneven, none]


# --- small pictures -----------------------------------------------------------------------------------------------


def test_curves_are_decades_of_root_and_norm():
    small = stats.small(HEALTHY)
    np.testing.assert_allclose(small.depth, [0, 0.5, 1])
    np.testing.assert_allclose(small.signal.middle, 0.5 * np.log10([1.0, 0.5, 0.25]))
    np.testing.assert_allclose(small.signal.high, 0.5 * np.log10([2.0, 1.0, 0.5]))
    np.testing.assert_allclose(small.gradient.middle, np.log10([2.0, 1.5, 1.0]))
    np.testing.assert_allclose(small.gradient.low, np.log10([1.0, 0.75, 0.5]))


@pytest.mark.parametrize("name", GRIDS)
def test_a_small_picture_has_few_layers_the_first_and_the_last_among_them(name):
    for each in found(name):
        small = stats.small(each)
        count = len(each.signal.middle)
        assert len(small.depth) == min(count, stats.MOST_LAYERS)
        if count > 1:
            assert (small.depth[0], small.depth[-1]) == (0, 1)
        assert not np.isposinf(small.signal.middle).any()


def test_without_a_hidden_layer_each_scheme_stands_once_and_has_no_activation():
    once = stats.distinct(found("no hidden layer"))
    assert len(once) == len({each.scheme for each in once}) == 13
    assert {each.activation for each in once} == {stats.NO_ACTIVATION}
    assert stats.distinct(found("the notebook's")) == list(found("the notebook's"))
    assert stats.distinct([]) == []


def test_one_row_a_combination():
    frame = stats.table(found("the notebook's"))
    assert len(frame) == 117
    assert set(frame["verdict"]) <= set(stats.VERDICTS)
    row = frame[(frame["scheme"] == "zeros") & (frame["activation"] == "relu")].iloc[0]
    assert row["entropy"] == pytest.approx(math.log(10), abs=0.01)
    assert row["gradient"] == 0
