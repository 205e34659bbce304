"""A server that can be asked from outside: python -m benchmarks.servers.observed ANSWER WATCH SCRIPT [option ...].

SIGUSR2 gives free memory back; SIGUSR1 says what CPU time was spent on since the last time, where WATCH is `clock`
and not `nothing`. Both answer by writing the file ANSWER.
"""

import ctypes
import gc
import json
import signal
import sys
from pathlib import Path
from typing import Any

from streamlit.web.cli import main as streamlit


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
        from benchmarks.servers.border import draw
        from benchmarks.servers.clock import Clock

        clock = Clock()
        draw(clock)
        signal.signal(signal.SIGUSR1, lambda *_: say(clock.read()))
    streamlit(["run", *arguments])


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])
