"""Probing one image with the network's own slopes: saliency, occlusion, the smallest change that flips the answer."""

import numpy as np
import torch
from torch import nn

from netlib.network import one_thread
from netlib.stats.probes import Flip, Occlusion, Saliency
from netlib.trace import Array, frozen

PATCH = 5
_STRIDE = 2
_SIDE = 28
_BACKGROUND = -1.0
_MOST_STEPS = 50
_OVERSHOOT = 1.02  # the linearised border is not the border: a little further
_HALVINGS = 12


def saliency(model: nn.Sequential, image: Array, digit: int) -> Saliency:
    """The slope of a digit's logit at every pixel of an image (28, 28), by one `torch.autograd.grad`.

    Source: Simonyan, Vedaldi and Zisserman, Deep Inside Convolutional Networks (2013), section 3; signed here.
    """
    with one_thread():
        x = _tensor(model, image[np.newaxis]).requires_grad_()
        (gradient,) = torch.autograd.grad(_logits(model, x)[0, digit], x)
    return Saliency(digit, frozen(gradient[0].reshape(_SIDE, _SIDE).numpy()))


def occlusion(model: nn.Sequential, image: Array, digit: int, size: int = PATCH) -> Occlusion:
    """How much a digit's probability falls where a square of `size` pixels is made background, at every second place.

    Source: Zeiler and Fergus, Visualizing and Understanding Convolutional Networks (2014), section 4.2.
    """
    starts = np.arange(0, _SIDE - size + 1, _STRIDE)
    images = np.repeat(image[np.newaxis].astype(np.float32), 1 + len(starts) ** 2, axis=0)
    places = [(row, column) for row in starts for column in starts]
    for hidden, (row, column) in zip(images[1:], places, strict=True):
        hidden[row : row + size, column : column + size] = _BACKGROUND
    with one_thread(), torch.no_grad():
        logits = _logits(model, _tensor(model, images))
        probabilities = torch.softmax(logits, dim=1)[:, digit].numpy().astype(np.float64)
        answers = logits.argmax(dim=1).numpy()
    return Occlusion(
        digit,
        size,
        frozen(starts),
        frozen((probabilities[0] - probabilities[1:]).reshape(len(starts), len(starts))),
        float(probabilities[0]),
        int((answers[1:] != answers[0]).sum()),
    )


def smallest_change(model: nn.Sequential, image: Array) -> Flip | None:
    """A change of an image (28, 28), small in the root of its squares, that flips the answer; pixels stay in [-1, 1].

    None where none is found: the slopes are zero or not finite, or fifty steps were not enough. Each step goes to the
    nearest border that the linearised network has with another digit, over the pixels that may still move that way;
    at the end the way there is halved until the answer just flips.
    Source: Moosavi-Dezfooli, Fawzi and Frossard, DeepFool (2016), algorithm 2; the bounds and the halving are ours.
    """
    with one_thread():
        start = _tensor(model, image[np.newaxis])[0]
        x, steps = start, 0
        answer = _answer(model, x)
        while answer is not None and steps < _MOST_STEPS:
            step = _to_the_border(model, x, answer)
            if step is None:
                return None
            x, steps = (x + step).clamp(-1, 1), steps + 1
            now = _answer(model, x)
            if now is not None and now != answer:
                return _flip(model, image, answer, _shortened(model, start, x, answer), steps)
    return None


def _to_the_border(model: nn.Sequential, x: torch.Tensor, answer: int) -> torch.Tensor | None:
    """The shortest step (784,) to where the linearised network no longer prefers `answer`; None where it has none."""
    copies = x.detach().expand(10, -1).clone().requires_grad_()
    logits = _logits(model, copies)
    (slopes,) = torch.autograd.grad(logits.diagonal().sum(), copies)  # row k: the slope of logit k, all in one go
    lead = (logits[0, answer] - logits[0]).detach()
    towards = slopes - slopes[answer]
    # A pixel at its end may not go further: it is left out, and the others have to go all the way.
    stuck = ((x >= 1) & (towards > 0)) | ((x <= -1) & (towards < 0))
    towards = torch.where(stuck, 0, towards)
    squares = (towards**2).sum(dim=1)
    distance = lead / squares.sqrt()
    distance[answer] = torch.inf
    distance[~(squares > 0) | ~torch.isfinite(distance)] = torch.inf
    nearest = int(distance.argmin())
    if not torch.isfinite(distance[nearest]):
        return None
    # Where two logits are equal the step would be nothing: a hair, so that the answer can change.
    length = torch.maximum(distance[nearest] * _OVERSHOOT, torch.tensor(1e-6, dtype=x.dtype))
    return length * towards[nearest] / squares[nearest].sqrt()


def _shortened(model: nn.Sequential, start: torch.Tensor, end: torch.Tensor, answer: int) -> torch.Tensor:
    """The first place on the straight way from `start` to `end` where the answer is another one, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _answer(model, start + middle * (end - start)) == answer:
            low = middle
        else:
            high = middle
    return start + high * (end - start)


def _flip(model: nn.Sequential, image: Array, answer: int, changed: torch.Tensor, steps: int) -> Flip:
    pixels = changed.detach().numpy().reshape(_SIDE, _SIDE)
    with torch.no_grad():
        both = torch.stack([_tensor(model, image[np.newaxis])[0], changed])
        before, after = torch.softmax(_logits(model, both), dim=1).numpy()
    digits = answer, _answer(model, changed) or 0
    return Flip(frozen(image.copy()), frozen(pixels), digits, frozen(before), frozen(after), steps)


def _answer(model: nn.Sequential, x: torch.Tensor) -> int | None:
    """The digit with the largest logit; None where they are not numbers."""
    with torch.no_grad():
        logits = _logits(model, x[None])[0]
    return int(logits.argmax()) if bool(torch.isfinite(logits).all()) else None


def _logits(model: nn.Sequential, x: torch.Tensor) -> torch.Tensor:
    """What the network says before softmax; x (n, 784)."""
    logits: torch.Tensor = model[:-1](x)
    return logits


def _tensor(model: nn.Sequential, images: Array) -> torch.Tensor:
    """Images (n, 28, 28) as the network takes them, in the precision of its weights: (n, 784)."""
    return torch.tensor(images, dtype=next(model.parameters()).dtype).flatten(start_dim=1)
