"""Start-up: what is loaded once is out of the garbage collector's way, once a page."""

import gc

from netlib.ui import warm


def test_what_a_page_loads_is_frozen_once(monkeypatch):
    monkeypatch.setattr(warm, "_settled", set())
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
