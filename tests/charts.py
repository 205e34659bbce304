"""What the charts of a page were sent: for tests that look at the messages and not at the browser."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

NAME = "layerscope_chart"
KIND = "bidi_component"


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
            found.append(Chart(json.dumps(content["figure"]), content["alt"], message.bytes))
    return found


def _refuse(name: str) -> None:
    raise AssertionError(f"{name} is no JSON: a browser could not read it")
