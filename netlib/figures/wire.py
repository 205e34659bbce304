"""A figure as a browser is sent it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from _plotly_utils.utils import is_skipped_key, to_typed_array_spec
from plotly.io.json import to_json_plotly

from netlib.trace import Array

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

_NESTED = (dict, list, tuple)
_Leaf = Callable[[str, Array], Any]


def parts(figure: "Figure") -> dict[str, Any]:
    """What a figure is made of, as dicts and lists of the caller's own; its arrays as they are."""
    return _copied(figure, lambda name, array: array)


def sent(figure: "Figure") -> dict[str, Any]:
    """The same as a browser is sent it, its arrays as Plotly writes them in base64."""
    return _copied(figure, lambda name, array: array.tolist() if is_skipped_key(name) else to_typed_array_spec(array))


def packed(shown: Mapping[str, Any], **beside: Any) -> bytes:
    """JSON in UTF-8: a figure as it is sent, and what goes with it by name."""
    written: str = to_json_plotly({"figure": shown, **beside})
    return written.encode()


def _copied(figure: "Figure", leaf: _Leaf) -> dict[str, Any]:
    def copied(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: leaf(name, part) if isinstance(part, np.ndarray) else copied(part) for name, part in value.items()
            }
        # Most lists are numbers or words, and long.
        if isinstance(value, list | tuple):
            return [copied(part) for part in value] if value and isinstance(value[0], _NESTED) else list(value)
        return value

    whole: dict[str, Any] = copied(vars(figure).get("parts") or figure.to_dict())
    whole["layout"].pop("template", None)  # Plotly's; the browser has one for each theme
    return whole
