"""Training as a person does it: start, pause, step, reset; a reload; any moment of it on every other page."""

import re

import pytest

from tests.e2e.visitor import borrow

pytestmark = pytest.mark.browser

SMALL = "hidden=16&seed=4&lang=en"


def press(tab, action):
    tab.page.locator(f".st-key-train_{action} button").click()


def step(tab):
    """The step on the tile."""
    tile = tab.page.locator("[data-testid=stMetric]").filter(has=tab.page.get_by_text("Step", exact=True))
    return int(tile.locator("[data-testid=stMetricValue]").inner_text().replace(",", "")) if tile.count() else -1


def trained(tab, *, epochs=None):
    """Starts a training and waits for its end."""
    tab.open("/train", SMALL)
    if epochs is not None:
        move(tab, "Epochs", epochs)
    press(tab, "start")
    tab.wait_for(lambda: "Done:" in tab.answer, "the end of the training", 60)
    tab.settle()


def move(tab, name, key):
    """Moves a slider of the page by one key."""
    tab.page.locator("[data-testid=stMain]").get_by_role("slider", name=name).press(key)
    tab.settle()


def answers(tab):
    """What the main sentence says was read right, in percent."""
    return float(re.search(r"it reads ([\d.]+)% of the held-out", tab.answer).group(1))


def test_it_learns_while_one_looks_and_stops_where_one_says(visitor):
    visitor.open("/train", "hidden=512-512&seed=4&lang=en")  # large enough to be watched
    move(visitor, "Epochs", "End")
    press(visitor, "start")
    visitor.wait_for(lambda: step(visitor) > 0, "the first step", 60)
    seen = {step(visitor)}
    visitor.wait_for(lambda: seen.add(step(visitor)) or len(seen) > 3, "several looks", 30)
    visitor.page.locator(".st-key-train_pause button").focus()
    visitor.page.keyboard.press("Enter")
    visitor.wait_for(lambda: "Paused." in visitor.answer, "the pause", 30)
    visitor.settle()
    before = step(visitor)
    press(visitor, "step")
    visitor.wait_for(lambda: step(visitor) == before + 1, "one step", 30)
    press(visitor, "reset")
    visitor.wait_for(lambda: step(visitor) == 0, "the reset", 30)


def test_the_same_seed_is_the_same_training_and_chance_is_left_behind(browser, server, visitor):
    trained(visitor)
    assert step(visitor) == 315  # 4,000 digits in batches of 64, five times
    assert answers(visitor) > 75
    with borrow(browser, server.url) as other:
        other.open("/train", SMALL)
        assert "Start training" in other.answer  # one visitor's training is nobody else's
        trained(other)
        assert answers(other) == answers(visitor)


@pytest.mark.long
def test_it_goes_on_by_keyboard_alone(visitor):
    visitor.open("/train", SMALL)
    button = visitor.page.locator(".st-key-train_epoch button")
    button.focus()
    visitor.page.keyboard.press("Enter")
    visitor.wait_for(lambda: step(visitor) == 63, "one epoch", 60)


def test_a_reload_finds_it_again_and_no_link_says_its_name(browser, server, visitor):
    trained(visitor)
    before = answers(visitor)
    assert set(visitor.parameters) <= {"hidden", "seed", "lang", "layer"}
    kept = visitor.page.evaluate("sessionStorage.getItem('layerscope-training')")
    assert len(kept) >= 16
    visitor.page.reload()
    visitor.wait_for(lambda: "Done:" in visitor.answer, "the training after a reload", 30)
    assert answers(visitor) == before
    with borrow(browser, server.url) as other:
        other.page.goto(visitor.page.url)
        other.settle()
        assert "Start training" in other.answer


@pytest.mark.long
def test_a_training_that_is_gone_says_so_once(visitor):
    visitor.open("/train", SMALL)
    visitor.page.evaluate("sessionStorage.setItem('layerscope-training', 'abcdefghijklmnopqrstuv')")
    visitor.page.reload()
    visitor.wait_for(lambda: "The training is gone" in visitor.answer, "the sentence", 30)
    visitor.settle()
    visitor.page.reload()
    visitor.settle()
    visitor.page.wait_for_timeout(1500)
    assert "The training is gone" not in visitor.answer
    assert visitor.page.evaluate("sessionStorage.getItem('layerscope-training')") is None


