"""The closed forms against scipy's distributions of the same name, and against their own integrals."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from netlib.distributions import Constant, Normal, SparseNormal, TruncatedNormal, Uniform, UnitVectorEntry

# One line a distribution with a density: ours, scipy's, and where it ends.
CASES = {
    "uniform": (Uniform(0.3), stats.uniform(-0.3, 0.6), 0.3),
    "uniform wide": (Uniform(100.0), stats.uniform(-100, 200), 100.0),
    "normal": (Normal(0.01), stats.norm(0, 0.01), math.inf),
    "normal wide": (Normal(100.0), stats.norm(0, 100), math.inf),
    "trunc_normal": (TruncatedNormal(0.02), stats.truncnorm(-2, 2, 0, 0.02), 0.04),
    "trunc_normal wide": (TruncatedNormal(7.0), stats.truncnorm(-2, 2, 0, 7), 14.0),
    "unit vector in 784": (UnitVectorEntry(784, 1.0), stats.beta(391.5, 391.5, -1, 2), 1.0),
    "unit vector in 12, length 3": (UnitVectorEntry(12, 3.0), stats.beta(5.5, 5.5, -3, 6), 3.0),
    "unit vector in 3 is a box": (UnitVectorEntry(3, 2.0), stats.uniform(-2, 4), 2.0),
}
every_case = pytest.mark.parametrize(("ours", "scipys", "end"), CASES.values(), ids=CASES)


def integral(function, std, end):
    """By scipy, in pieces of one std so that no narrow peak is missed."""
    edges = np.arange(-12, 13) * std
    edges = np.unique(np.clip(edges, -end, end))
    # 1e-12 inside: at the very end of the support rounding decides what a density is.
    return sum(integrate.quad(function, a, b)[0] for a, b in zip(edges * (1 - 1e-12), edges[1:], strict=False))


def at(ours):
    return lambda x: float(ours.density(np.array([x]))[0])


@every_case
def test_mean_and_std_are_scipys(ours, scipys, end):
    assert ours.mean == pytest.approx(scipys.mean(), abs=1e-12)
    assert ours.std == pytest.approx(scipys.std(), rel=1e-9)


@every_case
def test_density_is_scipys(ours, scipys, end):
    reach = min(end * 0.999, 8 * ours.std)
    x = np.linspace(-reach, reach, 401)
    np.testing.assert_allclose(ours.density(x), scipys.pdf(x), rtol=1e-8, atol=1e-12)


@every_case
def test_density_adds_up_to_one(ours, scipys, end):
    assert integral(at(ours), ours.std, end) == pytest.approx(1, abs=1e-6)


@every_case
def test_density_has_the_stated_std(ours, scipys, end):
    second_moment = integral(lambda x: x * x * at(ours)(x), ours.std, end)
    assert math.sqrt(second_moment) == pytest.approx(ours.std, rel=1e-6)


@every_case
def test_density_is_zero_outside(ours, scipys, end):
    far = np.array([-1, 1]) * (1e3 * ours.std if math.isinf(end) else end * 1.001)
    np.testing.assert_array_equal(ours.density(far), 0.0)


def test_sparse_has_a_continuous_part_that_adds_up_to_what_is_kept():
    ours = SparseNormal(0.01, 0.1)
    assert integral(at(ours), 0.01, math.inf) == pytest.approx(0.1, abs=1e-7)
    # The zeros add nothing to the second moment: std^2 = 0.1 x 0.01^2.
    assert integral(lambda x: x * x * at(ours)(x), 0.01, math.inf) == pytest.approx(0.1 * 0.01**2, rel=1e-6)
    assert ours.std == pytest.approx(math.sqrt(0.1) * 0.01)
    assert ours.mean == 0


def test_truncated_normal_keeps_88_percent_of_its_width():
    # Johnson, Kotz, Balakrishnan 1994, ch. 13.10: var = 1 - 2 c phi(c)/(2 Phi(c) - 1) with c = 2
    assert TruncatedNormal(1.0).std == pytest.approx(math.sqrt(1 - 4 * stats.norm.pdf(2) / (2 * stats.norm.cdf(2) - 1)))
    assert TruncatedNormal(1.0).std == pytest.approx(0.8796, abs=5e-5)


def test_a_constant_has_no_width_and_no_density():
    assert (Constant(0.1).mean, Constant(0.1).std, Constant(0.1).density(np.zeros(1))) == (0.1, 0.0, None)


@pytest.mark.parametrize(
    "degenerate", [Uniform(0.0), Normal(0.0), TruncatedNormal(0.0), UnitVectorEntry(784, 0.0), SparseNormal(0.0, 0.1)]
)
def test_no_width_no_density(degenerate):
    assert degenerate.std == 0
    assert degenerate.density(np.linspace(-1, 1, 5)) is None


@pytest.mark.parametrize("size", [1, 2])
def test_below_three_dimensions_a_unit_vectors_entry_has_no_curve_to_draw(size):
    """In one dimension it is +-1, in two its density has poles at both ends."""
    assert UnitVectorEntry(size, 1.0).density(np.zeros(1)) is None
    assert UnitVectorEntry(size, 1.0).std == pytest.approx(1 / math.sqrt(size))
