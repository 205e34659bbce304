"""A script's messages arrive all, in its order, in handfuls; what somebody waits for arrives at once."""

import asyncio
import inspect
import threading
import time

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunnerEvent

from netlib.ui import mailbox
from tests.e2e.server import serve
from tests.soundness.client import visiting

MESSAGE, ENDED = ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS


class Session:
    """What of a session the mailbox asks for, on an event loop of its own."""

    def __init__(self):
        self._event_loop = asyncio.new_event_loop()
        self.read, self.woken, self.failures = [], 0, []
        self._event_loop.set_exception_handler(lambda loop, context: self.failures.append(context["exception"]))
        self._thread = threading.Thread(target=self._event_loop.run_forever)
        self._thread.start()

    def _call_soon_on_event_loop(self, callback):
        self.woken += 1
        self._event_loop.call_soon_threadsafe(callback)

    def _handle_scriptrunner_event_on_event_loop(self, sender, event, forward_msg=None, **more):
        assert threading.current_thread() is self._thread
        if forward_msg == "broken":
            raise ValueError(forward_msg)
        self.read.append((sender, event, forward_msg, more, time.monotonic()))

    def until(self, count, seconds=5.0):
        end = time.monotonic() + seconds
        while len(self.read) < count and time.monotonic() < end:
            time.sleep(0.001)
        return [said for _, _, said, _, _ in self.read]

    def close(self):
        self._event_loop.call_soon_threadsafe(self._event_loop.stop)
        self._thread.join()
        self._event_loop.close()


@pytest.fixture
def session():
    made = Session()
    yield made
    made.close()


def test_a_hundred_messages_wake_the_loop_a_few_times(session):
    for number in range(100):
        mailbox.post(session, "runner", MESSAGE, number)
    mailbox.post(session, "runner", ENDED, None, run_descriptor="the run")
    assert session.until(101) == [*range(100), None]
    assert session.read[-1][:4] == ("runner", ENDED, None, {"run_descriptor": "the run"})
    assert session.woken < 20


def test_an_end_waits_for_nobody_and_takes_along_what_was_said_before_it(session):
    began = time.monotonic()
    mailbox.post(session, None, MESSAGE, "first")
    mailbox.post(session, None, ENDED, "last")
    assert session.until(2) == ["first", "last"]
    assert max(at for *_, at in session.read) - began < 5 * mailbox.GATHER  # it would wait for ever without


def test_one_message_alone_arrives_too(session):
    mailbox.post(session, None, MESSAGE, "alone")
    assert session.until(1) == ["alone"]
    mailbox.post(session, None, MESSAGE, "again")
    assert session.until(2) == ["alone", "again"]


def test_whoever_asks_reads_at_once_on_the_loop(session):
    mailbox.post(session, None, MESSAGE, "a picture")
    session._event_loop.call_soon_threadsafe(mailbox.deliver, session)
    assert session.until(1) == ["a picture"]


def test_one_that_fails_is_reported_and_the_others_are_read(session):
    for said in ("before", "broken", "after"):
        mailbox.post(session, None, MESSAGE, said)
    mailbox.post(session, None, ENDED, "last")
    assert session.until(3) == ["before", "after", "last"]
    assert [str(failure) for failure in session.failures] == ["broken"]


def test_each_of_several_threads_keeps_its_order_and_loses_nothing(session):
    def speak(name):
        for number in range(300):
            mailbox.post(session, name, MESSAGE, number)

    threads = [threading.Thread(target=speak, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.until(900)
    for name in "abc":
        assert [said for sender, _, said, _, _ in session.read if sender == name] == list(range(300))


def test_sessions_do_not_meet(session):
    other = Session()
    try:
        mailbox.post(session, None, MESSAGE, "mine")
        mailbox.post(other, None, MESSAGE, "yours")
        assert (session.until(1), other.until(1)) == (["mine"], ["yours"])
    finally:
        other.close()


def test_streamlit_posts_here_and_says_what_is_passed_on():
    assert AppSession._on_scriptrunner_event is mailbox.post
    passed_on = inspect.signature(AppSession._handle_scriptrunner_event_on_event_loop).parameters
    assert list(passed_on)[:4] == ["self", "sender", "event", "forward_msg"]
    assert inspect.signature(AppSession._call_soon_on_event_loop).parameters.keys() == {"self", "callback"}


def test_a_page_comes_whole_from_a_real_server(tmp_path):
    with serve(tmp_path / "log.txt") as server, visiting(server.url) as tab:
        shown = tab.run()
        assert len(shown.of("metric")) >= 3
        tab.socket.send(tab.conversation.slide("units", 100))
        while not tab.conversation.take(frame := tab.socket.recv(timeout=60, decode=False)):
            assert ForwardMsg.FromString(frame).WhichOneof("type")
        assert "Traceback" not in (tmp_path / "log.txt").read_text()
