"""The guided path on a projector: from beginning to end by the keys that a remote sends."""

from netlib.i18n import translator
from netlib.lesson.chapters import CHAPTERS

TITLES = [translator("en")(chapter.title) for chapter in CHAPTERS]


def test_it_is_entered_and_walked_by_keyboard(visitor):
    visitor.open("/notebook", "lang=en")
    visitor.page.get_by_role("button", name="The whole lesson in 20 minutes").focus()
    visitor.page.keyboard.press("Enter")
    visitor.wait_for(lambda: visitor.parameters.get("guided") == "yes", "the guided path in the link")
    visitor.settle()
    for title in TITLES[1:4]:
        visitor.page.keyboard.press("PageDown")
        visitor.wait_for(lambda title=title: visitor.title == title, title)
        visitor.settle()
    visitor.page.keyboard.press("PageUp")
    visitor.wait_for(lambda: visitor.title == TITLES[2], "the way back")


def test_a_slider_that_was_moved_does_not_keep_the_keys(visitor):
    """And a field of numbers keeps its own: there PageDown turns no page."""
    visitor.open("/notebook", "lang=en&chapter=uniform&guided=yes")
    for title in ("What does each line of the class do?", "Is an untrained network really uniform?"):
        slider = visitor.page.locator("[data-testid=stMain]").get_by_role("slider").first
        if slider.count():
            slider.focus()
            visitor.page.keyboard.press("ArrowRight")
            visitor.settle()
        visitor.page.keyboard.press("PageDown" if slider.count() else "PageUp")
        visitor.wait_for(lambda title=title: visitor.title == title, title)
        visitor.settle()
    visitor.slider("Units").focus()
    visitor.page.keyboard.press("PageDown")
    visitor.wait_for(lambda: visitor.title == "What does each line of the class do?", "one page, not two")
    visitor.settle()
    visitor.page.locator("[data-testid=stSidebar]").get_by_role("textbox").first.focus()
    visitor.page.keyboard.press("PageDown")
    visitor.page.wait_for_timeout(800)
    visitor.settle()
    assert visitor.title == "What does each line of the class do?"


def test_a_link_opens_it(visitor):
    visitor.open("/notebook", "lang=en&chapter=init&guided=yes")
    assert "minutes" in visitor.answer
    visitor.page.keyboard.press("PageDown")
    following = TITLES[[chapter.name for chapter in CHAPTERS].index("init") + 1]
    visitor.wait_for(lambda: visitor.title == following, following)
