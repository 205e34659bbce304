"""The Notebook page through Streamlit: every row and trap on the screen, exercises, the guided path, the page to keep."""

import re

import pytest

from netlib import query
from netlib.i18n import LANGUAGES, translator
from netlib.lesson.chapters import CHAPTERS, NAMES
from netlib.lesson.traps import TRAPS
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from tests.test_pages import all_words, assert_drawn, charts, visit

# What the screen says for each row of the notebook: chapter, and words of the page or of a cell's output.
ROWS = {
    "r01": ("batch", "tensor(-1.) tensor(1.)"),
    "r02": ("batch", "torch.Size([64, 1, 28, 28])"),
    "r03": ("batch", "bundled sample"),
    "r04": ("flatten", "(64, 784)"),
    "r05": ("tensors", "203,530"),
    "r06": ("uniform", "At std 0.010 it is"),
    "r07": ("softmax", "e^{x_i}"),
    "r08": ("softmax", "each of the 64 rows adds up to 1"),
    "r09": ("module", "super().__init__()"),
    "r10": ("module", "(softmax): Softmax(dim=1)"),
    "r11": ("functional", "differ by 0 at most"),
    "r12": ("collapse", "one matrix of shape (10, 784)"),
    "r13": ("build", "109386"),
    "r14": ("init", "0.0357"),
    "r15": ("init", "fill_(0)"),
    "r16": ("init", "normal_(std=0.01)"),
    "r17": ("forward", "ps has the shape (1, 10)"),
    "r18": ("forward", "ln 10"),
    "r19": ("sequential", "Linear(in_features=784, out_features=128, bias=True)"),
    "r20": ("ordereddict", "'fc1.weight'"),
    "r21": ("next", "loss.backward()"),
}


def everything(app):
    """All words, code and formulas of the page."""
    return "\n".join([all_words(app), *(str(block.value) for kind in ("code", "latex") for block in app.get(kind))])


@pytest.mark.parametrize("row", ROWS)
def test_row_on_the_page(row):
    chapter, words = ROWS[row]
    app = visit("notebook", {"chapter": chapter, "lang": "en"})
    assert_drawn(app)
    assert words in everything(app)


@pytest.mark.parametrize("number", range(1, 13))
def test_trap_on_the_page(number):
    app = visit("notebook", {"chapter": "traps", "lang": "en"})
    trap = TRAPS[number - 1]
    app.selectbox(key="move_traps").set_value(trap.name).run()
    assert not app.exception
    codes = [block.value for block in app.code]
    assert trap.code in codes
    assert trap.cure in codes
    assert trap.why in everything(app)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("chapter", NAMES)
def test_every_chapter_is_drawn_in_both_languages(chapter, language):
    app = visit("notebook", {"chapter": chapter, "lang": language})
    assert_drawn(app)
    assert any("а" <= letter <= "я" for letter in app.title[0].value.lower()) == (language == "ru")


@pytest.mark.parametrize(
    "setup",
    [
        Setup(NetworkSpec(()), BatchSpec(size=1)),
        Setup(NetworkSpec((64,) * 30, "relu", Init("normal", std=100.0)), BatchSpec(size=256)),
        Setup(NetworkSpec((32, 16), "relu", "zeros", "zeros"), BatchSpec(digits=(3,), size=10)),
        Setup(NetworkSpec((1024, 1024, 128), "gelu"), BatchSpec(size=256)),
    ],
)
def test_every_chapter_is_drawn_for_difficult_setups(setup):
    for chapter in NAMES:
        assert_drawn(visit("notebook", {**query.write(setup), "chapter": chapter, "lang": "ru"}))


def test_next_and_back_write_the_chapter_into_the_link():
    app = visit("notebook", {})
    assert app.button(key="chapter_back").disabled
    app.button(key="chapter_next").click().run()
    assert app.session_state["chapter"] == "flatten"
    app.button(key="chapter_back").click().run()
    assert app.session_state["chapter"] == "batch"
    app.selectbox(key="chapter_choice").set_value("next").run()
    assert app.session_state["chapter"] == "next"
    assert app.button(key="chapter_next").disabled


