"""What Home shows of a unit: three pictures at most, each with its words; and tiles before and after a touch."""

import plotly.graph_objects as go
import pytest

from netlib import touch
from netlib.forward import run
from netlib.i18n import LANGUAGES, translator
from netlib.network import restore
from netlib.stats import neuron as stats
from netlib.views import home
from netlib.views import neuron as views
from tests.oracles import Digits
from tests.stats.test_neuron import DIFFICULT, SPEC, trace_of


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", DIFFICULT)
def test_three_pictures_each_with_its_question_and_finding(name, language):
    text = translator(language)
    trace = trace_of(DIFFICULT[name], size=4)
    for layer in (trace.layers[0].name, "output"):
        found = stats.look_into(trace, layer, 0, 1)
        shown = [
            views.weights(trace, found, text),
            views.feeds(trace, found, 1, text),
            views.answers(stats.response(trace, layer, 0), found, 1, text),
        ]
        assert len({picture.key for picture in shown}) == len({picture.question for picture in shown}) == 3
        for picture in shown:
            go.Figure(picture.figure.to_dict())
            assert len(picture.alt) > 10
            assert "NaN" not in picture.alt


def touched(trace, said):
    before = tuple((layer.weight, layer.bias) for layer in trace.layers)
    after = touch.apply(touch.read(said, SPEC), before, SPEC, 0)
    return run(restore(SPEC, after), Digits(trace.images, trace.labels))


def test_the_tiles_say_before_and_after():
    text = translator("en")
    trace = trace_of(size=20)
    after = touched(trace, "fc2:x3")
    scores = tuple(stats.score(each.logits, each.labels) for each in (trace, after))
    held = stats.Score(2.3, 100, 1000), stats.Score(2.2, 140, 1000)
    tiles = {tile.label: tile.value for tile in views.effect((trace, after), scores, held, 3, text)}
    label = trace.labels[3]
    old, new = (f"{each.probabilities[3, label]:.3f}" for each in (trace, after))
    assert tiles[f"p({label}), this image"] == f"{old} → {new}"
    assert tiles["Accuracy, held out"] == "10.0% → 14.0%"
    assert len(tiles) == 5
    same = {tile.label: tile.value for tile in views.effect((trace, trace), scores[:1] * 2, held[:1] * 2, 3, text)}
    assert not any("→" in value for value in same.values())


def test_home_marks_the_unit_and_the_probabilities_before():
    text = translator("en")
    trace = trace_of(size=20)
    after = touched(trace, "fc2:x3")
    plain = home.pictures(after, 3, "fc1", text)
    marked = home.pictures(after, 3, "fc1", text, chosen=("fc2", 4), untouched=trace)
    assert len(plain[2].figure.data) == 1
    assert list(marked[2].figure.data[1].x) == list(trace.probabilities[3])
    nodes = marked[1].figure.data[-1]
    widths = dict(zip(nodes.text, nodes.marker.line.width, strict=True))
    assert [name for name, width in widths.items() if width == max(widths.values())] == ["fc2[4]"]
    assert marked[2].note
    for picture in marked:
        go.Figure(picture.figure.to_dict())
