"""Our own components: html, css and js files, each beside a small python face. They take data only as data."""

from pathlib import Path


def source(name: str, kind: str) -> str:
    """The text of a component's `css` or `js` file."""
    return (Path(__file__).parent / name / f"{name}.{kind}").read_text(encoding="utf-8")
