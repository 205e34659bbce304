"""What Code shows: the stamp, the numbers that an export asserts, the table of names."""

from collections.abc import Sequence

import pandas as pd

from netlib.code.forms import MARK, TITLES, Form
from netlib.code.spellings import SPELLINGS, layer_names, state_key
from netlib.figures.code import differences
from netlib.i18n import Text
from netlib.spec import NetworkSpec
from netlib.stats.weights import moments
from netlib.trace import Trace
from netlib.views import Picture, Tile
from netlib.words import code as words


def stamp(forms: Sequence[Form], text: Text) -> Picture:
    """How far the spellings are from the numbers shown."""
    return Picture(
        "stamp",
        text("How far from the numbers shown?"),
        differences(forms, text),
        words.stamp_alt(forms, text),
        words.stamp_note(text),
    )


def tiles(trace: Trace, image: int, looked_at: str, text: Text) -> tuple[Tile, ...]:
    """The numbers that the exports find again."""
    weight = trace.layer(looked_at).weight
    measured = moments(weight)
    row = trace.probabilities[image]
    place = text("{layer} weights", layer=looked_at)
    return (
        Tile(
            text("Shape of {layer}.weight", layer=looked_at),
            str(weight.shape),
            text("(out, in): nn.Linear keeps W so."),
        ),
        Tile(text("Mean, {place}", place=place), text.number(measured.mean), text("Asserted by the script.")),
        Tile(text("Std, {place}", place=place), text.number(measured.std), text("Asserted by the script.")),
        Tile(
            text("Top probability, image {image}", image=image),
            text.number(float(row.max())),
            text("One of the ten that the script asserts."),
        ),
    )


def names(spec: NetworkSpec, looked_at: str) -> pd.DataFrame:
    """One row a layer: what each spelling calls its weight, in `state_dict` too; the one looked at is marked."""
    called = {spelling: layer_names(spec, spelling) for spelling in SPELLINGS}
    return pd.DataFrame(
        [
            {
                "looked at": MARK if layer.name == looked_at else "",
                "layer": layer.name,
                "shape": f"({layer.fan_out}, {layer.fan_in})",
                **{TITLES[spelling]: state_key(spelling, called[spelling][layer.index]) for spelling in SPELLINGS},
            }
            for layer in spec.layers
        ]
    )


def keys(form: Form, spec: NetworkSpec, looked_at: str) -> str:
    """The keys of a spelling's `state_dict` with their shapes, the layer looked at marked."""
    called = layer_names(spec, form.name)
    width = max(map(len, form.keys), default=0)
    lines = []
    for key in form.keys:
        name, _, part = key.rpartition(".")
        layer = spec.layers[called.index(name)]
        shape = f"({layer.fan_out}, {layer.fan_in})" if part == "weight" else f"({layer.fan_out},)"
        mark = f"  {MARK}" if layer.name == looked_at else ""
        lines.append(f"{key:<{width}}  {shape}{mark}")
    return "\n".join(lines)
