"""How the entries of each layer's gradients are distributed: a column a layer, over as many decades as it takes."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.activations import powers
from netlib.figures.layer_axis import layer_axis
from netlib.i18n import Text
from netlib.stats.flow import Decades
from netlib.trace import Array

_PANELS = ([0, 0.485], [0.515, 1])
_ZERO_ROWS = 2
_GAP_ROWS = 1
_STEP = 0.25
_LEAST_ROWS = 8
_WORTH = 0.01
_COLORS = 200


def gradient_maps(
    weights: Sequence[Decades],
    before: Sequence[Decades],
    names: Sequence[str],
    looked_at: str,
    text: Text,
    *,
    height: int = theme.LARGE,
) -> go.Figure:
    """The gradient by the weights (left) and by the pre-activations (right), a column a layer.

    Each row is a quarter of a decade of |g|, its colour the share of the entries beside that of the column's tallest
    row. The row apart at the bottom holds the exact zeros, its colour their share of all. Rows at both ends are left
    out where no column has a hundredth of its tallest.
    """
    low, high = _ends([*weights, *before])
    rows = round((high - low) / _STEP)
    floor = low - (_GAP_ROWS + _ZERO_ROWS) * _STEP
    zero = floor + 0.5 * _ZERO_ROWS * _STEP
    exponents = range(int(np.ceil(low)), int(np.floor(high)) + 1)
    exponents = exponents[:: max(1, -(-len(exponents) // 8))]
    maps = [
        _map([_column(one, low, rows) for one in side], floor, number, names, text)
        for side, number in ((weights, ""), (before, "2"))
    ]
    return theme.figure(
        maps,
        text,
        height=height,
        xaxis=layer_axis(names, looked_at, text("weights: ∂L/∂W"), by_name=True, domain=_PANELS[0]),
        xaxis2=layer_axis(names, looked_at, text("pre-activations: ∂L/∂z"), by_name=True, domain=_PANELS[1]),
        yaxis=theme.axis(
            text("size of one entry (log scale)"),
            range=[floor - _STEP, high + _STEP],
            tickvals=[zero, *map(float, exponents)],
            ticktext=["0", *powers([(1, exponent) for exponent in exponents], text)],
            showgrid=False,
            fixedrange=True,
        ),
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
    )


def _ends(columns: Sequence[Decades]) -> tuple[float, float]:
    """From the lowest to the highest edge of a row that is worth showing, as powers of ten; two decades at least."""
    edges: list[float] = []
    for one in columns:
        if one.shares.size:
            tall = np.flatnonzero(one.shares >= _WORTH * one.shares.max())
            edges += [float(one.exponents[tall[0]]), float(one.exponents[tall[-1] + 1])]
    low, high = (min(edges), max(edges)) if edges else (-1.0, 1.0)
    return low, max(high, low + _LEAST_ROWS * _STEP)


def _column(one: Decades, low: float, rows: int) -> Array:
    """One layer's shares, upwards: exact zeros, a gap, then quarter by quarter of a decade."""
    column = np.zeros(_ZERO_ROWS + _GAP_ROWS + rows)
    column[:_ZERO_ROWS] = one.zeros
    if one.shares.size:
        places = round((float(one.exponents[0]) - low) / _STEP) + np.arange(len(one.shares))
        inside = (places >= 0) & (places < rows)
        column[_ZERO_ROWS + _GAP_ROWS + places[inside]] = one.shares[inside]
    return column


def _map(columns: Sequence[Array], floor: float, number: str, names: Sequence[str], text: Text) -> theme.Trace:
    shares = np.stack(columns, axis=1)
    tallest = shares[_ZERO_ROWS:].max(axis=0)
    colors = shares / np.where(tallest > 0, tallest, 1.0)
    colors[:_ZERO_ROWS] = shares[:_ZERO_ROWS]
    return {
        "type": "heatmap",
        "z": np.rint(_COLORS * colors).astype(np.uint8),
        "x": list(names),
        "y0": floor + 0.5 * _STEP,
        "dy": _STEP,
        "xaxis": f"x{number}",
        "zmin": 0,
        "zmax": _COLORS,
        "colorscale": theme.size_scale(),
        "showscale": False,
        "xgap": 1,
        "customdata": theme.short(shares),
        "hovertemplate": "%{x}: "
        + text("%{customdata:.2%} of the entries, around 10^%{y:.3g}; lowest row: exact zeros")
        + "<extra></extra>",
    }
