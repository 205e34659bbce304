"""A sweep's unit of work, thirty seeds of one network, beside a plain loop and the least that it could cost."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from benchmarks.effort import Effort
from benchmarks.machine import circumstances
from benchmarks.result import Result, Row
from benchmarks.spread import median
from netlib.digits import sample
from netlib.ensemble import draw_biases, draw_weights
from netlib.initializers import generator
from netlib.network import build, one_thread
from netlib.spec import NetworkSpec
from netlib.sweep.evaluate import chunks, evaluate
from netlib.sweep.spec import ShortTraining, Task
from netlib.training.loop import UPDATES
from netlib.training.material import material

BAR = 1 / 0.6
SEEDS = tuple(range(30))
TOGETHER = 8
TRAINING = ShortTraining()
NETWORKS = {
    "784-16-16-10": NetworkSpec((16, 16)),
    "784-128-64-10": NetworkSpec((128, 64)),
    "30 layers of 64": NetworkSpec((64,) * 30, "relu", "kaiming_normal"),
    "30 layers of 64, tanh": NetworkSpec((64,) * 30, "tanh", "xavier_normal"),
}
ABOUT = (
    f"{len(SEEDS)} seeds of one network as one task, {TOGETHER} tasks at once where nothing is trained (a worker gets "
    "hundreds of those), their table included; CPU time of one thread, milliseconds a network. "
    "The floor has the same fills and the same products, forward and back, of as many seeds at once, into memory that "
    "is there already; with a training (one epoch of the 4,000 bundled digits, batches of 64, Adam) the optimiser's "
    "fused update too. It has no activations, no loss, no digits to fetch and nothing that is measured. Ours also "
    "reads the 1,000 held-out digits, at the end and wherever the threshold of 80 % may have been reached."
)
LOOP = (
    "The plain loop builds one network after another by `netlib.build` and takes autograd and torch.optim.Adam as they "
    "come; it measures signals, gradients, entropy, loss and accuracy, and gives no verdict."
)


@dataclass(frozen=True)
class Floor:
    """Milliseconds of CPU a network of the least work."""

    fills: float
    products: float
    updates: float

    @property
    def whole(self) -> float:
        """All of it."""
        return self.fills + self.products + self.updates


@dataclass(frozen=True)
class Turn:
    """Milliseconds of CPU a network, measured one after the other."""

    ours: float
    floor: Floor
    loop: float


def measure(effort: Effort) -> tuple[Result, ...]:
    """Ours, the floor and the loop in turns, so that whatever else the machine does meets each."""
    now = circumstances(quick=effort.quick)
    rows: list[Row] = []
    detail: dict[str, dict[str, float]] = {}
    ratios: dict[str, list[float]] = {}
    for training, when in ((None, "at the start"), (TRAINING, "with one epoch")):
        for name, network in NETWORKS.items():
            task = Task(network, SEEDS, training=training)
            turns = [turn(task) for _ in range(effort.rounds)]
            # The turn with the ratio in the middle: what slows a turn down slows all sides of it.
            middle = sorted(turns, key=lambda each: each.ours / each.floor.whole)[len(turns) // 2]
            what = f"{name}, {when}"
            rows.append(Row.against(f"{what}, the floor", middle.ours, middle.floor.whole, "ms", BAR))
            if training:
                bare = middle.floor.fills + middle.floor.products
                rows.append(Row.against(f"{what}, a floor without the optimiser", middle.ours, bare, "ms"))
            loop = median([each.loop for each in turns])
            rows.append(Row.against(f"{what}, the plain loop", middle.ours, loop, "ms"))
            rows.append(Row.within(f"{what}, networks a second", 1000 / middle.ours, ""))
            detail[what] = {"ours": 1000 / middle.ours, "floor": 1000 / middle.floor.whole, "loop": 1000 / loop}
            ratios[what] = [round(each.ours / each.floor.whole, 3) for each in turns]
    result = Result(
        name="sweep_floor",
        question="A sweep: what a network costs",
        reference="the other",
        rows=tuple(rows),
        circumstances=now,
        notes=(ABOUT, LOOP),
        detail={"networks a second": detail, "ratios": ratios},
    )
    return (result,)


def turn(task: Task) -> Turn:
    """All three once."""
    evaluate(replace(task, seeds=task.seeds[:1]))  # the digits are in memory from here on
    count = len(task.seeds)
    firsts = range(0, count if task.training else TOGETHER * count, count)
    tasks = [replace(task, seeds=tuple(range(first, first + count))) for first in firsts]
    began = _cpu()
    evaluate(*tasks)
    ours = (_cpu() - began) / count / len(tasks)
    return Turn(ours, floor(task), loop(task))


def floor(task: Task) -> Floor:
    """Nothing but fills and products, and the optimiser's update, with as many seeds at once as ours."""
    parts = [_floor(task, seeds) for seeds in chunks(task)]
    count = len(task.seeds)
    return Floor(
        sum(part.fills for part in parts) / count,
        sum(part.products for part in parts) / count,
        sum(part.updates for part in parts) / count,
    )


