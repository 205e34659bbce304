"""Code's pictures, tiles and tables carry the numbers of the trace and the names of the spellings."""

import plotly.graph_objects as go
import pytest

import netlib
from netlib.i18n import LANGUAGES, translator
from netlib.stamp import stamp
from netlib.views import code as views


@pytest.fixture(scope="module")
def trace():
    return netlib.run(netlib.build(netlib.NetworkSpec()), netlib.sample(netlib.BatchSpec()))


@pytest.fixture(scope="module")
def forms(trace):
    return stamp(netlib.NetworkSpec(), "notebook", trace)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stamp_has_its_words(forms, language):
    picture = views.stamp(forms, translator(language))
    go.Figure(picture.figure.to_dict())
    assert len(picture.alt) > 10


def test_the_tiles_are_the_numbers_that_exports_assert(trace):
    tiles = views.tiles(trace, 3, "fc1", translator("en"))
    assert [tile.value for tile in tiles] == [
        "(128, 784)",
        translator("en").number(trace.layer("fc1").weight.astype("float64").mean()),
        translator("en").number(trace.layer("fc1").weight.astype("float64").std(ddof=1)),
        translator("en").number(float(trace.probabilities[3].max())),
    ]


def test_the_table_maps_the_names(trace):
    table = views.names(netlib.NetworkSpec(), "fc2").set_index("layer")
    assert list(table["x @ W + b"]) == ["W1", "W2", "W3"]
    assert list(table["nn.Module"]) == ["fc1.weight", "fc2.weight", "fc3.weight"]
    assert list(table["nn.Sequential"]) == ["0.weight", "2.weight", "4.weight"]
    assert list(table["OrderedDict"]) == ["fc1.weight", "fc2.weight", "output.weight"]
    assert list(table["looked at"]) == ["", "◀", ""]
    class_of_two = views.names(netlib.NetworkSpec((256,), "sigmoid"), "output")
    assert list(class_of_two["nn.Module"]) == ["hidden.weight", "output.weight"]


def test_the_keys_are_torchs_with_the_layer_marked(forms):
    ordered = next(form for form in forms if form.name == "ordered")
    lines = views.keys(ordered, netlib.NetworkSpec(), "fc2").split("\n")
    expected = netlib.build(netlib.NetworkSpec()).state_dict()
    assert [line.split()[0] for line in lines] == list(expected)
    for line, tensor in zip(lines, expected.values(), strict=True):
        assert str(tuple(tensor.shape)) in line
    assert [line.split()[0] for line in lines if line.endswith("◀")] == ["fc2.weight", "fc2.bias"]
