"""The finder's pictures: the unit that is chosen, and no other."""

import numpy as np

from netlib.i18n import translator
from netlib.stats.signal_units import sleepers, unit
from netlib.views import signal_units as views
from tests.figures.test_activations import TRACES


def test_the_pictures_are_those_of_the_unit():
    trace, text = TRACES["the notebook's"], translator("en")
    layer = views.looked_at(trace, "fc1")
    found = sleepers(layer)
    index = int(found.chosen[-1])
    weights, before, images = views.pictures(trace, layer, found, index, text)
    shown = np.concatenate(
        [np.ravel(np.asarray(each.z, float)) for each in weights.figure.data if each.type == "heatmap"]
    )
    np.testing.assert_allclose(np.sort(shown), np.sort(layer.weight[index].astype(float)), rtol=1e-3, atol=1e-6)
    assert str(index) in weights.question
    values = [np.asarray(each.y, float) for each in before.figure.data if each.y is not None]
    expected = np.sort(layer.before[:, index].astype(float))
    assert any(len(y) == len(expected) and np.allclose(np.sort(y), expected, rtol=1e-4) for y in values)
    assert len(unit(layer, index).images) == 5
    assert images.alt


def test_output_is_searched_in_the_last_hidden_layer():
    trace = TRACES["the notebook's"]
    assert views.looked_at(trace, "output") is trace.hidden[-1]
    assert views.looked_at(trace, "fc1") is trace.layers[0]
    assert views.looked_at(TRACES["no hidden layer"], "output") is None
