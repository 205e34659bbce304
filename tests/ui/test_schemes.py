"""All schemes as a visitor uses them: started by a look, cancelled, started again, and each opens as the network."""

import json
import threading
import time

import pytest

from netlib.ui import cached, schemes
from netlib.i18n import LANGUAGES
from netlib.population import Grid
from netlib.spec import NetworkSpec, Setup
from tests.test_pages import charts, visit

SMALL = {"hidden": "3", "size": "4"}


def open_all(**parameters):
    app = visit("compare", {**SMALL, **parameters})
    return app.segmented_control(key="compare_kind").set_value("schemes").run()


def until_all_are_there(app, seconds=60):
    """Looks again and again, as the fragment does in a browser."""
    end = time.monotonic() + seconds
    while app.get("progress"):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)
        app.run()
    return app


@pytest.fixture(autouse=True)
def nothing_is_kept():
    cached.background.clear()
    yield
    end = time.monotonic() + 60
    while any(thread.name == "jobs" for thread in threading.enumerate()) and time.monotonic() < end:
        time.sleep(0.05)
    cached.background.clear()


def tiles(app):
    (chart,) = charts(app)
    return json.loads(chart.spec)["data"][-1]["hovertext"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_come_with_a_bar_and_then_with_a_table(language):
    app = open_all(lang=language)
    assert not app.exception
    app = until_all_are_there(app)
    assert len(tiles(app)) == 117
    (chart,) = charts(app)
    assert len(chart.sent) < 120_000
    assert len(app.dataframe[0].value) == 117
    assert not app.exception


def test_another_order_has_the_same_tiles():
    app = until_all_are_there(open_all())
    before = tiles(app)
    app.selectbox(key="schemes_order").set_value("gradient").run()
    after = tiles(app)
    assert sorted(after) == sorted(before)
    assert after != before


def test_cancelled_it_stays_cancelled_until_it_is_started_again(monkeypatch):
    app = open_all(hidden="64-64-64", size="256")
    if not app.get("progress"):  # on a fast machine it is there already
        pytest.skip("it was faster than a visitor")
    app.button(key="schemes_cancel").click().run()
    assert any("Cancelled" in box.value for box in app.info)
    assert not charts(app)
    app.run()
    assert any("Cancelled" in box.value for box in app.info)
    app.button(key="schemes_start").click().run()
    assert not app.info
    assert charts(app)
    if app.get("progress"):
        app.button(key="schemes_cancel").click().run()


def test_another_architecture_is_another_grid_and_not_cancelled():
    app = until_all_are_there(open_all())
    app.session_state["schemes_cancelled"] = Grid.of(Setup(NetworkSpec((9,))))
    app.run()
    assert not app.info


class Opening:
    """The callbacks, with a session in place of Streamlit's."""

    def __init__(self, monkeypatch, **state):
        self.state = state
        monkeypatch.setattr(schemes.st, "session_state", self.state)
        self.edits = []
        monkeypatch.setattr(schemes.address, "edit", self.edits.append)

    @property
    def network(self):
        from netlib.draft import Draft

        (change,) = self.edits
        return change(Draft(seed=7)).setup().network


def test_a_tile_that_is_chosen_opens_as_the_network_and_the_rest_stays(monkeypatch):
    opening = Opening(monkeypatch)
    schemes._open_tile({"hovertext": "orthogonal · gelu"})
    assert opening.network == NetworkSpec((128, 64), "gelu", "orthogonal", seed=7)
    assert opening.state["schemes_opened"]


def test_without_an_activation_only_the_weights_change(monkeypatch):
    opening = Opening(monkeypatch)
    schemes._open_tile({"hovertext": "orthogonal · –"})
    assert opening.network == NetworkSpec((128, 64), "relu", "orthogonal", seed=7)


def test_a_row_that_is_chosen_opens_as_the_network(monkeypatch):
    opening = Opening(monkeypatch, schemes_rows={"selection": {"rows": [1]}})
    schemes._open_row([("zeros", "relu"), ("sparse", "tanh")])
    assert opening.network == NetworkSpec((128, 64), "tanh", "sparse", seed=7)


@pytest.mark.parametrize("hovertext", ["", "no such · thing", "<b>", " · ", "undefined"])
def test_what_is_no_tile_opens_nothing(monkeypatch, hovertext):
    opening = Opening(monkeypatch)
    schemes._open_tile(hovertext)
    assert opening.edits == []


@pytest.mark.parametrize(
    ("network", "chosen"),
    [
        (NetworkSpec(), ("pytorch", "relu")),
        (NetworkSpec(weight_init="normal", activation="tanh"), ("normal", "tanh")),
        (NetworkSpec(()), ("pytorch", "–")),
        (NetworkSpec(activation=("relu", "tanh")), None),
        (NetworkSpec(weight_init=("zeros", "pytorch", "pytorch")), None),
    ],
)
def test_the_network_now_is_framed_where_it_is_one_of_them(network, chosen):
    from netlib.i18n import translator
    from netlib.ui.shell import View

    assert schemes._chosen(View(Setup(network), translator("en"), "fc1")) == chosen
