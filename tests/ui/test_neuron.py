"""One unit and touches on Home, through Streamlit: chosen, looked into, touched, undone, and what a link says of them."""

import numpy as np
import pytest
import torch

import netlib
from netlib.ui import cached
from netlib import digits, query, touch
from netlib.i18n import LANGUAGES
from netlib.network import restore
from netlib.spec import BatchSpec, NetworkSpec, Setup
from tests.oracles import Digits
from tests.test_pages import DIFFICULT, PAGES, all_words, assert_drawn, charts, visit

SMALL = {"hidden": "20-10", "lang": "en"}
TABS = (0, 1, 2)


def opened(tab, **parameters):
    """Home with a unit, on one of its three tabs."""
    app = visit("home", SMALL | parameters)
    labels = {0: "What it adds up", 1: "What it feeds, what excites it", 2: "Touch it"}
    if parameters.get("lang") == "ru":
        labels = {0: "Что он складывает", 1: "Что он отдаёт, что его возбуждает", 2: "Вмешаться"}
    app.session_state["unit_details"] = labels[tab]
    return app.run()


def unit_charts(app):
    return len(charts(app)) - 3


def test_by_default_nothing_is_computed_and_one_button_opens_a_unit():
    app = visit("home", SMALL)
    assert unit_charts(app) == 0
    assert "One unit" not in " ".join(head.value for head in app.header)
    app.button(key="unit_open").click().run()
    trace = app.session_state["view"].trace
    strongest = int(np.abs(trace.layer("fc1").after[0]).argmax())
    assert app.session_state["unit"] == f"fc1.{strongest}"
    assert any(head.value == f"One unit: fc1[{strongest}]" for head in app.header)
    app.button(key="unit_close").click().run()
    assert app.session_state["unit"] == ""
    assert unit_charts(app) == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("unit", ["fc1.5", "fc2.9", "output.0"])
