"""How much is repeated: enough to be believed, or just enough to see that everything works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Effort:
    """Repetitions and durations (s) of every benchmark."""

    quick: bool
    presses: int
    changes: int
    starts: int
    setups: int
    visitors: int
    rounds: int
    crowds: tuple[int, ...]
    seconds: float
    steps: int


FULL = Effort(
    quick=False,
    presses=30,
    changes=20,
    starts=5,
    setups=500,
    visitors=30,
    rounds=5,
    crowds=(30, 60, 100),
    seconds=32,
    steps=3_000,
)
QUICK = Effort(
    quick=True,
    presses=4,
    changes=4,
    starts=1,
    setups=40,
    visitors=10,
    rounds=3,
    crowds=(10, 60),
    seconds=12,
    steps=1_000,
)
