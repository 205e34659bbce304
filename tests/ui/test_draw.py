"""The Draw page as a visitor without a browser sees it: what is drawn is read, framed, probed, and shown elsewhere."""

import base64
import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

import netlib
from netlib.ui import draw, exhibit
from netlib import query
from netlib.drawing import Stroke, enlarged, frame, ink, unframed
from netlib.files.load import Weights
from netlib.i18n import LANGUAGES
from tests.test_pages import CHARTS, DASHBOARD, DIFFICULT, all_words, assert_drawn, charts

SEVEN = (Stroke(80, ((300, 250), (700, 240), (450, 850))),)
TABS = 4


def visit(drawing=None, **parameters):
    """The page, with something on the pad."""
    app = AppTest.from_file(DASHBOARD, default_timeout=60)
    for name, value in {"lang": "en", **parameters}.items():
        app.query_params[name] = value
    app.run()
    if drawing is not None:
        app.session_state["drawing"] = drawing
    return app.switch_page("pages/draw.py").run()


def alts(app):
    return [chart.alt for chart in charts(app)]


def seen(app):
    """The pixels (28, 28) that the network gets, as the browser gets them."""
    (said,) = (chart.spec for chart in charts(app) if re.search("network gets it|a handwritten", chart.alt))
    z = json.loads(said)["data"][0]["z"]
    return np.frombuffer(base64.b64decode(z["bdata"]), dtype=z["dtype"]).reshape(28, 28)


