"""Downloads MNIST with torchvision in a process of its own: `python -m netlib.digits.fetch FOLDER`.

Standard input, one line of JSON: `mirrors` (empty: torchvision's own) and `resources`, pairs of an archive's
name and MD5. Standard output, one line of JSON: an empty object where all was fetched, or `kind` ("start",
"disk", "fetch") and `reason`.

A process, because torchvision's import takes 164 MB that the server would never get back, and because a
stalled download in a thread cannot be ended. When standard input closes, the server is gone: it tidies up and
ends too.
"""

import errno
import json
import os
import re
import shutil
import socket
import sys
import threading
from pathlib import Path
from typing import Any

# torchvision waits for ever. A mirror that is silent for this long, in seconds, gives way to the next.
SILENCE = 30.0

_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM}


def fetch(folder: Path, mirrors: list[str], resources: list[list[str]]) -> dict[str, str]:
    """Downloads the four files into `folder` in torchvision's layout; returns nothing, or what went wrong."""
    try:
        from torchvision.datasets import MNIST
    except Exception as error:  # noqa: BLE001 - a torchvision that does not fit its torch raises many things
        return {"kind": "start", "reason": _reason(error)}
    MNIST.resources = [(name, md5) for name, md5 in resources]
    report: dict[str, str] = {}
    # One mirror at a time: within its own loop torchvision moves on only after a URLError, not after a reset
    # connection or a time-out. Archives that have arrived whole are kept.
    for mirror in mirrors or list(MNIST.mirrors):
        MNIST.mirrors = [mirror]
        try:
            MNIST(folder, train=True, download=True)
            MNIST(folder, train=False, download=True)
        except Exception as error:  # noqa: BLE001 - whatever it is, the server makes one sentence of it
            if getattr(error, "errno", None) in _DISK:
                return {"kind": "disk", "reason": _reason(error)}
            report = {"kind": "fetch", "reason": _reason(error)}
        else:
            return {}
    return report


def _reason(error: Exception) -> str:
    """The last line of what an exception says, without the folders of this machine."""
    said = getattr(error, "strerror", None) or str(error)
    last = said.strip().rpartition("\n")[2]
    plain = re.sub(r"\[Errno -?\d+\] ", "", re.sub(r"<urlopen error (.*)>", r"\1", last))
    return plain.strip(". ")[:160] or type(error).__name__


def _end_with_the_server(folder: Path) -> None:
    # The bare descriptor: a thread inside sys.stdin's lock would abort the interpreter's orderly end.
    while os.read(0, 1):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)


def main() -> None:
    """What the process does."""
    folder = Path(sys.argv[1])
    with open(0, "rb", buffering=0, closefd=False) as orders_in:
        orders: dict[str, Any] = json.loads(orders_in.readline())
    threading.Thread(target=_end_with_the_server, args=(folder,), daemon=True).start()
    socket.setdefaulttimeout(SILENCE)
    sys.stdout.write(json.dumps(fetch(folder, **orders)) + "\n")


if __name__ == "__main__":
    main()
