"""Where something goes wrong after all: the visitor gets a way on and nothing of the inside, the log gets everything."""

import ast
import logging

import pytest

from netlib import query
from tests.e2e.server import serve
from tests.e2e.visitor import visit
from tests.soundness.client import show, visiting
from tests.soundness.everything import open_cold, went_well
from tests.soundness.hostile import INSIDES
from tests.soundness.scratch import add, scratch
from tests.soundness.source import PAGES, TREES
from tests.test_pages import charts

SECRET = "/srv/secret/place.py"
LINK = {"hidden": "33-17", "activation": "tanh", "seed": "13", "layer": "fc2", "lang": "en"}
PANEL = "This page could not be drawn."


def fail(*arguments, **words):
    raise ZeroDivisionError(f"no way at {SECRET}, line 7, in draw()")


def said(app):
    """All that the page says, in any element that AppTest knows."""
    return "\n".join(str(element.value) for element in [*app.main, *app.sidebar] if getattr(element, "value", None))


def assert_panel(app):
    """A panel with the link and a way on, and nothing of what is inside."""
    assert not app.exception
    assert not went_well(app)
    words = said(app)
    assert PANEL in words
    assert SECRET not in words
    assert "ZeroDivisionError" not in words
    assert not [inside for inside in INSIDES if inside in words]
    link = next(code.value for code in app.code if "seed=13" in code.value)
    given = dict(pair.split("=") for pair in link.partition("?")[2].split("&"))
    assert LINK.items() <= given.items()
    assert query.read(given).draft == query.read(LINK).draft
    assert [button.proto.label for button in app.get("link_button")] == ["Start again"]


def assert_logged(caplog):
    """One record with the traceback and the Setup's link."""
    records = [record for record in caplog.records if record.exc_info and SECRET in str(record.exc_info[1])]
    assert len(records) == 1
    assert records[0].levelno == logging.ERROR
    for name, value in LINK.items():
        assert f"{name}={value}" in records[0].getMessage()
    assert records[0].exc_info[2] is not None


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_fails_is_a_panel_and_a_line_in_the_log(page, monkeypatch, caplog):
    monkeypatch.setattr("netlib.ui.page.title", fail)
    app = open_cold(page, LINK)
    assert_panel(app)
    assert_logged(caplog)
    assert app.sidebar.slider, "the sidebar stays"
    monkeypatch.undo()
    assert went_well(app.run()), "the same visitor goes on as soon as it can be drawn"


@pytest.mark.parametrize(
    "part",
    ["netlib.ui.controls.network", "netlib.ui.controls.layers", "netlib.ui.address.reading", "netlib.ui.cached.trace"],
)
def test_a_shell_that_fails_is_a_panel_and_a_line_in_the_log(part, monkeypatch, caplog):
    monkeypatch.setattr(part, fail)
    assert_panel(open_cold("home", LINK))
    assert_logged(caplog)
    monkeypatch.undo()
    assert went_well(open_cold("home", LINK))


def test_a_change_that_fails_is_a_panel_above_the_page_and_a_line_in_the_log(monkeypatch, caplog):
    app = open_cold("home", LINK)
    monkeypatch.setattr("netlib.ui.address.edit", fail)
    app.slider(key="units").set_value(20).run()
    assert_logged(caplog)
    words = said(app)
    assert "The last change could not be made." in words
    assert SECRET not in words
    assert "What does this network say to a digit?" in words, "the page is there all the same"
    assert any("seed=13" in code.value for code in app.code)
    monkeypatch.undo()
    assert went_well(app.run())
    assert "The last change could not be made." not in said(app), "it is said once"
    assert app.session_state["hidden"] == "33-17"


CALLBACKS = ("on_click", "on_change", "on_choose", "on_select")
PUBLIC = {"controls.use", "controls.look_at"}


