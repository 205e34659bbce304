"""Exercises that check themselves: each chapter's questions, their truths computed from the current Setup."""

import math
from collections.abc import Callable

from netlib.activations import ACTIVATIONS
from netlib.bounds import CLASSES, INPUTS
from netlib.i18n import Text
from netlib.lesson.task import Sheet, Task
from netlib.spec import Setup
from netlib.stats.outputs import LN10, finite, summarise_outputs
from netlib.trace import Trace

_SIDE = 28
_NEARLY_UNIFORM = 0.97
_SURE = 0.5
_ROUNDING = 0.02


def tasks(chapter: str, setup: Setup, trace: Trace, text: Text) -> tuple[Task, ...]:
    """The exercises of one chapter for this Setup; none for a chapter that has none."""
    make = _TASKS.get(chapter)
    made = make(Sheet(setup, trace, text)) if make else ()
    overflows = finite(trace) < len(trace.labels)  # such a network says nothing that could be asked about
    return tuple(task for task in made if not (overflows and task.name in ("verdict", "guess")))


def _batch(at: Sheet) -> tuple[Task, ...]:
    n = at.count
    return (
        Task(
            "images",
            at.text("Which shape has images in your batch?"),
            (n, 1, _SIDE, _SIDE),
            at.text("{n} images, one channel (grey), 28 rows, 28 columns.", n=n),
        ),
        Task(
            "background",
            at.text("A black pixel is the byte 0. Which number does the network see?"),
            (-1.0,),
            at.text("(0 / 255 − 0.5) / 0.5 = −1. Most of an image is this number, and all images share it."),
        ),
    )


def _flatten(at: Sheet) -> tuple[Task, ...]:
    n = at.count
    row, column = 1 + at.setup.batch.seed % 26, 1 + (7 * at.setup.batch.seed + 3) % 26
    return (
        Task(
            "flat",
            at.text("Which shape has your batch once it is flattened?"),
            (n, INPUTS),
            at.text("The {n} images stay apart; each becomes one row of 28 · 28 = 784 numbers.", n=n),
        ),
        Task(
            "place",
            at.text(
                "At which index of the vector is the pixel of row {row}, column {column}? Count from 0.",
                row=row,
                column=column,
            ),
            (28 * row + column,),
            at.text("28 · {row} + {column} = {at}: whole rows first.", row=row, column=column, at=28 * row + column),
        ),
    )


def _first_width(at: Sheet) -> int:
    sizes = at.setup.network.hidden_sizes
    return sizes[0] if sizes else 256


def _tensors(at: Sheet) -> tuple[Task, ...]:
    n, units = at.count, _first_width(at)
    count = (INPUTS + 1) * units + (units + 1) * CLASSES
    return (
        Task(
            "out",
            at.text("Which shape has out for your batch?"),
            (n, CLASSES),
            at.text("One row an image, one column a digit."),
        ),
        Task(
            "by_hand",
            at.text("How many numbers do w1, b1, w2, b2 hold together with {units} hidden units?", units=units),
            (count,),
            at.text("784 · {units} + {units} + {units} · 10 + 10 = {count}.", units=str(units), count=count),
        ),
    )


def _softmax(at: Sheet) -> tuple[Task, ...]:
    n = at.count
    return (
        Task(
            "dim",
            at.text("Each image is to get probabilities that add up to 1. Which dim?"),
            "dim=1",
            at.text("dim=1 runs along the ten columns, so each of the rows gets its own sum."),
            options=("dim=0", "dim=1"),
        ),
        Task(
            "denominator",
            at.text("Which shape must the sum have, so that (images, 10) can be divided by it?"),
            (n, 1),
            at.text("The 1 stretches over the ten columns. ({n},) would be laid along the columns.", n=str(n)),
        ),
    )


