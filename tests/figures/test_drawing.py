"""The steps of framing show what framing did, and weigh little."""

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.drawing import Stroke, frame, ink, unframed
from netlib.figures import drawing as figures
from netlib.i18n import LANGUAGES, translator

RASTER = ink([Stroke(80, ((600, 100), (900, 300), (650, 500)))])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_three_steps(language):
    framed = frame(RASTER)
    drawn = figures.framing(RASTER, framed, translator(language))
    go.Figure(drawn.to_dict())
    pad, small, field = (trace for trace in drawn.data if trace.type == "heatmap")
    np.testing.assert_allclose(pad.z, RASTER.reshape(70, 4, 70, 4).mean(axis=(1, 3)) * 255, atol=0.51)
    assert small.z.shape == (20, 20)
    assert small.z.astype(int).sum() == np.rint(framed.small * 255).astype(int).sum()
    np.testing.assert_array_equal(field.z, framed.image)
    boxes = [shape for shape in drawn.layout.shapes if shape.type == "rect"]
    assert (boxes[0].y0, boxes[0].x0) == (framed.box.top / 4 - 0.5, framed.box.left / 4 - 0.5)
    assert (boxes[1].y0, boxes[1].x0) == (framed.corner[0] - 0.5, framed.corner[1] - 0.5)
    (mark,) = (trace for trace in drawn.data if trace.type == "scatter")
    assert (mark.y[0], mark.x[0]) == framed.centre
    assert len(drawn.to_json()) < 22_000


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("raster", [RASTER, np.zeros_like(RASTER)])
def test_without_framing_the_pad_and_the_pad_shrunk(language, raster):
    pixels = unframed(raster)
    centre = (8.0, 19.0) if raster.any() else None
    drawn = figures.unframed(raster, pixels / np.float32(127.5) - 1, centre, translator(language))
    go.Figure(drawn.to_dict())
    pad, field = (trace for trace in drawn.data if trace.type == "heatmap")
    assert pad.z.max() == (255 if raster.any() else 0)
    np.testing.assert_array_equal(field.z, pixels)
    assert len(drawn.data) == (3 if raster.any() else 2)
