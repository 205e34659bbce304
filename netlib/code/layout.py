"""How generated code is broken into lines: as ruff and black would, so that it is formatted from the start."""

from collections.abc import Sequence

WIDTH = 88


def call(opening: str, arguments: Sequence[str], closing: str = ")", *, depth: int = 0) -> list[str]:
    """`opening` + arguments + `closing` on one line if they fit, else the arguments below, else one a line.

    `opening` ends with its bracket, such as `x = f(`; the lines start at the left edge, and leave room for `depth`
    levels of indentation to come.
    """
    width = WIDTH - 4 * depth
    together = ", ".join(arguments)
    if len(whole := f"{opening}{together}{closing}") <= width:
        return [whole]
    if len(below := f"    {together}") <= width:
        return [opening, below, closing]
    return exploded(opening, arguments, closing)


def exploded(opening: str, arguments: Sequence[str], closing: str = ")") -> list[str]:
    """One argument a line, each with its comma: a formatter leaves that as it stands. A comment takes no comma."""
    lines = [f"    {line}" if line.startswith("#") else f"    {line}," for line in arguments]
    return [opening, *lines, closing]


def indented(lines: Sequence[str]) -> list[str]:
    """The lines one level deeper; an empty one stays empty."""
    return [f"    {line}" if line else "" for line in lines]


def blocks(*parts: Sequence[str], blank: int = 1) -> list[str]:
    """Groups of lines with empty lines between them; empty groups are left out."""
    lines: list[str] = []
    for part in parts:
        if part:
            lines += [*([""] * blank if lines else []), *part]
    return lines
