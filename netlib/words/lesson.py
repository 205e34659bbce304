"""What the lesson answers: one sentence a chapter, with the numbers of this network on this batch."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from netlib.draft import Draft
from netlib.i18n import N_, Text
from netlib.presets import PRESETS, chosen
from netlib.spec import LayerSpec, NetworkSpec
from netlib.stats.lesson import AxisSoftmax, Collapse
from netlib.stats.outputs import LN10, OutputSummary
from netlib.trace import Array, Trace

_EQUAL = 1e-9
_NEARLY_UNIFORM = 0.97
_SURE = 0.5

Change = tuple[str, Callable[[Draft], Draft]]

SIZES = N_("numbers an image (logarithmic)")


def batch(trace: Trace, image: int, text: Text) -> str:
    """What one image of the batch is, and how much of it is background."""
    return text(
        "images has the shape {shape}: images, channels, rows, columns. images[{image}] is a handwritten {label}; "
        "{share} of its pixels are background, exactly −1.",
        shape=str(trace.images.shape),
        image=image,
        label=int(trace.labels[image]),
        share=text.percent(float((trace.images[image] == -1).mean())),
    )


def flatten(trace: Trace, row: int, text: Text) -> str:
    """Where a row of pixels lies in the vector."""
    return text(
        "{before} becomes {after}. Row {row} of the picture is the stretch from index {first} to {last} of the vector.",
        before=str(trace.images.shape),
        after=str(trace.inputs.shape),
        row=row,
        first=28 * row,
        last=28 * row + 27,
    )


def tensors(units: int, parameters: int, images: int, saturated: float, text: Text) -> str:
    """How many parameters, which shape, and how many sigmoids are stuck."""
    return text(
        "out has the shape {shape}, and 784-{units}-10 has {parameters} parameters. {share} of the hidden answers lie "
        "where the sigmoid is flat: its slope there is below 5 % of the steepest.",
        shape=f"({images}, 10)",
        units=str(units),
        parameters=parameters,
        share=text.percent(saturated),
    )


def softmax(result: AxisSoftmax, text: Text) -> str:
    """What the sums are along the other axis."""
    if result.dim == 1:
        return text(
            "dim=1: each of the {n} rows adds up to 1, one distribution an image. The columns add up to anything: here "
            "{low} to {high}.",
            n=len(result.values),
            low=float(result.column_sums.min()),
            high=float(result.column_sums.max()),
        )
    return text(
        "dim=0: each of the 10 columns adds up to 1, as if the images competed for a digit. The rows, one an image, "
        "add "
        "up to {low} to {high} instead of 1.",
        low=float(result.row_sums.min()),
        high=float(result.row_sums.max()),
    )


def without_keepdim(images: int, result: AxisSoftmax, message: str, text: Text) -> str:
    """What dividing by a sum of shape (n,) does: an error, or, for ten images or one, numbers."""
    if images == 10:
        return text(
            "(10, 10) / (10,) raises nothing and is wrong: the rows add up to {low} to {high} instead of 1.",
            low=float(result.row_sums.min()),
            high=float(result.row_sums.max()),
        )
    if images == 1:
        return text("(1, 10) / (1,) is right by chance: the one sum stretches over all ten columns.")
    return text(
        "({n}, 10) / ({n},) fails; with 64 images torch says: {said}. The picture shows the numerators.",
        n=str(images),
        said=f"`{message}`",
    )


def large_logits(naive: Array, largest: float, text: Text) -> str:
    """Whether the naive softmax survives logits this large."""
    if np.isfinite(naive).all():
        return text(
            "The largest logit is {largest}: exp still fits into float32, and both forms agree.", largest=largest
        )
    return text(
        "The largest logit is {largest}, and exp overflows float32 above 88.7: the naive form gives nan (no bar). With "
        "the maximum subtracted first, the ten probabilities are right.",
        largest=largest,
    )


def uniform(std: float, top: float, share: float, loss: float, text: Text) -> str:
    """How uniform a network of this width is."""
    if share > _NEARLY_UNIFORM:
        verdict = N_(
            "At std {std} it is: the largest probability is {top} on average, entropy {share} of ln 10, "
            "cross-entropy {loss}; ln 10 = {blind}."
        )
    elif top > _SURE:
        verdict = N_(
            "At std {std} it is not: it is sure of itself and wrong. Largest probability {top} on average, entropy "
            "{share} of ln 10, cross-entropy {loss}; ln 10 = {blind}."
        )
    else:
        verdict = N_(
            "At std {std} not quite: it leans to some digits. Largest probability {top} on average, entropy {share} of "
            "ln 10, cross-entropy {loss}; ln 10 = {blind}."
        )
    return text(
        verdict,
        std=text.number(std, 2),
        top=top,
        share=text.percent(share),
        loss=text.number(loss, 4),
        blind=text.number(LN10, 4),
    )


def uniform_marks(text: Text) -> str:
    """How to read the sweep."""
    return text(
        "All weights of your network are drawn anew with this std, biases are 0; up to 64 images. Diamonds are "
        "measured "
        "too: exercise 1 of the notebook, and exercise 3 as PyTorch starts it. Dashed: ten equal bars."
    )


LINES = {
    "self.hidden": N_("The hidden layer: 784 inputs, 256 units. Its weight has the shape (256, 784), its bias (256,)."),
    "self.sigmoid": N_("The sigmoid squeezes the 256 sums into (0, 1). It has no weights."),
    "self.output": N_("The output layer: 256 inputs, 10 units, one a digit. Its weight has the shape (10, 256)."),
    "self.softmax": N_("Softmax turns each row of ten logits into probabilities; dim=1 runs along the columns."),
}


def overflowed(text: Text) -> str:
    """What is shown where a network has no numbers to show."""
    return text("The signal of your network overflows float32 and is no number any more; this is exercise 3 instead.")


def functional(difference: float, images: int, text: Text) -> str:
    """How far the two forms differ."""
    return text(
        "The two forms share their weights. Over all {n} images their probabilities differ by {difference} at most.",
        n=images,
        difference=difference,
    )


def activation(name: str, steepest: float, flat: float, text: Text) -> str:
    """How steep an activation is, and where it passes nothing on."""
    return text(
        "{name}: its steepest slope between −4 and 4 is {steepest}, and on {flat} of that range the slope is below "
        "0.05.",
        name=name,
        steepest=steepest,
        flat=text.percent(flat, 0),
    )


def collapse(result: Collapse, name: str, layers: int, text: Text) -> str:
    """Whether a stack of layers is one matrix."""
    if result.difference < _EQUAL:
        return text(
            "With {name} the {count} layers are one matrix of shape (10, 784): all logits lie on the dashed line, the "
            "largest difference is {difference} of the largest logit.",
            name=name,
            count=layers,
            difference=result.difference,
        )
    return text(
        "With {name} no one matrix does it: the logits leave the dashed line by up to {difference} times the largest.",
        name=name,
        difference=result.difference,
    )


def parameters(layer: LayerSpec, network: NetworkSpec, text: Text) -> str:
    """Where the parameters of a network are."""
    return text(
        "{layer} has {fan_in} · {fan_out} weights and {fan_out} biases, {count} parameters: {share} of the network's "
        "{all}.",
        layer=layer.name,
        fan_in=str(layer.fan_in),
        fan_out=str(layer.fan_out),
        count=layer.parameters,
        share=text.percent(layer.parameters / network.parameters),
        all=network.parameters,
    )


def init(step: str, std: float, bound: float, implied: float, biggest_bias: float, text: Text) -> str:
    """What fc1 holds before and after the notebook's two lines."""
    if step == "start":
        return text(
            "As nn.Linear starts it: weights within ±{bound} = 1/√784 with std {std}, in theory {implied}; biases up "
            "to "
            "{bias}.",
            bound=bound,
            std=std,
            implied=implied,
            bias=biggest_bias,
        )
    if step == "fill_":
        return text(
            "After bias.data.fill_(0) every bias is exactly {bias}; the weights are as before, std {std}.",
            bias=biggest_bias,
            std=std,
        )
    return text(
        "After weight.data.normal_(std=0.01) the weights are a bell of std {std}; only fc1 was touched.", std=std
    )


