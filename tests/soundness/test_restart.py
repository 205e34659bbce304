"""The server dies without a word in the middle of a move, and comes back on the same port."""

import signal
from contextlib import contextmanager

import pytest

from tests.e2e.server import serve
from tests.e2e.visitor import visit

SETUP = "hidden=33-17&activation=tanh&seed=3&size=40&image=5&layer=fc2"
RECONNECTED = 40  # seconds: Streamlit's page tries again after 1, 2, 4, ... seconds


CONNECTION = "() => document.querySelector('[data-testid=stApp]').dataset.testConnectionState"


@contextmanager
def killed_and_restarted(server, tab, log):
    """Ends a server by SIGKILL, which nothing can catch, and runs another one on its port, which the page finds."""
    port = int(server.url.rpartition(":")[2])
    server.process.send_signal(signal.SIGKILL)
    assert server.process.wait(timeout=10) == -signal.SIGKILL
    tab.wait_for(lambda: tab.page.evaluate(CONNECTION) != "CONNECTED", "noticing that the server is gone")
    with serve(log, port=port) as again:
        tab.wait_for(lambda: tab.page.evaluate(CONNECTION) == "CONNECTED", "the reconnection", RECONNECTED)
        yield again


def what_is_seen(tab):
    """The numbers, the sidebar's own words and the strip."""
    return {
        "tiles": tab.page.locator("[data-testid=stMetricValue]").all_inner_texts(),
        "pictures": tab.pictures(),
        "hidden": tab.page.get_by_role("textbox", name="Hidden sizes").input_value(),
        "seed": tab.page.get_by_role("textbox", name="Seed of the weights", exact=True).input_value(),
        "strip": tab.page.locator(".chip").all_inner_texts(),
        "looked at": tab.page.locator(".chip[aria-checked=true]").inner_text(),
        "address": tab.parameters,
    }


def assert_a_newcomer_sees_the_same(tab, browser, server, path):
    """A second visitor of the address, who knows nothing of the first server; so what the tab shows is no leftover."""
    with visit(browser, server.url) as newcomer:
        newcomer.open(path, "&".join(f"{name}={value}" for name, value in tab.parameters.items()))
        expected = what_is_seen(newcomer)
        tab.wait_for(lambda: what_is_seen(tab) == expected, "what a newcomer sees")
    assert "Traceback" not in server.logged


def go_on(tab):
    """One more press on a slider, the first thing that the new server hears of this visitor's."""
    tab.page.wait_for_timeout(1_000)  # its first run for a visitor is two, with a pause between them
    tab.settle()
    image = int(tab.parameters["image"])
    tab.slider("Image looked at").focus()
    tab.page.keyboard.press("ArrowRight")
    tab.wait_for(lambda: tab.parameters["image"] == str(image + 1), "the next move", RECONNECTED)
    tab.settle()


@pytest.mark.parametrize("path", ["/", pytest.param("/outputs", marks=pytest.mark.long)])
def test_an_open_page_reconnects_shows_the_same_setup_and_goes_on(browser, tmp_path, path):
    with serve(tmp_path / "first.txt") as first, visit(browser, first.url) as tab:
        tab.open(path, SETUP)
        tab.wait_for(tab.pictures, "the pictures")
        before = what_is_seen(tab)
        assert before["strip"] == ["fc1\n33 tanh", "fc2\n17 tanh", "output\n10 softmax"]
        with killed_and_restarted(first, tab, tmp_path / "second.txt") as second:
            tab.settle()
            assert what_is_seen(tab) == before
            go_on(tab)
            assert {**tab.parameters, "image": "5"} == before["address"]
            assert_a_newcomer_sees_the_same(tab, browser, second, path)


def test_moves_under_way_when_the_server_dies_leave_the_page_of_one_mind(browser, tmp_path):
    """Whatever of ten quick presses was heard: slider, address, numbers and pictures agree with each other afterwards."""
    with serve(tmp_path / "first.txt") as first, visit(browser, first.url) as tab:
        tab.open("/", SETUP)
        tab.slider("Image looked at").focus()
        for _ in range(10):
            tab.page.keyboard.press("ArrowRight")
        with killed_and_restarted(first, tab, tmp_path / "second.txt") as second:
            go_on(tab)
            assert 5 < int(tab.parameters["image"]) <= 16
            shown = tab.slider("Image looked at")
            tab.wait_for(lambda: shown.input_value() == tab.parameters["image"], "slider and address agreeing")
            assert {**tab.parameters, "image": "5"} == dict(pair.split("=") for pair in SETUP.split("&"))
            assert_a_newcomer_sees_the_same(tab, browser, second, "/")
