"""Start-up: everything heavy is imported here, once, before the first line of a page.

Thirty first visitors of a cold server import in thirty threads; half-imported modules were seen then. What the imports
leave behind is frozen out of the garbage collector; what each page's first run loads later is frozen then.

Streamlit would collect in full after each run of the script. That looks at all that all visitors hold: with sixty of
them it was more than a third of the server's time. So its own is off, and here is one every few seconds at most.
"""

import gc
import time

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import torch
from streamlit import net_util

import netlib.digits
import netlib.figures.home
import netlib.forward
import netlib.network
from netlib.i18n import LANGUAGES, translator

__all__ = ["go", "netlib", "np", "pd", "torch"]

# A second intra-op thread costs more than it gives (docs/performance.md), and QR gives other bits with two.
torch.set_num_threads(1)
# A page from elsewhere that knocks is refused. Before that Streamlit would ask an outside host for this machine's own
# address, each time, and all visitors would wait for up to two seconds: this is the answer to that question.
net_util._external_ip = "127.0.0.1"
for _language in LANGUAGES:
    translator(_language)
_settled: set[str] = set()
COLLECT_EVERY = 5.0
"""Seconds between two full collections: a chart's arrays hang in cycles, and a few seconds' worth of them is little."""
_collected = [0.0]


def settle(page: str) -> None:
    """Freezes what the first run of a page has loaded: 50,000 objects in all, 20 ms of each later collection.

    Once a page, for what a visitor holds at that moment is frozen as well and would never be found as garbage. Later
    runs collect, if none has for `COLLECT_EVERY` seconds.
    """
    first = page not in _settled
    if first or time.monotonic() - _collected[0] >= COLLECT_EVERY:
        _collected[0] = time.monotonic()
        _settled.add(page)
        gc.collect()
        if first:
            gc.freeze()


settle("imports")
