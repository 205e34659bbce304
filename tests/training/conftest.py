"""The digits that the tests train on."""

import pytest

from netlib.training.material import material


@pytest.fixture(scope="session")
def digits():
    """The bundled digits as tensors."""
    return material("bundled")
