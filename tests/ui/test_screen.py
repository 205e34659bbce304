"""What of a run is sent: a browser that is spared must show what one shows that is sent everything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from netlib.ui.screen import APART, HOLD, UNSEEN, Screen

WELL, GONE = ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_EARLY_FOR_RERUN
FRAGMENT = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
BLOCK, STATUS = "block", "session_status_changed"

# Places of two pages' parts, a container first; `None` for a container, or the fragment that an element belongs to.
PAGES = {
    "plain": {(0,): BLOCK, (0, 0): "", (0, 1): "", (1,): ""},
    "longer": {(0,): BLOCK, (0, 0): "", (0, 1): "", (0, 2): "", (1,): ""},
    "with a fragment": {(0,): BLOCK, (0, 0): "", (0, 1): "f", (0, 2): "f", (1,): ""},
    "shorter": {(0,): BLOCK, (0, 0): ""},
}


def begin(run, fragments=(), page="home"):
    message = ForwardMsg()
    message.new_session.page_script_hash = page
    message.metadata.run.script_run_id = run
    message.metadata.run.fragment_ids.extend(fragments)
    return message


def status(running):
    message = ForwardMsg()
    message.session_status_changed.script_is_running = running
    return message


def part(place, content, fragment=""):
    message = ForwardMsg(hash=f"{fragment} {content}")
    message.metadata.delta_path.extend(place)
    if fragment == BLOCK:
        message.delta.add_block.id = str(content)
    else:
        message.delta.fragment_id = fragment
        message.delta.new_element.markdown.body = str(content)
    return message


def address(content):
    message = ForwardMsg()
    message.page_info_changed.query_string = str(content)
    return message


def end(run, how=WELL, fragments=()):
    message = ForwardMsg(script_finished=how)
    message.metadata.run.script_run_id = run
    message.metadata.run.fragment_ids.extend(fragments)
    return message


class Browser:
    """What Streamlit's own browser code makes of messages, as far as it matters here."""

    def __init__(self):
        self.parts, self.run, self.running, self.address = {}, "", False, None
        self.told = []

    def take(self, messages):
        for message in messages:
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.run = message.metadata.run.script_run_id
            elif kind == "session_status_changed":
                self.running = message.session_status_changed.script_is_running
                self.told.append(self.running)
            elif kind == "page_info_changed":
                self.address = message.page_info_changed.query_string
            elif kind == "delta":
                self._put(message)
            elif kind == "script_finished" and message.script_finished in (WELL, FRAGMENT):
                self._clear(set(message.metadata.run.fragment_ids))

    def _put(self, message):
        place = tuple(message.metadata.delta_path)
        # A container's parts may go with it when it comes again: nothing may depend on their staying.
        self.parts = {at: what for at, what in self.parts.items() if at[: len(place)] != place}
        self.parts[place] = (message.hash, message.delta.fragment_id, self.run)

    def _clear(self, fragments):
        self.parts = {
            at: (what, fragment, run)
            for at, (what, fragment, run) in self.parts.items()
            if run == self.run or (fragments and fragment not in fragments)
        }

    @property
    def shows(self):
        return {place: what for place, (what, _, _) in self.parts.items()}


def whole(run, page, contents, where=None):
    parts = [part(place, contents.get(place, 0), kind) for place, kind in PAGES[page].items()]
    moved = [] if where is None else [address(where)]
    return [begin(run), status(True), *parts, *moved, end(run), status(False)]


def shown(messages):
    return {tuple(m.metadata.delta_path): m.hash for m in messages if m.WhichOneof("type") == "delta"}


def kinds(messages):
    return [message.WhichOneof("type") for message in messages]


def settled(page="plain", contents=None):
    """A screen and a browser after a first run."""
    screen, browser = Screen(), Browser()
    browser.take(screen.take(whole("first", page, contents or {}), 0.0))
    return screen, browser


def test_a_first_run_is_sent_as_it_is():
    messages = whole("a", "plain", {}, where="x=1")
    assert Screen().take(messages, 0.0) == messages


def test_only_what_differs_is_sent_of_a_run_that_has_the_same_parts():
    screen, browser = settled()
    out = screen.take(whole("b", "plain", {(0, 1): 5}), 1.0)
    assert kinds(out) == ["delta", STATUS, "script_finished", STATUS]
    assert tuple(out[0].metadata.delta_path) == (0, 1)
    assert out[2].script_finished == FRAGMENT
    assert not out[0].metadata.cacheable
    browser.take(out)
    assert browser.shows == shown(whole("b", "plain", {(0, 1): 5}))
    assert not browser.running


@pytest.mark.parametrize("page", ["longer", "shorter", "with a fragment"])
def test_a_page_with_other_parts_is_sent_whole(page):
    screen, _ = settled()
    messages = whole("b", page, {})
    assert kinds(screen.take(messages, 1.0))[-len(messages) :] == kinds(messages)  # what differed before it was seen


def test_a_container_that_changed_is_sent_with_all_that_is_in_it():
    screen, _ = settled()
    messages = whole("b", "plain", {(0,): 3})
    assert kinds(screen.take(messages, 1.0)) == kinds(messages)


def test_another_page_is_not_held_back():
    screen, _ = settled()
    assert screen.take([begin("b", page="weights")], 1.0)
    assert not screen.holds