def _floor(task: Task, seeds: Sequence[int]) -> Floor:
    layers = task.network.layers
    with one_thread(), torch.inference_mode():
        began = _cpu()
        weights = [draw_weights(layer, layer.weight_distribution, seeds) for layer in layers]
        biases = [draw_biases(layer, seeds) for layer in layers]
        fills = _cpu() - began
        products = _products(weights, biases, task.batch.size, 1)
        updates = 0.0
        if task.training is not None:
            images, size = len(material(task.batch.source)), task.training.batch_size
            steps = task.training.epochs * -(-images // size)
            products += _products(weights, biases, size, steps)
            flat = [torch.cat([tensor.flatten() for tensor in (*weights, *biases)])]
            gradients = [torch.full_like(flat[0], 1e-3)]
            update = UPDATES[task.training.optimizer](task.training.of(task.network, task.batch), flat)
            began = _cpu()
            for _ in range(steps):
                update(gradients, task.training.rate)
            updates = _cpu() - began
    return Floor(fills, products, updates)


def _products(weights: list[Tensor], biases: list[Tensor], n: int, times: int) -> float:
    source = torch.Generator().manual_seed(0)
    seeds = len(weights[0])
    signals = [torch.randn(seeds, n, weight.shape[1], generator=source) for weight in weights]
    received = [torch.randn(seeds, n, weights[0].shape[2], generator=source), *signals[:-1]]
    out = [torch.empty_like(signal) for signal in signals]
    gradients = [torch.empty_like(weight) for weight in weights]
    back = [torch.empty_like(signal) for signal in signals[:-1]]
    began = _cpu()
    for _ in range(times):
        for index, weight in enumerate(weights):
            torch.baddbmm(biases[index], received[index], weight.mT, out=out[index])
        for index in reversed(range(len(weights))):
            torch.bmm(signals[index].mT, received[index], out=gradients[index])
            if index:
                torch.bmm(signals[index], weights[index], out=back[index - 1])
    return _cpu() - began


def loop(task: Task, networks: int = 3) -> float:
    """Milliseconds of CPU a network, one after another, as anybody writes it with PyTorch."""
    batch = sample(task.batch)
    images, labels = torch.tensor(batch.images).flatten(1), torch.tensor(batch.labels)
    with one_thread():
        began = _cpu()
        for network in task.networks()[:networks]:
            model = build(network)[:-1]
            _look(model, images, labels)
            if task.training is not None:
                _train(model, task)
        return (_cpu() - began) / networks


def _look(model: nn.Sequential, images: Tensor, labels: Tensor) -> list[float]:
    x, found = images, []
    for module in model:
        x = module(x)
        if isinstance(module, nn.Linear):
            found.append(float(x.detach().double().square().mean().sqrt()))
        else:
            found.append(float((x == 0).all(dim=0).double().mean()))
    nn.functional.cross_entropy(x, labels).backward()
    found += [float(module.weight.grad.norm()) for module in model if isinstance(module, nn.Linear)]
    probabilities = x.detach().softmax(dim=1)
    found.append(float(torch.special.entr(probabilities).sum(dim=1).mean()))
    return found


def _train(model: nn.Sequential, task: Task) -> float:
    training = task.training
    assert training is not None
    digits = material(task.batch.source)
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=training.rate)
    source = generator(task.network.seed, "shuffle")
    for _ in range(training.epochs):
        for chosen in torch.randperm(len(digits), generator=source).split(training.batch_size):
            optimizer.zero_grad()
            loss = criterion(model(digits.images[chosen]), digits.labels[chosen])
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        return float((model(digits.held_images).argmax(1) == digits.held_labels).double().mean())


def _cpu() -> float:
    # All of it runs in this thread: another program beside it changes little.
    return 1000 * time.thread_time()
