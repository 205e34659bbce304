"""Layers along x, first to last, as every picture of depth has them: which names are written, which layer is marked."""

from collections.abc import Sequence
from typing import Any

from netlib.figures import theme

NAMED_AT_MOST = 8
"""With more layers than this only every fifth is named, the last, and the one looked at."""

_NAMED_EVERY = 5
_APART = 3


def layer_axis(
    names: Sequence[str], looked_at: str, title: str, *, side: float = 0.5, by_name: bool = False, **options: Any
) -> dict[str, Any]:
    """Names only where they fit, always that of the layer looked at, in bold; `side` is the room at both ends.

    `by_name` is for traces whose x are the names, not 0, 1, 2.
    """
    last, at = len(names) - 1, list(names).index(looked_at)
    shown = list(range(len(names)))
    if len(names) > NAMED_AT_MOST:
        every = [i for i in shown if i % _NAMED_EVERY == 0 and last - i > _APART] + [last]
        shown = sorted({at, *(i for i in every if abs(i - at) > _APART)})
    return theme.axis(
        title,
        range=[-side, last + side],
        tickvals=[names[i] for i in shown] if by_name else shown,
        ticktext=[bold(names[i], looked_at) for i in shown],
        tickangle=0,
        showgrid=False,
        fixedrange=True,
        **({"type": "category"} if by_name else {}),
        **options,
    )


def bold(name: str, looked_at: str) -> str:
    """A layer's name, in bold where it is the one looked at."""
    return f"<b>{name}</b>" if name == looked_at else name


def marked(names: Sequence[str], looked_at: str) -> dict[str, Any]:
    """The layer looked at, on grey."""
    at = list(names).index(looked_at)
    return {
        "type": "rect",
        "layer": "below",
        "x0": at - 0.5,
        "x1": at + 0.5,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"width": 0},
        "fillcolor": theme.rgba(theme.NEUTRAL, 0.16),
    }
