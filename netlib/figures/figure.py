"""A figure that is cheap to make where nobody looks into it: a browser is sent what it is made of."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go


class Figure(go.Figure):  # type: ignore[misc]  # plotly has no types
    """A Plotly figure whose objects are made when they are asked for; until then it has `parts`, a dict of dicts.

    Making them is most of what a figure costs. Nothing is validated.
    """

    def __init__(self, parts: Mapping[str, Any]) -> None:
        self.__dict__["parts"] = parts  # not by name: Plotly would look for a property that is called so

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or "parts" not in self.__dict__:
            raise AttributeError(name)
        super().__init__(self.__dict__.pop("parts"), _validate=False)
        return getattr(self, name)
