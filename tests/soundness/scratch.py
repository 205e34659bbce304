"""A copy of the dashboard's scripts in a folder of one's own, to be broken; netlib itself is the one of this tree."""

import shutil
from pathlib import Path

from tests.e2e.server import ROOT


def scratch(folder: Path) -> Path:
    """Copies `dashboard.py` and `pages/`; returns the new `dashboard.py`."""
    shutil.copytree(ROOT / "pages", folder / "pages", ignore=shutil.ignore_patterns("__pycache__"))
    return Path(shutil.copy(ROOT / "dashboard.py", folder / "dashboard.py"))


def add(script: Path, code: str, *, after: str) -> None:
    """Writes code behind the line that starts like this."""
    lines = script.read_text(encoding="utf-8").splitlines()
    index = next(index for index, line in enumerate(lines) if line.startswith(after))
    lines[index + 1 : index + 1] = code.splitlines()
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
