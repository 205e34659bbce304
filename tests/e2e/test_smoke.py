"""What a person does first: opens a link cold, moves a slider, switches the language, walks through the menu."""

import pytest

from tests.e2e.server import serve
from tests.e2e.visitor import visit

PAGES = {"home": "/", "batch": "/batch", "weights": "/weights", "activations": "/activations", "outputs": "/outputs"}


@pytest.mark.parametrize("path", ["/weights", "/"])
def test_a_link_opened_cold_on_a_fresh_server_shows_what_it_says(browser, tmp_path, path):
    with serve(tmp_path / "log.txt") as server, visit(browser, server.url) as tab:
        tab.open(path, "hidden=33-17&activation=tanh&layer=fc2&seed=3")
        assert tab.page.locator(".chip[aria-checked=true]").inner_text().split() == ["fc2", "17", "tanh"]
        assert tab.page.get_by_role("textbox", name="Hidden sizes").input_value() == "33-17"
        assert tab.parameters == {"hidden": "33-17", "activation": "tanh", "layer": "fc2", "seed": "3"}
        assert not tab.page.locator("[data-testid=stException]").count()
        assert tab.errors == []
        assert tab.elsewhere == []
        assert "Traceback" not in server.logged


def test_a_slider_moved_by_keyboard_changes_the_picture_and_the_address(visitor):
    visitor.open("/")
    before = visitor.page.locator("[data-testid=stMetricValue]").first.inner_text()
    visitor.slider("Units").focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.wait_for(lambda: visitor.parameters.get("hidden") == "129-129", "the address following the slider")
    visitor.settle()
    assert visitor.page.locator("[data-testid=stMetricValue]").first.inner_text() != before


def test_ten_quick_presses_are_ten_steps(visitor):
    visitor.open("/")
    visitor.slider("Units").focus()
    for _ in range(10):
        visitor.page.keyboard.press("ArrowRight")
        visitor.page.wait_for_timeout(50)
    visitor.wait_for(lambda: visitor.parameters.get("hidden") == "138-138", "ten steps")


def test_the_language_switch_keeps_everything_else(visitor):
    visitor.open("/weights", "hidden=20-10&seed=4")
    english = visitor.title
    visitor.page.get_by_text("Русский", exact=True).click()
    visitor.wait_for(lambda: visitor.parameters.get("lang") == "ru", "the language in the address")
    visitor.settle()
    assert visitor.title != english
    assert visitor.parameters == {"hidden": "20-10", "seed": "4", "lang": "ru"}


def test_the_locale_of_the_browser_decides_the_first_language(browser, server):
    with visit(browser, server.url, locale="ru-RU") as tab:
        tab.open("/")
        assert tab.page.get_by_role("link", name="Веса", exact=True).count()


def test_menu_back_forward_and_reload_keep_the_state(visitor):
    visitor.open("/", "hidden=20-10&layer=fc2")
    for name in ("Batch", "Weights", "Activations", "Outputs"):
        visitor.menu(name)
        visitor.wait_for(lambda: visitor.parameters.get("hidden") == "20-10", f"the state on {name}")
        assert visitor.parameters["layer"] == "fc2"
    visitor.page.go_back()
    visitor.wait_for(lambda: "/activations" in visitor.page.url, "going back")
    visitor.settle()
    assert visitor.parameters["hidden"] == "20-10"
    visitor.page.go_forward()
    visitor.wait_for(lambda: "/outputs" in visitor.page.url, "going forward")
    visitor.page.reload()
    visitor.settle()
    assert visitor.parameters == {"hidden": "20-10", "layer": "fc2"}


def test_a_preset_then_a_reload_shows_the_preset(visitor):
    visitor.open("/")
    visitor.page.get_by_role("button", name="A deep tanh net that vanishes").click()
    visitor.wait_for(lambda: visitor.parameters.get("activation") == "tanh", "the preset in the address")
    visitor.settle()
    visitor.page.reload()
    visitor.settle()
    assert visitor.page.locator(".chip").count() == 21
    assert visitor.slider("Hidden layers").count() == 1


def test_choosing_a_layer_in_the_strip_by_keyboard(visitor):
    visitor.open("/weights")
    visitor.page.locator(".chip").first.focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.wait_for(lambda: visitor.parameters.get("layer") == "fc2", "the layer in the address")
    visitor.settle()
    assert visitor.page.locator(".chip[aria-checked=true]").inner_text().startswith("fc2")


def test_the_copied_link_shows_the_same_numbers_elsewhere(visitor, browser):
    visitor.open("/", "hidden=40-20&weights=normal:0.3-pytorch&size=32&batch_seed=5&image=3")
    visitor.page.get_by_role("button", name="Copy link").click()
    link = visitor.page.locator("[data-testid=stPopoverBody] code").inner_text()
    assert link.startswith(visitor.url)
    for name in ("v=1", "hidden=40-20", "activation=relu", "biases=pytorch", "digits=all", "lang=en", "layer=fc1"):
        assert name in link
    numbers = visitor.page.locator("[data-testid=stMetricValue]").all_inner_texts()
    with visit(browser, visitor.url, locale="ru-RU") as other:
        other.page.goto(link)
        other.settle()
        assert other.page.locator("[data-testid=stMetricValue]").all_inner_texts() == numbers


def test_hostile_words_in_a_link_are_shown_as_words(visitor):
    visitor.open("/", "activation=%3Cimg%20src=x%20onerror=alert(1)%3E&weights=![x](https://example.org/a.png)&stray=1")
    assert visitor.page.locator("[data-testid=stMain] img[src='x']").count() == 0
    assert "example.org/a.png" in visitor.answer
    visitor.wait_for(lambda: "stray" not in visitor.parameters, "the stray leaving the address")
