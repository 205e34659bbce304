"""What is said of a sweep: the question of each metric, best and worst, how long it takes, and what is shipped."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from netlib.i18n import N_, Text
from netlib.stats.sweep import KEEPS, Axis, Extreme, Grid, Plane
from netlib.sweep.metrics import Metric
from netlib.sweep.spec import Sweep

_QUESTIONS = {
    "keeps": N_("How many of the seeds keep signal and gradient?"),
    "signal_ratio": N_("Where does the signal keep its size?"),
    "gradient_ratio": N_("Where does the gradient come back unchanged?"),
    "entropy": N_("Where is the network undecided before it has learned anything?"),
    "cross_entropy": N_("Where does it start no worse than a blind guess?"),
    "dead": N_("Where do units never fire?"),
    "saturated": N_("Where do units saturate?"),
    "loss": N_("How far has the loss fallen?"),
    "held_out_accuracy": N_("Where does a short training teach it to read?"),
    "steps_to_threshold": N_("Where does it learn fastest?"),
}

_PLAIN = 0.01, 1000.0

_AXES = {
    "hidden_sizes": N_("hidden sizes"),
    "depth": N_("depth"),
    "width": N_("width"),
    "activation": N_("activation"),
    "weight_init": N_("initialisation"),
    "sigma_w": N_("σ_w"),
    "bias_init": N_("biases"),
    "sigma_b": N_("σ_b"),
}

_TITLES = {
    "hidden_sizes": N_("hidden sizes"),
    "depth": N_("depth: hidden layers"),
    "width": N_("width: units a layer"),
    "activation": N_("activation"),
    "weight_init": N_("initialisation of the weights"),
    "sigma_w": N_("σ<sub>w</sub> = √(fan_in · Var w)"),
    "bias_init": N_("initialisation of the biases"),
    "sigma_b": N_("σ<sub>b</sub>: std of the biases"),
}


def question(metric: Metric, text: Text) -> str:
    """What a heatmap of this metric answers."""
    asked = _QUESTIONS.get(metric.name)
    return text(asked) if asked else text("Where is it high, where low: {metric}?", metric=text(metric.title))


def spread_question(text: Text) -> str:
    """What the picture of the spread answers."""
    return text("How much of it is the seed's luck?")


def axis_name(name: str, text: Text) -> str:
    """An axis as a menu names it."""
    return text(_AXES[name])


def axis_title(name: str, text: Text) -> str:
    """An axis as a picture names it."""
    return text(_TITLES[name])


def unit(metric: Metric, text: Text) -> str:
    """What the colours measure, with its unit."""
    said = text(metric.title)
    if metric.unit == "nat":
        return text("{quantity}, nats", quantity=said)
    if metric.share:
        return f"{said}, %"
    return text("{quantity} (log scale)", quantity=said) if metric.logarithmic else said


def spread_title(metric: Metric, text: Text) -> str:
    """What the colours of the spread measure."""
    if metric.name == KEEPS.name:
        return text("95% interval of the share, points")
    if metric.logarithmic:
        return text("10 to 90% of the seeds, decades")
    if metric.unit == "nat":
        return text("10 to 90% of the seeds, nats")
    return text("10 to 90% of the seeds, points") if metric.share else text("10 to 90% of the seeds")


def hover(plane: Plane, text: Text) -> str:
    """The template of what a cell says; its customdata are low, median, high, seeds counted, seeds seen."""
    if plane.metric.name == KEEPS.name:
        return text(
            "%{customdata[1]:.0%} of %{customdata[4]} seeds<br>"
            "95% interval: %{customdata[0]:.0%} to %{customdata[2]:.0%}"
        )
    if plane.metric.share:
        return text(
            "median %{customdata[1]:.1%}<br>10 to 90% of the seeds: %{customdata[0]:.1%} to %{customdata[2]:.1%}<br>"
            "%{customdata[3]} of %{customdata[4]} seeds have a number"
        )
    return text(
        "median %{customdata[1]:.3g}<br>10 to 90% of the seeds: %{customdata[0]:.3g} to %{customdata[2]:.3g}<br>"
        "%{customdata[3]} of %{customdata[4]} seeds have a number"
    )


def note(metric: Metric, seeds: int, framed: bool, critical: bool, text: Text) -> str:
    """How to read the picture."""
    said = [text(metric.summary)]
    if metric.name == KEEPS.name:
        if seeds > 1:
            said.append(text("The other picture: how wide its 95% interval is, by Wilson (1927)."))
    else:
        said.append(text.plural("Each cell: the median of {n} seed.", "Each cell: the median of {n} seeds.", seeds))
        said.append(text("–: fewer than half of them have a finite number."))
    if framed:
        said.append(text("Framed: the best; dotted: the worst."))
    if critical:
        said.append(
            text(
                "Dashed: where mean-field theory lets a small difference neither grow nor shrink, χ₁ = 1 "
                "(Poole et al. 2016, Schoenholz et al. 2017)."
            )
        )
    return " ".join(said)


def median_alt(plane: Plane, text: Text) -> str:
    """The range of the medians, and where its ends are."""
    finite = [(float(value), index) for index, value in enumerate(plane.middle.flat) if math.isfinite(value)]
    if not finite:
        return text("{metric}: no network has a number yet.", metric=text(plane.metric.title))
    low, high = min(finite), max(finite)

    def where(index: int) -> str:
        row, column = divmod(index, plane.middle.shape[1])
        return _at(
            {plane.y.name: plane.y.options[row], plane.x.name: plane.x.options[column]}, (plane.y, plane.x), text
        )

    return text(
        "{metric} over {x} and {y}: from {low} ({low_at}) to {high} ({high_at}).",
        metric=text(plane.metric.title),
        x=axis_name(plane.x.name, text),
        y=axis_name(plane.y.name, text),
        low=value(plane.metric, low[0], text),
        low_at=where(low[1]),
        high=value(plane.metric, high[0], text),
        high_at=where(high[1]),
    )


def spread_alt(plane: Plane, text: Text) -> str:
    """The widest spread of the seeds."""
    apart = [float(each) for each in plane.spread.flat if math.isfinite(each)]
    if not apart:
        return text("No network has enough seeds to spread yet.")
    most = text.percent(max(apart)) if plane.metric.share else text.number(max(apart))
    return text(
        "{spread}: at most {most}, half of the networks below {half}.",
        spread=spread_title(plane.metric, text),
        most=most,
        half=text.percent(sorted(apart)[len(apart) // 2]) if plane.metric.share else sorted(apart)[len(apart) // 2],
    )


def value(metric: Metric, number: float, text: Text) -> str:
    """A metric's value in a sentence."""
    if not math.isfinite(number):
        return text("no finite number")
    written = text.percent(number) if metric.share else text.number(number)
    return text("{value} nats", value=written) if metric.unit == "nat" else written


