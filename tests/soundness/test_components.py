"""Our own components take data only as data: what is in a value is shown as text, whatever it says."""

import ast
import re
from textwrap import indent

import pytest

from tests.e2e.server import ROOT, serve
from tests.e2e.visitor import visit
from tests.soundness.source import TREES, calls

FOLDER = ROOT / "netlib" / "ui" / "components"
SCRIPTS = {
    path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.rglob("*.js")) if ".min." not in path.name
}
# The ways to a file of our own, written out: no value takes part in them.
FIXED = ('import(new URL("chart.js?VERSION", app))', "import(import.meta.url)", "script.src = PLOTLY;")
# Keys that press buttons, a finger on a chart, the tab's memory, an image: tests/e2e/test_guided, test_neuron, test_train.
SHOWS_NOTHING = {"turn_keys", "chart_taps", "tab_memory", "hover_image"}
FACES = sorted({path.stem for path in FOLDER.glob("*.py")} - {"__init__"} - SHOWS_NOTHING)

# Everything that makes markup, code or a request of a text.
SINKS = (
    r"innerHTML|outerHTML|insertAdjacentHTML|setHTML|srcdoc|createContextualFragment|DOMParser|document\.write",
    r"\beval\b|new Function|\bFunction\(|set(Timeout|Interval)\(\s*['\"`]|javascript:",
    r"setAttribute\(\s*['\"`](on|src|href|style)|\.(src|href|cssText|action)\s*=",
    r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|\bimport\s*\(|^\s*import\b|localStorage|document\.cookie",
)


@pytest.mark.parametrize("name", SCRIPTS)
@pytest.mark.parametrize("sink", SINKS)
def test_no_component_makes_anything_but_text_of_what_it_is_given(name, sink):
    script = SCRIPTS[name].read_text(encoding="utf-8")
    for way in FIXED:
        script = script.replace(way, "")
    assert not re.findall(sink, script, re.MULTILINE)


def test_the_search_knows_the_ways_there_are():
    bad = ["x.innerHTML = y", "a.insertAdjacentHTML('x', y)", "document.write(y)", "eval(y)", "new Function(y)",
           "e.setAttribute('onclick', y)", "a.href = y", "fetch(y)", "import x from y"]  # fmt: skip
    assert all(any(re.search(sink, line, re.MULTILINE) for sink in SINKS) for line in bad)
    good = ["e.textContent = y", "e.setAttribute('aria-label', y)", "e.onclick = () => choose(y)", "e.title = y"]
    assert not any(re.search(sink, line, re.MULTILINE) for sink in SINKS for line in good)


@pytest.mark.parametrize("file", TREES)
def test_no_page_writes_markup_of_its_own(file):
    """`st.html` takes our style sheet and nothing else; no call lets HTML or scripts through.

    The older way to components serves the files of one folder, that of the chart, and draws nothing.
    """
    for called, call in calls(file):
        assert not any(word.arg and word.arg.startswith("unsafe_allow") for word in call.keywords), ast.unparse(call)
        assert called.split(".")[-1] != "iframe"
        if "declare_component" in called:
            assert (file, ast.unparse(call)) == (
                "netlib/ui/components/chart.py",
                "declare_component('files', path=str(FOLDER))",
            )
        assert "components.v1" not in called
        if called in {"st.html", "streamlit.html"}:
            assert [ast.unparse(argument) for argument in call.args] == ["_STYLE"]


# --- in a browser ---------------------------------------------------------------------------------------------------

HTML = "<img src=x onerror=alert(1)><b>bold</b>"
CLOSING = "</span></script><script>alert(2)</script>"
QUOTES = "\\\"'`${alert(3)}&lt;i&gt;"
HOSTILE = (HTML, CLOSING, QUOTES)

# How each is called with such values, and where they must be seen as they are. A new component needs a line here.
CALLS = {
    "layer_strip": f"""
layer_strip([({HTML!r}, {CLOSING!r}), ({QUOTES!r}, "plain")], {HTML!r}, label={QUOTES!r}, start={CLOSING!r},
            on_choose=lambda name: st.session_state.update(chosen=name))
""",
    "image_grid": f"""
import numpy as np
image_grid(np.zeros((2, 28, 28), np.uint8), np.array([3, 4]), 0, label={QUOTES!r}, name={HTML!r} + "{{image}}",
           height=200, on_choose=lambda image: st.session_state.update(chosen=image))
""",
    "pad": f"""
names = ("label", "undo", "clear", "pen", "thin", "middle", "thick", "keys", "down", "up", "full")
words = dict.fromkeys(names, {HTML!r}) | {{"label": {QUOTES!r}, "keys": {CLOSING!r}}}
pad((), under="", pen=50, edition=0, answered=0, words=words,
    on_draw=lambda drawn: st.session_state.update(chosen=drawn["pen"]))
""",
    "chart": f"""
from netlib.figures import theme
from netlib.i18n import translator
bars = {{"type": "bar", "x": [{QUOTES!r}], "y": [1], "text": [{HTML!r}], "hovertext": [{HTML!r}]}}
notes = [{{"x": 0, "y": 0.2 * place, "text": words}} for place, words in enumerate({HOSTILE!r})]
chart(theme.figure([bars], translator("en"), annotations=notes, title={{"text": {HTML!r}}}), alt={QUOTES!r}, key="chart",
      config={{}}, choose=lambda point: st.session_state.update(chosen=point["hovertext"]))
""",
}
SEEN = {
    "layer_strip": {".name": [HTML, QUOTES], ".detail": [CLOSING, "plain"], ".input": [CLOSING]},
    "image_grid": {".digit": ["3", "4"]},
    "pad": {".undo": [HTML], ".clear": [HTML], ".keys": [CLOSING]},
    # Plotly makes SVG of its own of `b`, `span` and a few more, and shows the rest as it is.
    "chart": {
        ".annotation-text": [
            "<img src=x onerror=alert(1)>bold",
            "</script><script>alert(2)</script>",
            QUOTES.replace("&lt;i&gt;", "<i>"),
        ],
        ".gtitle": ["<img src=x onerror=alert(1)>bold"],
    },
}
LABELS = {
    "layer_strip": {".strip": QUOTES},
    "image_grid": {".grid": QUOTES, ".tile": HTML + "0"},
    "pad": {"canvas": QUOTES, ".pens": HTML, ".pen": HTML},
    "chart": {".stPlotlyChart": QUOTES},
}
CHOSEN = {"layer_strip": repr(QUOTES), "image_grid": "1", "pad": "80", "chart": repr(HTML)}


def test_every_component_is_tried():
    assert set(CALLS) == set(SEEN) == set(LABELS) == set(FACES)


@pytest.fixture(scope="module")
def mounted(tmp_path_factory):
    """A server that shows the one component which the address asks for."""
    folder = tmp_path_factory.mktemp("mounted")
    script = folder / "scratch.py"
    script.write_text(
        "import streamlit as st\nst.title('Mounted')\nmatch st.query_params['name']:\n"
        + "".join(
            f"  case {name!r}:\n" + indent(f"from netlib.ui.components.{name} import {name}\n{CALLS[name]}\n", "    ")
            for name in FACES
        )
        + "st.code(repr(st.session_state.get('chosen')))\n",
        encoding="utf-8",
    )
    with serve(folder / "log.txt", script=script) as server:
        yield server


@pytest.mark.parametrize("name", FACES)
def test_markup_in_a_value_is_shown_as_text(browser, mounted, name):
    with visit(browser, mounted.url) as tab:
        tab.page.on("dialog", lambda dialog: tab.errors.append(dialog.message) or dialog.dismiss())
        tab.page.goto(f"{mounted.url}/?name={name}")
        first = next(iter(SEEN[name]))
        tab.page.locator(first).first.wait_for(timeout=60_000)
        for selector, expected in SEEN[name].items():
            assert tab.page.locator(selector).evaluate_all("all => all.map(one => one.textContent)") == expected
        for selector, expected in LABELS[name].items():
            assert tab.page.locator(selector).first.get_attribute("aria-label") == expected
        assert tab.page.locator("img[src=x], b:text('bold'), script:has-text('alert')").count() == 0
        # What is chosen comes back as it is, too.
        if name == "chart":
            box = tab.page.locator(".nsewdrag").bounding_box()
            tab.page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.8 * box["height"])
            tab.page.wait_for_timeout(300)
            tab.page.mouse.down()
            tab.page.mouse.up()
        else:
            tab.page.locator("[role=radio]").nth(1).click()
        chosen = CHOSEN[name]
        code = tab.page.locator("[data-testid=stCode] code")
        tab.wait_for(lambda: code.inner_text() == chosen, f"choosing {chosen}")
        assert tab.errors == []
        assert tab.missing == []
        assert tab.elsewhere == []
        assert "Traceback" not in mounted.logged
