"""One run as a state machine, with a clock that the test moves; and that no pause, look or measure changes a bit."""

import math

import numpy as np
import pytest

from netlib.spec import NetworkSpec
from netlib.training import session as module
from netlib.training.material import Material
from netlib.training.ring import Ring
from netlib.training.session import Session
from netlib.training.spec import EPOCHS, Command, TrainSpec
from tests.training.oracles import equal, plain, same

SPEC = TrainSpec(NetworkSpec((16,)), batch_size=400, dropout=0.2)  # ten steps an epoch


class Clock:
    """Seconds that pass by a little with every look at it, and when the test says so."""

    def __init__(self, tick=0.0):
        self.now, self.tick = 0.0, tick

    def __call__(self):
        self.now += self.tick
        return self.now


def made(digits, spec=SPEC, tick=0.001, **options):
    clock = Clock(tick)
    return Session(spec, digits=digits, clock=clock, **options), clock


@pytest.fixture
def few(digits):
    """A hundred digits, where only the clock matters: ten steps an epoch at a batch of 10."""
    return Material(digits.images[:100], digits.labels[:100], digits.held_images[:50], digits.held_labels[:50], 50)


SMALL = TrainSpec(NetworkSpec(()), batch_size=10)


def say(session, action, value=None):
    session.command(Command(action, value))


def run(session, slices=10_000):
    for _ in range(slices):
        if not session.busy:
            return
        session.advance(0.01)
    raise AssertionError("it never came to an end")


def weights(session):
    report = session.report()
    return session.checkpoint(report.step)


def test_it_begins_paused_at_step_zero_with_a_snapshot(digits):
    session, _ = made(digits)
    report = session.report()
    assert (report.state, report.step, report.epoch, report.target, report.served) == ("paused", 0, 0, EPOCHS, 0)
    assert report.snapshot.step == 0
    assert [point.step for point in report.points] == [0]
    assert report.checkpoints == (0,)
    assert session.report().snapshot is None, "it is said once"


def test_a_step_is_one_step_and_an_epoch_goes_to_its_end(digits):
    session, _ = made(digits)
    say(session, "step")
    report = session.report()
    assert (report.state, report.step, report.snapshot.step, report.served) == ("paused", 1, 1, 1)
    say(session, "epoch")
    assert session.busy
    run(session)
    report = session.report()
    assert (report.state, report.step, report.epoch, report.snapshot.step) == ("paused", 10, 1, 10)


def test_it_runs_to_its_target_and_on_from_there(digits):
    session, _ = made(digits)
    say(session, "start", 3)
    run(session)
    report = session.report()
    assert (report.state, report.epoch, report.target, report.step) == ("done", 3, 3, 30)
    assert report.snapshot.step == 30, "the end is always measured"
    say(session, "start")
    assert session.report().target == 3 + EPOCHS
    say(session, "start", 4)
    run(session)
    assert session.report().epoch == 4
    say(session, "start", 2)
    assert (session.state, session.report().epoch) == ("done", 4), "what is done is done"
    say(session, "epoch")
    run(session)
    assert (session.state, session.report().target) == ("done", 5)


@pytest.mark.parametrize("slices", [1, 3])
def test_pause_step_and_resume_equal_no_pause(slices, digits):
    straight, _ = made(digits)
    say(straight, "start", 3)
    run(straight)
    session, clock = made(digits, tick=0.004)
    for _ in range(4):
        say(session, "start", 3)
        for _ in range(slices):
            session.advance(0.01)
        session.looked_at()
        say(session, "pause")
        assert session.state in ("paused", "done")
        clock.now += 100
        if session.state == "paused":
            say(session, "step")
    say(session, "start", 3)
    run(session)
    assert equal(weights(session), weights(straight))
    assert same(weights(session), plain(SPEC, digits, 30))


def test_a_pause_is_measured_where_it_is(digits):
    session, _ = made(digits)
    say(session, "start")
    session.advance(0.01)
    say(session, "pause")
    report = session.report()
    assert report.state == "paused"
    assert report.snapshot.step == report.step == report.checkpoints[-1]
    say(session, "pause")
    assert session.report().step == report.step


def test_reset_is_the_same_run_again_with_the_rate_that_was_chosen_last(digits):
    session, _ = made(digits)
    say(session, "start", 1)
    run(session)
    first = weights(session)
    say(session, "reset")
    report = session.report()
    assert (report.state, report.step, report.target, report.checkpoints) == ("paused", 0, EPOCHS, (0,))
    assert [point.step for point in report.points] == [0]
    say(session, "start", 1)
    run(session)
    assert equal(weights(session), first)
    say(session, "learning_rate", 0.5)
    say(session, "reset")
    assert session.report().learning_rate == 0.5


def test_rate_and_batch_change_while_it_runs(digits):
    session, _ = made(digits)
    say(session, "start", 2)
    session.advance(0)
    say(session, "learning_rate", 0.01)
    session.advance(0)
    say(session, "batch_size", 100)
    run(session)
    changes = {2: {"learning_rate": 0.01}, 3: {"batch_size": 100}}
    steps = session.report().step
    assert same(weights(session), plain(SPEC, digits, steps, changes=changes))


