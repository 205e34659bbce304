"""Pictures of every page, for looking at: `python -m tests.e2e.screenshots [folder]`; and the one in the README.

Each page in both languages, light and dark, on a desktop, a projector and a phone. The folder is `screenshots/`, which
git ignores; the README's picture is written to `docs/pictures/home.png`.
"""

import itertools
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.e2e.server import ROOT, Server, serve
from tests.e2e.visitor import launch, visit

PAGES = tuple(path.stem for path in sorted((ROOT / "pages").glob("*.py")))
SIZES = {"desktop": (1280, 800), "projector": (1920, 1080), "phone": (390, 844)}
README_PICTURE = ROOT / "docs" / "pictures" / "home.png"


def address(page: str) -> str:
    """The page's path: Home is where a visit starts."""
    return "/" if page == "home" else f"/{page}"


def take(browser: Browser, server: Server, folder: Path) -> list[Path]:
    """Writes one picture for each page, language, scheme and size; returns their paths."""
    written = []
    for language, scheme, (size, (width, height)) in itertools.product(("en", "ru"), ("light", "dark"), SIZES.items()):
        with visit(browser, server.url, width=width, height=height, color_scheme=scheme) as tab:
            for page in PAGES:
                tab.open(address(page), f"lang={language}")
                path = folder / f"{page}-{language}-{scheme}-{size}.png"
                tab.page.screenshot(path=path)
                written.append(path)
    return written


def take_for_readme(browser: Browser, server: Server) -> None:
    """The picture that the README shows: Home at 1280 x 800, at one and a half times the density."""
    README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
    with visit(browser, server.url, device_scale_factor=1.5, color_scheme="light") as tab:
        tab.open("/", "weights=kaiming_normal&image=7")
        tab.page.wait_for_timeout(500)
        tab.page.screenshot(path=README_PICTURE)


def main(folder: Path) -> None:
    """Starts a server and a browser, takes all pictures, ends both."""
    folder.mkdir(parents=True, exist_ok=True)
    with serve(folder / "server.log") as server, sync_playwright() as playwright:
        browser = launch(playwright)
        take_for_readme(browser, server)
        written = take(browser, server, folder)
        browser.close()
    sys.stdout.write(f"{len(written)} pictures in {folder}, and {README_PICTURE.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "screenshots")