def _uniform(at: Sheet) -> tuple[Task, ...]:
    summary = summarise_outputs(at.trace)
    verdict = (
        "uniform"
        if summary.entropy > _NEARLY_UNIFORM * LN10
        else "sure"
        if summary.top_probability > _SURE
        else "leaning"
    )
    return (
        Task(
            "blind",
            at.text("What is the cross-entropy of ten equal probabilities, in nats?"),
            (LN10,),
            at.text("−ln(1/10) = ln 10 = {blind}.", blind=at.text.number(LN10, 5)),
            tolerance=_ROUNDING,
        ),
        Task(
            "verdict",
            at.text("And your own network, chosen on the left: what do its ten probabilities look like?"),
            verdict,
            at.text(
                "Mean top probability {top}, entropy {share} of ln 10 on this batch.",
                top=summary.top_probability,
                share=at.text.percent(summary.entropy / LN10),
            ),
            options=("uniform", "leaning", "sure"),
            labels=(at.text("nearly uniform"), at.text("leaning"), at.text("sure of itself")),
        ),
    )


def _module(at: Sheet) -> tuple[Task, ...]:
    layer = at.layers[0]
    return (
        Task(
            "weight",
            at.text("Which shape has {layer}.weight in your network?", layer=layer.name),
            (layer.fan_out, layer.fan_in),
            at.text("nn.Linear keeps W as (out, in): one row a unit."),
        ),
        Task(
            "order",
            at.text("Two lines of __init__ change places. Does the output change, if the weights are the same?"),
            "no",
            at.text("__init__ only says which parts there are; forward says in which order the data meets them."),
            options=("yes", "no"),
            labels=(at.text("yes"), at.text("no")),
        ),
    )


def _functional(at: Sheet) -> tuple[Task, ...]:
    count = len(at.layers)
    return (
        Task(
            "printed",
            at.text("How many parts does print name if your network is written with functional?"),
            (count,),
            at.text("One a Linear: activations and softmax are plain functions and hold nothing."),
        ),
    )


def _activations(at: Sheet) -> tuple[Task, ...]:
    return (
        Task(
            "steepest",
            at.text("What is the largest slope of the sigmoid?"),
            (0.25,),
            at.text("At 0 it is ½ · (1 − ½) = ¼: each sigmoid layer shrinks a gradient at least fourfold."),
            tolerance=_ROUNDING,
        ),
        Task(
            "linear",
            at.text("Which of these adds nothing to a stack of layers?"),
            "identity",
            at.text("It is linear: the stack remains one matrix."),
            options=("tanh", "relu", "identity", "sigmoid"),
        ),
    )


def _collapse(at: Sheet) -> tuple[Task, ...]:
    return (
        Task(
            "matrix",
            at.text("Your network without activations is one matrix. Which shape, as Linear keeps it?"),
            (CLASSES, INPUTS),
            at.text("It takes 784 pixels to 10 logits, whatever lies between."),
        ),
    )


def _build(at: Sheet) -> tuple[Task, ...]:
    layers = at.layers
    largest = max(layers, key=lambda layer: layer.parameters)
    count = at.setup.network.parameters
    total = " + ".join(at.text.number(layer.parameters) for layer in layers)
    return (
        Task(
            "parameters",
            at.text("How many parameters has your network?"),
            (count,),
            f"{total} = {at.text.number(count)}",
        ),
        Task(
            "largest",
            at.text("Which of its layers has the most?"),
            largest.name,
            at.text(
                "{layer}: ({fan_in} + 1) · {fan_out} = {count}.",
                layer=largest.name,
                fan_in=str(largest.fan_in),
                fan_out=str(largest.fan_out),
                count=largest.parameters,
            ),
            options=tuple(layer.name for layer in layers),
        ),
    )


def _init(at: Sheet) -> tuple[Task, ...]:
    layer = at.layers[-1]
    bound = 1 / math.sqrt(layer.fan_in)
    return (
        Task(
            "bound",
            at.text(
                "Between −b and b: what is PyTorch's own b for {layer} with {fan_in} inputs?",
                layer=layer.name,
                fan_in=layer.fan_in,
            ),
            (bound,),
            at.text("1 / √{fan_in} = {bound}.", fan_in=str(layer.fan_in), bound=bound),
            tolerance=_ROUNDING,
        ),
        Task(
            "std",
            at.text("And the std of its weights?"),
            (bound / math.sqrt(3),),
            at.text("An even distribution between −b and b has the std b / √3 = {std}.", std=bound / math.sqrt(3)),
            tolerance=_ROUNDING,
        ),
    )


