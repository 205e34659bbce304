"""What a person does first: moves a slider, takes a preset, walks through the menu; cold links: test_journey.py."""

from urllib.parse import urlsplit

from tests.e2e.screenshots import PAGES, address
from tests.e2e.visitor import visit


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


def test_the_locale_of_the_browser_decides_the_first_language(browser, server):
    with visit(browser, server.url, locale="ru-RU") as tab:
        tab.open("/")
        assert tab.page.get_by_role("link", name="Веса", exact=True).count()


def test_menu_back_forward_and_reload_keep_the_state(visitor):
    visitor.open("/", "hidden=20-10&layer=fc2")
    walk = [page for page in PAGES if page != "home"]
    for page in walk:
        visitor.menu(page.capitalize())
        assert urlsplit(visitor.page.url).path == address(page)
        visitor.wait_for(lambda: visitor.parameters.get("hidden") == "20-10", f"the state on {page}")
        assert visitor.parameters["layer"] == "fc2"
    visitor.page.go_back()
    visitor.wait_for(lambda: address(walk[-2]) in visitor.page.url, "going back")
    visitor.settle()
    assert visitor.parameters["hidden"] == "20-10"
    visitor.page.go_forward()
    visitor.wait_for(lambda: address(walk[-1]) in visitor.page.url, "going forward")
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


def test_hostile_words_in_a_link_are_shown_as_words(visitor):
    visitor.open("/", "activation=%3Cimg%20src=x%20onerror=alert(1)%3E&weights=![x](https://example.org/a.png)&stray=1")
    assert visitor.page.locator("[data-testid=stMain] img[src='x']").count() == 0
    assert "example.org/a.png" in visitor.answer
    visitor.wait_for(lambda: "stray" not in visitor.parameters, "the stray leaving the address")


def test_after_rerun_by_key_the_page_is_at_rest_and_follows_again(visitor):
    """A change is sent without Streamlit's own "runs" and "has ended"; who asks for a run again must see its end."""
    visitor.open("/")
    visitor.slider("Units").focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.settle()
    for _ in range(2):
        visitor.page.locator("[data-testid=stMain] h1").click()
        visitor.page.keyboard.press("r")
        visitor.settle()
        assert visitor.page.locator("[data-testid=stApp]").get_attribute("data-test-script-state") == "notRunning"
        assert not visitor.page.locator("[data-stale=true]").count()
    visitor.slider("Units").focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.wait_for(lambda: visitor.parameters.get("hidden") == "130-130", "the address following the slider")


def test_going_back_after_changes_shows_each_of_them_again(visitor):
    visitor.open("/")
    seen = []
    for units in (129, 130, 131):
        visitor.slider("Units").focus()
        visitor.page.keyboard.press("ArrowRight")
        visitor.wait_for(lambda units=units: visitor.parameters.get("hidden") == f"{units}-{units}", "the address")
        visitor.settle()
        seen.append(visitor.answer)
    steps = ((130, seen[1], "go_back"), (129, seen[0], "go_back"), (130, seen[1], "go_forward"))
    for units, answer, go in steps:
        getattr(visitor.page, go)()
        visitor.wait_for(lambda units=units: visitor.parameters.get("hidden") == f"{units}-{units}", go)
        visitor.settle()
        assert visitor.answer == answer
