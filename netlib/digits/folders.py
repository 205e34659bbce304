"""Where digits are kept: bundled ones in the package, the full MNIST in a cache folder or one of one's own.

All in torchvision's layout, so that `torchvision.datasets.MNIST(root)` reads the same files.
"""

import os
import tempfile
from pathlib import Path

from netlib.digits import known

LAYOUT = Path("MNIST", "raw")


def own_root() -> Path | None:
    """The folder that `LAYERSCOPE_MNIST` names, read and never written to; None where it names none."""
    named = os.environ.get("LAYERSCOPE_MNIST", "").strip()
    return Path(named).expanduser() if named else None


def cache_root() -> Path:
    """The folder for downloads: `layerscope/mnist` in `$XDG_CACHE_HOME`, or else in `~/.cache`.

    Source: the XDG Base Directory Specification, by which a relative `$XDG_CACHE_HOME` does not count.
    """
    named = os.environ.get("XDG_CACHE_HOME", "")
    if named and Path(named).is_absolute():
        cache = Path(named)
    else:
        try:
            cache = Path.home() / ".cache"
        except RuntimeError:  # a container's user may have no home
            cache = Path(tempfile.gettempdir())
    return cache / "layerscope" / "mnist"


def raw_folder(source: str) -> Path:
    """The folder that holds the four files of `bundled` or `full`, whether or not they are there."""
    if source == "bundled":
        return Path(__file__).parents[1] / "data" / "mnist-sample" / LAYOUT
    return (own_root() or cache_root()) / LAYOUT


def full_available() -> bool:
    """Whether the full MNIST's four files are here and of the right size: four looks at the disk, no more.

    `load` reads and checks them, so it may still raise.
    """
    return all(size_of(raw_folder("full") / file.name) == file.size for file in known.FULL.files)


def downloads_offered() -> bool:
    """Whether a page should offer the download: not on a public host, and not into a folder of one's own."""
    return not on_public_host() and own_root() is None


def size_of(path: Path) -> int:
    """The size of a file in bytes; 0 where there is none that we may see."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def on_public_host() -> bool:
    """Whether `LAYERSCOPE_PUBLIC` is set, to anything but 0."""
    return os.environ.get("LAYERSCOPE_PUBLIC", "").strip() not in {"", "0"}
