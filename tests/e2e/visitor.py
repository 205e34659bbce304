"""A person in front of the dashboard: a real browser tab, and the questions that the tests ask of it."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Browser, Page, Playwright

from scripts.browser import find

T = TypeVar("T")

# Of two such lists the last one counts, so Playwright's own comes first. The last two features draw the suggestions below
# an address bar that nobody sees: one more process for each window, which takes as long as half a page.
_WITHOUT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints", "NetworkTimeServiceQuerying",
    "AimEnabled", "PreconnectToSearch", "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
)  # fmt: skip
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(_WITHOUT)}",
]

# What Streamlit itself logs on a cold deep link: it asks for these two beside the page's own path first.
KNOWN_ERRORS = re.compile(r"status of 404")
KNOWN_404 = re.compile(r"/_stcore/(health|host-config)$")


def launch(playwright: Playwright) -> Browser:
    """The browser that `scripts/browser.py` finds on this machine."""
    return playwright.chromium.launch(executable_path=find(), args=FLAGS)


# A run of which only what differs is sent does not show in Streamlit's own state, so its beginning and its end are seen
# on the wire: `rerun_script` is a message's first field, and `script_finished`, but for a rerun (2), another's last.
_AWAIT = """
    const Plain = window.WebSocket;
    window.WebSocket = class extends Plain {
        constructor(...about) {
            super(...about);
            this.addEventListener('message', ({ data }) => {
                const [kind, status] = new Uint8Array(data).slice(-2);
                if (data.byteLength < 200 && kind === 0x30 && [0, 1, 3].includes(status)) window.awaited = false;
            });
        }
        send(message) {
            if (message[0] === 0x5a) window.awaited = true;
            super.send(message);
        }
    };
"""


@dataclass
class Visitor:
    """One tab. `errors` are console errors beyond Streamlit's own, `elsewhere` the requests to any other host."""

    page: Page
    url: str
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def open(self, path: str = "/", parameters: str = "") -> None:
        """Types an address and waits until the page is drawn."""
        self.page.goto(f"{self.url}{path}{'?' + parameters if parameters else ''}")
        self.settle()

    def settle(self, seconds: float = 60) -> None:
        """Waits until the script has ended, every part is there and every chart painted, three frames in a row.

        A field's text comes a frame after the field, and its code is fetched when a first page has long been sent.
        """
        milliseconds = seconds * 1000
        self.page.wait_for_timeout(150)  # until what was just done has reached the server
        self.page.evaluate("window.calm = 0")
        self.page.wait_for_function(
            """() => {
                const app = document.querySelector('[data-testid=stApp]');
                const drawn = '[data-testid=stMain] h1, [data-testid=stAlert], [data-testid=stException]';
                // Where a chart stands before its script has come, and the chart itself.
                const charts = [...document.querySelectorAll(
                    '[data-testid=stBidiComponentRegular], [data-testid=stPlotlyChart]')].filter(place => place.clientWidth);
                const done = app && app.dataset.testScriptState === 'notRunning' && document.querySelector(drawn)
                    && !window.awaited
                    && !document.querySelector('[data-stale=true], [data-testid=stSkeleton]')
                    && charts.every(chart => chart.querySelector('.main-svg'));
                window.calm = done ? window.calm + 1 : 0;
                return window.calm >= 3;
            }""",
            timeout=milliseconds,
        )
        if self.page.locator("[data-testid=stMain] h1").count():
            self.page.locator(".chip").first.wait_for(timeout=milliseconds)

    def at_rest(self, look: Callable[[], T]) -> T:
        """What is seen when it no longer changes by itself: a picture's band may be computed beside the page."""
        self.settle()
        before = look()
        while True:
            self.page.wait_for_timeout(300)
            now = look()
            if now == before:
                return now
            before = now

    def wait_for(self, truth: Any, what: str, seconds: float = 15) -> None:
        """Waits until a callable is true; the address bar may follow the page by some seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if truth():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{what} did not happen within {seconds:g} s; the address is {self.page.url}")

    @property
    def parameters(self) -> dict[str, str]:
        """What the address bar says."""
        return dict(parse_qsl(urlsplit(self.page.url).query, keep_blank_values=True))

    @property
    def title(self) -> str:
        """The page's question."""
        return self.page.locator("[data-testid=stMain] h1").first.inner_text()

    @property
    def answer(self) -> str:
        """What the whole page says, as text."""
        return self.page.locator("[data-testid=stMain]").inner_text()

    def menu(self, name: str) -> None:
        """Chooses another page in the menu."""
        before = urlsplit(self.page.url).path
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.wait_for(lambda: urlsplit(self.page.url).path != before, f"going to {name}")
        self.settle()

    def slider(self, name: str) -> Any:
        """A slider of the sidebar by its label."""
        return self.page.get_by_role("slider", name=name)

    def pictures(self) -> list[str]:
        """What the charts say of themselves to a screen reader."""
        labels = self.page.locator("[data-testid=stPlotlyChart]").evaluate_all(
            "all => all.map(chart => (chart.closest('[aria-label]') || chart.querySelector('[aria-label]') || chart).getAttribute('aria-label') || '')"
        )
        return list(labels)

    def scrolls_sideways(self) -> bool:
        """Whether the page is wider than the screen."""
        return bool(
            self.page.evaluate(
                "() => { const main = document.querySelector('[data-testid=stMain]');"
                " return document.documentElement.scrollWidth > innerWidth + 1 || main.scrollWidth > main.clientWidth + 1 }"
            )
        )


