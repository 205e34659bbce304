"""The Compare page as a visitor uses it: B in the link, one change at a time, copy, swap, and the link that keeps both."""

from urllib.parse import parse_qsl, urlsplit

import pytest

from netlib import query
from netlib.comparison import write
from netlib.draft import from_setup
from netlib.i18n import LANGUAGES
from netlib.presets import PRESETS
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from tests.test_pages import PAGES, all_words, assert_drawn, charts, visit
from tests.ui.test_exhibit import holding

KINDS = ("signal", "gradients", "probabilities", "activations", "weights")


def notes(app):
    return [caption.value for caption in app.caption if ":material/info:" in caption.value]


def answer(app):
    return next(words.value for words in app.markdown if "differ" in words.value)


def b(app):
    """The text of B that the link says now."""
    return app.session_state["b"]


def test_a_link_without_b_compares_with_an_example_and_stays_as_it_is():
    app = visit("compare", {"hidden": "9-8"})
    assert_drawn(app)
    assert answer(app).startswith("Only weight_init differs: `pytorch` in A, `kaiming_normal` in B.")
    assert b(app) == ""
    assert not app.warning


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_picture_is_drawn(kind, language):
    app = visit("compare", {"lang": language, "b": "weights:normal:0.5", "layer": "fc2"})
    app.segmented_control(key="compare_kind").set_value(kind).run()
    assert_drawn(app)
    assert len(app.metric) == 5


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "text", ["hidden:none", "hidden:1", "hidden:" + "-".join(["64"] * 30), "weights:constant:100", "weights:zeros"]
)
def test_every_kind_of_picture_is_drawn_for_a_difficult_b(kind, text):
    app = visit("compare", {"b": text, "activation": "identity", "weights": "normal:100", "layer": "fc2"})
    app.segmented_control(key="compare_kind").set_value(kind).run()
    assert not app.exception
    assert len(app.title) == 1
    assert len(charts(app)) <= 6
    assert sum(len(chart.sent) for chart in charts(app)) <= 150_000
    assert "could not be drawn" not in all_words(app)


@pytest.mark.parametrize("page", PAGES)
def test_b_stays_in_the_link_on_every_page_and_a_bad_one_has_its_note(page):
    app = visit(page, {"b": "weights:zeros"})
    assert b(app) == "weights:zeros"
    assert notes(app) == []
    app = visit(page, {"b": "weights:<b>he</b>"})
    assert_drawn(app)
    (note,) = notes(app)
    assert note.replace("\\", "").endswith("b in the link is not used; shown instead: weights:pytorch.")
    assert b(app) == "weights:<b>he</b>"


def test_the_copied_link_carries_b_and_opens_the_same_two_networks():
    setup = Setup(NetworkSpec((9, 8), "tanh", seed=3), BatchSpec(size=5))
    other = write(from_setup(Setup(NetworkSpec((7,), "relu", Init("normal", std=0.5), "zeros", 4))))
    app = visit("compare", {**query.write(setup), "b": other, "lang": "en"})
    link = next(code.value for code in app.code if code.value.startswith(("http", "?")))
    parameters = dict(parse_qsl(urlsplit(link).query))
    assert parameters["b"] == other
    assert f"b={other}" in link, "readable, nothing escaped"
    again = visit("compare", parameters)
    assert answer(again) == answer(app)
    assert [chart.spec for chart in charts(again)] == [chart.spec for chart in charts(app)]


def test_a_link_without_b_has_none_when_it_is_copied():
    app = visit("home", {})
    link = next(code.value for code in app.code if code.value.startswith(("http", "?")))
    assert "b" not in dict(parse_qsl(urlsplit(link).query))


