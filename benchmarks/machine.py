"""Under which circumstances a figure came about: hardware, versions, date, seed, digits, and who else was busy."""

import os
import platform
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("streamlit", "plotly", "torch", "numpy", "pandas", "protobuf", "websockets")
SEED = 0
DIGITS = "64 of the bundled MNIST digits, training split, batch seed 0"


@dataclass(frozen=True)
class Circumstances:
    """Hardware, versions, date, seed and digits; `load` is the machine's load average before the first repetition."""

    date: str
    quick: bool
    cpu: str
    cores: int
    memory_gb: float
    load: float
    system: str
    versions: dict[str, str]
    seed: int = SEED
    digits: str = DIGITS

    def sentence(self) -> str:
        """All of it in two lines of Markdown."""
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        effort = "a quick run with few repetitions" if self.quick else "a full run"
        return (
            f"*{self.date}, {effort}, on {self.cores} cores of {self.cpu}, {self.memory_gb:g} GB, {self.system}; "
            f"load average before it {self.load:.2f}. {versions}. "
            f"Seed {self.seed}; {self.digits}.*"
        )


def circumstances(*, quick: bool) -> Circumstances:
    """Those of this machine, now."""
    return Circumstances(
        date=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        quick=quick,
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_gb=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        load=round(os.getloadavg()[0], 2),
        system=f"{platform.system()} {platform.release().split('-')[0]}",
        versions={"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
    )


def _cpu() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        found = None
    return found.group(1) if found else platform.processor() or platform.machine()
