"""The probes' pictures: each with its words, whatever the network."""

import numpy as np
import plotly.graph_objects as go
import pytest

import netlib
from netlib import saliency
from netlib.i18n import LANGUAGES, translator
from netlib.stats.drawing import read_answer
from netlib.views import probes as views
from tests.figures.test_probes import IMAGE, NETWORKS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NETWORKS)
def test_every_picture_has_its_words(name, language):
    text, model = translator(language), netlib.build(NETWORKS[name])

    class Two:
        images, labels = np.stack([IMAGE, IMAGE[::-1]])[:, np.newaxis].copy(), np.zeros(2, np.int64)

    trace = netlib.run(model, Two)
    before, after = (read_answer(trace.logits[i], trace.probabilities[i]) for i in range(2))
    shown = [
        *views.disturbed(IMAGE[::-1], before, after, 3, text),
        views.saliency(saliency.saliency(model, IMAGE, 3), IMAGE, text),
        views.occlusion(saliency.occlusion(model, IMAGE, 3), text=text, image=IMAGE),
    ]
    if flip := saliency.smallest_change(model, IMAGE):
        shown.append(views.flip(flip, text))
    assert len({picture.key for picture in shown}) == len(shown)
    for picture in shown:
        go.Figure(picture.figure.to_dict())
        assert len(picture.alt) > 10
        assert "{" not in picture.alt + picture.note + picture.question
        assert "NaN" not in picture.alt
