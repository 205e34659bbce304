"""What the Train page shows of a real training: its numbers beside those that torch finds in the same weights."""

import numpy as np
import plotly.graph_objects as go
import pytest
import torch

from netlib.i18n import LANGUAGES, translator
from netlib.spec import NetworkSpec
from netlib.training.session import Session
from netlib.training.snapshot import History, Look
from netlib.training.spec import Command, TrainSpec
from netlib.views import training

TEXTS = [translator(language) for language in LANGUAGES]
SPEC = TrainSpec(NetworkSpec((12, 9), ("relu", "tanh"), seed=3), batch_size=200)


def looked(spec, *actions):
    """A training as a page sees it after some commands."""
    session, history = Session(spec), History()
    snapshot = None
    for action in ("", *actions):
        if action:
            session.command(Command(action))
        while session.busy:
            session.advance(0.2)
        report = session.report()
        for point in report.points:
            history.add(point)
        snapshot = report.snapshot or snapshot
    return Look(report.state, step=report.step, epoch=report.epoch, history=history.curves, snapshot=snapshot), session


@pytest.fixture(scope="module")
def seen():
    return looked(SPEC, "step", "epoch")


def pictures(look, text):
    return [
        training.course(look, 0, text),
        *training.gradients(look, text),
        *training.changed(look.snapshot, "fc2", text),
        *training.units(look.snapshot.pictures, look.snapshot.pictures, text),
        *training.dead(look, text),
    ]


@pytest.mark.parametrize("text", TEXTS)
def test_each_picture_is_drawn_with_words(seen, text):
    for picture in pictures(seen[0], text):
        go.Figure(picture.figure.to_dict())
        assert len(picture.alt) > 20
        assert picture.question.endswith("?")
        assert "nan" not in f"{picture.alt} {picture.note}".lower().split()


def test_the_accuracy_is_that_of_the_weights(seen):
    look, session = seen
    from netlib.digits import load, normalised

    held = load("bundled", "test")
    x = torch.tensor(normalised(held.images)).flatten(1)
    (w1, b1), (w2, b2), (w3, b3) = [(torch.tensor(w), torch.tensor(b)) for w, b in session.checkpoint(look.step)]
    logits = torch.tanh(torch.relu(x @ w1.T + b1) @ w2.T + b2) @ w3.T + b3
    right = (logits.argmax(1).numpy() == held.labels).mean()
    tiles = training.tiles(look, "bundled", TEXTS[0])
    assert tiles[0].value == TEXTS[0].percent(right)
    dead = int((torch.relu(x @ w1.T + b1).max(0).values == 0).sum())
    assert tiles[4].value == f"{dead} of 12"
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor(held.labels.astype(np.int64)))
    assert tiles[1].value == TEXTS[0].number(float(loss))


def test_what_moved_is_the_share_in_other_bins(seen):
    layer = seen[0].snapshot.layers[1]
    now, start = (counts / counts.sum() for counts in (layer.weight_counts, layer.weight_start))
    moved = np.maximum(now - start, 0).sum()
    (picture,) = training.changed(seen[0].snapshot, "fc2", TEXTS[0])
    assert TEXTS[0].percent(moved) in picture.alt


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "network",
    [
        NetworkSpec(()),
        NetworkSpec((1,), "relu"),
        NetworkSpec((4,) * 30, "sigmoid"),
        NetworkSpec((8,), "relu", "zeros", "zeros"),
    ],
    ids=["no hidden layer", "one unit", "thirty layers", "zeros"],
)
def test_any_network_is_drawn_before_its_first_step(network, text):
    look, _ = looked(TrainSpec(network))
    shown = pictures(look, text)
    for picture in shown:
        go.Figure(picture.figure.to_dict())
    assert len(training.tiles(look, "bundled", text)) == 5


def test_without_a_snapshot_there_are_no_numbers():
    assert training.tiles(Look("waiting"), "bundled", TEXTS[0]) == ()
    assert training.gradients(Look("waiting"), TEXTS[0]) == ()
    assert training.dead(Look("waiting"), TEXTS[0]) == ()
    go.Figure(training.course(Look("waiting"), None, TEXTS[0]).figure.to_dict())
