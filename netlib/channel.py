"""Messages between two processes over two pipes: a length, then a pickle. Only a parent and its own child speak so.

Plain pipes rather than a socket: nobody else can connect, there is no key to keep and no file to forget, the end of
either process is the end of the stream for the other one, and it is the same on every system.
"""

import pickle
import struct
from io import RawIOBase
from threading import Lock
from typing import Any

_LENGTH = struct.Struct("!Q")


class Closed(Exception):
    """The other side is gone."""


class Channel:
    """Sends and receives whole objects; one thread at a time receives, any may send.

    `incoming` and `outgoing` are unbuffered: a thread that waits inside a buffered reader holds its lock, and Python
    aborts where it must end meanwhile.
    """

    def __init__(self, incoming: RawIOBase, outgoing: RawIOBase) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        self._sending = Lock()

    def send(self, message: Any) -> None:
        """Sends one object; raises `Closed` where nobody reads any more."""
        written = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
        rest = memoryview(_LENGTH.pack(len(written)) + written)
        try:
            with self._sending:
                while rest:
                    rest = rest[self._outgoing.write(rest) or 0 :]
        except (OSError, ValueError) as gone:
            raise Closed from gone

    def receive(self) -> Any:
        """Waits for the next object; raises `Closed` where none will come."""
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        return pickle.loads(self._read(length))  # noqa: S301 - our own child's words, or our parent's

    def close(self) -> None:
        """Says that nothing more will be sent."""
        with self._sending:
            self._outgoing.close()

    def _read(self, length: int) -> bytearray:
        found = bytearray(length)
        rest = memoryview(found)
        while rest:
            try:
                count = self._incoming.readinto(rest)
            except (OSError, ValueError) as gone:
                raise Closed from gone
            if not count:
                raise Closed
            rest = rest[count:]
        return found
