"""A chart in the browser: it stays where it is and follows, and it can do what Streamlit's own can."""

import pytest

from tests.e2e.visitor import borrow, visit

CHART = ".st-key-probabilities .stPlotlyChart"  # points of the drawing are chosen, so it has no buttons
INK = "() => document.querySelector('.st-key-network').innerHTML"
MARK = "document.querySelectorAll('.js-plotly-plot, .main-svg').forEach((node, at) => node.mine = at + 1)"
MARKED = "[...document.querySelectorAll('.js-plotly-plot, .main-svg')].map(node => node.mine)"
COLOR = "() => getComputedStyle(document.querySelector('.st-key-probabilities .xtick text')).fill"  # a tick's label


@pytest.fixture
def tab(browser, server):
    with borrow(browser, server.url, color_scheme="light") as tab:
        tab.open("/")
        yield tab
        assert tab.errors == []
        assert tab.elsewhere == []


def test_a_change_is_drawn_into_the_same_node(tab):
    tab.page.evaluate(MARK)
    before, alts = tab.page.evaluate(INK), tab.pictures()
    tab.slider("Units").first.focus()
    tab.page.keyboard.press("ArrowLeft")
    tab.wait_for(lambda: tab.parameters.get("hidden") == "127-127", "a narrower network")
    tab.settle()
    assert tab.page.evaluate(INK) != before
    assert tab.pictures() != alts  # what is said of it follows too
    kept = tab.page.evaluate(MARKED)
    assert kept
    assert kept == list(range(1, len(kept) + 1))


def test_a_sentence_above_that_goes_leaves_it_where_it_is(tab):
    tab.open("/", "hidden=many&lang=en")
    assert "is not used" in tab.answer
    tab.page.evaluate(MARK)
    tab.slider("Units").first.press("ArrowLeft")
    tab.wait_for(lambda: "is not used" not in tab.answer, "the page without the sentence")
    tab.settle()
    kept = tab.page.evaluate(MARKED)
    assert kept
    assert kept == list(range(1, len(kept) + 1))


def test_a_chart_that_did_not_change_is_not_drawn_again(tab):
    tab.page.evaluate(
        """() => { window.drawn = []; const react = window.Plotly.react;
        window.Plotly.react = (plot, ...rest) => { window.drawn.push(plot.closest('[class*=st-key]').className);
            return react(plot, ...rest) } }"""
    )
    tab.slider("Units").first.focus()
    tab.page.keyboard.press("ArrowLeft")
    tab.wait_for(lambda: tab.parameters.get("hidden") == "127-127", "a narrower network")
    tab.settle()
    drawn = tab.page.evaluate("window.drawn")
    assert any("st-key-network" in name for name in drawn)
    assert len(drawn) == len(set(drawn))  # once each
    assert not any("st-key-digit" in name for name in drawn)  # the image is the same


def test_light_and_dark_are_followed_without_a_run(tab):
    light = tab.page.evaluate(COLOR)
    tab.page.emulate_media(color_scheme="dark")
    tab.wait_for(lambda: tab.page.evaluate(COLOR) != light, "the dark theme")
    tab.page.emulate_media(color_scheme="light")
    tab.wait_for(lambda: tab.page.evaluate(COLOR) == light, "the light theme")


def test_it_fills_the_screen_and_comes_back_by_escape(tab):
    before = tab.page.locator(CHART).bounding_box()
    tab.page.locator(CHART).hover()
    tab.page.locator(f"{CHART} [data-title=Fullscreen]").click()
    tab.wait_for(lambda: drawn_height(tab) > 700, "a full screen")
    assert tab.page.locator(CHART).bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 800}
    tab.page.keyboard.press("Escape")
    tab.wait_for(lambda: 0 < drawn_height(tab) < 400, "its place")
    assert tab.page.locator(CHART).bounding_box() == before


def drawn_height(tab):
    """How high the chart is drawn, 0 while it is not."""
    box = tab.page.locator(f"{CHART} .main-svg").first.bounding_box()
    return box["height"] if box else 0


def test_it_is_as_wide_as_there_is_room(tab):
    for width in (800, 390, 1280):
        tab.page.set_viewport_size({"width": width, "height": 800})
        tab.wait_for(
            lambda: tab.page.evaluate(
                "() => [...document.querySelectorAll('.stPlotlyChart')].every(chart => Math.abs("
                "chart.clientWidth - chart.querySelector('.main-svg').getBoundingClientRect().width) < 2)"
            ),
            f"the width of {width}",
        )
        assert not tab.scrolls_sideways()


def test_it_offers_what_it_should_and_sends_nothing_anywhere(tab):
    tab.page.locator(CHART).hover()
    buttons = tab.page.locator(f"{CHART} .modebar-btn").evaluate_all("all => all.map(one => one.dataset.title)")
    assert "Fullscreen" in buttons
    assert not any("cloud" in name.lower() or "studio" in name.lower() or "select" in name.lower() for name in buttons)
    assert len(buttons) <= 8


def test_the_library_is_fetched_once_and_from_here(browser, server):
    with visit(browser, server.url) as tab:
        fetched = []
        tab.page.on("request", lambda request: fetched.append(request.url))
        tab.open("/")
        tab.menu("Weights")
        tab.menu("Outputs")
        assert len([url for url in fetched if "plotly" in url.lower()]) == 1
        assert len([url for url in fetched if "/chart.js?" in url]) == 1
