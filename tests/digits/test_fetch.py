"""What a mirror may send and what is made of it, in this process: torchvision is here already, a process takes 2 s."""

import gc
import gzip
import hashlib
import socket
import sys
import warnings
from dataclasses import replace

import pytest

from netlib.digits import download, fetch, full_available, load, sample_or_bundled, start_download
from netlib.digits.known import Manifest
from netlib.spec import BatchSpec
from tests.digits.mirror import GETS, NAMES, TEST_IMAGES, TRAIN_IMAGES, TRAIN_LABELS, Mirror, idx, idx_labels

ARCHIVE = f"{TRAIN_IMAGES}.gz"
LABELS_ARCHIVE = f"{TRAIN_LABELS}.gz"


# torchvision does not close the connection of an HTTP error, which the process of its own takes with it when it ends.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture(scope="module", autouse=True)
def unclosed_connections():
    yield
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        gc.collect()


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch):
    from torchvision.datasets import MNIST

    monkeypatch.setattr(MNIST, "mirrors", list(MNIST.mirrors))
    monkeypatch.setattr(MNIST, "resources", list(MNIST.resources))

    def run(self, folder, raw):
        resources = [[file.archive, file.archive_md5] for file in self._expected.files]
        return fetch.fetch(folder, list(self._mirrors), resources)

    monkeypatch.setattr(download.Download, "_fetch", run)


def downloaded(*mirrors, expected=None):
    job = start_download(mirrors=[m if isinstance(m, str) else m.url for m in mirrors], expected=expected)
    assert job.wait(60)
    return job


def flipped(content, position):
    changed = bytearray(content)
    changed[position] ^= 1
    return bytes(changed)


def with_the_md5_of(archives, manifest):
    """The manifest, except that torchvision is content with these archives: what it lets pass is left to us."""

    def content_with(file):
        return replace(file, archive_md5=hashlib.md5(archives[file.archive]).hexdigest())

    def content_with_both(split):
        return replace(split, images=content_with(split.images), labels=content_with(split.labels))

    return Manifest(content_with_both(manifest.train), content_with_both(manifest.test))


def nothing_was_left(cache):
    return not any(path.is_file() for path in cache.rglob("*"))


@pytest.mark.parametrize(
    ("name", "broken", "sentence"),
    [
        (
            TRAIN_LABELS,
            lambda content: idx_labels(599, content[8:-1]),
            "train-labels-idx1-ubyte must hold 600 digits; found 599.",
        ),
        (
            TRAIN_LABELS,
            lambda content: content[:-1],
            "train-labels-idx1-ubyte declares 600 digits, which take 608 bytes; found 607 bytes.",
        ),
        (
            TRAIN_LABELS,
            lambda content: content[:-1] + b"\x0a",
            "train-labels-idx1-ubyte must hold labels from 0 to 9; found 10 at position 599.",
        ),
        (TEST_IMAGES, lambda content: b"", "t10k-images-idx3-ubyte is empty."),
        (
            TEST_IMAGES,
            lambda content: idx(2049, (100, 28, 28), content[16:]),
            "t10k-images-idx3-ubyte must start with the magic number 2051; found 2049.",
        ),
        (
            TEST_IMAGES,
            lambda content: flipped(content, 40_000),
            "t10k-images-idx3-ubyte is damaged: its SHA-256 must start with ",
        ),
    ],
    ids=["a label missing", "cut", "a label of 10", "empty", "wrong magic", "flipped"],
)
def test_what_torchvision_lets_pass_is_refused_by_name(name, broken, sentence, cache, small, mirror):
    mirror.archives[f"{name}.gz"] = gzip.compress(broken(small.files[name]), mtime=0)
    expected = with_the_md5_of(mirror.archives, small.manifest)
    job = downloaded(mirror, expected=expected)
    assert job.state == "failed"
    assert str(job.problem).startswith(sentence)
    assert nothing_was_left(cache)


def test_a_corrupted_archive_is_named(cache, mirror):
    mirror.archives[ARCHIVE] = flipped(mirror.archives[ARCHIVE], -100)
    job = downloaded(mirror)
    assert job.state == "failed"
    assert str(job.problem) == (
        "train-images-idx3-ubyte.gz arrived damaged: its checksum is not the one of MNIST's file."
    )
    assert nothing_was_left(cache)


def test_a_cut_connection_is_said_with_its_bytes(cache, mirror, small):
    mirror.faults[f"{TEST_IMAGES}.gz"] = "cut"
    job = downloaded(mirror)
    size = small.manifest.test.images.archive_size
    assert job.state == "failed"
    assert str(job.problem) == (
        f"The download of t10k-images-idx3-ubyte.gz broke off after {size // 2} of {size} bytes."
    )
    assert nothing_was_left(cache)


def test_left_to_itself_it_asks_the_mirrors_of_torchvision(mirror, monkeypatch):
    from torchvision.datasets import MNIST

    monkeypatch.setattr(MNIST, "mirrors", [mirror.url])
    assert downloaded().state == "done"


