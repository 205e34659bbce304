"""The shape ledger: every tensor on the way from a batch of pictures to ten probabilities an image. No torch."""

from dataclasses import dataclass

from netlib.bounds import INPUTS
from netlib.i18n import N_, Text
from netlib.spec import NetworkSpec

_FLOAT32 = 4
_INT64 = 8
_SIDE = 28

_IMAGES, _CHANNELS, _ROWS, _COLUMNS = N_("images"), N_("channels"), N_("rows"), N_("columns")
_PIXELS, _CLASSES = N_("pixels"), N_("classes")


@dataclass(frozen=True)
class Entry:
    """One tensor: name, shape, what each axis means in the reader's language, bytes, and the line that made it."""

    tensor: str
    shape: tuple[int, ...]
    axes: tuple[str, ...]
    nbytes: int
    code: str


def shape_ledger(network: NetworkSpec, images: int, text: Text) -> tuple[Entry, ...]:
    """All tensors of a batch of `images` in the order in which they are made; float32, labels int64."""
    first, loaded = (images, 1, _SIDE, _SIDE), "next(iter(trainloader))"
    entries = [
        _entry("images", first, (text(_IMAGES), text(_CHANNELS), text(_ROWS), text(_COLUMNS)), loaded),
        Entry("labels", (images,), (text(_IMAGES),), images * _INT64, loaded),
        _entry("x", (images, INPUTS), (text(_IMAGES), text(_PIXELS)), "images.flatten(start_dim=1)"),
    ]
    for layer in network.layers:
        shape = (images, layer.fan_out)
        axes = (text(_IMAGES), text(_CLASSES) if layer.is_output else text("units of {layer}", layer=layer.name))
        before = "logits" if layer.is_output else f"z{layer.index + 1}"
        after = "ps" if layer.is_output else f"x{layer.index + 1}"
        came = f"x{layer.index}" if layer.index else "x"
        entries.append(_entry(before, shape, axes, f"model.{layer.name}({came})"))
        entries.append(_entry(after, shape, axes, f"model.{layer.activation_name}({before})"))
    return tuple(entries)


def _entry(tensor: str, shape: tuple[int, ...], axes: tuple[str, ...], code: str) -> Entry:
    count = 1
    for length in shape:
        count *= length
    return Entry(tensor, shape, axes, count * _FLOAT32, code)


def layer_names(network: NetworkSpec) -> tuple[dict[str, str], ...]:
    """One row a linear layer: its name in each of the notebook's forms, "" where a form has no such layer."""
    layers = network.layers
    in_class = {len(layers) - 1: "output", **({0: "hidden"} if len(layers) == 2 else {})} if len(layers) <= 2 else {}
    return tuple(
        {
            "here": f"model.{layer.name}",
            "exercise": f"model.fc{layer.index + 1}",
            "network_class": f"model.{in_class[layer.index]}" if layer.index in in_class else "",
            "index": f"model[{2 * layer.index}]",
            "weight": f"({layer.fan_out}, {layer.fan_in})",
        }
        for layer in layers
    )
