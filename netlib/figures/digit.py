"""One digit as the notebook shows it: light ink on black, 28 x 28."""

from typing import Any

import plotly.graph_objects as go

from netlib.figures import theme
from netlib.i18n import Text
from netlib.trace import Array


def digit(image: Array, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """One image (28, 28) with values in [-1, 1]; hovering tells row, column and value."""
    return theme.figure(
        [heatmap(image, text)], text, height=height, **square(), margin={"l": 0, "r": 0, "t": 0, "b": 0}
    )


def heatmap(image: Array, text: Text) -> theme.Trace:
    """The trace of one image, for a figure that shows more than that."""
    return {
        "type": "heatmap",
        "z": image,
        "colorscale": theme.INK,
        "zmin": -1,
        "zmax": 1,
        "showscale": False,
        "hovertemplate": text("row %{y}, column %{x}: %{z:.3f}") + "<extra></extra>",
    }


def square() -> dict[str, Any]:
    """Axes of a picture: square pixels, first row on top."""
    return {
        "xaxis": theme.hidden_axis(constrain="domain"),
        "yaxis": theme.hidden_axis(autorange="reversed", scaleanchor="x", constrain="domain"),
    }
