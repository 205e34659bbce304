"""The ledger's shapes and bytes are those of torch's own tensors."""

import pytest
import torch

import netlib
from netlib.i18n import translator
from netlib.lesson.ledger import layer_names, shape_ledger

SPECS = [netlib.NetworkSpec(), netlib.NetworkSpec(()), netlib.NetworkSpec((5,) * 30, "tanh")]


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("size", [1, 64, 256])
def test_every_line_of_code_makes_the_tensor_of_its_row(spec, size):
    batch = netlib.sample(netlib.BatchSpec(size=size))
    names = {"model": netlib.build(spec), "images": torch.tensor(batch.images), "labels": torch.tensor(batch.labels)}
    for entry in shape_ledger(spec, size, translator("en")):
        if entry.tensor not in names:
            names[entry.tensor] = eval(entry.code, names)
        tensor = names[entry.tensor]
        assert tuple(tensor.shape) == entry.shape
        assert tensor.nbytes == entry.nbytes
        assert len(entry.axes) == len(entry.shape)


def test_from_64_1_28_28_to_64_10():
    entries = shape_ledger(netlib.NetworkSpec(), 64, translator("en"))
    assert entries[0].shape == (64, 1, 28, 28)
    assert entries[0].axes == ("images", "channels", "rows", "columns")
    assert entries[-1].shape == (64, 10)
    assert entries[-1].tensor == "ps"


def test_the_names_of_one_layer_in_four_forms():
    rows = layer_names(netlib.NetworkSpec())
    assert [row["here"] for row in rows] == ["model.fc1", "model.fc2", "model.output"]
    assert [row["exercise"] for row in rows] == ["model.fc1", "model.fc2", "model.fc3"]
    assert [row["index"] for row in rows] == ["model[0]", "model[2]", "model[4]"]
    assert [row["network_class"] for row in rows] == ["", "", ""]
    assert [row["network_class"] for row in layer_names(netlib.NetworkSpec((256,)))] == ["model.hidden", "model.output"]
    assert [row["weight"] for row in rows] == ["(128, 784)", "(64, 128)", "(10, 64)"]
