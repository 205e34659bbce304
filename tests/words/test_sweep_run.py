"""What is said of a sweep that is asked or runs: times as long as they need to be, and grids worth one click."""

import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.spec import NetworkSpec, Setup
from netlib.sweep import link
from netlib.sweep.limits import PUBLIC
from netlib.words import sweep_run as words

EN, RU = translator("en"), translator("ru")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "1 s"), (59.1, "60 s"), (89, "89 s"), (90, "2 min"), (5399, "90 min"), (5400, "1.5 h"), (36_000, "10.0 h")],
)
def test_a_time_is_rounded_up_to_what_one_waits(seconds, said):
    assert words.duration(seconds, EN) == said


def test_an_estimate_says_networks_time_and_workers():
    assert words.estimate(1, None, 0, EN) == "1 network; how long they take is being measured …"
    assert words.estimate(1200, 30, 2, EN) == "1,200 networks, in about 30 s on 2 workers."
    assert words.estimate(2, 30, 1, RU).startswith("2 сети")


def test_the_limits_are_said_before_anybody_meets_them():
    said = words.limits(PUBLIC.networks, PUBLIC.seconds, EN)
    assert said == "On this server a sweep has at most 3,000 networks and takes at most 5 min of one worker."
    assert "3\u00a0000" in words.limits(PUBLIC.networks, PUBLIC.seconds, RU)


def test_progress_says_what_is_left_as_long_as_something_is():
    assert words.progress(3, 10, 5.0, EN) == "3 of 10 networks, 5 s left"
    assert words.progress(3, 10, None, EN) == words.progress(3, 10, None, EN) == "3 of 10 networks"
    assert words.progress(10, 10, 5.0, EN) == "10 of 10 networks"
    assert words.progress(0, 10, None, EN) == "0 of 10 networks; the workers are starting."
    assert words.waiting(1, EN) == "1 other sweep comes first."


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["cancelled", "failed"])
def test_every_early_end_says_why(state, language):
    text = translator(language)
    said = words.ended(state, 3, 10, text)
    assert "10" in said
    assert len({said, words.away(text), words.gone(text)}) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_grids_worth_one_click_can_be_asked_on_a_public_host(language):
    for label, written in words.tries(translator(language)):
        assert label
        reading = link.read(written, Setup())
        assert not reading.notes
        assert reading.problem is None
        PUBLIC.check(reading.sweep)
        assert link.write(reading.sweep).startswith("depth")


def test_a_network_without_hidden_layers_is_named():
    assert "none" in words.around(NetworkSpec(()), EN)
    assert "128-64" in words.around(NetworkSpec(), EN)
    assert "2..30..4" in words.lists(EN)
