"""A real scheduler and real workers on loopback, as an operator starts them."""

import os
import socket
import subprocess
import sys
import time

from netlib.launch import ROOT
from tests.training.oracles import soon


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """`dask scheduler` and some `dask worker`, killed at the end of it."""

    def __init__(self, folder, workers=2, port=None):
        self.folder, self.port = folder, port or free_port()
        self.address = f"tcp://127.0.0.1:{self.port}"
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port))
        soon(self._listens)
        self.workers = [self.worker() for _ in range(workers)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def worker(self, cwd=ROOT):
        """One more worker, in the project's folder as the docs say, or elsewhere."""
        options = ("--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--memory-limit", "0")
        return self._start("worker", self.address, *options, cwd=cwd)

    def _start(self, what, *options, cwd=ROOT):
        log = (self.folder / f"{what}-{time.monotonic_ns()}.log").open("w")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", what, *options, "--no-dashboard", "--dashboard-address", "127.0.0.1:0"],
                cwd=cwd,
                stdout=log,
                stderr=log,
                env={**os.environ, "OMP_NUM_THREADS": "1", "DASK_TEMPORARY_DIRECTORY": str(self.folder)},
            )

    def _listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
