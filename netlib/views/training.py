"""What the Train page shows while it learns: the course, five numbers, and what has changed since step 0."""

from collections.abc import Sequence

import numpy as np

from netlib.figures import theme
from netlib.figures import training as figures
from netlib.i18n import Text
from netlib.trace import Array
from netlib.training.snapshot import LayerLook, Look, Snapshot
from netlib.views import Picture, Tile
from netlib.words import training as words

HEALTHY = 1e-3
"""Update over weight: a rule of thumb (Karpathy, CS231n notes, 2015)."""

_PICTURES = 10


def course(look: Look, looked_at: int | None, text: Text) -> Picture:
    """Loss and accuracy of training and held-out digits, step after step."""
    seen = look.history
    ends = [float(line[-1]) if len(seen) else float("nan") for line in _lines(look)]
    return Picture(
        "train_course",
        text("Does the loss fall, on digits that it has not seen too?"),
        figures.progress(
            seen.steps,
            (seen.training_loss, seen.held_out_loss),
            (seen.training_accuracy, seen.held_out_accuracy),
            looked_at,
            text,
            height=theme.SMALL,
        ),
        words.progress_alt(look.step, ends[0], ends[1], ends[2], ends[3], text),
    )


def _lines(look: Look) -> tuple[Array, Array, Array, Array]:
    seen = look.history
    return seen.training_loss, seen.held_out_loss, seen.training_accuracy, seen.held_out_accuracy


def tiles(look: Look, source: str, text: Text) -> tuple[Tile, ...]:
    """Five numbers of the newest snapshot."""
    shown = look.snapshot
    if shown is None:
        return ()
    dead = [layer.dead for layer in shown.layers if layer.dead is not None]
    units = sum(layer.units for layer in shown.layers if layer.dead is not None)
    return (
        Tile(
            text("Read right"),
            text.percent(shown.held_out_accuracy),
            words.held_out_digits(source, shown.held_out_digits, text),
        ),
        Tile(
            text("Loss, held-out"),
            words.number(shown.held_out_loss, text),
            text("Cross-entropy in nats; a blind guess gets ln 10 = {blind}.", blind=text.number(float(np.log(10)), 4)),
        ),
        Tile(
            text("Read right, training"),
            words.percent(shown.training_accuracy, text),
            text("Of the digits of the last steps, each read by the weights of its own step."),
        ),
        Tile(text("Step"), text("{step}", step=shown.step), text("{epoch} epochs", epoch=text.fixed(shown.epoch, 2))),
        Tile(
            text("Dead units"),
            text("{dead} of {units}", dead=sum(dead), units=units) if units else "–",
            text("Units that are zero for every held-out digit. Only rectifiers can die like that."),
        ),
    )


def gradients(look: Look, text: Text) -> Sequence[Picture]:
    """The gradient's norm and the update's size, layer by layer."""
    seen, shown = look.history, look.snapshot
    if shown is None:
        return ()
    names = [layer.name for layer in shown.layers]
    known = np.isfinite(seen.gradient_norms).any(axis=1)
    return (
        Picture(
            "train_gradients",
            text("Do all layers learn, and how fast?"),
            figures.per_layer(
                seen.steps[known],
                [
                    (text("norm of the gradient (log scale)"), seen.gradient_norms[known], None),
                    (text("update / weights (log scale)"), seen.update_ratios[known], HEALTHY),
                ],
                names,
                text,
            ),
            words.gradients_alt(
                tuple(names),
                tuple(layer.gradient_norm for layer in shown.layers),
                tuple(layer.update_ratio for layer in shown.layers),
                text,
            ),
            words.gradients_note(text),
        ),
    )


def changed(shown: Snapshot, looked_at: str, text: Text) -> Sequence[Picture]:
    """Weights and activations of the layer looked at, now over those of step 0."""
    index = next((place for place, layer in enumerate(shown.layers) if layer.name == looked_at), 0)
    layer = shown.layers[index]
    panels = [
        (text("weights of {layer}", layer=layer.name), layer.weight_edges, layer.weight_counts, layer.weight_start),
        (
            text("logits") if layer.activation == "softmax" else text("activations of {layer}", layer=layer.name),
            layer.activation_edges,
            layer.activation_counts,
            layer.activation_start,
        ),
    ]
    return (
        Picture(
            "train_distributions",
            text("How far have {layer}'s numbers moved since the start?", layer=layer.name),
            figures.since_the_start(
                [(title, edges, _shares(now), _shares(start)) for title, edges, now, start in panels],
                theme.depth_colors(len(shown.layers))[index],
                text,
                height=theme.MIDDLE,
            ),
            words.distributions_alt(layer.name, _overlap(layer), text),
            words.distributions_note(text),
        ),
    )


def _shares(counts: Array) -> Array:
    shares: Array = counts / max(float(counts.sum()), 1.0)
    return shares


def _overlap(layer: LayerLook) -> float:
    """The share of the weights that lie in another bin than at the start: total variation."""
    return float(0.5 * np.abs(_shares(layer.weight_counts) - _shares(layer.weight_start)).sum())


def units(start: Array, now: Array, text: Text) -> Sequence[Picture]:
    """What the first units of the first layer look for, at step 0 and now: (k, 28, 28) each."""
    count = min(len(now), len(start), _PICTURES)
    return (
        Picture(
            "train_units",
            text("What do the first units look for?"),
            figures.unit_pictures(start[:count], now[:count], text),
            words.units_alt(count, text),
        ),
    )


def dead(look: Look, text: Text) -> Sequence[Picture]:
    """Units that no held-out digit wakes, layer by layer over the steps."""
    shown = look.snapshot
    kept = [index for index, layer in enumerate(shown.layers) if layer.dead is not None] if shown else []
    if shown is None or not kept:
        return ()
    units = np.array([shown.layers[index].units for index in kept], dtype=float)
    shares = look.history.dead[:, kept] / units
    names = [shown.layers[index].name for index in kept]
    colors = theme.depth_colors(len(shown.layers))
    return (
        Picture(
            "train_dead",
            text("Do units die on the way?"),
            figures.shares(look.history.steps, shares, names, [colors[index] for index in kept], text),
            words.dead_alt(tuple(names), tuple(float(share) for share in shares[-1]), text),
        ),
    )
