"""What the controls and a link say: each field valid by itself, whether or not the whole may be built.

A `Draft` keeps one record a hidden layer, so that adding, removing and changing layers is one line each.
"""

from dataclasses import dataclass, replace

from netlib.bounds import DEFAULT_SIZES
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup


@dataclass(frozen=True)
class HiddenLayer:
    """The choices of one hidden layer."""

    units: int
    activation: str = "relu"
    weight_init: Init = Init("pytorch")
    bias_init: Init = Init("pytorch")


@dataclass(frozen=True)
class OutputLayer:
    """The choices of the output layer: its units are the ten classes."""

    weight_init: Init = Init("pytorch")
    bias_init: Init = Init("pytorch")


@dataclass(frozen=True)
class Draft:
    """A Setup that need not stand: hidden layers, the output, the two seeds and the batch."""

    hidden: tuple[HiddenLayer, ...] = tuple(HiddenLayer(units) for units in DEFAULT_SIZES)
    output: OutputLayer = OutputLayer()
    seed: int = 0
    batch: BatchSpec = BatchSpec()

    def setup(self) -> Setup:
        """The Setup that it says; raises `Problem` where the network has too many parameters."""
        layers = self.layers
        network = NetworkSpec(
            hidden_sizes=tuple(layer.units for layer in self.hidden),
            activation=tuple(layer.activation for layer in self.hidden) or "relu",
            weight_init=tuple(layer.weight_init for layer in layers),
            bias_init=tuple(layer.bias_init for layer in layers),
            seed=self.seed,
        )
        return Setup(network, self.batch)

    @property
    def layers(self) -> tuple[HiddenLayer | OutputLayer, ...]:
        """All layers, the output last."""
        return (*self.hidden, self.output)

    @property
    def names(self) -> tuple[str, ...]:
        """The linear layers' names: `fc1`, ..., `output`."""
        return (*(f"fc{i + 1}" for i in range(len(self.hidden))), "output")

    def layer(self, name: str) -> HiddenLayer | OutputLayer:
        """The choices of the layer of this name."""
        return self.layers[self.names.index(name)]


def from_setup(setup: Setup) -> Draft:
    """The draft of a Setup: `from_setup(s).setup() == s`."""
    *hidden, output = setup.network.layers
    return Draft(
        hidden=tuple(HiddenLayer(a.fan_out, a.activation, a.weight_init, a.bias_init) for a in hidden),
        output=OutputLayer(output.weight_init, output.bias_init),
        seed=setup.network.seed,
        batch=setup.batch,
    )


def resized(draft: Draft, count: int, remembered: tuple[HiddenLayer, ...] = ()) -> Draft:
    """The draft with this many hidden layers: the first ones stay, lost ones come back from `remembered`.

    A layer that was never there is a copy of the last one.
    """
    hidden = list(draft.hidden[:count])
    while len(hidden) < count:
        known = remembered[len(hidden)] if len(hidden) < len(remembered) else None
        hidden.append(known or (hidden[-1] if hidden else HiddenLayer(DEFAULT_SIZES[0])))
    return replace(draft, hidden=tuple(hidden))


def changed(draft: Draft, name: str | None, **choices: object) -> Draft:
    """The draft with these choices made for the layer of this name, or for all layers where `name` is None.

    The output has neither `units` nor `activation` to choose: those two pass it by.
    """
    hidden = tuple(
        replace(layer, **choices) if name in (None, f"fc{i + 1}") else layer  # type: ignore[arg-type]
        for i, layer in enumerate(draft.hidden)
    )
    for_output = {key: value for key, value in choices.items() if key in ("weight_init", "bias_init")}
    output = replace(draft.output, **for_output) if name in (None, "output") else draft.output  # type: ignore[arg-type]
    return replace(draft, hidden=hidden, output=output)
