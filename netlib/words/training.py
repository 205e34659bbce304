"""What the Train page says."""

import math
from collections.abc import Callable
from functools import partial

from netlib.draft import Draft, changed
from netlib.i18n import N_, Text
from netlib.presets import chosen
from netlib.spec import Init
from netlib.training.snapshot import Look
from netlib.training.spec import OPTIMIZERS, TrainSpec

Change = tuple[str, Callable[[Draft], Draft]]

_NOTHING = 0.15
_SOME = 0.8
_WELL = 0.95
_APART = 0.03

_NAMES = {"sgd": "SGD", "momentum": "momentum", "adam": "Adam", "adamw": "AdamW"}


def optimizer(name: str) -> str:
    """An optimiser as people call it."""
    return _NAMES[name]


def setting(value: float, text: Text) -> str:
    """A number as one would type it: 0.001, 64."""
    return f"{value:.10f}".rstrip("0").rstrip(".").replace(".", text.separators[0])


def data(source: str, trained_on: int, held: int, held_of: int, text: Text) -> str:
    """Which digits are trained on, and on which the accuracy is measured."""
    if source == "full":
        return text(
            "Trained on MNIST's {trained} training digits. Every accuracy called held-out is measured on {held} of its "
            "{of} test digits, which the training never sees.",
            trained=trained_on,
            held=held,
            of=held_of,
        )
    return text(
        "Trained on the {trained} training digits of the bundled sample. Every accuracy called held-out is measured on "
        "its {held} others, which the training never sees; they come from MNIST's training split, not its test set.",
        trained=trained_on,
        held=held,
    )


def answer(step: int, epoch: float, trained: float, held: float, text: Text) -> str:
    """How far it is, in one sentence; shares of training and held-out digits that are read right."""
    if held < _NOTHING:
        verdict = N_(
            "Hardly: after {step} steps ({epoch} epochs) it reads **{held}** of the held-out digits right; chance is "
            "10 %."
        )
    elif held < _SOME:
        verdict = N_(
            "It begins to: after {step} steps ({epoch} epochs) it reads **{held}** of the held-out digits right."
        )
    elif held < _WELL:
        verdict = N_("Yes: after {step} steps ({epoch} epochs) it reads **{held}** of the held-out digits right.")
    else:
        verdict = N_("Yes, well: after {step} steps ({epoch} epochs) it reads **{held}** of the held-out digits right.")
    said = text(verdict, step=step, epoch=text.fixed(epoch, 1), held=text.percent(held))
    if math.isfinite(trained) and trained - held > _APART:
        said += " " + text(
            "Of the training digits it reads {trained} right: {gap} points more, which it has learned by heart.",
            trained=text.percent(trained),
            gap=text.fixed(100 * (trained - held), 1),
        )
    return said


def held_out_digits(source: str, count: int, text: Text) -> str:
    """Which digits an accuracy is of, beside the number."""
    if source == "full":
        return text("of {count} of MNIST's test digits", count=count)
    return text("of the {count} held-out bundled digits", count=count)


def state(now: Look, text: Text) -> str:
    """Beside the progress bar: what the training does now."""
    if now.state == "waiting":
        return (
            text("Waiting for its turn: place {place} in the queue.", place=now.place)
            if now.place
            else text("Getting ready.")
        )
    if now.state == "running":
        said = text("{speed} steps a second.", speed=round(now.steps_per_second)) if now.steps_per_second else ""
        if now.seconds_left is not None:
            said += " " + text("About {seconds} s left.", seconds=max(round(now.seconds_left), 1))
        return said or text("Running.")
    if now.state == "done":
        return text("Done: {epochs} epochs. More can be added.", epochs=now.target)
    if now.state == "diverged":  # the sentence above says where, and what helps
        return text("Ended.")
    return text("Paused.")


def travel(shown: int | None, kept: int, text: Text) -> str:
    """What the time machine does now."""
    if shown is None:
        return text(
            "{kept} moments are kept. Choose one, and Weights, Activations, Outputs, Signal and all the others show "
            "the network as it was then; step 0 is where it began.",
            kept=kept,
        )
    return text("All pages show the network after step {step}. {kept} moments are kept.", step=shown, kept=kept)


def after_divergence(text: Text) -> str:
    """What can be done about it."""
    return text("A smaller learning rate helps; Reset brings back the very same initial weights.")


def rule(spec: TrainSpec, text: Text) -> str:
    """The rule of the optimiser, in one sentence and one formula."""
    chosen = OPTIMIZERS[spec.optimizer]
    said = text(chosen.summary)
    return f"{said} ${chosen.formula}$"


