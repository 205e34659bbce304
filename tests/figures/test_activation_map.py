"""Units by images: the layer's own numbers, in the order that it says, dead units marked."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import theme
from netlib.figures.activation_map import activation_map
from netlib.i18n import LANGUAGES, translator
from netlib.stats import activations as stats
from tests.figures.test_activations import TRACES


def drawn_of(trace, layer, text, by_mean=True, image=0):
    return activation_map(stats.activation_map(layer, trace.labels, by_mean), trace.labels, image, text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TRACES)
def test_a_valid_figure_for_every_layer_that_weighs_little(name, language):
    trace = TRACES[name]
    for layer in {layer.name: layer for layer in (trace.layers[0], trace.layers[-1])}.values():
        drawn = drawn_of(trace, layer, translator(language), image=len(trace.labels) - 1)
        go.Figure(drawn.to_dict())
        assert len(drawn.to_json()) < 80_000
        picture, strip = drawn.data
        assert len(set(picture.x)) == picture.z.shape[1]  # a name that stood twice would be one category
        assert len(set(picture.y)) == picture.z.shape[0] == strip.z.shape[0]
        assert np.isfinite([picture.zmin, picture.zmax]).all()
        assert picture.zmin < picture.zmax


def test_a_cell_is_what_its_names_say():
    trace = TRACES["the notebook's"]
    layer = trace.layers[0]
    picture = drawn_of(trace, layer, translator("en")).data[0]
    for row in (0, 60, 127):
        for column in (0, 15):
            unit = int(picture.y[row])
            image, label = picture.x[column].removesuffix(")").split(" (")
            assert int(label) == trace.labels[int(image)]
            assert picture.z[row, column] == layer.after[int(image), unit]


def test_only_positive_activations_take_the_size_scale_and_others_are_centred_at_zero():
    text = translator("en")
    positive = drawn_of(TRACES["the notebook's"], TRACES["the notebook's"].layers[0], text).data[0]
    assert positive.zmin == 0
    assert [tuple(step) for step in positive.colorscale] == theme.size_scale()
    signed = drawn_of(TRACES["thirty layers"], TRACES["thirty layers"].layers[0], text).data[0]
    assert signed.zmin == -signed.zmax
    assert [tuple(step) for step in signed.colorscale] == theme.sign_scale()


def test_dead_units_are_marked_beside_their_rows():
    trace = TRACES["the notebook's"]
    layer = trace.layers[0]
    picture, strip = drawn_of(trace, layer, translator("en"), by_mean=False).data
    assert strip.z[:, 0].tolist() == (layer.after == 0).all(axis=0).astype(float).tolist()
    assert list(strip.y) == list(picture.y)
    assert strip.xaxis == "x2"


def test_labels_stand_over_their_images_and_the_one_looked_at_is_marked():
    trace = TRACES["the notebook's"]
    drawn = drawn_of(trace, trace.layers[0], translator("en"), image=7)
    notes = [note.text for note in drawn.layout.annotations]
    assert [note for note in notes if note.isdigit()] == [str(label) for label in np.unique(trace.labels)]
    mark = next(note for note in drawn.layout.annotations if note.text == "▲")
    assert drawn.data[0].x[mark.x].startswith("7 (")


def test_blocks_name_all_that_they_stand_for():
    trace = TRACES["at the cap"]
    picture = drawn_of(trace, trace.layers[0], translator("en")).data[0]
    assert picture.y[0] == "1–8"
    assert picture.y[-1] == "1017–1024"
    big = TRACES["one class"]
    picture = drawn_of(big, big.layers[0], translator("en")).data[0]
    images = [int(one.split(" (")[0]) for name in picture.x for one in name.split(", ")]
    assert sorted(images) == list(range(256))
