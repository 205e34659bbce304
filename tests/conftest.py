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


@pytest.fixture
def two_threads():
    """PyTorch allowed two intra-op threads, as on any laptop; afterwards whatever it was."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)
