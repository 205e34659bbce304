"""What a student takes home: the answers given, the truths, the reasons and the link, as one page to print or save.

It is made from what the visitor's own session holds; nothing is stored on the server.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from netlib.i18n import Text
from netlib.lesson.task import Answer, Task

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.3rem .5rem;text-align:left}"
    "tr{break-inside:avoid}td a{white-space:nowrap}p a{overflow-wrap:anywhere}"
    "@media print{body{margin:0 auto;font-size:12px}a{color:inherit}}"
)


@dataclass(frozen=True)
class Answered:
    """One answer as it was given, beside the truth at that moment, all as written; `link` shows its Setup."""

    chapter: str
    question: str
    given: str
    truth: str
    reason: str
    right: bool
    link: str
    stands_for: Answer


def answered(chapter: str, task: Task, given: Answer, link: str, text: Text) -> Answered:
    """An answer compared with the truth."""
    return Answered(
        chapter=chapter,
        question=task.question,
        given=task.written(given, text),
        truth=task.written(task.truth, text),
        reason=task.reason,
        right=task.accepts(given),
        link=link,
        stands_for=task.truth,
    )


def page_to_print(answers: Sequence[Answered], total: int, link: str, text: Text) -> str:
    """A whole HTML page that needs no other file: a heading, the score, one row an answer, and the links."""
    heading = escape(text("The notebook, step by step: my answers"))
    right = sum(answer.right for answer in answers)
    score = escape(text("{right} of {total} right.", right=right, total=total))
    headings = (text("question"), text("my answer"), text("computed"), text("reason"))
    head = "".join(f"<th>{escape(word)}</th>" for word in headings)
    rows = "".join(_row(answer, text) for answer in answers)
    this = escape(text("The network that was open when this page was saved:"))
    return (
        f'<!doctype html><html lang="{text.language}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{heading}</title>'
        f"<style>{_STYLE}</style><h1>{heading}</h1><p>{score}</p><table><tr>{head}</tr>{rows}</table>"
        f'<p>{this} <a href="{escape(link)}">{escape(link)}</a></p></html>'
    )


def _row(answer: Answered, text: Text) -> str:
    mark = "✓" if answer.right else "✗"
    shown = escape(text("its network"))
    question = f'{escape(answer.question)} <a href="{escape(answer.link)}">{shown}</a>'
    cells = (question, f"{mark} {escape(answer.given)}", escape(answer.truth), escape(answer.reason))
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
