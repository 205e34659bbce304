"""Files that a visitor brings back: safetensors and Setups. Each wrong one gets one sentence, none is ever executed.

safetensors' own reader takes the bytes apart; before it sees them, what a person may have sent by mistake is named.
"""

import json
import re
from dataclasses import dataclass

import numpy as np

from netlib import query
from netlib.bounds import CLASSES, INPUTS, MAX_PARAMETERS, check_parameters, check_sizes
from netlib.i18n import N_
from netlib.problem import Problem
from netlib.trace import Array, frozen

MAX_BYTES = 4 * MAX_PARAMETERS + 100_000
MAX_SETUP_BYTES = 100_000

_KINDS = ("weight", "bias")


@dataclass(frozen=True, eq=False)
class Weights:
    """A network's tensors from a file: one (weight (out, in), bias (out,)) a layer, float32, finite, read-only.

    `file` is the name that it came under, `names` what it calls the layers.
    """

    file: str
    names: tuple[str, ...]
    layers: tuple[tuple[Array, Array], ...]

    @property
    def hidden_sizes(self) -> tuple[int, ...]:
        """Units of each hidden layer."""
        return tuple(len(bias) for _, bias in self.layers[:-1])

    @property
    def parameters(self) -> int:
        """Weights and biases."""
        return sum(weight.size + bias.size for weight, bias in self.layers)


def read_weights(data: bytes, file: str) -> Weights:
    """The weights in a safetensors file, as layers from 784 inputs to 10 outputs; raises `Problem`."""
    _refuse_what_is_something_else(data)
    if len(data) > MAX_BYTES:
        raise Problem(N_("The file is larger than a network of {count} parameters can be."), count=MAX_PARAMETERS)
    tensors = _parsed(data)
    names = sorted({name.rpartition(".")[0] for name in tensors}, key=_in_order)
    layers = tuple(_layer(tensors, name) for name in names)
    _check_chain(names, layers)
    return Weights(file, tuple(names), layers)


def read_setup(data: bytes) -> query.Reading:
    """What a Setup in JSON says, with a note for each field that could not be used; raises `Problem`."""
    if not data.strip():
        raise Problem(N_("The file is empty."))
    if len(data) > MAX_SETUP_BYTES:
        raise Problem(N_("A Setup is a few lines of JSON; this file is far larger."))
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or not set(query.FIELDS) & fields.keys():
        raise Problem(N_('This is not a Setup as JSON: fields such as "hidden" and "activation" are missing.'))
    return query.read({name: str(fields[name]) for name in query.FIELDS if name in fields})


def _refuse_what_is_something_else(data: bytes) -> None:
    start = data[:512].lstrip().lower()
    if not start:
        raise Problem(N_("The file is empty."))
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise Problem(N_("This is a web page, not weights: the download saved the site's page in place of the file."))
    if start.startswith(b"version https://git-lfs"):
        raise Problem(N_("This is a git-lfs pointer, not the weights themselves: fetch the file with git lfs pull."))
    if data.startswith((b"PK\x03\x04", b"\x80")):
        raise Problem(
            N_(
                "This is a pickle or an archive (.pt, .pth, .npz), which may carry code and is never opened here; "
                "save it with safetensors.torch.save_file(model.state_dict(), ...)."
            )
        )


def _parsed(data: bytes) -> dict[str, Array]:
    from safetensors import SafetensorError, deserialize

    try:
        found = deserialize(data)  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        raise _said(str(error), data) from None
    tensors = {}
    for name, tensor in found:
        kinds = {"F32": np.float32, "F64": np.float64, "F16": np.float16}
        if tensor["dtype"] not in kinds:
            raise Problem(
                N_("{name} holds {given}; weights must be floating-point numbers (F32, F64 or F16)."),
                name=_short(name),
                given=str(tensor["dtype"]),
            )
        array = np.frombuffer(tensor["data"], kinds[tensor["dtype"]]).reshape(tensor["shape"])
        with np.errstate(over="ignore", under="ignore"):
            numbers = frozen(np.array(array, np.float32))
        if not np.isfinite(numbers).all():
            raise Problem(N_("{name} holds numbers that are none (NaN) or infinite."), name=_short(name))
        tensors[name] = numbers
    return tensors


def _said(error: str, data: bytes) -> Problem:
    """One sentence for what safetensors' reader found."""
    claimed = int.from_bytes(data[:8], "little")
    if len(data) <= 8:
        return Problem(N_("The file is cut: even its header is not whole."))
    if claimed > len(data) - 8:
        looks_right = data[8:9] == b"{"
        if looks_right:
            return Problem(
                N_("The file is cut or its header lies: it claims {claimed} bytes and {count} are there."),
                claimed=claimed,
                count=len(data) - 8,
            )
        return Problem(N_("This is not a safetensors file."))
    if "not fully covered" in error:
        return Problem(N_("The file is cut, or longer than it should be: its tensors do not fill it exactly."))
    if any(word in error for word in ("invalid shape", "invalid offset", "overflow")):
        return Problem(N_("The file's header lies: a shape and its number of bytes do not agree."))
    return Problem(N_("This is not a safetensors file: its header cannot be read."))


def _layer(tensors: dict[str, Array], name: str) -> tuple[Array, Array]:
    parts = {kind: tensors.get(f"{name}.{kind}") for kind in _KINDS}
    weight, bias = parts["weight"], parts["bias"]
    extra = [key for key in tensors if key.rpartition(".")[0] == name and key.rpartition(".")[2] not in _KINDS]
    if weight is None or bias is None or extra:
        raise Problem(
            N_(
                "Each layer must have a weight and a bias, such as fc1.weight and fc1.bias, and nothing else; "
                "see {name}."
            ),
            name=_short(extra[0] if extra else name or next(iter(tensors))),
        )
    if weight.ndim != 2 or bias.ndim != 1 or len(weight) != len(bias):
        raise Problem(
            N_("{name}: a weight must be (out, in) and its bias (out,); given: {weight} and {bias}."),
            name=_short(name),
            weight=str(weight.shape),
            bias=str(bias.shape),
        )
    return weight, bias


def _check_chain(names: list[str], layers: tuple[tuple[Array, Array], ...]) -> None:
    if not layers:
        raise Problem(N_("The file holds no tensors."))
    width = INPUTS
    for name, (weight, bias) in zip(names, layers, strict=True):
        if weight.shape[1] != width:
            raise Problem(
                N_("The shapes do not chain: {name} takes {taken} inputs, and {width} come to it."),
                name=_short(name),
                taken=weight.shape[1],
                width=width,
            )
        width = len(bias)
    if width != CLASSES:
        raise Problem(
            N_("The last layer must have {count} outputs, one a digit; given: {given}."), count=CLASSES, given=width
        )
    sizes = check_sizes([len(bias) for _, bias in layers[:-1]])
    check_parameters(sizes)


def _in_order(name: str) -> tuple[bool, list[tuple[bool, int, str]]]:
    """`fc2` before `fc10`, the output last."""
    parts = re.split(r"(\d+)", name)
    return name.rpartition(".")[2] == "output", [(p.isdigit(), int(p) if p.isdigit() else 0, p) for p in parts]


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"
