"""The lesson's scenes: for each chapter the picture and the sentence that answer for one value of what was moved."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from netlib.activations import ACTIVATIONS
from netlib.figures import lesson as figures
from netlib.figures.digit import digit
from netlib.figures.home import network, probability_bars
from netlib.figures.lesson_widths import Mark, uniformity
from netlib.lesson.experiments import functional
from netlib.lesson.traps import TRAPS
from netlib.spec import BatchSpec, Init, NetworkSpec, Setup
from netlib.stats import lesson as stats
from netlib.stats.outputs import LN10, cross_entropy, summarise_outputs
from netlib.stats.softmax import naive_softmax, softmax_steps
from netlib.views import Picture
from netlib.views.lesson import LookedAt, Scene, cell
from netlib.words import lesson as words

_CLASS = NetworkSpec((256,), "sigmoid")
_EXERCISE_3 = NetworkSpec()
_BOUND = 1 / 28
_READS_LOGITS = ("softmax", "forward")


def scene(chapter: str, at: LookedAt, choice: str) -> Scene:
    """What a chapter shows for the option chosen."""
    if chapter not in _READS_LOGITS or np.isfinite(at.trace.logits).all():
        return _SCENES[chapter](at, choice)
    instead = replace(at, trace=at.runs.trace(_with(at, _EXERCISE_3)))
    shown = _SCENES[chapter](instead, choice)
    return replace(shown, answer=f"{words.overflowed(at.text)} {shown.answer}")


def _with(at: LookedAt, spec: NetworkSpec) -> Setup:
    return Setup(replace(spec, seed=at.setup.network.seed), at.setup.batch)


def _batch(at: LookedAt, _: str) -> Scene:
    text, image = at.text, at.image
    answer = words.batch(at.trace, image, text)
    shown = digit(at.trace.images[image, 0], text, height=figures.HEIGHT)
    question = text("Which picture is images[{image}], in Greys_r?", image=image)
    return Scene(answer, (Picture("lesson_digit", question, shown, answer),))


def _flatten(at: LookedAt, choice: str) -> Scene:
    text = at.text
    answer = words.flatten(at.trace, int(choice), text)
    shown = figures.flattened(at.trace.images[at.image, 0], int(choice), text)
    return Scene(answer, (Picture("flattened", text("Where does a row of pixels go?"), shown, answer),))


def _tensors(at: LookedAt, choice: str) -> Scene:
    text, std = at.text, float(choice)
    drawn = Init("normal", std=std if std != 0.0357 else _BOUND)
    trace = at.runs.trace(_with(at, NetworkSpec((256,), "sigmoid", drawn, drawn)))
    hidden = trace.layers[0]
    answer = words.tensors(256, stats.EXERCISE_1.parameters, len(trace.labels), stats.saturated_share(trace), text)
    centres, share = stats.histogram(hidden.after, 0, 1, 40)
    shown = figures.shares(centres, share, text("answer of a hidden unit, after the sigmoid"), text)
    return Scene(answer, (Picture("hidden_answers", text("What do the 256 hidden units answer?"), shown, answer),))


def _softmax(at: LookedAt, choice: str) -> Scene:
    text, logits = at.text, at.trace.logits
    if choice == "large":
        return _large_logits(at)
    result = stats.axis_softmax(logits, 0 if choice == "0" else 1)
    values, images = result.values, len(logits)
    cells: tuple[tuple[str, str, bool], ...] = ()
    if choice == "flat":
        cells = (cell(TRAPS[0].code),)
        if images == 10:
            numerators = np.exp(logits.astype(np.float64) - logits.max())
            values = numerators / numerators.sum(axis=1)
            result = stats.AxisSoftmax(1, values, values.sum(axis=1), values.sum(axis=0))
        answer = words.without_keepdim(images, result, cells[0][1].splitlines()[-1], text)
        if images not in (1, 10):
            values = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
            result = stats.AxisSoftmax(1, values, values.sum(axis=1), values.sum(axis=0))
    else:
        answer = words.softmax(result, text)
    made = -1 if choice == "flat" else result.dim
    shown = figures.axis_sums(values, result.row_sums, result.column_sums, made, text)
    question = text("What do the {n} rows and 10 columns add up to?", n=str(images))
    return Scene(answer, (Picture("axis_sums", question, shown, answer),), cells)


def _large_logits(at: LookedAt) -> Scene:
    text, row = at.text, at.trace.logits[at.image].astype(np.float64)
    spread = float(row.max() - row.min())
    row = 100 + (row - row.max()) * (5 / spread if spread else 1)
    naive = naive_softmax(row)
    answer = words.large_logits(naive, float(row.max()), text)
    names = (text("naive"), text("maximum subtracted"))
    shown = figures.paired_bars(np.nan_to_num(naive), softmax_steps(row).probabilities, names, text)
    question = text("Which form survives logits around 100?")
    trap = TRAPS[5]
    return Scene(answer, (Picture("naive", question, shown, answer),), (cell(trap.code), cell(trap.cure)))


def _uniform(at: LookedAt, choice: str) -> Scene:
    text, std = at.text, float(choice)
    sweep = at.runs.sweep(at.setup)
    here = int(np.abs(sweep.stds - std).argmin())
    share = float(sweep.entropy[here]) / LN10
    answer = words.uniform(std, float(sweep.top[here]), share, float(sweep.cross_entropy[here]), text)
    marks = []
    for name, spec, width in (
        (text("exercise 1"), stats.EXERCISE_1, 1.0),
        (text("exercise 3"), _EXERCISE_3, _BOUND / 3**0.5),
    ):
        said = summarise_outputs(at.runs.trace(_with(at, spec)))
        marks.append(Mark(name, width, said.top_probability, said.cross_entropy))
    shown = uniformity(sweep, std, marks, text)
    question = text("How sure is your network at each width of its weights?")
    return Scene(answer, (Picture("uniformity", question, shown, answer, words.uniform_marks(text)),))


def _module(at: LookedAt, choice: str) -> Scene:
    text = at.text
    trace = at.runs.trace(_with(at, _CLASS))
    answer = f"`{choice}`. {text(words.LINES[choice])}"
    marked = "fc1" if choice in ("self.hidden", "self.sigmoid") else "output"
    shown = network(trace, at.image, marked, text, height=figures.HEIGHT)
    note = text("hidden of the class is fc1 in this dashboard; the layer that the line speaks of is in bold.")
    return Scene(answer, (Picture("class", text("Where in the network is this line?"), shown, answer, note),))


def _functional(at: LookedAt, _: str) -> Scene:
    text = at.text
    trace = at.runs.trace(_with(at, _CLASS))
    again = functional(trace)
    difference = float(np.abs(again - trace.probabilities).max())
    answer = words.functional(difference, len(again), text)
    names = (text("modules"), text("functions"))
    shown = figures.paired_bars(trace.probabilities[at.image], again[at.image], names, text)
    note = text("Computed now by F.linear, F.sigmoid and F.softmax from the weights of the modules.")
    return Scene(answer, (Picture("forms", text("Do both forms say the same to one image?"), shown, answer, note),))


def _activations(at: LookedAt, choice: str) -> Scene:
    text, activation = at.text, ACTIVATIONS[choice]
    z = np.linspace(-4, 4, 161)
    slope = activation.derivative(z)
    answer = words.activation(choice, float(np.abs(slope).max()), float((np.abs(slope) < 0.05).mean()), text)
    shown = figures.bend(z, activation.function(z), slope, choice, text)
    return Scene(answer, (Picture("bend", text("What does {name} do to a number?", name=choice), shown, answer),))


def _collapse(at: LookedAt, choice: str) -> Scene:
    text = at.text
    trace = at.trace if len(at.trace.layers) > 1 else at.runs.trace(_with(at, _EXERCISE_3))
    result = stats.collapse(trace, choice)
    answer = words.collapse(result, choice, len(trace.layers), text)
    shown = figures.stack_against_one(result.stacked, result.single, text)
    template = result.matrix[int(trace.labels[at.image])].reshape(28, 28)
    label = int(trace.labels[at.image])
    return Scene(
        answer,
        (
            Picture("collapse", text("Is the stack one matrix?"), shown, answer),
            Picture(
                "matrix_row",
                text("What does the one matrix look for in a {label}?", label=label),
                figures.template(template, text),
                text("Row {label} of the one matrix (10, 784) as a picture of 28 × 28 weights.", label=label),
                text("Row {label} of the one matrix: orange above zero, blue below.", label=label),
            ),
        ),
    )


def _build(at: LookedAt, choice: str) -> Scene:
    text, network_spec = at.text, at.setup.network
    layers = network_spec.layers
    index = next((i for i, layer in enumerate(layers) if layer.name == choice), 0)
    answer = words.parameters(layers[index], network_spec, text)
    counts = [layer.parameters for layer in layers]
    shown = figures.steps([layer.name for layer in layers], counts, index, text("parameters (logarithmic)"), text)
    return Scene(answer, (Picture("parameters", text("How many parameters has each layer?"), shown, answer),))


def _init(at: LookedAt, choice: str) -> Scene:
    text = at.text
    first = Init("normal", std=0.01) if choice == "normal_" else Init("pytorch")
    bias = "pytorch" if choice == "start" else "zeros"
    spec = NetworkSpec((128, 64), "relu", (first, "pytorch", "pytorch"), (bias, "pytorch", "pytorch"))
    layer = at.runs.trace(_with(at, spec)).layers[0]
    std = float(layer.weight.std(dtype=np.float64, ddof=1))
    answer = words.init(choice, std, _BOUND, _BOUND / 3**0.5, float(np.abs(layer.bias).max()), text)
    centres, share = stats.histogram(layer.weight, -0.05, 0.05, 50)
    shown = figures.shares(centres, share, text("weight of fc1"), text)
    shown.layout.yaxis.range = [0, 0.12]
    return Scene(answer, (Picture("fc1", text("How are the 100,352 weights of fc1 spread?"), shown, answer),))


def _symmetry(at: LookedAt, choice: str) -> Scene:
    text = at.text
    result = at.runs.symmetry(at.setup, choice)
    answer = words.symmetry(choice, result.different, result.moved, text)
    note = text("784-16-10 with the activation of your first hidden layer, on your batch. Equal units have one colour.")
    shown = figures.groups(result.groups, text)
    return Scene(answer, (Picture("groups", text("Which of the 16 units are equal?"), shown, answer, note),))


def _forward(at: LookedAt, _: str) -> Scene:
    text, image = at.text, at.image
    loss = float(cross_entropy(at.trace.logits[image : image + 1], at.trace.labels[image : image + 1])[0])
    answer = words.forward(at.trace, image, loss, summarise_outputs(at.trace), text)
    label = int(at.trace.labels[image])
    return Scene(
        answer,
        (
            Picture(
                "lesson_digit",
                text("What goes in?"),
                digit(at.trace.images[image, 0], text, height=figures.HEIGHT),
                text("Image {image} of the batch, a handwritten {label}.", image=image, label=label),
            ),
            Picture(
                "lesson_bars",
                text("What comes out?"),
                probability_bars(at.trace.probabilities[image], label, text, height=figures.HEIGHT),
                answer,
            ),
        ),
    )


def _sequential(at: LookedAt, choice: str) -> Scene:
    text, layers = at.text, at.setup.network.layers
    index = min(int(choice), 2 * len(layers) - 1)
    sizes = [layer.fan_out for layer in layers for _ in range(2)]
    layer = layers[index // 2]
    module = "Softmax" if layer.is_output else ACTIVATIONS[layer.activation].module
    name = f"`Linear({layer.fan_in}, {layer.fan_out})`" if index % 2 == 0 else f"`{module}()`"
    answer = words.part(index, name, layer.fan_out, text)
    shown = figures.steps([str(i) for i in range(len(sizes))], sizes, index, text(words.SIZES), text)
    return Scene(answer, (Picture("parts", text("How many numbers leave each part?"), shown, answer),))


def _ordereddict(at: LookedAt, choice: str) -> Scene:
    text, layers = at.text, at.setup.network.layers
    names: dict[str, int] = {}
    for layer in layers:
        names[layer.name] = layer.fan_out
        repeated = choice == "repeated" and not layer.is_output
        names["act" if repeated else layer.activation_name] = layer.fan_out
    answer = words.names(choice == "repeated" and len(layers) > 2, len(names), text)
    shown = figures.steps(list(names), list(names.values()), -1, text(words.SIZES), text)
    cells = (cell(TRAPS[6].code),) if choice == "repeated" else ()
    return Scene(answer, (Picture("names", text("Which parts has your network?"), shown, answer),), cells)


def _traps(at: LookedAt, choice: str) -> Scene:
    text = at.text
    number = next(i for i, trap in enumerate(TRAPS) if trap.name == choice)
    trap = TRAPS[number]
    broken, cured = cell(trap.code), cell(trap.cure)
    answer = words.trap(text(trap.title), broken[1], broken[2], text)
    trace = at.runs.trace(Setup(NetworkSpec(), BatchSpec()))
    rows = stats.trap_rows(choice, trace.logits)
    pictures: tuple[Picture, ...] = ()
    if rows is not None:
        shown = figures.paired_bars(*rows, (text("the trap"), text("the cure")), text)
        note = words.guessed_axis(text) if choice == "no_dim" else ""
        pictures = (Picture("trap", text("What do the numbers say?"), shown, answer, note),)
    elif choice in stats.TRAP_SHAPES:
        axes = [
            (f"{name}[{i}]" if len(shape) > 1 else name, length)
            for name, shape in stats.TRAP_SHAPES[choice]
            for i, length in enumerate(shape)
        ]
        shown = figures.steps(
            [name for name, _ in axes], [length for _, length in axes], -1, text("length (logarithmic)"), text
        )
        pictures = (Picture("trap", text("Which lengths meet?"), shown, answer),)
    return Scene(answer, pictures, (broken, cured), text(trap.why))


def _next(at: LookedAt, choice: str) -> Scene:
    text, rate = at.text, float(choice)
    losses = at.runs.training(at.setup, rate)
    answer = words.learning(losses, rate, text)
    shown = figures.losses(losses if losses.size else np.array([LN10]), LN10, text)
    note = text(
        "Gradient descent from the weights that seed {seed} draws, on up to 64 images of your batch, always the same "
        "ones: it learns these by heart.",
        seed=str(at.setup.network.seed),
    )
    return Scene(answer, (Picture("learning", text("Does the loss fall?"), shown, answer, note),))


_SCENES: dict[str, Callable[[LookedAt, str], Scene]] = {
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
