"""The movers: one a chapter, with a start among its options, in both languages."""

import pytest

import netlib
from netlib.ui import cached
from netlib import BatchSpec, NetworkSpec, Setup
from netlib.i18n import LANGUAGES, translator
from netlib.lesson.chapters import CHAPTERS, NAMES, chapter_named
from netlib.views.lesson import LookedAt, chapter_cells, mover


def looked_at(setup, language="en"):
    return LookedAt(setup, cached.trace(setup), cached, translator(language))


@pytest.mark.parametrize("chapter", NAMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_one_thing_to_move_a_chapter(chapter, language):
    made = mover(chapter, looked_at(Setup(), language))
    assert made.start in made.options
    assert len(made.labels) == len(made.options) == len(set(made.options))
    assert made.label
    assert made.kind in ("slider", "buttons", "menu")


def test_where_there_is_no_choice_there_is_nothing_to_move():
    setup = Setup(NetworkSpec(()), BatchSpec(size=1))
    assert [name for name in NAMES if mover(name, looked_at(setup)) is None] == [
        "batch",
        "functional",
        "build",
        "forward",
    ]


def test_the_image_moved_is_the_setups():
    made = mover("forward", looked_at(Setup(netlib.NetworkSpec(), BatchSpec(size=9, image=4))))
    assert made.sets_image
    assert (made.start, len(made.options)) == ("4", 9)


def test_code_stands_with_what_it_said():
    assert chapter_cells(chapter_named("flatten"))[0][1:] == ("torch.Size([64, 784])\nTrue", False)
    assert chapter_cells(chapter_named("uniform"))[0][1:] == ("", False)
    assert chapter_cells(chapter_named("traps")) == ()
    assert len(CHAPTERS) == 17
