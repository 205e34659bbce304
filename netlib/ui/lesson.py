"""The lesson's own controls: chapters, the one thing to move, exercises, and the page to take home."""

from collections.abc import Sequence
from typing import Literal, cast

import pandas as pd
import streamlit as st

from netlib.ui import address, controls, guard, page
from netlib import query
from netlib.i18n import Text
from netlib.lesson.chapters import CHAPTERS, NAMES, TOTAL_MINUTES, Chapter, chapter_named, starts_at
from netlib.lesson.exercises import tasks
from netlib.lesson.ledger import layer_names, shape_ledger
from netlib.lesson.record import Answered, answered, page_to_print
from netlib.lesson.task import Answer, Task
from netlib.ui.components.turn_keys import turn_keys
from netlib.ui.shell import PAGES, View
from netlib.views.lesson import Mover, Scene
from netlib.words import lesson as words

_ANSWERS = "lesson_answers"
_YES = "yes"


def chapter() -> Chapter:
    """The chapter that the link names; the first where it names none."""
    said = address.texts().get(address.CHAPTER, "")
    return chapter_named(said if said in NAMES else NAMES[0])


def guided() -> bool:
    """Whether the visitor is on the guided path, as the link says."""
    return address.texts().get(address.GUIDED) == _YES


def _go(name: str) -> None:
    st.session_state[address.CHAPTER] = name


def _guide(on: bool) -> None:
    st.session_state[address.GUIDED] = _YES if on else ""


def navigate(here: Chapter, text: Text) -> None:
    """Back, the list of chapters, Next; on the guided path PageUp and PageDown too, as a remote sends them."""
    place = NAMES.index(here.name)
    back, following = NAMES[max(place - 1, 0)], NAMES[min(place + 1, len(NAMES) - 1)]
    if st.session_state.get("chapter_choice") != here.name:
        st.session_state["chapter_choice"] = here.name
    on_path = guided()
    last = place == len(NAMES) - 1
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    width: Literal["content"] | int = "content" if on_path else 560
    with row.container(horizontal=True, vertical_alignment="bottom", gap="small", width=width, key="lesson_steps"):
        st.button(
            text("Back"),
            key="chapter_back",
            on_click=guard.callback(_go),
            args=(back,),
            disabled=place == 0,
            icon=":material/arrow_back:",
            shortcut="PageUp" if on_path else None,
        )
        if not on_path:
            st.selectbox(
                text("Chapter"),
                NAMES,
                key="chapter_choice",
                format_func=lambda name: f"{NAMES.index(name) + 1}. {text(chapter_named(name).title)}",
                on_change=guard.callback(lambda: _go(st.session_state["chapter_choice"])),
                label_visibility="collapsed",
            )
        st.button(
            text("Next"),
            key="chapter_next",
            on_click=guard.callback(_go),
            args=(following,),
            disabled=last,
            type="secondary" if last else "primary",
            icon=":material/arrow_forward:",
            shortcut="PageDown" if on_path else None,
        )
    # A button, not a toggle: while a toggle has the focus, Streamlit hands PageDown to nobody.
    guide = text("For a class: no exercises, a clock, and PageDown and PageUp to go on and back.")
    row.button(
        text("End of the guided lesson") if on_path else text("The whole lesson in 20 minutes"),
        key="guide",
        on_click=guard.callback(_guide),
        args=(not on_path,),
        icon=":material/close:" if on_path else ":material/slideshow:",
        help=None if on_path else guide,
    )
    if on_path:
        with row:
            turn_keys(on="chapter_next", back="chapter_back")
            _clock(here, text)


def _clock(here: Chapter, text: Text) -> None:
    start = starts_at(here)
    end = start + here.minutes
    st.progress(
        end / TOTAL_MINUTES,
        text(
            "Chapter {n} of {count}: minutes {start} to {end} of 20.",
            n=NAMES.index(here.name) + 1,
            count=len(CHAPTERS),
            start=text.fixed(start, 1 if start % 1 else 0),
            end=text.fixed(end, 1 if end % 1 else 0),
        ),
    )


def move(name: str, mover: Mover | None) -> str:
    """Draws the one thing to move and returns the option chosen; the only option where there is no choice."""
    if mover is None:
        return "0"
    key = f"move_{name}"
    if mover.sets_image:
        if st.session_state.get(key) != mover.start:
            st.session_state[key] = mover.start
    elif st.session_state.get(key) not in mover.options:
        st.session_state[key] = mover.start
    shown = dict(zip(mover.options, mover.labels, strict=True))

    @guard.callback
    def look() -> None:
        if mover.sets_image:
            controls.look_at(int(st.session_state[key]))

    if mover.kind == "slider":
        st.select_slider(mover.label, mover.options, key=key, format_func=shown.__getitem__, on_change=look)
    elif mover.kind == "menu":
        st.selectbox(mover.label, mover.options, key=key, format_func=shown.__getitem__)
    else:
        st.segmented_control(mover.label, mover.options, key=key, format_func=shown.__getitem__, required=True)
    return str(st.session_state[key] or mover.start)


def code(lead: str, cells: Sequence[tuple[str, str, bool]], text: Text) -> None:
    """What the chapter says, and its code with what it said when it was run."""
    if lead:
        st.markdown(lead)
    for source, said, failed in cells:
        st.code(source, language="python", wrap_lines=True)
        if said:
            st.caption(words.run_here(said, failed, text))
            st.code(said, language=None, wrap_lines=True)


