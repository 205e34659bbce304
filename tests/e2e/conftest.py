"""One server and one browser for each worker."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.server import Server, serve
from tests.e2e.visitor import Visitor, launch, visit


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serve(tmp_path_factory.mktemp("server") / "log.txt") as running:
        yield running


@pytest.fixture
def visitor(browser: Browser, server: Server) -> Iterator[Visitor]:
    """A tab at desktop size, in English and light; what goes wrong in its console fails the test."""
    with visit(browser, server.url, color_scheme="light") as tab:
        yield tab
        assert tab.errors == []
        assert tab.missing == []
        assert tab.elsewhere == []
    assert "Traceback" not in server.logged
