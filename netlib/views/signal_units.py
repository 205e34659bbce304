"""The finder of sleeping units, as the Signal page shows it: one unit's weights, pre-activations, nearest images."""

from netlib.figures import signal_units as figures
from netlib.figures import theme
from netlib.i18n import Text
from netlib.stats import signal_units as stats
from netlib.trace import LayerTrace, Trace
from netlib.views import Picture
from netlib.words import signal_units as words


def looked_at(trace: Trace, name: str) -> LayerTrace | None:
    """The hidden layer to search: the one of this name, for `output` the last hidden one; None where there is none."""
    layer = trace.layer(name)
    if not layer.is_output:
        return layer
    return trace.hidden[-1] if trace.hidden else None


def pictures(trace: Trace, layer: LayerTrace, found: stats.Sleepers, index: int, text: Text) -> tuple[Picture, ...]:
    """The weights of a unit, its pre-activations over the batch, and the images nearest to waking it."""
    unit = stats.unit(layer, index)
    position = [each.name for each in trace.layers].index(layer.name)
    color = theme.depth_colors(len(trace.layers))[position]
    captions = [words.caption(unit, int(image), text) for image in unit.images]
    return (
        Picture(
            "unit_weights",
            text("What does unit {unit} look for?", unit=index),
            figures.unit_weights(unit.weight, position == 0, text),
            words.weights_alt(unit, text),
            words.weights_note(position == 0, text),
        ),
        Picture(
            "unit_signal",
            text("How far is it from waking?"),
            figures.unit_signal(unit, layer.activation, trace.labels, color, text),
            words.signal_alt(unit, text),
            words.unit_note(unit, found, text),
        ),
        Picture(
            "unit_images",
            text("Which images come nearest to waking it?"),
            figures.nearest_images(trace.images[unit.images, 0], captions, text),
            words.images_alt(unit, text),
            words.images_note(unit, text),
        ),
    )
