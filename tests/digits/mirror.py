"""A mirror of MNIST on loopback that can misbehave, and sets of digits for it to serve."""

import gzip
import hashlib
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from netlib.digits.folders import raw_folder
from netlib.digits.known import BUNDLED, KnownFile, KnownSplit, Manifest

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = NAMES = tuple(file.name for file in BUNDLED.files)

# How often torchvision asks for a file: once to see whether it is sent elsewhere, once to have it.
GETS = 2


class Served(NamedTuple):
    manifest: Manifest
    files: dict[str, bytes]
    archives: dict[str, bytes]


def idx(magic, shape, body):
    """An IDX file, right or wrong."""
    return b"".join(number.to_bytes(4, "big") for number in (magic, *shape)) + bytes(body)


def idx_images(count, body):
    return idx(2051, (count, 28, 28), body)


def idx_labels(count, body):
    return idx(2049, (count,), body)


def first_digits(train, test):
    """Four IDX files of the first bundled digits, over and over where more are asked for."""
    raw = raw_folder("bundled")
    files = {}
    for count, images, labels in ((train, TRAIN_IMAGES, TRAIN_LABELS), (test, TEST_IMAGES, TEST_LABELS)):
        pixels = (raw / images).read_bytes()[16:]
        classes = (raw / labels).read_bytes()[8:]
        rounds = -(-count // len(classes))
        files[images] = idx_images(count, (pixels * rounds)[: count * 784])
        files[labels] = idx_labels(count, (classes * rounds)[:count])
    return files


def archived(files):
    """The files as a mirror serves them, and the manifest that they fit."""
    archives = {name: gzip.compress(content, compresslevel=1, mtime=0) for name, content in files.items()}
    return Served(manifest_of(files, archives), files, {f"{name}.gz": content for name, content in archives.items()})


def manifest_of(files, archives):
    """What is known of these files, where they are right."""

    def known_file(name):
        content = files[name]
        return KnownFile(
            name=name,
            count=int.from_bytes(content[4:8], "big"),
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            archive_size=len(archives[name]),
            archive_md5=hashlib.md5(archives[name]).hexdigest(),
        )

    return Manifest(
        train=KnownSplit(known_file(TRAIN_IMAGES), known_file(TRAIN_LABELS)),
        test=KnownSplit(known_file(TEST_IMAGES), known_file(TEST_LABELS)),
    )


class Mirror:
    """Serves `archives` at `url`, counts what is asked for in `gets`; `faults` says by name how to misbehave.

    A fault is "stall" (half, then silence), "cut" (half, then the end), or an HTTP status.
    """

    def __init__(self, archives):
        self.archives = dict(archives)
        self.faults = {}
        self.gets = Counter()
        self.stalled = threading.Event()
        self._released = threading.Event()
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self):
                self._answer(body=False)

            def do_GET(self):
                mirror.gets[self.path[1:]] += 1
                self._answer(body=True)

            def _answer(self, body):
                name = self.path[1:]
                fault = mirror.faults.get(name)
                content = mirror.archives.get(name)
                if content is None or isinstance(fault, int):
                    self.send_error(fault or 404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if not body:
                    return
                self.wfile.write(content if fault is None else content[: len(content) // 2])
                if fault == "stall":
                    self.wfile.flush()
                    mirror.stalled.set()
                    mirror._released.wait(60)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_):
                pass  # a client that was killed is what some tests are about

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
