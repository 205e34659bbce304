"""The download of the full MNIST: one at a time for all visitors, outside every page's script.

Nothing that was good is lost: the files arrive in a temporary folder, each is checked in full, and only then
do they replace what was there, one file after another and each in one step.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from netlib.digits import known
from netlib.digits.folders import LAYOUT, cache_root, on_public_host, own_root, size_of
from netlib.digits.known import KnownFile, Manifest
from netlib.digits.store import is_good, read_split
from netlib.i18n import N_
from netlib.problem import Problem

TIME_LIMIT = 300.0
_POLL = 0.1
_MEGABYTE = 1_000_000

State = Literal["running", "done", "failed", "cancelled"]


class _Cancelled(Exception):
    pass


class Download:
    """A download under way, or how it ended; shared by all who ask for it. Made by `start_download`.

    state "running", "done", "failed" or "cancelled"; progress from 0 to 1, in bytes that have arrived;
    problem says why it failed.
    """

    def __init__(self, root: Path, expected: Manifest, mirrors: Sequence[str], time_limit: float) -> None:
        self.state: State = "running"
        self.progress = 0.0
        self.problem: Problem | None = None
        self._root = root
        self._expected = expected
        self._mirrors = tuple(mirrors)
        self._time_limit = time_limit
        self._cancel = threading.Event()
        self._thread = threading.Thread(target=self._run, name="download of MNIST", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Ends it, soon and without a trace; does nothing where it has ended already."""
        self._cancel.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Waits until it has ended, for `timeout` seconds at most; whether it has."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        state: State = "failed"
        try:
            self._download()
            self.progress = 1.0
            state = "done"
        except _Cancelled:
            state = "cancelled"
        except Problem as problem:
            self.problem = problem.with_traceback(None)  # it would hold every frame of the download
        except OSError as error:
            self.problem = _not_saved(error.strerror or type(error).__name__)
        except Exception as error:
            self.problem = _not_started(type(error).__name__)
            raise
        finally:
            self.state = state  # last: whoever sees it ended sees the problem too

    def _download(self) -> None:
        target = self._root / LAYOUT
        if is_good(target, self._expected):
            return
        self._root.mkdir(parents=True, exist_ok=True)
        _check_space(self._root, self._expected)
        with tempfile.TemporaryDirectory(prefix=".download-", dir=self._root, ignore_cleanup_errors=True) as temporary:
            raw = Path(temporary) / LAYOUT
            report = self._fetch(Path(temporary), raw)
            _check_arrived(raw, self._expected, report)
            for split in ("train", "test"):
                read_split(raw, self._expected.split(split))
            if self._cancel.is_set():
                raise _Cancelled
            target.mkdir(parents=True, exist_ok=True)
            for file in self._expected.files:
                (raw / file.name).replace(target / file.name)

    def _fetch(self, folder: Path, raw: Path) -> dict[str, str]:
        """Runs the downloader into `folder`; returns its report, raises `Problem` at the time limit."""
        orders = {
            "mirrors": self._mirrors,
            "resources": [(file.archive, file.archive_md5) for file in self._expected.files],
        }
        total = sum(file.archive_size for file in self._expected.files)
        end = time.monotonic() + self._time_limit
        with _started(folder) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                with contextlib.suppress(BrokenPipeError):  # it ended at once: its exit code says so below
                    process.stdin.write(json.dumps(orders).encode() + b"\n")
                while process.poll() is None:
                    if self._cancel.wait(_POLL):
                        raise _Cancelled
                    arrived = sum(size_of(raw / file.archive) for file in self._expected.files)
                    self.progress = min(arrived / total, 1.0) if total else 0.0
                    if time.monotonic() > end:
                        raise _given_up(self._time_limit, arrived, total)
                said = process.stdout.read()
            finally:
                process.kill()
        try:
            report: dict[str, str] = json.loads(said)
        except ValueError:
            return {"kind": "start", "reason": f"exit code {process.returncode}"}
        return report


_lock = threading.Lock()
_latest: list[Download] = []


