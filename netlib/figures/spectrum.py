"""Singular values drawn: one by one beside what is expected of them, and as a density."""

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.weights import curve, level, measured_density, note, with_margin
from netlib.i18n import Text
from netlib.stats.spectrum import SpectralLaw
from netlib.stats.weights import Histogram
from netlib.trace import Array


def ranked(values: Array, law: SpectralLaw, color: str, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """Singular values, largest first; dashed: where they are expected, and the upper edge as a line."""
    measured = {
        "type": "scatter",
        "mode": "lines+markers" if len(values) <= 64 else "lines",
        "x0": 1,
        "dx": 1,
        "y": values.astype(np.float32),
        "line": {"color": color, "width": 3},
        "customdata": law.expected.astype(np.float32),
        "hovertemplate": text("number %{x}: %{y:.4g}, expected %{customdata:.4g}") + "<extra></extra>",
    }
    expected = curve(np.arange(1, len(values) + 1, dtype=np.float32), law.expected)
    if len(values) == 1:
        expected = {**expected, "mode": "markers", "marker": {"color": theme.NEUTRAL, "symbol": "line-ew-open"}}
    top = float(max(values[0], law.upper)) or 1.0
    edges = [(law.upper, text("upper edge"), "bottom")] if law.has_density else []
    if law.has_density and law.lower > 0.1 * top:
        edges.append((law.lower, text("lower edge"), "top"))
    return theme.figure(
        [measured, expected],
        text,
        height=height,
        xaxis=theme.axis(text("number, largest first"), range=with_margin(0, len(values) + 1), fixedrange=True),
        yaxis=theme.axis(text("singular value"), range=[-0.03 * top, 1.2 * top], fixedrange=True),
        shapes=[level(edge) for edge, _, _ in edges],
        annotations=[
            note(1, edge, words, color=theme.NEUTRAL, xref="paper", xanchor="right", yanchor=anchor)
            for edge, words, anchor in edges
        ],
    )


def spectrum(values: Array, law: SpectralLaw, color: str, text: Text, *, height: int = theme.SMALL) -> go.Figure:
    """How densely the singular values lie, with the Marchenko-Pastur density dashed over it."""
    low, high = min(float(values[-1]), law.lower), max(float(values[0]), law.upper)
    bins = max(5, min(40, int(2 * len(values) ** 0.5)))
    counts, edges = np.histogram(values, bins, (low, high))
    density = counts / (len(values) * (edges[1] - edges[0]))
    none = np.empty(0)
    theory = curve(*law.density(), text("theory: density %{y:.4g} at %{x:.4g}"))
    return theme.figure(
        [measured_density(Histogram(edges, density, None, 0.0, none, none), color, text), theory],
        text,
        height=height,
        xaxis=theme.axis(text("singular value"), range=with_margin(low, high), fixedrange=True),
        yaxis=theme.axis(text("density (share per unit)"), rangemode="tozero", fixedrange=True),
        hovermode="closest",
    )
