"""What a sweep is: a grid of networks, as many seeds of each, and what is done with them. Frozen, checked. No torch."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from netlib.bounds import MAX_LAYERS, MAX_UNITS, check_activation, check_sizes, check_whole, shown
from netlib.i18n import N_
from netlib.problem import Problem
from netlib.spec import BatchSpec, Init, NetworkSpec, check_bias_init, check_weight_init
from netlib.training.spec import TrainSpec, check_number

MAX_SEEDS = 1_000
MAX_NETWORKS = 10_000_000
SIGMAS = (0.0, 100.0)
_DIGITS = 6
"""Significant digits of a standard deviation that a sigma comes to: what a link carries without a tail of nines."""


@dataclass(frozen=True)
class ShortTraining:
    """A training of a few epochs, the same for every network of a sweep; a learning rate of None is the optimiser's.

    threshold: a held-out accuracy; how many steps it takes to get there is measured. Raises `Problem`.
    """

    epochs: int = 1
    optimizer: str = "adam"
    learning_rate: float | None = None
    batch_size: int = 64
    threshold: float = 0.8

    def __post_init__(self) -> None:
        check_whole("epochs", self.epochs, 1, 100)
        object.__setattr__(self, "learning_rate", self.of(NetworkSpec(), BatchSpec()).rate)
        object.__setattr__(self, "threshold", check_number("threshold", self.threshold, 0.0, 1.0))

    @property
    def rate(self) -> float:
        """The learning rate, never None."""
        assert self.learning_rate is not None
        return self.learning_rate

    def of(self, network: NetworkSpec, batch: BatchSpec) -> TrainSpec:
        """The training of one network, on the digits that its batch comes from; shuffled by the network's own seed."""
        return TrainSpec(
            network,
            self.optimizer,
            self.learning_rate,
            self.batch_size,
            seed=network.seed,
            source=batch.source,
        )


@dataclass(frozen=True)
class Task:
    """The unit of work: one network with some seeds instead of its own. Equal tasks give equal rows, bit for bit.

    sigma_w, sigma_b: what the network's weights and biases were scaled by, where the sweep says so; rows tell it.
    """

    network: NetworkSpec
    seeds: tuple[int, ...]
    batch: BatchSpec = BatchSpec()
    training: ShortTraining | None = None
    sigma_w: float | None = None
    sigma_b: float | None = None

    def networks(self) -> tuple[NetworkSpec, ...]:
        """The networks themselves, one a seed."""
        return tuple(replace(self.network, seed=seed) for seed in self.seeds)


