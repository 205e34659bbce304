"""Each activation and its way back against torch's own module under autograd, to the last bit."""

import pytest
import torch
from torch import nn

from netlib.activations import ACTIVATIONS
from netlib.slopes import ACTIVATION_PAIRS


def test_there_is_a_way_back_for_every_activation():
    assert ACTIVATION_PAIRS.keys() == ACTIVATIONS.keys()


@pytest.mark.parametrize("name", ACTIVATION_PAIRS)
def test_it_is_what_autograd_runs(name):
    edges = torch.tensor([0.0, -0.0, 1e-45, -1e-45, 20.0, 20.5, -90.0, 90.0, 3e38, -3e38])
    x = torch.cat([edges, 4 * torch.randn(500, generator=torch.Generator().manual_seed(0))]).requires_grad_()
    received = torch.randn(len(x), generator=torch.Generator().manual_seed(1))
    out = getattr(nn, ACTIVATIONS[name].module)()(x)
    (expected,) = torch.autograd.grad(out, x, received)
    forward, backward = ACTIVATION_PAIRS[name]
    with torch.inference_mode():
        given = forward(x.detach())
        assert given.numpy().tobytes() == out.detach().numpy().tobytes()
        assert backward(received, x.detach(), given).numpy().tobytes() == expected.numpy().tobytes()