def test_every_other_page_shows_the_moment_that_is_chosen(visitor):
    visitor.open("/weights", SMALL)
    untrained = visitor.pictures()
    trained(visitor)
    slider = visitor.page.locator("[class*=st-key-training_step]").get_by_role("slider")
    slider.press("ArrowLeft")
    visitor.wait_for(lambda: "All pages show the network after step" in visitor.answer, "the moment", 30)
    chosen = re.search(r"after step (\d+)", visitor.answer).group(1)
    for page in ("Weights", "Activations", "Outputs", "Signal"):
        visitor.menu(page)
        assert f"after step {chosen} of the training" in visitor.answer
        if page == "Weights":
            assert visitor.pictures() != untrained
    visitor.page.get_by_role("button", name="Back to the link's network").click()
    visitor.settle()
    assert "of the training" not in visitor.answer


def test_a_training_that_diverges_says_where_and_a_reset_brings_it_back(visitor):
    visitor.open("/train", "hidden=16-16&weights=normal:100&activation=identity&lang=en")
    visitor.page.locator("[data-testid=stMain]").get_by_role("radio", name="SGD").click()
    visitor.settle()
    move(visitor, "Learning rate", "End")
    press(visitor, "start")
    visitor.wait_for(lambda: "diverged" in visitor.answer, "the sentence", 60)
    assert re.search(r"step \d+", visitor.page.locator("[data-testid=stAlert]").first.inner_text())
    visitor.settle()
    visitor.page.evaluate("document.querySelector('.js-plotly-plot').mine = true")
    press(visitor, "reset")
    visitor.wait_for(lambda: step(visitor) == 0, "the reset", 30)
    visitor.settle()
    assert visitor.page.locator("[data-testid=stAlert]").count() == 0
    assert visitor.page.evaluate("document.querySelector('.js-plotly-plot').mine")  # the curves stayed where they are


def test_what_it_takes_for_what_is_looked_at_image_by_image(visitor):
    visitor.page.set_viewport_size({"width": 1280, "height": 1500})
    trained(visitor)
    menu = visitor.page.get_by_role("combobox", name=re.compile("most frequent mistakes"))
    option = visitor.page.get_by_role("option").first
    menu.scroll_into_view_if_needed()
    visitor.settle()  # a list closes when the page is scrolled, which the frame after a focus would tell it
    menu.focus()
    menu.press("ArrowDown")
    words = option.inner_text()
    option.click()
    visitor.wait_for(lambda: words in visitor.answer, "its images", 30)
    for tab, question in (
        ("Worst mistakes", "Where is it surest and yet wrong?"),
        ("Digit by digit", "Which digits are hard?"),
        ("Calibration", "Is it right as often as it is sure?"),
        ("Map of a layer", "keep the digits apart?"),
        ("Robustness", "What does it take to fool it?"),
    ):
        visitor.page.get_by_role("tab", name=tab).click()
        visitor.wait_for(lambda question=question: question in visitor.answer, question, 60)


def test_a_point_of_the_map_shows_its_image(visitor):
    trained(visitor)
    visitor.page.get_by_role("tab", name="Map of a layer").click()
    chart = visitor.page.locator(".st-key-embedding .js-plotly-plot")
    chart.wait_for()
    visitor.settle()
    chart.scroll_into_view_if_needed()
    point = chart.locator("g.textpoint text").nth(40)
    box = point.bounding_box()
    visitor.page.mouse.move(box["x"] + box["width"] / 2 - 3, box["y"] + box["height"] / 2)
    visitor.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    card = visitor.page.locator("body > canvas")
    card.wait_for(timeout=15000)
    ink = card.evaluate(
        "c => c.getContext('2d').getImageData(0, 0, 28, 28).data.filter((v, i) => i % 4 === 0).reduce((a, b) => a + b, 0)"
    )
    assert ink > 5_000
