"""What takes the place of Streamlit's own ways: on a real server, against what Streamlit does by itself."""

import time

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.testing.v1 import AppTest

from netlib.ui import host
from netlib.ui.components.chart import NAME
from tests.e2e.server import ROOT, serve
from tests.soundness.client import visiting

STATUS = "session_status_changed"


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("host") / "log.txt") as server:
        yield server.url


def answered(client, message):
    """What comes back until the script has ended."""
    client.socket.send(message)
    found, end = [], time.monotonic() + 60
    while time.monotonic() < end:
        frame = client.socket.recv(timeout=60, decode=False)
        found.append(ForwardMsg.FromString(frame))
        if client.conversation.take(frame):
            return found
    raise TimeoutError


def kinds(messages):
    return [message.WhichOneof("type") for message in messages]


def whole(messages):
    return "new_session" in kinds(messages)


def deltas(messages):
    return [message.delta.new_element for message in messages if message.WhichOneof("type") == "delta"]


@pytest.fixture
def client(url):
    with visiting(url) as tab:
        tab.run()
        answered(tab, tab.conversation.slide("units", 100))
        yield tab


def test_a_change_brings_what_differs_and_the_picture_first(client):
    messages = answered(client, client.conversation.slide("units", 101))
    assert not whole(messages)
    assert 5 < len(deltas(messages)) < 30
    first = deltas(messages)[0]
    assert first.bidi_component.component_name == NAME
    assert messages[-1].script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY


def test_the_picture_does_not_wait_for_the_sidebar(client):
    messages = answered(client, client.conversation.slide("units", 102))
    charts = [at for at, element in enumerate(deltas(messages)) if element.WhichOneof("type") == "bidi_component"]
    sidebar = [at for at, element in enumerate(deltas(messages)) if element.WhichOneof("type") == "slider"]
    assert charts[0] < sidebar[0]


def test_whoever_asks_for_the_same_again_is_told_that_it_ran(client):
    message = client.conversation.slide("units", 103)
    answered(client, message)
    said = [one.session_status_changed for one in answered(client, message) if one.WhichOneof("type") == STATUS]
    assert any(status.script_is_running for status in said)


def test_back_and_forward_bring_the_whole_page(client):
    message = BackMsg.FromString(client.conversation.slide("units", 104))
    message.rerun_script.is_history_navigation = True
    assert whole(answered(client, message.SerializeToString()))


def test_another_page_is_whole(client):
    message = BackMsg.FromString(client.conversation.slide("units", 105))
    message.rerun_script.page_name, message.rerun_script.page_script_hash = "weights", ""
    assert whole(answered(client, message.SerializeToString()))


def test_a_page_with_a_note_more_is_whole(client):
    assert whole(answered(client, client.conversation.write("hidden", "20-many")))


def test_both_ways_end_at_the_same_page(url, client):
    answered(client, client.conversation.slide("units", 77))
    spared = client.conversation.shown
    with visiting(url, query=spared.address or "") as other:
        shown = other.run()
    assert spared.charts == shown.charts
    assert [metric.body for metric in spared.of("metric")] == [metric.body for metric in shown.of("metric")]
    assert [code.code_text for code in spared.of("code")] == [code.code_text for code in shown.of("code")]


def test_streamlit_calls_what_takes_the_place_of_its_own():
    assert AppSession.flush_browser_queue is host.flush
    assert AppSession.request_rerun is host.ask
    assert AppSession.on_flushed_messages_sent is host.sent


def test_values_are_those_of_streamlit_s_copy():
    state = SessionState()
    state["a"], state["b"] = 1, None
    safe = SafeSessionState(state, lambda: None)
    assert isinstance(safe.filtered_state, host.Values)
    assert dict(safe.filtered_state) == state.filtered_state == {"a": 1, "b": None}
    assert len(safe.filtered_state) == 2
    assert "a" in safe.filtered_state
    assert "c" not in safe.filtered_state
    assert 5 not in safe.filtered_state
    assert repr(safe.filtered_state) == repr(state.filtered_state)


def test_values_of_a_whole_page_are_those_of_streamlit_s_copy():
    test = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    state = test.session_state._state
    assert isinstance(state.filtered_state, host.Values)
    copy = state._state.filtered_state
    assert len(copy) > 20
    assert {key: state.filtered_state[key] for key in copy} == copy
    assert set(state.filtered_state) == set(copy)
