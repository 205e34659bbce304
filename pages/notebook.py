"""Notebook: the lesson, one chapter at a time, each with one thing to move and a picture that answers."""

import streamlit as st

from netlib.ui import address, cached, lesson, page, shell
from netlib.views.lesson import LookedAt, chapter_cells, mover
from netlib.views.lesson_scenes import scene
from netlib.words import lesson as words

view = shell.require()
text = view.text
here = lesson.chapter()
at = LookedAt(view.setup, view.trace, cached, text)
link = address.link(view.setup, text, view.layer)

heading = st.container()
lesson.navigate(here, text)
choice = lesson.move(here.name, mover(here.name, at))
shown = scene(here.name, at, choice)
with heading:
    page.title(text(here.title), shown.answer)
lesson.show(here, shown, chapter_cells(here), text)
lesson.more(here, view)
if not lesson.guided():
    page.tabs(
        "lesson_details",
        [
            (text("Exercises"), lambda: lesson.exercises(here, view, link)),
            (text("Shape ledger"), lambda: lesson.ledger(view)),
            (text("Names of the layers"), lambda: lesson.names(view)),
        ],
    )
    lesson.progress(view, link)
page.try_next(view.setup, text, words.tries(here.presets, text))
