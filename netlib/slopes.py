"""The activations in torch, each with its way back: the very operations that autograd would run, without autograd."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from netlib.activations import LEAK

_aten = torch.ops.aten

# name -> the function, and its way back from (gradient, input, output): what autograd records for torch's own module.
_Forward = Callable[[Tensor], Tensor]
_Backward = Callable[[Tensor, Tensor, Tensor], Tensor]
ACTIVATION_PAIRS: dict[str, tuple[_Forward, _Backward]] = {
    "sigmoid": (torch.sigmoid, lambda d, x, y: _aten.sigmoid_backward(d, y)),
    "tanh": (torch.tanh, lambda d, x, y: _aten.tanh_backward(d, y)),
    "relu": (torch.relu, lambda d, x, y: _aten.threshold_backward(d, y, 0)),
    "leaky_relu": (
        lambda x: functional.leaky_relu(x, LEAK),
        lambda d, x, y: _aten.leaky_relu_backward(d, x, LEAK, False),
    ),
    "elu": (functional.elu, lambda d, x, y: _aten.elu_backward(d, 1.0, 1.0, 1.0, False, x)),
    "gelu": (functional.gelu, lambda d, x, y: _aten.gelu_backward(d, x)),
    "silu": (functional.silu, lambda d, x, y: _aten.silu_backward(d, x)),
    "softplus": (functional.softplus, lambda d, x, y: _aten.softplus_backward(d, x, 1.0, 20.0)),
    "identity": (lambda x: x, lambda d, x, y: d),
}
