"""What every test relies on: hypothesis as we want it, and global state that a test leaves as it found it."""

import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "layerscope",
    deadline=None,  # two cores are shared: a slow minute is no bug
    max_examples=100,
    derandomize=os.environ.get("CI", "").lower() == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("layerscope")

# Folders whose files take longest, longest first: of what is quick there is enough to keep both processes busy to the end.
LONGEST = ("e2e", "soundness", "sweep", "training", "code", "digits", "ui", "lesson", "views")


def pytest_collection_modifyitems(items):
    """The order of work; within a file it stays as it is written."""
    rank = {folder: place for place, folder in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.path.parent.name, len(rank)))


@pytest.fixture
def two_threads():
    """PyTorch allowed two intra-op threads, as on any laptop; afterwards whatever it was."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def browser():
    """One browser a worker, for every folder: Playwright allows one of its kind in a thread."""
    from playwright.sync_api import sync_playwright

    from tests.e2e.visitor import launch

    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """One running dashboard a worker; a test that may harm it starts its own."""
    from tests.e2e.server import serve

    with serve(tmp_path_factory.mktemp("server") / "log.txt") as running:
        yield running
