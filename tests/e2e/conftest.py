"""A visitor in front of the shared server."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.server import Server
from tests.e2e.visitor import Visitor, borrow


@pytest.fixture
def visitor(browser: Browser, server: Server) -> Iterator[Visitor]:
    """A tab at desktop size, in English and light; what goes wrong in its console fails the test."""
    before = len(server.logged)  # others may have sent this server what it must complain of
    with borrow(browser, server.url, color_scheme="light") as tab:
        yield tab
        assert tab.errors == []
        assert tab.missing == []
        assert tab.elsewhere == []
    assert "Traceback" not in server.logged[before:]
