"""The pictures and tiles of the Outputs page, put together for plain and difficult Setups."""

import plotly.graph_objects as go
import pytest
import torch

import netlib
from netlib.i18n import LANGUAGES, translator
from netlib.stats.outputs import summarise_outputs
from netlib.stats.softmax import softmax_steps
from netlib.views import outputs as views

SETUPS = {
    "the notebook's": (netlib.NetworkSpec(), netlib.BatchSpec()),
    "one image": (netlib.NetworkSpec((1,)), netlib.BatchSpec(size=1)),
    "all zero": (netlib.NetworkSpec((5,), "relu", "zeros", "zeros"), netlib.BatchSpec(size=256)),
    "huge": (netlib.NetworkSpec((64,) * 6, "identity", netlib.Init("normal", std=100.0)), netlib.BatchSpec(size=256)),
}
MAIN_BYTES = 32_000
TAB_BYTES = 36_000


def parts(trace, text):
    """The main row, and each tab."""
    label, summary = int(trace.labels[0]), summarise_outputs(trace)
    main = (views.looked_at(trace, 0, text), views.softmax(softmax_steps(trace.logits[0], 0.5), label, text))
    return main, (
        views.batch(trace, 0, text),
        views.classes(trace, text),
        views.entropy(trace, text),
        views.chance(trace, summary, text),
        views.logits(trace, text),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SETUPS)
def test_every_picture_has_its_words_and_the_page_weighs_little(name, language):
    spec, batch = SETUPS[name]
    trace = netlib.run(netlib.build(spec), netlib.sample(batch))
    main, tabs = parts(trace, translator(language))
    shown = [*main, *(picture for tab in tabs for picture in tab)]
    assert len({picture.key for picture in shown}) == len({picture.question for picture in shown}) == len(shown)
    for picture in shown:
        go.Figure(picture.figure.to_dict())
        assert len(picture.alt) > 10
        assert "NaN" not in picture.alt + picture.note
    assert sum(len(picture.figure.to_json()) for picture in main) < MAIN_BYTES
    for tab in tabs:
        assert len(tab) + len(main) <= 6
        assert sum(len(picture.figure.to_json()) for picture in tab) < TAB_BYTES


def test_the_tiles_are_torchs_own_numbers():
    spec, batch = netlib.NetworkSpec(seed=3), netlib.sample(netlib.BatchSpec())
    model = netlib.build(spec)
    trace = netlib.run(model, batch)
    logits = model[:-1](torch.tensor(batch.images).flatten(1)).detach()
    labels = torch.tensor(batch.labels)
    p = logits.softmax(dim=1)
    counts = torch.bincount(logits.argmax(dim=1), minlength=10)
    entropy = torch.distributions.Categorical(logits=logits).entropy().mean().item()
    tiles = views.tiles(trace, summarise_outputs(trace), translator("en"))
    assert [tile.value for tile in tiles] == [
        f"{p.max(dim=1).values.mean().item():.3f}",
        f"{entropy / torch.log(torch.tensor(10.0)).item():.3f}",
        f"{torch.nn.functional.cross_entropy(logits, labels).item():.3f}",
        f"{(logits.argmax(dim=1) == labels).float().mean().item():.1%}",
        f"{counts.argmax().item()}: {counts.max().item()} of 64",
    ]
    assert "for 0 of 64 images" in tiles[-1].meaning
