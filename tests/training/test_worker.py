"""A worker with an inbox that the test fills: turns, holds, ends, failures; and the module as a process of its own."""

import queue
import threading
from contextlib import contextmanager

import pytest

from netlib.channel import Closed
from netlib.spec import NetworkSpec
from netlib.training import worker as module
from netlib.training.spec import Command, TrainSpec
from netlib.training.worker import Worker
from tests.training.oracles import plain, same, soon

SPEC = TrainSpec(NetworkSpec((8,)), batch_size=400)


class Desk:
    """A worker's inbox and what it has said."""

    def __init__(self):
        self.inbox, self.said = queue.SimpleQueue(), []
        self.worker = Worker(self.inbox, self.said.append, 2**20)

    def ask(self, *message):
        self.inbox.put(message)

    def reports(self, run):
        return [value for word, key, value in list(self.said) if word == "report" and key == run]

    def last(self, run):
        reports = self.reports(run)
        return reports[-1] if reports else None


@contextmanager
def working():
    desk = Desk()
    thread = threading.Thread(target=desk.worker.run)
    thread.start()
    yield desk
    desk.ask("end")
    thread.join(20)
    assert not thread.is_alive()
    assert desk.worker._sessions == {}


def finished(desk, run):
    return soon(lambda: (report := desk.last(run)) and report.state == "done")


def test_it_trains_what_it_is_asked_and_says_how_it_goes(digits):
    with working() as desk:
        desk.ask("begin", "a", SPEC, None)
        desk.ask("command", "a", Command("start", 2))
        finished(desk, "a")
        reports = desk.reports("a")
        assert (reports[0].state, reports[0].step, reports[0].snapshot.step) == ("paused", 0, 0)
        assert reports[1].state == "running"
        assert (reports[-1].step, reports[-1].epoch, reports[-1].served) == (20, 2, 1)
        desk.ask("checkpoint", "a", 20, "ticket")
        word, ticket, weights = soon(lambda: next((m for m in desk.said if m[0] == "weights"), None))
        assert (word, ticket) == ("weights", "ticket")
        assert same(weights, plain(SPEC, digits, 20))


def test_several_have_turns_of_equal_length():
    with working() as desk:
        for run in "abc":
            desk.ask("begin", run, TrainSpec(NetworkSpec((256,))), None)
        for run in "abc":
            desk.ask("command", run, Command("start", 1000))
        soon(lambda: all((report := desk.last(run)) and report.step > 100 for run in "abc"))
        steps = [desk.last(run).step for run in "abc"]
        assert max(steps) < 4 * min(steps)


def test_one_that_is_held_waits_and_goes_on_where_it_was(digits):
    with working() as desk:
        desk.ask("begin", "a", SPEC, None)
        desk.ask("hold", "a", True)
        desk.ask("command", "a", Command("start", 2))
        desk.ask("begin", "b", SPEC, None)
        desk.ask("command", "b", Command("start", 2))
        finished(desk, "b")
        assert (desk.last("a").state, desk.last("a").step) == ("running", 0)
        desk.ask("hold", "a", False)
        finished(desk, "a")
        desk.ask("checkpoint", "a", 20, 1)
        weights = soon(lambda: next((m for m in desk.said if m[0] == "weights"), None))[2]
        assert same(weights, plain(SPEC, digits, 20))


def test_one_that_has_left_is_forgotten_and_unknown_ones_are_not_minded():
    with working() as desk:
        desk.ask("begin", "a", SPEC, None)
        desk.ask("command", "a", Command("start", 1000))
        desk.ask("leave", "a")
        desk.ask("leave", "a")
        desk.ask("look", "a")
        desk.ask("command", "a", Command("step"))
        desk.ask("hold", "a", True)
        desk.ask("checkpoint", "a", 0, 5)
        assert soon(lambda: next((m for m in desk.said if m[0] == "weights"), None)) == ("weights", 5, None)
        assert desk.worker._sessions == {}
        assert desk.worker._turns == []


def test_what_fails_ends_with_a_reason_and_nothing_else_does(monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("LAYERSCOPE_MNIST", str(tmp_path))
    with working() as desk:
        desk.ask("begin", "good", SPEC, None)
        desk.ask("begin", "no digits", TrainSpec(source="full"), None)
        desk.ask("begin", "bug", SPEC, "no weights at all")
        desk.ask("command", "good", Command("epoch"))
        soon(lambda: (report := desk.last("good")) and report.epoch == 1)
        failed = {key: str(value) for word, key, value in desk.said if word == "failed"}
    assert failed.keys() == {"no digits", "bug"}
    assert "holds no" in failed["no digits"]
    assert "log says why" in failed["bug"]
    assert "a training failed" in caplog.text


def test_it_ends_where_nobody_hears_it_any_more():
    def deaf(message):
        raise Closed

    inbox = queue.SimpleQueue()
    inbox.put(("begin", "a", SPEC, None))
    Worker(inbox, deaf, 2**20).run()


def test_a_slice_is_short_so_that_commands_are_heard():
    assert module.SLICE <= 0.05


@pytest.mark.parametrize("action", ["pause", "step", "stop", "reset"])
def test_a_command_is_answered_at_once_with_what_it_did(action):
    with working() as desk:
        desk.ask("begin", "a", SPEC, None)
        desk.ask("command", "a", Command(action))
        report = soon(lambda: (r := desk.last("a")) and r.served == 1 and r)
        assert report.step == (action == "step")
