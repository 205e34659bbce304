"""The stamp on the Code page: the five spellings, run here and now, and how far each is from the numbers shown.

What is executed is text that `netlib.code` writes from a checked spec; no word of it comes from a visitor.
"""

import hashlib
import math
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from netlib.code.filling import Style
from netlib.code.forms import ADDMM, FORMS, Form
from netlib.code.spellings import Program, program
from netlib.i18n import translator
from netlib.network import one_thread, unfilled
from netlib.spec import NetworkSpec
from netlib.trace import Array, Trace


class _Modules:
    """`torch.nn` for the generated text, but for one thing: Linear does not initialise itself.

    Its own initialisation would move the global generator that all visitors share, and is written over at once.
    """

    Linear = staticmethod(unfilled)

    def __getattr__(self, name: str) -> Any:
        return getattr(nn, name)


def stamp(spec: NetworkSpec, style: Style, trace: Trace, *, loaded: bool = False) -> tuple[Form, ...]:
    """Runs all five spellings, and `torch.addmm` beside `x @ W + b`, on the trace's images; in the order of `FORMS`.

    `loaded`: with the trace's own weights, as from a file, instead of those that the spec draws.
    """
    weights = _as_from_a_file(trace) if loaded else {}
    programs = [(name, _written(spec, name, style, loaded)) for name in FORMS]
    return tuple(_form(name, execute(written, trace.images, weights), trace) for name, written in programs)


def execute(written: Program, images: Array, weights: Mapping[str, torch.Tensor] | None = None) -> dict[str, Any]:
    """The variables of a generated program after its run on these images: `probabilities`, and `model` or `W1`, ...

    `weights` is what its `load_file` gives. One thread, no global generator read or moved.
    """
    variables: dict[str, Any] = {
        "__name__": "spelling",
        "torch": torch,
        "nn": _Modules(),
        "F": functional,
        "math": math,
        "hashlib": hashlib,
        "OrderedDict": OrderedDict,
        "images": torch.tensor(images),
        "load_file": lambda _: weights,
    }
    with one_thread():
        exec(compile(written.body, f"<{written.spelling}>", "exec"), variables)  # noqa: S102 - our own text
    return variables


def _as_from_a_file(trace: Trace) -> dict[str, torch.Tensor]:
    parts = ((layer, part) for layer in trace.layers for part in ("weight", "bias"))
    return {f"{layer.name}.{part}": torch.tensor(getattr(layer, part)) for layer, part in parts}


def _written(spec: NetworkSpec, name: str, style: Style, loaded: bool) -> Program:
    spelling = "tensors" if name == ADDMM else name
    return program(spec, spelling, style, "", translator("en"), addmm=name == ADDMM, loaded=loaded)


def _form(name: str, variables: dict[str, Any], trace: Trace) -> Form:
    probabilities = variables["probabilities"].detach().numpy()
    model = variables.get("model")
    return Form(
        name,
        difference(probabilities, trace.probabilities),
        str(model) if model is not None else "",
        tuple(model.state_dict()) if model is not None else (),
    )


def difference(one: Array, other: Array) -> float:
    """The largest absolute difference of two arrays of one shape; where both are no number they agree."""
    apart = np.abs(one.astype(np.float64) - other.astype(np.float64))
    apart[np.isnan(one) & np.isnan(other)] = 0.0
    return float(np.where(np.isnan(apart), np.inf, apart).max())
