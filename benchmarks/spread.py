"""What many repetitions say: the middle one, the slow ones, and whether a cost grows faster than its cause."""

from collections.abc import Sequence
from itertools import pairwise


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of all lies, interpolated linearly between neighbours, as numpy does."""
    if not values:
        raise ValueError("no values, no percentile")
    ordered = sorted(values)
    at = (len(ordered) - 1) * share
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def median(values: Sequence[float]) -> float:
    """The value in the middle."""
    return percentile(values, 0.5)


def slow(values: Sequence[float]) -> float:
    """The 95th percentile: one in twenty is slower."""
    return percentile(values, 0.95)


def steepest_step(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The largest growth of cost over growth of size between neighbours; at most 1 where growth is at most linear."""
    steps = zip(pairwise(sizes), pairwise(costs), strict=True)
    return max((cost / cost_before) / (size / size_before) for (size_before, size), (cost_before, cost) in steps)
