"""Where a network's layers stand in the plane of an activation."""

from dataclasses import dataclass

from netlib.distributions import Constant
from netlib.spec import LayerSpec, NetworkSpec
from netlib.theory.meanfield import Reason, bias_scale, reason_against, weight_scale
from netlib.theory.phase import FixedPoint, fixed_point


@dataclass(frozen=True)
class Place:
    """One layer in the plane: its depth (0 is `fc1`), and sigma_w, sigma_b.

    from_pixels: it is fed by the pixels, so that no activation shapes what enters it.
    """

    name: str
    depth: int
    sigma_w: float
    sigma_b: float
    from_pixels: bool


@dataclass(frozen=True)
class Places:
    """The layers of a spec that stand in the plane of `activation`, and the one that the page speaks of.

    shown: the layer looked at is among them, unless it has no place; focus: the layer looked at where the activation
    feeds it, else the first that it does feed; None where there is none. end: where a network of layers like the focus
    comes to. missing: why the layer looked at has no place, None where it has; shifted: because its bias is constant.
    others: how many layers have no place here.
    """

    activation: str
    count: int
    shown: tuple[Place, ...]
    focus: Place | None
    end: FixedPoint | None
    missing: Reason | None
    shifted: bool
    others: int


def plane_of(spec: NetworkSpec, layer: str) -> str:
    """The activation that feeds the layer of this name; for `fc1` its own, and identity where nothing is hidden."""
    layers = spec.layers
    if len(layers) == 1:
        return "identity"
    names = [one.name for one in layers]
    return layers[max(names.index(layer) - 1, 0)].activation


def places(spec: NetworkSpec, layer: str) -> Places:
    """Where the layers of a spec stand in the plane of the layer looked at."""
    activation = plane_of(spec, layer)
    layers = spec.layers
    here = [one for index, one in enumerate(layers) if not index or layers[index - 1].activation == activation]
    shown = tuple(_place(one) for one in here if _has_place(one))
    fed = [place for place in shown if not place.from_pixels]
    focus = next((place for place in fed if place.name == layer), None)
    if focus is None and layer == layers[0].name:
        focus = next(iter(fed), None)
    looked_at = next(one for one in layers if one.name == layer)
    return Places(
        activation=activation,
        count=len(layers),
        shown=shown,
        focus=focus,
        end=fixed_point(activation, focus.sigma_w, focus.sigma_b) if focus else None,
        missing=reason_against(looked_at.weight_distribution),
        shifted=_shifted(looked_at),
        others=len(layers) - len(shown),
    )


def _has_place(layer: LayerSpec) -> bool:
    return reason_against(layer.weight_distribution) is None and not _shifted(layer)


def _shifted(layer: LayerSpec) -> bool:
    return isinstance(layer.bias_distribution, Constant) and layer.bias_distribution.value != 0


def _place(layer: LayerSpec) -> Place:
    return Place(layer.name, layer.index, weight_scale(layer) ** 0.5, bias_scale(layer) ** 0.5, layer.index == 0)
