"""What none of Streamlit's settings can say: what it sends to a browser, and how it reads a visitor's state.

Each takes the place of a function of Streamlit's that is not public, and has a test that fails when a new version has
other ways. Without them all pages work, slower.
"""

import time
from asyncio import TimerHandle
from collections.abc import Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary, WeakSet, ref

from anyio.to_thread import current_default_thread_limiter
from streamlit import runtime
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.session_manager import SessionClient, SessionClientDisconnectedError
from streamlit.runtime.state.safe_session_state import SafeSessionState

from netlib.ui.mailbox import deliver
from netlib.ui.screen import Screen

_screens: WeakKeyDictionary[AppSession, tuple[Screen, SessionClient | None]] = WeakKeyDictionary()
_sending: WeakSet[AppSession] = WeakSet()
_looks: WeakKeyDictionary[AppSession, TimerHandle] = WeakKeyDictionary()
_flush = AppSession.flush_browser_queue
_sent = AppSession.on_flushed_messages_sent
_ask = AppSession.request_rerun
READERS = 8
"""Threads that read the files of Streamlit's own page; by themselves they are as many as visitors who come at once."""
_SOONEST = 0.02
_AWAY = 0.001  # the interpreter is somebody else's for so long, or the thread that sends would wait for some 5 ms


def flush(session: AppSession) -> list[ForwardMsg]:
    """Takes the place of `AppSession.flush_browser_queue`: what the visitor's browser does not show yet."""
    messages = _flush(session)
    screen = _screen(session)
    if not messages and not screen.holds:
        return messages
    before = screen.holds
    out = screen.take(messages, time.monotonic())
    if screen.holds and (screen.ends or not before):
        _look_again(session, screen)
    if out:
        _sending.add(session)
    return out


def sent(session: AppSession) -> None:
    """Takes the place of `AppSession.on_flushed_messages_sent`: what was given to be sent has been sent."""
    _sending.discard(session)
    _sent(session)


def ask(session: AppSession, client_state: ClientState | None) -> None:
    """Takes the place of `AppSession.request_rerun`: Back and Forward wait for a whole run; it settles the address."""
    if client_state is not None and client_state.is_history_navigation:
        _screen(session).forget()
    _ask(session, client_state)


def goes_back() -> bool:
    """For the script: whether this run answers Back or Forward, so that the address is newer than the fields are."""
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and context.is_history_navigation


def picture_is_there() -> None:
    """For the script: the page's picture is complete, and is sent before the rest of the page is computed."""
    context = get_script_run_ctx(suppress_warning=True)
    # Where pages are tested without a server, something stands in for one that has no sessions.
    sessions = getattr(runtime.get_instance(), "_session_mgr", None) if context and runtime.exists() else None
    known = sessions.get_active_session_info(context.session_id) if context and sessions else None
    if known is not None:
        runtime.get_instance()._get_async_objs().eventloop.call_soon_threadsafe(_release, known.session)
        time.sleep(_AWAY)


class Values(Mapping[str, Any]):
    """A visitor's state, one value at a time: each field asks for its own, and Streamlit would copy all for each."""

    def __init__(self, state: SafeSessionState) -> None:
        self._state = state

    def __getitem__(self, key: str) -> Any:
        return self._state[key]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self._state

    def __iter__(self) -> Iterator[str]:
        return iter(_all(self._state))

    def __len__(self) -> int:
        return len(_all(self._state))

    def __repr__(self) -> str:
        return repr(_all(self._state))


def _screen(session: AppSession) -> Screen:
    known = runtime.get_instance()._session_mgr.get_active_session_info(session.id)
    client = known.client if known is not None else None
    screen, at = _screens.get(session, (None, None))
    if screen is None or client is not at:  # another connection: what got through on the old one is not known
        screen = Screen()
        _screens[session] = (screen, client)
        current_default_thread_limiter().total_tokens = READERS
    return screen


def _release(session: AppSession) -> None:
    """Sends at once, where Streamlit would for ten milliseconds after it has sent anything wait for more."""
    server = runtime.get_instance()
    known = server._session_mgr.get_active_session_info(session.id)
    if known is None:
        return
    deliver(session)
    screen = _screen(session)
    screen.picture_is_there()
    if session in _sending or not screen.holds:
        server._get_async_objs().need_send_data.set()
        return
    try:
        for message in flush(session):
            server._send_message(known, message)
    except SessionClientDisconnectedError:
        screen.forget()
    _sending.discard(session)


def _look_again(session: AppSession, screen: Screen) -> None:
    """Sends what is held back when it is due, whether or not the script says something meanwhile."""
    objects = runtime.get_instance()._get_async_objs()
    known = ref(session)  # or the timer would keep a session that has ended

    def look() -> None:
        session = known()
        if session is not None and screen.holds:
            objects.need_send_data.set()
            _look_again(session, screen)

    if session in _looks:
        _looks[session].cancel()
    _looks[session] = objects.eventloop.call_later(max(screen.due(time.monotonic()), _SOONEST), look)


def _all(state: SafeSessionState) -> dict[str, Any]:
    state._yield_callback()
    with state._lock:
        return state._state.filtered_state


setattr(AppSession, "flush_browser_queue", flush)  # noqa: B010 - mypy takes a function for an instance's
setattr(AppSession, "on_flushed_messages_sent", sent)  # noqa: B010
setattr(AppSession, "request_rerun", ask)  # noqa: B010
setattr(SafeSessionState, "filtered_state", property(Values))  # noqa: B010
