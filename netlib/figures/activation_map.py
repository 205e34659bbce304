"""A layer's activations, units by images, as one heatmap; beside it, which units are dead."""

from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.i18n import Text
from netlib.stats.activations import ActivationMap
from netlib.trace import Array

_DEAD_FROM = 0.965


def activation_map(
    mapped: ActivationMap, labels: Array, image: int, text: Text, *, height: int = theme.LARGE
) -> go.Figure:
    """Rows are units, columns images ordered by label; zero is the background. A strip on the right marks dead units.

    labels (n,) in the batch's order; `image` is the index of the one looked at, marked by a triangle.
    """
    cells = mapped.cells
    rows, columns = cells.values.shape
    largest = float(np.nanmax(np.abs(cells.values), initial=0.0)) or 1.0
    signed = bool(np.nanmin(cells.values, initial=0.0) < 0)
    names = [_unit(mapped.unit_order, index, cells.rows) for index in range(rows)]
    about = [_image(mapped.image_order, labels, index, cells.columns) for index in range(columns)]
    unit = text("unit %{y}") if cells.rows == 1 else text("units at places %{y}")
    picture = {
        "type": "heatmap",
        "z": cells.values,
        "x": about,
        "y": names,
        "colorscale": theme.sign_scale() if signed else theme.size_scale(),
        "zmin": -largest if signed else 0,
        "zmax": largest,
        "colorbar": theme.color_bar(text("activation f(z)"), exponentformat="power", minexponent=4),
        "hovertemplate": unit + text(", image (label) %{x}: %{z:.4g}") + "<extra></extra>",
        "hoverongaps": False,
    }
    strip = {
        "type": "heatmap",
        "z": mapped.dead_share.values,
        "x": [text("dead")],
        "y": names,
        "xaxis": "x2",
        "colorscale": theme.size_scale(theme.NEUTRAL),
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "hovertemplate": unit + text(", dead: %{z:.0%}") + "<extra></extra>",
    }
    ordered = labels[mapped.image_order]
    bounds = [0, *(np.flatnonzero(np.diff(ordered)) + 1).tolist(), len(ordered)]
    groups = [
        (start / cells.columns - 0.5, end / cells.columns - 0.5, int(ordered[start])) for start, end in pairwise(bounds)
    ]
    looked_at = int(np.flatnonzero(mapped.image_order == image)[0]) // cells.columns
    plain: dict[str, Any] = {
        "type": "category",
        "showticklabels": False,
        "ticks": "",
        "showgrid": False,
        "fixedrange": True,
    }
    return theme.figure(
        [picture, strip],
        text,
        height=height,
        xaxis=theme.axis(
            text("images by label, ▲ looked at"),
            domain=[0, _DEAD_FROM - 0.01],
            range=[-0.5, columns - 0.5],
            title_standoff=24,
            **plain,
        ),
        xaxis2=theme.axis("", domain=[_DEAD_FROM, 1], **plain),
        yaxis=theme.axis(_units_title(mapped, text), range=[rows - 0.5, -0.5], **plain),
        shapes=[_divider(start) for start, _, _ in groups[1:]],
        annotations=[
            *(_above((start + end) / 2, str(label)) for start, end, label in groups),
            {**_above(looked_at, "▲"), "y": 0, "yanchor": "top"},
            {**_above(0, text("dead")), "xref": "x2", "yanchor": "top", "textangle": -90},
        ],
        margin={"l": 8, "r": 8, "t": 26, "b": 8},
    )


def _units_title(mapped: ActivationMap, text: Text) -> str:
    return text("units, by mean activation") if mapped.by_mean else text("units, by index")


def _unit(order: Array, index: int, block: int) -> str:
    """`57`, or which places of the order a row of block means stands for, `1–8`; each only once."""
    last = min((index + 1) * block, len(order))
    return str(order[index]) if block == 1 else f"{index * block + 1}–{last}"


def _image(order: Array, labels: Array, index: int, block: int) -> str:
    """`12 (3)`: the index in the batch and the label, of each image of a block."""
    return ", ".join(f"{image} ({labels[image]})" for image in order[index * block : (index + 1) * block])


def _divider(x: float) -> dict[str, Any]:
    line = {"color": theme.rgba(theme.NEUTRAL, 0.6), "width": 1}
    return {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _above(x: float, words: str) -> dict[str, Any]:
    return {"x": x, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False, "text": words}
