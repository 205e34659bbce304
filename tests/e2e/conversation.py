"""A visitor without a browser: Streamlit's protocol, messages out, messages in, and what the page then shows.

Nothing here waits: whoever holds the websocket sends what `open`, `slide` and `write` return, and feeds `take` with what
comes back. tests/soundness and benchmarks both do.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol

from tests.charts import KIND, NAME, charts_of

SUBPROTOCOL = Subprotocol("streamlit")
# Every wait is bounded by whoever waits, so no pings; and the dashboard's server offers no compression.
OPTIONS: dict[str, Any] = {
    "subprotocols": [SUBPROTOCOL],
    "max_size": None,
    "compression": None,
    "ping_interval": None,
    "proxy": None,
}

_FORGOTTEN_AFTER = 2
_PICTURES = ("imgs", "code")  # the Code page answers with its program
_FAILURE = "failure"


def stream(url: str) -> str:
    """The websocket's address of a server."""
    return url.replace("http", "ws", 1) + "/_stcore/stream"


@dataclass
class Shown:
    """What stands on the page after a run of the script, the query string where it was changed, and the run's bytes."""

    elements: dict[tuple[int, ...], Element] = field(default_factory=dict)
    blocks: dict[tuple[int, ...], Block] = field(default_factory=dict)
    pictures: dict[tuple[int, ...], str] = field(default_factory=dict)
    address: str | None = None
    weight: int = 0

    def of(self, kind: str) -> list[Any]:
        """All elements of a kind such as `imgs`, in the order of the page."""
        found = sorted(self.elements.items())
        return [getattr(element, kind) for _, element in found if element.WhichOneof("type") == kind]

    @property
    def charts(self) -> list[str]:
        """Each chart's JSON."""
        return [chart.spec for chart in charts_of(self.of(KIND))]

    @property
    def failed(self) -> bool:
        """Whether Streamlit or our own panel says that something went wrong."""
        return bool(self.of("exception")) or any(_FAILURE in block.id for block in self.blocks.values())

    @property
    def words(self) -> str:
        """Every text in every message, as one string: what a curious visitor could read."""
        return "\n".join(text for part in (self.elements, self.blocks) for one in part.values() for text in texts(one))


@dataclass
class Conversation:
    """What one tab knows: its page, its link, the widgets that it was sent, and what it may be sent a reference to.

    With `remembers` it says, as a browser does, which messages it still holds, and is sent references to those. `fresh`
    counts the pictures of the last run that the one before did not have.
    """

    page: str
    query: str = ""
    url: str = ""
    remembers: bool = True
    session: str = ""
    widgets: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    shown: Shown = field(default_factory=Shown)
    fresh: int = 0
    _before: set[str] = field(default_factory=set)
    _script: str = ""
    _run: int = 0
    _cached: dict[str, tuple[int, ForwardMsg]] = field(default_factory=dict)

    def open(self) -> bytes:
        """The first message: the page asked for, and its link."""

        def ask(state: Any) -> None:
            state.page_name = "" if self.page == "home" else self.page
            state.page_script_hash = ""

        return self._rerun(ask)

    def slide(self, key: str, value: float) -> bytes:
        """A slider moved to a value."""
        return self._rerun(
            lambda state: state.widget_states.widgets.add(id=self.widgets[key]).double_array_value.data.append(value)
        )

    def write(self, key: str, text: str) -> bytes:
        """A text field filled in."""
        return self._rerun(lambda state: state.widget_states.widgets.add(id=self.widgets[key], string_value=text))

    def choose(self, key: str, index: int) -> bytes:
        """An option of a menu taken, by its place."""
        option = self.options[key][index]
        return self.write(key, option)

    def take(self, frame: bytes) -> bool:
        """Reads one message; True when the script has ended well."""
        self.shown.weight += len(frame)
        message = ForwardMsg.FromString(frame)
        key, path = message.hash, tuple(message.metadata.delta_path)
        if message.WhichOneof("type") == "ref_hash":
            key = message.ref_hash
            message = self._cached[key][1]
            self._cached[key] = (self._run, message)
        elif self.remembers and message.metadata.cacheable:
            self._cached[key] = (self._run, message)
        match message.WhichOneof("type"):
            case "new_session":
                self.session = message.new_session.initialize.session_id
                self._script = message.new_session.page_script_hash
                self._run += 1
                self.shown = Shown(address=self.shown.address, weight=self.shown.weight)
            case "navigation":
                self._script = message.navigation.page_script_hash
            case "page_info_changed":
                self.shown.address = self.query = message.page_info_changed.query_string
            case "delta":
                self._see(message, path, key)
            case "script_finished":
                return self._ended(message.script_finished)
        return False

    def _rerun(self, change: Callable[[Any], object]) -> bytes:
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.page_script_hash = self._script
        state.context_info.locale = "en-US"
        state.context_info.timezone = "UTC"
        state.context_info.url = self.url
        state.cached_message_hashes.extend(self._cached)
        change(state)
        # A run that has the same parts as the one before it brings those that differ; any other begins a new page.
        kept = self.shown
        self._before = set(kept.pictures.values()) or self._before
        self.shown = Shown(dict(kept.elements), dict(kept.blocks), dict(kept.pictures))
        return bytes(message.SerializeToString())

    def _see(self, message: ForwardMsg, path: tuple[int, ...], key: str) -> None:
        if message.delta.WhichOneof("type") != "new_element":
            self.shown.blocks[path] = message.delta.add_block
            return
        element = message.delta.new_element
        self.shown.elements[path] = element
        kind = element.WhichOneof("type")
        if kind in ("slider", "text_input", "selectbox"):
            widget = getattr(element, kind)
            name = widget.id.rsplit("-", 1)[-1]  # the id ends in the key that the page gave
            self.widgets[name] = widget.id
            if kind == "selectbox":
                self.options[name] = list(widget.options)
        if kind in _PICTURES or (kind == KIND and element.bidi_component.component_name == NAME):
            self.shown.pictures[path] = key

    def _ended(self, status: int) -> bool:
        if status == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return False
        if status == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            raise SyntaxError("the script does not compile")
        self.fresh = len(set(self.shown.pictures.values()) - self._before)
        self._cached = {
            key: (run, message)
            for key, (run, message) in self._cached.items()
            if run > self._run - _FORGOTTEN_AFTER  # as the browser does
        }
        return True


def texts(message: Message) -> Iterator[str]:
    """Every text inside of a message, however deep."""
    for _, value in message.ListFields():
        for one in value if isinstance(value, (list, tuple)) or hasattr(value, "append") else [value]:
            if isinstance(one, Message):
                yield from texts(one)
            elif isinstance(one, str):
                yield one
