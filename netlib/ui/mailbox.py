"""A script's messages on their way to the thread that sends, many at a time.

Streamlit hands over each of a page's hundred parts by itself. Each time a write to a socket wakes that thread, which
takes the interpreter from the script, and the script has to get it back. Here they wait for each other, but for no
longer than `GATHER`, and not at all where something waits for them: a run's beginning and end, a picture.
"""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunner, ScriptRunnerEvent

GATHER = 0.02
"""Seconds for which a message waits for others at most."""


class _Box:
    """What one session's scripts have said and nobody has read yet, in its order."""

    def __init__(self) -> None:
        self.waiting: deque[Callable[[], None]] = deque()
        self.asked = False  # somebody comes to read it


# The run that imports this has begun with Streamlit's own, and holds it weakly: without its name it would be gone.
_before = AppSession._on_scriptrunner_event
_boxes: WeakKeyDictionary[AppSession, _Box] = WeakKeyDictionary()


def post(
    session: AppSession,
    sender: ScriptRunner | None,
    event: ScriptRunnerEvent,
    forward_msg: ForwardMsg | None = None,
    **more: Any,
) -> None:
    """Takes the place of `AppSession._on_scriptrunner_event`. Threading: safe, as `deliver` is told last."""
    box = _boxes.setdefault(session, _Box())
    box.waiting.append(partial(session._handle_scriptrunner_event_on_event_loop, sender, event, forward_msg, **more))
    if event is not ScriptRunnerEvent.ENQUEUE_FORWARD_MSG:
        session._call_soon_on_event_loop(partial(deliver, session))
    elif not box.asked:
        box.asked = True
        session._call_soon_on_event_loop(partial(_soon, session))


def deliver(session: AppSession) -> None:
    """On the event loop: reads all that has been said until now."""
    box = _boxes.get(session)
    if box is None:
        return
    box.asked = False
    while box.waiting:
        try:
            box.waiting.popleft()()
        except BaseException:  # one that fails is the event loop's to report, as ever; the others are read
            session._call_soon_on_event_loop(partial(deliver, session))
            raise


def _soon(session: AppSession) -> None:
    session._event_loop.call_later(GATHER, deliver, session)


setattr(AppSession, "_on_scriptrunner_event", post)  # noqa: B010 - mypy takes a function for an instance's
