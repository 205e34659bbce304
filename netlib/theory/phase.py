"""Order and chaos: where the maps of `meanfield` end after many layers alike, and after how many.

A point of the (sigma_w, sigma_b) plane is a network of one activation, infinitely wide and deep, with random biases.
Its q settles at q*, the correlation of two images at c*. Where chi_1, the slope of the correlation map at c = 1, is
below 1 all images end alike (order), above 1 the nearest twins part (chaos). Poole et al. 2016, Schoenholz et al. 2017.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from netlib.activations import ACTIVATIONS
from netlib.distributions import Array
from netlib.theory import integrals
from netlib.trace import frozen

# Inputs of this second moment start the recursion: normalised digits have 0.93.
INPUT_MOMENT = 1.0

_LARGEST_Q = 1e8
_LEAST_Q = 1e-10
_STEPS = 400
_TOLERANCE = 1e-13
_TWINS = 1e-6
_ROUNDING = 1e-9
_APART = 0.98
_COLUMNS, _ROWS = 51, 21
_TABLE, _TABLE_FROM, _TABLE_TO = 481, 1e-6, 1e6
_TABLE_Q, _TABLE_C = 160, 120
_CURVE = 60
_DEGREES = 240
_SIGMA_W, _SIGMA_B = 3.0, 2.0


class Phase(IntEnum):
    """How differences between images end: they shrink, they grow to a balance, or the signal has no end to grow to."""

    ORDER = 0
    CHAOS = 1
    EXPLODING = 2


@dataclass(frozen=True)
class FixedPoint:
    """Where a deep network with one sigma_w and sigma_b ends.

    q: the second moment of its pre-activations, 0 where the signal dies out, infinite where it explodes; chi: chi_1
    there; c: the correlation of two images, None where q is 0 or infinite, for then it depends on where it began.
    q_depth, c_depth: the number of layers in which the distance to q and c falls to 1/e, 0 if at once, infinite where
    it does not fall so; growth: the factor by which q changes per layer far out (dF/dq).
    """

    phase: Phase
    q: float
    chi: float
    c: float | None
    q_depth: float
    c_depth: float
    growth: float


@dataclass(frozen=True, eq=False)
class PhaseMap:
    """The plane of one activation: sigma_w (columns,), sigma_b (rows,), all others (rows, columns), read-only.

    phase holds the numbers of `Phase`; q, chi, c, c_depth as in `FixedPoint`, c being nan where it is None there.
    line_w, line_b (points,): the critical line chi_1 = 1, empty where there is none, one point for two straight lines;
    edge: the sigma_w from which on the signal explodes whatever sigma_b is, None for bounded activations.
    """

    activation: str
    edge: float | None
    sigma_w: Array
    sigma_b: Array
    phase: Array
    q: Array
    chi: Array
    c: Array
    c_depth: Array
    line_w: Array
    line_b: Array

    @property
    def nbytes(self) -> int:
        """Memory of all arrays together, in bytes."""
        arrays = (self.sigma_w, self.sigma_b, self.phase, self.q, self.chi, self.c, self.c_depth)
        return sum(array.nbytes for array in (*arrays, self.line_w, self.line_b))


def far_slope(activation: str) -> float:
    """The limit of E[f(u)^2] / q for large q: half for all that is 0 on one side and a line of slope 1 on the other."""
    left, right = ACTIVATIONS[activation].far_slopes
    return 0.5 * (left**2 + right**2)


def edge_of_size(activation: str) -> float | None:
    """The sigma_w from which on q has no fixed point that attracts: sqrt(2) for relu; None for bounded activations."""
    slope = far_slope(activation)
    return 1 / math.sqrt(slope) if slope else None


def fixed_point(activation: str, sigma_w: float, sigma_b: float, second_moment: float = INPUT_MOMENT) -> FixedPoint:
    """q*, c*, chi_1 and the depth scales that inputs of this second moment come to."""
    sigma_w2, sigma_b2 = sigma_w**2, sigma_b**2
    q = _settled(activation, sigma_w2, sigma_b2, sigma_w2 * second_moment + sigma_b2)
    if math.isinf(q):
        growth = sigma_w2 * far_slope(activation)
        return FixedPoint(Phase.EXPLODING, q, growth, None, math.inf, math.inf, growth)
    chi = sigma_w2 * integrals.squared_slope(activation, 0.0, max(q, _LEAST_Q))
    growth = sigma_w2 * integrals.moment_growth(activation, max(q, _LEAST_Q))
    q_depth = _depth(growth)
    if q <= _LEAST_Q:
        # Nothing but the slope at 0 is left, and a linear map keeps what correlation there was.
        return FixedPoint(Phase.ORDER, 0.0, chi, None, q_depth, math.inf, growth)
    if chi <= 1 + _ROUNDING:
        return FixedPoint(Phase.ORDER, q, chi, 1.0, q_depth, _depth(chi), growth)
    c = _parted(activation, sigma_w2, q)
    slope = sigma_w2 * integrals.slope_product(activation, 0.0, q, c)
    return FixedPoint(Phase.CHAOS, q, chi, c, q_depth, _depth(abs(slope)), growth)


def _depth(factor: float) -> float:
    """The layers in which something that shrinks by a factor each layer falls to 1/e."""
    if factor <= 0:
        return 0.0
    return -1 / math.log(factor) if factor < 1 else math.inf


def _settled(activation: str, sigma_w2: float, sigma_b2: float, start: float) -> float:
    """The fixed point of q that the recursion runs to: the next one upwards or downwards, for the map is increasing."""

    def excess(q: float) -> float:
        return sigma_w2 * integrals.second_moment(activation, 0.0, q) + sigma_b2 - q

    if not sigma_w2:
        return sigma_b2
    if activation in integrals.LEAKS:
        factor = sigma_w2 * far_slope(activation)
        if factor < 1:
            return sigma_b2 / (1 - factor)
        # At the edge itself the size stays: He et al. 2015, and Glorot and Bengio 2010 for the identity.
        at_edge = math.isclose(factor, 1, rel_tol=1e-12) and not sigma_b2
        return start if at_edge else math.inf
    q, at = max(start, _LEAST_Q), excess(max(start, _LEAST_Q))
    step = 2.0 if at > 0 else 0.5
    while at:
        further = q * step
        if further > _LARGEST_Q:
            return math.inf
        if further < _LEAST_Q:
            return 0.0
        beyond = excess(further)
        if (beyond > 0) != (at > 0):
            return root(excess, min(q, further), max(q, further))
        q, at = further, beyond
    return q


def _parted(activation: str, sigma_w2: float, q: float) -> float:
    """The correlation below 1 to which two images come in chaos: the root of C(c) = c, where C starts above c."""
    whole = integrals.second_moment(activation, 0.0, q)

    def excess(c: float) -> float:
        # C(c) - c, for sigma_b^2 = q - sigma_w^2 E[f^2], divided by 1 - c so that the root at c = 1 is gone
        return 1 - sigma_w2 / q * (whole - integrals.product(activation, 0.0, q, c)) / (1 - c)

    nearly = 1 - _TWINS
    return root(excess, -0.5, nearly) if excess(nearly) < 0 < excess(-0.5) else 1.0


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function that changes its sign between two numbers is 0: regula falsi, Illinois variant."""
    at_low, at_high = function(low), function(high)
    for _ in range(_STEPS):
        if not at_low:
            return low
        if not at_high or abs(high - low) <= _TOLERANCE * max(abs(low), abs(high)):
            return high
        middle = high - at_high * (high - low) / (at_high - at_low)
        value = function(middle)
        if (value > 0) != (at_high > 0):
            low, at_low = high, at_high
        else:
            at_low *= 0.5
        if middle == high:
            return high
        high, at_high = middle, value
    return high


