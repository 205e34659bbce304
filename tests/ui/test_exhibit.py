"""Weights of a visitor's own: read from a file, shown on every page, named by a banner, left by one button."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import netlib
from netlib.backward import gradients_of
from netlib.digits import OwnDigit, with_own
from netlib.files.load import read_weights
from netlib.files.save import safetensors_file, setup_file
from netlib.i18n import LANGUAGES
from netlib.stats.flow import flow
from netlib.ui.exhibit import OwnWeights, Placed
from tests.test_pages import DASHBOARD, PAGES, assert_drawn, charts

SPEC = netlib.NetworkSpec((40, 20), "relu", netlib.Init("normal", std=0.3), seed=9)
TRACE = netlib.run(netlib.build(SPEC), netlib.sample(netlib.BatchSpec()))
FILE = safetensors_file(TRACE)


def visit(page, **parameters):
    app = AppTest.from_file(DASHBOARD, default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page(f"pages/{page}.py").run()


def holding(page, **parameters):
    """A visit that holds uploaded weights."""
    app = AppTest.from_file(DASHBOARD, default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    app.session_state["exhibit"] = OwnWeights(read_weights(FILE, "my_<b>weights</b>.safetensors"))
    return app.switch_page(f"pages/{page}.py").run()


def banner(app):
    return [words.value for words in app.markdown if ":material/upload_file:" in words.value]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_shows_them_under_a_banner(page, language):
    app = holding(page, hidden="40-20", lang=language)
    assert_drawn(app)
    (said,) = banner(app)
    assert "784–40–20–10" in said
    assert "<b>" not in said.replace("\\<b\\>", "")
    np.testing.assert_array_equal(app.session_state["view"].trace.probabilities, TRACE.probabilities)


def test_their_way_there_and_back_is_judged_once_for_the_whole_page():
    view = holding("signal", hidden="40-20", seed="1").session_state["view"]
    expected = flow(TRACE, gradients_of(TRACE))
    assert view.flow is view.flow
    assert view.flow.loss == expected.loss
    assert [each.weight.norm for each in view.flow.layers] == [each.weight.norm for each in expected.layers]


def test_another_activation_is_another_trace():
    app = holding("home", hidden="40-20", activation="tanh", seed="1")
    expected = netlib.NetworkSpec((40, 20), "tanh", SPEC.weight_init, seed=9)
    trace = netlib.run(netlib.build(expected), netlib.sample(netlib.BatchSpec()))
    np.testing.assert_array_equal(app.session_state["view"].trace.probabilities, trace.probabilities)


def test_another_size_puts_them_aside_and_a_button_brings_them_back():
    app = holding("home", hidden="7")
    assert "put aside" in banner(app)[0]
    assert app.session_state["view"].exhibit is None
    app.button(key="exhibit_again").click().run()
    assert app.session_state["hidden"] == "40-20"
    assert app.session_state["view"].exhibit is not None


def test_the_way_back_leaves_the_links_network():
    app = holding("home", hidden="40-20")
    app.button(key="exhibit_back").click().run()
    assert banner(app) == []
    expected = netlib.run(netlib.build(netlib.NetworkSpec((40, 20))), netlib.sample(netlib.BatchSpec()))
    np.testing.assert_array_equal(app.session_state["view"].trace.probabilities, expected.probabilities)


def test_another_visitor_sees_nothing_of_it():
    holding("home", hidden="40-20")
    assert banner(visit("home", hidden="40-20")) == []


@pytest.mark.parametrize("style", ["notebook", "modern"])
def test_the_code_page_spells_them_and_its_numbers_are_theirs(style):
    app = holding("code", hidden="40-20", seed="1", lang="en")
    app.session_state["style"] = style
    app.run()
    shown = "\n".join(block.value for block in app.code)
    assert 'load_file("layerscope-weights.safetensors")' in shown
    assert "generator" not in shown
    weight = TRACE.layer("fc1").weight.astype("float64")
    values = [metric.value for metric in app.metric]
    assert values[2] == netlib.i18n.translator("en").number(weight.std(ddof=1))
    assert "the same bits" in app.markdown[[block.value for block in app.markdown].index(banner(app)[0]) + 1].value
    app.button(key="exhibit_back").click().run()
    assert "load_file" not in "\n".join(block.value for block in app.code)


class TestBringBack:
    """The tab of the Code page, with a file as a visitor gives it."""

    def opened(self, name, data, **parameters):
        app = visit("code", **parameters)
        app.session_state["code_details"] = next(tab.label for tab in app.tabs if tab.label == "Bring back")
        app.run()
        app.file_uploader(key="bring_back").set_value((name, data, "application/octet-stream")).run()
        assert not app.exception
        return app

    def test_sizes_come_from_the_file_and_the_activation_is_asked(self):
        app = self.opened("w.safetensors", FILE, lang="en")
        assert any("784–40–20–10" in words.value for words in app.markdown)
        app.selectbox(key="exhibit_activation").set_value("tanh").run()
        app.button(key="exhibit_show").click().run()
        assert_drawn(app)
        assert app.session_state["hidden"] == "40-20"
        assert app.session_state["activation"] == "tanh"
        assert app.session_state["view"].exhibit is not None

    def test_a_wrong_file_gets_its_sentence_and_changes_nothing(self):
        app = self.opened("w.safetensors", b"<!DOCTYPE html>", lang="en")
        assert len(app.warning) == 1
        assert "web page" in app.warning[0].value
        assert charts(app)

    def test_a_setup_opens(self):
        setup = netlib.Setup(netlib.NetworkSpec((9,), "elu", seed=4), netlib.BatchSpec(size=5))
        app = self.opened("setup.json", setup_file(setup).encode(), lang="en")
        app.button(key="setup_open").click().run()
        assert app.session_state["view"].setup == setup


class TestOwnDigit:
    """A drawing in the place of the image looked at."""

    PIXELS = np.zeros((28, 28), np.uint8)
    PIXELS[4:24, 12:16] = 255

    def shown(self, page, index=5, **parameters):
        app = visit(page, lang="en", **parameters)
        app.session_state["own_digit"] = Placed(OwnDigit(self.PIXELS, 1), index)
        return app.run()

    @pytest.mark.parametrize("page", PAGES)
    def test_every_page_shows_it_under_a_banner(self, page):
        app = self.shown(page, image="5")
        assert_drawn(app)
        (said,) = [words.value for words in app.markdown if ":material/draw:" in words.value]
        assert "Image 5 of the batch is **your own digit**, meant to be 1." in said
        view = app.session_state["view"]
        assert not view.other_weights
        batch = with_own(netlib.sample(netlib.BatchSpec()), 5, OwnDigit(self.PIXELS, 1))
        expected = netlib.run(netlib.build(netlib.NetworkSpec()), batch)
        np.testing.assert_array_equal(view.trace.probabilities, expected.probabilities)
        assert view.trace.labels[5] == 1

    def test_the_way_back(self):
        app = self.shown("home")
        app.button(key="own_digit_back").click().run()
        assert app.session_state["view"].exhibit is None

    def test_a_batch_too_small_for_its_place_is_shown_without_it(self):
        app = self.shown("home", size="4")
        assert_drawn(app)
        assert app.session_state["view"].exhibit is None

    def test_b_of_a_comparison_reads_the_same_digits(self):
        app = self.shown("compare", image="5", b="weights:zeros")
        assert_drawn(app)
        view = app.session_state["view"]
        other = netlib.Setup(netlib.NetworkSpec(weight_init="zeros"), netlib.BatchSpec())
        np.testing.assert_array_equal(view.exhibit.beside(other).images, view.trace.images)


class TestTouches:
    """What the link touches is in every number that a page shows."""

    def test_a_touched_network_is_other_weights(self):
        app = visit("weights", hidden="12", touch="fc1.3:off", lang="en")
        assert_drawn(app)
        view = app.session_state["view"]
        assert view.other_weights
        (weight, bias), last = [(layer.weight, layer.bias) for layer in view.untouched.layers]
        hidden = np.maximum(view.trace.inputs @ weight.T + bias, 0)
        hidden[:, 3] = 0
        np.testing.assert_allclose(view.trace.logits, hidden @ last[0].T + last[1], atol=1e-5)

    @pytest.mark.parametrize(
        ("name", "said"), [("touch", "fc9:off"), ("touch", "<b>"), ("unit", "fc1.99"), ("unit", "7")]
    )
    def test_what_cannot_be_used_gets_a_sentence(self, name, said):
        app = visit("home", hidden="12", lang="en", **{name: said})
        assert_drawn(app)
        (note,) = [caption.value for caption in app.caption if ":material/info:" in caption.value]
        assert f"{name} in the link is not used" in note
        assert app.session_state["view"].exhibit is None

    def test_a_unit_goes_with_its_layer(self):
        app = visit("home", hidden="12-8", unit="fc2.3", lang="en")
        app.session_state["hidden"] = "12"
        app.run()
        assert_drawn(app)
