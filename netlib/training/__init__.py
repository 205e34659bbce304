"""Training: what may be asked (`TrainSpec`, `Command`), who does it beside the pages (`Fleet`), what is seen (`Look`).

Loaded when it is first asked for, like `netlib` itself: a spec, a fleet and a look need no torch.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netlib.training.fleet import Fleet
    from netlib.training.snapshot import Curves, LayerLook, Look, Snapshot
    from netlib.training.spec import OPTIMIZERS, Command, Optimizer, TrainSpec

_HOME = {
    "Command": "netlib.training.spec",
    "Curves": "netlib.training.snapshot",
    "Fleet": "netlib.training.fleet",
    "LayerLook": "netlib.training.snapshot",
    "Look": "netlib.training.snapshot",
    "OPTIMIZERS": "netlib.training.spec",
    "Optimizer": "netlib.training.spec",
    "Snapshot": "netlib.training.snapshot",
    "TrainSpec": "netlib.training.spec",
}

__all__ = [
    "OPTIMIZERS",
    "Command",
    "Curves",
    "Fleet",
    "LayerLook",
    "Look",
    "Optimizer",
    "Snapshot",
    "TrainSpec",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'netlib.training' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
