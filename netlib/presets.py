"""Networks worth one click: the notebook's own, and three that fail in a way to remember."""

from dataclasses import dataclass, replace

from netlib.draft import Draft, from_setup
from netlib.i18n import N_
from netlib.spec import Init, NetworkSpec, Setup


@dataclass(frozen=True)
class Preset:
    """A named network with one sentence on what it shows; choosing it leaves the seed and the batch as they are."""

    name: str
    title: str
    summary: str
    network: NetworkSpec


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "exercise1",
            N_("Exercise 1: by hand, randn"),
            N_("784-256-10, sigmoid, weights and biases from randn: sure of itself, and wrong."),
            NetworkSpec((256,), "sigmoid", Init("normal", std=1.0), Init("normal", std=1.0)),
        ),
        Preset(
            "network_class",
            N_("The Network class"),
            N_("784-256-10, sigmoid, as nn.Linear starts it."),
            NetworkSpec((256,), "sigmoid"),
        ),
        Preset(
            "exercise3",
            N_("Exercise 3: 784-128-64-10"),
            N_("Two hidden layers with ReLU, as nn.Linear starts them."),
            NetworkSpec((128, 64), "relu"),
        ),
        Preset(
            "fc1_normal",
            N_("fc1 normal(0.01), bias 0"),
            N_("The notebook's own initialisation of fc1; the other layers stay as they were."),
            NetworkSpec(
                (128, 64),
                "relu",
                (Init("normal", std=0.01), "pytorch", "pytorch"),
                ("zeros", "pytorch", "pytorch"),
            ),
        ),
        Preset(
            "vanishing",
            N_("A deep tanh net that vanishes"),
            N_("Twenty layers of 64: each one shrinks the signal, until all images look the same."),
            NetworkSpec((64,) * 20, "tanh", "pytorch", "zeros"),
        ),
        Preset(
            "exploding",
            N_("A deep ReLU net that explodes"),
            N_("Twenty layers of 64 with normal(0.5): each one multiplies the signal."),
            NetworkSpec((64,) * 20, "relu", Init("normal", std=0.5), "zeros"),
        ),
        Preset(
            "dead",
            N_("A dead ReLU net"),
            N_("Small weights and biases of −2: no unit ever fires, and no gradient can wake one."),
            NetworkSpec((128, 64), "relu", Init("normal", std=0.01), Init("constant", value=-2.0)),
        ),
    )
}


def chosen(name: str, draft: Draft) -> Draft:
    """The draft with the preset's network; its seed and its batch stay as they are."""
    return replace(from_setup(Setup(PRESETS[name].network, draft.batch)), seed=draft.seed)


def matching(network: NetworkSpec) -> Preset | None:
    """The preset that this network is, whatever its seed."""
    return next((p for p in PRESETS.values() if _same(p.network, network)), None)


def _same(a: NetworkSpec, b: NetworkSpec) -> bool:
    return (a.hidden_sizes, a.activation, a.weight_init, a.bias_init) == (
        b.hidden_sizes,
        b.activation,
        b.weight_init,
        b.bias_init,
    )
