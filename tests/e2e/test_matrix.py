"""Every page in both languages, light and dark, on a desktop, a projector and a phone: pairwise, and whole when long."""

import itertools
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.screenshots import PAGES, SIZES, address
from tests.e2e.server import ROOT
from tests.e2e.visitor import borrow

LANGUAGES = ("en", "ru")
SCHEMES = ("light", "dark")
AXES = (PAGES, LANGUAGES, SCHEMES, tuple(SIZES))
PICTURES = ROOT / "screenshots"

# Faults of any weight that axe-core finds in Streamlit's own elements, which no theme and no code of ours can mend:
# rule -> selector. There is none. (axe-core comes inside a Python package, not from npm: the tests need no Node.)
STREAMLITS_OWN: dict[str, str] = {}


def pairwise(axes):
    """A short list of combinations in which each pair of values of two axes occurs, chosen greedily."""
    missing = {
        ((i, a), (j, b))
        for (i, first), (j, second) in itertools.combinations(enumerate(axes), 2)
        for a in first
        for b in second
    }
    chosen = []
    while missing:
        best = max(itertools.product(*axes), key=lambda row: len(pairs(row) & missing))
        chosen.append(best)
        missing -= pairs(best)
    return chosen


def pairs(row):
    """All pairs of values in one combination, each value with its axis."""
    return set(itertools.combinations(enumerate(row), 2))


def cases():
    """All combinations; those beyond the pairwise ones are for `make test-long`."""
    short = set(pairwise(AXES))
    for row in itertools.product(*AXES):
        yield pytest.param(*row, marks=() if row in short else pytest.mark.long, id="-".join(row))


def test_the_pairwise_list_is_short_and_misses_no_pair():
    rows = pairwise(AXES)
    assert len(rows) <= len(PAGES) * len(SIZES) + 3  # no list can be shorter than the two longest axes multiplied
    assert set().union(*map(pairs, rows)) == set().union(*map(pairs, itertools.product(*AXES)))


@pytest.mark.parametrize(("page", "language", "scheme", "size"), list(cases()))
def test_a_page_is_fit_to_be_shown(browser, server, page, language, scheme, size):
    width, height = SIZES[size]
    with borrow(browser, server.url, width=width, height=height, color_scheme=scheme, has_touch=size == "phone") as tab:
        tab.open(address(page), f"lang={language}")
        tab.page.locator("[data-testid=stPlotlyChart] .main-svg").first.wait_for()
        PICTURES.mkdir(exist_ok=True)
        tab.page.screenshot(path=PICTURES / f"{page}-{language}-{scheme}-{size}.png")
        assert not tab.scrolls_sideways()
        assert (brightness(tab) < 0.5) == (scheme == "dark")
        assert tab.pictures()
        assert all(len(alt) > 10 for alt in tab.pictures())
        assert any("а" <= letter <= "я" for letter in tab.title.lower()) == (language == "ru")
        assert heights_of_charts(tab) >= 280 or size == "desktop"
        if size == "phone":  # our own targets are large enough for a finger
            boxes = [chip.bounding_box() for chip in tab.page.locator(".chip").all()]
            assert len(boxes) == 3
            assert all(box["width"] >= 44 and box["height"] >= 44 for box in boxes)
        assert tab.errors == []
        assert tab.missing == []
        assert tab.elsewhere == []
        assert faults(tab) == []


def brightness(tab):
    """Of the page's background, from 0 for black to 1 for white."""
    color = tab.page.locator("[data-testid=stApp]").evaluate("app => getComputedStyle(app).backgroundColor")
    return sum(map(float, re.findall(r"[\d.]+", color)[:3])) / (3 * 255)


def heights_of_charts(tab):
    """The lowest chart's height in pixels."""
    return min(
        tab.page.locator("[data-testid=stPlotlyChart]").evaluate_all(
            "all => all.map(chart => chart.getBoundingClientRect().height)"
        )
    )


def faults(tab):
    """Faults, slight ones too, that axe-core finds and that are not in Streamlit's own list, each with its place."""
    found = Axe().run(tab.page).response["violations"]
    return [
        f"{fault['id']}: {node['target']} {node['html'][:120]}"
        for fault in found
        for node in fault["nodes"]
        if fault["id"] not in STREAMLITS_OWN
    ]


def test_the_judge_finds_a_fault_where_there_is_one(browser, server):
    with borrow(browser, server.url) as tab:
        tab.page.set_content("<html lang='en'><title>x</title><main><h1>x</h1><button></button></main></html>")
        assert [fault for fault in faults(tab) if fault.startswith("button-name")]


@pytest.mark.parametrize("page", PAGES)
def test_the_main_picture_is_whole_without_scrolling(browser, server, page):
    with borrow(browser, server.url) as tab:
        tab.open(address(page))
        first = tab.page.locator("[data-testid=stPlotlyChart]").first.bounding_box()
        assert first["y"] + first["height"] <= 800
