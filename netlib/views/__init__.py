"""What a page shows: figures and the words beside them put together, still without Streamlit; one module a page."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


@dataclass(frozen=True, eq=False)
class Picture:
    """A chart with its words: the question that it answers, `alt` for its finding, `note` for how to read it.

    `key` is its name on the page, the same from run to run.
    """

    key: str
    question: str
    figure: "Figure"
    alt: str
    note: str = ""


class Tile(NamedTuple):
    """A number that matters: its label, the number as it is written, and the one line that explains it on hover."""

    label: str
    value: str
    meaning: str
