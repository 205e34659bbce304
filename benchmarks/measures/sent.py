"""What one change brings to the visitor's browser, in bytes: messages over the websocket, pictures over HTTP."""

import base64
from typing import Any

from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError

from benchmarks.clients.painting import NotPainted, open_tab, side_by_side
from benchmarks.effort import Effort
from benchmarks.machine import circumstances
from benchmarks.pages import EMPTY, PAGES, Page
from benchmarks.result import Result, Row
from benchmarks.spread import median

BAR = 150.0
_BINARY = 2
_ENOUGH = 5  # one change weighs what the next one does


def measure(effort: Effort) -> tuple[Result, ...]:
    """The same key presses as `press`, with the browser's own record of what arrived."""
    now = circumstances(quick=effort.quick)
    rows: list[Row] = []
    notes: list[str] = []
    with side_by_side() as (browser, ours, reference):
        for page in (EMPTY, *PAGES):
            try:
                websocket, http = received(
                    browser, (reference if page is EMPTY else ours).url, page, min(effort.changes, _ENOUGH)
                )
            except (BrowserError, NotPainted) as problem:
                notes.append(f"{page.name} was not measured: {str(problem).splitlines()[0]}")
                continue
            name = "an empty page" if page is EMPTY else page.name
            rows.append(Row.within(name, websocket + http, "kB", None if page is EMPTY else BAR))
            if http:
                rows.append(Row.within(f"{name}, of it pictures over HTTP", http, "kB"))
    result = Result(
        name="sent",
        question="Bytes that one change sends",
        reference="",
        rows=tuple(rows),
        circumstances=now,
        notes=tuple(notes),
    )
    return (result,)


def received(browser: Browser, url: str, page: Page, times: int) -> tuple[float, float]:
    """Median kilobytes of a change: payload of the websocket's frames, and HTTP responses with their headers."""
    frames: list[int] = []
    responses: list[float] = []
    with open_tab(browser, url, page) as tab:
        record = tab.visitor.page.context.new_cdp_session(tab.visitor.page)
        record.on("Network.webSocketFrameReceived", lambda event: frames.append(_payload(event["response"])))
        record.on("Network.loadingFinished", lambda event: responses.append(float(event["encodedDataLength"])))
        record.send("Network.enable")
        totals = []
        for _ in range(times):
            frames.clear()
            responses.clear()
            tab.press()
            totals.append((sum(frames) / 1000, sum(responses) / 1000))
    return median([websocket for websocket, _ in totals]), median([http for _, http in totals])


def _payload(frame: dict[str, Any]) -> int:
    data = str(frame["payloadData"])
    return len(base64.b64decode(data)) if frame["opcode"] == _BINARY else len(data.encode())