def phase_map(activation: str) -> PhaseMap:
    """The plane of an activation, from tables, for a picture; `fixed_point` is exact.

    q and chi are right to 0.1 %, c to 0.003, depths to 5 % up to 50 layers; close to the critical line only in order.
    """
    q = np.geomspace(_TABLE_FROM, _TABLE_TO, _TABLE)
    moment = np.array([integrals.second_moment(activation, 0.0, one) for one in q])
    slope = np.array([integrals.squared_slope(activation, 0.0, one) for one in q])
    line_w, line_b = _critical_line(activation, q, moment, slope)
    reach = max(_SIGMA_W, math.ceil(2 * float(line_w[0]))) if len(line_w) else _SIGMA_W
    sigma_w, sigma_b = np.linspace(0, reach, _COLUMNS), np.linspace(0, _SIGMA_B, _ROWS)
    w, b = np.meshgrid(sigma_w, sigma_b)
    settled = _settled_everywhere(w**2, b**2, q, moment)
    far = far_slope(activation)
    known = np.isfinite(settled)
    chi = w**2 * np.where(known, np.interp(_log(settled), np.log(q), slope), far)
    phase = np.where(known, np.where(chi > 1 + _ROUNDING, Phase.CHAOS, Phase.ORDER), Phase.EXPLODING)
    c, factor = np.where(known & (settled > 0), 1.0, np.nan), np.where(settled > 0, np.minimum(chi, 1.0), 1.0)
    parted = (phase == Phase.CHAOS) & (settled > 0)
    if parted.any():
        c[parted], factor[parted] = _parted_everywhere(activation, w[parted] ** 2, settled[parted])
    factor[~known] = 1.0
    with np.errstate(divide="ignore"):
        c_depth = np.where(factor < 1, -1 / np.log(np.minimum(factor, 1 - 1e-12)), np.inf)
    arrays = (sigma_w, sigma_b, phase, settled, chi, c, c_depth, line_w, line_b)
    return PhaseMap(activation, edge_of_size(activation), *(frozen(array.copy()) for array in arrays))  # no view


