"""Streamlit's own command line, after what none of its settings can say: python -m scripts.server run dashboard.py."""

import importlib
import os
import sys
import threading

from streamlit import net_util
from streamlit.runtime.runtime import Runtime
from streamlit.web.cli import main


def wake_once(runtime: Runtime) -> None:
    """Takes the place of `Runtime._enqueued_some_message`: wakes the thread that sends, unless it is awake.

    A script has a hundred messages to send. Streamlit's own wakes that thread for each of them, and each time a write
    to a socket gives the interpreter away: with sixty visitors that is much of the server's time. Threading: safe. A
    message is in its queue before this is called, and all queues are emptied after the event is cleared.
    """
    objects = runtime._get_async_objs()
    event = objects.need_send_data
    if event.is_set() or getattr(runtime, "_waking", False):
        return

    def wake() -> None:
        runtime._waking = False  # type: ignore[attr-defined]
        event.set()

    runtime._waking = True  # type: ignore[attr-defined]
    objects.eventloop.call_soon_threadsafe(wake)


if __name__ == "__main__":
    # torch is loaded while the first browser fetches the page: a good part of a second of its wait. torch alone, for it
    # needs nothing that other threads load at the same time.
    if any(word.endswith("dashboard.py") for word in sys.argv):
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as netlib.ui has it: numpy comes with torch
        threading.Thread(target=importlib.import_module, args=("torch",), name="torch", daemon=True).start()
    # A page from elsewhere that knocks is refused. Before that Streamlit would ask an outside host for this machine's
    # own address, each time, and all visitors would wait for up to two seconds: this is the answer to that question.
    net_util._external_ip = "127.0.0.1"
    setattr(Runtime, "_enqueued_some_message", wake_once)  # noqa: B010 - mypy takes it for an instance's
    main(prog_name="streamlit")
