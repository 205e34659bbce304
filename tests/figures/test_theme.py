"""One visual language: contrast on both backgrounds, hues that the colour-blind tell apart, zero as nothing."""

import itertools
import math
import tomllib
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import theme
from netlib.i18n import translator

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text(encoding="utf-8"))
BACKGROUNDS = [CONFIG["theme"][name]["backgroundColor"] for name in ("light", "dark")]
HUES = [theme.POSITIVE, theme.NEGATIVE, theme.SIZE, theme.NEUTRAL, *theme.DEPTH]

# Viénot, Brettel and Mollon 1999: what a person without red (protan) or green (deutan) cones sees, in linear RGB.
PROTAN = np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]])
DEUTAN = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])


def linear(color):
    channels = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    """WCAG 2.2's contrast ratio of two colours."""
    bright, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (a, b)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("hue", HUES)
@pytest.mark.parametrize("background", BACKGROUNDS)
def test_every_hue_has_a_contrast_of_three_on_both_backgrounds(hue, background):
    assert contrast(hue, background) >= 3


@pytest.mark.parametrize("sight", [PROTAN, DEUTAN])
def test_the_two_signs_stay_far_apart_for_the_colour_blind(sight):
    seen = [np.clip(sight @ linear(hue), 0, 1) for hue in (theme.NEGATIVE, theme.POSITIVE)]
    assert np.linalg.norm(seen[0] - seen[1]) > 0.4


def test_zero_is_the_background():
    scale = dict(theme.sign_scale()[1:3])
    assert all(color.endswith(",0)") for color in scale.values())
    assert theme.size_scale()[0][1].endswith(",0)")


@pytest.mark.parametrize("count", [1, 2, 3, 8, 31])
def test_depth_takes_steps_of_one_scale(count):
    colors = theme.depth_colors(count)
    assert len(colors) == count
    assert len(set(colors)) == count
    if count > 1:
        assert (colors[0], colors[-1]) == (theme.DEPTH[0], theme.DEPTH[-1])
    steps = [math.dist(linear(a), linear(b)) for a, b in itertools.pairwise(colors)]
    assert max(steps, default=0) < 3 / max(count - 1, 1)  # no jump


@pytest.mark.parametrize(("language", "separators"), [("en", ".,"), ("ru", ",\u00a0")])
def test_a_figure_speaks_its_language_and_is_one_that_plotly_accepts(language, separators):
    drawn = theme.figure([{"type": "scatter", "x": [0], "y": [1]}], translator(language), xaxis=theme.axis("x"))
    go.Figure(drawn.to_dict())
    assert drawn.layout.separators == separators


def test_rgba_writes_a_colour_with_its_opacity():
    assert theme.rgba("#0a141e", 0.5) == "rgba(10,20,30,0.5)"
    assert theme.sign_color(-1) == theme.NEGATIVE
    assert theme.sign_color(1) == theme.POSITIVE


def test_an_outline_has_the_histograms_heights_between_its_edges():
    edges, heights = np.array([0.0, 1.0, 3.0, 4.0]), np.array([2.0, 0.0, 1.0])
    outline = theme.outline(edges, heights, "#123456", heights[:, None], base=-5)
    go.Figure([outline])
    assert outline["line"]["shape"] == "hv"  # each height holds from its edge to the next
    assert list(outline["x"]) == [0, 0, 1, 3, 4]
    assert list(outline["y"]) == [-5, -3, -5, -4, -5]
    assert [row[0] for row in outline["customdata"]] == [2, 2, 0, 1, 1]


def test_words_are_one_trace_that_nothing_hovers():
    words = theme.words([(0, 1, "a"), (2, 3, "b")], size=12)
    go.Figure([words])
    assert (words["x"], words["y"], words["text"]) == ([0, 2], [1, 3], ["a", "b"])
    assert words["hoverinfo"] == "skip"
    go.Figure([theme.words([], size=12)])


def test_no_label_is_measured_to_see_whether_it_ends_on_the_picture():
    drawn = theme.figure([], translator("en"), xaxis=theme.axis("x"), yaxis2={"ticklabeloverflow": "hide past div"})
    assert drawn.layout.xaxis.ticklabeloverflow == "allow"
    assert drawn.layout.yaxis2.ticklabeloverflow == "hide past div"
