"""The table of layers adds up to torch's own counts."""

import pytest

import netlib
from netlib.stats.layers import layer_table


@pytest.mark.parametrize("sizes", [(), (256,), (128, 64), (7,) * 30])
def test_parameters_and_bytes_are_torchs_own(sizes):
    model = netlib.build(netlib.NetworkSpec(sizes))
    table = layer_table(netlib.run(model, netlib.sample(netlib.BatchSpec(size=5))))
    assert table["parameters"].sum() == sum(p.numel() for p in model.parameters())
    assert table["parameter bytes"].sum() == sum(p.numel() * p.element_size() for p in model.parameters())
    assert table["activation bytes"].sum() == 2 * 4 * 5 * sum((*sizes, 10))


def test_shapes_are_those_of_the_notebook():
    table = layer_table(netlib.run(netlib.build(netlib.NetworkSpec()), netlib.sample(netlib.BatchSpec())))
    assert list(table["layer"]) == ["fc1", "fc2", "output"]
    assert list(table["activation"]) == ["relu", "relu", "softmax"]
    assert list(table["in"]) == ["(64, 784)", "(64, 128)", "(64, 64)"]
    assert list(table["out"]) == ["(64, 128)", "(64, 64)", "(64, 10)"]
    assert list(table["weight"]) == ["(128, 784)", "(64, 128)", "(10, 64)"]
    assert list(table["parameters"]) == [100_480, 8_256, 650]
