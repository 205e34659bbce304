"""What is wrong, said once and in any language."""

from typing import Any


class Problem(ValueError):
    """One clear sentence about bad input: `message` is translatable, its `{named}` values are kept apart.

    `str(problem)` is the English sentence; `netlib.i18n.Text.problem` says it in the visitor's language.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message, values)
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return self.message.format(**self.values)

    def __reduce__(self) -> tuple[Any, ...]:
        """So that it crosses from one process to another whole."""
        return _again, (type(self), self.message, self.values)


def _again(kind: "type[Problem]", message: str, values: dict[str, object]) -> "Problem":
    return kind(message, **values)
