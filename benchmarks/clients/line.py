"""One visitor who waits for each answer: a conversation over a real websocket."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from websockets import Subprotocol
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from benchmarks.clients.protocol import Conversation, Failed
from benchmarks.pages import PAGES, Page

PATIENCE = 60.0
TROUBLE = (Failed, WebSocketException, TimeoutError, OSError, KeyError)
ENDPOINT = "/_stcore/stream"
SUBPROTOCOL = Subprotocol("streamlit")


def stream(url: str) -> str:
    """The websocket's address of a server."""
    return url.replace("http", "ws", 1) + ENDPOINT


@dataclass
class Line:
    """An open websocket with a page behind it; `step` counts the moves of the slider."""

    page: Page
    conversation: Conversation
    socket: ClientConnection
    step: int = 0

    def slide(self) -> None:
        """Moves the slider by one step; raises `Failed` where no picture follows."""
        self.step += 1
        self._send(self.conversation.slide(self.page.key, self.page.value(self.step)))
        if not self.conversation.fresh:
            raise Failed(f"{self.page.name}: no picture followed the slider")

    def reseed(self, seed: int) -> None:
        """Gives the page's numbers another seed."""
        self._send(self.conversation.write(self.page.seed, str(seed)))

    def _send(self, message: bytes) -> None:
        self.socket.send(message)
        while not self.conversation.take(self.socket.recv(timeout=PATIENCE, decode=False)):
            pass


def answering(url: str, notes: list[str]) -> tuple[Page, ...]:
    """The pages whose picture follows their slider; a note says why another one is left out."""
    found = []
    for page in PAGES:
        try:
            with line(url, page) as visitor:
                visitor.slide()
            found.append(page)
        except TROUBLE as trouble:
            notes.append(f"{page.name} is left out: {trouble}")
    return tuple(found)


@contextmanager
def line(url: str, page: Page, **parameters: str) -> Iterator[Line]:
    """A visitor who has opened a page by a link, and sees it."""
    conversation = Conversation(page.name, dict(parameters), url=f"{url}{page.path}")
    # No compression: the dashboard's server does not offer any, and no pings: the wait is bounded already.
    with connect(
        stream(url), subprotocols=[SUBPROTOCOL], max_size=None, compression=None, ping_interval=None
    ) as socket:
        opened = Line(page, conversation, socket)
        opened._send(conversation.opening())
        if not conversation.pictures:
            raise Failed(f"{page.name} shows no picture")
        yield opened