def test_the_picture_comes_first_and_the_rest_a_little_later():
    screen, _ = settled()
    run = whole("b", "plain", {(0, 0): 7, (1,): 8})
    assert screen.take(run[:4], 1.0) == []
    screen.picture_is_there()
    assert kinds(screen.take([], 1.01)) == ["delta"]
    assert screen.take(run[4:], 1.02) == []
    assert screen.ends
    assert screen.due(1.02) == pytest.approx(APART - 0.01)
    assert kinds(screen.take([], 1.01 + APART)) == ["delta", STATUS, "script_finished", STATUS]
    assert not screen.holds


def test_the_largest_part_comes_first():
    screen, _ = settled()
    run = whole("b", "plain", {(0, 0): 7, (0, 1): 10**40})
    screen.take(run[:5], 1.0)
    screen.picture_is_there()
    assert [tuple(message.metadata.delta_path) for message in screen.take([], 1.0)] == [(0, 1), (0, 0)]


def test_a_run_that_takes_long_is_seen_to_grow():
    screen, browser = settled()
    run = whole("b", "plain", {(1,): 4})
    assert screen.take(run[:4], 1.0) == []
    out = screen.take([], 1.0 + HOLD)
    assert kinds(out) == ["new_session", "session_status_changed", "delta", "delta"]
    browser.take(out)
    assert browser.running
    assert not screen.holds
    browser.take(screen.take(run[4:], 2.0))
    assert browser.shows == shown(run)
    assert not browser.running


def test_a_run_that_waits_for_its_turn_is_passed_on_after_a_while():
    screen, _ = settled()
    assert screen.take(whole("b", "plain", {})[:2], 1.0) == []
    assert screen.take([], 1.0 + HOLD) == []
    assert kinds(screen.take([], 1.0 + UNSEEN)) == ["new_session", "session_status_changed"]


def test_of_a_run_that_is_interrupted_the_address_stays_and_what_pops_up():
    screen, browser = settled()
    run = whole("b", "plain", {(0, 0): 2})
    toast = part((3, 0), 1)
    toast.delta.new_element.toast.body = "saved"
    assert screen.take([*run[:4], address("x=2"), toast, end("b", GONE), status(False)], 1.0) == [address("x=2"), toast]
    browser.take(screen.take(whole("c", "plain", {(0, 0): 2}), 1.1))
    assert browser.shows == shown(run)


def test_a_written_value_is_sent_each_time():
    screen = Screen()

    def run(name):
        field = ForwardMsg(hash="same")
        field.metadata.delta_path.append(0)
        field.delta.new_element.text_input.set_value = True
        return [begin(name), field, end(name)]

    screen.take(run("a"), 0.0)
    assert kinds(screen.take(run("b"), 1.0)) == ["delta", "script_finished"]


def test_a_timer_that_is_gone_makes_a_run_whole():
    screen = Screen()
    timer = ForwardMsg(hash="timer")
    timer.auto_rerun.fragment_id = "f"
    screen.take([begin("a"), part((0,), 1), timer, end("a")], 0.0)
    assert kinds(screen.take([begin("b"), part((0,), 1), timer, end("b")], 1.0)) == ["script_finished"]
    assert kinds(screen.take([begin("c"), part((0,), 1), end("c")], 2.0))[0] == "new_session"


def test_a_fragment_s_run_is_passed_on_and_remembered():
    screen, browser = settled("with a fragment")
    own = [begin("f1", ["f"]), part((0, 1), 9, "f"), part((0, 2), 0, "f"), end("f1", FRAGMENT, ["f"])]
    assert screen.take(own, 1.0) == own
    browser.take(own)
    assert kinds(screen.take(whole("b", "with a fragment", {(0, 1): 9}), 2.0)) == [STATUS, "script_finished", STATUS]
    own = [begin("f2", ["f"]), part((0, 1), 9, "f"), end("f2", FRAGMENT, ["f"])]  # one part has gone with this run
    screen.take(own, 3.0)
    assert kinds(screen.take(whole("c", "with a fragment", {(0, 1): 9}), 4.0))[0] == "new_session"


def test_answers_to_other_questions_are_never_held_back():
    screen, _ = settled()
    answer = ForwardMsg()
    answer.file_urls_response.response_id = "1"
    assert screen.take([begin("b"), answer], 1.0) == [answer]


steps = st.tuples(
    st.sampled_from(list(PAGES)),
    st.dictionaries(st.sampled_from([(0,), (0, 0), (0, 1), (0, 2), (1,)]), st.integers(0, 2), max_size=3),
    st.none() | st.integers(0, 3),  # a new address
    st.none() | st.integers(1, 6),  # interrupted after so many messages
    st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.sampled_from([0.0, 0.01, 0.3, 2.5])), max_size=4),
)


@settings(max_examples=300)
@given(st.lists(steps, min_size=1, max_size=7))
def test_a_spared_browser_shows_what_one_shows_that_is_sent_everything(runs):
    screen, spared, plain, now = Screen(), Browser(), Browser(), 0.0
    for number, (page, contents, where, cut, looks) in enumerate(runs):
        name = f"run {number}"
        messages = whole(name, page, contents, where)
        if cut is not None:
            messages = [*messages[:cut], end(name, GONE), status(False)]
        plain.take([ForwardMsg.FromString(message.SerializeToString()) for message in messages])
        at = 0
        for more, there, wait in looks:
            now += wait
            if there:
                screen.picture_is_there()
            spared.take(screen.take(messages[at : at + more], now))
            at += more
        spared.take(screen.take(messages[at:], now))
        if cut is None:
            now += 1
            spared.take(screen.take([], now))
            assert spared.shows == shown(whole(name, page, contents))
            assert spared.shows == plain.shows
            assert not spared.running
            assert True in spared.told  # who asked for a run in the menu waits for this
            spared.told.clear()
        assert spared.address == plain.address
