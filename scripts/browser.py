"""Find a Chromium for the browser tests and print its path: python scripts/browser.py [--install]."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def find() -> str | None:
    """Where a Chromium is: $LAYERSCOPE_CHROMIUM, then the PATH, then Playwright's own download; or None."""
    if named := os.environ.get("LAYERSCOPE_CHROMIUM"):
        return shutil.which(named)  # a wrong path is a mistake to be seen, not to be passed over
    for name in NAMES:
        if path := shutil.which(name):
            return path
    # In a process of its own, for its sync API refuses to start where an event loop runs already.
    ask = [sys.executable, "-c", ASK_PLAYWRIGHT]
    asked = subprocess.run(ask, capture_output=True, text=True, check=False)
    return shutil.which(asked.stdout.strip())


def starts(path: str) -> bool:
    """Whether it runs at all: a download of Playwright's may lack libraries of the system."""
    return subprocess.run([path, "--version"], capture_output=True, check=False).returncode == 0


def on_debian() -> bool:
    """Debian itself: Ubuntu's package of that name is only a pointer to a snap."""
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text(encoding="utf-8").splitlines()


def install() -> None:
    """Install one, as far as this user may."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if on_debian() and is_root and shutil.which("apt-get"):
        print("Installing Debian's chromium for the browser tests.", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        packages = ["chromium", "fonts-dejavu-core"]  # a bare image has no font with Cyrillic letters
        for step in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", "-qq", *step], env=quiet, stdout=subprocess.DEVNULL, check=False)
    else:
        print("Downloading Playwright's Chromium for the browser tests (about 200 MB).", flush=True)
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        # Of the pages it prints when it fails, the lines that say why.
        why = [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error:")]
        print(*dict.fromkeys(why), sep="\n", file=sys.stderr, end="\n" if why else "")


def main(arguments: list[str]) -> int:
    """Print the path, or what to do where there is none."""
    path = find()
    named = os.environ.get("LAYERSCOPE_CHROMIUM")
    if "--install" in arguments and path is None and not named:
        install()
        path = find()
    if path and starts(path):
        print(path)
        return 0
    if named:
        print(f"LAYERSCOPE_CHROMIUM={named} is not a browser that starts.", file=sys.stderr)
    else:
        print(
            "No Chromium for the browser tests. Install one of these, then run again:\n"
            "  Debian:     sudo apt-get update && sudo apt-get install chromium\n"
            "  elsewhere:  .venv/bin/python -m playwright install --with-deps chromium\n"
            "or say where one is: LAYERSCOPE_CHROMIUM=/path/to/chrome",
            file=sys.stderr,
        )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
