"""What a second intra-op thread of PyTorch would give: the products of one change, with one thread and with two."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import torch
from torch import nn
from torch.nn import functional

from benchmarks.effort import Effort
from benchmarks.machine import circumstances
from benchmarks.result import Result, Row
from benchmarks.spread import median
from netlib import digits, network
from netlib.bounds import count_parameters
from netlib.query import DEFAULTS, read_sizes
from netlib.spec import BatchSpec, NetworkSpec

BAR = 1.1

# The default, and one just below the cap of 2,000,000 parameters.
SIZES = (DEFAULTS["hidden"], "1024-1024-128")
_TURNS = 4  # a change is a fraction of a millisecond, and another program a few: many turns for each repetition
_VISITORS = 2

Threads = dict[int, list[float]]


def measure(effort: Effort) -> tuple[Result, ...]:
    """Plain PyTorch forward and back, one thread and two in turns; then two visitors at once, each with as many."""
    now = circumstances(quick=effort.quick)
    rows: list[Row] = []
    for hidden in SIZES:
        spec = NetworkSpec(read_sizes(hidden))
        wall, cpu = alone(spec, _TURNS * effort.presses)
        crowd = together(spec, _TURNS * effort.presses)
        name = f"{count_parameters(spec.hidden_sizes):,} parameters"
        bar = BAR if hidden == DEFAULTS["hidden"] else None
        rows += [
            Row.against(f"{name}, one visitor", median(wall[1]), median(wall[2]), "ms", bar),
            Row.against(f"{name}, one visitor, CPU", median(cpu[1]), median(cpu[2]), "ms"),
            Row.against(f"{name}, {_VISITORS} visitors at once", median(crowd[1]), median(crowd[2]), "ms", bar),
        ]
    result = Result(
        name="threads",
        question="One intra-op thread or two",
        reference="with two threads",
        rows=tuple(rows),
        circumstances=now,
    )
    return (result,)


def alone(spec: NetworkSpec, turns: int) -> tuple[Threads, Threads]:
    """Milliseconds on the wall and of CPU for each number of threads."""
    wall: Threads = {1: [], 2: []}
    cpu: Threads = {1: [], 2: []}
    work = forward_and_back(spec)
    with ThreadPoolExecutor(1) as pool:
        for _ in range(turns):
            for count in wall:
                seconds, spent = pool.submit(timed, work, count).result()
                wall[count].append(seconds)
                cpu[count].append(spent)
    return wall, cpu


def together(spec: NetworkSpec, turns: int) -> Threads:
    """Milliseconds on the wall of several visitors' work, begun together, each in a thread of its own."""
    wall: Threads = {1: [], 2: []}
    work = [forward_and_back(spec) for _ in range(_VISITORS)]
    gate = Barrier(_VISITORS)

    def one(index: int, count: int) -> float:
        gate.wait()
        return timed(work[index], count)[0]

    with ThreadPoolExecutor(_VISITORS) as pool:
        for _ in range(turns):
            for count in wall:
                jobs = [pool.submit(one, index, count) for index in range(_VISITORS)]
                wall[count] += [job.result() for job in jobs]
    return wall


def timed(work: Callable[[], None], count: int) -> tuple[float, float]:
    """Milliseconds on the wall and of the process' CPU, in a thread that gives PyTorch so many intra-op threads."""
    torch.set_num_threads(count)  # of the calling thread alone, as PyTorch keeps it
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def forward_and_back(spec: NetworkSpec) -> Callable[[], None]:
    """The products of one change: the default batch through a network that is there, the loss, its gradients."""
    batch = digits.sample(BatchSpec())
    images, labels = torch.tensor(batch.images).flatten(start_dim=1), torch.tensor(batch.labels)
    model: nn.Sequential = network.build(spec)[:-1]  # the loss is that of the logits
    parameters = list(model.parameters())

    def work() -> None:
        torch.autograd.grad(functional.cross_entropy(model(images), labels), parameters)

    work()
    return work
