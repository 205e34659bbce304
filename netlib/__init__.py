"""Layerscope's library: describe a network, build it, run real digits through it, read every number.

The public face is loaded when it is first asked for (PEP 562): `import netlib.spec` loads no torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netlib.digits import Batch, sample
    from netlib.forward import run
    from netlib.network import build
    from netlib.problem import Problem
    from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
    from netlib.trace import LayerTrace, Trace

__version__ = "0.1.0"

_HOME = {
    "Batch": "netlib.digits",
    "sample": "netlib.digits",
    "run": "netlib.forward",
    "build": "netlib.network",
    "BatchSpec": "netlib.spec",
    "Init": "netlib.spec",
    "NetworkSpec": "netlib.spec",
    "Problem": "netlib.problem",
    "Setup": "netlib.spec",
    "LayerTrace": "netlib.trace",
    "Trace": "netlib.trace",
}

__all__ = [
    "Batch",
    "BatchSpec",
    "Init",
    "LayerTrace",
    "NetworkSpec",
    "Problem",
    "Setup",
    "Trace",
    "build",
    "run",
    "sample",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'netlib' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
