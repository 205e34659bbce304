"""What is known of each spelling after it was run: how far from the numbers shown, what is printed, what is kept."""

from dataclasses import dataclass

from netlib.code.spellings import SPELLINGS

ADDMM = "addmm"
MARK = "◀"
FORMS = ("tensors", ADDMM, *SPELLINGS[1:])

# How each is called on the page: identifiers, the same in every language.
TITLES = {
    "tensors": "x @ W + b",
    ADDMM: "torch.addmm",
    "module": "nn.Module",
    "functional": "nn.functional",
    "sequential": "nn.Sequential",
    "ordered": "OrderedDict",
}


@dataclass(frozen=True)
class Form:
    """One spelling after its run: largest absolute difference of its probabilities from the trace's.

    `printed` is what `print(model)` writes and `keys` are those of `state_dict`; both empty for tensors.
    """

    name: str
    difference: float
    printed: str
    keys: tuple[str, ...]

    @property
    def title(self) -> str:
        """What it is called on the page."""
        return TITLES[self.name]


def by_name(forms: tuple[Form, ...], name: str) -> Form:
    """The form of this name; raises `StopIteration` where it is missing."""
    return next(form for form in forms if form.name == name)


def marked(printed: str, name: str) -> str:
    """A printed model in which the line of the layer of this name, such as `(fc2): Linear(`, ends with `MARK`."""
    lines = printed.split("\n")
    return "\n".join(f"{line}  {MARK}" if line.strip().startswith(f"({name}): ") else line for line in lines)
