"""A browser tab that says how long a key press takes to become a painted picture."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from benchmarks.pages import Page
from benchmarks.servers.launch import EMPTY_PAGE, dashboard, empty
from tests.e2e.server import Server
from tests.e2e.visitor import Visitor, launch, visit

_SCRIPT = (Path(__file__).parent / "painting.js").read_text(encoding="utf-8")
_QUIET = 250  # ms without a change: what comes later is another picture
_PATIENCE = 15_000
_POLLING = 40
_BACK = {"ArrowLeft": "ArrowRight", "ArrowRight": "ArrowLeft", "ArrowDown": "ArrowUp"}
_WARM_UP = 3  # the first presses compile the browser's code


class NotPainted(Exception):
    """No picture changed within the time."""


@dataclass
class Press:
    """Milliseconds from a key press to the main picture painted, and on the way there.

    `sent`: the change has left for the server; `received`: the picture is back from there; `last`: every picture of
    the page that it changes is painted.
    """

    main: float
    last: float
    sent: float
    received: float


@dataclass
class Tab:
    """A tab on one page, the slider focused; `main` is the picture that is measured, by its place on the page."""

    visitor: Visitor
    shown: Page
    main: int = 0
    pressed: int = 0

    def press(self) -> Press:
        """Moves the slider by one step and waits until every picture that follows is painted."""
        times, way = self._press()
        if self.main not in times:
            raise NotPainted(f"{self.shown.name}: the main picture did not change")
        sent, received = way["sent"] - way["pressed"], way["received"] - way["pressed"]
        return Press(times[self.main], max(times.values()), sent, received)

    def prepare(self) -> None:
        """Focuses the slider, and finds the main picture: the largest in sight of those that the slider changes."""
        if self.shown.menu:
            menu = self.visitor.page.get_by_role("combobox", name=self.shown.slider)
            menu.scroll_into_view_if_needed()
            self.visitor.page.wait_for_timeout(_QUIET)  # a list closes when the page is scrolled
            menu.focus()
        else:
            slider = self.visitor.slider(self.shown.browsed or self.shown.slider)
            slider.first.focus()  # the sidebar's, where a page has one of its own
        for _ in range(_WARM_UP):
            changed, _ = self._press()
        areas = self.visitor.page.evaluate("window.painting.areas()")
        self.main = max(changed, key=areas.__getitem__)

    def _press(self) -> tuple[dict[int, float], dict[str, float]]:
        page = self.visitor.page
        key = self._arrow()
        if self.shown.menu:  # the arrow opens it at the next option; the key that counts is the one that takes it
            page.keyboard.press(key)
            page.get_by_role("option").first.wait_for()
            page.wait_for_timeout(_QUIET)
            key = "Enter"
        before = page.evaluate("performance.now()")
        page.keyboard.press(key)
        page.wait_for_function(
            f"() => window.painting.quiet({_QUIET}) && window.painting.painted().some(time => time > {before})",
            timeout=_PATIENCE,
            polling=_POLLING,
        )
        way = page.evaluate("window.painting.way()")
        times = enumerate(page.evaluate("window.painting.painted()"))
        return {place: time - way["pressed"] for place, time in times if time > way["pressed"]}, way

    def _arrow(self) -> str:
        turned = self.shown.turns and self.pressed // self.shown.turns % 2
        self.pressed += 1
        return _BACK[self.shown.arrow] if turned else self.shown.arrow


@contextmanager
def watch(browser: Browser, url: str) -> Iterator[Visitor]:
    """A tab that notes from its first moment on what is painted when."""
    with visit(browser, url, color_scheme="light") as visitor:
        visitor.page.add_init_script(_SCRIPT)
        yield visitor


@contextmanager
def open_tab(browser: Browser, url: str, shown: Page) -> Iterator[Tab]:
    """A tab on a page, ready to be pressed."""
    with watch(browser, url) as visitor:
        visitor.page.goto(f"{url}{shown.path}")
        if shown.begin:
            visitor.page.get_by_role("button", name=shown.begin).click(timeout=4 * _PATIENCE)
            visitor.page.get_by_role("slider", name=shown.browsed).wait_for(timeout=4 * _PATIENCE)
        visitor.page.wait_for_function(
            f"() => window.painting.quiet({2 * _QUIET}) && window.painting.painted().length",
            timeout=4 * _PATIENCE,
        )
        tab = Tab(visitor, shown)
        tab.prepare()
        yield tab


@contextmanager
def side_by_side() -> Iterator[tuple[Browser, Server, Server]]:
    """A browser, the dashboard, and the empty page that it is measured against."""
    with (
        TemporaryDirectory() as folder,
        dashboard(Path(folder) / "dashboard.txt") as ours,
        empty(Path(folder) / "empty.txt", EMPTY_PAGE) as reference,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        try:
            yield browser, ours, reference
        finally:
            browser.close()
