"""What the Code page says."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from netlib.code.forms import ADDMM, MARK, Form, by_name
from netlib.draft import Draft
from netlib.i18n import N_, Text
from netlib.presets import chosen

SMALL = 1e-5

Change = tuple[str, Callable[[Draft], Draft]]

_STYLES = {
    "notebook": N_("as in the course"),
    "modern": N_("as today"),
}
_STYLE_NOTES = {
    "notebook": N_(
        "`.data` reaches past autograd to the numbers themselves, and `model.forward(x)` is called by name. It works, "
        "and "
        "older texts are full of it."
    ),
    "modern": N_(
        "`torch.nn.init` has each scheme by its name and switches autograd off by itself; `torch.no_grad()` around the "
        "forward pass keeps no graph; `model(x)` also runs hooks. The numbers are the same."
    ),
}
_TENSORS_NOTES = {
    "notebook": N_("A method that ends in `_`, such as `W1.normal_()`, writes over the tensor in place."),
    "modern": N_("`torch.nn.init` has each scheme by its name and fills bare tensors too. The numbers are the same."),
}
_LOADED_TENSORS = N_("The file keeps W as (out, in); `.T` turns it over for x @ W + b.")
_LOADED_MODERN = N_(
    "`copy_` under `torch.no_grad()` writes your numbers over the weights; `model(x)` also runs hooks. The numbers are "
    "the same."
)
_SPELLING_NOTES = {
    "tensors": N_("Tensors alone, as in exercise 1: the weights are variables, the layers are lines."),
    "module": N_(
        "`nn.Module` keeps track of the layers; `super().__init__()` must come first. The order counts in `forward`, "
        "not "
        "in `__init__`."
    ),
    "functional": N_(
        "The activations as functions: they have no weights, so `print(model)` shows the Linear layers only."
    ),
    "sequential": N_("No class at all: the layers in a row, each known by its index: `model[0]`."),
    "ordered": N_(
        "The same with names: `model.fc1` and `model[0]` are one. A repeated name would drop a layer silently."
    ),
}


def answer(forms: Sequence[Form], text: Text) -> str:
    """Whether the five spellings give the same numbers, and why one of them does not to the last bit."""
    exact = max(form.difference for form in forms if form.name != "tensors")
    tensors = by_name(tuple(forms), "tensors").difference
    if exact > 0:
        return text("They should give the same bits and do not: the largest difference is {exact}.", exact=exact)
    if tensors == 0:
        return text("Yes, all of them to the last bit, on this batch: here even x @ W + b rounds as nn.Linear does.")
    if not math.isfinite(tensors):
        return text("Those with nn.Linear give the same bits; x @ W + b overflows at another place than they do.")
    if tensors <= SMALL:
        message = N_(
            "Yes: those with nn.Linear give the same bits, and x @ W + b is at most {tensors} away. It adds the bias "
            "after "
            "the sum, nn.Linear before it, and float32 rounds each order of additions differently."
        )
    else:
        message = N_(
            "Those with nn.Linear give the same bits, and x @ W + b is up to {tensors} away: it adds in another "
            "order, and "
            "in this network such specks of rounding grow from layer to layer."
        )
    return text(message, tensors=tensors)


def stamp_alt(forms: Sequence[Form], text: Text) -> str:
    """The chart in words."""
    tensors, addmm = (by_name(tuple(forms), name) for name in ("tensors", ADDMM))
    others = sum(form.difference == 0 for form in forms if form is not tensors)
    return text(
        "Largest difference of a probability on this batch: {tensors} for x @ W + b, {addmm} for torch.addmm; "
        "{others} of "
        "{count} forms differ by exactly 0 from the numbers shown.",
        tensors=tensors.difference if math.isfinite(tensors.difference) else "∞",
        addmm=addmm.difference,
        others=others,
        count=len(forms) - 1,
    )


def stamp_note(text: Text) -> str:
    """How the chart was made."""
    return text(
        "Run just now on this batch. torch.addmm is nn.Linear's own sum: x @ W + b written with it differs by 0."
    )


def style(name: str, text: Text) -> str:
    """What a style is called."""
    return text(_STYLES[name])


def style_note(name: str, spelling: str, text: Text, *, loaded: bool = False) -> str:
    """What a style is in a spelling; `loaded`: in code that reads its weights from a file."""
    if spelling == "tensors":
        return text(_LOADED_TENSORS if loaded else _TENSORS_NOTES[name])
    return text(_LOADED_MODERN if loaded and name == "modern" else _STYLE_NOTES[name])


def spelling_note(name: str, text: Text) -> str:
    """What a spelling is."""
    return text(_SPELLING_NOTES[name])


def looked_at(name: str, text: Text) -> str:
    """What the mark in the printed model and among the keys says."""
    return text("{mark} marks the layer looked at: {name}.", mark=MARK, name=name)


def asserted(text: Text) -> str:
    """What the script and the notebook do."""
    return text(
        "Both carry this batch, build and initialise the network from the same seed, and assert the numbers shown "
        "here: "
        "mean and std of each layer's weights, the ten probabilities, the mean top probability."
    )


def asserted_with_a_file(file: str, text: Text) -> str:
    """What they do with a visitor's own weights, which are too many to stand in them."""
    return text(
        "Both carry this batch and read your weights from {file}: save it below, beside them. They assert the numbers "
        "shown here: mean and std of each layer's weights, the ten probabilities, the mean top probability.",
        file=f"`{file}`",
    )


def columns(text: Text) -> dict[str, str]:
    """The headings of the table of names; the spellings are identifiers."""
    return {"layer": text("layer"), "shape": text("weight"), "looked at": text("looked at")}


def tries(text: Text) -> list[Change]:
    """Networks that make the page's point."""
    return [
        (text("The Network class: hidden and output"), partial(chosen, "network_class")),
        (text("Exercise 1: rounding shows"), partial(chosen, "exercise1")),
        (text("Twenty layers: more lines, the same bits"), partial(chosen, "vanishing")),
    ]