def symmetry(start: str, different: Array, moved: float, text: Text) -> str:
    """Whether equal units separate."""
    if int(different[0]) > 1:
        return text(
            "{start}: {count} different units at the start and {after} after {steps} steps.",
            start=start,
            count=int(different[0]),
            after=int(different[-1]),
            steps=len(different) - 1,
        )
    if moved == 0:
        return text(
            "{start}: 16 units, one colour, and after {steps} steps not one hidden weight has moved.",
            start=start,
            steps=len(different) - 1,
        )
    return text(
        "{start}: 16 units, one colour. They move, by up to {moved}, and after {steps} steps still are {count} unit.",
        start=start,
        moved=moved,
        steps=len(different) - 1,
        count=int(different[-1]),
    )


def forward(trace: Trace, image: int, loss: float, summary: OutputSummary, text: Text) -> str:
    """What the network says to one image, and what that costs."""
    row = trace.probabilities[image]
    return text(
        "ps has the shape (1, 10) and adds up to 1. It gives {guess} the most, {top}, and the true {label} gets "
        "{true}: a "
        "loss of {loss}; over the batch {mean}, and ln 10 = {blind}.",
        guess=int(row.argmax()),
        top=float(row.max()),
        label=int(trace.labels[image]),
        true=float(row[trace.labels[image]]),
        loss=text.number(loss, 4),
        mean=text.number(summary.cross_entropy, 4),
        blind=text.number(LN10, 4),
    )