def digits_read(image, hidden=(128, 64)):
    class One:
        images, labels = image[np.newaxis, np.newaxis], np.zeros(1, np.int64)

    return netlib.run(netlib.build(netlib.NetworkSpec(hidden)), One).probabilities[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_drawn_the_batchs_image_is_read(language):
    app = visit(lang=language, image="5")
    assert_drawn(app)
    batch = netlib.sample(netlib.BatchSpec())
    np.testing.assert_array_equal(seen(app) if language == "en" else batch.images[5, 0], batch.images[5, 0])
    assert app.button(key="drawn_show").disabled
    assert app.toggle(key="drawn_framing").disabled


def test_a_drawing_is_framed_and_read():
    app = visit(draw.Drawing(SEVEN))
    assert_drawn(app)
    raster = ink(SEVEN)
    image = seen(app)
    np.testing.assert_allclose(image, frame(raster).image / 127.5 - 1, atol=1e-6)
    top = digits_read(image)
    assert any(f"the largest is {top.max():.3f} for digit {top.argmax()}" in alt for alt in alts(app))
    app.toggle(key="drawn_framing").set_value(False).run()
    np.testing.assert_allclose(seen(app), unframed(raster) / 127.5 - 1, atol=1e-6)
    assert any("without framing" in alt for alt in alts(app))


def test_an_untrained_network_is_said_to_be_one_and_the_way_to_training_is_shown():
    app = visit(draw.Drawing(SEVEN))
    assert "this network cannot read" in all_words(app)
    links = [element.proto.page for element in app.get("page_link")]
    assert any("train" in link for link in links)


def test_a_trained_network_reads():
    """A linear network trained here by plain torch: it reads a digit of the batch, put on the pad by the button."""
    import torch

    batch = netlib.sample(netlib.BatchSpec(size=256))
    model = torch.nn.Linear(784, 10)
    x, y = torch.tensor(batch.images).flatten(1), torch.tensor(batch.labels)
    optimiser = torch.optim.Adam(model.parameters(), 1e-3)
    for _ in range(60):
        optimiser.zero_grad()
        torch.nn.functional.cross_entropy(model(x), y).backward()
        optimiser.step()
    weights = Weights("trained", ("output",), ((model.weight.detach().numpy(), model.bias.detach().numpy()),))
    app = AppTest.from_file(DASHBOARD, default_timeout=60)
    for name, value in {"lang": "en", "hidden": "none", "image": "3"}.items():
        app.query_params[name] = value
    app.run()
    app.session_state["exhibit"] = exhibit.OwnWeights(weights)
    app.switch_page("pages/draw.py").run()
    app.button(key="drawn_sample").click().run()
    app.run()
    assert_drawn(app)
    assert app.session_state["drawn_label"] == batch.labels[3]
    assert "That is the digit it is meant to be." in all_words(app)
    assert "cannot read" not in all_words(app)
    np.testing.assert_array_equal(seen(app), batch.images[3, 0])


def test_the_drawing_becomes_the_image_of_every_page_and_goes_back():
    app = visit(draw.Drawing(SEVEN), image="9")
    assert app.button(key="drawn_show").disabled  # nobody has said what it is meant to be
    app.session_state["drawn_label"] = 7
    app.run()
    app.button(key="drawn_show").click().run()
    app.run()
    expected = frame(ink(SEVEN)).image
    view = app.session_state["view"]
    np.testing.assert_array_equal(view.batch.pixels[9], expected)
    assert view.batch.labels[9] == 7
    app.switch_page("pages/home.py").run()
    assert any(alt.endswith("a handwritten 7.") for alt in alts(app))
    app.switch_page("pages/draw.py").run()
    app.toggle(key="drawn_framing").set_value(False).run()  # what is shown elsewhere follows
    app.run()
    np.testing.assert_array_equal(app.session_state["view"].batch.pixels[9], unframed(ink(SEVEN)))
    app.button(key="drawn_back").click().run()
    app.run()
    np.testing.assert_array_equal(
        app.session_state["view"].batch.pixels[9], netlib.sample(netlib.BatchSpec()).pixels[9]
    )


def test_a_sample_is_the_batchs_own_also_while_the_drawing_stands_in_its_place():
    app = visit(draw.Drawing(SEVEN), image="9")
    app.session_state["drawn_label"] = 7
    app.run()
    app.button(key="drawn_show").click().run()
    app.run()
    app.button(key="drawn_sample").click().run()
    app.run()
    batch = netlib.sample(netlib.BatchSpec())
    assert app.session_state["drawn_label"] == batch.labels[9] != 7
    np.testing.assert_array_equal(seen(app), batch.images[9, 0])
    assert app.session_state["view"].batch.labels[9] == batch.labels[9]  # what is shown elsewhere has followed


def test_what_is_to_be_drawn_can_be_said_before():
    app = visit()
    app.session_state["drawn_label"] = 4
    app.run()
    assert "**Draw a 4**" in [words.value for words in app.markdown]
    assert "Nothing is drawn yet" in all_words(app)
    assert app.button(key="drawn_show").disabled


def test_another_visitor_sees_nothing_of_it():
    app = visit(draw.Drawing(SEVEN))
    assert not app.exception
    assert "Nothing is drawn yet" in all_words(visit())


class TestUpload:
    def opened(self, name, data, drawing=None):
        app = visit(drawing)
        app.file_uploader(key="drawn_file").set_value((name, data, "application/octet-stream")).run()
        return app.run()

    def test_a_picture_goes_the_same_way(self):
        pixels = netlib.sample(netlib.BatchSpec(size=8)).pixels[7]
        file = io.BytesIO()
        Image.fromarray(255 - pixels).resize((560, 560), Image.Resampling.NEAREST).save(file, "PNG")
        app = self.opened("digit.png", file.getvalue(), draw.Drawing(SEVEN))
        assert_drawn(app)
        np.testing.assert_allclose(seen(app), frame(enlarged(pixels)).image / 127.5 - 1, atol=1e-6)
        assert not app.session_state["drawing"].strokes

    @pytest.mark.parametrize("data", [b"<svg></svg>", b"\x89PNG\r\n\x1a\n", b""])
    def test_anything_else_is_one_sentence_and_the_drawing_stays(self, data):
        app = self.opened("x.png", data, draw.Drawing(SEVEN))
        assert_drawn(app)
        assert len(app.warning) == 1
        np.testing.assert_allclose(seen(app), frame(ink(SEVEN)).image / 127.5 - 1, atol=1e-6)


class TestMessages:
    """What the pad's callback does with a message, without a browser."""

    @pytest.fixture
    def state(self, monkeypatch):
        held = {}
        monkeypatch.setattr(draw.st, "session_state", held)
        monkeypatch.setattr(exhibit.st, "session_state", held)
        return held

    def message(self, **choices):
        stroke = {"width": 80, "points": [300, 250, 700, 240]}
        return {"strokes": [stroke], "keeps": True, "pen": 120, "done": False, "number": 5, **choices}

    def test_a_stroke_under_way_is_kept_and_the_rest_of_the_page_waits(self, state):
        draw._drawn(self.message())
        assert state["drawing"].strokes == (Stroke(80, ((300, 250), (700, 240))),)
        assert (state["drawing"].pen, state["drawing"].answered) == (120, 5)
        assert "drawing_whole" not in state

    def test_when_the_pen_is_up_the_whole_page_follows(self, state):
        draw._drawn(self.message(done=True))
        assert state["drawing_whole"]

    @pytest.mark.parametrize("bad", [None, [], {"strokes": 3}, {"keeps": 1}])
    def test_what_is_no_drawing_changes_nothing_and_is_said(self, state, bad):
        draw._drawn(self.message())
        before = state["drawing"]
        draw._drawn(bad)
        assert state["drawing"] is before
        assert "no drawing" in str(state["drawing_problem"])
        draw._drawn(self.message())
        assert "drawing_problem" not in state

    def test_a_picture_under_it_goes_when_the_pad_says_so(self, state):
        draw._take(np.full((28, 28), 200, np.uint8), 4)
        assert state["drawing"].address.startswith("data:image/png;base64,")
        assert state["drawn_label"] == 4
        edition = state["drawing"].edition
        draw._drawn(self.message())
        assert state["drawing"].under is not None
        draw._drawn(self.message(keeps=False, strokes=[], done=True))
        assert state["drawing"].empty
        assert state["drawing"].address == ""
        assert state["drawing"].edition == edition  # the pad knows already
        assert state["drawn_label"] is None


@pytest.mark.parametrize("tab", range(TABS))
@pytest.mark.parametrize("name", DIFFICULT)
def test_every_probe_is_drawn_for_a_difficult_link(tab, name):
    app = AppTest.from_file(DASHBOARD, default_timeout=60)
    for field, value in {**query.write(DIFFICULT[name]), "lang": "en"}.items():
        app.query_params[field] = value
    app.run()
    app.switch_page("pages/draw.py").run()
    app.session_state["draw_details"] = app.tabs[tab].label
    app.run()
    assert_drawn(app)
    assert len(charts(app)) <= CHARTS


@pytest.mark.parametrize("kind", ["noise", "shift", "rotate", "stroke", "erase"])
def test_every_disturbance_changes_the_image(kind):
    app = visit()
    before = alts(app)
    app.session_state["probe"] = kind
    app.run()
    assert_drawn(app)
    assert len(alts(app)) == len(before)
    assert "The image after it was disturbed." in alts(app)