def test_the_guided_path_has_a_clock_and_keys_and_no_exercises():
    app = visit("notebook", {"chapter": "flatten", "lang": "en"})
    assert app.button(key="check_flatten_flat")
    app.button(key="guide").click().run()
    assert not [button for button in app.button if str(button.key).startswith("check_")]
    assert app.button(key="chapter_next").proto.shortcut == "pagedown"
    assert app.button(key="chapter_back").proto.shortcut == "pageup"
    app.button(key="chapter_next").click().run()
    assert app.session_state["guided"] == "yes"
    assert app.session_state["chapter"] == "tensors"
    app.button(key="guide").click().run()
    assert app.session_state["guided"] == ""
    assert app.button(key="check_tensors_out")


def test_a_link_opens_the_guided_path():
    app = visit("notebook", {"chapter": "softmax", "guided": "yes", "lang": "en"})
    assert app.button(key="chapter_next").proto.shortcut == "pagedown"
    assert not [button for button in app.button if str(button.key).startswith("check_")]
    assert any("guided=yes" in block.value for block in app.code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_underscores_are_not_taken_for_bold_letters(language):
    """What Markdown shows of `__init__` outside of code is a bold init, which is no name of Python's."""
    text = translator(language)
    shown = [text(chapter.lead) for chapter in CHAPTERS] + [text(trap.why) for trap in TRAPS]
    assert all("__" not in re.sub("`[^`]*`", "", words) for words in shown)
    app = visit("notebook", {"chapter": "module", "lang": language})
    assert [block.value for block in app.markdown if r"\_\_init\_\_" in block.value]


def test_an_exercise_is_answered_before_the_truth_is_shown():
    app = visit("notebook", {"chapter": "flatten", "lang": "en"})
    assert "Computed" not in everything(app)
    app.number_input(key="answer_flatten_flat_0").set_value(784)
    app.number_input(key="answer_flatten_flat_1").set_value(64)
    app.button(key="check_flatten_flat").click().run()
    said = everything(app).replace("\\", "")
    assert "Not (784, 64). Computed: (64, 784)." in said
    app.number_input(key="answer_flatten_flat_0").set_value(64)
    app.number_input(key="answer_flatten_flat_1").set_value(784)
    app.button(key="check_flatten_flat").click().run()
    assert "Right. Computed: (64, 784)." in everything(app).replace("\\", "")
    assert next(iter(app.session_state["lesson_answers"].values())).right


def test_another_setup_asks_anew():
    app = visit("notebook", {"chapter": "build", "lang": "en"})
    app.number_input(key="answer_build_parameters_0").set_value(109_386)
    app.button(key="check_build_parameters").click().run()
    assert "Right." in everything(app).replace("\\", "")
    app.button(key="try_0").click().run()
    assert "Right." not in everything(app).replace("\\", "")


def test_an_empty_answer_shows_nothing():
    app = visit("notebook", {"chapter": "softmax", "lang": "en"})
    app.button(key="check_softmax_dim").click().run()
    assert "Computed" not in everything(app)
    app.radio(key="answer_softmax_dim_0").set_value("dim=1")
    app.button(key="check_softmax_dim").click().run()
    assert "Right." in everything(app).replace("\\", "")


def test_the_image_moved_is_the_image_of_the_link():
    app = visit("notebook", {"chapter": "forward", "lang": "en"})
    app.select_slider(key="move_forward").set_value("5").run()
    assert app.session_state["image"] == "5"
    assert app.session_state["view"].image == 5


def test_links_to_other_pages_carry_the_setup():
    app = visit("notebook", {"chapter": "tensors", "hidden": "33", "seed": "5"})
    links = app.get("page_link")
    assert links
    for link in links:
        assert "hidden=33" in link.proto.query_string
        assert "seed=5" in link.proto.query_string


def test_a_chapter_that_is_none_is_the_first_and_a_note_says_so():
    app = visit("notebook", {"chapter": "seventeen", "lang": "en"})
    assert_drawn(app)
    assert app.title[0].value == "What is in a batch?"
    assert any("chapter" in caption.value for caption in app.caption)
    assert len(charts(app)) == 1
