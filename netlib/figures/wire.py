"""A figure as a browser is sent it."""

from typing import TYPE_CHECKING, Any

from plotly.io.json import to_json_plotly

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def packed(figure: "Figure", **beside: Any) -> bytes:
    """JSON in UTF-8: the figure without Plotly's template, its arrays as base64, and what goes with it by name."""
    shown = figure.to_dict()
    shown["layout"].pop("template", None)  # the browser has one for each theme
    written: str = to_json_plotly({"figure": shown, **beside})
    return written.encode()
