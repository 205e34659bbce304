"""A digit is shown as the notebook shows it."""

import numpy as np
import plotly.graph_objects as go

import netlib
from netlib.figures.digit import digit
from netlib.i18n import translator


def test_a_digit_is_light_on_black_with_its_first_row_on_top():
    image = netlib.sample(netlib.BatchSpec()).images[1, 0]
    drawn = digit(image, translator("en"))
    go.Figure(drawn.to_dict())
    shown = drawn.data[0]
    np.testing.assert_array_equal(shown.z, image)
    assert (shown.zmin, shown.zmax) == (-1, 1)
    assert [color for _, color in shown.colorscale] == ["#000000", "#ffffff"]
    assert drawn.layout.yaxis.autorange == "reversed"
    assert len(drawn.to_json()) < 20_000
