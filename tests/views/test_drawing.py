"""The Draw page's pictures: each with its words and the subject's own numbers."""

import numpy as np
import plotly.graph_objects as go
import pytest

import netlib
from netlib.digits import normalised
from netlib.drawing import Stroke, enlarged, frame, ink, unframed
from netlib.i18n import LANGUAGES, translator
from netlib.stats.drawing import Subject, read_answer
from netlib.views import drawing as views

BATCH = netlib.sample(netlib.BatchSpec(size=4))
RASTER = ink([Stroke(80, ((600, 100), (900, 300), (650, 500)))])


def drawn(framing=True, label=None, raster=RASTER):
    framed = frame(raster)
    pixels = framed.image if framing and framed else unframed(raster)
    return Subject(normalised(pixels[np.newaxis])[0], raster, framed, framing, label, None)


def of_the_batch(index=2):
    raster = enlarged(BATCH.pixels[index])
    return Subject(BATCH.images[index, 0], raster, frame(raster), True, int(BATCH.labels[index]), index)


SUBJECTS = {
    "of the batch": of_the_batch(),
    "drawn": drawn(),
    "with its label": drawn(label=7),
    "unframed": drawn(framing=False),
    "empty": drawn(raster=np.zeros_like(RASTER)),
}


def answer(subject, seed=0):
    class One:
        images, labels = subject.image[np.newaxis, np.newaxis], np.zeros(1, np.int64)

    trace = netlib.run(netlib.build(netlib.NetworkSpec(seed=seed)), One)
    return read_answer(trace.logits[0], trace.probabilities[0])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SUBJECTS)
def test_every_picture_has_its_words(name, language):
    text, subject = translator(language), SUBJECTS[name]
    shown = [*views.pictures(subject, answer(subject), text), views.steps(subject, text)]
    assert len({picture.key for picture in shown}) == 3
    for picture in shown:
        go.Figure(picture.figure.to_dict())
        assert len(picture.alt) > 10
        assert "{" not in picture.alt + picture.note + picture.question
        assert "NaN" not in picture.alt + picture.note


def test_what_is_shown_is_what_the_network_gets():
    subject = SUBJECTS["drawn"]
    seen, bars = views.pictures(subject, answer(subject), translator("en"))
    np.testing.assert_array_equal(seen.figure.data[0].z, subject.image)
    np.testing.assert_array_equal(bars.figure.data[0].x, answer(subject).probabilities)
    field = views.steps(subject, translator("en")).figure.data[2].z
    np.testing.assert_array_equal(normalised(field[np.newaxis])[0], subject.image)


def test_switched_off_framing_leaves_two_steps():
    text = translator("en")
    heatmaps = [
        len([t for t in views.steps(drawn(framing), text).figure.data if t.type == "heatmap"])
        for framing in (True, False)
    ]
    assert heatmaps == [3, 2]
