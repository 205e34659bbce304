"""What may be changed in a network that is judged badly: drafts to try, the smallest change first."""

from dataclasses import dataclass

from netlib.activations import ACTIVATIONS
from netlib.draft import Draft, HiddenLayer, changed
from netlib.spec import Init

_BEFORE_SOFTMAX = "xavier_normal"


@dataclass(frozen=True)
class Remedy:
    """A change of a draft: `name` says which words belong to it, `scheme` the weights' initialisation that it uses."""

    name: str
    scheme: str
    draft: Draft


def suited(activation: str) -> str:
    """The scheme that keeps a signal's size through this activation.

    He et al. 2015 for those that cut off one half, Glorot and Bengio 2010 for those that are symmetric.
    """
    return "kaiming_normal" if ACTIVATIONS[activation].is_rectifier else "xavier_normal"


def remedies(draft: Draft, kind: str) -> tuple[Remedy, ...]:
    """What may help against a verdict of this kind, the smallest change first; each differs from the draft."""
    scheme = suited(draft.hidden[0].activation) if draft.hidden else _BEFORE_SOFTMAX
    weights = _weights(draft)
    biases = changed(draft, None, bias_init=Init("zeros"))
    both = changed(weights, None, bias_init=Init("zeros"))
    choices = {
        "dies": (
            Remedy("biases", scheme, biases),
            Remedy("both", scheme, both),
            Remedy("leaky_relu", "kaiming_normal", _activated(both, "leaky_relu")),
        ),
        "linear": (Remedy("relu", "kaiming_normal", _activated(both, "relu")),),
    }.get(
        kind,
        (
            Remedy("weights", scheme, weights),
            Remedy("both", scheme, both),
            Remedy("relu", "kaiming_normal", _activated(both, "relu")),
        ),
    )
    return tuple(remedy for remedy in choices if remedy.draft != draft)


def _weights(draft: Draft) -> Draft:
    for name, layer in zip(draft.names, draft.layers, strict=True):
        scheme = suited(layer.activation) if isinstance(layer, HiddenLayer) else _BEFORE_SOFTMAX
        draft = changed(draft, name, weight_init=Init(scheme))
    return draft


def _activated(draft: Draft, activation: str) -> Draft:
    return _weights(changed(draft, None, activation=activation))