@dataclass(frozen=True)
class Sweep:
    """Every combination of what is listed: a list of one value is what all networks share.

    Either `hidden_sizes` lists whole architectures, or `depth` and `width` together span them (as many hidden layers of
    one width). `sigma_w` stands in for `weight_init`: each layer's weights are normal with a standard deviation of
    sigma_w / sqrt(fan_in); `sigma_b` for `bias_init`: normal with that standard deviation. Seeds count from
    `first_seed`. Raises `Problem` for a value out of bounds, an empty list, one of both kinds, or too many networks.
    """

    hidden_sizes: tuple[tuple[int, ...], ...] = ()
    depth: tuple[int, ...] = ()
    width: tuple[int, ...] = ()
    activation: tuple[str, ...] = ("relu",)
    weight_init: tuple[Init, ...] = ()
    sigma_w: tuple[float, ...] = ()
    bias_init: tuple[Init, ...] = ()
    sigma_b: tuple[float, ...] = ()
    seeds: int = 10
    first_seed: int = 0
    batch: BatchSpec = BatchSpec()
    training: ShortTraining | None = None

    def __post_init__(self) -> None:
        self._set("activation", check_activation)
        self._set("weight_init", check_weight_init)
        self._set("bias_init", check_bias_init)
        self._set("sigma_w", lambda given: check_number("sigma_w", given, *SIGMAS))
        self._set("sigma_b", lambda given: check_number("sigma_b", given, *SIGMAS))
        self._set("depth", lambda given: check_whole("depth", given, 0, MAX_LAYERS))
        self._set("width", lambda given: check_whole("width", given, 1, MAX_UNITS))
        self._set("hidden_sizes", check_sizes)
        self._only_one_of("hidden_sizes", "depth")
        self._only_one_of("weight_init", "sigma_w")
        self._only_one_of("bias_init", "sigma_b")
        if bool(self.depth) != bool(self.width):
            raise Problem(N_("depth and width belong together: each needs a list, or hidden_sizes in their place."))
        if not self.hidden_sizes and not self.depth:
            object.__setattr__(self, "hidden_sizes", (NetworkSpec().hidden_sizes,))
        if not self.activation:
            raise Problem(N_("{name} must list at least one value."), name="activation")
        for name, other in (("weight_init", self.sigma_w), ("bias_init", self.sigma_b)):
            if not getattr(self, name) and not other:
                object.__setattr__(self, name, (Init("pytorch"),))
        check_whole("seeds", self.seeds, 1, MAX_SEEDS)
        check_whole("first_seed", self.first_seed, 0, 2**32 - self.seeds)
        object.__setattr__(self, "batch", replace(self.batch, image=0))
        if self.most > MAX_NETWORKS:
            raise Problem(
                N_("A sweep has at most {high} networks; given: {given}."), high=MAX_NETWORKS, given=self.most
            )

    def _set(self, name: str, check: Any) -> None:
        given = getattr(self, name)
        if isinstance(given, str | Init) or not isinstance(given, Iterable):
            raise Problem(N_("{name} must be a list; given: {given}."), name=name, given=shown(given))
        # dict: a value given twice is one choice
        object.__setattr__(self, name, tuple(dict.fromkeys(check(value) for value in given)))

    def _only_one_of(self, name: str, other: str) -> None:
        if getattr(self, name) and getattr(self, other):
            raise Problem(N_("Only one of {name} and {other} can be listed."), name=name, other=other)

    @property
    def most(self) -> int:
        """Networks of the whole grid, at most: combinations that come to the same network count once when it runs."""
        lists = (*self._architecture_lists(), self.activation, self._weights(), self._biases())
        return math.prod(map(len, lists)) * self.seeds

    def _architecture_lists(self) -> tuple[Sequence[Any], ...]:
        return (self.hidden_sizes,) if self.hidden_sizes else (self.depth, self.width)

    def _weights(self) -> Sequence[Any]:
        return self.sigma_w or self.weight_init

    def _biases(self) -> Sequence[Any]:
        return self.sigma_b or self.bias_init

    def architectures(self) -> tuple[tuple[int, ...], ...]:
        """Hidden sizes, each once; depth 0 is the same for every width."""
        spanned = ((width,) * depth for depth, width in product(self.depth, self.width))
        return self.hidden_sizes or tuple(dict.fromkeys(spanned))

    def tasks(self) -> Iterator[Task]:
        """The work, network by network, each once, last list fastest; raises `Problem` for one that cannot be built."""
        seeds = tuple(range(self.first_seed, self.first_seed + self.seeds))
        seen: set[NetworkSpec] = set()
        for sizes, activation, weights, biases in product(
            self.architectures(), self.activation, self._weights(), self._biases()
        ):
            network = NetworkSpec(
                sizes, activation, scaled(sizes, weights) if self.sigma_w else weights, _biases_of(biases)
            )
            if not sizes and network in seen:  # without hidden layers all activations are one network
                continue
            if not sizes:
                seen.add(network)
            yield Task(
                network,
                seeds,
                self.batch,
                self.training,
                sigma_w=weights if self.sigma_w else None,
                sigma_b=biases if self.sigma_b else None,
            )


def scaled(hidden_sizes: Sequence[int], sigma_w: float) -> tuple[Init, ...]:
    """Normal weights of standard deviation sigma_w / sqrt(fan_in), one Init a layer, to six significant digits."""
    fans = (784, *hidden_sizes)
    return tuple(Init("normal", std=float(f"{sigma_w / math.sqrt(fan):.{_DIGITS}g}")) for fan in fans)


def _biases_of(given: Init | float) -> Init:
    return given if isinstance(given, Init) else Init("normal", std=given)
