from pathlib import Path

import pytest

from netlib.digits import downloads_offered, full_available
from netlib.digits.folders import cache_root, raw_folder
from tests.digits.mirror import TEST_LABELS


def put(raw, files):
    raw.mkdir(parents=True)
    for name, content in files.items():
        (raw / name).write_bytes(content)


def test_nothing_is_here_at_first():
    assert not full_available()


def test_the_full_set_is_here_once_all_four_files_are(cache, small):
    put(cache / "MNIST" / "raw", small.files)
    assert full_available()
    (cache / "MNIST" / "raw" / TEST_LABELS).unlink()
    assert not full_available()


def test_a_file_that_was_cut_off_does_not_count_as_here(cache, small):
    put(cache / "MNIST" / "raw", {**small.files, TEST_LABELS: small.files[TEST_LABELS][:-1]})
    assert not full_available()


def test_a_folder_of_ones_own_comes_first(tmp_path, small, monkeypatch):
    put(tmp_path / "mine" / "MNIST" / "raw", small.files)
    monkeypatch.setenv("LAYERSCOPE_MNIST", str(tmp_path / "mine"))
    assert full_available()
    assert raw_folder("full") == tmp_path / "mine" / "MNIST" / "raw"


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LAYERSCOPE_MNIST", "~/digits")
    assert raw_folder("full") == tmp_path / "digits" / "MNIST" / "raw"


def test_an_empty_setting_is_none(cache, monkeypatch):
    monkeypatch.setenv("LAYERSCOPE_MNIST", " ")
    assert raw_folder("full") == cache / "MNIST" / "raw"


@pytest.mark.parametrize("named", ["", "relative/cache"])
def test_without_a_cache_folder_it_is_the_one_in_the_home(named, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", named)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_root() == tmp_path / ".cache" / "layerscope" / "mnist"


def test_a_user_without_a_home_has_a_cache_all_the_same(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setenv("XDG_CACHE_HOME", "")
    monkeypatch.setattr(Path, "home", homeless)
    assert cache_root().is_absolute()
    assert not full_available()


@pytest.mark.parametrize(("public", "offered"), [(None, True), ("", True), ("0", True), ("1", False), ("yes", False)])
def test_a_public_host_offers_no_downloads(public, offered, monkeypatch):
    if public is not None:
        monkeypatch.setenv("LAYERSCOPE_PUBLIC", public)
    assert downloads_offered() is offered


def test_nothing_is_downloaded_into_a_folder_of_ones_own(tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERSCOPE_MNIST", str(tmp_path))
    assert not downloads_offered()
