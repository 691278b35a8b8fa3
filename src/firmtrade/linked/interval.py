"""Intervals: what a printed number leaves open, and arithmetic that never loses a possible value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, isinf

SLACK = 1e-9
"""Relative room for floating-point error in comparisons; far below half a unit of any printed digit."""


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from ``low`` to ``high``, ends included; either end may be infinite.

    >>> Interval(1, 2) + Interval(0.5, 0.5)
    Interval(low=1.5, high=2.5)
    """

    low: float
    high: float

    @classmethod
    def point(cls, value: float) -> Interval:
        """One number."""
        return cls(value, value)

    @classmethod
    def anything(cls) -> Interval:
        """Every number: nothing is known."""
        return cls(-inf, inf)

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        products = [_times(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(products), max(products))

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0 <= other.high:
            return Interval.anything()
        quotients = [_over(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(quotients), max(quotients))

    def scaled(self, factor: float) -> Interval:
        """Every number times ``factor``."""
        return self * Interval.point(factor)

    def widened(self, part: float) -> Interval:
        """Every number, and those that lie beyond an end by up to that part of it; for numbers above zero."""
        return Interval(self.low * (1 - part), self.high * (1 + part))

    def power(self, exponent: float) -> Interval:
        """Every number to a positive exponent; numbers below zero count as zero."""
        return Interval(max(self.low, 0.0) ** exponent, max(self.high, 0.0) ** exponent)

    def meet(self, other: Interval) -> Interval:
        """What both allow; where that is nothing, ``low`` is above ``high``."""
        return Interval(max(self.low, other.low), min(self.high, other.high))

    def hull(self, other: Interval) -> Interval:
        """The smallest interval that holds both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))

    def gap(self, other: Interval) -> float:
        """The distance between two intervals, 0 where they touch within floating-point error.

        >>> Interval(1, 2).gap(Interval(2.5, 3))
        0.5
        """
        distance = max(other.low - self.high, self.low - other.high)
        ends = (self.low, self.high, other.low, other.high)
        size = max((abs(end) for end in ends if not isinf(end)), default=1.0)
        return distance if distance > SLACK * max(size, 1.0) else 0.0

    def holds(self, other: Interval) -> bool:
        """Whether the two have a number in common."""
        return self.gap(other) == 0


def total(intervals: Iterable[Interval]) -> Interval:
    """The sum of intervals."""
    answer = Interval.point(0)
    for interval in intervals:
        answer = answer + interval
    return answer


def _times(first: float, second: float) -> float:
    """Zero times infinity is zero: an end that is not bounded adds nothing to nothing."""
    return 0.0 if first == 0 or second == 0 else first * second


def _over(first: float, second: float) -> float:
    """An end over an end: what is not bounded over what is not bounded may be next to nothing."""
    return 0.0 if isinf(second) else first / second
