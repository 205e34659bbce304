"""Every page in both languages, for links that are plain, deep, difficult and broken: no failure, no excess, no silence."""

import json
from pathlib import Path

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from netlib import query
from netlib.i18n import LANGUAGES
from netlib.presets import PRESETS
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from tests.charts import KIND, charts_of

DASHBOARD = str(Path(__file__).parent.parent / "dashboard.py")
PAGES = sorted(path.stem for path in (Path(__file__).parent.parent / "pages").glob("*.py"))
CHARTS = 6
BYTES = 150_000

DIFFICULT = {
    "no hidden layer": Setup(NetworkSpec(())),
    "one unit, one image": Setup(NetworkSpec((1,), "tanh"), BatchSpec(size=1)),
    "thirty layers": Setup(NetworkSpec((64,) * 30, "tanh"), BatchSpec(size=256)),
    "at the cap": Setup(NetworkSpec((1024, 1024, 128), "gelu"), BatchSpec(size=256)),
    "all zero": Setup(NetworkSpec((32, 16), "relu", "zeros", "zeros")),
    "all equal": Setup(NetworkSpec((32, 16), "softplus", "constant", "constant")),
    "huge": Setup(NetworkSpec((64,) * 6, "identity", Init("normal", std=100.0))),
    "beyond float32": Setup(NetworkSpec((64,) * 25, "identity", Init("normal", std=100.0))),
    "one class, twice over": Setup(NetworkSpec((16,)), BatchSpec(split="test", digits=(3,), size=256)),
    "a mix": Setup(
        NetworkSpec((300, 20, 5), ("sigmoid", "elu", "silu"), ("orthogonal", "sparse", "lecun_normal", "trunc_normal"))
    ),
}
BROKEN = {
    "hidden": "128-0",
    "activation": "relu-<b>tanh</b>",
    "weights": "normal:1e309",
    "biases": "orthogonal",
    "seed": "-1",
    "source": "'; DROP TABLE digits; --",
    "split": "валидация",
    "size": "257",
    "batch_seed": "nan",
    "digits": "3-11",
    "image": "999999999999999999999",
}


