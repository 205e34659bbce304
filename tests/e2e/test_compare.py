"""Two networks in a real browser: B is chosen, typed, kept by menu and reload; and a tile of all schemes opens."""

import pytest

from tests.e2e.test_matrix import faults
from tests.e2e.visitor import borrow

KINDS = ("Signal", "Gradients", "Probabilities", "Activations", "Weights", "All schemes")


@pytest.fixture
def tab(browser, server):
    with borrow(browser, server.url, height=2_000) as tab:
        yield tab
        assert tab.errors == []
        assert tab.elsewhere == []


def choose(tab, label, option):
    tab.page.get_by_role("combobox", name=label).click()
    tab.page.get_by_role("option", name=option, exact=True).click()


def says(tab, words):
    tab.wait_for(lambda: words in tab.answer, words)
    tab.settle()


def test_b_is_chosen_typed_and_kept(tab):
    tab.open("/compare", "hidden=20-10")
    assert tab.parameters == {"hidden": "20-10"}
    choose(tab, "B is A, except for", "activation")
    says(tab, "Only activation differs: relu in A, tanh in B.")
    assert tab.parameters == {"hidden": "20-10", "b": "activation:tanh"}
    typed = tab.page.get_by_role("combobox", name="which is in B")
    typed.click()
    tab.page.keyboard.press("ControlOrMeta+A")
    tab.page.keyboard.type("tanh-gelu", delay=30)
    tab.page.keyboard.press("Enter")
    says(tab, "Only activation differs: relu in A, tanh-gelu in B.")
    tab.menu("Weights")
    assert tab.parameters["b"] == "activation:tanh-gelu"
    tab.menu("Compare")
    tab.page.reload()
    tab.settle()
    says(tab, "Only activation differs: relu in A, tanh-gelu in B.")


def test_swap_copy_and_the_way_back(tab):
    tab.open("/compare", "hidden=20-10&b=hidden:9,seed:3")
    says(tab, "2 things differ: a difference in the pictures has 2 possible causes.")
    tab.page.get_by_role("button", name="Swap A and B").click()
    says(tab, "seed (3 → 0)")
    tab.wait_for(lambda: tab.parameters.get("hidden") == "9", "A in the address")
    tab.page.get_by_role("button", name="seed", exact=True).click()
    says(tab, "Only seed differs: 3 in A, 0 in B.")
    tab.page.get_by_role("button", name="Copy A to B").click()
    says(tab, "Nothing differs")


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=() if kind == "Signal" else pytest.mark.long) for kind in KINDS]
)
def test_every_kind_of_picture_can_be_used_by_everybody(browser, server, kind):
    with borrow(browser, server.url) as tab:
        tab.open("/compare", "hidden=20-10&b=weights:zeros&layer=fc2")
        tab.page.get_by_role("radio", name=kind).click()
        if kind == "All schemes":
            says(tab, "keep their signal and their gradient.")
        tab.page.mouse.move(640, 10)  # Streamlit's own colour of a word under the mouse is too light
        tab.settle()
        tab.page.wait_for_timeout(500)
        assert faults(tab) == []
        assert all(len(alt) > 10 for alt in tab.pictures())
        assert not tab.scrolls_sideways()


def test_a_tile_of_all_schemes_opens_as_the_network(tab):
    tab.open("/compare", "hidden=20-10")
    tab.page.get_by_role("radio", name="All schemes").click()
    says(tab, "keep their signal and their gradient.")
    tab.page.wait_for_timeout(1_000)  # the bands are drawn
    rows = tab.page.locator(".st-key-schemes_picture .yaxislayer-above .ytick").all()
    columns = tab.page.locator(".st-key-schemes_picture .xaxislayer-above .xtick").all()
    row = next(tick for tick in rows if tick.text_content() == "orthogonal").bounding_box()
    column = next(tick for tick in columns if tick.text_content() == "gelu").bounding_box()
    tab.page.mouse.move(column["x"] + column["width"] / 2, row["y"] + row["height"] / 2)
    tab.page.wait_for_timeout(300)
    tab.page.mouse.down()
    tab.page.mouse.up()
    tab.wait_for(lambda: tab.parameters.get("weights") == "orthogonal:1", "the network of the tile")
    assert tab.parameters == {"hidden": "20-10", "weights": "orthogonal:1", "activation": "gelu"}
    tab.settle()
    assert tab.page.get_by_text("fc2").count()
