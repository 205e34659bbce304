"""A server that can be asked from outside: python -m benchmarks.servers.observed ANSWER SAMPLE SCRIPT [option ...].

SIGUSR1 writes what its CPU time was spent on, SIGUSR2 gives free memory back; both answer by writing the file ANSWER.
"""

import ctypes
import gc
import json
import signal
import sys
from pathlib import Path
from typing import Any

from streamlit.web.cli import main as streamlit

from benchmarks.servers.sampler import Sampler


def serve(answer: Path, *, sample: bool, arguments: list[str]) -> None:
    """Answers signals, and becomes Streamlit's server."""
    sampler = Sampler()
    if sample:
        sampler.start()

    def say(found: dict[str, Any]) -> None:
        draft = answer.with_suffix(".draft")
        draft.write_text(json.dumps(found), encoding="utf-8")
        draft.rename(answer)  # whoever waits for the file finds it whole

    def trim(*_: object) -> None:
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)
        say({})

    signal.signal(signal.SIGUSR1, lambda *_: say(sampler.report()))
    signal.signal(signal.SIGUSR2, trim)
    streamlit(["run", *arguments])


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sample=sys.argv[2] == "1", arguments=sys.argv[3:])