def more(here: Chapter, view: View) -> None:
    """Links into the pages that show more, each with this Setup."""
    titles = dict(PAGES)
    said = {name: word for name, word in address.texts().items() if name in address.VIEW_FIELDS and word}
    parameters = {**said, **query.write(view.setup), address.LANGUAGE: view.text.language, address.LAYER: view.layer}
    known = [name for name in here.pages if name in titles]
    if not known:
        return
    with st.container(horizontal=True):
        st.markdown(view.text("More on the page"))
        for name in known:
            st.page_link(f"pages/{name}.py", label=view.text(titles[name]), query_params=parameters)


def ledger(view: View) -> None:
    """Every tensor from the batch to the probabilities, with its axes, bytes and the line that made it."""
    text = view.text
    entries = shape_ledger(view.setup.network, len(view.batch), text)
    frame = pd.DataFrame(
        {
            "tensor": [entry.tensor for entry in entries],
            "shape": [str(entry.shape) for entry in entries],
            "axes": [" × ".join(entry.axes) for entry in entries],
            "bytes": [entry.nbytes for entry in entries],
            "code": [entry.code for entry in entries],
        }
    )
    names = {
        "tensor": text("tensor"),
        "shape": text("shape"),
        "axes": text("axes"),
        "bytes": text("bytes"),
        "code": text("made by"),
    }
    label = text("Shape ledger: every tensor from the images to the probabilities")
    st.dataframe(frame, hide_index=True, alt=label, column_config=dict(names))
    page.csv(frame, text, name="ledger")


def names(view: View) -> None:
    """What one layer is called in each of the notebook's forms."""
    text = view.text
    rows = layer_names(view.setup.network)
    label = text("One layer, four names")
    headings = {
        "here": text("here and in OrderedDict"),
        "exercise": text("in the manner of exercise 3"),
        "network_class": text("in the class of one hidden layer"),
        "index": text("in nn.Sequential"),
        "weight": text("weight"),
    }
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt=label, column_config=dict(headings))


def _answers() -> dict[tuple[str, str], Answered]:
    return cast("dict[tuple[str, str], Answered]", st.session_state.setdefault(_ANSWERS, {}))


def exercises(here: Chapter, view: View, link: str) -> None:
    """This chapter's exercises; each is answered first, and only then shown with the truth and the reason."""
    text = view.text
    for task in tasks(here.name, view.setup, view.trace, text):
        given = _answers().get((here.name, task.name))
        with st.container(border=True, key=f"task_{here.name}_{task.name}"):
            _form(here, task, link, text)
            if given is not None and given.stands_for == task.truth:
                _reveal(given, text)


def _form(here: Chapter, task: Task, link: str, text: Text) -> None:
    keys = [f"answer_{here.name}_{task.name}_{place}" for place in range(1 if task.is_choice else len(task.truth))]

    def check() -> None:
        values = [st.session_state[key] for key in keys if st.session_state.get(key) is not None]
        if len(values) < len(keys):
            return
        answer: Answer = str(values[0]) if task.is_choice else tuple(float(value) for value in values)
        _answers()[here.name, task.name] = answered(here.name, task, answer, link, text)

    with st.form(f"form_{here.name}_{task.name}", border=False):
        st.markdown(f"**{page.plain(task.question)}**")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if task.is_choice:
                shown = dict(zip(task.options, task.labels or task.options, strict=True))
                st.radio(
                    task.question,
                    task.options,
                    index=None,
                    key=keys[0],
                    format_func=lambda option: shown.get(option, option),
                    horizontal=True,
                    label_visibility="collapsed",
                )
            for place, key in enumerate(keys if not task.is_choice else ()):
                st.number_input(
                    text("axis {place}", place=place) if task.is_shape else text("your answer"),
                    value=None,
                    step=None if task.tolerance or task.truth == (-1.0,) else 1,
                    format=None if not task.tolerance else "%.4g",
                    key=key,
                    width=170,
                )
            st.form_submit_button(text("Check"), on_click=guard.callback(check), key=f"check_{here.name}_{task.name}")


def _reveal(given: Answered, text: Text) -> None:
    verdict = text("Right.") if given.right else text("Not {given}.", given=given.given)
    icon = ":material/check_circle:" if given.right else ":material/cancel:"
    truth = text("Computed: {truth}.", truth=given.truth)
    said = page.plain(f"{verdict} {truth} {given.reason}")
    st.markdown(f"{icon} {said}")


def progress(view: View, link: str) -> None:
    """How many exercises of the whole lesson are right, and the page to print or save."""
    text = view.text
    total = sum(len(tasks(name, view.setup, view.trace, text)) for name in NAMES)
    given = _answers()
    right = sum(answer.right for answer in given.values())
    st.progress(min(right / total, 1.0), text("{right} of {total} exercises right", right=right, total=total))
    ordered = [given[key] for key in sorted(given, key=lambda key: NAMES.index(key[0]))]
    st.download_button(
        text("Save my answers as a page"),
        lambda: page_to_print(ordered, total, link, text),
        file_name="layerscope-lesson.html",
        mime="text/html",
        icon=":material/print:",
        key="lesson_record",
        on_click="ignore",
        help=text("One HTML file with answers, reasons and links, to print or keep. Nothing is stored on the server."),
    )


def show(here: Chapter, scene: Scene, cells: Sequence[tuple[str, str, bool]], text: Text) -> None:
    """The scene beside the chapter's words and code; on a phone below it.

    Where there is no picture, what went wrong stands on the left and its cure on the right.
    """
    left, right = st.columns([3, 2] if len(scene.pictures) > 1 else 2, gap="medium")
    with left:
        page.row(*scene.pictures)
        if not scene.pictures:
            code("", scene.cells[:1], text)
        if scene.why:
            st.markdown(scene.why)
    with right:
        if here.formula:
            st.latex(here.formula)
        code(text(here.lead), [*cells, *(scene.cells if scene.pictures else scene.cells[1:])], text)
