"""A visitor without a browser: Streamlit's protocol over a websocket, with every wait bounded in time."""

import copy
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from google.protobuf.message import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

CLASS = 30
ADDRESS = "http://layerscope.test"  # what a visitor's browser calls the server, the same whatever its port
T = TypeVar("T")


@dataclass
class Shown:
    """What one run of the script has put on the page, the query string where it was changed, and all bytes of it."""

    elements: dict[tuple[int, ...], Any] = field(default_factory=dict)
    blocks: dict[tuple[int, ...], Any] = field(default_factory=dict)
    address: str | None = None
    weight: int = 0

    def of(self, kind: str) -> list[Any]:
        """All elements of a kind such as `plotly_chart`, in the order of the page."""
        found = sorted(self.elements.items())
        return [getattr(element, kind) for _, element in found if element.WhichOneof("type") == kind]

    @property
    def delivered(self) -> dict[tuple[int, ...], bytes]:
        """Everything on the page, to the last byte; but for the name, drawn anew each time, of what is yet to be saved."""
        parts = (*self.elements.items(), *self.blocks.items())
        return {path: _lasting(message).SerializeToString(deterministic=True) for path, message in parts}

    @property
    def charts(self) -> list[str]:
        """Each chart's JSON."""
        return [chart.spec for chart in self.of("plotly_chart")]

    @property
    def failed(self) -> bool:
        """Whether Streamlit or our own panel says that something went wrong."""
        return bool(self.of("exception")) or any("failure" in block.id for block in self.blocks.values())

    @property
    def words(self) -> str:
        """Every text in every message, as one string: what a curious visitor could read."""
        return "\n".join(text for part in (self.elements, self.blocks) for one in part.values() for text in texts(one))


@dataclass
class Client:
    """One visitor's connection."""

    socket: ClientConnection
    url: str
    page: str
    query: str
    session: str = ""

    def run(self, *widgets: tuple[str, str], query: str | None = None, seconds: float = 60) -> Shown:
        """Runs the script as a browser asks for it, until it has ended; raises `TimeoutError` where it does not."""
        request = BackMsg()
        state = request.rerun_script
        state.query_string = self.query if query is None else query
        state.page_name = self.page
        state.context_info.locale = "en-US"
        state.context_info.url = f"{ADDRESS}/{self.page}"
        for name, text in widgets:
            state.widget_states.widgets.add(id=name, string_value=text)
        self.socket.send(request.SerializeToString())
        return self._until_finished(time.monotonic() + seconds)

    def _until_finished(self, end: float) -> Shown:
        shown = Shown()
        while (left := end - time.monotonic()) > 0:
            received = self.socket.recv(timeout=left, decode=False)
            message = ForwardMsg.FromString(received)
            shown.weight += len(received)
            match message.WhichOneof("type"):
                case "new_session":
                    shown = Shown(address=shown.address, weight=shown.weight)
                    self.session = message.new_session.initialize.session_id
                case "page_info_changed":
                    shown.address = message.page_info_changed.query_string
                case "delta":
                    path = tuple(message.metadata.delta_path)
                    if message.delta.WhichOneof("type") == "new_element":
                        shown.elements[path] = message.delta.new_element
                    else:
                        shown.blocks[path] = message.delta.add_block
                case "script_finished" if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return shown
        raise TimeoutError("the script has not ended")


@contextmanager
def visiting(url: str, page: str = "home", query: str | dict[str, str] = "", **options: Any) -> Iterator[Client]:
    """Opens a connection; the page is drawn by `run`. Options are those of `websockets`: `origin`, `additional_headers`."""
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    options = {"open_timeout": 30, "close_timeout": 5, "max_size": None, "proxy": None, "origin": url, **options}
    with connect(address, subprotocols=["streamlit"], **options) as socket:  # type: ignore[list-item]
        yield Client(socket, url, "" if page == "home" else page, query if isinstance(query, str) else urlencode(query))


def show(url: str, page: str = "home", query: str | dict[str, str] = "") -> Shown:
    """What a visitor of this link sees."""
    with visiting(url, page, query) as client:
        return client.run()


def at_once(tasks: list[Callable[[], T]], seconds: float = 120) -> list[T]:
    """Does all tasks at the same time, a thread each, and returns what they return."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(lambda task: task(), tasks, timeout=seconds))


def texts(message: Message) -> Iterator[str]:
    """Every text inside of a message, however deep."""
    for _, value in message.ListFields():
        for one in value if isinstance(value, (list, tuple)) or hasattr(value, "append") else [value]:
            if isinstance(one, Message):
                yield from texts(one)
            elif isinstance(one, str):
                yield one


def _lasting(message: Any) -> Any:
    if isinstance(message, Element) and message.WhichOneof("type") == "download_button":
        message = copy.deepcopy(message)
        message.download_button.ClearField("deferred_file_id")
    return message
