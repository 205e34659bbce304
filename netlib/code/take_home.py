"""The script and the notebook that a student takes home: their digits, the network, and the numbers to find again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netlib.code.layout import blocks, indented
from netlib.code.payload import batch_lines, torchvision_lines
from netlib.code.shown import Shown, check_function, check_lines
from netlib.code.spellings import Program, import_block
from netlib.i18n import Text

BARS = [
    "for digit in range(10):",
    "    probability = probabilities[{image}, digit].item()",
    '    print(digit, f"{{probability:.3f}}", "█" * round(50 * probability))',
]


@dataclass(frozen=True, eq=False)
class TakeHome:
    """All that an exported program is made of; pixels uint8 (n, 28, 28), labels int64 (n,), names of the layers."""

    program: Program
    numbers: Shown
    names: tuple[str, ...]
    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]
    link: str


def script(home: TakeHome, text: Text) -> str:
    """A Python file that runs by itself and asserts the numbers shown."""
    written = home.program
    body = blocks(
        blocks([*_one_thread(text)], _switch(text), _batch(home, text)),
        written.definition,
        written.made,
        written.helpers,
        blocks(written.filling, written.forward, _bars(home)),
        check_function(text),
        _checks(home, text),
        blank=2,
    )
    title = text("A network from Layerscope, with its digits and its numbers.")
    head = [f'"""{title}"""', "", f"# {_one_line(home.link)}"]
    imports = import_block((*written.imports, "import base64", "import zlib", "import torch"), body)
    return "\n".join([*head, "", *imports, *body]) + "\n"


def notebook(home: TakeHome, text: Text) -> str:
    """The same as a Jupyter notebook, format 4.5, as JSON."""
    written = home.program
    imports = import_block((*written.imports, "import base64", "import zlib", "import torch"), [""])[:-1]
    cells = [
        _markdown(
            "# " + text("A network from Layerscope, with its digits and its numbers."),
            "",
            text("Run the cells in their order. The last one compares with the numbers on the screen."),
            "",
            f"[Layerscope]({_one_line(home.link)})",
        ),
        _code([*imports, "", *_one_thread(text)]),
        _markdown("## " + text("The digits")),
        _code(blocks(_switch(text), _batch(home, text))),
        _markdown("## " + text("The network")),
        *([_code(blocks(written.definition, written.made, blank=2))] if written.made else []),
        _markdown("## " + text("Weights and biases")),
        *([_code(written.helpers)] if written.helpers else []),
        _code(written.filling),
        _markdown("## " + text("Forward pass")),
        _code(blocks(written.forward, _bars(home))),
        _markdown("## " + text("The numbers on the screen")),
        _code(blocks(check_function(text), _checks(home, text), blank=2)),
    ]
    content = {
        "cells": [{**cell, "id": f"cell-{index}"} for index, cell in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _one_thread(text: Text) -> list[str]:
    words = text("Two threads would add in another order: the last bits would differ.")
    return [f"# {words}", "torch.set_num_threads(1)"]


def _switch(text: Text) -> list[str]:
    words = text("True: other digits by torchvision, as in the course; then nothing is compared.")
    return [f"# {words}", "FROM_TORCHVISION = False"]


def _batch(home: TakeHome, text: Text) -> list[str]:
    own = batch_lines(home.pixels, home.labels, text)
    first = next(i for i, line in enumerate(own) if line.startswith("data = "))
    constants, lines = own[:first], own[first:]
    branches = [
        "if FROM_TORCHVISION:",
        *indented(torchvision_lines(len(home.labels))),
        "else:",
        *indented(lines),
    ]
    return blocks(constants, branches)


def _checks(home: TakeHome, text: Text) -> list[str]:
    done = text("The same numbers as on the screen.")
    lines = [*check_lines(home.numbers, home.program, home.names, text), f'print("{done}")']
    return ["if not FROM_TORCHVISION:", *indented(lines)]


def _bars(home: TakeHome) -> list[str]:
    if not home.numbers.probabilities:  # NaN has no bar
        return []
    return [line.format(image=home.numbers.image) for line in BARS]


def _one_line(link: str) -> str:
    return "".join(letter for letter in link if letter.isprintable())


def _code(lines: Sequence[str]) -> dict[str, object]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": [],
        "source": _source(lines),
    }


def _markdown(*lines: str) -> dict[str, object]:
    return {"cell_type": "markdown", "metadata": {}, "source": _source(lines)}


def _source(lines: Sequence[str]) -> list[str]:
    return [f"{line}\n" for line in lines[:-1]] + [lines[-1]]
