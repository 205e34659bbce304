"""What the tests of training share: the plain loop as anybody writes it with PyTorch, and small digits."""

import hashlib
import os
import time
from itertools import count
from pathlib import Path

import torch

from netlib.network import build
from netlib.training.spec import OPTIMIZERS


def seeded(seed, name):
    """The rule of docs/architecture.md, written once more: the first 63 bits of SHA-256 of `seed:name`."""
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)


def plain_losses(spec, digits, changes=None, start=None):
    """The loop of the notebook's successor with autograd and torch.optim; yields (model, loss) after each step.

    `changes`: {step: {"learning_rate": ..., "batch_size": ...}} takes effect before that step.
    """
    model = build(spec.network)[:-1]
    if start is not None:
        linears = [module for module in model if isinstance(module, torch.nn.Linear)]
        for linear, (weight, bias) in zip(linears, start, strict=True):
            linear.load_state_dict({"weight": torch.tensor(weight), "bias": torch.tensor(bias)})
    rule = OPTIMIZERS[spec.optimizer]
    optimizer = getattr(torch.optim, rule.module)(
        model.parameters(), lr=spec.learning_rate, weight_decay=spec.weight_decay, fused=True, **rule.keywords
    )
    shuffle, dropout = seeded(spec.seed, "shuffle"), seeded(spec.seed, "dropout")
    keep, batch_size, steps = 1 - spec.dropout, spec.batch_size, count(1)
    while True:
        order, at = torch.randperm(len(digits.labels), generator=shuffle), 0
        while at < len(order):
            step = next(steps)
            change = (changes or {}).get(step, {})
            batch_size = change.get("batch_size", batch_size)
            optimizer.param_groups[0]["lr"] = change.get("learning_rate", optimizer.param_groups[0]["lr"])
            chosen = order[at : at + batch_size]
            at += batch_size
            x = digits.images[chosen]
            for module in model:
                x = module(x)
                if spec.dropout and not isinstance(module, torch.nn.Linear):
                    mask = torch.empty_like(x).bernoulli_(keep, generator=dropout) / keep
                    x = x * mask
            loss = torch.nn.functional.cross_entropy(x, digits.labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            yield model, loss.item()


def plain(spec, digits, steps, **options):
    """The model after so many steps of the plain loop, in one thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for step, (model, _) in enumerate(plain_losses(spec, digits, **options), 1):
            if step == steps:
                return model
    finally:
        torch.set_num_threads(before)


def same(weights, model):
    """Whether weights are a model's, bit for bit."""
    ours = [array.tobytes() for layer in weights for array in layer]
    return ours == [parameter.detach().numpy().tobytes() for parameter in model.parameters()]


def equal(one, other):
    """Whether two sets of weights are the same, bit for bit."""
    return [a.tobytes() for layer in one for a in layer] == [a.tobytes() for layer in other for a in layer]


def soon(condition, seconds=120):
    """Waits until something is so, and says what it was; fails where it never is."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)
    return found


def alive(pid):
    """Whether a process is there and not merely waiting to be buried."""
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
