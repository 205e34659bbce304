"""What the Compare page puts together: every kind of picture for every pair, within what a page may send."""

import plotly.graph_objects as go
import pytest

import netlib
from netlib.backward import gradients_of
from netlib.comparison import read, write
from netlib.draft import from_setup
from netlib.i18n import LANGUAGES, translator
from netlib.query import LONGEST
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from netlib.stats.flow import sizes
from netlib.views import compare as views
from netlib.views import compare_layer

EN = translator("en")
NOTEBOOK = NetworkSpec()
BIG = BatchSpec(size=256)
PAIRS = {
    "one thing": (NOTEBOOK, NetworkSpec(weight_init="zeros"), BatchSpec()),
    "nothing": (NOTEBOOK, NOTEBOOK, BatchSpec(size=5)),
    "no hidden layer and one unit": (NetworkSpec(()), NetworkSpec((1,), "tanh"), BatchSpec(size=1)),
    "one unit and no hidden layer": (NetworkSpec((1,), "tanh"), NetworkSpec(()), BatchSpec(size=1)),
    "thirty layers and two": (NetworkSpec((64,) * 30, "tanh"), NOTEBOOK, BIG),
    "at the cap": (NetworkSpec((1024, 1024, 128), "gelu"), NetworkSpec((1024, 1024, 128), "tanh"), BIG),
    "constant and huge": (
        NetworkSpec((5, 3), "softplus", "constant", "constant"),
        NetworkSpec((5, 3), "identity", Init("normal", std=100.0)),
        BatchSpec(digits=(3,), size=20),
    ),
    "beyond float32": (NOTEBOOK, NetworkSpec((64,) * 25, "identity", Init("normal", std=100.0)), BatchSpec()),
    "both beyond float32": (
        NetworkSpec((64,) * 30, "relu", Init("normal", std=100.0)),
        NetworkSpec((64,) * 25, "identity", Init("normal", std=100.0)),
        BatchSpec(size=3),
    ),
    "dead": (NetworkSpec((128, 64), "relu", Init("normal", std=0.01), Init("constant", value=-2.0)), NOTEBOOK, BIG),
    "a mix": (
        NetworkSpec((300, 20, 5), ("sigmoid", "elu", "silu"), ("orthogonal", "sparse", "lecun_normal", "trunc_normal")),
        NetworkSpec(
            (300, 20, 5), ("sigmoid", "relu", "silu"), ("orthogonal", "sparse", "lecun_normal", "trunc_normal")
        ),
        BatchSpec(),
    ),
    "nothing in either": (
        NetworkSpec((4,), "relu", "zeros", "zeros"),
        NetworkSpec((6,), "relu", "zeros", "zeros"),
        BatchSpec(size=2),
    ),
}


def pair_of(a, b, batch=BatchSpec(), layer="fc1", image=0):
    """Two networks as the page sees them."""
    digits = netlib.sample(batch)
    first, second = (from_setup(Setup(spec, batch)) for spec in (a, b))
    compared = read(write(second), first)
    assert compared.notes == ()
    assert len(write(second)) < LONGEST
    return views.Pair(
        compared,
        netlib.run(netlib.build(a), digits),
        netlib.run(netlib.build(b), digits),
        a.layers,
        b.layers,
        layer if layer in first.names else "output",
        image,
    )


def gradients(pair, text):
    a, b = ({each.name: sizes(each.weight) for each in gradients_of(of).layers} for of in (pair.a, pair.b))
    return views.gradients(pair, a, b, text)


KINDS = {
    "signal": views.signal,
    "gradients": gradients,
    "probabilities": views.probabilities,
    "activations": compare_layer.activations,
    "weights": compare_layer.weights,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PAIRS)
def test_every_kind_of_every_pair(name, kind):
    a, b, batch = PAIRS[name]
    for layer in ("fc1", "fc3", "output"):
        for language in LANGUAGES:
            pair = pair_of(a, b, batch, layer, batch.size - 1)
            rows = KINDS[kind](pair, translator(language))
            pictures = [picture for row in rows for picture in row.pictures]
            assert rows[0].pictures or rows[0].note
            assert len(pictures) <= 6
            assert len({picture.key for picture in pictures}) == len(pictures)
            assert sum(len(picture.figure.to_json()) for picture in pictures) < 140_000
            for row in rows:
                assert row.question.endswith("?")
            for picture in pictures:
                go.Figure(picture.figure.to_dict())
                assert len(picture.alt) > 10
                assert "NaN" not in picture.alt
            for strip in (strip for row in rows for strip in row.strips):
                assert strip.png.startswith(b"\x89PNG")
                assert len(strip.png) < 40_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAIRS)
def test_the_tiles_of_every_pair(name, language):
    tiles = views.tiles(pair_of(*PAIRS[name]), translator(language))
    assert len(tiles) == 5
    assert all(" → " in tile.value and "NaN" not in tile.value and "nan" not in tile.value for tile in tiles)


def test_the_tiles_are_both_networks_numbers():
    pair = pair_of(NOTEBOOK, NetworkSpec(weight_init="zeros"), BatchSpec(size=16))
    tiles = {tile.label: tile for tile in views.tiles(pair, EN)}
    top = [trace.probabilities.max(axis=1).mean() for trace in (pair.a, pair.b)]
    assert tiles["Mean top probability"].value == f"{top[0]:.3f} → {top[1]:.3f}"
    dead = [sum(int((layer.after == 0).all(axis=0).sum()) for layer in trace.hidden) for trace in (pair.a, pair.b)]
    assert tiles["Units that never fire"].value == f"{dead[0]} → {dead[1]}"
    assert f"{dead[0]} of 192 in A, {dead[1]} of 192 in B" in tiles["Units that never fire"].meaning


def test_a_side_without_probabilities_is_named_and_nothing_is_drawn():
    (row,) = views.probabilities(pair_of(*PAIRS["beyond float32"]), EN)
    assert row.pictures == ()
    assert row.note.startswith("B has no probabilities")


def test_three_pictures_of_one_image_and_three_of_the_batch():
    pair = pair_of(NOTEBOOK, NetworkSpec(weight_init="kaiming_normal"), BatchSpec(size=16), image=3)
    image, batch = views.probabilities(pair, EN)
    bars = [picture.figure.data[0] for picture in image.pictures]
    go_bars = [go.Figure(picture.figure.to_dict()).data[0] for picture in image.pictures]
    assert [each.type for each in go_bars] == ["bar"] * 3
    assert list(bars[2].x) == pytest.approx(list(pair.b.probabilities[3] - pair.a.probabilities[3]), abs=1e-6)
    a, b, _ = (picture.figure for picture in image.pictures)
    assert a.layout.xaxis.range == b.layout.xaxis.range
    a, b, difference = (picture.figure.data[0] for picture in batch.pictures)
    assert a.zmax == b.zmax
    order = pair.a.labels.argsort(kind="stable")
    expected = (pair.b.probabilities - pair.a.probabilities)[order].T
    assert difference.z == pytest.approx(expected, abs=1e-6)
    assert difference.x[0] == f"{order[0]} ({pair.a.labels[order[0]]})"


@pytest.mark.parametrize("name", PAIRS)
def test_signal_and_gradients_stand_on_one_axis(name):
    pair = pair_of(*PAIRS[name])
    for rows, axes in ((views.signal(pair, EN), ("yaxis", "yaxis2")), (gradients(pair, EN), ("yaxis",))):
        a, b = (picture.figure for picture in rows[0].pictures)
        for axis in axes:
            assert a.layout[axis].range == b.layout[axis].range
