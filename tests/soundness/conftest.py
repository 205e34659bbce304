"""The browser's visitor, as the end-to-end tests have it."""

from tests.e2e.conftest import visitor

__all__ = ["visitor"]
