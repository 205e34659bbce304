"""Links that somebody has been at, through every door: the parser, the pages, the server's own limits, a browser."""

import random
import urllib.error
import urllib.request
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netlib import query
from netlib.spec import Setup
from netlib.ui.address import VIEW_FIELDS
from tests.e2e.server import wait_until_healthy
from tests.e2e.visitor import visit
from tests.soundness.client import show, visiting
from tests.soundness.everything import open_cold, went_well
from tests.soundness.hostile import INSIDES, RAW
from tests.soundness.source import PAGES
from tests.test_query_hostile import PIECES, check, hostile

OURS = {*query.FIELDS, *VIEW_FIELDS}
STRAYS = ("v", "utm_source", "layers", "view", "shell", "language", "page", "", " ", "Hidden", "hidden[]", "$$ID-x")
names = st.sampled_from(sorted(OURS)) | st.sampled_from(STRAYS) | st.text(max_size=8)
links = st.dictionaries(names, hostile, max_size=14)


def test_10_000_hostile_links_are_read():
    """Pieces that a parser may stumble over, glued at random, from a seed of its own; each reading is checked in full."""
    source = random.Random(20_26)
    for _ in range(10_000):
        fields = source.sample(query.FIELDS, source.randint(1, 4))
        link = {name: "".join(source.choices(PIECES, k=source.randint(0, 8))) for name in fields}
        check(query.read(link), link)


def words(app):
    """All that is written on a page."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "code", "warning", "error", "info", "exception")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind))


# Shared among the pages. What hypothesis warns of, a fixture that lives through all examples, is the page's name alone.
@pytest.mark.parametrize("page", PAGES)
@settings(max_examples=-(-200 // len(PAGES)), suppress_health_check=list(HealthCheck))
@given(link=links)
def test_200_hostile_links_are_pages(page, link):
    app = open_cold(page, link)
    assert went_well(app)
    assert not [inside for inside in INSIDES if inside in words(app)]
    assert set(app.query_params) <= OURS, "what is nobody's has left the address"
    draft = query.read({name: value for name, value in link.items() if name in OURS}).draft
    if app.warning and not app.title:
        assert len(app.warning) == 1
        assert "2,000,000" in app.warning[0].value.replace("\\", "") or "2 000 000" in app.warning[0].value
    else:
        assert app.session_state["view"].setup == draft.setup()


@pytest.mark.parametrize("name", RAW)
def test_a_hostile_address_as_it_stands_is_a_page(server, name):
    """The raw query string over the websocket: repeated keys, broken escapes and empty names reach us like this."""
    shown = show(server.url, PAGES[len(name) % len(PAGES)], RAW[name])
    assert not shown.failed
    assert shown.of("heading") or shown.of("alert")
    assert not [inside for inside in INSIDES if inside in shown.words]
    left = dict(parse_qsl(shown.address if shown.address is not None else RAW[name], keep_blank_values=True))
    assert {name for name in left if not name.startswith("embed")} <= OURS


def test_many_long_strays_leave_in_one_message(server):
    """One by one, each departure would send what is left: half a megabyte of strays became 225."""
    strays = "&".join(f"x{i}={'y' * 550}" for i in range(900))
    shown = show(server.url, "home", f"hidden=33-17&{strays}")
    assert not shown.failed
    assert shown.address == "hidden=33-17"
    assert shown.weight <= show(server.url, "home", "hidden=33-17").weight + 10_000


BEYOND = {
    "1,001 fields": "hidden=33&" + "&".join(f"x{i}=1" for i in range(1_000)),
    "100,000 fields": "hidden=33&" + "x=1&" * 100_000,
    "more than 512 Ki characters": "hidden=33&x=" + "y" * 530_000,
    "5 million characters": "hidden=33&x=" + "y" * 5_000_000,
}


@pytest.mark.parametrize("name", BEYOND)
def test_beyond_the_servers_limits_a_visitor_sees_the_defaults_and_others_go_on(server, name):
    with visiting(server.url, "home", {"hidden": "44-22"}) as other:
        before = other.run()
        shown = show(server.url, "home", BEYOND[name])
        assert not shown.failed
        assert shown.charts == show(server.url, "home").charts
        after = other.run()
        assert after.charts == before.charts != shown.charts
    assert "Traceback" not in server.logged


@pytest.mark.parametrize("kilobytes", [10, 70, 300, 2_000])
def test_a_url_of_any_length_leaves_the_server_up(server, kilobytes):
    """Beyond some 64 kB the web server itself refuses or hangs up; below, the page is served."""
    try:
        with urllib.request.urlopen(f"{server.url}/?hidden=33&x={'y' * kilobytes * 1000}", timeout=20) as answer:
            assert answer.status == 200
    except (urllib.error.URLError, ConnectionError) as refusal:
        assert kilobytes > 60, refusal  # noqa: PT017 - either way is right
    wait_until_healthy(server, 10)
    assert "Traceback" not in server.logged


@pytest.fixture(scope="module")
def tab(browser, server):
    """One tab for all addresses: what the one before has left behind must not matter either."""
    with visit(browser, server.url) as tab:
        tab.page.on("dialog", lambda dialog: tab.errors.append(f"dialog: {dialog.message}") or dialog.dismiss())
        yield tab


@pytest.mark.parametrize("name", RAW)
def test_20_hostile_addresses_in_a_browser(tab, server, name):
    before = len(server.logged)
    tab.open("/" if len(name) % 2 else "/weights", RAW[name])
    main = tab.page.locator("[data-testid=stMain]")
    assert tab.page.locator("[data-testid=stException], .st-key-failure").count() == 0
    assert main.locator("img[src=x], a[href^=javascript], script").count() == 0
    assert not [inside for inside in INSIDES if inside in tab.page.locator("body").inner_text()]
    tab.wait_for(lambda: {n for n in tab.parameters if not n.startswith("embed")} <= OURS, "strays leaving the address")
    assert tab.errors == []
    assert tab.elsewhere == []
    assert "Traceback" not in server.logged[before:]


def test_after_all_of_it_the_defaults_are_the_defaults(tab):
    tab.open("/")
    assert tab.parameters == {}
    assert tab.page.locator(".chip").all_inner_texts() == ["fc1\n128 relu", "fc2\n64 relu", "output\n10 softmax"]
    assert query.read({}).draft.setup() == Setup()
