"""From a Trace to its gradients: the way back through the network, by the same torch that went forward."""

import torch
from torch import nn
from torch.nn import functional

from netlib.activations import ACTIVATIONS
from netlib.forward import Digits, run
from netlib.gradients import Gradients, LayerGradient
from netlib.network import one_thread
from netlib.trace import Array, Trace, frozen


def gradients(model: nn.Sequential, batch: Digits) -> Gradients:
    """The gradient of the mean cross-entropy on a batch at every layer of a model; no `.grad` is filled."""
    return gradients_of(run(model, batch))


def gradients_of(trace: Trace) -> Gradients:
    """The gradient of the mean cross-entropy at every layer of a Trace, which holds all that the way back needs.

    The cross-entropy is that of the logits (`torch.nn.functional.cross_entropy`), never of probabilities that have
    rounded to 0 or 1. Backpropagation (Rumelhart, Hinton and Williams 1986): dW = d^T x, db = sum of d over the images,
    what the layer before receives is d W, times its slope. The slope is torch's own, by autograd.
    """
    with one_thread():
        logits = torch.tensor(trace.logits, requires_grad=True)
        labels = torch.tensor(trace.labels)
        loss = functional.cross_entropy(logits, labels)
        (before,) = torch.autograd.grad(loss, logits)
        after = None
        found = []
        for layer in reversed(trace.layers):
            if after is not None:
                before = _through(layer.activation, layer.before, after)
            received = torch.tensor(trace.inputs_of(layer.name))
            found.append(
                LayerGradient(
                    name=layer.name,
                    weight=_kept(before.T @ received),
                    bias=_kept(before.sum(dim=0)),
                    before=_kept(before),
                    after=None if after is None else _kept(after),
                )
            )
            if layer is not trace.layers[0]:
                after = before @ torch.tensor(layer.weight)
    return Gradients(float(loss.detach()), tuple(reversed(found)))


def _through(activation: str, before: Array, after: torch.Tensor) -> torch.Tensor:
    z = torch.tensor(before, requires_grad=True)
    out = getattr(nn, ACTIVATIONS[activation].module)()(z)
    # Of a number, not of `out` with `after` given: torch would import sympy for that, which takes half a second.
    (gradient,) = torch.autograd.grad((out * after).sum(), z)
    return gradient


def _kept(tensor: torch.Tensor) -> Array:
    return frozen(tensor.numpy())
