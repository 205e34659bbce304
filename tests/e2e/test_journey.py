"""Every page from a cold deep link on: first visitor, copied link, another language, reload, back and forward.

The cold link is tried on each page, the whole journey on some, and on each page when long.
"""

import pytest

from tests.e2e.screenshots import PAGES, address
from tests.e2e.server import serve
from tests.e2e.visitor import visit

LINK = {"hidden": "33-17", "activation": "tanh", "weights": "normal:0.3-pytorch", "seed": "3",
        "biases": "normal:0.5-zeros", "split": "test", "size": "40", "batch_seed": "5", "digits": "1-3-7", "image": "3",
        "layer": "fc2"}  # fmt: skip
VIEW = {"hidden": "20-10", "layer": "fc2", "unit": "fc2.4", "touch": "fc1:x2,temperature0.5", "b": "hidden:9,seed:3"}


# Numbers and chips; what is computed beside the page; a second network.
WHOLE = ("home",)


def arrive(tab, page):
    """Opens the link and sees that the page shows what it says."""
    tab.open(address(page), "&".join(f"{name}={value}" for name, value in LINK.items()))
    assert tab.page.locator(".chip[aria-checked=true]").inner_text().split() == ["fc2", "17", "tanh"]
    assert tab.page.get_by_role("textbox", name="Hidden sizes").input_value() == "33-17"
    assert tab.parameters == LINK


def assert_well(tab, server):
    """Nothing has failed, for the visitor or in the log."""
    assert not tab.page.locator("[data-testid=stException], .st-key-failure").count()
    assert tab.errors == []
    assert tab.missing == []
    assert tab.elsewhere == []
    assert "Traceback" not in server.logged


def seen(tab):
    """All that the page says: its words and numbers, what its pictures find, the strip, and the sidebar's fields."""
    return {
        "words": tab.answer,
        "pictures": tab.pictures(),
        "strip": tab.page.locator(".chip").all_inner_texts(),
        "fields": [field.input_value() for field in tab.page.get_by_role("textbox").all()],
        "image": tab.page.locator(".st-key-image_choice input").input_value(),
    }


def comes_to_show(tab, expected):
    """Waits until a page says exactly this: what is computed beside the pages may come a little later."""
    tab.settle()
    tab.wait_for(lambda: seen(tab) == expected, "showing what was shown")


@pytest.mark.parametrize("page", [page for page in PAGES if page not in WHOLE])
def test_a_cold_link_on_a_fresh_server_shows_what_it_says(browser, tmp_path, page):
    with serve(tmp_path / "log.txt") as server, visit(browser, server.url) as tab:
        arrive(tab, page)
        assert_well(tab, server)


@pytest.mark.parametrize(
    "page", [pytest.param(page, marks=() if page in WHOLE else pytest.mark.long) for page in PAGES]
)
def test_a_page_from_a_cold_link_on(browser, tmp_path, page):
    with serve(tmp_path / "log.txt") as server, visit(browser, server.url) as tab:
        arrive(tab, page)
        first = tab.at_rest(lambda: seen(tab))

        link = copied(tab)
        for name, value in {**LINK, "v": "1", "source": "bundled", "lang": "en"}.items():
            assert f"{name}={value}" in link
        with visit(browser, server.url, locale="ru-RU") as other:
            other.page.goto(link)
            comes_to_show(other, first)
            assert other.errors == []
            assert other.elsewhere == []

        tab.page.get_by_text("Русский", exact=True).click()
        tab.wait_for(lambda: tab.parameters.get("lang") == "ru", "the language in the address")
        russian = tab.at_rest(lambda: seen(tab))
        assert tab.parameters == {**LINK, "lang": "ru"}
        assert russian["words"] != first["words"]
        assert {**russian, "words": 0, "pictures": 0} == {**first, "words": 0, "pictures": 0}

        tab.page.reload()
        comes_to_show(tab, russian)
        tab.menu("Пакет" if page != "batch" else "Веса")
        tab.page.go_back()
        tab.wait_for(lambda: tab.page.url.startswith(f"{server.url}{address(page)}"), "going back")
        comes_to_show(tab, russian)
        tab.page.go_forward()
        tab.wait_for(lambda: ("/batch" if page != "batch" else "/weights") in tab.page.url, "going forward")
        tab.settle()
        assert tab.parameters == {**LINK, "lang": "ru"}

        assert_well(tab, server)


@pytest.mark.parametrize("page", ["home", "compare"])
def test_the_language_switch_keeps_what_is_looked_at(visitor, page):
    visitor.open(address(page), "&".join(f"{name}={value}" for name, value in VIEW.items()))
    assert visitor.parameters == VIEW
    first = visitor.at_rest(lambda: seen(visitor))
    for word, said in (("Русский", {**VIEW, "lang": "ru"}), ("English", {**VIEW, "lang": "en"})):
        visitor.page.get_by_text(word, exact=True).click()
        visitor.wait_for(lambda said=said: visitor.parameters == said, "the language in the address, and nothing else")
        visitor.settle()
    comes_to_show(visitor, first)


def copied(tab):
    """The link that a visitor copies."""
    tab.page.get_by_role("button", name="Copy link").click()
    link = tab.page.locator("[data-testid=stPopoverBody] code").inner_text()
    assert link.startswith(tab.url)
    tab.page.keyboard.press("Escape")
    return link
