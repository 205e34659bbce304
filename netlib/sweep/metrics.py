"""What is measured of every network of a sweep: one entry is one column, with its name and what is good. No torch."""

from dataclasses import dataclass
from typing import Literal

from netlib.i18n import N_

Good = Literal["high", "low", "one", ""]


@dataclass(frozen=True)
class Metric:
    """One number a network. good: which of two is better ("one": whose logarithm is nearer to 0; "": neither)."""

    name: str
    title: str
    summary: str
    good: Good
    logarithmic: bool = False
    share: bool = False
    trained: bool = False
    unit: str = ""


METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "signal_ratio",
            N_("Signal, last layer over first"),
            N_("Root mean square of the pre-activations in the last layer, over that in the first."),
            "one",
            logarithmic=True,
        ),
        Metric(
            "gradient_ratio",
            N_("Gradient, first layer over last"),
            N_("Norm of the weights' gradient in the first layer, over that in the last."),
            "one",
            logarithmic=True,
        ),
        Metric("entropy", N_("Entropy"), N_("Mean entropy of the ten probabilities."), "high", unit="nat"),
        Metric("cross_entropy", N_("Cross-entropy"), N_("Mean loss before any training."), "low", unit="nat"),
        Metric("dead", N_("Dead units"), N_("Hidden units that are zero for every image."), "low", share=True),
        Metric(
            "saturated",
            N_("Saturated"),
            N_("Hidden pre-activations where the activation is nearly flat."),
            "low",
            share=True,
        ),
        Metric("loss", N_("Training loss"), N_("Mean loss of the last steps."), "low", trained=True, unit="nat"),
        Metric(
            "held_out_accuracy",
            N_("Held-out accuracy"),
            N_("Share of held-out digits that are read rightly after the training."),
            "high",
            share=True,
            trained=True,
        ),
        Metric(
            "steps_to_threshold",
            N_("Steps to the threshold"),
            N_("Steps until the held-out accuracy first reaches the threshold."),
            "low",
            logarithmic=True,
            trained=True,
        ),
    )
}
