"""Four ways to train the same network on the same digits, each with a clock of its thread's CPU around its steps."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from netlib.digits.folders import raw_folder
from netlib.initializers import generator
from netlib.network import build, one_thread
from netlib.spec import NetworkSpec
from netlib.training.loop import Trainer, initial_weights
from netlib.training.material import material
from netlib.training.session import LIVE, Session
from netlib.training.spec import Command, TrainSpec
from tests.e2e.server import ROOT

SPEC = TrainSpec()
RACES = tuple(
    TrainSpec(NetworkSpec(seed=seed), optimizer="momentum", weight_decay=1e-4, seed=seed) for seed in range(5)
)
"""What the NumPy trainer can do, too: momentum 0.9, and the l2 that is its default; one seed alone would be chance."""

PACKAGE = "neural-network-digits"
_LOOK_EVERY = LIVE / 2


def notebook(steps: int) -> float:
    """Milliseconds of CPU a step: the notebook's DataLoader over torchvision's MNIST with its transforms, and Adam."""
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms

    transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    data = datasets.MNIST(raw_folder(SPEC.source).parents[1], train=True, transform=transform)
    source = torch.Generator().manual_seed(0)
    loader = DataLoader(data, batch_size=SPEC.batch_size, shuffle=True, generator=source)
    model = build(SPEC.network)[:-1]
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=SPEC.rate)
    done = 0
    with one_thread():
        began = _cpu()
        while True:
            for images, labels in loader:
                optimizer.zero_grad()
                loss = criterion(model(images.view(len(images), -1)), labels)
                loss.backward()
                optimizer.step()
                done += 1
                if done == steps:
                    return (_cpu() - began) / steps


def bare(steps: int, *, fused: bool) -> float:
    """Milliseconds of CPU a step: autograd and torch.optim over tensors already in memory, and nothing else."""
    digits = material(SPEC.source)
    model = build(SPEC.network)[:-1]
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=SPEC.rate, fused=fused)
    source = torch.Generator().manual_seed(0)
    done = 0
    with one_thread():
        began = _cpu()
        while True:
            for chosen in torch.randperm(len(digits), generator=source).split(SPEC.batch_size):
                optimizer.zero_grad()
                loss = criterion(model(digits.images[chosen]), digits.labels[chosen])
                loss.backward()
                optimizer.step()
                done += 1
                if done == steps:
                    return (_cpu() - began) / steps


def ours(steps: int, *, live: bool) -> float:
    """Milliseconds of CPU a step of a session, everything included; `live`: somebody looks all the time."""
    with one_thread():
        session = Session(SPEC)
        session.command(Command("start", 1_000))
        began, looked = _cpu(), 0.0
        while True:
            if live and time.perf_counter() - looked > _LOOK_EVERY:
                session.looked_at()
                looked = time.perf_counter()
            session.advance(0.02)
            report = session.report()
            if report.step >= steps:
                return (_cpu() - began) / report.step


@dataclass(frozen=True)
class Race:
    """Seconds of CPU and steps until a held-out accuracy was there; at the end where it never was."""

    seconds: float
    steps: int

    @property
    def each(self) -> float:
        """Milliseconds of CPU a step."""
        return 1000 * self.seconds / self.steps

    @classmethod
    def of(cls, races: "Iterable[Race]") -> "Race":
        """Several one after the other."""
        ran = list(races)
        return cls(sum(race.seconds for race in ran), sum(race.steps for race in ran))


def raced(spec: TrainSpec, epochs: int, accuracy: float, every: int) -> Race:
    """Ours until an accuracy: all steps are timed, looking whether it is there is not."""
    digits = material(spec.source)
    trainer = Trainer(spec, digits)
    cpu = 0.0
    with one_thread():
        while trainer.epochs_done < epochs:
            began = _cpu()
            for _ in range(every):
                trainer.step()
            cpu += _cpu() - began
            if _held_out(trainer) >= accuracy:
                break
    return Race(cpu / 1000, trainer.step_count)


def _held_out(trainer: Trainer) -> float:
    digits = material(trainer.spec.source)
    x, parameters = digits.held_images, trainer.parameters
    with torch.inference_mode():
        for weight, bias in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
            x = torch.relu(nn.functional.linear(x, weight, bias))
        logits = nn.functional.linear(x, parameters[-2], parameters[-1])
    return float((logits.argmax(1) == digits.held_labels).double().mean())


class NumpyTrainer:
    """neural-network-digits in an environment of its own; raises `CalledProcessError` where pip cannot get it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.python = folder / "venv" / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True, capture_output=True)
        subprocess.run(
            [self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE],
            check=True,
            capture_output=True,
            timeout=300,
        )
        shown = subprocess.run([self.python, "-m", "pip", "show", PACKAGE], check=True, capture_output=True, text=True)
        self.version = next(line.split()[1] for line in shown.stdout.splitlines() if line.startswith("Version:"))

    def race(self, spec: TrainSpec, epochs: int, accuracy: float, every: int) -> Race:
        """The same network from the same weights, with the same rule, on the same digits in the same order."""
        self._write(spec, epochs)
        plan = {
            "folder": str(self._folder),
            "batch": spec.batch_size,
            "rate": spec.rate,
            "l2": spec.weight_decay,
            "every": every,
            "accuracy": accuracy,
        }
        # One thread, like all the others; and whichever kernel OpenBLAS itself finds best for this processor.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
        done = subprocess.run(
            [self.python, ROOT / "benchmarks" / "clients" / "numpy_trainer.py", json.dumps(plan)],
            check=True,
            capture_output=True,
            text=True,
            env={**environment, "OPENBLAS_NUM_THREADS": "1"},
        )
        return Race(**json.loads(done.stdout))

    def _write(self, spec: TrainSpec, epochs: int) -> None:
        digits = material(spec.source)
        arrays = {
            "images": digits.images.numpy(),
            "labels": digits.labels.numpy(),
            "held_images": digits.held_images.numpy(),
            "held_labels": digits.held_labels.numpy(),
            "order": np.stack([order.numpy() for order in _orders(spec, epochs)]),
        }
        for index, (weight, bias) in enumerate(initial_weights(spec.network)):
            arrays |= {f"weight{index}": weight.T, f"bias{index}": bias}
        np.savez(self._folder / "digits.npz", **arrays)


def _orders(spec: TrainSpec, epochs: int) -> Iterator[torch.Tensor]:
    source = generator(spec.seed, "shuffle")
    for _ in range(epochs):
        yield torch.randperm(len(material(spec.source)), generator=source)


def _cpu() -> float:
    # All of it runs in this thread: another program beside it changes little.
    return 1000 * time.thread_time()
