"""The chapters: the notebook's order, twenty minutes together, code that runs, pages and presets that exist."""

import ast

import pytest

from netlib.lesson.cells import run_cell
from netlib.lesson.chapters import CHAPTERS, NAMES, TOTAL_MINUTES, chapter_named, starts_at
from netlib.presets import PRESETS


def test_the_notebooks_order():
    notebook = ["batch", "flatten", "tensors", "softmax", "module", "functional", "activations", "build", "init"]
    notebook += ["forward", "sequential", "ordereddict", "next"]
    assert [name for name in NAMES if name in notebook] == notebook
    assert len(set(NAMES)) == len(NAMES)


def test_the_guided_path_takes_twenty_minutes():
    assert TOTAL_MINUTES == 20
    assert starts_at(CHAPTERS[0]) == 0
    assert starts_at(CHAPTERS[-1]) + CHAPTERS[-1].minutes == 20


@pytest.mark.parametrize("chapter", CHAPTERS, ids=NAMES)
def test_the_code_parses_and_runs_where_it_says_so(chapter):
    ast.parse(chapter.code)
    if chapter.runs:
        outcome = run_cell(chapter.code)
        assert not outcome.failed
        assert outcome.said


@pytest.mark.parametrize("chapter", CHAPTERS, ids=NAMES)
def test_presets_exist(chapter):
    assert set(chapter.presets) <= set(PRESETS)


def test_a_chapter_by_its_name():
    assert chapter_named("softmax").name == "softmax"
    with pytest.raises(ValueError, match="tuple"):
        chapter_named("nothing")
