"""A visitor of a running server over a websocket, with every wait bounded in time; and a class of them at once."""

import copy
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from streamlit.proto.Element_pb2 import Element
from websockets.sync.client import ClientConnection, connect

from tests.e2e.conversation import OPTIONS, Conversation, Shown, stream

CLASS = 30
ADDRESS = "http://layerscope.test"  # what a visitor's browser calls the server, the same whatever its port
T = TypeVar("T")


@dataclass
class Client:
    """One visitor's connection."""

    socket: ClientConnection
    conversation: Conversation

    def run(self, seconds: float = 60) -> Shown:
        """Runs the script as a browser asks for it, until it has ended; raises `TimeoutError` where it does not."""
        end = time.monotonic() + seconds
        self.socket.send(self.conversation.open())
        while (left := end - time.monotonic()) > 0:
            if self.conversation.take(self.socket.recv(timeout=left, decode=False)):
                return self.conversation.shown
        raise TimeoutError("the script has not ended")

    @property
    def session(self) -> str:
        """The server's name for this visit."""
        return self.conversation.session


@contextmanager
def visiting(url: str, page: str = "home", query: str | dict[str, str] = "", **options: Any) -> Iterator[Client]:
    """Opens a connection; the page is drawn by `run`. Options are those of `websockets`: `origin`, `additional_headers`."""
    link = query if isinstance(query, str) else urlencode(query)
    # Without memory: what is delivered is compared, and a reference is not what it stands for.
    conversation = Conversation(page, link, f"{ADDRESS}/{'' if page == 'home' else page}", remembers=False)
    options = {**OPTIONS, "open_timeout": 30, "close_timeout": 5, "origin": url, **options}
    with connect(stream(url), **options) as socket:
        yield Client(socket, conversation)


def show(url: str, page: str = "home", query: str | dict[str, str] = "") -> Shown:
    """What a visitor of this link sees."""
    with visiting(url, page, query) as client:
        return client.run()


def delivered(shown: Shown) -> dict[tuple[int, ...], bytes]:
    """Everything on a page, to the last byte; but for the name, drawn anew each time, of what is yet to be saved."""
    parts = (*shown.elements.items(), *shown.blocks.items())
    return {path: _lasting(message).SerializeToString(deterministic=True) for path, message in parts}


def at_once(tasks: list[Callable[[], T]], seconds: float = 120) -> list[T]:
    """Does all tasks at the same time, a thread each, and returns what they return."""
    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(lambda task: task(), tasks, timeout=seconds))


def _lasting(message: Any) -> Any:
    if isinstance(message, Element) and message.WhichOneof("type") == "download_button":
        message = copy.deepcopy(message)
        message.download_button.ClearField("deferred_file_id")
    return message
