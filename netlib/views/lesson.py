"""What the lesson shows: for each chapter the one thing to move, and the scene that answers for its value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from netlib.activations import ACTIVATIONS
from netlib.i18n import Text
from netlib.lesson.cells import run_cell
from netlib.lesson.chapters import Chapter
from netlib.lesson.experiments import RATES, STARTS, Separation
from netlib.lesson.traps import TRAPS
from netlib.spec import Setup
from netlib.stats.lesson import STDS, Sweep
from netlib.trace import Array, Trace
from netlib.views import Picture


class Runs(Protocol):
    """Where the lesson gets what takes time: results that are kept between runs."""

    def trace(self, setup: Setup) -> Trace:
        """What the batch of a Setup does in its network."""

    def symmetry(self, setup: Setup, start: str) -> Separation:
        """Units that start as `start` says, and a few steps of training."""

    def training(self, setup: Setup, rate: float) -> Array:
        """The loss over the first steps of training."""

    def sweep(self, setup: Setup) -> Sweep:
        """The network at each width of its weights."""


@dataclass(frozen=True, eq=False)
class LookedAt:
    """The Setup that the lesson speaks of, its trace, where to get more, and the reader's language."""

    setup: Setup
    trace: Trace
    runs: Runs
    text: Text

    @property
    def image(self) -> int:
        """The image looked at."""
        return self.setup.batch.image


@dataclass(frozen=True)
class Mover:
    """The one thing to move: option words, how each is shown, and the one that a visit starts with.

    `kind` is "slider", "buttons" or "menu". `sets_image`: the option is the image looked at, part of the Setup.
    """

    label: str
    options: tuple[str, ...]
    labels: tuple[str, ...]
    start: str
    kind: str = "slider"
    sets_image: bool = False


@dataclass(frozen=True, eq=False)
class Scene:
    """What stands there for one value of the mover: the answering sentence, the pictures, and code with what it said.

    `cells` are (code, what it said, whether it failed).
    """

    answer: str
    pictures: Sequence[Picture]
    cells: Sequence[tuple[str, str, bool]] = ()
    why: str = ""


def cell(code: str) -> tuple[str, str, bool]:
    """Fixed code with what it says here and now."""
    outcome = run_cell(code)
    return code, outcome.said, outcome.failed


def chapter_cells(chapter: Chapter) -> tuple[tuple[str, str, bool], ...]:
    """The code that a chapter speaks of, with what it says where it is run."""
    if not chapter.code:
        return ()
    return (cell(chapter.code) if chapter.runs else (chapter.code, "", False),)


def mover(chapter: str, at: LookedAt) -> Mover | None:
    """The one thing to move in a chapter; None where the Setup leaves no choice."""
    made = _MOVERS[chapter](at)
    return made if len(made.options) > 1 else None


def _words(
    label: str, options: Sequence[str], start: str, labels: Sequence[str] | None = None, kind: str = "buttons"
) -> Mover:
    return Mover(label, tuple(options), tuple(labels or options), start, kind)


def _images(at: LookedAt) -> Mover:
    options = tuple(str(index) for index in range(len(at.trace.labels)))
    return Mover(at.text("Image looked at"), options, options, str(at.image), "slider", sets_image=True)


def _rows(at: LookedAt) -> Mover:
    return _words(at.text("Row of pixels"), [str(row) for row in range(28)], "14", kind="slider")


def _hand_stds(at: LookedAt) -> Mover:
    labels = [at.text("torch.randn"), at.text("0.1 · torch.randn"), at.text("torch.randn / √784")]
    return _words(at.text("Weights and biases"), ("1", "0.1", "0.0357"), "1", labels)


def _axes(at: LookedAt) -> Mover:
    labels = ["dim=1", "dim=0", at.text("no keepdim"), at.text("logits up to 100")]
    return _words(at.text("Divide by"), ("1", "0", "flat", "large"), "1", labels)


def _stds(at: LookedAt) -> Mover:
    labels = [at.text.number(std, 2) for std in STDS]
    return _words(at.text("std of all weights"), [str(std) for std in STDS], "0.01", labels, "slider")


def _lines(at: LookedAt) -> Mover:
    return _words(at.text("Line"), ("self.hidden", "self.sigmoid", "self.output", "self.softmax"), "self.hidden")


def _bends(at: LookedAt) -> Mover:
    return _words(at.text("Activation"), tuple(ACTIVATIONS), "relu", kind="menu")


def _stack_bends(at: LookedAt) -> Mover:
    return _words(at.text("Activation between the layers"), ("identity", "relu", "tanh", "sigmoid"), "identity")


def _layers(at: LookedAt) -> Mover:
    names = [layer.name for layer in at.setup.network.layers]
    return _words(at.text("layer"), names, names[0], kind="buttons" if len(names) < 7 else "menu")


def _init_steps(at: LookedAt) -> Mover:
    labels = [at.text("as it starts"), "bias.fill_(0)", "weight.normal_(std=0.01)"]
    return _words(at.text("Lines run so far"), ("start", "fill_", "normal_"), "start", labels)


def _starts(at: LookedAt) -> Mover:
    return _words(at.text("All weights start as"), tuple(STARTS), "constant")


def _parts(at: LookedAt) -> Mover:
    options = [str(index) for index in range(2 * len(at.setup.network.layers))]
    labels = [f"model[{index}]" for index in options]
    return _words(at.text("Part"), options, "0", labels, "slider")


def _names(at: LookedAt) -> Mover:
    labels = [at.text("a name each"), at.text("one name for all activations")]
    return _words(at.text("Names"), ("unique", "repeated"), "unique", labels)


def _which_trap(at: LookedAt) -> Mover:
    labels = [f"{number}. {at.text(trap.title)}" for number, trap in enumerate(TRAPS, 1)]
    return _words(at.text("Trap"), [trap.name for trap in TRAPS], TRAPS[0].name, labels, "menu")


def _rates(at: LookedAt) -> Mover:
    labels = [at.text.number(rate, 1) for rate in RATES]
    return _words(at.text("Learning rate"), [str(rate) for rate in RATES], "0.1", labels, "slider")


_MOVERS: dict[str, Callable[[LookedAt], Mover]] = {
    "batch": _images,
    "flatten": _rows,
    "tensors": _hand_stds,
    "softmax": _axes,
    "uniform": _stds,
    "module": _lines,
    "functional": _images,
    "activations": _bends,
    "collapse": _stack_bends,
    "build": _layers,
    "init": _init_steps,
    "symmetry": _starts,
    "forward": _images,
    "sequential": _parts,
    "ordereddict": _names,
    "traps": _which_trap,
    "next": _rates,
}