def network(at: Mapping[str, Any], axes: Sequence[Axis], text: Text) -> str:
    """A network of a grid, by what varies in it."""
    return _at(at, [axis for axis in axes if axis.varies] or axes[:1], text)


def _at(at: Mapping[str, Any], axes: Sequence[Axis], text: Text) -> str:
    flat = at.get("depth") == 0 or at.get("hidden_sizes") == "none"
    told = [axis for axis in axes if not (flat and axis.name in ("width", "activation"))]
    return ", ".join(_one(axis, at[axis.name], text) for axis in told)


def _one(axis: Axis, given: Any, text: Text) -> str:
    if axis.name == "depth":
        return text.plural("{n} hidden layer", "{n} hidden layers", int(given))
    if axis.name == "width":
        return text.plural("{n} unit a layer", "{n} units a layer", int(given))
    said = option(given, text)
    if axis.name in ("sigma_w", "sigma_b"):
        return f"{'σ_w' if axis.name == 'sigma_w' else 'σ_b'} {said}"
    return text("biases {init}", init=said) if axis.name == "bias_init" else said


def answer(
    found: Grid, metric: Metric, ends: tuple[Extreme, Extreme] | None, deepest: Extreme | None, text: Text
) -> str:
    """How many networks there are, the best and the worst of them by the metric shown, and the best of the deepest."""
    said = [text.plural("{n} network: {listed}.", "{n} networks: {listed}.", found.count, listed=listed(found, text))]
    if ends is not None:
        best, worst = ends
        said.append(
            text(
                "{metric}: best with {best} ({value}{equals}), worst with {worst} ({bad}).",
                metric=text(metric.title),
                best=network(best.where, found.axes, text),
                value=value(metric, best.value, text),
                equals=_equals(best, text),
                worst=network(worst.where, found.axes, text),
                bad=value(metric, worst.value, text),
            )
        )
    if deepest is not None:
        said.append(
            text(
                "At a depth of {depth} the best is {best} ({value}).",
                depth=deepest.where["depth"],
                best=network(deepest.where, [axis for axis in found.axes if axis.name != "depth"], text),
                value=value(metric, deepest.value, text),
            )
        )
    return " ".join(said)


