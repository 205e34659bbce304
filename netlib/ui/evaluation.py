"""After a training: what the network says about the held-out digits, in tabs; long work goes on beside the pages."""

import atexit
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from cachetools import LRUCache

from netlib.ui import background, exhibit, guard, page, training
from netlib import digits, forward, network
from netlib.i18n import Text
from netlib.job import Jobs, Progress
from netlib.network import one_thread
from netlib.problem import Problem
from netlib.spec import NetworkSpec
from netlib.stats import embedding, evaluation, robustness
from netlib.stats.embedding import Plane
from netlib.stats.evaluation import Answers
from netlib.stats.outputs import log_softmax
from netlib.stats.robustness import Trial
from netlib.trace import Array, frozen
from netlib.training.material import HELD_OUT
from netlib.training.ring import Weights
from netlib.training.snapshot import Look
from netlib.ui.components.chart import Point
from netlib.ui.components.hover_image import hover_image
from netlib.views import Picture
from netlib.views import embedding as embedding_views
from netlib.views import evaluation as views
from netlib.views import robustness as robustness_views
from netlib.words import training as words

if TYPE_CHECKING:
    from netlib.ui.shell import View

MAPPED = 600
"""So many held-out digits are on the map: as many as can be told apart."""

EVERY = 0.5
RESULTS = 32
_KEPT = "evaluated"
_CELL = "confusion_chosen"
_MENU = "confusion_menu"
_TSNE = "tsne_asked"


@dataclass(frozen=True, eq=False)
class Moment:
    """A training's network after one of its steps, and what it says about the held-out digits."""

    run: str
    step: int
    source: str
    spec: NetworkSpec
    weights: Weights
    answers: Answers


@dataclass(frozen=True)
class _Asked:
    """Long work about one moment: `robustness`, or `tsne` of a layer."""

    run: str
    step: int
    what: str
    layer: str = ""


def panel(view: "View", now: Look) -> None:
    """All tabs for the moment that is shown, or else for the newest one that is kept."""
    text, name, kind = view.text, training.run(), training.spec()
    if name is None or kind is None or not now.checkpoints or now.changing:
        return
    shown = exhibit.step()
    step = shown if shown in now.checkpoints else now.checkpoints[-1]
    try:
        moment = _moment(name, step)
    except Problem as problem:
        st.info(page.plain(text.problem(problem)))
        return
    st.subheader(text("What has it learned?"), anchor=False)
    st.caption(words.after(step, moment.source, len(moment.answers), text))
    page.tiles(views.tiles(moment.answers, text))
    page.tabs(
        "train_after",
        [
            (text("Confusion"), lambda: _confusion(moment, text)),
            (text("Worst mistakes"), lambda: views.worst(_images(moment.source), moment.answers, text)),
            (text("Digit by digit"), lambda: [views.digits(moment.answers, text)]),
            (text("Calibration"), lambda: [views.calibration(moment.answers, text)]),
            (text("“I don't know”"), lambda: guard.fragment(_threshold)(moment, text)),
            (text("Map of a layer"), lambda: _map(moment, view.layer, text)),
            (text("Robustness"), lambda: _robustness(moment, view, text)),
        ],
    )


def _moment(run: str, step: int) -> Moment:
    """The last one asked for is kept for this visit."""
    kept: Moment | None = st.session_state.get(_KEPT)
    if kept is None or (kept.run, kept.step) != (run, step):
        st.session_state[_KEPT] = kept = _measured(run, step)
        st.session_state.pop(_CELL, None)
    return kept


def _measured(run: str, step: int) -> Moment:
    kind, weights = training.moment(run, step)
    pixels, labels = _held(kind.source)
    said = _said(kind.network, weights, digits.normalised(pixels))
    return Moment(run, step, kind.source, kind.network, weights, evaluation.judge(said, labels))


def _said(spec: NetworkSpec, weights: Weights, images: Array) -> Array:
    """The probabilities (n, 10) of images (n, 28, 28)."""
    said: Array = np.exp(log_softmax(forward.logits(network.restore(spec, weights), images)))
    return said