def other_settings(text: Text) -> str:
    """The sidebar or the settings have changed since the training began."""
    return text(
        "The network or the settings are not those that this training began with; it goes on with its own. Train anew "
        "to use what is chosen now."
    )


def gone(text: Text) -> str:
    """A reload found an id, and the server knows no such training."""
    return text(
        "The training is gone: the server was started anew, or nobody had looked at it for a minute. Its network is "
        "still in the sidebar; the same settings and seed give the same training again, bit for bit."
    )


def double_softmax(text: Text) -> str:
    """The trap of the lesson's network, which ends in softmax."""
    return text(
        "The network on all pages ends in softmax, and `nn.CrossEntropyLoss` applies log-softmax itself. Trained on "
        "the probabilities, softmax would be taken twice: the largest probability that the second one can give is "
        "$e / (e + 9) = 23\\,\\%$, so the loss never falls below 1.46 and the gradients nearly vanish. Here the loss "
        "is taken on the **logits**, and softmax is only for showing."
    )


def progress_alt(step: int, loss: float, held_loss: float, trained: float, held: float, text: Text) -> str:
    """The finding of the main picture."""
    return text(
        "Loss and accuracy over {step} steps: loss {loss} on training digits and {held_loss} on held-out ones; read "
        "right are {trained} and {held}.",
        step=step,
        loss=number(loss, text),
        held_loss=number(held_loss, text),
        trained=percent(trained, text),
        held=percent(held, text),
    )


def gradients_alt(names: tuple[str, ...], norms: tuple[float, ...], ratios: tuple[float, ...], text: Text) -> str:
    """The finding of the gradients' picture."""
    each = "; ".join(
        f"{name}: {number(norm, text)}, {number(ratio, text)}"
        for name, norm, ratio in zip(names, norms, ratios, strict=True)
    )
    return text("Gradient norm and update ratio of each layer at the last step: {each}.", each=each)


def gradients_note(text: Text) -> str:
    """How to read the update ratio."""
    return text(
        "Right: how far one step moves a layer's weights, as a share of their size. Dashed: 1/1000, a rule of thumb "
        "for a healthy learning rate (Karpathy 2015); far above it the training shakes, far below it hardly moves."
    )


def dead_alt(names: tuple[str, ...], shares: tuple[float, ...], text: Text) -> str:
    """The finding of the dead units' picture."""
    each = "; ".join(f"{name}: {text.percent(share)}" for name, share in zip(names, shares, strict=True))
    return text("Units that no held-out digit wakes: {each}.", each=each)


def no_rectifiers(text: Text) -> str:
    """Why there is no picture of dead units."""
    return text("Only units that can be exactly 0, those of relu, can die; this network has none.")


def distributions_alt(layer: str, moved: float, text: Text) -> str:
    """The finding of the distributions' picture."""
    return text(
        "{layer}: weights and activations now over those of step 0; {moved} of the weights lie elsewhere than at the "
        "start.",
        layer=layer,
        moved=text.percent(moved),
    )


def distributions_note(text: Text) -> str:
    """How to read the distributions."""
    return text("Filled: now. Dashed: at step 0. The layer is the one looked at; choose another in the strip above.")


def units_alt(count: int, text: Text) -> str:
    """The finding of the weight pictures."""
    return text(
        "What the first {count} units of fc1 look for, at step 0 above and now below: positive weights in one hue, "
        "negative ones in the other.",
        count=count,
    )


def after(step: int, source: str, count: int, text: Text) -> str:
    """Which weights and which digits the pictures below are of."""
    return text(
        "All that follows is the network **after step {step}**, measured on {digits}.",
        step=step,
        digits=text("{count} of MNIST's test digits", count=count)
        if source == "full"
        else text("the {count} held-out bundled digits", count=count),
    )


def computing(place: int | None, text: Text) -> str:
    """Long work beside the pages: that it runs, or its place in the queue."""
    if place:
        return text("Waiting for its turn: place {place} in the queue.", place=place)
    return text("Computing …")


def number(value: float, text: Text) -> str:
    """A number, or words where it is none."""
    return text.number(value) if math.isfinite(value) else text("no number")


def percent(value: float, text: Text) -> str:
    """A share, or words where it is none."""
    return text.percent(value) if math.isfinite(value) else text("no number")


def tries(text: Text) -> list[Change]:
    """A network that cannot learn, one whose gradients vanish, and one that learns well."""
    return [
        (
            text("Train it from zeros"),
            lambda draft: changed(draft, None, weight_init=Init("zeros"), bias_init=Init("zeros")),
        ),
        (text("Train a network whose gradients vanish"), partial(chosen, "vanishing")),
        (text("Train the notebook's network"), partial(chosen, "exercise3")),
    ]