def _equals(best: Extreme, text: Text) -> str:
    if not best.equals:
        return ""
    return text.plural(", as in {n} other", ", as in {n} others", best.equals)


def listed(found: Grid, text: Text) -> str:
    """What varies, and in how many values: 5 depths × 4 initialisations × 10 seeds."""
    counted = [_counted(axis.name, len(axis.options), text) for axis in found.axes if axis.varies]
    counted.append(text.plural("{n} seed", "{n} seeds", found.rows.shape[-1]))
    return " × ".join(counted)


def _counted(name: str, count: int, text: Text) -> str:
    match name:
        case "depth":
            return text.plural("{n} depth", "{n} depths", count)
        case "width":
            return text.plural("{n} width", "{n} widths", count)
        case "hidden_sizes":
            return text.plural("{n} architecture", "{n} architectures", count)
        case "activation":
            return text.plural("{n} activation", "{n} activations", count)
        case "weight_init":
            return text.plural("{n} initialisation", "{n} initialisations", count)
        case "bias_init":
            return text.plural("{n} initialisation of the biases", "{n} initialisations of the biases", count)
    return text.plural("{n} value of {axis}", "{n} values of {axis}", count, axis="σ_w" if name == "sigma_w" else "σ_b")


def shared(found: Grid, sweep: Sweep, text: Text) -> str:
    """What is the same for all networks of a sweep: axes of one value, the batch, the training."""
    same = [axis for axis in found.axes if not axis.varies]
    said = [_at({axis.name: axis.options[0] for axis in same}, same, text)] if same else []
    said.append(text.plural("a batch of {n} image", "a batch of {n} images", sweep.batch.size))
    said.append(training(sweep, text))
    return text("In all of them: {said}.", said="; ".join(said))


def training(sweep: Sweep, text: Text) -> str:
    """Whether, and how, each network is trained."""
    if sweep.training is None:
        return text("measured before any training")
    return text.plural(
        "trained for {n} epoch by {optimizer} at a rate of {rate}",
        "trained for {n} epochs by {optimizer} at a rate of {rate}",
        sweep.training.epochs,
        optimizer=sweep.training.optimizer,
        rate=f"{sweep.training.learning_rate:g}".replace(".", text.separators[0]),
    )


def shipped(versions: str, text: Text) -> str:
    """What the sweep is that comes with the project."""
    return text(
        "This sweep came with Layerscope: computed beforehand on the bundled digits ({versions}) by the command that "
        "docs/sweeps.md says.",
        versions=versions,
    )


def option(given: Any, text: Text) -> str:
    """A value of an axis as it is written beside it: words as in a link, numbers as short as they are."""
    if isinstance(given, str):
        return given
    return f"{given:.6g}".replace(".", text.separators[0]) if isinstance(given, float) else text.number(given)


def cell(metric: Metric, number: float, text: Text) -> str:
    """A value as a cell has room for it: a share in percent, two or three digits, or beyond those a power of ten."""
    if not math.isfinite(number):
        return "–"
    return text.fixed(number * 100, 0) if metric.share else _short(number, text)


def _short(number: float, text: Text) -> str:
    least, most = _PLAIN
    if number and not least <= abs(number) < most:
        return f"10<sup>{math.log10(abs(number)):.0f}</sup>".replace("-", "−")
    return text.fixed(number, 0 if abs(number) >= 10 else 1 if abs(number) >= 1 else 2)


VERDICTS = {
    "sure": N_("too sure"),
    "symmetric": N_("units alike"),
    "linear": N_("linear"),
}
"""Verdicts that the Compare page's tiles have no word for."""


def tile(metric: Metric, ends: Extreme, axes: Sequence[Axis], text: Text) -> tuple[str, str]:
    """A best or worst network: its value, and which it is."""
    if not math.isfinite(ends.value):
        return "–", network(ends.where, axes, text)
    written = text.percent(ends.value) if metric.share else text.number(ends.value)
    return written, network(ends.where, axes, text)
