"""Weighted means whose weights are in doubt: the exact range of the mean over every choice of weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """A score: at its stated weights, and the lowest and highest that doubt leaves."""

    central: float
    low: float
    high: float

    def overlaps(self, other: Range) -> bool:
        """Whether some choice makes the two equal.

        >>> Range(1, 0, 2).overlaps(Range(3, 2, 4)), Range(1, 0, 1.5).overlaps(Range(3, 2, 4))
        (True, False)
        """
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True, slots=True)
class Weighed:
    """One answer: the lowest and highest value it may have (equal where it is known), and its weight."""

    low: float
    high: float
    weight: float


def range_of_mean(parts: Sequence[Weighed], doubt: float) -> Range | None:
    """The weighted mean of answers, where each weight may be from ``weight / doubt`` to ``weight * doubt``.

    A ratio of two linear functions is extreme at a corner, and there at one that gives the largest weights to
    the values past a threshold: trying each threshold is exact. The central value stands in the middle of what the
    answers that are missing allow at the stated weights. None where nothing has weight.

    >>> range_of_mean([Weighed(0, 0, 1), Weighed(100, 100, 1)], 2.0)
    Range(central=50.0, low=20.0, high=80.0)
    """
    counted = [part for part in parts if part.weight > 0]
    if not counted:
        return None
    total = sum(part.weight for part in counted)
    middle = sum(part.weight * (part.low + part.high) / 2 for part in counted) / total
    high = _highest([(part.high, part.weight) for part in counted], doubt)
    low = -_highest([(-part.low, part.weight) for part in counted], doubt)
    return Range(middle, low, high)


def _highest(values: list[tuple[float, float]], doubt: float) -> float:
    ordered = sorted(values, reverse=True)
    best = float("-inf")
    for large in range(len(ordered) + 1):
        weights = [weight * doubt if at < large else weight / doubt for at, (_, weight) in enumerate(ordered)]
        mean = sum(w * value for w, (value, _) in zip(weights, ordered, strict=True)) / sum(weights)
        best = max(best, mean)
    return best
