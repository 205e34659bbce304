"""A layer's activations as a map: each image is its digit, written at its place."""

import numpy as np
import plotly.graph_objects as go

from netlib.figures import theme
from netlib.figures.contact_sheet import nothing
from netlib.i18n import Text
from netlib.stats.embedding import Plane, centres
from netlib.stats.evaluation import Answers

MOST_WRITTEN = 600

_SMALL_FONT = 12
_LARGE_FONT = 26


def plane(found: Plane, answers: Answers, looked_at: int | None, text: Text, *, height: int = theme.LARGE) -> go.Figure:
    """Every image as the digit that it is, wrongly answered ones in another colour; large: the middle of each digit.

    `answers` are those of all images given to the plane. At most 600 are drawn, evenly taken. A chosen point's
    `customdata[0]` is the index of its image. `looked_at` is ringed if it is among those drawn.
    """
    drawn = np.arange(len(found))
    if len(drawn) > MOST_WRITTEN:
        drawn = np.linspace(0, len(found) - 1, MOST_WRITTEN).round().astype(np.intp)
    images = found.images[drawn]
    wrong = ~answers.right[images]
    traces: list[theme.Trace] = []
    for bad, color in ((False, theme.SIZE), (True, theme.POSITIVE)):
        own, places = images[wrong == bad], found.places[drawn][wrong == bad]
        if not len(own):
            continue
        labels, said = answers.labels[own], answers.predicted[own]
        traces.append(
            {
                "type": "scatter",
                "mode": "text",
                "x": theme.short(places[:, 0]),
                "y": theme.short(places[:, 1]),
                "text": [f"<b>{label}</b>" if bad else str(label) for label in labels],
                "textfont": {"size": _SMALL_FONT, "color": color},
                "customdata": np.stack([own, labels, said], 1).astype(np.int16),
                "hovertemplate": (
                    text("image %{customdata[0]}: a %{customdata[1]}, answered %{customdata[2]}")
                    if (said >= 0).all()
                    else text("image %{customdata[0]}: a %{customdata[1]}")
                )
                + "<extra></extra>",
                "selected": {"textfont": {"color": color}},
            }
        )
    ring = np.flatnonzero(images == (-1 if looked_at is None else looked_at))
    if ring.size:
        x, y = found.places[drawn][ring[0]]
        mark = {"symbol": "circle-open", "size": 20, "color": theme.NEUTRAL, "line": {"width": 2.5}}
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [float(x)],
                "y": [float(y)],
                "marker": mark,
                "hoverinfo": "skip",
            }
        )
    middles = [(x, y, f"<b>{digit}</b>") for digit, x, y in centres(found, answers.labels)]
    traces.append(theme.words(middles, size=_LARGE_FONT))
    flat = {} if len(found) and np.ptp(found.places) > 0 else {"range": [-1, 1]}
    names = [text("t-SNE axis 1, no unit"), text("t-SNE axis 2, no unit")]
    if found.explained is not None:
        names = [
            text("1st direction, {share} of the variance", share=text.percent(found.explained[0])),
            text("2nd direction, {share} of the variance", share=text.percent(found.explained[1])),
        ]
    look = {"fixedrange": True, "exponentformat": "power", "nticks": 6, **flat}
    return theme.figure(
        traces if len(found) else [],
        text,
        height=height,
        xaxis=theme.axis(names[0], **look),
        yaxis=theme.axis(names[1], **look),
        annotations=[] if len(found) else [nothing(text("No activation here is a number."))],
        hovermode="closest",
    )
