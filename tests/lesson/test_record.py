"""The page to take home holds every answer, escapes what it shows, and needs no other file."""

from html.parser import HTMLParser

import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.lesson.record import answered, page_to_print
from netlib.lesson.task import Task

TASK = Task("shape", "Which <shape>?", (64, 10), "Because 1 < 2 & so on.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_with_answers_truths_reasons_and_links(language):
    text = translator(language)
    given = [answered("batch", TASK, (64, 10), "http://x/?a=1&b=2", text), answered("batch", TASK, (1, 10), "u", text)]
    page = page_to_print(given, 31, "http://here/?hidden=none&lang=ru", text)
    assert "Which &lt;shape&gt;?" in page
    assert "1 &lt; 2 &amp; so on" in page
    assert "✓ (64, 10)" in page
    assert "✗ (1, 10)" in page
    assert 'href="http://x/?a=1&amp;b=2"' in page
    assert "http://here/?hidden=none&amp;lang=ru" in page
    assert "<script" not in page
    assert "src=" not in page
    HTMLParser().feed(page)


def test_right_is_what_the_task_accepts():
    text = translator("en")
    assert answered("batch", TASK, (64, 10), "", text).right
    assert not answered("batch", TASK, (10, 64), "", text).right
