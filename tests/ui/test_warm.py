"""Start-up: what is loaded once is out of the garbage collector's way, once a page."""

import gc
import weakref

from netlib.ui import warm


def test_what_a_page_loads_is_frozen_once(monkeypatch):
    monkeypatch.setattr(warm, "_settled", set())
    monkeypatch.setattr(warm, "_collected", [0.0])
    before = gc.get_freeze_count()
    try:
        kept = [[number] for number in range(1_000)]
        warm.settle("home")
        after = gc.get_freeze_count()
        assert after - before >= len(kept)
        more = [[number] for number in range(100_000)]
        others = [[number] for number in range(100)]  # as many as may be let go meanwhile
        warm.settle("home")
        assert gc.get_freeze_count() - after < len(more) / 2
        warm.settle("batch")
        assert gc.get_freeze_count() - after >= len(more)
        assert len(others) == 100
    finally:
        gc.unfreeze()


class Ring:
    """Something that only the collector can free."""

    def __init__(self):
        self.itself = self


def test_later_runs_collect_every_few_seconds_and_no_more_often(monkeypatch):
    monkeypatch.setattr(warm, "_settled", {"home"})
    monkeypatch.setattr(warm, "_collected", [0.0])
    gc.disable()
    try:
        first = weakref.ref(Ring())
        warm.settle("home")
        assert first() is None
        second = weakref.ref(Ring())
        warm.settle("home")
        assert second() is not None
        monkeypatch.setattr(warm, "COLLECT_EVERY", 0.0)
        warm.settle("home")
        assert second() is None
    finally:
        gc.enable()
