"""Panels stand side by side, all of one size, each with its name, values and marks."""

import itertools

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import theme
from netlib.figures.panels import Panel, panels
from netlib.i18n import translator

en = translator("en")


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_they_are_as_wide_as_each_other_and_do_not_meet(count):
    drawn = panels([Panel(f"panel {i}", np.full((28, 28), i), "%{z}") for i in range(count)], en)
    go.Figure(drawn.to_dict())
    layout = drawn.to_dict()["layout"]
    domains = [layout[f"xaxis{'' if i == 0 else i + 1}"]["domain"] for i in range(count)]
    widths = [right - left for left, right in domains]
    assert widths == pytest.approx([widths[0]] * count)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(domains))
    assert domains[0][0] == 0
    assert domains[-1][1] == pytest.approx(1)
    assert [note["text"] for note in layout["annotations"]] == [f"panel {i}" for i in range(count)]
    assert [int(trace.z[0, 0]) for trace in drawn.data] == list(range(count))
    for i in range(count):
        number = "" if i == 0 else str(i + 1)
        assert layout[f"yaxis{number}"]["autorange"] == "reversed"  # the first row on top
        assert layout[f"yaxis{number}"]["scaleanchor"] == f"x{number}"  # pixels are square
        assert drawn.data[i].xaxis == f"x{number}"


def test_ink_is_black_to_white_and_a_sign_has_two_hues_with_a_frame():
    values = np.zeros((4, 4))
    drawn = panels([Panel("ink", values, "%{z}", low=0, high=255), Panel("sign", values, "%{z}", limit=2.0)], en)
    ink, sign = drawn.data
    assert (ink.zmin, ink.zmax) == (0, 255)
    assert [color for _, color in ink.colorscale] == ["#000000", "#ffffff"]
    assert (sign.zmin, sign.zmax) == (-2, 2)
    assert sign.colorscale[0][1] == theme.rgba(theme.NEGATIVE, 1.0)
    (frame,) = drawn.layout.shapes
    assert (frame.xref, frame.x0, frame.x1) == ("x2", -0.5, 3.5)


def test_the_marks_stand_where_they_are_said_to_be():
    part = Panel("p", np.zeros((28, 28)), "%{z}", box=(3, 4, 23, 20), cross=(13.5, 14.2, "here"), centre=14)
    drawn = panels([part], en)
    go.Figure(drawn.to_dict())
    upright, level, box = drawn.layout.shapes
    assert (upright.x0, upright.x1) == (14, 14)
    assert (level.y0, level.y1) == (14, 14)
    assert (box.x0, box.x1, box.y0, box.y1) == (3.5, 19.5, 2.5, 22.5)  # whole pixels, from edge to edge
    mark = drawn.data[1]
    assert (list(mark.x), list(mark.y)) == ([14.2], [13.5])
    assert mark.hovertemplate.startswith("here")