def unguarded(tree):
    """Callbacks handed to a widget as they are: neither through `guard.callback`, nor decorated with it."""
    guarded = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and "guard.callback" in map(ast.unparse, node.decorator_list)
    }
    guarded |= {
        ast.unparse(node.targets[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("guard.callback(")
    }
    handed = [
        word.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg in CALLBACKS and not isinstance(word.value, ast.Constant)
    ]
    names = [ast.unparse(way.args[0] if ast.unparse(way).startswith("partial(") else way) for way in handed]
    return [name for name in names if not name.startswith("guard.callback(") and name not in guarded | PUBLIC]


@pytest.mark.parametrize("file", TREES)
def test_every_callback_is_guarded(file):
    """Streamlit runs them before the script, where nothing of ours stands around them."""
    assert not unguarded(TREES[file])


@pytest.mark.parametrize("file", [file for file in TREES if file != "netlib/ui/guard.py"])
def test_every_fragment_is_guarded(file):
    """When a fragment runs again by itself, the shell's guard does not stand around it: `guard.fragment` brings its own."""
    written = {ast.unparse(node) for node in ast.walk(TREES[file]) if isinstance(node, ast.Attribute)}
    assert not written & {"st.fragment", "streamlit.fragment"}


# --- in a real server -----------------------------------------------------------------------------------------------

FAULT = f"""
if view.setup.network.seed == 13:
    raise RuntimeError("no way at {SECRET}")
"""
FRAGMENT = f"""
import streamlit as st
from netlib.ui import guard
@guard.fragment
def moody():
    if st.text_input("Mood", key="mood") == "bad":
        raise RuntimeError("no way at {SECRET}")
moody()
"""


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """A server whose pages fail for the seed 13, and whose Home has a fragment that can fail by itself."""
    folder = tmp_path_factory.mktemp("broken")
    script = scratch(folder)
    for page in PAGES:
        add(folder / "pages" / f"{page}.py", FAULT, after="view = ")
    add(folder / "pages" / "home.py", FRAGMENT, after="view = ")
    with serve(folder / "log.txt", script=script) as server:
        yield server


@pytest.mark.parametrize("page", PAGES)
def test_a_fault_tells_a_visitor_nothing_of_the_inside_in_any_message(broken, page):
    with visiting(broken.url, page, {**LINK, "seed": "14"}) as neighbour:
        before = neighbour.run()
        shown = show(broken.url, page, LINK)
        assert shown.failed
        assert not shown.of("exception")
        assert PANEL in shown.words
        assert not [inside for inside in (*INSIDES, SECRET, "RuntimeError") if inside in shown.words]
        assert not before.failed
        assert neighbour.run().charts == before.charts
    logged = broken.logged
    assert SECRET in logged
    assert "Traceback" in logged
    assert "hidden=33-17&activation=tanh" in logged


def test_a_visitor_finds_the_way_on_from_a_fault(browser, broken):
    with visit(browser, broken.url) as tab:
        tab.page.goto(f"{broken.url}/outputs?{'&'.join(f'{name}={value}' for name, value in LINK.items())}")
        panel = tab.page.locator(".st-key-failure")
        panel.wait_for(timeout=60_000)
        link = panel.locator("code").inner_text()
        assert link.startswith(f"{broken.url}/outputs?")
        assert "seed=13" in link
        assert "Copy the link" in panel.inner_text()
        tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        panel.locator("code").hover()
        panel.get_by_role("button", name="Copy to clipboard").click()
        assert tab.page.evaluate("() => navigator.clipboard.readText()") == link
        with tab.page.context.expect_page() as begun:
            panel.get_by_role("link", name="Start again").click()
        begun.value.get_by_role("textbox", name="Seed of the weights", exact=True).wait_for(timeout=60_000)
        assert begun.value.url.rstrip("/") == broken.url
        assert not begun.value.locator(".st-key-failure").count()
        begun.value.close()
        body = tab.page.locator("body").inner_text()
        assert not [inside for inside in (*INSIDES, SECRET, "RuntimeError") if inside in body]
        # Another seed in the sidebar, and the page is back.
        seed = tab.page.get_by_role("textbox", name="Seed of the weights", exact=True)
        seed.fill("14")
        seed.press("Enter")
        panel.wait_for(state="detached", timeout=30_000)
        tab.settle()
        tab.wait_for(tab.pictures, "the page being back")
        assert tab.errors == []


def test_a_fragment_that_fails_by_itself_leaves_the_page_as_it_is(browser, broken):
    with visit(browser, broken.url) as tab:
        tab.open("/", "hidden=41-17")
        tab.wait_for(tab.pictures, "the pictures")
        mood = tab.page.get_by_role("textbox", name="Mood")
        mood.fill("bad")
        mood.press("Enter")
        panel = tab.page.locator(".st-key-failure")
        panel.wait_for(timeout=30_000)
        assert "hidden=41-17" in panel.locator("code").inner_text()
        assert tab.pictures(), "the rest of the page"
        assert not [inside for inside in (*INSIDES, SECRET) if inside in tab.page.locator("body").inner_text()]
        mood.fill("good")
        mood.press("Enter")
        panel.wait_for(state="detached", timeout=30_000)
    assert "hidden=41-17" in broken.logged


def test_an_error_that_nobody_guards_is_one_sentence_of_streamlits(tmp_path):
    """The last line of defence is in config.toml: no type, no message, no path, no code."""
    script = scratch(tmp_path)
    script.write_text(f"raise RuntimeError('no way at {SECRET}')\n", encoding="utf-8")
    with serve(tmp_path / "log.txt", script=script) as server:
        shown = show(server.url)
        (error,) = shown.of("exception")
        assert SECRET not in shown.words
        assert "RuntimeError" not in shown.words
        assert not [inside for inside in INSIDES if inside in shown.words]
        assert not error.stack_trace
        assert SECRET in server.logged


def test_charts_are_there_when_nothing_fails():
    """Otherwise a panel in place of everything would pass for a page in the tests above."""
    assert charts(open_cold("home", LINK))
