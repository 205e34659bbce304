"""Fixed points against scipy's roots and long iterations; the plane against fixed points; the critical line."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, optimize

from netlib.theory import phase
from netlib.theory.meanfield import correlation_map, variance_map
from netlib.theory.phase import Phase, fixed_point, phase_map
from tests.oracles import ACTIVATION_NAMES

MAPS = {name: phase_map(name) for name in ACTIVATION_NAMES}
every_activation = pytest.mark.parametrize("name", ACTIVATION_NAMES)


def bell(z):
    return math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)


def expected_value(function):
    return integrate.quad(lambda z: function(z) * bell(z), -12, 12, epsabs=1e-13, epsrel=1e-12, limit=300)[0]


@pytest.mark.parametrize(("sigma_w", "sigma_b"), [(0.8, 0.3), (1.5, 0.1), (2.5, 0.0), (3.0, 1.5)])
def test_tanhs_fixed_point_is_the_root_that_scipy_finds(sigma_w, sigma_b):
    """q* by scipy.optimize.brentq over scipy.integrate.quad, chi_1 by quad at that root."""

    def excess(q):
        return sigma_w**2 * expected_value(lambda z: math.tanh(math.sqrt(q) * z) ** 2) + sigma_b**2 - q

    q = optimize.brentq(excess, 1e-3, 50, xtol=1e-13)
    found = fixed_point("tanh", sigma_w, sigma_b)
    assert found.q == pytest.approx(q, rel=1e-9)
    slope = expected_value(lambda z: 1 / math.cosh(math.sqrt(q) * z) ** 4)
    assert found.chi == pytest.approx(sigma_w**2 * slope, rel=1e-8)
    assert found.phase == (Phase.CHAOS if found.chi > 1 else Phase.ORDER)


@pytest.mark.parametrize(
    ("name", "sigma_w", "sigma_b"),
    [
        ("tanh", 1.3, 0.2),
        ("tanh", 0.7, 0.5),
        ("sigmoid", 15.0, 0.5),
        ("elu", 1.25, 0.1),
        ("softplus", 1.2, 0.3),
        ("relu", 1.1, 0.4),
        ("gelu", 1.3, 0.8),
    ],
)
def test_long_iteration_ends_at_the_fixed_point_at_the_rate_that_is_said(name, sigma_w, sigma_b):
    """The maps of `meanfield`, 400 times; the last steps shrink by exp(-1 / depth)."""
    found = fixed_point(name, sigma_w, sigma_b)
    q = sigma_w**2 + sigma_b**2
    for _ in range(400):
        q = variance_map(name, q, sigma_w**2, sigma_b**2)
    assert found.q == pytest.approx(q, rel=1e-6)
    near = q * 1.001
    assert (variance_map(name, near, sigma_w**2, sigma_b**2) - q) / (near - q) == pytest.approx(
        math.exp(-1 / found.q_depth), rel=0.01
    )
    c, path = 0.5, []
    for _ in range(300):
        path.append(c)
        c = correlation_map(name, q, c, sigma_w**2, sigma_b**2)
    away = np.abs(np.array(path) - found.c)
    assert away[-1] < away[0]
    useful = np.flatnonzero((away[1:] > 1e-5) & (away[:-1] < 0.02))
    rate = away[1:][useful] / away[:-1][useful]
    assert rate[-1] == pytest.approx(math.exp(-1 / found.c_depth), rel=0.02)


def test_what_is_known_of_two_straight_lines():
    """relu: q* = sigma_b^2 / (1 - sigma_w^2 / 2) below sqrt(2), where chi_1 = sigma_w^2 / 2; identity: the same by 1."""
    found = fixed_point("relu", 1.0, 0.5)
    assert (found.q, found.chi, found.c, found.phase) == (0.5, 0.5, 1.0, Phase.ORDER)
    assert found.c_depth == pytest.approx(1 / math.log(2))
    assert fixed_point("identity", 0.5, 1.0).q == pytest.approx(4 / 3)
    for name, edge in (("relu", math.sqrt(2)), ("leaky_relu", math.sqrt(2 / 1.0001)), ("identity", 1.0)):
        assert phase.edge_of_size(name) == pytest.approx(edge, rel=1e-15)
        critical = fixed_point(name, edge, 0.0)  # He et al. 2015: the size stays what it was
        assert critical.q == pytest.approx(edge**2)
        assert critical.chi == pytest.approx(1.0)
        assert critical.phase == Phase.ORDER
        assert critical.c_depth > 1e6
        beyond = fixed_point(name, 1.1 * edge, 0.0)
        assert (beyond.phase, beyond.q, beyond.c) == (Phase.EXPLODING, math.inf, None)
        assert beyond.growth == pytest.approx(1.21)
        assert fixed_point(name, edge, 0.5).phase == Phase.EXPLODING
        dying = fixed_point(name, 0.5 * edge, 0.0)
        assert (dying.q, dying.c, dying.c_depth) == (0.0, None, math.inf)
        assert dying.chi == pytest.approx(0.25)


@pytest.mark.parametrize("name", ["elu", "gelu", "silu", "softplus"])
def test_other_unbounded_activations_explode_beyond_the_same_edge(name):
    assert phase.edge_of_size(name) == pytest.approx(math.sqrt(2))
    assert fixed_point(name, 1.3, 1.0).phase != Phase.EXPLODING
    assert fixed_point(name, 1.5, 1.0).phase == Phase.EXPLODING


def test_a_signal_dies_out_or_does_not_pass():
    dying = fixed_point("tanh", 0.8, 0.0)
    assert (dying.phase, dying.q, dying.c) == (Phase.ORDER, 0.0, None)
    assert dying.growth == pytest.approx(0.64, rel=1e-6)
    nothing = fixed_point("tanh", 0.0, 0.7)
    assert (nothing.q, nothing.chi, nothing.c_depth) == (pytest.approx(0.49), 0.0, 0.0)
    assert fixed_point("tanh", 0.0, 0.0).q == 0
    # sigmoid(0) is one half: there is always something
    assert fixed_point("sigmoid", 0.5, 0.0).q == pytest.approx(0.0627, abs=1e-3)


def test_gelu_may_die_out_or_explode_by_where_it_starts():
    """Between sqrt(2) and 2 its map has two ends: small signals vanish, large ones grow."""
    assert fixed_point("gelu", 1.6, 0.0, second_moment=0.01).q == 0
    assert fixed_point("gelu", 1.6, 0.0, second_moment=10.0).phase == Phase.EXPLODING


@given(st.sampled_from(ACTIVATION_NAMES), st.floats(0, 5), st.floats(0, 3))
def test_a_fixed_point_is_fixed(name, sigma_w, sigma_b):
    found = fixed_point(name, sigma_w, sigma_b)
    if found.phase == Phase.EXPLODING:
        assert sigma_w >= phase.edge_of_size(name) * 0.999
        return
    assert variance_map(name, found.q, sigma_w**2, sigma_b**2) == pytest.approx(found.q, rel=1e-6, abs=1e-9)
    if found.c is not None and found.q > 1e-6:
        after = correlation_map(name, found.q, found.c, sigma_w**2, sigma_b**2)
        assert after == pytest.approx(found.c, abs=1e-6)
        assert (found.c < 1) == (found.phase == Phase.CHAOS) or found.chi < 1.001
    assert found.q_depth >= 0
    assert found.c_depth >= 0


def test_roots():
    assert phase.root(lambda x: x * x - 2, 0, 2) == pytest.approx(math.sqrt(2), rel=1e-12)
    assert phase.root(lambda x: 1 - x, 0, 3) == pytest.approx(1, rel=1e-12)
    assert phase.root(lambda x: x, 0, 3) == 0
    assert phase.root(lambda x: x - 3, 0, 3) == 3
    assert phase.root(lambda x: x**9 - 1e-3, 0, 10) == pytest.approx(10 ** (-1 / 3), rel=1e-10)


# --- the plane ----------------------------------------------------------------------------------------------------


@every_activation
def test_the_plane_agrees_with_fixed_points(name):
    drawn = MAPS[name]
    source = np.random.default_rng(0)
    for row, column in zip(
        source.integers(0, len(drawn.sigma_b), 40), source.integers(0, len(drawn.sigma_w), 40), strict=True
    ):
        exact = fixed_point(name, drawn.sigma_w[column], drawn.sigma_b[row])
        found = drawn.chi[row, column]
        assert found == pytest.approx(exact.chi, abs=0.005)
        if abs(found - 1) > 0.005:
            assert drawn.phase[row, column] == exact.phase
        assert drawn.q[row, column] == pytest.approx(exact.q, rel=0.003, abs=1e-6)
        if exact.c is None:
            assert np.isnan(drawn.c[row, column])
        else:
            assert drawn.c[row, column] == pytest.approx(exact.c, abs=0.004)
        if exact.c_depth < 50:
            assert drawn.c_depth[row, column] == pytest.approx(exact.c_depth, rel=0.05)
        else:
            assert drawn.c_depth[row, column] > 40


@every_activation
def test_on_the_critical_line_chi_is_one(name):
    drawn = MAPS[name]
    for w, b in list(zip(drawn.line_w, drawn.line_b, strict=True))[1::7]:
        assert fixed_point(name, w, b).chi == pytest.approx(1.0, abs=2e-3)
    if len(drawn.line_w) > 1:
        assert drawn.line_b[0] == 0
        assert drawn.line_b[-1] == pytest.approx(drawn.sigma_b[-1], rel=1e-6)


def test_which_activations_have_which_phases():
    """tanh leaves order at sigma_w = 1; sigmoid needs ten; relu has one critical point, softplus none at all."""
    regions = {name: {Phase(number).name for number in np.unique(drawn.phase)} for name, drawn in MAPS.items()}
    assert regions["tanh"] == regions["sigmoid"] == {"ORDER", "CHAOS"}
    assert regions["elu"] == {"ORDER", "CHAOS", "EXPLODING"}
    for name in ("relu", "leaky_relu", "identity", "softplus", "silu"):
        assert regions[name] == {"ORDER", "EXPLODING"}
    assert MAPS["tanh"].line_w[0] == pytest.approx(1.0, abs=1e-4)
    assert 10 < MAPS["sigmoid"].line_w[0] < 10.5
    assert (MAPS["relu"].line_w, MAPS["relu"].line_b) == (pytest.approx(math.sqrt(2)), 0)
    assert len(MAPS["softplus"].line_w) == 0
    assert MAPS["tanh"].edge is MAPS["sigmoid"].edge is None


@every_activation
def test_a_plane_is_small_and_nobody_can_write_on_it(name):
    drawn = MAPS[name]
    assert drawn.nbytes < 100_000
    for array in (drawn.sigma_w, drawn.sigma_b, drawn.phase, drawn.q, drawn.chi, drawn.c, drawn.c_depth, drawn.line_w):
        assert not array.flags.writeable
    assert (drawn.c_depth >= 0).all()
    assert np.isfinite(drawn.chi).all()
