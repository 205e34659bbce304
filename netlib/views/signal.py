"""What the Signal page shows: the way there and back, the details of both, what all images share."""

from collections.abc import Sequence

import numpy as np

from netlib.figures import depth as figures
from netlib.figures import theme
from netlib.figures.signal_common import predicted_classes
from netlib.figures.signal_gradients import gradient_maps
from netlib.gradients import Gradients
from netlib.i18n import Text
from netlib.stats.flow import decades
from netlib.stats.signal import Course, Line
from netlib.stats.signal_common import CLASSES, CommonMode, common_mode, common_share
from netlib.stats.signal_units import sleepers
from netlib.trace import Trace
from netlib.views import Picture, Tile
from netlib.words import signal as words
from netlib.words import signal_units as unit_words

HEIGHT = 330


def pictures(course: Course, layer: str, text: Text) -> tuple[Picture, Picture]:
    """The mean square of the pre-activations on the way forward, the norms of the gradient on the way back."""
    names = _names(course, text)
    forward, weights, before = course.second_moment, course.weight_gradient, course.before_gradient
    there = figures.Panel(
        text("mean of z² (log scale)"),
        [figures.Drawn(forward, figures.FIRST, text("mean square"))],
        figures.log_axis([forward], text),
    )
    back = figures.Panel(
        text("norm of the gradient (log scale)"),
        [
            figures.Drawn(before, figures.FIRST, text("gradient by z"), text("by pre-activations z")),
            figures.Drawn(weights, figures.SECOND, text("gradient by W"), text("by weights W")),
        ],
        figures.log_axis([before, weights], text),
    )
    return (
        Picture(
            "forward",
            text("Forward: how large is the signal?"),
            figures.along_depth([there], names, layer, text, height=HEIGHT),
            words.second_moment_alt(course, text),
        ),
        Picture(
            "backward",
            text("Back: how large is the gradient?"),
            figures.along_depth([back], names, layer, text, height=HEIGHT),
            words.gradient_alt(course, text),
        ),
    )


def _names(course: Course, text: Text) -> list[str]:
    return [text("input"), *course.names]


def tiles(course: Course, trace: Trace, text: Text) -> tuple[Tile, ...]:
    """Five numbers of the way there and back."""
    first, last = course.names[0], course.names[-1]
    forward, back, alike = course.second_moment.measured, course.weight_gradient.measured, course.correlation.measured
    hidden = [sleepers(layer) for layer in trace.hidden]
    depth = len(course.names) > 1
    return (
        Tile(
            text("Signal, {last} : {first}", last=last, first=first),
            words.ratio(forward[-1], forward[1], text) if depth else "–",
            words.signal_meaning(course, text),
        ),
        Tile(
            text("Gradient, {first} : {last}", last=last, first=first),
            words.ratio(back[1], back[-1], text) if depth else "–",
            words.gradient_meaning(course, text),
        ),
        Tile(
            text("Correlation of two images"),
            " → ".join(text.fixed(value, 2) if np.isfinite(value) else "–" for value in alike[[0, -1]]),
            text("Mean cosine of two different images, as pixels and as logits; 1: both look alike to the network."),
        ),
        Tile(
            text("Shared by all images"),
            unit_words.share(common_share(trace.logits), text),
            text("Share of the logits' mean square that is the same for all images; layer by layer under Common mode."),
        ),
        Tile(
            text("Sleeping units"),
            text("{dead} of {units}", dead=sum(f.count for f in hidden), units=sum(len(f.silent) for f in hidden)),
            text("Hidden units that are exactly zero, or saturated, for every image of this batch."),
        ),
    )


def forward_details(course: Course, layer: str, text: Text) -> tuple[Picture, Picture]:
    """Mean and correlation; who is saturated or dead, and the effective rank."""
    names, alts, notes = _names(course, text), words.details_alt(course, text), words.details_notes(text)
    mean, alike, saturated, dead, rank = course.mean, course.correlation, course.saturated, course.dead, course.rank

    def panel(title: str, axis: figures.Axis, *drawn: tuple[Line, str, str]) -> figures.Panel:
        colors = (figures.FIRST, figures.SECOND)
        return figures.Panel(
            title,
            [
                figures.Drawn(line, color, what, label)
                for (line, what, label), color in zip(drawn, colors, strict=False)
            ],
            axis,
        )

    left = [
        panel(text("mean of z"), figures.signed_axis([mean], text), (mean, text("mean"), "")),
        panel(text("correlation"), figures.correlation_axis([alike]), (alike, text("correlation of two images"), "")),
    ]
    right = [
        panel(
            text("share"),
            figures.share_axis(text),
            (saturated, text("saturated"), text("saturated")),
            (dead, text("dead units"), text("dead units")),
        ),
        panel(text("effective rank (log)"), figures.log_axis([rank], text), (rank, text("effective rank"), "")),
    ]
    questions = (
        text("Do the images stay different?"),
        text("How much works, and in how many directions?"),
    )
    drawn = [figures.along_depth(panels, names, layer, text, height=theme.LARGE) for panels in (left, right)]
    return (
        Picture("forward_mean", questions[0], drawn[0], alts[0], notes[0]),
        Picture("forward_shares", questions[1], drawn[1], alts[1], notes[1]),
    )


def gradient_details(course: Course, gradients: Gradients, layer: str, text: Text) -> Picture:
    """All entries of all gradients, by size."""
    weights, before = (
        [decades(a) for a in arrays] for arrays in zip(*((g.weight, g.before) for g in gradients.layers), strict=True)
    )
    return Picture(
        "gradient_maps",
        text("How large are the single entries of each layer's gradients?"),
        gradient_maps(weights, before, course.names, layer, text),
        words.gradients_alt(course, text),
        words.gradients_note(course, text),
    )


def common(trace: Trace, layer: str, text: Text) -> tuple[CommonMode, Sequence[Picture]]:
    """What all images share along depth, and the predicted classes with it and without it."""
    found = common_mode(trace)
    names = [text("input"), *(each.name for each in trace.layers)]
    line = Line(found.shares, np.zeros(len(found.shares), dtype=bool))
    panel = figures.Panel(
        text("shared by all images"),
        [figures.Drawn(line, figures.FIRST, text("shared by all images"))],
        figures.share_axis(text),
    )
    counts = (found.labels, found.predicted, found.without_logits, found.without_hidden)
    none = any(bool(row[CLASSES]) for row in counts)
    return found, (
        Picture(
            "common_shares",
            text("How much do all images share?"),
            figures.along_depth([panel], names, layer, text),
            unit_words.shares_alt(found, text),
            unit_words.shares_note(found, text),
        ),
        Picture(
            "common_classes",
            text("What is said with it, and what without it?"),
            predicted_classes(
                list(zip(unit_words.rows(found, text), counts, strict=True)), text, none=none, height=theme.MIDDLE
            ),
            unit_words.common_says(found, text),
            unit_words.classes_note(found, text),
        ),
    )
