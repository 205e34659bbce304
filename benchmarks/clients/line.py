"""One visitor who waits for each answer: a conversation over a real websocket."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from benchmarks.pages import PAGES, Page
from tests.e2e.conversation import OPTIONS, Conversation, stream

PATIENCE = 60.0


class Failed(Exception):
    """The page showed an exception, or not what it was asked for."""


TROUBLE = (Failed, WebSocketException, TimeoutError, OSError, KeyError, SyntaxError)


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
        self.send(moved(self.conversation, self.page, self.step))
        check_fresh(self.conversation)

    def renew(self, seed: int) -> None:
        """Gives the page's numbers another seed; where they have none, a menu is moved by one step."""
        if self.page.menu:
            self.slide()
        else:
            self.send(self.conversation.write(self.page.seed, str(seed)))

    def send(self, message: bytes) -> None:
        """Sends a message and waits until its script has ended; raises `Failed` where the page says that it failed."""
        self.socket.send(message)
        while not self.conversation.take(self.socket.recv(timeout=PATIENCE, decode=False)):
            pass
        check_shown(self.conversation)


def greeting(url: str, page: Page, parameters: dict[str, str]) -> Conversation:
    """What a visitor has to say who comes to a page by a link."""
    return Conversation(page.name, urlencode(parameters), f"{url}{page.path}")


def moved(conversation: Conversation, page: Page, step: int) -> bytes:
    """The message of a page's slider, or menu, that is moved to where so many steps lead."""
    if page.menu:
        return conversation.choose(page.key, page.value(step))
    return conversation.slide(page.key, page.value(step))


def check_shown(conversation: Conversation) -> None:
    """Raises `Failed` where the page shows an exception or says that it could not be drawn."""
    if conversation.shown.failed:
        raise Failed(f"{conversation.page}: {conversation.shown.words[:300]}")


def check_fresh(conversation: Conversation) -> None:
    """Raises `Failed` where the last change has brought no new picture."""
    if not conversation.fresh:
        raise Failed(f"{conversation.page}: no picture followed the slider")


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
    conversation = greeting(url, page, parameters)
    with connect(stream(url), **OPTIONS) as socket:
        opened = Line(page, conversation, socket)
        opened.send(conversation.open())
        if not conversation.shown.pictures:
            raise Failed(f"{page.name} shows no picture")
        yield opened