def _held(source: str) -> tuple[Array, Array]:
    """The digits that the training is measured on: pixels uint8 (n, 28, 28), labels (n,)."""
    test = digits.load(source, "test")
    every = -(-len(test) // HELD_OUT)
    return test.images[::every], test.labels[::every]


def _images(source: str) -> Array:
    return digits.normalised(_held(source)[0])


# --- the confusion matrix ---


def _confusion(moment: Moment, text: Text) -> Sequence[Picture]:
    answers, chosen = moment.answers, st.session_state.get(_CELL)
    choices = views.cell_choices(answers, text)
    if choices:
        st.selectbox(
            text("The most frequent mistakes"),
            list(choices),
            index=list(choices).index(chosen) if chosen in choices else None,
            key=_MENU,
            format_func=choices.__getitem__,
            placeholder=text("Choose one, or a cell of the matrix"),
            on_change=guard.callback(_from_menu),
        )
    page.row(
        views.confusion(answers, chosen, text),
        views.cell(_images(moment.source), answers, chosen, text),
        choose={"confusion": _from_matrix},
    )
    return ()


def _from_menu() -> None:
    st.session_state[_CELL] = st.session_state[_MENU]


def _from_matrix(point: Point) -> None:
    st.session_state[_CELL] = views.cell_of(point)


# --- when to say nothing ---


def _threshold(moment: Moment, text: Text) -> None:
    percent = st.slider(
        text("Below this confidence it says “I don't know”"),
        0,
        100,
        50,
        key="train_threshold",
        format="%d %%",
        persist_state="session",
    )
    page.tiles(views.threshold_tiles(moment.answers, percent / 100, text))
    page.row(views.thresholds(moment.answers, percent / 100, text))


# --- the map ---


def _map(moment: Moment, layer: str, text: Text) -> Sequence[Picture]:
    names = [each.name for each in moment.spec.layers]
    layer = layer if layer in names else names[-1]
    seen = _first(moment.answers, MAPPED)
    if embedding.tsne_available() and _asked_for_tsne(text):
        asked = _Asked(moment.run, moment.step, "tsne", layer)
        now = _jobs.watch(asked, background.visitor())
        if not now.finished:
            guard.fragment(_waiting, run_every=EVERY)(asked, text)
        elif now.problem is not None:
            st.warning(page.plain(text.problem(now.problem)))
        else:
            _draw_map(now.results[0], moment, layer, seen, text)
        return ()
    _draw_map(embedding.principal(_activations(moment, layer)), moment, layer, seen, text)
    return ()


def _asked_for_tsne(text: Text) -> bool:
    kinds = {"pca": text("Principal components"), "tsne": text("t-SNE, takes seconds")}
    return page.choice(text("Laid out by"), kinds, key=_TSNE) == "tsne"


def _waiting(asked: _Asked, text: Text) -> None:
    now = _jobs.watch(asked, background.visitor())
    if now.finished:
        st.rerun()
    st.progress(0.0, text=words.computing(now.place, text))


def _draw_map(found: Plane, moment: Moment, layer: str, seen: Answers, text: Text) -> None:
    page.row(embedding_views.plane(found, seen, layer, None, text))
    key = "embedding" if found.explained is not None else "embedding_tsne"
    hover_image(key, range(len(seen)), _held(moment.source)[0][: len(seen)])


def _first(answers: Answers, count: int) -> Answers:
    return replace(
        answers,
        labels=answers.labels[:count],
        predicted=answers.predicted[:count],
        confidence=answers.confidence[:count],
        true_probability=answers.true_probability[:count],
    )


@dataclass(frozen=True, eq=False)
class _Digits:
    images: Array
    labels: Array


def _activations(moment: Moment, layer: str) -> Array:
    pixels, labels = (part[:MAPPED] for part in _held(moment.source))
    some = _Digits(frozen(digits.normalised(pixels)[:, np.newaxis]), frozen(labels.astype(np.int64)))
    trace = forward.run(network.restore(moment.spec, moment.weights), some)
    found = trace.layer(layer)
    return found.before if found.is_output else found.after


# --- robustness ---


def _robustness(moment: Moment, view: "View", text: Text) -> Sequence[Picture]:
    asked = _Asked(moment.run, moment.step, "robustness")
    now = _jobs.watch(asked, background.visitor())
    if now.finished:
        _draw_robustness(now, text)
    else:
        guard.fragment(_robustness_so_far, run_every=EVERY)(asked, text)
    images = robustness.examples(view.batch.images[view.image, 0], seed=0)
    said = evaluation.judge(
        _said(moment.spec, moment.weights, images), np.full(len(images), view.batch.labels[view.image])
    ).predicted
    return [robustness_views.examples(images, said, int(view.batch.labels[view.image]), text)]


def _robustness_so_far(asked: _Asked, text: Text) -> None:
    now = _jobs.watch(asked, background.visitor())
    if now.finished:
        st.rerun()
    st.progress(now.done / now.total, text=words.computing(now.place, text))
    _draw_robustness(now, text)


def _draw_robustness(now: Progress[Any], text: Text) -> None:
    if now.problem is not None:
        st.warning(page.plain(text.problem(now.problem)))
        return
    found = robustness.curves(now.results)
    page.row(robustness_views.curves(found, robustness.MOST_IMAGES, text))


# --- beside the pages ---


def _work(asked: _Asked) -> Iterator[Trial | Plane | None]:
    with one_thread():
        moment = _measured(asked.run, asked.step)
        yield None
        if asked.what == "tsne":
            yield embedding.neighbourhoods(_activations(moment, asked.layer), seed=0)
            return
        pixels, labels = _held(moment.source)
        ask = partial(_said, moment.spec, moment.weights)
        yield from robustness.trials(ask, digits.normalised(pixels), labels, seed=0)


def _total(asked: _Asked) -> int:
    return 1 if asked.what == "tsne" else robustness.trial_count()


_kept: LRUCache[_Asked, tuple[Trial | Plane, ...]] = LRUCache(RESULTS)
_jobs: Jobs[_Asked, Any] = Jobs(_work, _total, _kept)
atexit.register(_jobs.close)
