"""The Train page without a browser: what its buttons do to a real training in a process of its own."""

import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import netlib
from netlib.ui import training
from netlib.i18n import LANGUAGES
from tests.test_pages import DASHBOARD, assert_drawn

SPEC = netlib.NetworkSpec((12,), "tanh", seed=5)


def visit(page="train", **parameters):
    app = AppTest.from_file(DASHBOARD, default_timeout=60)
    for name, value in {"hidden": "12", "activation": "tanh", "seed": "5", "lang": "en", **parameters}.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page(f"pages/{page}.py").run()


def settled(app, seconds=60):
    """The page when its training rests."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name = app.session_state["training_run"]
        if not training._fleet.look(name).changing:
            return app.run()
        time.sleep(0.05)
    raise AssertionError("the training did not come to rest")


def pressed(app, action):
    app.button(key=f"train_{action}").click().run()
    assert_drawn(app)
    return settled(app)


def look(app):
    return training._fleet.look(app.session_state["training_run"])


@pytest.fixture
def app():
    app = visit()
    yield app
    if "training_run" in app.session_state:
        training._fleet.leave(app.session_state["training_run"])


def test_before_it_begins_nothing_is_started(app):
    assert_drawn(app)
    assert "training_run" not in app.session_state
    assert app.button(key="train_reset").disabled


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_step_an_epoch_and_a_reset(language):
    app = visit(lang=language)
    pressed(app, "step")
    assert look(app).step == 1
    pressed(app, "epoch")
    assert (look(app).step, look(app).epoch) == (63, 1.0)
    assert_drawn(app)
    pressed(app, "reset")
    assert look(app).step == 0
    start = training._fleet.checkpoint(app.session_state["training_run"], 0)
    np.testing.assert_array_equal(start[0][0], netlib.build(SPEC)[0].weight.detach().numpy())
    training._fleet.leave(app.session_state["training_run"])


def test_the_moment_chosen_is_the_exhibit_of_other_pages(app):
    pressed(app, "epoch")
    name, steps = app.session_state["training_run"], look(app).checkpoints
    (slider,) = [each for each in app.select_slider if (each.key or "").startswith("training_step")]
    slider.set_value(steps[3]).run()
    assert_drawn(app)
    weights = training._fleet.checkpoint(name, steps[3])
    for page in ("weights", "activations", "outputs", "signal", "home", "compare", "code"):
        app.switch_page(f"pages/{page}.py").run()
        assert_drawn(app)
        view = app.session_state["view"]
        assert view.trained
        np.testing.assert_array_equal(view.trace.layers[0].weight, weights[0][0])
        assert any(f"after step {steps[3]}" in words.value for words in app.markdown)


def test_another_network_in_the_sidebar_offers_to_train_anew(app):
    pressed(app, "step")
    before = app.session_state["training_run"]
    app.session_state["hidden"] = "9"
    app.run()
    assert any("Train anew" in caption.value for caption in app.caption)
    pressed(app, "anew")
    after = app.session_state["training_run"]
    assert after != before
    assert training._fleet.spec(after).network.hidden_sizes == (9,)
    assert not training._fleet.look(before).here


def test_touched_weights_are_what_it_starts_from():
    app = visit(touch="fc1.3:off")
    pressed(app, "step")
    start = training._fleet.checkpoint(app.session_state["training_run"], 0)
    np.testing.assert_array_equal(start[1][0][:, 3], 0)
    training._fleet.leave(app.session_state["training_run"])


def test_no_moment_of_a_touched_networks_training_is_touched_once_more():
    app = visit(touch="fc1:x2")
    pressed(app, "step")
    (slider,) = [each for each in app.select_slider if (each.key or "").startswith("training_step")]
    slider.set_value(0).run()
    drawn = netlib.build(SPEC)[2].weight.detach().numpy()
    np.testing.assert_array_equal(app.session_state["view"].trace.layers[1].weight, 2 * drawn)
    training._fleet.leave(app.session_state["training_run"])


def test_rate_and_batch_size_change_on_the_way(app):
    pressed(app, "step")
    app.select_slider(key="train_rate_adam").set_value(0.01).run()
    app.select_slider(key="train_batch").set_value(128).run()
    settled(app)
    assert (look(app).learning_rate, look(app).batch_size) == (0.01, 128)
    assert not any("Train anew" in caption.value for caption in app.caption)


def test_too_many_trainings_get_a_sentence_and_nothing_breaks(app, monkeypatch):
    monkeypatch.setattr(training._fleet, "_places", 0)
    app.button(key="train_start").click().run()
    assert_drawn(app)
    assert "trainings are on this server already" in app.warning[0].value


def test_an_unknown_id_is_gone_and_forgotten(app):
    app.session_state["training_run"] = "abcdefghijklmnopqrstuv"
    app.run()
    assert_drawn(app)
    assert "The training is gone" in app.info[0].value.replace("\\", "")
    app.run()
    assert not app.info
