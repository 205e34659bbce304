"""Whom the network calls what, with what all images share and without it."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.i18n import Text
from netlib.trace import Array

_SMALL_FONT = 12


def predicted_classes(
    rows: Sequence[tuple[str, Array]], text: Text, *, height: int = theme.SMALL, none: bool = True
) -> go.Figure:
    """Rows of counts (11,) by class, the last for the undecided ones, which are left out where there are `none`."""
    columns = 11 if none else 10
    counts = np.stack([row[:columns] for _, row in rows])
    heads = [*"0123456789", *([text("none")] if none else [])]
    total = max(int(rows[0][1].sum()), 1)
    heat = {
        "type": "heatmap",
        "z": counts.astype(np.int16),
        "x0": 0,
        "dx": 1,
        "y0": 0,
        "dy": 1,
        "zmin": 0,
        "zmax": total,
        "colorscale": [[at, _softer(color)] for at, color in theme.size_scale()],
        "showscale": False,
        "xgap": 2,
        "ygap": 6,
        "hovertemplate": text("class %{x}: %{z} images") + "<extra></extra>",
    }
    written = [
        (float(column), float(row), str(counts[row, column]))
        for row in range(len(rows))
        for column in range(columns)
        if counts[row, column]
    ]
    return theme.figure(
        [heat, theme.words(written, size=theme.FONT)],
        text,
        height=height,
        xaxis=theme.axis(
            text("class"),
            range=[-0.5, columns - 0.5],
            tickvals=list(range(columns)),
            ticktext=heads,
            showgrid=False,
            fixedrange=True,
        ),
        yaxis=theme.axis(
            "",
            range=[len(rows) - 0.5, -0.5],
            tickvals=list(range(len(rows))),
            ticktext=[name for name, _ in rows],
            tickfont={"size": _SMALL_FONT},
            showgrid=False,
            fixedrange=True,
        ),
    )


def _softer(color: str) -> str:
    """The counts must be legible on the full hue."""
    return color.replace(",1)", ",0.5)")
