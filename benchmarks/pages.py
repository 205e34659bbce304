"""The pages, and on each the change that a visitor makes there: the one that its main picture depends on."""

from dataclasses import dataclass

from netlib.query import DEFAULTS
from tests.e2e.server import ROOT


@dataclass(frozen=True)
class Page:
    """One page: its file's name, the slider that changes its picture, and the text field that renews its numbers.

    The slider has the key `key`; its arrow key moves it away from `start` one by one, `steps` times at most. A page
    that has no picture before a button is pressed names that button, `begin`, and in a browser another slider is moved
    there, `browsed`, back and forth by `turns` steps. Where no slider of the sidebar changes the picture, it is a
    `menu` of the page's own in the slider's place, its options one after the other.
    """

    name: str
    slider: str
    key: str
    arrow: str
    start: int
    steps: int
    seed: str = "seed"
    begin: str = ""
    browsed: str = ""
    turns: int = 0
    menu: bool = False

    @property
    def path(self) -> str:
        """Its path in the address."""
        return "/" if self.name in ("home", "empty") else f"/{self.name}"

    def value(self, step: int) -> int:
        """What the slider is set to by a number of steps; from the end it starts again."""
        away = (step - 1) % self.steps + 1
        return self.start + (away if self.arrow in ("ArrowRight", "ArrowDown") else -away)


_UNITS = int(DEFAULTS["hidden"].split("-")[0])
_IMAGES = int(DEFAULTS["size"])
_METRICS = 10  # what the sweep that came along can show
_ABOUT_DIGITS = ("batch", "notebook")  # what they show first does not depend on the network


def _page(name: str) -> Page:
    if name in _ABOUT_DIGITS:
        return Page(name, "Image looked at", "image_choice", "ArrowRight", 0, _IMAGES - 1, seed="batch_seed")
    if name == "train":  # its pictures show a training, not the sidebar's network: one goes through its moments
        return Page(
            name, "Units", "units", "ArrowLeft", _UNITS, _UNITS - 1, begin="One epoch", browsed="Step", turns=14
        )
    if name == "sweep":  # it shows thousands of networks, whichever the sidebar's is
        return Page(name, "Show", "sweep_metric", "ArrowDown", 0, _METRICS - 1, turns=_METRICS - 1, menu=True)
    # To the left: a wider layer begins with the same units, so the pictures of its first 128 would stay as they are.
    return Page(name, "Units", "units", "ArrowLeft", _UNITS, _UNITS - 1)


_NAMES = (
    "home",
    "batch",
    "weights",
    "activations",
    "outputs",
    "signal",
    "compare",
    "train",
    "sweep",
    "draw",
    "notebook",
    "code",
)
PAGES = tuple(_page(name) for name in _NAMES if (ROOT / "pages" / f"{name}.py").exists())
EMPTY = Page("empty", "Number", "number", "ArrowRight", 50, 50)
