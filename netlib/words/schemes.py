"""What is said of all initialisations x activations: a verdict each, the thresholds, and how many keep their signal."""

from collections.abc import Sequence

import numpy as np

from netlib.i18n import N_, Text
from netlib.population import Combination
from netlib.stats import schemes as stats
from netlib.stats.schemes import Course

_LABELS = {
    "keeps": N_("keeps"),
    "alike": N_("images alike"),
    "gradient_grows": N_("gradient grows"),
    "gradient_fades": N_("gradient fades"),
    "saturates": N_("saturates"),
    "dies": N_("dies"),
    "vanishes": N_("vanishes"),
    "explodes": N_("explodes"),
    "no_gradient": N_("no gradient"),
    "overflows": N_("overflows"),
}


def verdicts(text: Text) -> dict[str, str]:
    """The one or two words of each verdict, as a tile has room for."""
    return {name: text(label) for name, label in _LABELS.items()}


def orders(text: Text) -> dict[str, str]:
    """The orders in which tiles may stand."""
    return {
        "table": text("as a table"),
        "verdict": text("best verdict first"),
        "signal": text("evenest signal first"),
        "gradient": text("evenest gradient first"),
        "entropy": text("most undecided first"),
    }


def answer(courses: Sequence[tuple[Combination, Course]], sizes: Sequence[int], text: Text) -> str:
    """How many combinations keep signal and gradient, and which passes its gradient on most evenly."""
    shape = "-".join(map(str, (784, *sizes, 10)))
    kept = [(combination, found) for combination, found in courses if found.verdict == "keeps"]
    said = text(
        "Of {total} combinations on {shape}, {kept} keep their signal and their gradient.",
        total=len(courses),
        shape=shape,
        kept=len(kept),
    )
    if not kept:
        return said
    best, found = min(kept, key=lambda pair: abs(np.log10(pair[1].gradient)) if pair[1].gradient > 0 else np.inf)
    evenest = text(
        "The most even gradient has {scheme} with {activation}: in the first layer {ratio} times that of the last.",
        scheme=f"`{best.scheme}`",
        activation=f"`{best.activation}`",
        ratio=found.gradient,
    )
    return f"{said} {evenest}"


def note(seeds: int, decades: int, banded: bool, text: Text) -> str:
    """How to read a tile."""
    parts = [
        text(
            "Each tile runs from the first layer to the last. Purple: the size of the pre-activations over that of the "
            "pixels. Green: the norm of the weights' gradient over that of the last layer. Dotted: equal. A tile ends "
            "at 10{up} and 10{down}, log scale.",
            up=_power(decades),
            down=_power(-decades),
        ),
        text("Line: median of {seeds} seeds.", seeds=seeds),
    ]
    if banded:
        parts.append(text("Band: 10 to 90% of them."))
    parts.append(text("Number: mean entropy in nats. Grey: keeps. Framed: the network now."))
    return " ".join(parts)


def thresholds(text: Text) -> str:
    """From where on each verdict is given."""
    return text(
        "From medians over the seeds; the first that holds is given. Overflows: float32 does not hold more than half "
        "of the seeds. No gradient: none reaches the first layer. Explodes, vanishes: from the first layer to the last "
        "the signal grows by more than {explodes} or shrinks below {vanishes}. Dies: at least {dead} of the hidden "
        "units never fire. Saturates: at least {saturated} of the hidden pre-activations do. Gradient fades, grows: "
        "the first layer's is below {fades} or above {grows} of the last one's. Images alike: the logits of two images "
        "have a correlation of at least {alike}. Keeps: none of these.",
        explodes=text.number(int(stats.EXPLODES)),
        vanishes=text.fixed(stats.VANISHES, 3),
        dead=text.percent(stats.DEAD, 0),
        saturated=text.percent(stats.SATURATED, 0),
        fades=text.fixed(stats.FADES, 3),
        grows=text.number(int(stats.GROWS)),
        alike=text.fixed(stats.ALIKE, 3),
    )


def hover(courses: Sequence[Course], text: Text) -> str:
    """The template of what a tile says on hover; a line without a number in any of them is left out.

    The places are those of `netlib.figures.schemes.NUMBERS`.
    """
    lines = {
        "signal": text("signal, last / first layer: %{customdata[0]:.3g}"),
        "gradient": text("gradient, first / last layer: %{customdata[1]:.3g}"),
        "entropy": text("entropy %{customdata[2]:.4g}, cross-entropy %{customdata[3]:.4g}"),
        "correlation": text("correlation of two images' logits %{customdata[4]:.3f}"),
        "saturated": text("saturated %{customdata[5]:.1%}, dead %{customdata[6]:.1%}"),
    }
    return "<br>".join(
        line for name, line in lines.items() if any(np.isfinite(getattr(found, name)) for found in courses)
    )


def alt(courses: Sequence[Course], text: Text) -> str:
    """How many combinations get which verdict."""
    counts = {name: sum(found.verdict == name for found in courses) for name in stats.VERDICTS}
    listed = ", ".join(f"{text(_LABELS[name])} {count}" for name, count in counts.items() if count)
    return text(
        "Signal and gradient along depth in {count} small pictures. {listed}.", count=len(courses), listed=listed or "–"
    )


def progress(done: int, total: int, place: int | None, text: Text) -> str:
    """How far it is, or how many others come first."""
    if place:
        return text.plural("{n} other computation comes first.", "{n} other computations come first.", place)
    return text("{done} of {total} combinations", done=done, total=total)


def columns(text: Text) -> dict[str, str]:
    """The headings of the table."""
    return {
        "scheme": "weight_init",
        "activation": "activation",
        "verdict": text("verdict"),
        "signal": text("signal, last / first"),
        "gradient": text("gradient, first / last"),
        "entropy": text("entropy, nats"),
        "cross-entropy": text("cross-entropy, nats"),
        "correlation": text("correlation"),
        "saturated": text("saturated"),
        "dead": text("dead"),
        "finite": text("within float32"),
    }


def _power(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
