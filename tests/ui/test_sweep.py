"""The Sweep page through Streamlit: what a link asks, what is refused and why, and what the page opens."""

import pytest

from netlib.i18n import LANGUAGES
from netlib.sweep import rows, shipped
from netlib.ui.sweep import Run
from tests.test_pages import all_words, assert_drawn, charts, visit

HERE = {"lang": "en"}


def opened(grid="", **parameters):
    app = visit("sweep", {**HERE, **parameters, "grid": grid})
    app.session_state["sweep_ask"] = True
    return app.run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_alive_at_once_with_what_came_along(language):
    app = visit("sweep", {"lang": language})
    assert_drawn(app)
    assert "700" in all_words(app)
    assert "docs/sweeps.md" in all_words(app)
    assert len(charts(app)) == 2


def test_any_metric_over_any_two_axes():
    app = visit("sweep", HERE)
    for metric in app.selectbox(key="sweep_metric").options:
        app.selectbox(key="sweep_metric").select(metric).run()
        assert_drawn(app)
    app.selectbox(key="sweep_x").set_value("activation").run()
    app.selectbox(key="sweep_y").set_value("weight_init").run()
    app.selectbox(key="sweep_at_depth").set_value(6).run()
    assert_drawn(app)
    assert "over activation and initialisation" in charts(app)[0].alt
    app.selectbox(key="sweep_x").set_value("weight_init").run()  # the other one gives way
    assert_drawn(app)


@pytest.mark.parametrize(("button", "best"), [("sweep_best", True), ("sweep_worst", False)])
def test_the_best_and_the_worst_open_as_the_network(button, best):
    app = visit("sweep", HERE)
    app.button(key=button).click().run()
    setup = app.session_state["view"].setup
    table = shipped.load().rows
    medians = table.groupby(["depth", "activation", "weight_init"])["held_out_accuracy"].median()
    row = table[[rows.setup_of({"link": link}) == setup for link in table["link"]]].iloc[0]
    found = medians[row["depth"], row["activation"], row["weight_init"]]
    assert found == (medians.max() if best else medians.min())


def test_a_grid_that_cannot_be_read_says_so_part_by_part_and_cannot_start():
    app = opened("depth:oops,width:8,foo,seeds:3")
    assert app.button(key="sweep_start").disabled
    notes = [each.value.replace("\\", "") for each in app.caption if ":material/info:" in each.value]
    assert any("depth must be numbers" in note for note in notes)
    assert any("grid must be parts" in note for note in notes)
    assert app.text_input(key="sweep_field_depth").value == "oops"
    assert app.text_input(key="sweep_field_seeds").value == "3"


@pytest.mark.parametrize(
    ("grid", "why"),
    [("depth:30,width:1024", "2,000,000 are allowed"), ("depth:1..30,width:1..99,seeds:99", "at most 50,000")],
)
def test_a_grid_that_is_too_much_says_what_is_allowed(grid, why):
    app = opened(grid)
    assert app.button(key="sweep_start").disabled
    assert any(why in warning.value.replace("\\", "") for warning in app.warning)


def test_fields_write_one_text_of_the_link():
    app = opened()
    app.text_input(key="sweep_field_depth").set_value("2, 4").run()
    app.segmented_control(key="sweep_weights_mode").set_value(True).run()
    app.text_input(key="sweep_field_sigma_w").set_value("1..2..0.5").run()
    app.select_slider(key="sweep_epochs").set_value(2).run()
    assert app.session_state["grid"] == "depth:2/4,sigma_w:1..2..0.5,epochs:2"
    app.multiselect(key="sweep_several_activation").set_value(["tanh", "relu"]).run()
    assert "activation:tanh/relu" in app.session_state["grid"]
    app.segmented_control(key="sweep_shape").set_value(True).run()
    assert app.session_state["grid"].startswith("hidden:128-64,activation:")
    app.button(key="sweep_reset").click().run()
    assert app.session_state["grid"] == ""
    assert_drawn(app)


def test_a_suggestion_fills_the_grid_in_and_shows_it():
    app = visit("sweep", HERE)
    app.button(key="try_0").click().run()
    assert "sigma_w" in app.session_state["grid"]
    assert app.text_input(key="sweep_field_sigma_w").value == "0.5..3..0.25"
    assert not app.button(key="sweep_start").disabled


def test_a_sweep_that_is_gone_says_so_once_and_the_shipped_one_is_there():
    app = visit("sweep", HERE)
    app.session_state["sweep_run"] = Run("nobody", shipped.load().sweep)
    app.run()
    assert_drawn(app)
    assert ["gone" in each.value for each in app.info] == [True]
    assert not app.run().info
