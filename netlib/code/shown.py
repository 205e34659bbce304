"""What an exported program must find again: the numbers on the screen, and lines that compare with them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from netlib.code.layout import call, indented
from netlib.code.spellings import Program
from netlib.i18n import Text
from netlib.stats.weights import moments
from netlib.trace import Trace

CHECK = '''
def check(what, computed, shown, within):
    """{docstring}"""
    computed = computed.item()
    assert abs(computed - shown) <= within, f"{{what}}: {{computed}}, {{shown}}"
'''
_THREE_DECIMALS = 0.001
_STEADY = 2e-4


@dataclass(frozen=True)
class Shown:
    """The numbers on the screen to the digits shown there: three significant ones, three decimals of a probability.

    means, stds: one a layer, of its weights, None where there is none to compare (a std of one number);
    probabilities: ten, of the image looked at, empty where they are no numbers; top: the mean top probability, or None.
    """

    means: tuple[float, ...]
    stds: tuple[float | None, ...]
    image: int
    probabilities: tuple[float, ...]
    top: float | None


def shown(trace: Trace, image: int, apart: float = 0.0) -> Shown:
    """The numbers of a trace; `apart` is how far the spelling's probabilities are from the trace's.

    Where that would show in three decimals (a network so large in numbers that the order of additions decides), the
    probabilities are left out.
    """
    all_moments = [moments(layer.weight) for layer in trace.layers]
    row = [round(float(p), 3) for p in trace.probabilities[image]]
    top = float(trace.probabilities.max(axis=1).mean())
    steady = apart < _STEADY
    return Shown(
        tuple(_rounded(m.mean) for m in all_moments),
        tuple(_rounded(m.std) if m.count > 1 else None for m in all_moments),
        image,
        tuple(row) if steady and all(map(math.isfinite, row)) else (),
        round(top, 3) if steady and math.isfinite(top) else None,
    )


def check_lines(numbers: Shown, written: Program, names: Sequence[str], text: Text) -> list[str]:
    """The lines that assert them with `check`, to stand one level deep."""
    lines: list[str] = []
    for name, weight, average, std in zip(names, written.weights, numbers.means, numbers.stds, strict=True):
        lines += _compared(f"{name}: mean", f"{weight}.double().mean()", average)
        if std is not None:
            lines += _compared(f"{name}: std", f"{weight}.double().std()", std)
    if numbers.probabilities:
        words = text("The ten probabilities of the image looked at.")
        lines += [f"# {words}", *call("shown = [", [repr(p) for p in numbers.probabilities], "]", depth=1)]
        lines += ["for digit in range(10):"]
        probability = f"probabilities[{numbers.image}, digit]"
        lines += indented(
            call("check(", ['f"p({digit})"', probability, "shown[digit]", repr(_THREE_DECIMALS)], depth=2)
        )
    if numbers.top is not None:
        mean = "probabilities.max(dim=1).values.mean()"
        lines += call("check(", ['"mean top probability"', mean, repr(numbers.top), repr(_THREE_DECIMALS)], depth=1)
    return lines


def check_function(text: Text) -> list[str]:
    """The function that compares one number."""
    words = text("Compare a number with the one on the screen, to the digits shown.")
    return CHECK.format(docstring=words).strip().split("\n")


def _compared(what: str, computed: str, value: float) -> list[str]:
    return call("check(", [f'"{what}"', computed, repr(value), repr(_last_digit(value))], depth=1)


def _rounded(value: float) -> float:
    return float(f"{value:.2e}")


def _last_digit(value: float) -> float:
    # Of a number shown as 0 the float64 sum of equal numbers may leave a speck.
    return float(f"1e{math.floor(math.log10(abs(value))) - 2}") if value else 1e-12
