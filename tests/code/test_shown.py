"""The numbers that an export asserts are those of plain numpy, to the digits shown."""

import numpy as np
import pytest

import netlib
from netlib.code.shown import check_lines, shown
from netlib.code.spellings import program
from netlib.i18n import translator
from tests.code.setups import DIFFICULT

en = translator("en")


def trace_of(setup):
    return netlib.run(netlib.build(setup.network), netlib.sample(setup.batch))


def test_they_are_numpys():
    trace = trace_of(netlib.Setup())
    numbers = shown(trace, 3)
    for layer, mean, std in zip(trace.layers, numbers.means, numbers.stds, strict=True):
        weight = layer.weight.astype(np.float64)
        assert mean == pytest.approx(weight.mean(), rel=0.006)
        assert std == pytest.approx(weight.std(ddof=1), rel=0.006)
    np.testing.assert_allclose(numbers.probabilities, trace.probabilities[3], atol=0.0005)
    assert numbers.top == pytest.approx(trace.probabilities.max(axis=1).mean(), abs=0.0005)


def test_r14_and_r16_stds_on_the_screen():
    assert shown(trace_of(netlib.Setup()), 0).stds[0] == pytest.approx(0.0206, rel=0.01)
    normal = netlib.Setup(netlib.NetworkSpec(weight_init=(netlib.Init("normal", std=0.01), "pytorch", "pytorch")))
    assert shown(trace_of(normal), 0).stds[0] == pytest.approx(0.01, rel=0.01)


def test_what_is_no_number_is_not_asserted():
    trace = trace_of(DIFFICULT["no numbers"])
    assert np.isnan(trace.probabilities).any()
    numbers = shown(trace, 0)
    assert numbers.probabilities == ()
    assert numbers.top is None
    assert shown(trace_of(DIFFICULT["a unit after a unit"]), 0).stds[1] is None


def test_where_rounding_grew_the_probabilities_are_left_out():
    assert shown(trace_of(netlib.Setup()), 0, apart=0.01).probabilities == ()
    assert shown(trace_of(netlib.Setup()), 0, apart=1e-6).probabilities != ()


def test_each_layer_is_asserted_by_its_name():
    written = program(netlib.NetworkSpec(), "sequential", "modern", "fc1", en)
    lines = "\n".join(check_lines(shown(trace_of(netlib.Setup()), 0), written, ("fc1", "fc2", "output"), en))
    for index, name in zip((0, 2, 4), ("fc1", "fc2", "output"), strict=True):
        assert f'check("{name}: std", model[{index}].weight.double().std(), ' in lines
