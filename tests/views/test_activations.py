"""What the Activations page puts together: pictures with their words, tiles with the trace's own numbers."""

import plotly.graph_objects as go
import pytest
import torch

from netlib.i18n import LANGUAGES, translator
from netlib.views import activations as views
from tests.figures.test_activations import TRACES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TRACES)
def test_every_picture_of_every_network(name, language):
    text, trace = translator(language), TRACES[name]
    for looked_at in {trace.layers[0].name, "output"}:
        at = views.LookedAt(trace, looked_at)
        shown = [
            *views.pictures(at, text),
            views.distributions(at, text),
            views.units_by_images(at, 0, True, text),
            views.units_by_images(at, 0, False, text),
            views.shares(at, text),
            views.curves(at, text),
        ]
        for picture in shown:
            go.Figure(picture.figure.to_dict())
            assert picture.question.endswith("?")
            assert len(picture.alt) > 10
            assert "NaN" not in picture.alt + picture.note
        first_tab = sum(len(picture.figure.to_json()) for picture in shown[:3])
        with_map = sum(len(picture.figure.to_json()) for picture in (*shown[:2], shown[3]))
        assert max(first_tab, with_map) < 150_000
        assert len({picture.key for picture in shown}) == 6


def test_the_tiles_are_the_layers_numbers():
    trace = TRACES["the notebook's"]
    at = views.LookedAt(trace, "fc1")
    layer = trace.layer("fc1")
    z = torch.tensor(layer.before, dtype=torch.float64, requires_grad=True)
    torch.relu(z).sum().backward()
    saturated = (z.grad < 0.05).double().mean().item()
    dead = int((torch.relu(z) == 0).all(dim=0).sum())
    assert {tile.label: tile.value for tile in views.tiles(at.summary, translator("en"))} == {
        "Std before": f"{z.std(correction=0).item():.3f}",
        "Std after": f"{torch.relu(z).std(correction=0).item():.3f}",
        "Saturated": f"{saturated:.1%}",
        "Dead units": f"{dead} of 128",
        "Silent images": "0 of 16",
    }


def test_the_notebooks_first_exercise_saturates():
    import netlib

    randn = netlib.Init("normal", std=1.0)
    spec = netlib.NetworkSpec((256,), "sigmoid", randn, randn)
    trace = netlib.run(netlib.build(spec), netlib.sample(netlib.BatchSpec()))
    tiles = {tile.label: tile.value for tile in views.tiles(views.LookedAt(trace, "fc1").summary, translator("en"))}
    assert float(tiles["Saturated"].rstrip("%")) == pytest.approx(87, abs=1.5)
