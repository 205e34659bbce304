"""The picture of the plane: for every network and layer, in both languages, from a given map."""

import plotly.graph_objects as go
import pytest

from netlib.i18n import LANGUAGES, translator
from netlib.theory.places import plane_of
from netlib.views import phase as views
from tests.figures.test_phase import SPECS, ends, map_of


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SPECS)
def test_every_picture(name, language):
    for layer in ends(SPECS[name]):
        picture = views.picture(SPECS[name], layer, translator(language), map_of=map_of)
        go.Figure(picture.figure.to_dict())
        assert picture.key == "phase"
        assert picture.question.endswith("?")
        assert len(picture.alt) > 40
        assert len(picture.note) > 40


def test_the_page_may_give_the_map():
    asked = []

    def remembered(activation):
        asked.append(activation)
        return map_of(activation)

    spec = SPECS["a mix"]
    given = views.picture(spec, "fc3", translator("en"), map_of=remembered)
    own = views.picture(spec, "fc3", translator("en"))
    assert asked == ["relu"] == [plane_of(spec, "fc3")]
    assert given.figure.to_json() == own.figure.to_json()
    assert own.alt == given.alt
