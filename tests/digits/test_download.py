"""The download as it runs: torchvision in a process of its own, fetching from a mirror on loopback."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from netlib.digits import download, full_available, known, latest_download, load, start_download
from netlib.problem import Problem
from tests.digits.mirror import GETS, NAMES, TEST_IMAGES, TRAIN_IMAGES, Mirror, archived, first_digits

PATIENCE = 60
REAL = known.FULL


def ended(job):
    assert job.wait(PATIENCE)
    return job


def everything_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def processes(monkeypatch):
    """Every downloader that is started."""
    seen = []
    started = download._started
    monkeypatch.setattr(download, "_started", lambda folder: seen.append(started(folder)) or seen[-1])
    return seen


def test_70_000_digits_arrive_as_they_were_served(cache, monkeypatch):
    everything = archived(first_digits(60_000, 10_000))
    assert [file.size for file in everything.manifest.files] == [file.size for file in REAL.files]
    monkeypatch.setattr(known, "FULL", everything.manifest)
    assert latest_download() is None
    with Mirror(everything.archives) as served:
        job = ended(start_download(mirrors=[served.url]))
    assert (job.state, job.problem, job.progress) == ("done", None, 1.0)
    assert latest_download() is job
    raw = cache / "MNIST" / "raw"
    assert {name: (raw / name).read_bytes() for name in NAMES} == everything.files
    assert everything_in(cache) == sorted(f"MNIST/raw/{name}" for name in NAMES)  # no archive, no temporary folder
    assert full_available()
    assert (len(load("full", "train")), len(load("full", "test"))) == (60_000, 10_000)

    from torchvision.datasets import MNIST

    theirs = MNIST(cache, train=True, download=False)
    assert theirs.data.numpy().tobytes() == load("full", "train").images.tobytes()
    assert theirs.targets.tolist() == load("full", "train").labels.tolist()


def test_eight_first_visitors_at_once_share_one_download(mirror, small, processes):
    barrier = threading.Barrier(8)

    def visit(_):
        barrier.wait()
        return start_download(mirrors=[mirror.url])

    with ThreadPoolExecutor(8) as visitors:
        jobs = set(visitors.map(visit, range(8)))
    assert len(jobs) == 1
    assert ended(jobs.pop()).state == "done"
    assert len(processes) == 1
    assert mirror.gets == dict.fromkeys(small.archives, GETS)


def test_a_stalled_mirror_is_given_up_at_the_time_limit(cache, mirror, small, processes):
    mirror.faults[f"{TRAIN_IMAGES}.gz"] = "stall"
    job = start_download(mirrors=[mirror.url], time_limit=3)
    begun = time.monotonic()
    ended(job)
    assert time.monotonic() - begun < 30
    assert job.state == "failed"
    total = sum(file.archive_size for file in small.manifest.files)
    assert str(job.problem).startswith("The download was given up after 3 seconds, with ")
    assert str(job.problem).endswith(f" of {total} bytes.")
    assert processes[0].poll() is not None
    assert everything_in(cache) == []


def test_a_download_can_be_cancelled_and_started_again(cache, mirror, small, processes):
    mirror.faults[f"{TEST_IMAGES}.gz"] = "stall"
    job = start_download(mirrors=[mirror.url])
    assert mirror.stalled.wait(PATIENCE)
    until = time.monotonic() + PATIENCE
    while not job.progress and time.monotonic() < until:
        time.sleep(0.01)
    assert job.state == "running"
    assert 0 < job.progress < 1
    assert start_download() is job
    job.cancel()
    ended(job)
    assert (job.state, job.problem) == ("cancelled", None)
    assert processes[0].poll() is not None
    assert everything_in(cache) == []
    assert not full_available()

    mirror.faults.clear()
    again = ended(start_download(mirrors=[mirror.url]))
    assert again is not job
    assert again.state == "done"
    again.cancel()
    assert again.state == "done"


def test_the_downloader_tidies_up_and_ends_with_the_server(cache, mirror, small):
    mirror.faults[f"{TRAIN_IMAGES}.gz"] = "stall"
    code = (
        "import sys, time\n"
        "from netlib.digits import start_download\n"
        "start_download(mirrors=[sys.argv[1]])\n"
        "time.sleep(60)\n"
    )
    server = subprocess.Popen([sys.executable, "-c", code, mirror.url])
    try:
        until = time.monotonic() + PATIENCE
        while not everything_in(cache) and time.monotonic() < until:
            time.sleep(0.02)
        assert everything_in(cache) != []
    finally:
        server.kill()
        server.wait()
    until = time.monotonic() + PATIENCE
    while any(cache.iterdir()) and time.monotonic() < until:
        time.sleep(0.02)
    assert everything_in(cache) == []


def test_a_downloader_that_cannot_run_is_said(monkeypatch, mirror):
    monkeypatch.setattr(sys, "executable", sys.executable + "-that-is-not-there")
    job = ended(start_download(mirrors=[mirror.url]))
    assert (job.state, str(job.problem)) == ("failed", "The downloader could not run: No such file or directory.")


def test_a_downloader_that_dies_without_a_word_is_said(monkeypatch, mirror):
    def dead(_):
        return subprocess.Popen(["false"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    monkeypatch.setattr(download, "_started", dead)
    job = ended(start_download(mirrors=[mirror.url]))
    assert (job.state, str(job.problem)) == ("failed", "The downloader could not run: exit code 1.")


# --- where nothing may be downloaded ------------------------------------------------------------------------------


def test_a_public_host_downloads_nothing(monkeypatch, cache):
    monkeypatch.setenv("LAYERSCOPE_PUBLIC", "1")
    with pytest.raises(Problem, match=r"^This server offers no downloads; the bundled digits are always here\.$"):
        start_download()
    assert not cache.exists()


def test_a_folder_of_ones_own_is_never_written_to(monkeypatch, tmp_path):
    (tmp_path / "mine").mkdir()
    monkeypatch.setenv("LAYERSCOPE_MNIST", str(tmp_path / "mine"))
    with pytest.raises(Problem, match=r"nothing is downloaded into it\.$"):
        start_download()
    assert everything_in(tmp_path) == []


# --- where it cannot be saved -------------------------------------------------------------------------------------


def test_a_cache_that_is_a_file_is_said(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    job = ended(start_download())
    assert job.state == "failed"
    assert str(job.problem) == "The full MNIST cannot be saved in the cache folder: Not a directory."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_cache_that_may_not_be_written_is_said(cache):
    cache.mkdir(parents=True)
    cache.chmod(0o500)
    job = ended(start_download())
    assert job.state == "failed"
    assert str(job.problem) == "The full MNIST cannot be saved in the cache folder: Permission denied."


def test_a_full_disk_is_said_before_anything_is_fetched(monkeypatch, mirror):
    class Usage:
        free = 12_345_678

    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: Usage)
    job = ended(start_download(mirrors=[mirror.url], expected=REAL))
    assert job.state == "failed"
    assert str(job.problem) == "The full MNIST needs 67 MB of disk while it is downloaded; found 12 MB free."
    assert job.problem.__traceback__ is None  # kept for as long as the server runs, it would hold every frame
    assert not mirror.gets