def visit(page: str, parameters: dict[str, str]) -> AppTest:
    """The page as a visitor of this link sees it."""
    app = AppTest.from_file(DASHBOARD, default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page(f"pages/{page}.py").run()


def blocks(app: AppTest, kind: str) -> list:
    """All elements of a kind that AppTest has no class for."""
    return app.get(kind)


def charts(app: AppTest) -> list:
    """What was sent for the charts."""
    return charts_of(element.proto for element in blocks(app, KIND))


def all_words(app: AppTest) -> str:
    """What is written on the page outside of charts."""
    return "\n".join(
        str(element.value) for kind in ("title", "markdown", "caption", "warning") for element in app.get(kind)
    )


def assert_drawn(app: AppTest) -> None:
    """A title, an answer, charts that Plotly accepts, each with its finding in words, within what a page may weigh."""
    assert not app.exception
    assert "failure" not in [getattr(block.proto, "id", "") for block in app.get("container")]
    assert not any("could not be drawn" in m.value or "не удалось показать" in m.value for m in app.markdown)
    assert len(app.title) == 1
    shown = charts(app)
    assert 1 <= len(shown) <= CHARTS
    assert sum(len(chart.sent) for chart in shown) <= BYTES
    for chart in shown:
        assert len(chart.alt) > 10
        go.Figure(json.loads(chart.spec))
        assert "NaN" not in chart.alt


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_drawn_in_both_languages(page, language):
    app = visit(page, {"lang": language})
    assert_drawn(app)
    cyrillic = any("а" <= letter <= "я" for letter in app.title[0].value.lower())
    assert cyrillic == (language == "ru")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", DIFFICULT)
def test_a_page_is_drawn_for_a_difficult_link(page, name):
    app = visit(page, {**query.write(DIFFICULT[name]), "v": "1", "lang": "ru", "layer": "output"})
    assert_drawn(app)
    assert not app.warning


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("preset", PRESETS)
def test_a_page_is_drawn_for_every_preset(page, preset):
    assert_drawn(visit(page, query.write(Setup(PRESETS[preset].network))))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_broken_link_shows_the_defaults_and_a_note_for_each_field(page, language):
    app = visit(page, {**BROKEN, "lang": language, "layer": "fc99", "stray": "1"})
    assert_drawn(app)
    notes = [caption.value for caption in app.caption if ":material/info:" in caption.value]
    assert len(notes) == len(BROKEN) + 1
    for name, value in BROKEN.items():
        assert any(name in note.replace("\\", "") for note in notes)
        assert app.session_state[name] == value  # what was given is not lost


@pytest.mark.parametrize("page", PAGES)
def test_a_network_over_the_cap_is_refused_in_one_sentence_and_the_link_stays(page):
    app = visit(page, {"hidden": "1024-1024-1024"})
    assert not app.exception
    assert len(app.warning) == 1
    assert "2,913,290" in app.warning[0].value.replace("\\", "")
    assert "fc2" in app.warning[0].value
    assert not charts(app)
    assert app.session_state["hidden"] == "1024-1024-1024"


def test_every_field_of_a_link_reaches_the_page():
    setup = Setup(
        NetworkSpec(
            (33, 7),
            ("elu", "tanh"),
            (Init("normal", std=0.5), "zeros", "orthogonal"),
            ("normal", "zeros", "pytorch"),
            9,
        ),
        BatchSpec(split="test", size=17, seed=4, digits=(1, 8), image=5),
    )
    app = visit("home", {**query.write(setup), "lang": "en", "layer": "fc2"})
    view = app.session_state["view"]
    assert view.setup == setup
    assert view.layer == "fc2"
    assert view.text.language == "en"


class TestTheSidebar:
    """Widgets write the link's fields, and only those that they mean."""

    def test_hidden_layers_come_back_as_they_were(self):
        app = visit("home", {"hidden": "9-8-7-6", "activation": "relu-tanh-elu-gelu"})
        app.slider(key="layers").set_value(2).run()
        assert app.session_state["hidden"] == "9-8"
        app.slider(key="layers").set_value(4).run()
        assert app.session_state["hidden"] == "9-8-7-6"
        assert app.session_state["activation"] == "relu-tanh-elu-gelu"

    def test_all_layers_or_only_the_one_looked_at(self):
        app = visit("home", {"hidden": "9-8", "layer": "fc2"})
        app.slider(key="units").set_value(20).run()
        assert app.session_state["hidden"] == "20-20"
        app.segmented_control(key="only_this_layer").set_value(True).run()
        app.selectbox(key="activation_choice").set_value("tanh").run()
        app.selectbox(key="weight_init_choice").set_value("normal").run()
        app.number_input(key="weight_init_number").set_value(0.5).run()
        assert app.session_state["activation"] == "relu-tanh"
        assert app.session_state["weights"] == "pytorch-normal:0.5-pytorch"
        assert app.session_state["biases"] == "pytorch"

    @pytest.mark.parametrize("name", PRESETS)
    def test_a_preset_changes_the_network_and_keeps_seed_and_batch(self, name):
        app = visit("home", {"seed": "7", "size": "12", "hidden": "3"})
        app.selectbox(key="preset").set_value(name).run()
        network = app.session_state["view"].setup.network
        wanted = PRESETS[name].network
        assert network == NetworkSpec(wanted.hidden_sizes, wanted.activation, wanted.weight_init, wanted.bias_init, 7)
        assert app.session_state["view"].setup.batch.size == 12
        assert app.selectbox(key="preset").value == name

    def test_a_smaller_batch_keeps_the_image_looked_at_inside(self):
        app = visit("home", {"size": "64", "image": "63"})
        app.slider(key="size_choice").set_value(10).run()
        assert app.session_state["view"].setup.batch == BatchSpec(size=10, image=9)

    def test_the_dice_give_another_seed_and_nothing_else(self):
        app = visit("home", {})
        before = app.session_state["view"].setup
        seeds = set()
        for _ in range(3):
            app.button(key="dice_seed").click().run()
            seeds.add(app.session_state["view"].setup.network.seed)
        assert len(seeds) > 1
        assert app.session_state["view"].setup.batch == before.batch

    def test_only_some_digits(self):
        app = visit("home", {})
        app.button_group(key="digits_choice").set_value([1, 7]).run()
        assert app.session_state["digits"] == "1-7"
        assert set(app.session_state["view"].batch.labels) == {1, 7}

    def test_the_language_switch_keeps_every_value(self):
        app = visit("weights", {"hidden": "9-8", "seed": "3", "layer": "fc2", "lang": "en"})
        before = app.session_state["view"]
        app.segmented_control(key="language").set_value("ru").run()
        after = app.session_state["view"]
        assert (after.setup, after.layer) == (before.setup, before.layer)
        assert after.text.language == "ru"

    def test_a_link_to_digits_that_are_not_here_says_so_and_can_be_left(self, monkeypatch, tmp_path):
        monkeypatch.setenv("LAYERSCOPE_MNIST", str(tmp_path))
        app = visit("home", {"source": "full"})
        assert_drawn(app)
        assert app.session_state["view"].batch.spec.source == "bundled"
        assert any("bundled digits" in caption.value for caption in app.caption)
        app.segmented_control(key="source_choice").set_value("bundled").run()
        assert app.session_state["source"] == "bundled"

    def test_a_try_button_makes_its_change(self):
        app = visit("home", {})
        app.button(key="try_0").click().run()
        assert app.session_state["view"].setup.network == PRESETS["exercise1"].network
