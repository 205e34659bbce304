"""The picture grid of the Batch page: by mouse and by keyboard, without flicker, at any size of a batch and of a screen."""

import re

import pytest

from tests.e2e.visitor import borrow

TILE = "[role=radio][aria-label*='handwritten']"
# The grid inside its shadow root, kept for later questions.
KEEP = """tile => {
    window.grid = tile.parentElement;
    window.kept = [...window.grid.children];
    window.sprite = tile.querySelector('.ink').style.backgroundImage;
}"""
SAME = """() => window.grid.isConnected && window.kept.every((tile, index) => window.grid.children[index] === tile)
    && window.kept.every(tile => tile.querySelector('.ink').style.backgroundImage === window.sprite)"""


def tiles(tab):
    tab.page.locator(TILE).first.wait_for()
    return tab.page.locator(TILE)


def chosen(tab):
    """What a screen reader says of the image that is marked."""
    return tab.page.locator(f"{TILE}[aria-checked=true]").get_attribute("aria-label")


def focused(tab):
    return tab.page.evaluate("() => window.grid.getRootNode().activeElement?.getAttribute('aria-label')")


def test_a_click_chooses_at_once_and_every_page_follows(visitor):
    visitor.open("/batch")
    tiles(visitor).nth(7).click()
    assert chosen(visitor).startswith("Image 7 ")  # before the server has answered
    visitor.wait_for(lambda: visitor.parameters.get("image") == "7", "the image in the address")
    visitor.settle()
    assert chosen(visitor).startswith("Image 7 ")
    label = chosen(visitor).rstrip(".").split()[-1]
    assert f"Label {label}; number" in visitor.answer
    visitor.menu("Home")
    assert any(f"Image 7 of the batch, a handwritten {label}." in picture for picture in visitor.pictures())


@pytest.mark.long
def test_choosing_redraws_no_tile(visitor):
    visitor.open("/batch")
    tiles(visitor).first.evaluate(KEEP)
    tiles(visitor).nth(20).click()
    visitor.wait_for(lambda: visitor.parameters.get("image") == "20", "the image in the address")
    visitor.settle()
    assert visitor.page.evaluate(SAME)


def test_arrows_walk_and_enter_or_space_choose(visitor):
    visitor.open("/batch", "image=7")
    tiles(visitor).first.evaluate(KEEP)
    assert visitor.page.locator(f"{TILE}[tabindex='0']").count() == 1  # one stop for the tab key
    tiles(visitor).nth(7).focus()
    across = visitor.page.evaluate("() => getComputedStyle(window.grid).gridTemplateColumns.split(' ').length")
    for key, image in (
        ("ArrowRight", 8),
        ("ArrowDown", 8 + across),
        ("ArrowLeft", 7 + across),
        ("ArrowUp", 7),
        ("End", 63),
        ("ArrowRight", 63),
        ("Home", 0),
        ("ArrowUp", 0),
    ):
        visitor.page.keyboard.press(key)
        assert focused(visitor).startswith(f"Image {image} "), key
    assert chosen(visitor).startswith("Image 7 ")  # walking alone chooses nothing
    for key, image in (("Enter", 1), ("Space", 2)):
        visitor.page.keyboard.press("ArrowRight")
        visitor.page.keyboard.press(key)
        visitor.wait_for(lambda image=image: visitor.parameters.get("image") == str(image), f"choosing by {key}")
        visitor.settle()
        assert focused(visitor).startswith(f"Image {image} ")  # the focus stays where it was


def test_the_slider_marks_its_image_and_brings_it_into_sight(visitor):
    visitor.open("/batch", "size=256&image=0")
    tiles(visitor).first.evaluate(KEEP)
    assert visitor.page.evaluate("() => window.grid.scrollTop") == 0
    visitor.slider("Image looked at").focus()
    visitor.page.keyboard.press("End")
    visitor.wait_for(lambda: chosen(visitor).startswith("Image 255 "), "the mark on the last image")
    seen = """() => {
        const grid = window.grid.getBoundingClientRect(), tile = window.grid.lastElementChild.getBoundingClientRect();
        return tile.top >= grid.top - 1 && tile.bottom <= grid.bottom + 1;
    }"""
    visitor.wait_for(lambda: visitor.page.evaluate(seen), "the last image in sight")
    assert visitor.page.evaluate("() => window.grid.clientHeight") <= 380


def test_the_labels_are_the_digits_of_the_batch_in_the_visitors_language(browser, server):
    with borrow(browser, server.url, locale="ru-RU") as tab:
        tab.open("/batch", "digits=3&size=5")
        names = [
            tile.get_attribute("aria-label")
            for tile in tab.page.locator("[role=radio][aria-label*='рукописная']").all()
        ]
        assert names == [f"Изображение {image} из пакета, рукописная цифра 3." for image in range(5)]
        assert tab.errors == []


@pytest.mark.parametrize("size", [1, 64, 256])
def test_on_a_phone_every_tile_can_be_hit(browser, server, size):
    with borrow(browser, server.url, width=390, height=844) as tab:
        tab.open("/batch", f"size={size}")
        boxes = [tile.bounding_box() for tile in tiles(tab).all()[:8]]
        assert all(box["width"] >= 44 and box["height"] >= 44 for box in boxes)
        assert not tab.scrolls_sideways()


@pytest.mark.long
def test_the_grid_takes_the_same_room_for_every_batch(visitor):
    heights = set()
    for size in (1, 20, 64, 256):
        visitor.open("/batch", f"size={size}")
        tiles(visitor)
        heights.add(visitor.page.locator("[data-testid=stMetric]").first.bounding_box()["y"])
    assert max(heights) - min(heights) <= 60  # lines of the sentence above differ, the grid does not


@pytest.mark.parametrize("name", ["Pixels", "Classes", "Average digit", "Full MNIST"])
def test_every_tab_opens(visitor, name):
    visitor.open("/batch", "image=3")
    visitor.page.get_by_role("tab", name=name).click()
    visitor.settle()
    panel = visitor.page.get_by_role("tabpanel").filter(visible=True)
    assert len(panel.inner_text()) > 100 or panel.locator("[data-testid=stPlotlyChart]").count()
    assert not visitor.page.locator(".st-key-failure").count()


def test_hovering_over_the_row_of_numbers_tells_where_each_stood(visitor):
    visitor.page.set_viewport_size({"width": 1280, "height": 1800})
    visitor.open("/batch", "image=3")
    chart = visitor.page.locator("[data-testid=stTabs] [data-testid=stPlotlyChart]").filter(visible=True)
    strip = chart.locator(".x2y2").first.bounding_box()
    visitor.page.mouse.move(strip["x"] + strip["width"] / 2, strip["y"] + strip["height"] / 2 - 3)
    visitor.page.mouse.move(strip["x"] + strip["width"] / 2, strip["y"] + strip["height"] / 2)
    hover = chart.locator(".hovertext")
    hover.wait_for()
    number, row, column = map(int, re.match(r"number (\d+) = 28 · (\d+) \+ (\d+):", hover.text_content()).groups())
    assert number == 28 * row + column
    assert abs(number - 392) <= 3  # one of the 784 is a pixel wide
