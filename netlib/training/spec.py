"""How a network is trained, and what may be asked of a training: frozen, checked once where it is made. No torch.

Sources: Robbins and Monro 1951 (stochastic gradient descent), Polyak 1964 (momentum), Kingma and Ba 2015 (Adam),
Loshchilov and Hutter 2019 (AdamW), Srivastava et al. 2014 (dropout).
"""

from dataclasses import dataclass
from typing import Any

from netlib.bounds import SOURCES, check_seed, check_whole, check_word, shown
from netlib.i18n import N_
from netlib.problem import Problem
from netlib.spec import NetworkSpec

LEARNING_RATES = (1e-6, 100.0)
WEIGHT_DECAYS = (0.0, 1.0)
DROPOUTS = (0.0, 0.9)
MAX_TRAINING_BATCH = 1_024
MAX_EPOCHS = 1_000
EPOCHS = 10
"""Epochs that a training runs for unless it is told otherwise."""


@dataclass(frozen=True)
class Optimizer:
    """A rule that moves the weights: `module` names it in `torch.optim`, `arguments` are what it takes besides."""

    name: str
    module: str
    arguments: tuple[tuple[str, float], ...]
    learning_rate: float
    formula: str
    summary: str

    @property
    def keywords(self) -> dict[str, Any]:
        """The arguments as the class takes them."""
        return dict(self.arguments)


OPTIMIZERS: dict[str, Optimizer] = {
    optimizer.name: optimizer
    for optimizer in (
        Optimizer(
            "sgd",
            "SGD",
            (),
            0.1,
            r"\theta \leftarrow \theta - \eta\,g",
            N_("A step against the gradient, as long as the learning rate says."),
        ),
        Optimizer(
            "momentum",
            "SGD",
            (("momentum", 0.9),),
            0.02,
            r"v \leftarrow 0.9\,v + g,\quad \theta \leftarrow \theta - \eta\,v",
            N_(
                "Gradients add up like the speed of a ball that rolls downhill: what keeps its direction grows tenfold."
            ),
        ),
        Optimizer(
            "adam",
            "Adam",
            (),
            0.001,
            r"\theta \leftarrow \theta - \eta\,\hat m / (\sqrt{\hat v} + \epsilon)",
            N_("Every weight has a step of its own: the mean gradient divided by its usual size."),
        ),
        Optimizer(
            "adamw",
            "AdamW",
            (),
            0.001,
            r"\theta \leftarrow (1 - \eta\lambda)\,\theta - \eta\,\hat m / (\sqrt{\hat v} + \epsilon)",
            N_("Adam whose weight decay shrinks the weights themselves instead of being mixed into the gradient."),
        ),
    )
}


@dataclass(frozen=True)
class TrainSpec:
    """One training: which network, by which rule, on which digits. A learning rate of None is the optimiser's own.

    Raises `Problem` for a value out of bounds. The same spec gives the same run, bit for bit.
    """

    network: NetworkSpec = NetworkSpec()
    optimizer: str = "adam"
    learning_rate: float | None = None
    batch_size: int = 64
    weight_decay: float = 0.0
    dropout: float = 0.0
    seed: int = 0
    source: str = "bundled"

    def __post_init__(self) -> None:
        check_word("optimizer", self.optimizer, OPTIMIZERS)
        rate = OPTIMIZERS[self.optimizer].learning_rate if self.learning_rate is None else self.learning_rate
        object.__setattr__(self, "learning_rate", check_learning_rate(rate))
        check_batch_size(self.batch_size)
        object.__setattr__(self, "weight_decay", check_number("weight_decay", self.weight_decay, *WEIGHT_DECAYS))
        object.__setattr__(self, "dropout", check_number("dropout", self.dropout, *DROPOUTS))
        check_seed("seed", self.seed)
        check_word("source", self.source, SOURCES)

    @property
    def rate(self) -> float:
        """The learning rate, never None."""
        assert self.learning_rate is not None
        return self.learning_rate


ACTIONS = ("start", "pause", "step", "epoch", "reset", "learning_rate", "batch_size", "stop")


@dataclass(frozen=True)
class Command:
    """What is asked of a training while it is there.

    start: until `value` epochs are done in all (left out: until its target so far, or 10 further where that is
    reached); epoch: to the end of the present epoch; step: one; reset: the very same initial weights again; stop: for
    good. learning_rate and batch_size take the new one as `value`. Raises `Problem` for anything else.
    """

    action: str
    value: float | None = None

    def __post_init__(self) -> None:
        check_word("action", self.action, ACTIONS)
        match self.action:
            case "start" if self.value is not None:
                check_whole("epochs", self.value, 1, MAX_EPOCHS)
            case "learning_rate":
                object.__setattr__(self, "value", check_learning_rate(self.value))
            case "batch_size":
                check_batch_size(self.value)


def check_number(name: str, given: object, low: float, high: float) -> float:
    """The number itself as a float; raises `Problem` where it is none or out of bounds."""
    if isinstance(given, bool) or not isinstance(given, int | float) or not low <= given <= high:
        raise Problem(
            N_("{name} must be a number from {low} to {high}; given: {given}."),
            name=name,
            low=f"{low:g}",
            high=f"{high:g}",
            given=shown(given),
        )
    return float(given) + 0.0  # + 0.0: minus zero and zero are one choice


def check_learning_rate(given: object) -> float:
    """The learning rate itself; raises `Problem` where it is out of bounds."""
    return check_number("learning_rate", given, *LEARNING_RATES)


def check_batch_size(given: object) -> int:
    """The batch size itself; raises `Problem` unless it is a whole number from 1 to 1,024."""
    return check_whole("batch_size", given, 1, MAX_TRAINING_BATCH)