def test_a_run_that_diverges_stops_with_the_reason_and_the_step(digits):
    spec = TrainSpec(NetworkSpec((16, 16), "identity"), "sgd", learning_rate=100)
    session, _ = made(digits, spec)
    say(session, "start")
    run(session)
    report = session.report()
    assert report.state == "diverged"
    assert f"at step {report.step + 1} the loss is" in str(report.problem)
    assert report.snapshot.step == report.step, "what it was is still seen"
    for action in ("start", "step", "epoch", "pause", "stop"):
        say(session, action)
        assert session.state == "diverged"
    say(session, "reset")
    assert (session.state, session.report().problem) == ("paused", None)


def test_a_network_that_overflows_from_the_start_says_so_too(digits):
    spec = TrainSpec(NetworkSpec((8,) * 30, "identity", weight_init="normal"), learning_rate=100)
    session, _ = made(digits, spec, start=tuple((w * 1e4, b) for w, b in first_weights(spec)))
    assert not math.isfinite(session.report().snapshot.held_out_loss)
    say(session, "step")
    report = session.report()
    assert (report.state, report.step) == ("diverged", 0)
    assert "at step 1" in str(report.problem)


def first_weights(spec):
    from netlib.training.loop import initial_weights

    return initial_weights(spec.network)


def snapshots(session, clock, seconds, looks):
    found, end = 0, clock.now + seconds
    while clock.now < end:
        if looks:
            session.looked_at()
        session.advance(0.01)
        found += session.report().snapshot is not None
    return found


def test_there_are_four_snapshots_a_second_while_somebody_looks_and_one_otherwise(few, monkeypatch):
    monkeypatch.setattr(module, "SNAPSHOT_COST", 0)
    session, clock = made(few, SMALL, tick=0.002)
    say(session, "start", 1000)
    clock.now += 10
    assert 7 <= snapshots(session, clock, 2, looks=True) <= 9
    clock.now += 10
    assert snapshots(session, clock, 3, looks=False) <= 3


def test_where_measuring_is_dear_there_is_less_of_it(few):
    class Dear(Clock):
        def measure(self, watched):
            self.now += 0.1
            return whole(watched)

    clock = Dear(0.002)
    session = Session(SMALL, digits=few, clock=clock)
    whole, session._meter.snapshot = session._meter.snapshot, clock.measure
    say(session, "start", 1000)
    assert snapshots(session, clock, 20, looks=True) <= 20 / (0.1 * module.SNAPSHOT_COST) + 2


def test_the_beginning_of_the_curves_is_dense_whatever_the_clock_says(digits):
    session, _ = made(digits, tick=0.0)
    say(session, "start", 7)
    while session.busy:
        session.advance(-1)
    steps = [point.step for point in session.report().points]
    assert steps == [0, 1, 2, 4, 8, 16, 32, 64, 70]


def test_speed_and_time_left_are_those_of_the_clock(digits):
    session, clock = made(digits, tick=0.0)
    say(session, "start", 100)
    for _ in range(50):
        clock.now += 0.1  # ten steps a second
        session.advance(-1)
    report = session.report()
    assert report.steps_per_second == pytest.approx(10, rel=0.15)
    assert report.seconds_left == pytest.approx((1000 - 50) / 10, rel=0.15)
    say(session, "pause")
    assert session.report().seconds_left is None


def test_checkpoints_are_bounded_and_hold_what_they_say(digits):
    session, _ = made(digits, ring=Ring(count=8))
    say(session, "start", 5)
    run(session)
    report = session.report()
    assert len(report.checkpoints) <= 8
    assert (report.checkpoints[0], report.checkpoints[-1]) == (0, 50)
    middle = report.checkpoints[3]
    assert same(session.checkpoint(middle), plain(SPEC, digits, middle))
    assert session.checkpoint(51) is None


def test_stop_ends_it_for_good_or_until_it_is_started_again(digits):
    session, _ = made(digits)
    say(session, "start")
    session.advance(0.01)
    say(session, "stop")
    report = session.report()
    assert (report.state, report.snapshot.step) == ("done", report.step)
    say(session, "start")
    assert session.busy


def test_eight_in_turns_are_as_each_would_be_alone(digits):
    specs = [TrainSpec(NetworkSpec((8,), seed=seed % 3), dropout=0.1 * (seed % 2), seed=seed) for seed in range(8)]
    sessions = [made(digits, spec)[0] for spec in specs]
    for session in sessions:
        say(session, "start", 1)
    while any(session.busy for session in sessions):
        for session in sessions:
            session.advance(0.005)
    for session, spec in zip(sessions, specs, strict=True):
        assert same(weights(session), plain(spec, digits, 63))
    assert len({weights(session)[0][0].tobytes() for session in sessions}) == 8
    assert np.isfinite(weights(sessions[0])[0][0]).all()
