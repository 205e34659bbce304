"""How far the five spellings are from the numbers shown: dots on a log axis, exact zeros said in words."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from netlib.code.forms import Form
from netlib.figures import theme
from netlib.i18n import Text

SMALLEST = 1e-10
LARGEST = 1e-5
ROUNDING = 2.0**-24
"""Half the distance of two float32 numbers just below 1: what one rounding may do to a probability."""


def differences(forms: Sequence[Form], text: Text, *, height: int = theme.MIDDLE) -> go.Figure:
    """One row a spelling: a dot at its largest difference, or the words `exactly 0` at the left edge."""
    found = [form for form in forms if 0 < form.difference < math.inf]
    low = math.log10(min([SMALLEST, *(form.difference / 3 for form in found)]))
    high = math.log10(max([LARGEST, *(form.difference * 10 for form in found)]))
    dots = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [form.difference for form in found],
        "y": [form.title for form in found],
        "text": [f"  {text.number(form.difference)}  " for form in found],
        "textposition": ["middle left" if form.difference < ROUNDING else "middle right" for form in found],
        "cliponaxis": False,
        "marker": {"size": 13, "color": theme.POSITIVE},
        "hovertemplate": text("%{y}: at most %{x:.3g} away") + "<extra></extra>",
    }
    labels = [
        {
            "x": 0,
            "xref": "paper",
            "y": form.title,
            "text": text("exactly 0") if form.difference == 0 else text("no number to compare"),
            "showarrow": False,
            "xanchor": "left",
            "xshift": 8,
        }
        for form in forms
        if form not in found
    ]
    rounding = {
        "x": math.log10(ROUNDING),
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "text": text("one rounding of float32"),
        "font": {"color": theme.NEUTRAL},
        "showarrow": False,
    }
    return theme.figure(
        [dots],
        text,
        height=height,
        margin={"l": 8, "r": 24, "t": 28, "b": 8, "pad": 2},
        xaxis=theme.axis(
            text("difference of a probability, log"),
            type="log",
            range=[low, high],
            dtick=2 if high - low > 5 else 1,
            exponentformat="power",
            fixedrange=True,
        ),
        yaxis=theme.axis(
            categoryorder="array",
            categoryarray=[form.title for form in reversed(forms)],
            range=[-0.5, len(forms) - 0.5],
            showgrid=False,  # it would strike through the words
            fixedrange=True,
        ),
        shapes=[
            {
                "type": "line",
                "x0": ROUNDING,
                "x1": ROUNDING,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": theme.NEUTRAL, "dash": "dash", "width": 2},
            }
        ],
        annotations=[*labels, rounding],
    )