def part(index: int, name: str, size: int, text: Text) -> str:
    """What a part of nn.Sequential is."""
    return text("model[{index}] is {name}, and {size} numbers an image leave it.", index=index, name=name, size=size)


def names(repeated: bool, parts: int, text: Text) -> str:
    """What a repeated name does to your own network."""
    if repeated:
        return text(
            "All activations have one name, as in a copied line: {parts} parts are left of your network. Only the "
            "first "
            "place of the name is kept.",
            parts=parts,
        )
    return text("Each name is its own: all {parts} parts are there, by index and by name.", parts=parts)


def warned(said: str) -> bool:
    """Whether the last line that a cell said is a warning: the cell ran to its end."""
    last = said.splitlines()[-1] if said else ""
    return last.partition(":")[0].endswith("Warning")


def run_here(said: str, failed: bool, text: Text) -> str:
    """What stands between a cell and what it said."""
    if warned(said):
        return text("Run here just now; it warns:")
    return text("Run here just now; it fails:") if failed else text("Run here just now; it says:")


def trap(title: str, said: str, failed: bool, text: Text) -> str:
    """What the trap's code said."""
    last = said.splitlines()[-1] if said else ""
    if warned(said):
        return text("{title}. The cell runs and warns: {said}.", title=title, said=f"`{last.rstrip('.')}`")
    if failed:
        return text("{title}. The cell fails: {said}.", title=title, said=f"`{last.rstrip('.')}`")
    return text("{title}. Nothing is raised, and the result is wrong: {said}.", title=title, said=f"`{last}`")


def guessed_axis(text: Text) -> str:
    """What the picture of the trap with no dim shows."""
    return text("Image 0 of a batch (64, 1, 10): without dim torch takes axis 0 and adds up over the images.")


def learning(losses: Array, rate: float, text: Text) -> str:
    """What the first steps did to the loss."""
    if len(losses) < 2 or not losses.size:
        return text(
            "At the learning rate {rate} the loss is no number any more: the signal overflows.",
            rate=text.number(rate, 1),
        )
    return text(
        "With the learning rate {rate} the loss goes from {first} to {last} in {steps} steps; a blind guess costs "
        "{blind}.",
        rate=text.number(rate, 1),
        first=text.number(float(losses[0]), 4),
        last=text.number(float(losses[-1]), 4),
        steps=len(losses) - 1,
        blind=text.number(LN10, 4),
    )


def tries(presets: Sequence[str], text: Text) -> list[Change]:
    """Networks that answer a chapter's question differently."""
    return [(text(PRESETS[name].title), partial(chosen, name)) for name in presets]
