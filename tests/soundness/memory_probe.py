"""Builds and runs Setups in a process whose memory may grow by so much after the imports, and no further.

`python -m tests.soundness.memory_probe MEBIBYTES < links`: one query string a line. Writes for each `built N` with the
parameters, or `refused` with the sentence; a Setup that needs more memory ends the process with `MemoryError` or worse.
"""

import gc
import resource
import sys
from pathlib import Path
from urllib.parse import parse_qsl

from netlib.ui import warm
from netlib import digits, forward, network, query
from netlib.problem import Problem

MIB = 2**20


def address_space() -> int:
    """Bytes of address space that this process has taken so far."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def tried(link: str) -> str:
    """What becomes of one link."""
    try:
        setup = query.read(dict(parse_qsl(link, keep_blank_values=True))).draft.setup()
    except Problem as problem:
        return f"refused {problem}"
    trace = forward.run(network.build(setup.network), digits.sample_or_bundled(setup.batch))
    assert sum(layer.parameters for layer in trace.layers) == setup.network.parameters
    assert trace.probabilities.shape == (setup.batch.size, 10)
    return f"built {setup.network.parameters}"


def main(mebibytes: float) -> None:
    """Sets the limit, then tries every line of the input."""
    assert warm
    tried("size=1&hidden=1")  # reads the digits: that is no Setup's own need
    tried("size=1&hidden=1&split=test")
    limit = address_space() + int(mebibytes * MIB)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for line in sys.stdin:
        print(tried(line.strip()), flush=True)
        gc.collect()  # as Streamlit does after each run


if __name__ == "__main__":
    main(float(sys.argv[1]))
