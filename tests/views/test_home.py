"""Home's pictures and tiles carry the numbers of the trace that they are made of."""

import plotly.graph_objects as go
import pytest
import torch

import netlib
from netlib.i18n import LANGUAGES, translator
from netlib.stats.outputs import summarise_outputs
from netlib.views import home


@pytest.fixture(scope="module")
def trace():
    return netlib.run(netlib.build(netlib.NetworkSpec()), netlib.sample(netlib.BatchSpec()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_pictures_each_with_its_words(trace, language):
    shown = home.pictures(trace, 5, "fc2", translator(language))
    assert [picture.key for picture in shown] == ["digit", "network", "probabilities"]
    assert len({picture.question for picture in shown}) == 3
    for picture in shown:
        go.Figure(picture.figure.to_dict())
        assert len(picture.alt) > 10


def test_the_tiles_are_torchs_own_numbers(trace):
    text = translator("en")
    tiles = {tile.label: tile.value for tile in home.tiles(trace, summarise_outputs(trace), text)}
    model = netlib.build(netlib.NetworkSpec())
    logits = model[:-1](torch.tensor(trace.inputs))
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(trace.labels)).item()
    top = logits.softmax(dim=1).max(dim=1).values.mean().item()
    right = (logits.argmax(dim=1) == torch.tensor(trace.labels)).float().mean().item()
    silent = sum(int((layer(before) <= 0).all(dim=0).sum()) for layer, before in hidden_layers(model, trace))
    assert tiles == {
        "Parameters": "109,386",
        "Mean top probability": f"{top:.3f}",
        "Cross-entropy": f"{loss:.3f}",
        "Accuracy of the batch": f"{right:.1%}",
        "Units that never fire": f"{silent} of 192",
    }


def hidden_layers(model, trace):
    """Each hidden linear layer with what reaches it, computed by plain torch."""
    images = torch.tensor(trace.inputs)
    return [(model.fc1, images), (model.fc2, model.relu1(model.fc1(images)))]