@pytest.mark.parametrize(
    ("status", "reason"), [(404, "HTTP Error 404: Not Found"), (503, "HTTP Error 503: Service Unavailable")]
)
def test_a_file_that_no_mirror_has_is_named_with_the_answer(status, reason, cache, mirror):
    mirror.faults[LABELS_ARCHIVE] = status
    job = downloaded(mirror)
    assert job.state == "failed"
    assert str(job.problem) == f"No mirror has sent train-labels-idx1-ubyte.gz: {reason}."
    assert nothing_was_left(cache)


def test_a_login_page_is_recognised(mirror):
    mirror.archives[ARCHIVE] = b"<html>Please log in to the school's network.</html>"
    job = downloaded(mirror)
    assert str(job.problem) == (
        "Something else was sent in place of train-images-idx3-ubyte.gz; a network that asks for a login does that."
    )


def test_no_network_is_said(small, cache):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # nobody listens
        job = downloaded(f"http://127.0.0.1:{unused.getsockname()[1]}/")
    assert job.state == "failed"
    assert str(job.problem) == "No mirror has sent train-images-idx3-ubyte.gz: Connection refused."
    assert nothing_was_left(cache)


@pytest.mark.parametrize("fault", ["cut", 404])
def test_the_next_mirror_takes_over(fault, small, mirror):
    mirror.faults[LABELS_ARCHIVE] = fault
    with Mirror(small.archives) as second:
        job = downloaded(mirror, second)
        assert job.state == "done"
        assert ARCHIVE not in second.gets  # what had arrived is kept
        assert second.gets[LABELS_ARCHIVE] == GETS


def test_a_silent_mirror_gives_way_to_the_next(small, mirror):
    mirror.faults[ARCHIVE] = "stall"
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(0.5)
    try:
        with Mirror(small.archives) as second:
            assert downloaded(mirror, second).state == "done"
    finally:
        socket.setdefaulttimeout(before)


def test_after_a_failure_the_bundled_digits_are_there_and_the_next_try_is_a_fresh_one(mirror):
    mirror.faults[ARCHIVE] = 500
    first = downloaded(mirror)
    assert first.state == "failed"
    assert sample_or_bundled(BatchSpec(source="full")).spec.source == "bundled"
    mirror.faults.clear()
    second = downloaded(mirror)
    assert second is not first
    assert second.state == "done"
    assert sample_or_bundled(BatchSpec(source="full")).spec.source == "full"


# --- what is here already -----------------------------------------------------------------------------------------


def put(cache, files):
    raw = cache / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name, content in files.items():
        (raw / name).write_bytes(content)
    return raw


def test_good_files_are_left_alone(cache, small, mirror):
    raw = put(cache, small.files)
    before = {name: (raw / name).stat() for name in NAMES}
    assert downloaded(mirror).state == "done"
    assert not mirror.gets
    assert {name: (raw / name).stat() for name in NAMES} == before


def test_bad_files_are_replaced(cache, small, mirror):
    raw = put(cache, {**small.files, TRAIN_IMAGES: flipped(small.files[TRAIN_IMAGES], 9_999)})
    assert full_available()  # names and sizes are right
    assert downloaded(mirror).state == "done"
    assert {name: (raw / name).read_bytes() for name in NAMES} == small.files
    assert len(load("full", "train")) == 600


def test_a_failed_repair_takes_nothing_away(cache, small, mirror):
    bad = {**small.files, TRAIN_IMAGES: flipped(small.files[TRAIN_IMAGES], 9_999)}
    raw = put(cache, bad)
    mirror.archives[f"{TEST_IMAGES}.gz"] = gzip.compress(b"", mtime=0)
    assert downloaded(mirror, expected=with_the_md5_of(mirror.archives, small.manifest)).state == "failed"
    assert {name: (raw / name).read_bytes() for name in NAMES} == bad
    assert len(load("full", "test")) == 100


# --- the downloader's own report ----------------------------------------------------------------------------------


def test_a_full_disk_is_told_from_a_broken_network(tmp_path, small, mirror):
    # A write to /dev/full fails as on a full disk.
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / ARCHIVE).symlink_to("/dev/full")
    report = fetch.fetch(tmp_path, [mirror.url], [[file.archive, file.archive_md5] for file in small.manifest.files])
    assert report == {"kind": "disk", "reason": "No space left on device"}
    with pytest.raises(download.Problem, match="cannot be saved in the cache folder: No space left on device"):
        download._check_arrived(raw, small.manifest, report)


def test_a_missing_torchvision_is_said(tmp_path, small, monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision.datasets", None)
    report = fetch.fetch(tmp_path, [], [])
    assert report["kind"] == "start"
    with pytest.raises(download.Problem, match=r"^The downloader could not run: .*torchvision"):
        download._check_arrived(tmp_path, small.manifest, report)


def test_a_reason_names_no_folder():
    assert fetch._reason(OSError(28, "No space left on device", "/srv/secret/file")) == "No space left on device"
    assert fetch._reason(RuntimeError("Tried x, got:\n<urlopen error [Errno -2] Name or service not known>\n")) == (
        "Name or service not known"
    )
    assert fetch._reason(RuntimeError()) == "RuntimeError"
