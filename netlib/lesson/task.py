"""One exercise: a question, structured fields to predict in, the truth and the reason."""

from dataclasses import dataclass

from netlib.i18n import Text
from netlib.spec import LayerSpec, Setup
from netlib.trace import Trace

Answer = tuple[float, ...] | str


@dataclass(frozen=True)
class Task:
    """One question. `truth` is a shape, one number (a tuple of one) or one of `options`, which are shown by `labels`.

    A number counts as right within `tolerance` of the truth, as a share of it; shapes and words must be exact.
    """

    name: str
    question: str
    truth: Answer
    reason: str
    options: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    tolerance: float = 0.0

    @property
    def is_choice(self) -> bool:
        """Whether the answer is one of the options."""
        return bool(self.options)

    @property
    def is_shape(self) -> bool:
        """Whether the answer has several whole numbers."""
        return not self.is_choice and len(self.truth) != 1

    def accepts(self, given: Answer) -> bool:
        """Whether an answer is right."""
        if isinstance(self.truth, str) or isinstance(given, str):
            return given == self.truth
        pairs = zip(given, self.truth, strict=False)
        return len(given) == len(self.truth) and all(
            abs(one - true) <= self.tolerance * abs(true) + 1e-9 for one, true in pairs
        )

    def written(self, answer: Answer, text: Text) -> str:
        """An answer as it is shown: a shape as torch writes it, a number as the reader does, an option's label."""
        if isinstance(answer, str):
            return self.labels[self.options.index(answer)] if answer in self.options and self.labels else answer
        if len(answer) == 1 and not self.is_shape:
            return text.number(answer[0] if self.tolerance else int(answer[0]), 5)
        return str(tuple(int(length) for length in answer)) if len(answer) > 1 else f"({int(answer[0])},)"


@dataclass(frozen=True, eq=False)
class Sheet:
    """What the truths are computed from: a Setup, its trace, and the reader's language."""

    setup: Setup
    trace: Trace
    text: Text

    @property
    def count(self) -> int:
        """Images in the batch."""
        return len(self.trace.labels)

    @property
    def layers(self) -> tuple[LayerSpec, ...]:
        """The network's linear layers."""
        return self.setup.network.layers
