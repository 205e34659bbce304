"""A chart is sent whole, without Plotly's template, readable for a browser; what comes back from one is checked."""

import base64
import json

import numpy as np
import plotly.graph_objects as go
import pytest

from netlib.figures import theme
from netlib.i18n import translator
from netlib.ui.components import chart as face
from tests import charts

TEXT = translator("en")


def mounted(monkeypatch, figure, **options):
    """What Streamlit is given for it."""
    given = {}
    monkeypatch.setattr(face, "_chart", lambda **all_of_it: given.update(all_of_it))
    face.chart(figure, alt="a finding", key="k", config={"displaylogo": False}, **options)
    return given


def test_the_whole_figure_is_sent_and_no_template(monkeypatch):
    y = np.array([1.5, np.nan, np.inf, -2], np.float32)
    figure = theme.figure([{"type": "bar", "x": [1, 2, 3, 4], "y": y, "customdata": [None, np.nan]}], TEXT, height=123)
    given = mounted(monkeypatch, figure)
    content = json.loads(given["data"], parse_constant=pytest.fail)
    assert content["alt"] == "a finding"
    assert content["config"] == {"displaylogo": False}
    assert content["chosen"] is False
    (bars,) = content["figure"]["data"]
    assert bars["customdata"] == [None, None]  # a list's NaN is no JSON
    sent = np.frombuffer(base64.b64decode(bars["y"]["bdata"]), bars["y"]["dtype"])
    assert sent.tobytes() == y.tobytes()
    assert "template" not in content["figure"]["layout"]
    assert "template" in figure.to_dict()["layout"]  # the figure is as it was
    assert given["height"] == content["figure"]["layout"]["height"] == 123
    go.Figure(content["figure"])


@pytest.mark.parametrize(
    ("said", "chosen"),
    [({"x": 1, "y": 2}, [{"x": 1, "y": 2}]), ({}, [{}]), (None, []), (3, []), (["a"], []), ("a", [])],
)
def test_only_a_point_is_chosen(monkeypatch, said, chosen):
    heard = []
    given = mounted(monkeypatch, theme.figure([], TEXT), choose=heard.append)
    assert json.loads(given["data"])["chosen"] is True
    monkeypatch.setattr(face.st, "session_state", {"k": {"chosen": said}})
    given["on_chosen_change"]()
    assert heard == chosen


def test_nothing_is_listened_for_where_nothing_can_be_chosen(monkeypatch):
    assert mounted(monkeypatch, theme.figure([], TEXT))["on_chosen_change"] is None


def test_the_tests_know_it_by_its_name():
    assert charts.NAME == face.NAME


def test_the_library_is_the_one_that_plotly_validates_for():
    """The figures are checked by Plotly's Python; its JavaScript must be of the same version, and licensed."""
    from plotly.offline import get_plotlyjs_version

    version = get_plotlyjs_version()
    (library,) = face.FOLDER.glob("plotly-*.min.js")
    assert library.name == f"plotly-cartesian-{version}.min.js"
    assert f"plotly.js (cartesian - minified) v{version}" in library.read_text(encoding="utf-8")[:200]
    assert library.name in face.SCRIPT.read_text(encoding="utf-8")
    assert "MIT" in (face.FOLDER / "plotly-LICENSE.txt").read_text(encoding="utf-8")
    served = {path.name for path in face.FOLDER.iterdir()}
    assert served == {library.name, "plotly-LICENSE.txt", "chart.js", "load.js"}