def _log(q: Array) -> Array:
    """log q from the table's first q on; what is infinite is put at its last."""
    logs: Array = np.log(np.clip(q, _TABLE_FROM, _TABLE_TO))
    return logs


def _critical_line(activation: str, q: Array, moment: Array, slope: Array) -> tuple[Array, Array]:
    """chi_1 = 1 by q: sigma_w^2 = 1 / E[f'^2] and sigma_b^2 = q - sigma_w^2 E[f^2], where that is 0 or more.

    For two straight lines it is one point, at sigma_b = 0. Nothing where the signal explodes before, or where the line
    is so close to that edge (gelu, silu: within half a percent) that a picture could not tell them apart.
    """
    if activation in integrals.LEAKS:
        return np.array([1 / math.sqrt(far_slope(activation))]), np.zeros(1)
    edge = edge_of_size(activation) or math.inf
    inside = (q * slope >= moment) & (q - moment / slope <= _SIGMA_B**2) & (slope > 1 / edge**2)
    if not inside.any():
        return np.empty(0), np.empty(0)
    first, last = int(inside.argmax()), len(q) - 1 - int(inside[::-1].argmax())

    def squares(at: float) -> tuple[float, float]:
        sigma_w2 = 1 / integrals.squared_slope(activation, 0.0, at)
        return sigma_w2, at - sigma_w2 * integrals.second_moment(activation, 0.0, at)

    low, high = float(q[first]), float(q[min(last + 1, len(q) - 1)])
    if first and squares(float(q[first - 1]))[1] < 0:
        low = root(lambda at: squares(at)[1], float(q[first - 1]), low)
    high = root(lambda at: squares(at)[1] - _SIGMA_B**2, float(q[last]), high)
    points = np.array([squares(at) for at in np.geomspace(low, high, _CURVE)])
    line_w, line_b = np.sqrt(np.maximum(points, 0.0)).T
    line_b[0] = 0.0  # there it starts, or in a limit of q
    return (line_w, line_b) if line_w.min() < _APART * edge else (np.empty(0), np.empty(0))