class TestWhatBIs:
    """Each widget writes the text of B, and A's fields where it must."""

    def test_one_field_is_changed_and_then_its_value(self):
        app = visit("compare", {})
        app.selectbox(key="compare_field").set_value("activation").run()
        assert b(app) == "activation:tanh"
        assert answer(app).startswith("Only activation differs: `relu` in A, `tanh` in B.")
        app.selectbox(key="compare_value").set_value("gelu").run()
        assert b(app) == "activation:gelu"
        assert app.selectbox(key="compare_value").value == "gelu"

    def test_a_value_of_ones_own(self):
        app = visit("compare", {"b": "hidden:9"})
        typed = app.selectbox(key="compare_value")
        typed.options.append("40, 20")  # AppTest knows no new options: as the browser sends one
        typed.set_value("40, 20").run()
        assert answer(app).startswith("Only hidden_sizes differs: `128-64` in A, `40-20` in B.")
        assert notes(app) == []

    def test_a_value_that_begins_with_the_one_before(self):
        """The browser sends `-gelu` for `tanh-gelu` where `tanh` stood."""
        app = visit("compare", {"b": "activation:tanh"})
        typed = app.selectbox(key="compare_value")
        typed.options.append("-gelu")
        typed.set_value("-gelu").run()
        assert b(app) == "activation:tanh-gelu"

    def test_b_follows_a_in_what_it_does_not_say(self):
        app = visit("compare", {"b": "weights:zeros"})
        app.slider(key="layers").set_value(4).run()
        assert answer(app).startswith("Only weight_init differs")
        assert b(app) == "weights:zeros"

    def test_a_copy_has_no_differences_and_does_not_follow(self):
        app = visit("compare", {"b": "weights:zeros,seed:5"})
        app.button(key="compare_copy").click().run()
        assert b(app) == "hidden:128-64,activation:relu,weights:pytorch,biases:pytorch,seed:0"
        assert answer(app).startswith("Nothing differs")
        assert_drawn(app)
        app.selectbox(key="activation_choice").set_value("tanh").run()
        assert answer(app).startswith("Only activation differs: `tanh` in A, `relu` in B.")

    def test_swapped_once_and_swapped_back(self):
        before = visit("compare", {"hidden": "9-8", "b": "hidden:7,seed:3", "size": "5"})
        first, seen = before.session_state["view"].setup, [chart.spec for chart in charts(before)]
        app = before.button(key="compare_swap").click().run()
        assert app.session_state["view"].setup == Setup(NetworkSpec((7,), seed=3), first.batch)
        assert "hidden_sizes (`7` → `9-8`), seed (`3` → `0`)" in answer(app)
        app.button(key="compare_swap").click().run()
        assert app.session_state["view"].setup == first
        assert [chart.spec for chart in charts(app)] == seen

    @pytest.mark.parametrize("name", PRESETS)
    def test_a_preset_as_b(self, name):
        app = visit("compare", {"seed": "3"})
        app.selectbox(key="compare_preset").set_value(name).run()
        network = PRESETS[name].network
        expected = NetworkSpec(network.hidden_sizes, network.activation, network.weight_init, network.bias_init, seed=3)
        assert b(app) == write(from_setup(Setup(expected)))
        assert app.selectbox(key="compare_preset").value is None
        assert not app.exception

    def test_the_guard_names_the_differences_and_leaves_one(self):
        app = visit("compare", {"b": "activation:tanh,weights:zeros,seed:4"})
        assert any("3 possible causes" in words.value for words in app.markdown)
        app.button(key="compare_only_weights").click().run()
        assert b(app) == "weights:zeros"
        assert answer(app).startswith("Only weight_init differs")
        assert not any("possible cause" in words.value for words in app.markdown)

    def test_the_guard_keeps_what_is_chosen_in_the_menu(self):
        app = visit("compare", {"b": "activation:gelu,seed:4"})
        app.selectbox(key="compare_field").set_value("activation").run()
        assert b(app) == "activation:gelu"

    @pytest.mark.parametrize("index", range(3))
    def test_each_try_shows_one_difference(self, index):
        app = visit("compare", {})
        app.button(key=f"try_{index}").click().run()
        assert_drawn(app)
        assert answer(app).startswith("Only ")


def test_uploaded_weights_are_a_and_said():
    app = holding("compare", hidden="40-20", lang="en")
    assert "And A has the weights of a file" in answer(app)


def test_a_network_of_b_over_the_cap_is_not_built():
    app = visit("compare", {"b": "hidden:1024-1024-1024"})
    assert_drawn(app)
    (note,) = notes(app)
    assert "2,913,290" in note.replace("\\", "")
