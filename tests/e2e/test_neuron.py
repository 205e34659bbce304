"""One unit in a real browser: chosen by mouse, finger and keyboard, touched, undone; its link shows the same to others."""

import pytest

from tests.e2e.test_matrix import faults
from tests.e2e.visitor import borrow

HOME = "hidden=20-10&lang=en"
SHOWN = 8  # circles of the input column; then come those of fc1


@pytest.fixture
def tab(browser, server):
    with borrow(browser, server.url, height=1_400) as tab:
        yield tab
        assert tab.errors == []
        assert tab.elsewhere == []


def middle(tab, circle):
    """Where the middle of a circle of the drawing is on the screen."""
    tab.page.locator(".st-key-network").scroll_into_view_if_needed()
    points = tab.page.locator(".st-key-network .scatterlayer .trace.scatter").last.locator("path.point")
    box = points.nth(circle).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def unit_is(tab, unit):
    tab.wait_for(lambda: tab.parameters.get("unit") == unit, f"unit={unit}")
    tab.settle()


def says(tab, words):
    tab.wait_for(lambda: words in tab.answer, words)
    tab.settle()


def test_by_mouse_on_the_drawing_and_by_keyboard(tab):
    tab.open("/", HOME)
    assert "unit" not in tab.parameters
    tab.page.mouse.click(*middle(tab, SHOWN + 3))
    unit_is(tab, "fc1.3")
    says(tab, "One unit: fc1[3]")
    slider = tab.page.get_by_role("slider", name="Unit of fc1")
    slider.focus()
    tab.page.keyboard.press("ArrowLeft")
    unit_is(tab, "fc1.2")
    tab.page.mouse.click(*middle(tab, SHOWN + 3))  # the circle that was chosen by mouse before
    unit_is(tab, "fc1.3")
    tab.page.mouse.click(*middle(tab, 2))  # a pixel is no unit
    tab.settle()
    assert tab.parameters["unit"] == "fc1.3"
    tab.page.locator(".chip", has_text="fc2").click()
    unit_is(tab, "fc2.3")
    tab.page.get_by_role("button", name="Close").click()
    tab.wait_for(lambda: "unit" not in tab.parameters, "closing")
    tab.settle()
    tab.page.mouse.click(*middle(tab, SHOWN + 3))
    unit_is(tab, "fc1.3")


def test_by_keyboard_alone(tab):
    tab.open("/", HOME)
    tab.page.locator(".st-key-unit_open button").focus()
    tab.page.keyboard.press("Enter")
    says(tab, "One unit: fc1[")
    tab.page.get_by_role("tab", name="What it adds up").focus()
    tab.page.keyboard.press("ArrowRight")
    says(tab, "Which images of the batch excite it most?")
    tab.page.keyboard.press("ArrowRight")
    says(tab, "This unit, fc1[")
    tab.page.locator(".st-key-touch_off_unit input").focus()
    tab.page.keyboard.press("Space")
    says(tab, "is off.")
    tab.page.locator(".st-key-touch_undo button").focus()
    tab.page.keyboard.press("Enter")
    tab.wait_for(lambda: "touch" not in tab.parameters, "undo")


def test_by_finger(browser, server):
    with borrow(browser, server.url, width=390, height=844, has_touch=True) as tab:
        tab.open("/", HOME)
        for circle, unit in ((SHOWN + 1, "fc1.1"), (SHOWN + 4, "fc1.4"), (SHOWN + 2, "fc1.2")):
            tab.page.touchscreen.tap(*middle(tab, circle))
            unit_is(tab, unit)
        assert not tab.scrolls_sideways()
        assert tab.errors == []


def test_what_is_touched_is_in_the_link_and_shows_the_same_to_others(browser, server, tab):
    tab.open("/", HOME + "&unit=fc2.4")
    tab.page.get_by_role("tab", name="Touch it").click()
    says(tab, "The whole network")
    untouched = tab.page.locator(".st-key-probabilities").inner_text()
    tab.page.get_by_role("slider", name="what it gives away ×").first.focus()
    for _ in range(5):
        tab.page.keyboard.press("ArrowRight")
    tab.wait_for(lambda: tab.parameters.get("touch") == "fc2.4:x1.5", "the unit scaled")
    tab.settle()
    tab.page.get_by_role("slider", name="softmax temperature").focus()
    for _ in range(5):
        tab.page.keyboard.press("ArrowLeft")
    tab.wait_for(lambda: tab.parameters.get("touch") == "fc2.4:x1.5,temperature0.5", "the temperature")
    says(tab, "Touched: fc2[4] × 1.5; temperature 0.5.")
    touched = tab.page.locator(".st-key-probabilities").inner_text()
    assert touched != untouched
    with borrow(browser, server.url, height=1_400) as other:
        other.page.goto(tab.page.url)
        other.settle()
        assert "Touched: fc2[4] × 1.5; temperature 0.5." in other.answer
        assert "One unit: fc2[4]" in other.answer
        assert other.page.locator(".st-key-probabilities").inner_text() == touched
        other.menu("Outputs")
        assert "Touched: fc2[4] × 1.5; temperature 0.5." in other.answer
    tab.page.get_by_role("button", name="Undo all").click()
    tab.wait_for(lambda: "touch" not in tab.parameters, "undo all")
    tab.settle()
    assert tab.page.locator(".st-key-probabilities").inner_text() == untouched


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
@pytest.mark.parametrize("detail", [0, 1, 2])
def test_every_tab_can_be_used_by_everybody(browser, server, detail, scheme):
    with borrow(browser, server.url, color_scheme=scheme) as tab:
        tab.open("/", HOME + "&unit=fc2.4&touch=fc1:x2,temperature0.5")
        tab.page.locator(".st-key-unit_details [role=tab]").nth(detail).click()
        tab.page.mouse.move(640, 10)
        tab.settle()
        tab.page.wait_for_timeout(500)
        assert faults(tab) == []
        assert all(len(alt) > 10 for alt in tab.pictures())
        assert not tab.scrolls_sideways()
