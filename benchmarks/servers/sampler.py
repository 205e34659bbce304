"""Where a process spends its CPU time: a thread that looks at all others a thousand times a second.

Each look charges the CPU time that a thread has used since the look before (its own clock, so waiting costs nothing
and a busy machine changes little) to the innermost place on its stack that belongs to somebody: numpy called by
`netlib.stats` is ours, plotly's JSON is ours whoever asks for it, protobuf called by Streamlit is Streamlit's.
"""

import gc
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
OURS = ("page", "numbers", "network", "figures", "figure JSON", "words", "controls", "link and specs")
GARBAGE = "garbage collection"
OTHERS = ("Streamlit", "protobuf and hashes", "websocket", GARBAGE)
ELSEWHERE = "elsewhere"

_FUNCTIONS = 40
_EVERY = 0.001
_SWITCH = 0.00005  # how soon a busy thread lets this one look; Python's default is 5 ms

# The first that fits, on the path below the repository or below site-packages.
_PLACES = (
    ("pages/", "page"),
    ("dashboard.py", "page"),
    ("netlib/views/", "page"),
    ("netlib/stats/", "numbers"),
    ("netlib/figures/", "figures"),
    ("netlib/words/", "words"),
    ("netlib/i18n.py", "words"),
    ("netlib/ui/", "controls"),
    *((f"netlib/{name}", "network") for name in ("network.py", "forward.py", "initializers.py", "trace.py", "digits/")),
    ("netlib/", "link and specs"),
    ("plotly/", "figure JSON"),
    ("_plotly_utils/", "figure JSON"),
    ("google/protobuf/", "protobuf and hashes"),
    ("streamlit/runtime/forward_msg_cache.py", "protobuf and hashes"),
    ("streamlit/runtime/runtime_util.py", "protobuf and hashes"),
    ("streamlit/web/", "websocket"),
    ("streamlit/", "Streamlit"),
    *((f"{name}/", "websocket") for name in ("uvicorn", "starlette", "websockets", "anyio")),
)


def place(path: str) -> str | None:
    """Whose code a file is; None where that is for its caller to say."""
    for root in (f"{ROOT}/", "/site-packages/"):
        below = path.rpartition(root)[2] if root in path else None
        if below is not None and (found := next((name for start, name in _PLACES if below.startswith(start)), None)):
            return found
    return None


class Sampler(threading.Thread):
    """The thread that looks. `report` says what was found, and starts anew."""

    def __init__(self) -> None:
        super().__init__(name="sampler", daemon=True)
        self._places: dict[CodeType, str | None] = {}
        self._clocks: dict[int, float] = {}
        self._collected: dict[int, float] = {}
        self._collecting_since = 0.0
        self._spent: dict[str, float] = defaultdict(float)
        self._functions: dict[str, float] = defaultdict(float)
        self._since = time.process_time()
        self._lock = threading.Lock()

    def run(self) -> None:
        """Looks until the process ends."""
        sys.setswitchinterval(_SWITCH)
        gc.callbacks.append(self._note_collection)
        while True:
            time.sleep(_EVERY)
            self._look()

    def report(self) -> dict[str, Any]:
        """CPU seconds since the last report: of the whole process, by place, and by function of ours."""
        self._look()
        with self._lock:
            now = time.process_time()
            found = {
                "process": now - self._since,
                "places": dict(self._spent),
                "functions": dict(sorted(self._functions.items(), key=lambda item: -item[1])[:_FUNCTIONS]),
            }
            self._since = now
            self._spent.clear()
            self._functions.clear()
        return found

    def _look(self) -> None:
        me = threading.get_ident()
        with self._lock:
            clocks: dict[int, float] = {}
            for thread, frame in sys._current_frames().items():
                # A thread that has a frame waits for the GIL that is held here, so it lives and so does its clock.
                clocks[thread] = time.clock_gettime(time.pthread_getcpuclockid(thread))
                if thread != me:
                    collected = self._collected.pop(thread, 0.0)
                    self._spent[GARBAGE] += collected
                    self._charge(frame, clocks[thread] - self._clocks.get(thread, 0.0) - collected)
            self._clocks = clocks

    def _note_collection(self, phase: str, _: dict[str, int]) -> None:
        # A collection never lets go of the GIL, so nobody can look while it runs: it says itself how long it took.
        if phase == "start":
            self._collecting_since = time.thread_time()
        else:
            me = threading.get_ident()
            spent = time.thread_time() - self._collecting_since
            self._collected[me] = self._collected.get(me, 0.0) + spent

    def _charge(self, frame: FrameType | None, seconds: float) -> None:
        while frame is not None:
            code = frame.f_code
            if code not in self._places:
                self._places[code] = place(code.co_filename)
            name = self._places[code]
            if name is not None:
                self._spent[name] += seconds
                self._functions[f"{Path(code.co_filename).name}:{code.co_name}"] += seconds
                return
            frame = frame.f_back
        self._spent[ELSEWHERE] += seconds
