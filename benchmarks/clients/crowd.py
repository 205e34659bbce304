"""Many visitors at once, in a process of their own: python -m benchmarks.clients.crowd '{"url": ..., ...}'.

Each visitor opens a page, then changes something at fixed moments, whether or not the server keeps up: a change that
had to wait for the one before is counted from when it was due. The result is one line of JSON.
"""

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.clients.line import PATIENCE, TROUBLE, check_fresh, check_shown, greeting, moved
from benchmarks.pages import PAGES, Page
from benchmarks.servers.launch import cpu_seconds_of
from tests.e2e.conversation import OPTIONS, Conversation, stream
from tests.e2e.server import ROOT, Server

_BETWEEN_ARRIVALS = 0.05
_AT_MOST = 120


@dataclass(frozen=True)
class Plan:
    """How many visitors, on which pages, for how many seconds, with a change every so many; 0: one after the other."""

    url: str
    process: int
    count: int
    seconds: float
    every: float
    pages: tuple[str, ...] = tuple(page.name for page in PAGES)
    first_seed: int = 1


@dataclass
class Outcome:
    """Seconds from each change to its script's end, what went wrong, and what the server spent on it."""

    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    cpu: float = 0.0
    seconds: float = 0.0

    @property
    def cpu_each(self) -> float:
        """Milliseconds of the server's CPU for each change."""
        return 1000 * self.cpu / max(len(self.latencies), 1)

    @property
    def rate(self) -> float:
        """Changes served in a second."""
        return len(self.latencies) / self.seconds


def send(server: Server, count: int, seconds: float, every: float, **more: object) -> Outcome:
    """Starts the process, waits for it, and returns what its visitors saw."""
    plan = {
        "url": server.url,
        "process": server.process.pid,
        "count": count,
        "seconds": seconds,
        "every": every,
        **more,
    }
    command = [sys.executable, "-m", "benchmarks.clients.crowd", json.dumps(plan)]
    limit = seconds + count + 2 * PATIENCE
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, timeout=limit)
    return Outcome(**json.loads(done.stdout))


async def run(plan: Plan) -> Outcome:
    """All visitors come, one shortly after the other; when all are there, the clock starts."""
    outcome = Outcome()
    if plan.count > _AT_MOST or not plan.url.startswith("http://127.0.0.1:"):
        raise ValueError("a crowd is bounded, and stays on this machine")
    pages = [page for page in PAGES if page.name in plan.pages]
    everybody_here = asyncio.Barrier(plan.count + 1)
    visits = [
        asyncio.create_task(_visit(plan, pages[index % len(pages)], index, everybody_here, outcome))
        for index in range(plan.count)
    ]
    await everybody_here.wait()
    began, cpu = time.monotonic(), cpu_seconds_of(plan.process)
    await asyncio.gather(*visits)
    outcome.seconds, outcome.cpu = time.monotonic() - began, cpu_seconds_of(plan.process) - cpu
    return outcome


async def _visit(plan: Plan, page: Page, index: int, everybody_here: asyncio.Barrier, outcome: Outcome) -> None:
    await asyncio.sleep(index * _BETWEEN_ARRIVALS)
    conversation = greeting(plan.url, page, {page.seed: str(plan.first_seed + index)})
    waiting = True
    try:
        async with connect(stream(plan.url), **OPTIONS) as socket:
            await _ask(socket, conversation, conversation.open())
            waiting = False
            await everybody_here.wait()
            await _change(plan, page, index, socket, conversation, outcome)
    except TROUBLE as trouble:
        outcome.errors.append(f"{page.name}: {type(trouble).__name__}: {trouble}")
        if waiting:
            await everybody_here.wait()


async def _change(
    plan: Plan, page: Page, index: int, socket: ClientConnection, conversation: Conversation, outcome: Outcome
) -> None:
    began = time.monotonic()
    step = 0
    while True:
        now = time.monotonic() - began
        due = (step + (index + 0.5) / plan.count) * plan.every if plan.every else now
        if due >= plan.seconds:
            return
        await asyncio.sleep(due - now)
        step += 1
        await _ask(socket, conversation, moved(conversation, page, step))
        check_fresh(conversation)
        outcome.latencies.append(time.monotonic() - began - due)


async def _ask(socket: ClientConnection, conversation: Conversation, message: bytes) -> None:
    await socket.send(message)
    async with asyncio.timeout(PATIENCE):
        while not conversation.take(await socket.recv(decode=False)):
            pass
    check_shown(conversation)


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(run(Plan(**json.loads(sys.argv[1])))))))