def test_every_tab_of_every_kind_of_unit_is_drawn(unit, tab, language):
    app = opened(tab, unit=unit, lang=language, image="3")
    assert_drawn(app)
    assert unit_charts(app) == (1, 2, 0)[tab]


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("name", DIFFICULT)
def test_every_tab_is_drawn_for_a_difficult_network(name, tab):
    setup = DIFFICULT[name]
    layer = setup.network.layers[len(setup.network.layers) // 2].name
    touches = f"{layer}.0:x2,weights:noise0.1,weights:prune0.3,temperature2"
    app = opened(tab, **query.write(setup), unit=f"{layer}.0", touch=touches, lang="ru")
    assert_drawn(app)
    assert not app.warning


def test_slider_and_button_choose_the_unit():
    app = opened(0, unit="fc1.5")
    app.slider(key="unit_choice").set_value(19).run()
    assert app.session_state["unit"] == "fc1.19"
    app.button(key="unit_strongest").click().run()
    trace = app.session_state["view"].trace
    assert app.session_state["unit"] == f"fc1.{int(trace.layer('fc1').after[0].argmax())}"


def test_a_unit_of_a_layer_is_the_layer_looked_at():
    assert visit("home", SMALL | {"unit": "fc2.3"}).session_state["view"].layer == "fc2"
    assert visit("home", SMALL | {"unit": "fc2.3", "layer": "fc1"}).session_state["view"].layer == "fc1"


def test_a_unit_that_is_not_there_is_named_in_a_note():
    app = visit("home", SMALL | {"unit": "fc1.20"})
    assert_drawn(app)
    assert unit_charts(app) == 0
    assert any("0 to 19" in caption.value.replace("\\", "") for caption in app.caption)


def by_torch(said, spec, batch):
    """Logits of the touched network on a batch, by plain torch."""
    model = netlib.build(spec)
    weights = tuple(
        (layer.weight.detach().numpy(), layer.bias.detach().numpy())
        for layer in model
        if isinstance(layer, torch.nn.Linear)
    )
    after = restore(spec, touch.apply(touch.read(said, spec), weights, spec, spec.seed))
    with torch.no_grad():
        return after[:-1](torch.tensor(batch.images).flatten(1))


CONTROLS = [
    ("toggle", "touch_off_unit", True, "fc1.5:off"),
    ("slider", "touch_scale_unit", 2.0, "fc1.5:x2"),
    ("slider", "touch_shift_unit", -0.5, "fc1.5:shift-0.5"),
    ("toggle", "touch_off_layer", True, "fc1:off"),
    ("slider", "touch_scale_layer", 1.5, "fc1:x1.5"),
    ("slider", "touch_noise_network", 0.5, "weights:noise0.5"),
    ("slider", "touch_prune_network", 0.6, "weights:prune0.6"),
    ("slider", "touch_temperature_network", 2.0, "temperature2"),
]


@pytest.mark.parametrize(("kind", "key", "value", "said"), CONTROLS)
def test_each_control_touches_the_network_at_once_and_is_undone(kind, key, value, said):
    app = opened(2, unit="fc1.5")
    before = app.session_state["view"].trace
    getattr(app, kind)(key=key).set_value(value).run()
    assert_drawn(app)
    assert app.session_state["touch"] == said
    view = app.session_state["view"]
    expected = by_torch(said, NetworkSpec((20, 10)), netlib.sample(BatchSpec()))
    np.testing.assert_allclose(view.trace.logits, expected.numpy(), rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(view.untouched.logits, before.logits)
    assert any("Touched:" in words.value for words in app.markdown)
    assert "On this image the answer" in all_words(app)
    app.button(key="touch_undo").click().run()
    assert app.session_state["touch"] == ""
    np.testing.assert_array_equal(app.session_state["view"].trace.logits, before.logits)
    assert getattr(app, kind)(key=key).value != value


def test_undo_goes_back_change_by_change_and_undo_all_at_once():
    app = opened(2, unit="fc1.5")
    app.slider(key="touch_scale_unit").set_value(2.0).run()
    app.slider(key="touch_scale_unit").set_value(3.0).run()
    app.slider(key="touch_shift_unit").set_value(1.0).run()
    assert app.session_state["touch"] == "fc1.5:x3,fc1.5:shift1"
    app.button(key="touch_undo").click().run()
    assert app.session_state["touch"] == "fc1.5:x3"
    app.button(key="touch_undo").click().run()
    assert app.session_state["touch"] == "fc1.5:x2"
    app.slider(key="touch_shift_unit").set_value(1.0).run()
    app.button(key="touch_undo_all").click().run()
    assert app.session_state["touch"] == ""
    app.button(key="unit_close").click().run()
    assert unit_charts(app) == 0


def test_a_link_that_was_just_opened_is_undone_from_its_end():
    app = visit("outputs", SMALL | {"touch": "fc1.5:off,temperature2"})
    app.button(key="touch_undo").click().run()
    assert app.session_state["touch"] == "fc1.5:off"
    app.button(key="touch_undo").click().run()
    assert app.session_state["touch"] == ""


def test_the_tiles_tell_the_held_out_digits_before_and_after():
    said = "fc2:off"
    app = opened(2, unit="fc1.5", touch=said)
    spec = NetworkSpec((20, 10))
    held = digits.load("bundled", "test")
    every = Digits(digits.normalised(held.images), held.labels)
    shares = [float((by_torch(each, spec, every).argmax(1).numpy() == held.labels).mean()) for each in ("", said)]
    (tile,) = [metric for metric in app.metric if metric.label == "Accuracy, held out"]
    assert tile.value == " → ".join(dict.fromkeys(f"{share:.1%}" for share in shares))


def test_more_touches_than_a_link_holds_are_refused_in_one_sentence():
    full = ",".join(f"fc1.{unit}:off" for unit in range(20)) + "," + ",".join(f"fc1.{u}:shift1" for u in range(12))
    app = opened(2, unit="fc1.15", touch=full)
    app.slider(key="touch_temperature_network").set_value(2.0).run()
    assert app.session_state["touch"] == full
    assert "at most 32" in app.warning[0].value
    assert any(button.label == "Weights as they are now" for button in app.get("download_button"))


def test_sliders_reach_as_far_as_the_link_says():
    app = opened(2, unit="fc1.5", touch="fc1.5:x50,fc1.5:shift-20,temperature50")
    assert app.slider(key="touch_scale_unit").value == 50
    assert app.slider(key="touch_shift_unit").value == -20
    assert app.slider(key="touch_temperature_network").value == 50


def test_held_out_scores_are_kept_by_what_the_weights_hold():
    spec = Setup(NetworkSpec((6,), "tanh", seed=5)).network
    trace = cached.trace(Setup(spec))
    weights = tuple((layer.weight, layer.bias) for layer in trace.layers)
    first = cached.held_out(spec, weights)
    copies = tuple((weight.copy(), bias.copy()) for weight, bias in weights)
    assert cached.held_out(spec, copies) is first
    other = touch.apply(touch.read("output.3:shift5", spec), weights, spec, 0)
    assert cached.held_out(spec, other) != first
    assert cached.held_out(NetworkSpec((6,), "relu", seed=5), weights) != first
    assert first.count == 1000


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_shows_the_touched_network_under_its_banner(page, language):
    said = "fc1.5:off,fc2:x2,weights:prune0.2"
    app = visit(page, SMALL | {"touch": said, "lang": language})
    assert_drawn(app)
    assert sum(":material/touch_app:" in words.value for words in app.markdown) == 1
    expected = by_torch(said, NetworkSpec((20, 10)), netlib.sample(BatchSpec()))
    np.testing.assert_allclose(app.session_state["view"].trace.logits, expected.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("unit", ["fc1.20", "fc9.0", "abc", "fc1.5.5", "<b>", "fc1.99999999999999999999"])
def test_a_unit_that_makes_no_sense_leaves_home_as_it_is(unit):
    app = visit("home", SMALL | {"unit": unit})
    assert_drawn(app)
    assert unit_charts(app) == 0
    assert app.session_state["unit"] == unit


@pytest.mark.parametrize("said", ["fc1.20:off", "off", "fc1.5:off" * 200, "fc1.5:x1e9", "<b>", "weights:prune2"])
def test_touches_that_make_no_sense_leave_the_network_as_it_is(said):
    app = visit("home", SMALL | {"touch": said, "unit": "fc1.5"})
    assert_drawn(app)
    assert any("touch" in caption.value for caption in app.caption)
    view = app.session_state["view"]
    np.testing.assert_array_equal(view.trace.logits, view.untouched.logits)
    assert app.session_state["touch"] == said
