"""All initialisations with all activations, thirty seeds each, beside the least that they could cost."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import torch
from torch import Tensor

from benchmarks.effort import Effort
from benchmarks.machine import circumstances
from benchmarks.result import Result, Row
from benchmarks.spread import median
from netlib import digits, ensemble
from netlib.activations import ACTIVATIONS
from netlib.distributions import Distribution, UnitVectorEntry
from netlib.ensemble import Data, draw_weights
from netlib.initializers import SCHEMES, fill
from netlib.network import one_thread
from netlib.population import Grid
from netlib.schemes import combinations
from netlib.stats.spectrum import singular_values

BAR = 1.7
FIRST_BAR = 1_000.0

GRID = Grid((128, 64))
_APART = "orthogonal"


@dataclass
class Run:
    """One run of ours in milliseconds: CPU time without QR, and of QR; on the wall, to the first result and in all.

    longest: the longest step between two places where it could stop, on the wall.
    """

    cpu: float = 0.0
    qr: float = 0.0
    first: float = 0.0
    total: float = 0.0
    longest: float = 0.0


@dataclass(frozen=True)
class Floor:
    """Milliseconds of CPU of the least work: a fill a scheme and seed but QR, and the products, forward and back."""

    fills: float
    first_forward: float
    forward: float
    backward: float

    @property
    def plain(self) -> float:
        """Every product once a combination."""
        combinations_a_scheme = len(ACTIVATIONS)
        return self.fills + combinations_a_scheme * self.first_forward + self.forward + self.backward

    @property
    def shared(self) -> float:
        """The images times a scheme's first weights once a scheme: what the activations have in common."""
        return self.fills + self.first_forward + self.forward + self.backward


def measure(effort: Effort) -> tuple[Result, ...]:
    """Floor and ours in turns, so that whatever else the machine does meets both."""
    now = circumstances(quick=effort.quick)
    turns = [(ours(), floor()) for _ in range(effort.rounds)]
    runs = [run for run, _ in turns]
    # The turn with the ratio in the middle, not medians of both: what slows a turn down slows both sides of it.
    run, least = sorted(turns, key=lambda turn: turn[0].cpu / turn[1].shared)[len(turns) // 2]
    count = f"{len(SCHEMES) * len(ACTIVATIONS)} combinations, {len(GRID.seeds)} seeds each"
    rows = (
        Row.against(count, run.cpu, least.shared, "ms", BAR),
        Row.against("the same, beside every product once a combination", run.cpu, least.plain, "ms"),
        Row.within("the first combination, on the wall, at worst", max(run.first for run in runs), "ms", FIRST_BAR),
        Row.within("all of them, on the wall, with QR", median([run.total for run in runs]), "ms"),
        Row.within("the longest step, on the wall", max(run.longest for run in runs), "ms"),
        Row.within("apart: orthogonal's fills (QR)", median([run.qr for run in runs]), "ms"),
        Row.within("apart: singular values of all layers, 30 seeds of one scheme", spectra(), "ms"),
    )
    detail = {
        "ours": run.cpu,
        "floor": {"fills": least.fills, "products": least.shared - least.fills},
        "plain": {"fills": least.fills, "products": least.plain - least.fills},
        "ratios": [round(run.cpu / least.shared, 3) for run, least in turns],
    }
    result = Result(
        name="schemes",
        question="Every initialisation with every activation",
        reference="floor",
        rows=rows,
        circumstances=now,
        detail=detail,
    )
    return (result,)


def ours() -> Run:
    """What a visitor waits for: all combinations, with a clock at every step and around orthogonal's fills."""
    run = Run()
    batch = digits.sample(GRID.batch)
    with _qr_timed(run):
        began, wall = _cpu(), _wall()
        step = wall
        for done in combinations(GRID, batch):
            run.longest = max(run.longest, _wall() - step)
            step = _wall()
            if done is not None and not run.first:
                run.first = step - wall
        run.cpu = _cpu() - began - run.qr
        run.total = _wall() - wall
    return run


@contextmanager
def _qr_timed(run: Run) -> Iterator[None]:
    def timed(tensor: Tensor, scheme: object, distribution: Distribution, source: object) -> None:
        began = _cpu()
        fill(tensor, scheme, distribution, source)  # type: ignore[arg-type]
        if isinstance(distribution, UnitVectorEntry):
            run.qr += _cpu() - began

    with patch.object(ensemble, "fill", timed):
        yield


def floor() -> Floor:
    """Nothing but the fills and the products, into memory that is there already, for all schemes and activations."""
    batch = Data.of(digits.sample(GRID.batch))
    seeds, n = len(GRID.seeds), len(batch.labels)
    with one_thread():
        began = _cpu()
        for scheme in SCHEMES:
            if scheme != _APART:
                for layer in GRID.spec(scheme, "relu").layers:
                    draw_weights(layer, layer.weight_distribution, GRID.seeds)
        fills = _cpu() - began
        layers = GRID.spec("lecun_normal", "relu").layers
        weights = [draw_weights(layer, layer.weight_distribution, GRID.seeds) for layer in layers]
        biases = [torch.zeros(seeds, 1, layer.fan_out) for layer in layers]
        source = torch.Generator().manual_seed(0)
        signals = [torch.randn(seeds, n, layer.fan_out, generator=source) for layer in layers]
        received = [batch.inputs.expand(seeds, n, layers[0].fan_in), *signals[:-1]]
        out = [torch.empty_like(signal) for signal in signals]
        gradients = [torch.empty_like(weight) for weight in weights]
        back = [torch.empty_like(signal) for signal in signals[:-1]]

        def forward(index: int) -> None:
            torch.baddbmm(biases[index], received[index], weights[index].mT, out=out[index])

        def backward(index: int) -> None:
            torch.bmm(signals[index].mT, received[index], out=gradients[index])
            if index:
                torch.bmm(signals[index], weights[index], out=back[index - 1])

        began = _cpu()
        for _ in SCHEMES:
            forward(0)
        first_forward = _cpu() - began
        began = _cpu()
        for _ in range(len(SCHEMES) * len(ACTIVATIONS)):
            for index in range(1, len(layers)):
                forward(index)
        later_forward = _cpu() - began
        began = _cpu()
        for _ in range(len(SCHEMES) * len(ACTIVATIONS)):
            for index in range(len(layers)):
                backward(index)
        return Floor(fills, first_forward, later_forward, _cpu() - began)


def spectra() -> float:
    """Singular values of all layers of all seeds of one scheme, which the combinations do without."""
    with one_thread():
        layers = GRID.spec("lecun_normal", "relu").layers
        weights = [draw_weights(layer, layer.weight_distribution, GRID.seeds).numpy() for layer in layers]
        began = _cpu()
        for stacked in weights:
            for weight in stacked:
                singular_values(weight)
        return _cpu() - began


def _cpu() -> float:
    # All of it runs in this thread: another program beside it changes little.
    return 1000 * time.thread_time()


def _wall() -> float:
    return 1000 * time.perf_counter()
