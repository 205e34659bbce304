"""Digits as on a fresh machine: nothing downloaded, no settings, and nothing kept from the test before."""

import pytest

from netlib.digits import download, known, store
from tests.digits.mirror import Mirror, archived, first_digits


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """The folder for downloads, not there yet."""
    monkeypatch.delenv("LAYERSCOPE_MNIST", raising=False)
    monkeypatch.delenv("LAYERSCOPE_PUBLIC", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(store, "_kept", {})
    monkeypatch.setattr(download, "_latest", [])
    return tmp_path / "cache" / "layerscope" / "mnist"


@pytest.fixture(scope="session")
def small_set():
    """A set of 600 and 100 digits: its manifest, its files, its archives."""
    return archived(first_digits(600, 100))


@pytest.fixture
def small(small_set, monkeypatch):
    """The small set in the place of the full MNIST: whatever is said of the full one holds for this."""
    monkeypatch.setattr(known, "FULL", small_set.manifest)
    return small_set


@pytest.fixture
def mirror(small):
    """A mirror on loopback that serves the small set."""
    with Mirror(small.archives) as served:
        yield served