def start_download(
    *, expected: Manifest | None = None, mirrors: Sequence[str] = (), time_limit: float = TIME_LIMIT
) -> Download:
    """Starts the download of the full MNIST (11.6 MB, 55 MB on disk) into the cache, or joins the running one.

    Returns at once. Where the files are here and good the job ends without a byte from the network; where
    they are bad they are replaced. `mirrors` are addresses ending in a slash, torchvision's own by default;
    `time_limit` is in seconds; `expected` says what the files must be. Raises `Problem` on a host that offers
    no downloads, and where `LAYERSCOPE_MNIST` names a folder of one's own.
    """
    if on_public_host():
        raise Problem(N_("This server offers no downloads; the bundled digits are always here."))
    if own_root() is not None:
        raise Problem(
            N_("The full MNIST is read from the folder that LAYERSCOPE_MNIST names; nothing is downloaded into it.")
        )
    with _lock:
        running = latest_download()
        if running is not None and running.state == "running":
            return running
        job = Download(cache_root(), expected or known.FULL, mirrors, time_limit)
        _latest[:] = [job]
        return job


def latest_download() -> Download | None:
    """The download under way or the last one that ended, of whichever visitor; None where there was none."""
    return _latest[0] if _latest else None


def _started(folder: Path) -> "subprocess.Popen[bytes]":
    package = Path(__file__).parents[2]
    inherited = os.environ.get("PYTHONPATH")
    try:
        return subprocess.Popen(  # noqa: S603 - our own module; no word comes from a visitor
            [sys.executable, "-m", "netlib.digits.fetch", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(package), inherited]))},
            start_new_session=True,  # Ctrl-C ends the server; the downloader sees that and tidies up
        )
    except OSError as error:
        raise _not_started(error.strerror or type(error).__name__) from error


def _check_space(root: Path, expected: Manifest) -> None:
    needed = sum(file.size + file.archive_size for file in expected.files)
    found = shutil.disk_usage(root).free
    if found < needed:
        raise Problem(
            N_("The full MNIST needs {needed} MB of disk while it is downloaded; found {found} MB free."),
            needed=-(-needed // _MEGABYTE),
            found=found // _MEGABYTE,
        )


def _check_arrived(raw: Path, expected: Manifest, report: dict[str, str]) -> None:
    """Raises `Problem` for a download that broke off; whether what arrived is right, the reader says."""
    reason = report.get("reason", "")
    if report.get("kind") == "start":
        raise _not_started(reason)
    if report.get("kind") == "disk":
        raise _not_saved(reason)
    for file in expected.files:
        if not (raw / file.name).is_file():
            raise _not_arrived(file, raw / file.archive, reason)


def _not_arrived(file: KnownFile, archive: Path, reason: str) -> Problem:
    found = size_of(archive)
    if found == 0:
        return Problem(N_("No mirror has sent {file}: {reason}."), file=file.archive, reason=reason)
    with archive.open("rb") as stream:
        is_gzip = stream.read(2) == b"\x1f\x8b"
    if not is_gzip:
        return Problem(
            N_("Something else was sent in place of {file}; a network that asks for a login does that."),
            file=file.archive,
        )
    if found < file.archive_size:
        return Problem(
            N_("The download of {file} broke off after {found} of {expected} bytes."),
            file=file.archive,
            found=found,
            expected=file.archive_size,
        )
    return Problem(N_("{file} arrived damaged: its checksum is not the one of MNIST's file."), file=file.archive)


def _given_up(seconds: float, found: int, expected: int) -> Problem:
    return Problem(
        N_("The download was given up after {seconds} seconds, with {found} of {expected} bytes."),
        seconds=round(seconds),
        found=found,
        expected=expected,
    )


def _not_saved(reason: str) -> Problem:
    return Problem(N_("The full MNIST cannot be saved in the cache folder: {reason}."), reason=reason)


def _not_started(reason: str) -> Problem:
    return Problem(N_("The downloader could not run: {reason}."), reason=reason)
