"""The Weights page's pictures, tiles and PNG, over networks that are hard to draw, in both languages and within budget."""

import io
from functools import cache

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

import netlib
from netlib.i18n import LANGUAGES, translator
from netlib.spec import Init, NetworkSpec
from netlib.stats.spectrum import singular_values
from netlib.views import weights as views

# What is sent beside the charts: sidebar, titles, captions, tiles; measured at 25 kB for a deep network in Russian.
BYTES_FOR_CHARTS = 125_000

NETWORKS = {
    "the notebook's": NetworkSpec(),
    "no hidden layer": NetworkSpec(()),
    "one unit": NetworkSpec((1, 1), "tanh"),
    "thirty layers": NetworkSpec((64,) * 30, "tanh"),
    "at the cap": NetworkSpec((1024, 1024, 128), "gelu"),
    "all zero": NetworkSpec((32, 16), "relu", "zeros", "zeros"),
    "all equal": NetworkSpec((32, 16), "softplus", "constant", Init("constant", value=-1.0)),
    "huge": NetworkSpec((64,) * 6, "identity", Init("normal", std=100.0)),
    "next to nothing": NetworkSpec((32,), "tanh", Init("normal", std=1e-38), Init("normal", std=5e-324)),
    "a mix": NetworkSpec((300, 20, 5), ("sigmoid", "elu", "silu"), ("orthogonal", "sparse", "normal", "trunc_normal")),
}


@cache
def looked_at(spec, name):
    trace = netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec(size=2)))
    return views.LookedAt(trace, spec.layers, name)


@cache
def values_of(spec, name):
    return singular_values(looked_at(spec, name).layer.weight)


def layers_of(spec):
    """The first, one in the middle, the last."""
    return sorted({spec.layers[0].name, spec.layers[len(spec.layers) // 2].name, "output"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_tab_is_drawn_and_weighs_what_a_page_may(name, language):
    text = translator(language)
    for layer in layers_of(NETWORKS[name]):
        at = looked_at(NETWORKS[name], layer)
        always = views.pictures(at, text)
        values = values_of(NETWORKS[name], layer)
        tabs = [[views.matrix(at, text)], views.spectrum(at, values, text), views.biases(at, text)]
        tabs.append([views.all_layers(at, text)])
        weights = [sum(len(picture.figure.to_json()) for picture in tab) for tab in (always, *tabs)]
        png = len(views.unit_picture(at, False, 1, text)[0]) if at.sees_pixels else 0
        assert weights[0] + max(*weights[1:], png) < BYTES_FOR_CHARTS
        shown = [*always, *(picture for tab in tabs for picture in tab)]
        assert len({picture.key for picture in shown}) == len(shown)
        for picture in shown:
            go.Figure(picture.figure.to_dict())
            assert len(picture.alt) > 10
            assert "nan" not in (picture.alt + picture.note).lower()
            cyrillic = any("а" <= letter <= "я" for letter in picture.question)
            assert cyrillic == (language == "ru")


def test_the_tiles_are_torchs_numbers():
    spec = NetworkSpec((40,), seed=3)
    weight = netlib.build(spec).fc1.weight
    tiles = {tile.label: tile.value for tile in views.tiles(looked_at(spec, "fc1"), translator("en"))}
    text = translator("en")
    assert tiles == {
        "Std, implied 0.0206": text.number(weight.std().item()),
        "Mean, implied 0": text.number(weight.double().mean().item()),
        "Largest; smallest −0.0357": text.number(weight.max().item()),
        f"Norm, implied {text.number((784 * 40) ** 0.5 / (3 * 784) ** 0.5)}": text.number(weight.norm().item()),
        "Number of weights": "31,360",
    }


def test_pages_of_units_share_nothing_and_leave_nothing_out():
    spec = NetworkSpec((300,))
    at, text = looked_at(spec, "fc1"), translator("en")
    assert at.pages == 3
    pages = [views.unit_picture(at, False, page, text) for page in (1, 2, 3)]
    assert [alt.split(" units")[0] for _, alt in pages] == ["Weights of 128", "Weights of 128", "Weights of 44"]
    assert len({png for png, _ in pages}) == 3
    for png, _ in pages:
        Image.open(io.BytesIO(png)).verify()


def test_by_norm_the_longest_unit_comes_first():
    at, text = looked_at(NetworkSpec((300,)), "fc1"), translator("en")
    norms = np.linalg.norm(at.layer.weight.astype(float), axis=1)
    _, alt = views.unit_picture(at, True, 1, text)
    assert f"largest norm is {norms.max():.3f} (unit {norms.argmax()})" in alt
    _, alt = views.unit_picture(at, True, 3, text)
    assert f"the smallest {norms.min():.3f} (unit {norms.argmin()})" in alt


def test_only_the_first_layer_sees_pixels():
    assert looked_at(NetworkSpec(()), "output").sees_pixels
    assert looked_at(NetworkSpec(), "fc1").sees_pixels
    assert not looked_at(NetworkSpec(), "fc2").sees_pixels
    assert not looked_at(NetworkSpec(), "output").sees_pixels


def test_a_density_is_drawn_only_where_there_is_one():
    def keys(init):
        at = looked_at(NetworkSpec((20,), weight_init=init), "fc1")
        return [picture.key for picture in views.spectrum(at, singular_values(at.layer.weight), translator("en"))]

    assert keys("pytorch") == ["ranked", "spectrum"]
    assert keys("orthogonal") == keys("zeros") == keys("constant") == ["ranked"]
