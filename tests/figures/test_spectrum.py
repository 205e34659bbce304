"""The charts of singular values carry them, and what is expected of them."""

import numpy as np
import plotly.graph_objects as go
import pytest

import netlib
from netlib.figures import spectrum, theme
from netlib.i18n import LANGUAGES, translator
from netlib.spec import Init, NetworkSpec
from netlib.stats.spectrum import singular_values, spectral_law

INITS = ["pytorch", "normal", "sparse", "orthogonal", "zeros", "constant", Init("normal", std=100.0)]


def case(init, sizes, name="output"):
    spec = NetworkSpec(sizes, weight_init=init)
    weight = getattr(netlib.build(spec), name).weight.detach().numpy()
    layer = next(layer for layer in spec.layers if layer.name == name)
    return singular_values(weight), spectral_law(layer.weight_distribution, weight.shape)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("init", INITS)
@pytest.mark.parametrize(("sizes", "name"), [((), "output"), ((1,), "fc1"), ((1,), "output"), ((200, 64), "fc2")])
def test_measured_is_solid_and_expected_is_dashed(init, sizes, name, language):
    values, law = case(init, sizes, name)
    figure = spectrum.ranked(values, law, theme.SIZE, translator(language))
    go.Figure(figure.to_dict())
    assert len(figure.to_json()) < 20_000
    measured, expected = figure.data
    np.testing.assert_allclose(measured.y, values, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(expected.y, law.expected, rtol=1e-6)
    assert (measured.x0, measured.dx, expected.x[0]) == (1, 1, 1)
    assert measured.line.dash is None
    assert expected.line.dash == "dash"
    low, high = figure.layout.yaxis.range
    assert low < 0
    assert max(values[0], law.upper) < high
    edges = [shape.y0 for shape in figure.layout.shapes]
    assert (law.upper in edges) == law.has_density


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("init", ["pytorch", "normal", "sparse", Init("normal", std=100.0)])
@pytest.mark.parametrize(("sizes", "name"), [((), "output"), ((10,), "fc1"), ((1,), "output"), ((64, 64), "fc2")])
def test_the_density_counts_every_value_under_the_dashed_law(init, sizes, name, language):
    values, law = case(init, sizes, name)
    if not law.has_density:
        pytest.skip("a sparse layer of one unit is all zeros")
    figure = spectrum.spectrum(values, law, theme.SIZE, translator(language))
    go.Figure(figure.to_dict())
    assert len(figure.to_json()) < 15_000
    outline, curve = figure.data
    assert (outline.y[1:-1] * np.diff(outline.x[1:])).sum() == pytest.approx(1, rel=1e-4)
    assert curve.line.dash == "dash"
    assert np.isfinite(np.asarray(curve.y)).all()
    assert min(curve.x) == pytest.approx(law.lower, abs=1e-6 * law.upper)
    assert max(curve.x) == pytest.approx(law.upper, rel=1e-6)


def test_at_the_cap_it_still_weighs_little():
    values, law = (
        np.linspace(2, 0.1, 784),
        spectral_law(NetworkSpec((1024,)).layers[0].weight_distribution, (1024, 784)),
    )
    assert len(spectrum.ranked(values, law, theme.SIZE, translator("en")).to_json()) < 36_000
