"""Fixed code run as a notebook runs a cell: what it prints, the value of its last line, or the error's own words.

Nothing but the lesson's own constants is ever run, never a visitor's text. Torch is imported when a cell is first run.
"""

import ast
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

_ONE_AT_A_TIME = Lock()
_CELLS_AT_MOST = 64


@dataclass(frozen=True)
class Outcome:
    """What stands below a cell, and whether the cell ended in an error or a warning."""

    said: str
    failed: bool


@lru_cache(maxsize=_CELLS_AT_MOST)
def run_cell(source: str) -> Outcome:
    """Runs one of the lesson's own cells, once a process; each cell gets its own names, see `_given`.

    The global generator is left as it was: a cell that makes an `nn.Linear` must not move what all visitors share.
    """
    import torch

    with _ONE_AT_A_TIME, torch.random.fork_rng(devices=[]), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        names = _given()
        lines: list[str] = []
        names["print"] = _printer(lines)
        error = _execute(source, names, lines)
    said = [*lines, *(f"{warning.category.__name__}: {warning.message}" for warning in caught)]
    return Outcome("\n".join([*said, error] if error else said), bool(error or caught))


def _printer(lines: list[str]) -> Callable[..., None]:
    # Not redirect_stdout: that would catch what other threads print.
    def write(*values: object) -> None:
        lines.append(" ".join(map(str, values)))

    return write


def _execute(source: str, names: dict[str, Any], lines: list[str]) -> str:
    tree = ast.parse(source)
    last = tree.body[-1]
    try:
        if isinstance(last, ast.Expr):
            tree.body.pop()
            exec(compile(tree, "cell", "exec"), names)  # noqa: S102 - the lesson's own constant
            value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)  # noqa: S307 - likewise
            if value is not None:
                lines.append(repr(value))
        else:
            exec(compile(tree, "cell", "exec"), names)  # noqa: S102 - likewise
    except Exception as error:  # noqa: BLE001 - the error is what the cell is there to show
        return f"{type(error).__name__}: {error}"
    return ""


def _given() -> dict[str, Any]:
    """What the notebook has at hand: torch's names, a batch of 64 real digits, exercise 3's network and its logits."""
    from collections import OrderedDict

    import torch
    import torch.nn.functional as F  # noqa: N812 - as in the notebook
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

    from netlib.digits import sample
    from netlib.network import build
    from netlib.spec import BatchSpec, NetworkSpec

    batch = sample(BatchSpec())
    images, labels = torch.tensor(batch.images), torch.tensor(batch.labels)
    model = build(NetworkSpec())
    with torch.no_grad():
        out = model[:-1](images.flatten(start_dim=1))
    return {
        "__name__": "cell",
        "torch": torch,
        "nn": nn,
        "F": F,
        "OrderedDict": OrderedDict,
        "images": images,
        "labels": labels,
        "model": model,
        "out": out,
        "trainloader": DataLoader(TensorDataset(images, labels), batch_size=64, shuffle=True),
    }