def _symmetry(at: Sheet) -> tuple[Task, ...]:
    units = _first_width(at)
    return (
        Task(
            "different",
            at.text(
                "{units} hidden units all start equal. How many different ones are there after 100 steps?",
                units=units,
            ),
            (1,),
            at.text("Equal units get equal gradients at every step."),
        ),
        Task(
            "kills",
            at.text("Which start kills a ReLU network: no weight ever gets a gradient?"),
            "zeros",
            at.text(
                "All hidden answers are 0 and all later weights are 0: every product in the gradient of a weight is 0."
            ),
            options=("pytorch", "zeros", "xavier_uniform", "normal"),
        ),
    )


def _forward(at: Sheet) -> tuple[Task, ...]:
    image = at.setup.batch.image
    guess = int(at.trace.probabilities[image].argmax())
    return (
        Task("ps", at.text("Which shape has ps for one image?"), (1, CLASSES), at.text("One image, ten classes.")),
        Task(
            "guess",
            at.text("Which digit does your network choose for image {image} of the batch?", image=image),
            str(guess),
            at.text(
                "It gives {guess} the largest probability, {top}; the true digit is {label}.",
                guess=guess,
                top=float(at.trace.probabilities[image].max()),
                label=int(at.trace.labels[image]),
            ),
            options=tuple(str(digit) for digit in range(CLASSES)),
        ),
    )


def _sequential(at: Sheet) -> tuple[Task, ...]:
    layers = at.layers
    last = 2 * (len(layers) - 1)
    modules = {"Softmax", "Linear", *(ACTIVATIONS[a.activation].module for a in layers[:-1])}
    second = "Softmax" if len(layers) == 1 else ACTIVATIONS[layers[0].activation].module
    return (
        Task(
            "last",
            at.text("At which index is the last Linear of your network?"),
            (last,),
            at.text(
                "Each of the {count} hidden layers before it takes two places: Linear and activation.",
                count=len(layers) - 1,
            ),
        ),
        Task(
            "second",
            at.text("And what is model[1]?"),
            second,
            at.text("The activation behind the first Linear: counting starts at 0."),
            options=tuple(sorted(modules)),
        ),
    )


def _ordereddict(at: Sheet) -> tuple[Task, ...]:
    layers = at.layers
    names = [name for layer in layers for name in (layer.name, layer.activation_name)]
    middle = min(2, len(names) - 1)
    return (
        Task(
            "name",
            at.text("Which name has model[{index}] of your network?", index=middle),
            names[middle],
            at.text(
                "The names in their order: {names}.", names=", ".join(names[:8]) + (" …" if len(names) > 8 else "")
            ),
            options=tuple(names[:8]),
        ),
        Task(
            "keys",
            at.text("How many keys has its state_dict?"),
            (2 * len(layers),),
            at.text("A weight and a bias for each Linear; activations hold nothing."),
        ),
    )


def _traps(at: Sheet) -> tuple[Task, ...]:
    n = at.count
    return (
        Task(
            "rows",
            at.text("Your batch is not flattened. How many rows of 28 does Linear complain about?"),
            (n * _SIDE,),
            at.text("{n} · 1 · 28 = {rows}: all axes but the last are taken together.", n=str(n), rows=n * _SIDE),
        ),
        Task(
            "silent",
            at.text("For which batch does a / a.sum(dim=1) raise nothing and go wrong?"),
            "10",
            at.text("With 10 images the sums (10,) fit the ten columns by chance."),
            options=("1", "10", "64"),
        ),
    )


def _next(at: Sheet) -> tuple[Task, ...]:
    return (
        Task(
            "perfect",
            at.text("A network gives every true digit the probability 1. What is its cross-entropy?"),
            (0.0,),
            at.text("−ln 1 = 0."),
        ),
    )


_TASKS: dict[str, Callable[[Sheet], tuple[Task, ...]]] = {
    "batch": _batch,
    "flatten": _flatten,
    "tensors": _tensors,
    "softmax": _softmax,
    "uniform": _uniform,
    "module": _module,
    "functional": _functional,
    "activations": _activations,
    "collapse": _collapse,
    "build": _build,
    "init": _init,
    "symmetry": _symmetry,
    "forward": _forward,
    "sequential": _sequential,
    "ordereddict": _ordereddict,
    "traps": _traps,
    "next": _next,
}