def _settled_everywhere(sigma_w2: Array, sigma_b2: Array, q: Array, moment: Array) -> Array:
    """`_settled` for all points of the plane at once: the next change of sign in a table of the map less q."""
    start = np.log(np.maximum(sigma_w2 * INPUT_MOMENT + sigma_b2, q[0]))
    excess = sigma_w2[..., np.newaxis] * moment + sigma_b2[..., np.newaxis] - q
    logs = np.log(q)
    left = np.clip(np.searchsorted(logs, start) - 1, 0, len(q) - 2)
    here = np.take_along_axis(excess, left[..., np.newaxis], -1)[..., 0]
    cells = np.arange(len(q) - 1)
    turns = (excess[..., :-1] > 0) & (excess[..., 1:] <= 0)  # only these attract
    up = turns & (cells >= left[..., np.newaxis])
    down = turns & (cells < left[..., np.newaxis])
    upwards = here > 0
    cell = np.where(upwards, up.argmax(-1), len(q) - 2 - down[..., ::-1].argmax(-1))
    found = np.where(upwards, up.any(-1), down.any(-1))
    low, high = (np.take_along_axis(excess, (cell + one)[..., np.newaxis], -1)[..., 0] for one in (0, 1))
    share = np.where(found, low, 0.0) / np.where(found, low - high, 1.0)
    settled = q[cell] + share * (q[cell + 1] - q[cell])
    return np.where(found, settled, np.where(upwards, np.inf, 0.0))


def _parted_everywhere(activation: str, sigma_w2: Array, q: Array) -> tuple[Array, Array]:
    """c* and the slope of the correlation map there, for points in chaos.

    In Hermite polynomials E[f f] = sum a_n^2 c^n, so that c* is where sigma_w^2 sum a_n^2 (1 - c^n) / (1 - c) = q.
    """
    logs = np.linspace(float(np.log(q.min())), float(np.log(q.max())) + 1e-9, _TABLE_Q)
    squares = _hermite_squares(activation, np.exp(0.5 * logs))
    c = np.sin(np.linspace(0.0, 0.49 * math.pi, _TABLE_C)) ** 2  # closer together at both ends
    powers = c ** np.arange(_DEGREES)[:, np.newaxis]
    degrees = np.arange(1, _DEGREES)
    shrunk = squares @ ((1 - powers) / (1 - c)) / np.exp(logs)[:, np.newaxis]
    slopes = (squares[:, 1:] * degrees) @ powers[:-1] / np.exp(logs)[:, np.newaxis]
    at = (np.log(q) - logs[0]) / (logs[1] - logs[0])
    row = np.minimum(at.astype(int), _TABLE_Q - 2)
    part = (at - row)[:, np.newaxis]
    shrunk = (1 - part) * shrunk[row] + part * shrunk[row + 1]
    slopes = (1 - part) * slopes[row] + part * slopes[row + 1]
    excess = sigma_w2[:, np.newaxis] * shrunk - 1  # rises with c
    cell = np.clip((excess > 0).argmax(axis=1) - 1, 0, _TABLE_C - 2)
    cell = np.where((excess > 0).any(axis=1), cell, _TABLE_C - 2)
    points = np.arange(len(q))
    low, high = excess[points, cell], excess[points, cell + 1]
    share = np.clip(-low / (high - low), 0.0, 1.0)
    found = c[cell] + share * (c[cell + 1] - c[cell])
    factor = sigma_w2 * ((1 - share) * slopes[points, cell] + share * slopes[points, cell + 1])
    return found, factor


def _hermite_squares(activation: str, std: Array) -> Array:
    """a_n^2 (stds, degrees) of f(std z) in the orthonormal Hermite polynomials, by the trapezoidal rule."""
    z = np.linspace(-13.0, 13.0, 1_301)
    bell = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    values = ACTIVATIONS[activation].function(std[:, np.newaxis] * z) * np.sqrt(bell)
    before, here = np.zeros_like(z), np.sqrt(bell)
    columns = []
    for degree in range(_DEGREES):
        columns.append(here)
        before, here = here, (z * here - math.sqrt(degree) * before) / math.sqrt(degree + 1)
    squares: Array = np.square(values @ np.stack(columns, axis=1))
    return squares
