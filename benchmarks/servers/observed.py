"""A server that can be asked from outside: python -m benchmarks.servers.observed ANSWER WATCH SCRIPT [option ...].

SIGUSR1 writes what was seen since the last time, SIGUSR2 gives free memory back; both answer by writing ANSWER.
WATCH is what looks on: `nothing`, the `clock` on the border between our Python and Streamlit's, or the `sampler`.
"""

import ctypes
import gc
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streamlit.web.cli import main as streamlit

Say = Callable[[dict[str, Any]], None]


def serve(answer: Path, watch: str, arguments: list[str]) -> None:
    """Answers signals, and becomes Streamlit's server."""

    def say(found: dict[str, Any]) -> None:
        draft = answer.with_suffix(".draft")
        draft.write_text(json.dumps(found), encoding="utf-8")
        draft.rename(answer)  # whoever waits for the file finds it whole

    def trim(*_: object) -> None:
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)
        say({})

    signal.signal(signal.SIGUSR2, trim)
    if watch == "clock":
        _watch_the_border(say)
    elif watch == "sampler":
        _watch_all_threads(say)
    streamlit(["run", *arguments])


def _watch_the_border(say: Say) -> None:
    from benchmarks.servers.boundary import Clock

    clock = Clock()
    clock.install()
    signal.signal(signal.SIGUSR1, lambda *_: say({"ours": clock.read()}))


def _watch_all_threads(say: Say) -> None:
    from benchmarks.servers.sampler import Sampler

    sampler = Sampler()
    sampler.start()
    signal.signal(signal.SIGUSR1, lambda *_: say(sampler.report()))


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
