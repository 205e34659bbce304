"""What the charts of a page were sent: for tests that look at the messages and not at the browser."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

NAME = "layerscope_chart"
KIND = "bidi_component"
WITH_UNDERSCORE = {"paper_bgcolor", "plot_bgcolor", "error_x", "error_y"}
"""The only such names that Plotly's own library has of those that are used."""


@dataclass(frozen=True)
class Chart:
    """A chart as the browser gets it: the figure's JSON, its finding in words, and all that is sent for it."""

    spec: str
    alt: str
    sent: bytes


def charts_of(messages: Iterable[Any]) -> list[Chart]:
    """The charts among the messages of our own components."""
    found = []
    for message in messages:
        if message.component_name == NAME:
            content = json.loads(message.bytes, parse_constant=_refuse)
            _refuse_shorthand(content["figure"])
            found.append(Chart(json.dumps(content["figure"]), content["alt"], message.bytes))
    return found


def _refuse(name: str) -> None:
    raise AssertionError(f"{name} is no JSON: a browser could not read it")


def _refuse_shorthand(part: Any) -> None:
    """A browser's Plotly does not know Python's `title_font` for the font of the title."""
    if isinstance(part, dict):
        assert {name for name in part if "_" in name} <= WITH_UNDERSCORE, part
        for inner in part.values():
            _refuse_shorthand(inner)
    elif isinstance(part, list):
        for inner in part:
            _refuse_shorthand(inner)