@contextmanager
def visit(browser: Browser, url: str, *, width: int = 1280, height: int = 800, **context: Any) -> Iterator[Visitor]:
    """Opens a tab of a browser context of its own; keyword arguments are Playwright's: `locale`, `color_scheme`."""
    own = browser.new_context(viewport={"width": width, "height": height}, **{"locale": "en-US", **context})
    desk = Desk(own.new_page())
    try:
        yield desk.seat(url)
    finally:
        own.close()


@contextmanager
def borrow(
    browser: Browser, url: str, *, width: int = 1280, height: int = 800, color_scheme: Any = "light", **context: Any
) -> Iterator[Visitor]:
    """`visit` in a tab that others have used: its storage is empty, but Streamlit's code need not be compiled again.

    For where it is not the point that somebody comes for the first time; a page costs a third. Two at a time are two
    contexts. Whoever hangs listeners of their own on the page needs `visit`.
    """
    free = _free.setdefault((browser, tuple(sorted(context.items()))), [])
    desk = free.pop() if free else Desk(browser.new_context(**{"locale": "en-US", **context}).new_page())
    try:
        desk.page.set_viewport_size({"width": width, "height": height})
        desk.page.emulate_media(color_scheme=color_scheme)
        yield desk.seat(url)
        desk.clear()
        free.append(desk)
    except BaseException:
        desk.page.context.close()
        raise


class Desk:
    """A tab and whoever sits at it; what its console says is told to that one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.visitor = Visitor(page, "")
        page.add_init_script(_AWAIT)
        page.on("request", lambda r: _note_request(self.visitor, r.url))
        page.on("websocket", lambda w: _note_request(self.visitor, w.url))  # no request, to Playwright
        page.on("response", lambda r: _note_response(self.visitor, r.status, r.url))
        page.on("console", lambda m: m.type == "error" and _note_error(self.visitor, m.text))
        page.on("pageerror", lambda e: self.visitor.errors.append(str(e)))

    def seat(self, url: str) -> Visitor:
        """Somebody new, in front of the server at this address."""
        self.visitor = Visitor(self.page, url)
        return self.visitor

    def clear(self) -> None:
        """Leaves the dashboard for an empty page of the same server, and takes away what was kept for it."""
        self.page.goto(f"{self.visitor.url}/_stcore/health")
        self.page.evaluate("() => { sessionStorage.clear(); localStorage.clear(); }")
        self.page.context.clear_cookies()
        self.page.mouse.move(0, 0)


_free: dict[Any, list[Desk]] = {}


def _note_request(visitor: Visitor, url: str) -> None:
    if not url.startswith((visitor.url, visitor.url.replace("http", "ws", 1), "data:", "blob:")):
        visitor.elsewhere.append(url)


def _note_response(visitor: Visitor, status: int, url: str) -> None:
    if status == 404 and not KNOWN_404.search(url):
        visitor.missing.append(url)


def _note_error(visitor: Visitor, words: str) -> None:
    if not KNOWN_ERRORS.search(words):
        visitor.errors.append(words)
